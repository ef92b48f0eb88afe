//! An event as it goes over the wire, and the other messages.

use axum::extract::ws::Utf8Bytes;
use serde::Serialize;
use taskfold_contracts::cloudevent::CloudEvent;
use taskfold_contracts::envelope::Recorded;
use taskfold_contracts::events::Event;
use taskfold_contracts::ids::{UserId, WorkspaceId};
use taskfold_contracts::position::Position;
use taskfold_log::Log;

use super::presence::Present;

/// An event, written once and shared by all sockets.
pub(super) struct Frame {
    /// Where it is.
    pub(super) position: Position,
    /// Whose event it is.
    pub(super) workspace: WorkspaceId,
    /// The message. None when this process cannot read the event.
    pub(super) text: Option<Utf8Bytes>,
    /// Who lost their membership by it.
    pub(super) removed: Option<UserId>,
}

/// A message to the client.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Message {
    /// The first one, when one workspace is followed.
    Hello {
        /// What comes is behind this.
        position: Position,
        /// What is followed.
        workspace: WorkspaceId,
    },
    /// The first one, when all are followed.
    #[serde(rename = "hello")]
    HelloAll {
        /// What comes is behind these, one a partition.
        positions: Vec<Position>,
        /// What is followed.
        workspaces: Vec<WorkspaceId>,
    },
    /// What happened.
    Event {
        /// Where.
        position: Position,
        /// What.
        event: Box<CloudEvent>,
    },
    /// Everything up to here was sent; what follows is new.
    CaughtUp {
        /// Up to where.
        position: Position,
    },
    /// The same, when all workspaces are followed.
    #[serde(rename = "caught_up")]
    CaughtUpAll {
        /// Up to where, one a partition.
        positions: Vec<Position>,
    },
    /// The person has joined a workspace: its events follow, from this position on.
    Joined {
        /// Where.
        position: Position,
        /// What is followed from now on.
        workspace: WorkspaceId,
    },
    /// The person is no member of a workspace any more: none of its events follows.
    Left {
        /// Where.
        position: Position,
        /// What is no longer followed.
        workspace: WorkspaceId,
    },
    /// Who is in the workspace that the client is in.
    Presence {
        /// Which.
        workspace: WorkspaceId,
        /// All of them.
        people: Vec<Present>,
    },
    /// Is anybody there?
    Ping,
    /// Yes.
    Pong,
}

impl Message {
    /// As JSON.
    pub(super) fn text(&self) -> Option<Utf8Bytes> {
        let text = serde_json::to_string(self);
        text.inspect_err(|error| tracing::error!(%error, "a live message cannot be written"))
            .ok()
            .map(Utf8Bytes::from)
    }
}

impl Frame {
    /// The frame of a row. An event that this process cannot read has no text: a newer one wrote it, and
    /// whoever follows sees it after the update.
    pub(super) fn of(log: &Log, row: &Recorded) -> Self {
        let (position, workspace) = (row.header.position, row.header.workspace_id);
        let envelope = match log.open_envelope(row) {
            Ok(envelope) => envelope,
            Err(error) => {
                tracing::warn!(%position, %error, "an event cannot be read and is not sent live");
                return Self {
                    position,
                    workspace,
                    text: None,
                    removed: None,
                };
            }
        };
        let removed = if let Event::WorkspaceMemberLeft(left) = &envelope.event {
            Some(left.member_id)
        } else {
            None
        };
        let event = Box::new(CloudEvent::of(&envelope));
        Self {
            position,
            workspace,
            text: Message::Event { position, event }.text(),
            removed,
        }
    }

    /// Bytes that it holds, about.
    pub(super) fn bytes(&self) -> usize {
        64 + self.text.as_ref().map_or(0, |text| text.as_str().len())
    }
}
