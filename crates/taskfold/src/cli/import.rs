//! `taskfold import`.

use std::path::PathBuf;

use anstyle::Style;
use clap::ValueEnum;
use serde::Deserialize;
use serde_json::Value;

use super::App;
use crate::client::{Call, Client};
use crate::exit::Failure;
use crate::print::{Cell, Column, Progress, Table, style};

/// Import from another application: lists, tasks, comments, with their original times. Importing the
/// same file again adds nothing twice; undo takes the whole import back.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  taskfold import todoist-backup.zip --dry-run     says what would be lost
  taskfold import todoist-backup.zip
  taskfold undo                                    takes all of it back
  task export | taskfold import - --from taskwarrior")]
pub(crate) struct Import {
    /// The file; - is standard input
    file: PathBuf,
    /// Where it comes from
    #[arg(long, value_enum, default_value_t = Source::Auto)]
    from: Source,
    /// Only report what would be imported, and what would be lost
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Source {
    /// Found out from the file
    Auto,
    /// Todoist: CSV or backup ZIP
    Todoist,
    /// Taskwarrior: task export
    Taskwarrior,
    /// Vikunja export
    Vikunja,
    /// Trello: JSON of a board
    Trello,
    /// Microsoft To Do: CSV
    Mstodo,
    /// `TickTick`: CSV
    Ticktick,
    /// iCalendar
    Ical,
    /// Taskfold: export --format json
    Taskfold,
}

impl Import {
    /// Runs it.
    pub(crate) async fn run(self, app: &App, client: &Client) -> Result<(), Failure> {
        let bytes = if self.file.as_os_str() == "-" {
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut std::io::stdin(), &mut bytes)?;
            bytes
        } else {
            std::fs::read(&self.file)
                .map_err(|error| Failure::usage(format!("{}: {error}", self.file.display())))?
        };
        let source = self.from.to_possible_value();
        let source = source.as_ref().map_or("auto", |value| value.get_name());
        let call = Call::post("import")
            .query("source", source)
            .maybe(
                "filename",
                self.file.file_name().and_then(|name| name.to_str()),
            )
            .query("dry_run", self.dry_run.to_string())
            .bytes(bytes);
        let progress = Progress::spinner("importing", app.screen.json);
        let answer = client.send(call).await;
        progress.finish();
        let answer = answer?.value()?;
        if app.screen.json {
            return app.screen.value(&answer);
        }
        report(app, &answer)?;
        if self.dry_run {
            app.screen.note("nothing was changed (--dry-run)");
        }
        Ok(())
    }
}

/// What the server reports.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Report {
    lists: u64,
    tasks: u64,
    completed: u64,
    deleted: u64,
    comments: u64,
    skipped_existing: Option<u64>,
    joined: Vec<Joined>,
    restored: Option<u64>,
    lost: Vec<Lost>,
    warnings: Vec<Warning>,
    warnings_left_out: u64,
}

/// A list that was here already and takes tasks.
#[derive(Debug, Deserialize)]
struct Joined {
    name: String,
}

/// A kind of thing that has no place here.
#[derive(Debug, Deserialize)]
struct Lost {
    what: String,
    why: String,
    count: u64,
    example: String,
}

/// Something that was read otherwise than it may have been meant.
#[derive(Debug, Deserialize)]
struct Warning {
    place: String,
    message: String,
}

/// The report's numbers as a table, then its remarks.
fn report(app: &App, answer: &Value) -> Result<(), Failure> {
    let report = answer.get("report").unwrap_or(answer).clone();
    let report: Report = serde_json::from_value(report)
        .map_err(|error| Failure::doing("the server's answer is not as expected", error))?;
    let here_already = report.skipped_existing.unwrap_or(0);
    let mut table = Table::new(vec![Column::new(""), Column::new("").right()]).headless();
    for (name, count) in [
        ("lists", report.lists),
        ("tasks", report.tasks),
        ("of them done", report.completed),
        ("of them in the trash", report.deleted),
        ("comments", report.comments),
        ("here already", here_already),
        ("back from the trash", report.restored.unwrap_or(0)),
    ] {
        if count > 0 || name == "tasks" {
            table.row(vec![
                Cell::new(style::DIM, name),
                Cell::plain(count.to_string()),
            ]);
        }
    }
    app.screen.table(&table)?;
    for list in &report.joined {
        app.screen.note(&format!(
            "into the list “{}”, which is here already",
            list.name
        ));
    }
    let sign = app.screen.paint(style::WARN, "!");
    for lost in &report.lost {
        let text = format!(
            "lost: {} × {} ({}), such as {}",
            lost.count, lost.what, lost.why, lost.example
        );
        app.screen
            .line(&format!("{sign} {}", app.screen.paint(Style::new(), &text)))?;
    }
    for warning in &report.warnings {
        let text = format!("{}: {}", warning.place, warning.message);
        app.screen
            .line(&format!("{sign} {}", app.screen.paint(Style::new(), &text)))?;
    }
    if here_already > 0 {
        let remark =
            "what is here already was left as it is, also where the file says something else";
        app.screen.note(remark);
    }
    if report.warnings_left_out > 0 {
        app.screen
            .note(&format!("and {} more warnings", report.warnings_left_out));
    }
    Ok(())
}
