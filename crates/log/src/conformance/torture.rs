//! Many writers, readers that tail meanwhile, clients that go away. Readers that go by time or by event id
//! instead of position are run beside the right one and must be caught: that shows that the test can see.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::Duration;

use taskfold_contracts::envelope::Recorded;
use taskfold_contracts::ids::{EventId, StreamId};
use taskfold_contracts::position::{Position, Version};
use taskfold_contracts::time::{Clock, Timestamp};
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::Backend;
use super::kit::{Chance, all, append, draft_with, open, stream, workspace};
use crate::{Append, AppendError, Log, Options};

const WRITERS: u64 = 12;
const APPENDS: u64 = 150;

/// A clock whose millisecond lasts for a while, as on a fast machine.
#[derive(Default)]
struct CoarseClock(AtomicU64);

impl Clock for CoarseClock {
    fn now(&self) -> Timestamp {
        let readings = self.0.fetch_add(1, Ordering::Relaxed);
        Timestamp::from_millis(1_000 + (readings / 50).cast_signed())
    }
}

/// What one reader saw, in order.
#[derive(Debug, Default)]
struct Seen(Vec<EventId>);

impl Seen {
    /// Events of `rows` that were not seen, and sightings of an event that was seen before.
    fn lost_and_doubled(&self, rows: &[Arc<Recorded>]) -> (usize, usize) {
        let mut times = BTreeMap::new();
        for event in &self.0 {
            *times.entry(*event).or_insert(0_usize) += 1;
        }
        let lost = rows
            .iter()
            .filter(|row| !times.contains_key(&row.header.event_id))
            .count();
        (lost, times.values().map(|times| times - 1).sum())
    }
}

/// See the name.
pub async fn readers_miss_nothing_and_naive_readers_are_caught(backend: &Backend) {
    // Whether a control errs is a matter of moments: on a busy machine it may be lucky once.
    let mut caught = [false; 2];
    for _ in 0..4 {
        let again = readers_miss_nothing(backend).await;
        caught = [caught[0] || again[0], caught[1] || again[1]];
        if caught == [true; 2] {
            return;
        }
    }
    panic!("a control was not caught: this test sees nothing: {caught:?}");
}

/// Whether the naive readers by time and by event id lost or doubled something.
async fn readers_miss_nothing(backend: &Backend) -> [bool; 2] {
    let options = Options {
        ring_rows: 64,
        batch: 20,
        ..Options::default()
    };
    let log = (backend.open)(options, Arc::new(CoarseClock::default()));
    let before = log.head(0).number;
    // The right reader, three times.
    let stop = stop_signal();
    let mut readers = JoinSet::new();
    for _ in 0..3 {
        readers.spawn(by_position(log.clone(), stop.1.clone()));
    }
    let by_time = tokio::spawn(by_time(log.clone(), stop.1.clone()));
    let by_event_id = tokio::spawn(by_event_id(log.clone(), stop.1.clone()));

    let stored = write_much(&log).await;
    // The end is one more row, so that each reader knows when it has seen all.
    log.append(append(workspace(), stream(), 0, 1))
        .await
        .unwrap();
    let rows = all(&log, 0).await;
    assert_eq!(
        rows.len() as u64,
        before + stored + 1,
        "what was acknowledged is there, and nothing else"
    );
    stop.0.send_replace(Some(rows.len() as u64));

    for seen in bounded(readers.join_all()).await {
        assert_eq!(seen.lost_and_doubled(&rows), (0, 0));
        assert!(
            seen.0
                .iter()
                .eq(rows.iter().map(|row| &row.header.event_id)),
            "in order"
        );
    }
    let naive = bounded(async { [by_time.await.unwrap(), by_event_id.await.unwrap()] }).await;
    let caught = naive.map(|seen| seen.lost_and_doubled(&rows) != (0, 0));
    let found = log.verify(|_, _| {}).await.unwrap();
    assert!(found.is_sound(), "{:?}", found.problems);
    log.shutdown().await;
    caught
}

type Stop = tokio::sync::watch::Receiver<Option<u64>>;

fn stop_signal() -> (tokio::sync::watch::Sender<Option<u64>>, Stop) {
    tokio::sync::watch::channel(None)
}

async fn bounded<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_mins(2), work)
        .await
        .expect("readers come to the end")
}

/// Writers that compete for a few streams, with appends of 1 event and of hundreds, and with snapshots in
/// between. Returns the number of events that were acknowledged.
async fn write_much(log: &Log) -> u64 {
    let contended: Arc<Vec<StreamId>> = Arc::new((0..4).map(|_| stream()).collect());
    let versions: Arc<Mutex<BTreeMap<StreamId, u64>>> = Arc::default();
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let (log, contended, versions) = (log.clone(), contended.clone(), versions.clone());
        writers.spawn(async move {
            let (mut chance, mut stored, tenant) = (Chance(writer + 1), 0, workspace());
            for _ in 0..APPENDS {
                let wanted = match chance.below(20) {
                    0 => append(tenant, stream(), 0, 300),
                    1 => {
                        let position = Position {
                            partition: 0,
                            number: stored,
                        };
                        let bytes = vec![0; 50_000];
                        log.put_snapshot(b"slow", position, bytes).await.unwrap();
                        append(tenant, stream(), 7, 1)
                    }
                    2..=11 => {
                        let stream = contended[usize::try_from(chance.below(4)).unwrap()];
                        let version = versions.lock().await.get(&stream).copied();
                        append(tenant, stream, version.unwrap_or_default(), 2)
                    }
                    _ => append(tenant, stream(), 0, 1),
                };
                // Ids are taken before the append waits, so their order is not that of the commits.
                tokio::task::yield_now().await;
                let (stream, Version(version)) = wanted.expected[0];
                let count = wanted.drafts.len() as u64;
                match log.append(wanted).await {
                    Ok(_) => {
                        stored += count;
                        let mut versions = versions.lock().await;
                        let head = versions.entry(stream).or_default();
                        *head = (*head).max(version + count);
                    }
                    Err(AppendError::Conflict { .. }) => {}
                    Err(error) => panic!("{error}"),
                }
            }
            stored
        });
    }
    bounded(writers.join_all()).await.into_iter().sum()
}

/// The right way: go on after the last position.
async fn by_position(log: Log, mut stop: Stop) -> Seen {
    let (mut seen, mut after, mut head) = (Seen::default(), 0, log.watch(0));
    loop {
        let rows = log.read_partition(0, after, 37).await.unwrap();
        after = rows.last().map_or(after, |row| row.header.position.number);
        seen.0.extend(rows.iter().map(|row| row.header.event_id));
        if stop.borrow().is_some_and(|end| after >= end) {
            return seen;
        }
        tokio::select! {
            _ = head.wait_for(|head| *head > after) => {}
            _ = stop.changed() => {}
        }
    }
}

/// A naive way: go on after the greatest `recorded_at` seen.
async fn by_time(log: Log, mut stop: Stop) -> Seen {
    let (mut seen, mut latest, mut head) =
        (Seen::default(), Timestamp::from_millis(0), log.watch(0));
    loop {
        let ended = stop.borrow().is_some();
        let after = log.position_at(0, latest).await.unwrap();
        let rows = log.read_partition(0, after.number, 100_000).await.unwrap();
        latest = rows.last().map_or(latest, |row| row.header.recorded_at);
        seen.0.extend(rows.iter().map(|row| row.header.event_id));
        if ended {
            return seen;
        }
        tokio::select! {
            _ = head.changed() => {}
            _ = stop.changed() => {}
        }
    }
}

/// Another naive way: go on after the greatest event id seen.
async fn by_event_id(log: Log, mut stop: Stop) -> Seen {
    let (mut seen, mut greatest, mut head) =
        (Seen::default(), EventId(Uuid::from_u128(0)), log.watch(0));
    loop {
        let ended = stop.borrow().is_some();
        let mut fresh: Vec<EventId> = all(&log, 0)
            .await
            .iter()
            .map(|row| row.header.event_id)
            .collect();
        fresh.retain(|event| *event > greatest);
        fresh.sort_unstable();
        greatest = fresh.last().copied().unwrap_or(greatest);
        seen.0.extend(fresh);
        if ended {
            return seen;
        }
        tokio::select! {
            _ = head.changed() => {}
            _ = stop.changed() => {}
        }
    }
}

/// See the name.
pub async fn clients_that_go_away_lose_nothing(backend: &Backend) {
    let log = (backend.open)(
        Options {
            queue: 8,
            ..Options::default()
        },
        Arc::new(CoarseClock::default()),
    );
    let acknowledged: Arc<Mutex<Vec<(EventId, Position)>>> = Arc::default();
    let mut asked = Vec::new();
    let mut chance = Chance(99);
    let mut clients = JoinSet::new();
    for client in 0..2_000_u128 {
        let wanted = one_event(EventId(Uuid::from_u128(0xf000_0000 << 64 | client)));
        asked.push(wanted.drafts[0].event_id);
        let (log, acknowledged) = (log.clone(), Arc::clone(&acknowledged));
        let handle = clients.spawn(async move {
            let event = wanted.drafts[0].event_id;
            let mut answer = Box::pin(log.append(wanted));
            if client % 4 == 0 {
                // Gone as soon as the append is queued, or on its way there when the queue is full.
                std::future::poll_fn(|cx| Poll::Ready(answer.as_mut().poll(cx).is_ready())).await;
                return;
            }
            let appended = answer.await.unwrap();
            acknowledged.lock().await.push((event, appended.first));
        });
        // Let it come to some point of its way, then cut the line.
        for _ in 0..chance.below(4) {
            tokio::task::yield_now().await;
        }
        if client % 4 == 1 {
            handle.abort();
        }
    }
    while bounded(clients.join_next()).await.is_some() {}
    log.shutdown().await;

    let log = open(backend);
    let rows = all(&log, 0).await;
    let mut places = BTreeMap::new();
    for row in &rows {
        let doubled = places.insert(row.header.event_id, row.header.position);
        assert_eq!(doubled, None, "no event is stored twice");
    }
    let acknowledged = acknowledged.lock().await;
    for (event, position) in acknowledged.iter() {
        assert_eq!(
            places.get(event),
            Some(position),
            "what was acknowledged is where it was said"
        );
    }
    assert!(acknowledged.len() >= 1_000, "who stayed was answered");
    assert!(acknowledged.len() < asked.len(), "some clients went away");
    assert!(
        rows.len() > acknowledged.len(),
        "some went away after their append was queued"
    );
    log.shutdown().await;
}

fn one_event(event_id: EventId) -> Append {
    let (tenant, stream) = (workspace(), stream());
    let mut append = append(tenant, stream, 0, 1);
    let context = super::kit::context(tenant, super::kit::anna());
    append.drafts = vec![draft_with(&context, event_id, stream)];
    append
}
