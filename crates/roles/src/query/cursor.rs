//! Cursors of the past. Those of the views name their query, and know nothing of `as_of`: a page of the past tells
//! its moment before them, so that none is taken for another moment, nor for today.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use taskfold_contracts::commands::Moment;

use super::request::Read;
use crate::problem::Problem;

/// Stands between the moment and the cursor of the views, and is in neither.
const BETWEEN: char = '.';

/// The moment that pages are of, written short; none is now.
#[derive(Debug, Clone)]
pub(super) struct OfMoment(Option<String>);

impl OfMoment {
    pub(super) fn new(as_of: Option<Moment>) -> Self {
        Self(as_of.map(|moment| {
            let digest = Sha256::digest(moment.to_string());
            URL_SAFE_NO_PAD.encode(&digest[..6])
        }))
    }

    /// The cursor as the client gets it.
    pub(super) fn told(&self, cursor: Option<String>) -> Option<String> {
        match &self.0 {
            Some(moment) => cursor.map(|cursor| format!("{moment}{BETWEEN}{cursor}")),
            None => cursor,
        }
    }

    /// The question with its cursor as the views know it; refused when that is of another moment.
    pub(super) fn read(&self, mut read: Read) -> Result<Read, Problem> {
        let Some(cursor) = cursor_of(&mut read) else {
            return Ok(read);
        };
        let (moment, inner) = match cursor.split_once(BETWEEN) {
            Some((moment, inner)) => (Some(moment), inner),
            None => (None, cursor.as_str()),
        };
        if moment != self.0.as_deref() {
            let message =
                "the cursor belongs to another as_of: give back the one that the pages began with";
            return Err(Problem::field("cursor", "other_moment", message));
        }
        *cursor = inner.to_owned();
        Ok(read)
    }
}

fn cursor_of(read: &mut Read) -> Option<&mut String> {
    match read {
        Read::Tasks { cursor, .. }
        | Read::TaskHistory { cursor, .. }
        | Read::Comments { cursor, .. }
        | Read::ListHistory { cursor, .. }
        | Read::Search { cursor, .. }
        | Read::Activity { cursor, .. }
        | Read::Trash { cursor, .. } => cursor.as_mut(),
        Read::Task { .. }
        | Read::TasksNamed { .. }
        | Read::Lists { .. }
        | Read::List { .. }
        | Read::Tags
        | Read::Counts
        | Read::Reminders
        | Read::Filters
        | Read::Workspaces { .. }
        | Read::Workspace
        | Read::Members
        | Read::Invitations
        | Read::InvitationsToMe
        | Read::InvitedTo { .. }
        | Read::InvitationWith { .. }
        | Read::Me
        | Read::Changes { .. }
        | Read::Told { .. }
        | Read::Names
        | Read::Membership
        | Read::Export { .. } => None,
    }
}
