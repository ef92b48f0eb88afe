//! `taskfold search`.

use taskfold_views::search::Hit;

use super::{App, shared};
use crate::client::{Call, Client};
use crate::exit::Failure;
use crate::names::tails;
use crate::print::{mark, style, without_controls};

/// Search titles, descriptions, tags and comments; "two words" in quotes is a phrase. To find nothing is no
/// failure: the exit code is 0.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  taskfold search rent
  taskfold search boil* -n 5              words that begin so
  taskfold search '\"standing order\"'     the words next to each other
  taskfold search -- rent -car            with the one, without the other")]
pub(crate) struct Search {
    /// The words
    #[arg(required = true, value_name = "WORDS")]
    words: Vec<String>,
    /// Show at most so many
    #[arg(long, short = 'n', value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100))]
    limit: u32,
    /// As it was then: 2026-11-20, "yesterday 9am", "2 hours ago", a position
    #[arg(long, value_name = "MOMENT")]
    as_of: Option<String>,
}

const OPEN: char = '\u{e000}';
const CLOSE: char = '\u{e001}';

impl Search {
    /// Runs it.
    pub(crate) async fn run(self, app: &App, client: &Client) -> Result<(), Failure> {
        let call = Call::get("search")
            .query("q", self.words.join(" "))
            .query("limit", self.limit.to_string())
            .maybe("as_of", shared::maybe_past(app, self.as_of.as_deref())?);
        let answer = client.send(call).await?.value()?;
        if app.screen.json {
            return app.screen.value(&answer);
        }
        let hits: Vec<Hit> = shared::items(answer)?;
        if hits.is_empty() {
            let words = self.words.join(" ");
            app.screen.note(&format!("nothing found for {words:?}"));
            return Ok(());
        }
        shared::keep_numbers(app, client, hits.iter().map(|hit| &hit.task));
        let ids: Vec<String> = hits
            .iter()
            .map(|hit| hit.task.task_id.to_string())
            .collect();
        let digits = hits.len().to_string().len();
        for (index, (hit, tail)) in hits.iter().zip(tails(&ids)).enumerate() {
            let number = format!("{:>digits$}", index + 1);
            let number = app.screen.paint(style::DIM, &number);
            let (sign_style, sign) = mark(&hit.task);
            let sign = app.screen.paint(sign_style, sign);
            let id = app.screen.paint(style::ID, &tail);
            app.screen.line(&format!(
                "{number}  {sign}  {}  {id}",
                marked(app, &hit.title)
            ))?;
            if let Some(snippet) = &hit.snippet {
                app.screen
                    .line(&format!("{:digits$}     {}", "", marked(app, snippet)))?;
            }
        }
        Ok(())
    }
}

/// The text with its matches in the colour of matches.
fn marked(app: &App, text: &str) -> String {
    let mut shown = String::new();
    for piece in text.split(OPEN) {
        match piece.split_once(CLOSE) {
            Some((hit, rest)) => {
                shown.push_str(&app.screen.paint(style::WARN, hit));
                shown.push_str(&without_controls(rest));
            }
            None => shown.push_str(&without_controls(piece)),
        }
    }
    shown
}
