//! From a decision to the log.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use taskfold_contracts::envelope::{ChangeContext, Draft};
use taskfold_contracts::ids::{EventId, StreamId, WorkspaceId};
use taskfold_contracts::position::{Position, Version};
use taskfold_domain::Decision;
use taskfold_log::{Append, AppendError, Appended, Claim, Idempotency};
use taskfold_spans::Span;

use super::Inner;
use super::execute::Taken;
use super::reply::WriteReply;
use crate::problem::Problem;
use crate::trace::{Trace, WORKSPACE};

/// How often the outcome of an append is asked for when a commit left it open.
const RESOLVE_TRIES: u32 = 5;

/// A decision on its way to the log.
pub(crate) struct Write {
    pub(crate) context: ChangeContext,
    pub(crate) decision: Decision,
    /// Versions of the streams that it writes and reads, as it saw them.
    pub(crate) expected: BTreeMap<StreamId, Version>,
    pub(crate) key: Option<([u8; 32], [u8; 32])>,
    pub(crate) claims: Vec<Claim>,
    /// These are more events of a change that is stored.
    pub(crate) is_more: bool,
    /// The answer, but for the position.
    pub(crate) reply: WriteReply,
}

impl Write {
    /// More events of a change that is stored, which nobody tries again.
    pub(crate) fn more(context: ChangeContext, taken: Taken) -> Self {
        let reply = taken.reply(context.change_id);
        Self {
            context,
            decision: taken.decision,
            expected: taken.expected,
            key: None,
            claims: Vec::new(),
            is_more: true,
            reply,
        }
    }

    fn idempotency(&self) -> Result<Option<Idempotency>, Problem> {
        let Some((key, fingerprint)) = self.key else {
            return Ok(None);
        };
        let reply = serde_json::to_vec(&self.reply).map_err(|error| Problem::internal(&error))?;
        Ok(Some(Idempotency {
            key,
            fingerprint,
            reply,
        }))
    }
}

/// What came of it.
pub(crate) enum Outcome {
    Stored(Box<WriteReply>),
    /// Somebody else was faster: decide again.
    Conflict,
}

impl Inner {
    /// Stores a decision. `seen` is the position that it was made at: the answer when nothing is stored.
    pub(crate) async fn store(&self, write: Write, seen: Position) -> Result<Outcome, Problem> {
        Ok(self.try_store(write, seen).await?)
    }

    /// The same, with the reason why not.
    pub(super) async fn try_store(&self, write: Write, seen: Position) -> Result<Outcome, Failed> {
        let mut write = write;
        if write.decision.events.is_empty() && write.key.is_none() {
            write.reply.place(seen);
            return Ok(Outcome::Stored(Box::new(write.reply)));
        }
        let began = Instant::now();
        let appended = self.append_all(&mut write).await;
        Trace::tell_append(&write.context, write.is_more, began, |span| {
            about(span, &write, &appended)
        });
        match appended {
            Ok(appended) if appended.replayed => {
                Ok(Outcome::Stored(Box::new(replayed(&appended)?)))
            }
            Ok(appended) => {
                write.reply.place(appended.last);
                Ok(Outcome::Stored(Box::new(write.reply)))
            }
            Err(Failed::Append(AppendError::Conflict { .. })) => Ok(Outcome::Conflict),
            Err(failed) => Err(failed),
        }
    }

    async fn append_all(&self, write: &mut Write) -> Result<Appended, Failed> {
        let append = Append {
            workspace_id: write.context.workspace_id,
            drafts: self.drafts(write)?,
            idempotency: write.idempotency()?,
            expected: std::mem::take(&mut write.expected).into_iter().collect(),
            claims: std::mem::take(&mut write.claims),
        };
        let again = append.clone();
        match self.log.append(append).await {
            Err(AppendError::Unknown(reason)) => Ok(Box::pin(self.resolve(again, reason)).await?),
            other => Ok(other?),
        }
    }

    /// The commit failed and may have happened all the same: the events' ids and versions are taken once
    /// only, so trying again stores them, or finds them.
    async fn resolve(&self, append: Append, reason: String) -> Result<Appended, AppendError> {
        tracing::warn!(
            reason,
            "the outcome of a commit is unknown; it is looked up"
        );
        for attempt in 0..RESOLVE_TRIES {
            // An append of nothing makes the log settle what stands, so that it is shown when it is answered.
            let settled = self.log.append(nothing(append.workspace_id)).await;
            if settled.is_ok() {
                if let Some(found) = self.find(&append).await {
                    return Ok(found);
                }
                match self.log.append(append.clone()).await {
                    Ok(appended) => return Ok(appended),
                    Err(
                        error @ (AppendError::Conflict { .. }
                        | AppendError::ClaimTaken { .. }
                        | AppendError::KeyReused
                        | AppendError::TooLarge { .. }),
                    ) => return self.find(&append).await.ok_or(error),
                    Err(
                        AppendError::Unknown(_)
                        | AppendError::Busy
                        | AppendError::Closed
                        | AppendError::Storage(_),
                    ) => {}
                }
            }
            tokio::time::sleep(Duration::from_millis(50 << attempt)).await;
        }
        Err(AppendError::Unknown(reason))
    }

    async fn find(&self, append: &Append) -> Option<Appended> {
        let change = append.drafts.first()?.change_id;
        let rows = self.log.read_change(change).await.ok()?;
        let wanted = append.drafts.last()?.event_id;
        let last = rows.iter().find(|row| row.header.event_id == wanted)?;
        Some(Appended {
            change_id: last.header.change_id,
            first: rows.first()?.header.position,
            last: last.header.position,
            recorded_at: last.header.recorded_at,
            replayed: false,
            reply: Vec::new(),
        })
    }

    fn drafts(&self, write: &Write) -> Result<Vec<Draft>, Problem> {
        let draft = |decided: &taskfold_domain::Decided| {
            let event_id = EventId(self.ids.next());
            Draft::new(
                &write.context,
                event_id,
                decided.occurred_at,
                &decided.event,
            )
        };
        let drafts: Result<_, _> = write.decision.events.iter().map(draft).collect();
        drafts.map_err(|error| Problem::internal(&error))
    }
}

/// Event types that are told of an append at most.
const TYPES_TOLD: usize = 16;

/// What is told of an append. A conflict is no failure: the command is decided again.
fn about(span: Span, write: &Write, appended: &Result<Appended, Failed>) -> Span {
    let events = write.decision.events.iter();
    let types: BTreeSet<_> = events.map(|d| d.event.event_type().as_str()).collect();
    let types: Vec<_> = types.into_iter().take(TYPES_TOLD).map(Cow::from).collect();
    let span = span
        .with(WORKSPACE, write.context.workspace_id.to_string())
        .with("taskfold.change_id", write.context.change_id.to_string())
        .with("taskfold.events", write.decision.events.len())
        .with("taskfold.event_types", types);
    match appended {
        Ok(appended) => span
            .with("taskfold.position", appended.last.to_string())
            .with("taskfold.replayed", appended.replayed),
        Err(Failed::Append(AppendError::Conflict { .. })) => span.with("taskfold.conflict", true),
        Err(Failed::Append(error)) => span.failed(error.to_string()),
        Err(Failed::Encode(problem)) => span.failed(problem.code.clone()),
    }
}

fn nothing(workspace_id: WorkspaceId) -> Append {
    Append {
        workspace_id,
        expected: Vec::new(),
        drafts: Vec::new(),
        idempotency: None,
        claims: Vec::new(),
    }
}

/// The answer that an earlier try got.
pub(crate) fn replayed(appended: &Appended) -> Result<WriteReply, Problem> {
    let mut reply: WriteReply =
        serde_json::from_slice(&appended.reply).map_err(|error| Problem::internal(&error))?;
    reply.place(appended.last);
    Ok(reply)
}

/// Why a decision was not stored.
pub(super) enum Failed {
    Append(AppendError),
    Encode(Problem),
}

impl From<Failed> for Problem {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Append(error) => error.into(),
            Failed::Encode(problem) => problem,
        }
    }
}

impl From<AppendError> for Failed {
    fn from(error: AppendError) -> Self {
        Self::Append(error)
    }
}

impl From<Problem> for Failed {
    fn from(problem: Problem) -> Self {
        Self::Encode(problem)
    }
}
