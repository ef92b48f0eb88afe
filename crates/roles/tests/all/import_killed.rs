//! An import is stored whole or not at all, wherever its process ends.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use taskfold_log::crash;

use crate::kit::{Person, Server};

/// More than any other change has at once.
const TASKS: usize = 6_000;
const NAME: &str = "import_killed::until_it_is_killed";

/// Tasks, each with an annotation: two events.
fn file() -> String {
    let task = |number: usize| {
        json!({"uuid": format!("00000000-0000-7000-8000-{number:012}"), "status": "pending",
            "description": format!("Task {number}"), "entry": "20260101T080000Z",
            "annotations": [{"entry": "20260102T080000Z", "description": "Why"}]})
    };
    Value::from((0..TASKS).map(task).collect::<Vec<_>>()).to_string()
}

async fn live(who: &Person) -> usize {
    let export = who.get_now("/export").await.ok().body;
    let tasks = export["tasks"].as_array().unwrap().iter();
    tasks.filter(|task| task["deleted_at"].is_null()).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_there_whole_or_not_at_all_after_a_kill() {
    for (point, stored) in [
        ("log.before_begin", 0),
        ("log.before_commit", 0),
        ("log.after_commit", TASKS),
        ("log.before_answer", TASKS),
    ] {
        let outer = tempfile::tempdir().unwrap();
        std::fs::write(outer.path().join("point"), point).unwrap();
        let killed = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", NAME])
            .current_dir(outer.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&killed.stdout);
        assert!(
            killed.status.code().is_none(),
            "{point}: not killed: {said}"
        );
        let data = std::fs::read_to_string(outer.path().join("data")).unwrap();
        let server = Server::in_files(tempfile::tempdir().unwrap(), Path::new(&data)).await;
        let anna = server.person("anna").await;
        assert_eq!(live(&anna).await, stored, "{point}");
        let file = file();
        let again = anna.post_bytes("/import", file.as_bytes()).await.ok().body;
        assert_eq!(again["skipped_existing"], stored, "{point}");
        assert_eq!(live(&anna).await, TASKS, "{point}");
        if stored == 0 {
            let change = json!({"change_id": again["change_id"]});
            anna.post("/undo", change).await.ok();
            assert_eq!(live(&anna).await, 0, "{point}: undone as one");
        }
        server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by an_import_is_there_whole_or_not_at_all_after_a_kill, in a process that is killed"]
async fn until_it_is_killed() {
    let data = tempfile::tempdir_in(".").unwrap();
    let path = std::path::absolute(data.path()).unwrap();
    std::fs::write("data", path.to_str().unwrap()).unwrap();
    let server = Server::in_files(data, &path).await;
    let anna = server.person("anna").await;
    let point = std::fs::read_to_string("point").unwrap();
    crash::arm(&point, 1);
    let answer = anna.post_bytes("/import", file().as_bytes()).await;
    println!("{}: {}", answer.status, answer.body);
}
