//! Dead letters are applied again.

use std::path::Path;
use std::sync::Arc;

use taskfold_contracts::time::SystemClock;
use taskfold_log::{Log, Options};
use taskfold_views::{Views, deadletters};

use crate::kit::Home;

/// Puts the first event that the views do not have among the dead letters.
fn bury(home: &Home) {
    let log = home.data().join("log.db");
    let log = Log::open(&log, Options::default(), Arc::new(SystemClock)).unwrap();
    let views = Views::open(&home.data().join("views.db")).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let rows = log.read_partition(0, views.watermark(0), 1);
    let next = runtime.block_on(rows).unwrap().remove(0);
    deadletters::bury(&views, &next.header, "a test", 3).unwrap();
    runtime.block_on(log.shutdown());
}

/// The file of the views, and what SQLite keeps beside it.
fn move_views(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        if entry.file_name().to_string_lossy().starts_with("views") {
            std::fs::rename(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

#[test]
fn what_waits_is_applied_and_the_views_are_as_if_nothing_had_been() {
    let home = Home::in_files();
    home.add("Water the plants");
    let before = home.path("before");
    std::fs::create_dir(&before).unwrap();
    move_views(&home.data(), &before);
    home.add("Call mum");
    let after = home.path("after");
    std::fs::create_dir(&after).unwrap();
    move_views(&home.data(), &after);
    move_views(&before, &home.data());
    bury(&home);
    let listed = home.json(&["deadletters", "list"]);
    assert_eq!(listed["items"].as_array().unwrap().len(), 1, "{listed}");
    let shown = home.run(&["list"]).ok();
    assert!(shown.err.contains("deadletters"), "{}", shown.err);
    let export = home.run(&["export"]).code(6);
    assert!(export.err.contains("not complete"), "{}", export.err);
    assert!(export.out.contains("Water the plants"), "{}", export.out);
    let report = home.json(&["deadletters", "redrive"]);
    assert_eq!(report["workspaces"], 1, "{report}");
    assert_eq!(report["applied"], 1, "{report}");
    assert_eq!(home.json(&["views", "rebuild", "--verify"])["equal"], true);
    assert_eq!(home.titles(&[]), ["Water the plants", "Call mum"]);
    let shown = home.run(&["list"]).ok();
    assert!(!shown.err.contains("deadletters"), "{}", shown.err);
    home.run(&["export"]).ok();
    let none = home.run(&["deadletters", "redrive"]).ok();
    assert!(none.err.contains("no dead letters"), "{}", none.err);
}
