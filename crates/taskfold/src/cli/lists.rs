//! `taskfold lists`.

use clap::Subcommand;
use serde_json::{Value, json};
use taskfold_contracts::ids::ListId;
use taskfold_views::lists::List;

use super::{App, named, shared, trash};
use crate::client::{Call, Client};
use crate::exit::Failure;
use crate::names::tails;
use crate::print::{Cell, Column, Table, style};

/// List, make and change lists. A list is named by its name, its id, or the end of its id.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  taskfold lists --all
  taskfold lists new Shopping --list-color \"#2e7d32\"
  taskfold lists archive Shopping
  taskfold lists rm Shopping
  taskfold lists restore Shopping")]
pub(crate) struct Lists {
    #[command(subcommand)]
    action: Option<Action>,
    /// Archived and deleted lists too
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
        /// The list: its name or id, as lists --all and trash show it
        list: String,
    },
}

impl Action {
    /// The list as it was named.
    fn name(&self) -> &str {
        match self {
            Self::New { name: list, .. }
            | Self::Rename { list, .. }
            | Self::Color { list, .. }
            | Self::Archive { list }
            | Self::Unarchive { list }
            | Self::Rm { list }
            | Self::Restore { list } => list,
        }
    }
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
        let said = action.name().to_owned();
        let (call, verb) = match action {
            Action::New { name, color } => {
                let body = match color {
                    Some(color) => json!({ "name": name, "color": color }),
                    None => json!({ "name": name }),
                };
                (Call::post("lists").json(&body)?, "made")
            }
            Action::Rename { list, name } => {
                let id = id_of(client, &list).await?;
                (
                    Call::patch(format!("lists/{id}")).json(&json!({ "name": name }))?,
                    "renamed",
                )
            }
            Action::Color { list, color } => {
                let id = id_of(client, &list).await?;
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
                Call::post(format!("lists/{}/archive", id_of(client, &list).await?)),
                "archived",
            ),
            Action::Unarchive { list } => {
                let id = id_of(client, &list).await?;
                (
                    Call::post(format!("lists/{id}/unarchive")),
                    "out of the archive",
                )
            }
            Action::Rm { list } => (
                Call::delete(format!("lists/{}", id_of(client, &list).await?)),
                "in the trash",
            ),
            Action::Restore { list } => {
                let list = named::deleted_list(client, &list).await?;
                return trash::restore_list(app, client, &list).await;
            }
        };
        let answer = client.send(call).await?.value()?;
        if app.screen.json {
            return app.screen.value(&answer);
        }
        let name = answer.get("name").and_then(Value::as_str);
        let name = name.unwrap_or(&said);
        let name = app.screen.paint(style::NAME, name);
        app.screen
            .line(&format!("{} {name}", app.screen.paint(style::GOOD, verb)))
    }
}

async fn id_of(client: &Client, name: &str) -> Result<ListId, Failure> {
    let list = named::list(client, name).await?;
    list.map(|list| list.list_id)
        .ok_or_else(|| Failure::usage("the inbox is no list: it cannot be changed"))
}

async fn show(app: &App, client: &Client, all: bool, as_of: Option<&str>) -> Result<(), Failure> {
    let as_of = shared::maybe_past(app, as_of)?;
    let call = Call::get("lists")
        .maybe("archived", all.then_some("true"))
        .maybe("as_of", as_of.as_deref());
    let mut answer = client.send(call).await?.value()?;
    if all {
        let deleted = named::deleted_lists(client, as_of.as_deref()).await?;
        let deleted = deleted.iter().map(|list| json!(list));
        if let Some(items) = answer.get_mut("items").and_then(Value::as_array_mut) {
            items.extend(deleted);
        }
    }
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
        Column::new("").expendable(2),
        Column::new("id").expendable(1),
    ]);
    let ids: Vec<String> = lists.iter().map(|list| list.list_id.to_string()).collect();
    for (list, tail) in lists.iter().zip(tails(&ids)) {
        let (state_style, state) = match (list.deleted_at, list.archived_at) {
            (Some(_), _) => (style::BAD, "deleted"),
            (None, Some(_)) => (style::DIM, "archived"),
            (None, None) => (style::DIM, ""),
        };
        table.row(vec![
            Cell::new(style::NAME, list.name.clone()),
            Cell::plain(list.open.to_string()),
            Cell::new(style::DIM, list.done.to_string()),
            Cell::new(state_style, state),
            Cell::new(style::ID, tail),
        ]);
    }
    app.screen.table(&table)
}
