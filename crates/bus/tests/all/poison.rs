//! An event that cannot be applied stops its workspace, and nobody else.

use std::sync::Arc;

use taskfold_log::conformance::kit::{append, stream, workspace};

use crate::kit::{Memory, fill, open, run};

/// Three workspaces in turn, 100 events; poison at 17 and 60, both of the second and third workspace.
async fn poisoned(tells: bool) -> Arc<Memory> {
    let directory = tempfile::tempdir().unwrap();
    let (log, sink) = (open(directory.path()), Arc::new(Memory::default()));
    {
        let mut faults = sink.faults.lock().unwrap();
        faults.poison = [17, 60].into();
        faults.tells = tells;
    }
    fill(&log, &[workspace(), workspace(), workspace()], 100).await;
    let mut running = run(&log, &sink);
    running.until(|status| status.position == 100).await;
    let status = running.status.now().remove(0);
    assert_eq!((status.buried, status.failing), (2, None));
    assert!(status.last_error.unwrap().error.contains("bad event"));
    running.stop().await;
    log.shutdown().await;
    sink
}

fn assert_poisoned(sink: &Memory) {
    // Event n is of workspace (n - 1) % 3: 17 parks the second, 60 the third.
    let waits = |number: &u64| {
        (number % 3 == 2 && *number >= 17) || (number.is_multiple_of(3) && *number >= 60)
    };
    let tables = sink.tables();
    let (buried, applied): (Vec<u64>, Vec<u64>) = (1..=100).partition(waits);
    assert_eq!(tables.effects, applied);
    let letters: Vec<u64> = tables.letters.iter().map(|(number, ..)| *number).collect();
    assert_eq!(letters, buried, "in order");
    for (number, error, attempts) in &tables.letters {
        let own = [17, 60].contains(number);
        assert_eq!(*attempts, if own { 3 } else { 0 }, "event {number}");
        assert_eq!(error == "bad event", own);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sink_that_tells_which_one() {
    let sink = poisoned(true).await;
    assert_poisoned(&sink);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sink_that_cannot_tell() {
    let sink = poisoned(false).await;
    assert_poisoned(&sink);
    // Found by halving, not one by one: 2 × (log2 of 50 + 3 tries and what is between them).
    let tries = sink.tables().tries.len();
    assert!(tries <= 40, "{tries} tries");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_that_cannot_be_decoded() {
    let directory = tempfile::tempdir().unwrap();
    let (log, sink) = (open(directory.path()), Arc::new(Memory::default()));
    let tenants = [workspace(), workspace()];
    fill(&log, &tenants, 10).await;
    for tenant in tenants.iter().take(1) {
        let mut noise = append(*tenant, stream(), 0, 1);
        noise.drafts[0].payload = vec![0xff; 9];
        log.append(noise).await.unwrap();
    }
    fill(&log, &tenants, 4).await;
    let mut running = run(&log, &sink);
    running.until(|status| status.position == 15).await;
    running.stop().await;
    log.shutdown().await;
    let tables = sink.tables();
    let letters: Vec<u64> = tables.letters.iter().map(|(number, ..)| *number).collect();
    assert_eq!(letters, [11, 12, 14]);
    assert!(tables.letters[0].1.contains("cannot be decoded"));
    assert_eq!(tables.effects, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 15]);
}
