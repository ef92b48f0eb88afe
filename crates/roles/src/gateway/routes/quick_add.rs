//! A task from a line of text.

mod create;
mod preview;

use serde::Deserialize;
use taskfold_contracts::ids::WorkspaceId;
use taskfold_contracts::time::Timestamp;
use taskfold_domain::quick_add::{self, QuickAdd, Resolved, Settings};

use super::{Endpoint, endpoints};
use crate::gateway::Gateway;
use crate::gateway::caller::Caller;
use crate::moment::is_ahead;
use crate::problem::Problem;
use crate::query::{Names, Read};

pub(super) fn all() -> Vec<Endpoint> {
    endpoints![create, preview]
}

/// A line of text.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct QuickAddText {
    /// Such as `Call Anna tomorrow 5pm #work !high`; at most 2,000 characters.
    text: String,
    /// The moment at which it was written, from which "tomorrow" counts; now when it is absent. For lines that were
    /// written without a network.
    #[serde(default)]
    at: Option<Timestamp>,
}

const LONGEST: usize = 2_000;

fn written_at(at: Option<Timestamp>, now: Timestamp) -> Result<Timestamp, Problem> {
    match at {
        Some(at) if is_ahead(at, now) => {
            let message = format!("{at} lies in the future: it is {now}");
            Err(Problem::field("at", "in_the_future", message))
        }
        Some(at) => Ok(at),
        None => Ok(now),
    }
}

/// Reads the text under the caller's settings and finds the names in the workspace.
async fn understand(
    gateway: &Gateway,
    caller: &Caller,
    workspace: Option<WorkspaceId>,
    QuickAddText { text, at }: &QuickAddText,
) -> Result<(QuickAdd, Resolved), Problem> {
    if text.chars().count() > LONGEST {
        return Err(Problem::field(
            "text",
            "too_long",
            "must have at most 2,000 characters",
        ));
    }
    let names: Names = gateway
        .ask(caller, caller.workspace(workspace)?, Read::Names)
        .await?;
    let preferences = gateway.preferences(caller).await;
    let zone = jiff::tz::TimeZone::get(&preferences.zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let written = written_at(*at, gateway.now())?;
    let settings = Settings {
        now: written.to_jiff().to_zoned(zone),
        week_start: preferences.week_start,
    };
    let parsed = quick_add::parse(text, &settings);
    let lists: Vec<_> = names
        .lists
        .iter()
        .map(|(id, name)| (*id, name.as_str()))
        .collect();
    let members: Vec<_> = names
        .members
        .iter()
        .map(|(id, name)| (*id, name.as_str()))
        .collect();
    let resolved = parsed.resolve(&lists, &members);
    Ok((parsed, resolved))
}
