//! What the measurements share.

use std::time::{Duration, Instant};

use taskfold_contracts::envelope::{ChangeContext, Draft};
use taskfold_contracts::events::{Event, ListCreated};
use taskfold_contracts::ids::{
    ChangeId, CorrelationId, EventId, IdSource, ListId, SystemIds, UserId, WorkspaceId,
};
use taskfold_contracts::position::Version;
use taskfold_contracts::time::{Clock, SystemClock};
use taskfold_contracts::values::Actor;
use taskfold_log::{Append, Idempotency, Log};
use tokio::task::JoinSet;

pub(crate) const TIME: Duration = Duration::from_secs(3);

/// Two threads, as on the machine that the figures are for.
pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

pub(crate) fn heading() {
    println!(
        "{:<44} {:>10} {:>10} {:>9} {:>9}",
        "what", "appends/s", "events/s", "p50 µs", "p99 µs"
    );
}

pub(crate) fn append(workspace_id: WorkspaceId, events: usize, key: bool) -> Append {
    let context = ChangeContext {
        workspace_id,
        actor: Actor::User(UserId(workspace_id.0)),
        change_id: ChangeId(SystemIds.next()),
        undoes: None,
        correlation_id: CorrelationId(SystemIds.next()),
        causation_id: None,
    };
    let drafts: Vec<Draft> = (0..events).map(|_| draft(&context)).collect();
    let expected = drafts
        .iter()
        .map(|draft| (draft.stream_id, Version(0)))
        .collect();
    let idempotency = key.then(|| {
        let mut key = [7; 32];
        key[..16].copy_from_slice(context.change_id.as_bytes());
        // The front is hashed in real use; scatter it here as well.
        key[0] = context.change_id.as_bytes()[15];
        Idempotency {
            key,
            fingerprint: [1; 32],
            reply: vec![b'r'; 100],
        }
    });
    Append {
        workspace_id,
        expected,
        drafts,
        idempotency,
        claims: Vec::new(),
    }
}

fn draft(context: &ChangeContext) -> Draft {
    let event = Event::ListCreated(ListCreated {
        list_id: ListId(SystemIds.next()),
        name: "Groceries and everything else that a kitchen needs".to_owned(),
        color: Some("#336699".to_owned()),
        rank: "aV3".to_owned(),
        origin: None,
        updated_at: None,
    });
    Draft::new(
        context,
        EventId(SystemIds.next()),
        SystemClock.now(),
        &event,
    )
    .unwrap()
}

/// So many clients append for a while, each in a workspace of its own, and wait for each answer.
pub(crate) async fn clients_append(log: Log, name: &str, clients: usize, events: usize, key: bool) {
    let mut running = JoinSet::new();
    let start = Instant::now();
    for _ in 0..clients {
        let log = log.clone();
        running.spawn(async move {
            let workspace = WorkspaceId(SystemIds.next());
            let mut times = Vec::new();
            while start.elapsed() < TIME {
                let begun = Instant::now();
                log.append(append(workspace, events, key)).await.unwrap();
                times.push(begun.elapsed());
            }
            times
        });
    }
    let times = running.join_all().await.concat();
    report(name, times, events, start.elapsed());
    log.shutdown().await;
}

pub(crate) fn report(name: &str, mut times: Vec<Duration>, events: usize, elapsed: Duration) {
    times.sort_unstable();
    // Without times, `elapsed` is that of a million.
    let count = if times.is_empty() {
        1_000_000
    } else {
        times.len()
    };
    let rate = count as f64 / elapsed.as_secs_f64();
    let quantile = |of: usize| {
        times
            .get(times.len() * of / 100)
            .map_or("-".to_owned(), |time| time.as_micros().to_string())
    };
    let (median, most) = (quantile(50), quantile(99));
    println!(
        "{name:<44} {rate:>10.0} {:>10.0} {median:>9} {most:>9}",
        rate * events as f64
    );
}
