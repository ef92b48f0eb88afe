//! `taskfold undo` and `taskfold redo`.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use taskfold_contracts::ids::{ChangeId, ListId, TaskId};

use super::{App, named, shared, words};
use crate::client::{Call, Client};
use crate::exit::{Exit, Failure};
use crate::names::short;
use crate::print::{Names, style};

/// Take a change back; later changes of other fields stay, and what could not be taken back is said.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  taskfold undo            your last change
  taskfold history         shows the changes; the last column names them
  taskfold undo 3f2a       that change, also an old one")]
pub(crate) struct Undo {
    /// The change: its id, or the end of it as history shows it [default: your last one]
    change: Option<String>,
}

/// Bring an undone change back.
#[derive(Debug, clap::Args)]
pub(crate) struct Redo {
    /// The change that was undone: its id, or the end of it [default: the last one]
    change: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Undo,
    Redo,
}

impl Undo {
    /// Runs it.
    pub(crate) async fn run(self, app: &App, client: &Client) -> Result<(), Failure> {
        run(app, client, Way::Undo, self.change.as_deref()).await
    }
}

impl Redo {
    /// Runs it.
    pub(crate) async fn run(self, app: &App, client: &Client) -> Result<(), Failure> {
        run(app, client, Way::Redo, self.change.as_deref()).await
    }
}

async fn run(app: &App, client: &Client, way: Way, change: Option<&str>) -> Result<(), Failure> {
    let mut body = json!({});
    if let Some(name) = change {
        let recent = named::changes(client).await?;
        let id = named::change(name, &recent)?;
        if way == Way::Undo {
            refuse_undone(&recent, id)?;
        }
        body["change_id"] = json!(id);
    }
    let path = match way {
        Way::Undo => "undo",
        Way::Redo => "redo",
    };
    let answer = client.send(Call::post(path).json(&body)?).await?.value()?;
    let made = answer.get("change_id").is_some_and(|id| !id.is_null());
    if app.screen.json {
        app.screen.value(&answer)?;
    } else if made {
        let (verb, what) = told(&answer, way);
        let verb = app.screen.paint(style::GOOD, verb);
        app.screen.line(format!("{verb} {what}").trim_end())?;
        kept(app, client, &answer).await;
    } else {
        kept(app, client, &answer).await;
    }
    if made {
        Ok(())
    } else {
        Err(Failure::new(
            Exit::Conflict,
            match way {
                Way::Undo => "nothing of this change could be taken back",
                Way::Redo => "nothing of this change could be redone",
            },
        ))
    }
}

/// A change that was taken back already has nothing left to take back.
fn refuse_undone(recent: &[Value], change: ChangeId) -> Result<(), Failure> {
    let id = json!(change);
    let known = recent.iter().find(|row| row["change_id"] == id);
    let Some(by) = known.and_then(|row| row["undone_by"].as_str()) else {
        return Ok(());
    };
    let name = short(change);
    let message = format!("change {name} was undone already, by change {}", short(by));
    Err(Failure::new(Exit::Conflict, message).hint(format!("taskfold redo {name} brings it back")))
}

/// The server's words for what was taken back. To undo an undo is to redo.
fn told(answer: &Value, way: Way) -> (&'static str, &str) {
    let summary = answer["summary"].as_str().unwrap_or("a change");
    match summary.split_once(": ") {
        Some(("undid", what)) => ("Undone:", what),
        Some(("redid", what)) => ("Redone:", what),
        Some(_) | None if way == Way::Undo => ("Undone:", summary),
        Some(_) | None => ("Redone:", summary),
    }
}

async fn list_names(client: &Client) -> BTreeMap<ListId, String> {
    let mut all = named::lists(client, None).await.unwrap_or_default();
    all.extend(named::deleted_lists(client, None).await.unwrap_or_default());
    all.into_iter()
        .map(|list| (list.list_id, list.name))
        .collect()
}

/// Says which fields could not be brought back, and why. What was done is done, so that nothing here may fail.
pub(crate) async fn kept(app: &App, client: &Client, answer: &Value) {
    let kept = answer
        .get("kept")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    if kept.is_empty() {
        return;
    }
    let ids = kept.iter().filter_map(|item| item["id"].as_str());
    let ids = ids.filter_map(|id| id.parse::<TaskId>().ok());
    let names = Names {
        tasks: shared::titles(client, ids, None).await.unwrap_or_default(),
        lists: list_names(client).await,
        people: shared::people(client)
            .await
            .map(|names| names.people)
            .unwrap_or_default(),
        ..Names::default()
    };
    for item in kept {
        app.screen.warn(&kept_in_words(item, &names));
    }
}

fn kept_in_words(item: &Value, names: &Names) -> String {
    let text = |key: &str| item[key].as_str().unwrap_or_default();
    let thing = names.any(text("id"));
    let field = words::field(text("field"), names);
    let why = match item["because"].as_str() {
        Some(later) => format!("it was changed again later, by change {}", short(later)),
        None if text("field").starts_with("comment:") => {
            "only who wrote it, or an owner, can change it".to_owned()
        }
        None => "the present state does not allow the old value".to_owned(),
    };
    format!("{thing}: {field} stays as it is: {why}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_said_with_the_reason() {
        let id = "01920000-0000-7000-8000-00000000abcd";
        let mut names = Names::default();
        names
            .tasks
            .insert(id.parse().unwrap(), "Pay rent".to_owned());
        let said = |item: Value| kept_in_words(&item, &names);
        let later = said(json!({ "id": id, "field": "due", "because": id }));
        assert_eq!(
            later,
            "“Pay rent” abcd: due stays as it is: it was changed again later, by change abcd"
        );
        let refused = said(json!({ "id": id, "field": "tag:home", "because": null }));
        assert!(refused.contains("the tag #home stays"), "{refused}");
        assert!(refused.contains("does not allow"), "{refused}");
    }
}
