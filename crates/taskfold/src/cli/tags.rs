//! `taskfold tags`.

use taskfold_views::tasks::Tag;

use super::{App, shared};
use crate::client::{Call, Client};
use crate::exit::Failure;
use crate::print::{Cell, Column, Table, style};

/// List the tags in use and how many tasks bear them.
#[derive(Debug, clap::Args)]
pub(crate) struct Tags {}

impl Tags {
    /// Runs it.
    pub(crate) async fn run(self, app: &App, client: &Client) -> Result<(), Failure> {
        let answer = client.send(Call::get("tags")).await?.value()?;
        if app.screen.json {
            return app.screen.value(&answer);
        }
        let tags: Vec<Tag> = shared::items(answer)?;
        if tags.is_empty() {
            app.screen.note("no tags");
            return Ok(());
        }
        let mut table = Table::new(vec![
            Column::new("tag").shrinks(10),
            Column::new("open").right(),
            Column::new("done").right(),
        ]);
        for tag in tags {
            table.row(vec![
                Cell::new(style::NAME, format!("#{}", tag.tag)),
                Cell::plain(tag.open.to_string()),
                Cell::new(style::DIM, tag.done.to_string()),
            ]);
        }
        app.screen.table(&table)
    }
}
