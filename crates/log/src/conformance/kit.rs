//! Events, clocks and chance for tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use taskfold_contracts::envelope::{ChangeContext, Draft, Recorded};
use taskfold_contracts::events::{Event, ListMoved};
use taskfold_contracts::ids::{
    ChangeId, CorrelationId, EventId, ListId, StreamId, UserId, WorkspaceId,
};
use taskfold_contracts::position::Version;
use taskfold_contracts::time::{Clock, SystemClock, Timestamp};
use taskfold_contracts::values::Actor;
use uuid::Uuid;

use super::Backend;
use crate::{Append, Idempotency, Log, Options};

/// A clock that stands still until it is set.
#[derive(Debug, Default)]
pub struct HeldClock(AtomicI64);

impl HeldClock {
    /// Sets it to milliseconds since 1970.
    pub fn set(&self, millis: i64) {
        self.0.store(millis, Ordering::Relaxed);
    }
}

impl Clock for HeldClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }
}

/// Xorshift: the same numbers in each run.
#[derive(Debug, Clone)]
pub struct Chance(pub u64);

impl Chance {
    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound.max(1)
    }
}

/// A number that was not given before in this process.
pub fn fresh() -> u128 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    u128::from(NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A workspace that no other test uses.
pub fn workspace() -> WorkspaceId {
    WorkspaceId(Uuid::from_u128(0xa000_0000 << 64 | fresh()))
}

/// A stream that no other test uses.
pub fn stream() -> StreamId {
    StreamId(Uuid::from_u128(0xb000_0000 << 64 | fresh()))
}

/// The person who does things when nobody else is named.
pub fn anna() -> Actor {
    Actor::User(UserId(Uuid::from_u128(0xc0)))
}

/// Opens with the defaults and the system's clock.
pub fn open(backend: &Backend) -> Log {
    (backend.open)(Options::default(), Arc::new(SystemClock))
}

/// A draft of one event of `stream`.
pub fn draft(context: &ChangeContext, stream: StreamId) -> Draft {
    draft_with(
        context,
        EventId(Uuid::from_u128(0xe000_0000 << 64 | fresh())),
        stream,
    )
}

/// The same with a given id.
pub fn draft_with(context: &ChangeContext, event_id: EventId, stream: StreamId) -> Draft {
    let event = ListMoved {
        list_id: ListId::from(stream),
        rank: format!("r{}", fresh()),
    };
    let at = Timestamp::from_millis(1_700_000_000_000);
    Draft::new(context, event_id, at, &Event::ListMoved(event)).expect("the event is in its schema")
}

/// What surrounds a change of `workspace`.
pub fn context(workspace: WorkspaceId, actor: Actor) -> ChangeContext {
    ChangeContext {
        workspace_id: workspace,
        actor,
        change_id: ChangeId(Uuid::from_u128(0xd000_0000 << 64 | fresh())),
        undoes: None,
        correlation_id: CorrelationId(Uuid::from_u128(0xd1)),
        causation_id: None,
    }
}

/// `count` events for `stream`, which is expected at `version`.
pub fn append(workspace: WorkspaceId, stream: StreamId, version: u64, count: usize) -> Append {
    let context = context(workspace, anna());
    Append {
        workspace_id: workspace,
        expected: vec![(stream, Version(version))],
        drafts: (0..count).map(|_| draft(&context, stream)).collect(),
        idempotency: None,
        claims: Vec::new(),
    }
}

/// The same, with an idempotency key.
pub fn keyed(append: Append, key: u8, fingerprint: u8) -> Append {
    let idempotency = Idempotency {
        key: [key; 32],
        fingerprint: [fingerprint; 32],
        reply: format!("reply {key} {fingerprint}").into_bytes(),
    };
    Append {
        idempotency: Some(idempotency),
        ..append
    }
}

/// Positions of rows, as numbers.
pub fn numbers(rows: &[Arc<Recorded>]) -> Vec<u64> {
    rows.iter().map(|row| row.header.position.number).collect()
}

/// All rows of a partition, read in small steps.
pub async fn all(log: &Log, partition: u32) -> Vec<Arc<Recorded>> {
    let mut rows: Vec<Arc<Recorded>> = Vec::new();
    loop {
        let after = rows.last().map_or(0, |row| row.header.position.number);
        let next = log
            .read_partition(partition, after, 997)
            .await
            .expect("rows can be read");
        if next.is_empty() {
            return rows;
        }
        rows.extend(next);
    }
}
