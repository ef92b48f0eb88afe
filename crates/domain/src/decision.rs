//! What a decision is given and what it gives back.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use taskfold_contracts::events::Event;
use taskfold_contracts::ids::{ChangeId, IdSource, ListId, StreamId};
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::Actor;

use crate::rejection::Rejection;

/// Who asks, when, where and where new ids come from.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Who does it.
    pub actor: Actor,
    /// Now.
    pub now: Timestamp,
    /// The zone of whoever asks: what "today" is, and the wall clock of a due that names no zone.
    pub zone: &'a TimeZone,
    /// New ids.
    pub ids: &'a dyn IdSource,
}

/// An event that was decided but is not yet in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// What is to happen.
    pub event: Event,
    /// When it happened: now, or the original time of something imported or brought back.
    pub occurred_at: Timestamp,
}

/// A field that an undo or a restore had to leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The task, list or workspace.
    pub stream: StreamId,
    /// The field, such as `title`, `tag:work`, `place`.
    pub field: String,
    /// The later change that touched it; none when today's state forbids the old value.
    pub because: Option<ChangeId>,
}

/// A list that was here already and takes the tasks of a list of the same name in an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinedList {
    /// The list.
    pub list_id: ListId,
    /// Its name.
    pub name: String,
}

/// What follows from a command. No events is success as well: nothing had to change.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Decision {
    /// The events, in order.
    pub events: Vec<Decided>,
    /// Streams that the decision relied on besides those that it writes; sorted, unique.
    pub reads: Vec<StreamId>,
    /// What the command was about or what it created.
    pub subject: Option<StreamId>,
    /// What an undo or a restore could not bring back.
    pub kept: Vec<Kept>,
    /// Lists and tasks of an import that were there already.
    pub skipped: usize,
    /// Lists that take tasks of an import because they have the name of one of its lists.
    pub joined: Vec<JoinedList>,
    /// Lists and tasks of an import that an undo of it had put into the trash, and that are out of it again.
    pub restored: usize,
}

impl Decision {
    /// Nothing has to change about `subject`.
    pub(crate) fn nothing(subject: impl Into<StreamId>) -> Self {
        Self {
            subject: Some(subject.into()),
            ..Self::default()
        }
    }

    /// One event, now.
    pub(crate) fn one(ctx: &Context, event: impl Into<Event>) -> Self {
        let event = event.into();
        let subject = Some(event.stream());
        Self {
            events: vec![ctx.now(event)],
            subject,
            ..Self::default()
        }
    }

    /// Drops from `reads` what is written anyway.
    pub(crate) fn settle(mut self) -> Self {
        let written: BTreeSet<StreamId> = self
            .events
            .iter()
            .map(|decided| decided.event.stream())
            .collect();
        self.reads.retain(|stream| !written.contains(stream));
        self.reads.sort_unstable();
        self.reads.dedup();
        self
    }

    /// Adds what was decided after this, as part of the same change.
    pub(crate) fn extend(&mut self, next: Self) {
        self.events.extend(next.events);
        self.reads.extend(next.reads);
        self.kept.extend(next.kept);
        self.skipped += next.skipped;
        self.joined.extend(next.joined);
        self.restored += next.restored;
    }
}

impl Context<'_> {
    /// `event`, happening now.
    pub(crate) fn now(&self, event: impl Into<Event>) -> Decided {
        Decided {
            event: event.into(),
            occurred_at: self.now,
        }
    }

    /// Today, where the caller is.
    pub(crate) fn today(&self) -> jiff::civil::Date {
        self.now.to_jiff().to_zoned(self.zone.clone()).date()
    }
}

/// What decisions return.
pub(crate) type Outcome = Result<Decision, Rejection>;
