//! `taskfold reminders`.

use taskfold_contracts::time::Timestamp;
use taskfold_views::reminders::{Fired, Pending};

use super::{App, shared};
use crate::client::{Call, Client};
use crate::exit::Failure;
use crate::names::short;
use crate::print::{Cell, Column, Table, relative, style};

/// Show which reminders wait for their moment, and which ones fired.
#[derive(Debug, clap::Args)]
pub(crate) struct Reminders {}

impl Reminders {
    /// Runs it.
    pub(crate) async fn run(self, app: &App, client: &Client) -> Result<(), Failure> {
        let mut answer = client.send(Call::get("reminders")).await?.value()?;
        if app.screen.json {
            return app.screen.value(&answer);
        }
        let waiting: Vec<Pending> = shared::items(answer["waiting"].take())?;
        let fired: Vec<Fired> = shared::items(answer["fired"].take())?;
        if waiting.is_empty() && fired.is_empty() {
            app.screen.note("no reminders");
            return Ok(());
        }
        let mut table = Table::new(vec![
            Column::new("reminder"),
            Column::new("moment"),
            Column::new("task").shrinks(8),
            Column::new("id").expendable(1),
        ]);
        let now = app.screen.now();
        let mut row = |state: &str, at: Timestamp, title: String, id: String| {
            table.row(vec![
                Cell::new(style::DIM, state),
                Cell::plain(relative(at, now)),
                Cell::plain(title),
                Cell::new(style::ID, id),
            ]);
        };
        for pending in waiting {
            row(
                "waits",
                pending.due_at,
                pending.title,
                short(pending.task_id),
            );
        }
        for past in fired {
            row("fired", past.fired_at, past.title, short(past.task_id));
        }
        app.screen.table(&table)
    }
}
