//! `taskfold undo` and `taskfold redo`.

use serde_json::{Value, json};
use taskfold_contracts::ids::ChangeId;

use super::App;
use crate::client::{Call, Client};
use crate::exit::Failure;
use crate::print::style;

/// Take a change back; later changes of other fields stay.
#[derive(Debug, clap::Args)]
pub(crate) struct Undo {
    /// The change, as history shows it [default: your last one]
    change: Option<ChangeId>,
}

/// Bring an undone change back.
#[derive(Debug, clap::Args)]
pub(crate) struct Redo {
    /// The change that was undone [default: the last one]
    change: Option<ChangeId>,
}

impl Undo {
    /// Runs it.
    pub(crate) async fn run(self, app: &App, client: &Client) -> Result<(), Failure> {
        run(app, client, "undo", "undone", self.change).await
    }
}

impl Redo {
    /// Runs it.
    pub(crate) async fn run(self, app: &App, client: &Client) -> Result<(), Failure> {
        run(app, client, "redo", "redone", self.change).await
    }
}

async fn run(
    app: &App,
    client: &Client,
    path: &str,
    verb: &str,
    change: Option<ChangeId>,
) -> Result<(), Failure> {
    let body = match change {
        Some(change) => json!({ "change_id": change }),
        None => json!({}),
    };
    let answer = client.send(Call::post(path).json(&body)?).await?.value()?;
    if app.screen.json {
        return app.screen.value(&answer);
    }
    let verb_painted = app.screen.paint(style::GOOD, verb);
    app.screen.line(&format!(
        "{verb_painted} {}",
        taken_back(client, &answer).await
    ))?;
    kept(app, &answer);
    Ok(())
}

/// What the change that `answer` names took back, in words; the change itself has been made, so
/// that nothing here may fail.
async fn taken_back(client: &Client, answer: &Value) -> String {
    let Ok(changes) = recent(client).await else {
        return String::new();
    };
    let of = |id: &Value| changes.iter().find(|change| &change["change_id"] == id);
    let taken = answer
        .get("change_id")
        .and_then(of)
        .and_then(|change| of(&change["undoes"]));
    let Some(types) = taken.and_then(|change| change["types"].as_object()) else {
        return String::new();
    };
    let words = types.iter().map(|(name, count)| match count.as_u64() {
        Some(1) | None => name.clone(),
        Some(count) => format!("{count} × {name}"),
    });
    words.collect::<Vec<_>>().join(", ")
}

async fn recent(client: &Client) -> Result<Vec<Value>, Failure> {
    super::shared::items(
        client
            .send(Call::get("changes").query("limit", "50"))
            .await?
            .value()?,
    )
}

/// Says which fields could not be brought back.
pub(crate) fn kept(app: &App, answer: &Value) {
    let kept = answer
        .get("kept")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    for item in kept {
        let text = |key: &str| item.get(key).and_then(Value::as_str).unwrap_or("?");
        app.screen.warn(&format!(
            "{} of {} stays as it is: it was changed again later, or the rules forbid it now",
            text("field"),
            text("id"),
        ));
    }
}
