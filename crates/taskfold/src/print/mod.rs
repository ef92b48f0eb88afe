//! The only place that writes to the terminal.

mod date;
pub(crate) mod outline;
pub(crate) mod problem;
mod progress;
mod table;
mod task;
mod text;

use std::io::{self, IsTerminal as _, Write as _};

use anstyle::Style;
use jiff::Zoned;
use serde_json::{Value, json};

use crate::config::{ColorWhen, Environment};
use crate::exit::Failure;

pub(crate) use date::{due, relative};
pub(crate) use progress::Progress;
pub(crate) use table::{Cell, Column, Table};
pub(crate) use task::{Heads, Names, due_in_full, mark, task_details, tasks};
pub(crate) use text::{width_of, without_controls};

/// Styles by meaning.
pub(crate) mod style {
    use anstyle::{AnsiColor, Color, Style};

    const fn of(color: AnsiColor) -> Style {
        Style::new().fg_color(Some(Color::Ansi(color)))
    }

    /// Less important.
    pub(crate) const DIM: Style = Style::new().dimmed();
    /// Headings.
    pub(crate) const HEAD: Style = Style::new().bold().underline();
    /// More important.
    pub(crate) const STRONG: Style = Style::new().bold();
    /// Wrong, overdue, urgent.
    pub(crate) const BAD: Style = of(AnsiColor::Red);
    /// Due today, high, warnings.
    pub(crate) const WARN: Style = of(AnsiColor::Yellow);
    /// Done, fine.
    pub(crate) const GOOD: Style = of(AnsiColor::Green);
    /// Names of things: lists, tags.
    pub(crate) const NAME: Style = of(AnsiColor::Cyan);
    /// Ids.
    pub(crate) const ID: Style = of(AnsiColor::Blue);
}

/// Tables are made for no fewer columns; a narrower terminal breaks their lines.
const LEAST_WIDTH: usize = 10;

/// Where results go (standard output) and where remarks go (standard error).
#[derive(Debug, Clone)]
pub(crate) struct Screen {
    /// Print the API's JSON in place of text.
    pub json: bool,
    color: bool,
    color_errors: bool,
    width: Option<usize>,
    now: Zoned,
}

#[allow(
    clippy::unused_self,
    reason = "whoever prints has been given the screen"
)]
impl Screen {
    /// As the process's terminal, variables and flags say.
    pub(crate) fn new(environment: &Environment, when: ColorWhen, json: bool, now: Zoned) -> Self {
        let colored = |is_terminal: bool| match when {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto => is_terminal && !environment.no_color && !environment.dumb_terminal,
        };
        let terminal = io::stdout().is_terminal();
        let size = if terminal {
            terminal_size::terminal_size()
        } else {
            None
        };
        let width = environment
            .columns
            .or(size.map(|(width, _)| usize::from(width.0)));
        Self {
            json,
            color: colored(terminal),
            color_errors: colored(io::stderr().is_terminal()),
            width: width.map(|width| width.max(LEAST_WIDTH)),
            now,
        }
    }

    /// The moment that relative dates are counted from, in the person's zone.
    pub(crate) fn now(&self) -> &Zoned {
        &self.now
    }

    /// Dates are of this zone from now on.
    pub(crate) fn set_zone(&mut self, zone: jiff::tz::TimeZone) {
        self.now = self.now.with_time_zone(zone);
    }

    /// `text` in `style`, when output is coloured. Control characters are taken out: a title must
    /// not be able to drive the terminal.
    pub(crate) fn paint(&self, style: Style, text: &str) -> String {
        paint(self.color, style, text)
    }

    /// A line of the result.
    pub(crate) fn line(&self, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        out.write_all(b"\n")?;
        Ok(())
    }

    /// Bytes of the result, as they are.
    pub(crate) fn raw(&self, bytes: &[u8]) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        out.write_all(bytes)?;
        out.flush()?;
        Ok(())
    }

    /// JSON of the result: indented on a terminal, else one line.
    pub(crate) fn value(&self, value: &Value) -> Result<(), Failure> {
        let text = if io::stdout().is_terminal() {
            serde_json::to_string_pretty(value)
        } else {
            serde_json::to_string(value)
        };
        self.line(&text.map_err(|error| Failure::doing("write JSON", error))?)
    }

    /// A table of the result.
    pub(crate) fn table(&self, table: &Table) -> Result<(), Failure> {
        for line in table.lines(self.width, |style, text| self.paint(style, text)) {
            self.line(&line)?;
        }
        Ok(())
    }

    /// A remark beside the result; never with `--json`.
    pub(crate) fn note(&self, text: &str) {
        if !self.json {
            self.warn_line(&paint(self.color_errors, style::DIM, text));
        }
    }

    /// A warning beside the result; with `--json` an object as well, on a line of its own.
    pub(crate) fn warn(&self, text: &str) {
        if self.json {
            return self.warn_line(&json!({ "warning": text }).to_string());
        }
        let label = paint(self.color_errors, style::WARN, "warning:");
        self.warn_line(&format!("{label} {}", without_controls(text)));
    }

    /// The line that ends a command that failed.
    pub(crate) fn failure(&self, failure: &Failure) {
        if failure.reason().quiet {
            return;
        }
        for line in problem::lines(failure, self.json, |style, text| {
            paint(self.color_errors, style, text)
        }) {
            self.warn_line(&line);
        }
    }

    fn warn_line(&self, line: &str) {
        let mut out = io::stderr().lock();
        // When standard error is closed there is nobody left to tell.
        let _ = writeln!(out, "{line}");
    }

    /// Asks on the terminal; `false` when there is none.
    pub(crate) fn confirm(&self, question: &str) -> Result<bool, Failure> {
        if !io::stdin().is_terminal() {
            return Ok(false);
        }
        let mut out = io::stderr().lock();
        write!(out, "{question} [y/N] ")?;
        out.flush()?;
        let mut answer = String::new();
        io::stdin().read_line(&mut answer)?;
        Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
    }

    /// Asks for a line on the terminal.
    pub(crate) fn ask(&self, question: &str) -> Result<String, Failure> {
        let mut out = io::stderr().lock();
        write!(out, "{question} ")?;
        out.flush()?;
        let mut answer = String::new();
        io::stdin().read_line(&mut answer)?;
        Ok(answer.trim().to_owned())
    }
}

fn paint(color: bool, style: Style, text: &str) -> String {
    let text = without_controls(text);
    if color && !text.is_empty() {
        format!("{}{text}{}", style.render(), style.render_reset())
    } else {
        text.into_owned()
    }
}
