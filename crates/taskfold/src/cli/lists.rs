//! `taskfold lists`.

use clap::Subcommand;
use serde_json::{Value, json};
use taskfold_contracts::ids::ListId;
use taskfold_views::lists::List;

use super::{App, shared};
use crate::client::{Call, Client};
use crate::exit::Failure;
use crate::print::{Cell, Column, Table, style};

/// List, make and change lists.
#[derive(Debug, clap::Args)]
pub(crate) struct Lists {
    #[command(subcommand)]
    action: Option<Action>,
    /// Archived lists too
    #[arg(long, short = 'a')]
    all: bool,
    /// As they were then: 2026-11-20, "yesterday 9am", "2 hours ago", a position
    #[arg(long, value_name = "MOMENT")]
    as_of: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make a list
    New {
        /// Its name
        name: String,
        /// Its colour, #rrggbb
        // --color says when to colour the output, for every command.
        #[arg(long = "list-color", value_name = "COLOR", id = "new_color")]
        color: Option<String>,
    },
    /// Give a list another name
    Rename {
        /// The list
        list: String,
        /// Its new name
        name: String,
    },
    /// Give a list a colour
    Color {
        /// The list
        list: String,
        /// #rrggbb, or none
        #[arg(value_name = "COLOR", id = "list_color")]
        color: String,
    },
    /// Put a list away
    Archive {
        /// The list
        list: String,
    },
    /// Take a list out of the archive
    Unarchive {
        /// The list
        list: String,
    },
    /// Put a list and its tasks into the trash
    Rm {
        /// The list
        list: String,
    },
    /// Take a list and its tasks out of the trash
    Restore {
        /// The list's id
        list: ListId,
    },
}

impl Lists {
    /// Runs it.
    pub(crate) async fn run(self, app: &App, client: &Client) -> Result<(), Failure> {
        let Some(action) = self.action else {
            return show(app, client, self.all, self.as_of.as_deref()).await;
        };
        if self.as_of.is_some() {
            return Err(Failure::usage(
                "--as-of shows lists as they were; it changes none",
            ));
        }
        let (call, verb) = match action {
            Action::New { name, color } => {
                let body = match color {
                    Some(color) => json!({ "name": name, "color": color }),
                    None => json!({ "name": name }),
                };
                (Call::post("lists").json(&body)?, "made")
            }
            Action::Rename { list, name } => {
                let id = named(client, &list).await?;
                (
                    Call::patch(format!("lists/{id}")).json(&json!({ "name": name }))?,
                    "renamed",
                )
            }
            Action::Color { list, color } => {
                let id = named(client, &list).await?;
                let color = if color == "none" {
                    Value::Null
                } else {
                    Value::String(color)
                };
                (
                    Call::patch(format!("lists/{id}")).json(&json!({ "color": color }))?,
                    "coloured",
                )
            }
            Action::Archive { list } => (
                Call::post(format!("lists/{}/archive", named(client, &list).await?)),
                "archived",
            ),
            Action::Unarchive { list } => {
                let id = named(client, &list).await?;
                (
                    Call::post(format!("lists/{id}/unarchive")),
                    "out of the archive",
                )
            }
            Action::Rm { list } => (
                Call::delete(format!("lists/{}", named(client, &list).await?)),
                "in the trash",
            ),
            Action::Restore { list } => (
                Call::post(format!("lists/{list}/restore")),
                "out of the trash",
            ),
        };
        let answer = client.send(call).await?.value()?;
        if app.screen.json {
            return app.screen.value(&answer);
        }
        let id = answer
            .get("list_id")
            .or_else(|| answer.get("id"))
            .and_then(Value::as_str);
        let name = answer
            .get("name")
            .and_then(Value::as_str)
            .or(id)
            .unwrap_or("the list");
        let name = app.screen.paint(style::NAME, name);
        app.screen
            .line(&format!("{} {name}", app.screen.paint(style::GOOD, verb)))
    }
}

async fn named(client: &Client, name: &str) -> Result<ListId, Failure> {
    let id = shared::list_named(client, name).await?;
    id.ok_or_else(|| Failure::usage("the inbox is no list: it cannot be changed"))
}

async fn show(app: &App, client: &Client, all: bool, as_of: Option<&str>) -> Result<(), Failure> {
    let call = Call::get("lists")
        .maybe("archived", all.then_some("true"))
        .maybe("as_of", shared::maybe_past(app, as_of)?);
    let answer = client.send(call).await?.value()?;
    if app.screen.json {
        return app.screen.value(&answer);
    }
    let lists: Vec<List> = shared::items(answer)?;
    if lists.is_empty() {
        app.screen
            .note("no lists; make one with taskfold lists new NAME");
        return Ok(());
    }
    let mut table = Table::new(vec![
        Column::new("list").shrinks(12),
        Column::new("open").right(),
        Column::new("done").right(),
        Column::new(""),
        Column::new("id").expendable(1),
    ]);
    for list in lists
        .iter()
        .filter(|list| all || list.archived_at.is_none())
    {
        table.row(vec![
            Cell::new(style::NAME, list.name.clone()),
            Cell::plain(list.open.to_string()),
            Cell::new(style::DIM, list.done.to_string()),
            Cell::new(
                style::DIM,
                if list.archived_at.is_some() {
                    "archived"
                } else {
                    ""
                },
            ),
            Cell::new(style::ID, list.list_id.to_string()),
        ]);
    }
    app.screen.table(&table)
}
