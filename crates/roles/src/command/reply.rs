//! What a command answers.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use taskfold_contracts::commands::Command;
use taskfold_contracts::events::Event;
use taskfold_contracts::ids::{ChangeId, CommentId, FilterId, InvitationId, ListId, StreamId};
use taskfold_contracts::position::{Position, Version};
use taskfold_contracts::time::Timestamp;
use taskfold_domain::{Decided, Kept, Step};

use crate::problem::Problem;

/// Carries the position of a write, and what a read has to wait for.
pub(crate) static POSITION: HeaderName = HeaderName::from_static("taskfold-position");

/// A write that is on disk.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WriteReply {
    /// What the command was about, or what it made.
    pub id: Option<StreamId>,
    /// Its version now: what `If-Match` may name.
    pub version: Option<u64>,
    /// What it made within that.
    #[serde(flatten)]
    pub made: Made,
    /// What undo names; null when nothing had to change.
    pub change_id: Option<ChangeId>,
    /// Where the last event is: send it back as `Taskfold-Position` to read your write.
    #[schema(value_type = String, example = "0:42")]
    pub position: Position,
    /// Fields that an undo or a restore had to leave as they are.
    pub kept: Vec<KeptField>,
    /// Things of an import that were there already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skipped: Option<u64>,
    /// Things of an import that were in the trash because an import was undone, and are out of it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restored: Option<u64>,
    /// Lists that were here already and took tasks of an import's lists of the same name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub joined: Vec<JoinedList>,
    /// The result of each command of a bulk request, in its order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub results: Option<Vec<BulkResult>>,
}

/// A field that could not be brought back.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct KeptField {
    /// Of which task, list or workspace.
    pub id: StreamId,
    /// The field.
    pub field: String,
    /// The later change that touched it; null when today's state forbids the old value.
    pub because: Option<ChangeId>,
}

impl From<Kept> for KeptField {
    fn from(kept: Kept) -> Self {
        Self {
            id: kept.stream,
            field: kept.field,
            because: kept.because,
        }
    }
}

/// The id of what a command made within a task or a workspace.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Made {
    /// The comment that was written or changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment_id: Option<CommentId>,
    /// The filter that was saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter_id: Option<FilterId>,
    /// The invitation that was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation_id: Option<InvitationId>,
    /// Until when that is good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(ignore)]
    pub expires_at: Option<Timestamp>,
}

impl Made {
    /// What the events of one command made: such a command makes one event alone, but for an invitation that takes
    /// an earlier one back.
    pub(crate) fn by(events: &[Decided]) -> Self {
        let mut made = Self::default();
        let Some((only, before)) = events.split_last() else {
            return made;
        };
        let revoked = |it: &Decided| matches!(it.event, Event::WorkspaceInvitationRevoked(_));
        if !before.iter().all(revoked) {
            return made;
        }
        if let Event::TaskCommented(event) = &only.event {
            made.comment_id = Some(event.comment_id);
        } else if let Event::TaskCommentEdited(event) = &only.event {
            made.comment_id = Some(event.comment_id);
        } else if let Event::WorkspaceFilterSaved(event) = &only.event {
            made.filter_id = Some(event.filter_id);
        } else if let Event::WorkspaceMemberInvited(event) = &only.event {
            made.invitation_id = Some(event.invitation_id);
            made.expires_at = Some(event.expires_at);
        }
        made
    }
}

/// A list that stands for one of the same name.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct JoinedList {
    /// The list.
    pub list_id: ListId,
    /// Its name.
    pub name: String,
}

impl From<taskfold_domain::JoinedList> for JoinedList {
    fn from(joined: taskfold_domain::JoinedList) -> Self {
        Self {
            list_id: joined.list_id,
            name: joined.name,
        }
    }
}

/// The result of one command of a bulk request: what came of it, or the problem that it would have been answered
/// with alone.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum BulkResult {
    /// It was carried out.
    Done(BulkDone),
    /// It was refused.
    Refused(Problem),
}

/// A command of a bulk request that was carried out.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BulkDone {
    /// The HTTP status that it would have had alone: 201 when it made a task or a list, else 200.
    #[schema(example = 201)]
    pub status: u16,
    /// What the command was about, or what it made.
    pub id: Option<StreamId>,
    /// Its version then: what `If-Match` may name.
    pub version: Option<u64>,
    /// What it made within that.
    #[serde(flatten)]
    pub made: Made,
    /// Where its last event is.
    #[schema(value_type = String, example = "0:42")]
    pub position: Position,
    /// Events that it made; 0 when nothing had to change.
    pub events: u64,
}

impl BulkResult {
    /// What came of a command. `events` are those of the commands up to it; `before` is the version that its
    /// subject had without them.
    pub(crate) fn done(
        command: &Command,
        step: Step,
        (events, before): (&[Decided], Version),
        position: Position,
    ) -> Self {
        let of_subject = |decided: &&Decided| Some(decided.event.stream()) == step.subject;
        let written = events.iter().filter(of_subject).count();
        let creates = matches!(command, Command::CreateTask(_) | Command::CreateList(_));
        let own = &events[events.len().saturating_sub(step.events)..];
        let status = if creates {
            StatusCode::CREATED
        } else {
            StatusCode::OK
        };
        Self::Done(BulkDone {
            status: status.as_u16(),
            id: step.subject,
            version: step.subject.map(|_| before.0 + count(written)),
            made: Made::by(own),
            position,
            events: count(step.events),
        })
    }

    /// Whether it was refused.
    pub fn is_refused(&self) -> bool {
        matches!(self, Self::Refused(_))
    }
}

impl WriteReply {
    /// Tells where its last event is, and those of the commands that it was made of: all stand in a row.
    pub(crate) fn place(&mut self, last: Position) {
        self.position = last;
        let mut number = last.number;
        for result in self.results.iter_mut().flatten().rev() {
            if let BulkResult::Done(done) = result {
                done.position.number = number;
                number = number.saturating_sub(done.events);
            }
        }
    }
}

fn count(some: usize) -> u64 {
    u64::try_from(some).unwrap_or(u64::MAX)
}

impl IntoResponse for WriteReply {
    fn into_response(self) -> axum::response::Response {
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (StatusCode::OK, body).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        if let Ok(value) = HeaderValue::try_from(self.position.to_string()) {
            headers.insert(POSITION.clone(), value);
        }
        if let Some(Ok(value)) = self
            .version
            .map(|version| HeaderValue::try_from(format!("\"{version}\"")))
        {
            headers.insert(header::ETAG, value);
        }
        response.extensions_mut().insert(self);
        response
    }
}
