//! When something that repeats would be due.

use axum::Json as Answer;
use axum::extract::State;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use taskfold_contracts::commands::RecurrenceInput;
use taskfold_contracts::values::{Due, RecursFrom};
use taskfold_domain::recurrence::{self, RecurrenceError};

use crate::gateway::body::Json;
use crate::gateway::caller::ReadingCaller;
use crate::gateway::{Gateway, paths};
use crate::moment;
use crate::problem::Problem;

/// How many dates at most, and when nothing is said.
const MOST: usize = 20;
const USUAL: usize = 5;
/// Most excluded days.
const MOST_EXCEPT: usize = 1_000;

/// A rule, and where it begins.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RecurrencePreviewInput {
    /// RFC 5545 RRULE value, such as `FREQ=WEEKLY;BYDAY=MO,TH`.
    rule: String,
    /// The due date that the task has; today when it is absent.
    #[serde(default)]
    start: Option<Due>,
    /// IANA time zone for whole days and for times without a zone; the caller's own when it is absent.
    #[serde(default)]
    time_zone: Option<String>,
    /// How many dates.
    #[serde(default = "usual")]
    #[schema(minimum = 1, maximum = 20, default = 5)]
    count: usize,
    /// Whether the rule is counted from the moment of completion, not from the due date.
    #[serde(default)]
    from_completion: bool,
    /// Excluded days.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    except: Vec<Date>,
}

/// When it would be due.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct RecurrencePreview {
    /// The rule in its one canonical text, as a task that has it would show it.
    rule: String,
    /// The rule in English.
    words: String,
    /// The dues that follow `start`, were each of them done in time.
    dates: Vec<Due>,
    /// Whether the series ends with the last of `dates`.
    ends: bool,
}

fn usual() -> usize {
    USUAL
}

/// Says when something that repeats would be due next. Nothing is made.
#[utoipa::path(
    post,
    path = paths::RECURRENCE_PREVIEW,
    tag = "tasks",
    request_body = RecurrencePreviewInput,
    responses(
        (status = 200, body = RecurrencePreview),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    ReadingCaller(caller): ReadingCaller,
    Json(body): Json<RecurrencePreviewInput>,
) -> Result<Answer<RecurrencePreview>, Problem> {
    if !(1..=MOST).contains(&body.count) {
        let message = format!("must be 1 to {MOST}");
        return Err(Problem::field("count", "out_of_range", message));
    }
    if body.except.len() > MOST_EXCEPT {
        let message = format!("more than {MOST_EXCEPT} excluded days");
        return Err(Problem::field("except", "too_many", message));
    }
    let zone = match body.time_zone {
        Some(zone) => zone,
        None => gateway.preferences(&caller).await.zone,
    };
    let zone = moment::zone(Some(&zone))?;
    let start = body.start.unwrap_or_else(|| Due {
        date: gateway.now().to_jiff().to_zoned(zone.clone()).date(),
        time: None,
        zone: None,
    });
    let from = if body.from_completion {
        RecursFrom::Completion
    } else {
        RecursFrom::Due
    };
    let rule = recurrence::normalise(&body.rule).map_err(|error| wrong(&error))?;
    let words = recurrence::describe(&rule, from);
    let input = RecurrenceInput {
        rule,
        from,
        except: body.except,
    };
    // One more tells whether there is one.
    let dates = recurrence::upcoming(&input, &start, body.count + 1, &zone);
    let mut dates = dates.map_err(|error| wrong(&error))?;
    let ends = dates.len() <= body.count;
    dates.truncate(body.count);
    Ok(Answer(RecurrencePreview {
        rule: input.rule,
        words,
        dates,
        ends,
    }))
}

fn wrong(error: &RecurrenceError) -> Problem {
    let (field, code) = match error {
        RecurrenceError::UnknownZone(_) => ("start.zone", "unknown_time_zone"),
        RecurrenceError::NeedsTime(_) => ("start.time", "missing"),
        RecurrenceError::Malformed(_)
        | RecurrenceError::TooLong
        | RecurrenceError::NoFrequency
        | RecurrenceError::Unknown(_)
        | RecurrenceError::Repeated(_)
        | RecurrenceError::Value { .. }
        | RecurrenceError::Clash(_)
        | RecurrenceError::TooFrequent
        | RecurrenceError::NeverOccurs
        | RecurrenceError::NotUnderstood(_)
        | RecurrenceError::Over { .. } => ("rule", error.code()),
    };
    Problem::field(field, code, error.to_string())
}
