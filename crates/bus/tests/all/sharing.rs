//! Processes share partitions.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use taskfold_bus::{Ledger, Sharing, Tenure};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Who works on which partition, and whether two ever worked on the same.
#[derive(Debug, Default)]
struct Board {
    working: BTreeMap<u32, &'static str>,
    clashes: Vec<u32>,
}

type Shown = watch::Sender<Board>;

async fn work(shown: Arc<Shown>, who: &'static str, tenure: Tenure) {
    let partition = tenure.partition();
    shown.send_modify(|board| {
        if board.working.insert(partition, who).is_some() {
            board.clashes.push(partition);
        }
    });
    tenure.stop().cancelled().await;
    shown.send_modify(|board| {
        board.working.remove(&partition);
    });
}

#[allow(clippy::disallowed_methods, reason = "the handle is kept")]
fn process(
    ledger: &Ledger,
    shown: &Arc<Shown>,
    who: &'static str,
) -> (JoinHandle<()>, CancellationToken) {
    let stop = CancellationToken::new();
    let sharing = Sharing::new(ledger.clone(), "test", 6).with_ttl(Duration::from_secs(3));
    let shown = Arc::clone(shown);
    let work = move |tenure| work(Arc::clone(&shown), who, tenure);
    (tokio::spawn(sharing.run(work, stop.clone())), stop)
}

async fn until(seen: &mut watch::Receiver<Board>, counts: &[(&str, usize)]) {
    let as_wanted = |board: &Board| {
        counts.iter().all(|(who, count)| {
            let own = board.working.values().filter(|one| *one == who);
            own.count() == *count
        })
    };
    let waiting = seen.wait_for(as_wanted);
    let waited = tokio::time::timeout(Duration::from_mins(2), waiting).await;
    assert!(waited.is_ok(), "never {counts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn shares_follow_who_comes_goes_and_dies() {
    let directory = tempfile::tempdir().unwrap();
    let ledger = Ledger::file(&directory.path().join("bus.db")).unwrap();
    let (shown, mut seen) = watch::channel(Board::default());
    let shown = Arc::new(shown);
    let (first, stop_first) = process(&ledger, &shown, "first");
    until(&mut seen, &[("first", 6)]).await;
    let (second, stop_second) = process(&ledger, &shown, "second");
    until(&mut seen, &[("first", 3), ("second", 3)]).await;
    stop_first.cancel();
    first.await.unwrap();
    until(&mut seen, &[("first", 0), ("second", 6)]).await;
    assert_eq!(seen.borrow().clashes, [] as [u32; 0]);
    // Dead: nothing is given up, and others wait until the leases have run out.
    second.abort();
    drop(second.await);
    drop(stop_second);
    let (third, stop_third) = process(&ledger, &shown, "third");
    until(&mut seen, &[("third", 6)]).await;
    stop_third.cancel();
    third.await.unwrap();
    assert_eq!(seen.borrow().working.len(), 0);
}

/// Work that ends by itself gives its partition up, and it is begun anew.
#[tokio::test(flavor = "multi_thread")]
#[allow(clippy::disallowed_methods, reason = "the handle is kept")]
async fn work_that_ends_is_begun_anew() {
    let directory = tempfile::tempdir().unwrap();
    let ledger = Ledger::file(&directory.path().join("bus.db")).unwrap();
    let begun = Arc::new(Mutex::new(0));
    let (count, mut counted) = watch::channel(0);
    let sharing = Sharing::new(ledger, "test", 1).with_ttl(Duration::from_millis(600));
    let work = move |_| {
        let (begun, count) = (Arc::clone(&begun), count.clone());
        async move {
            let mut begun = begun.lock().unwrap();
            *begun += 1;
            count.send_replace(*begun);
        }
    };
    let stop = CancellationToken::new();
    let running = tokio::spawn(sharing.run(work, stop.clone()));
    let waiting = counted.wait_for(|count| *count >= 3);
    let waited = tokio::time::timeout(Duration::from_mins(2), waiting).await;
    assert!(waited.is_ok());
    stop.cancel();
    running.await.unwrap();
}
