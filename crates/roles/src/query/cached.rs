//! Answers that were given before, in Redis. The name of an answer is made of all that goes into it, so that what
//! has changed has another name: nothing is ever removed, and nothing old is found. What goes into an answer:
//!
//! - the workspace, as the views had it at a position of its partition (and which build of the views it was);
//! - the question;
//! - whoever asks, if the filter says "me";
//! - the time, if the question depends on it: the second for "overdue", else the day in the zone of whoever asks.
//!
//! Whether somebody may ask is decided before, in the same snapshot that the position comes from. Answers with the
//! names of people are not kept: people are in other partitions and change without the workspace. A workspace that
//! waits for a dead letter is left alone: a retry changes its rows, and no position tells.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use taskfold_contracts::ids::WorkspaceId;
use taskfold_views::filter::{Condition, Filter, Flag, Person, Term};
use taskfold_views::{QueryError, Reader, VIEW_VERSION, deadletters};

use super::request::{Read, ReadRequest};
use crate::redis::Redis;

/// Raise it when answers to the same questions change their shape.
const FORMAT: u32 = 1;
/// Larger answers are rare, and hold up the small ones on the same connection.
const MAX_BYTES: usize = 256 << 10;
/// Then the second and the day in the names have long passed, or somebody else asks.
const LIFETIME: Duration = Duration::from_mins(1);

/// The state of a workspace that an answer is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stand {
    pub(super) watermark: u64,
    /// Whether it waits for a dead letter.
    parked: bool,
}

impl Stand {
    pub(super) fn of(
        reader: &Reader<'_>,
        workspace: WorkspaceId,
        partition: u32,
    ) -> Result<Self, QueryError> {
        Ok(Self {
            watermark: reader.watermark(partition)?,
            parked: deadletters::parked(reader)?.contains(&workspace),
        })
    }
}

/// A question to which an answer may be kept.
pub(super) struct Question<'r> {
    redis: &'r Redis,
    /// Over all that goes into the answer but the state of the workspace.
    digest: Sha256,
    partition: u32,
    /// Of the views, before anything was read from them.
    generation: u64,
}

/// Whether it pays to keep answers to questions of this kind.
pub(super) fn pays(request: &ReadRequest) -> bool {
    // The others are one short walk along an index, which takes no longer than asking Redis (counts took a quarter of
    // that, a page of 50 tasks or a search in 10,000 up to twelve times as much); or they are of the past, of which
    // there are copies in memory; or they tell the names of people.
    let kind = matches!(request.read, Read::Tasks { .. } | Read::Search { .. });
    kind && request.as_of.is_none()
}

impl<'r> Question<'r> {
    /// `filter` is that of the request, `now` in the zone of whoever asks. None when the question cannot be
    /// written down.
    pub(super) fn new(
        redis: &'r Redis,
        request: &ReadRequest,
        filter: &Filter,
        now: &jiff::Zoned,
        (partition, generation): (u32, u64),
    ) -> Option<Self> {
        let parts = Parts::of(filter);
        let question = serde_json::to_vec(&request.read).ok()?;
        let mut digest = Sha256::new();
        digest.update(request.workspace_id.as_bytes());
        digest.update(parts.name(request, now));
        digest.update(question);
        Some(Self {
            redis,
            digest,
            partition,
            generation,
        })
    }

    /// The answer at this state, when it was kept.
    pub(super) async fn known(&self, stand: Stand) -> Option<Vec<u8>> {
        if stand.parked {
            return None;
        }
        self.redis.get(&self.name(stand)).await
    }

    /// Keeps an answer that was read at this state, from views that are of this generation afterwards.
    pub(super) async fn keep(&self, stand: Stand, generation: u64, json: &[u8]) {
        if !stand.parked && generation == self.generation && json.len() <= MAX_BYTES {
            self.redis.put(&self.name(stand), json, LIFETIME).await;
        }
    }

    fn name(&self, stand: Stand) -> String {
        let mut digest = self.digest.clone();
        for number in [self.generation, self.partition.into(), stand.watermark] {
            digest.update(number.to_be_bytes());
        }
        let version = env!("CARGO_PKG_VERSION");
        format!(
            "taskfold:answer:{version}.{VIEW_VERSION}.{FORMAT}:{}",
            URL_SAFE_NO_PAD.encode(digest.finalize())
        )
    }
}

/// What an answer depends on beside the workspace and the question.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Parts {
    me: bool,
    day: bool,
    instant: bool,
}

impl Parts {
    fn of(filter: &Filter) -> Self {
        let condition = filter.condition.as_ref();
        condition.map(Self::within).unwrap_or_default()
    }

    fn within(condition: &Condition) -> Self {
        match condition {
            Condition::All(parts) | Condition::Any(parts) => parts
                .iter()
                .map(Self::within)
                .fold(Self::default(), Self::and),
            Condition::Not(part) => Self::within(part),
            Condition::Term(term) => Self::of_term(term),
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            me: self.me || other.me,
            day: self.day || other.day,
            instant: self.instant || other.instant,
        }
    }

    fn of_term(term: &Term) -> Self {
        let mut parts = Self::default();
        match term {
            // Also a fixed day begins when it does in the zone of whoever asks.
            Term::Day(..) => parts.day = true,
            Term::Assignee(_, person) => parts.me = *person == Person::Me,
            Term::Is(flag) => parts.instant = *flag == Flag::Overdue,
            Term::NoDay(..)
            | Term::Priority(..)
            | Term::Tag(..)
            | Term::TagContains(_)
            | Term::List(..)
            | Term::ListContains(_)
            | Term::Parent(..)
            | Term::Title(..)
            | Term::TitleContains(_)
            | Term::Text(_)
            | Term::Has(_) => {}
        }
        parts
    }

    /// Each part ends in a bar, so that no two lists of parts are written alike.
    fn name(self, request: &ReadRequest, now: &jiff::Zoned) -> String {
        let me = self.me.then(|| request.principal.user_id.to_string());
        let dated = self.day || self.instant;
        let zone = request.zone.clone().filter(|_| dated);
        let day = dated.then(|| now.date().to_string());
        let second = self
            .instant
            .then(|| now.timestamp().as_second().to_string());
        [me, zone, day, second]
            .map(|part| part.unwrap_or_default() + "|")
            .concat()
    }
}
