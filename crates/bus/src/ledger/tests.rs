use taskfold_kit::Postgres;

use super::*;

fn worker(owner: &str, ttl: Duration) -> Worker {
    Worker {
        name: "test",
        owner: owner.to_owned(),
        partitions: 5,
        ttl,
    }
}

const LONG: Duration = Duration::from_mins(10);

/// The same on both databases.
async fn ledgers(directory: &Path) -> [Ledger; 2] {
    let file = directory.join("bus.db");
    tokio::task::spawn_blocking(move || both(&file))
        .await
        .unwrap()
}

fn both(file: &Path) -> [Ledger; 2] {
    let server = Server::parse(&Postgres::shared().database().unwrap()).unwrap();
    assert!(matches!(
        Ledger::server(&server),
        Err(LedgerError::Behind { steps: 1 })
    ));
    assert_eq!(Ledger::migrate(&server), Ok(1));
    assert_eq!(Ledger::migrate(&server), Ok(0));
    assert_eq!(Ledger::behind(&server), Ok(0));
    [
        Ledger::file(file).unwrap(),
        Ledger::server(&server).unwrap(),
    ]
}

/// Beats until it holds something, which others' leases that run out allow.
async fn taken(ledger: &Ledger, worker: &Worker) -> Beat {
    let waiting = async {
        loop {
            let beat = ledger.beat(worker.clone()).await.unwrap();
            if !beat.held.is_empty() {
                return beat;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waiting)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_owners_have_even_shares_and_the_token_grows() {
    let directory = tempfile::tempdir().unwrap();
    for ledger in ledgers(directory.path()).await {
        let (a, b) = (worker("a", LONG), worker("b", LONG));
        let all = ledger.beat(a.clone()).await.unwrap();
        assert_eq!((all.held.len(), all.share), (5, 5));
        let none = ledger.beat(b.clone()).await.unwrap();
        assert_eq!((none.held.len(), none.share), (0, 2));
        let still = ledger.beat(a.clone()).await.unwrap();
        assert_eq!((still.held.clone(), still.share), (all.held, 3));
        let given = still.held[3..].to_vec();
        ledger.release(a.clone(), given, false).await.unwrap();
        let two = ledger.beat(b.clone()).await.unwrap();
        let lease = |partition| Lease {
            partition,
            token: 2,
        };
        assert_eq!(two.held, [lease(3), lease(4)]);
        let holders = ledger.holders("test").await.unwrap();
        let owners: Vec<_> = holders.iter().filter_map(|h| h.owner.as_deref()).collect();
        assert_eq!(owners, ["a", "a", "a", "b", "b"]);
        // Whoever leaves need not be waited for.
        ledger.release(b, two.held, true).await.unwrap();
        assert_eq!(ledger.beat(a).await.unwrap().held.len(), 5);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_held_a_partition_before_notes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    for ledger in ledgers(directory.path()).await {
        let (paused, other) = (worker("paused", Duration::ZERO), worker("other", LONG));
        let old = ledger.beat(paused.clone()).await.unwrap().held[0];
        let note = |lease, number| ledger.note("test", lease, vec![("at".to_owned(), number)]);
        note(old, 10).await.unwrap();
        let trouble = Some("away".to_owned());
        ledger.note_trouble("test", old, trouble).await.unwrap();
        let new = taken(&ledger, &other).await.held[0];
        assert!(new.token > old.token);
        note(new, 20).await.unwrap();
        let fenced = Err(LedgerError::Fenced { partition: 0 });
        assert_eq!(note(old, 15).await, fenced);
        assert_eq!(ledger.note_trouble("test", old, None).await, fenced);
        let noted = ledger.noted(0, vec!["at".to_owned(), "none".to_owned()]);
        assert_eq!(noted.await, Ok(vec![20, 0]));
        assert_eq!(ledger.holders("test").await.unwrap()[0].trouble, None);
        // It gives nothing up either that is not its own any more.
        ledger.release(paused, vec![old], true).await.unwrap();
        note(new, 21).await.unwrap();
        let holders = ledger.holders("test").await.unwrap();
        assert_eq!(holders[0].owner.as_deref(), Some("other"));
    }
}
