//! `taskfold tags`.

use taskfold_views::tasks::Tag;

use super::{App, shared};
use crate::client::{Call, Client};
use crate::exit::Failure;
use crate::print::{Cell, Column, Table, style};

/// List the tags in use and how many tasks bear them.
#[derive(Debug, clap::Args)]
pub(crate) struct Tags {
    /// As they were then: 2026-11-20, "yesterday 9am", "2 hours ago", a position
    #[arg(long, value_name = "MOMENT")]
    as_of: Option<String>,
}

impl Tags {
    /// Runs it.
    pub(crate) async fn run(self, app: &App, client: &Client) -> Result<(), Failure> {
        let as_of = shared::maybe_past(app, self.as_of.as_deref())?;
        let call = Call::get("tags").maybe("as_of", as_of);
        let answer = client.send(call).await?.value()?;
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
