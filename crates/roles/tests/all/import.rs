//! Import and export over HTTP.

use serde_json::{Value, json};

use crate::kit::{Person, Server};

const TODOIST: &str = "TYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG,TIMEZONE\n\
    section,Bills,,,,,,,,\n\
    task,Pay rent @money,Standing order,1,1,,,every 1st at 9am,en,Europe/Berlin\n\
    task,Ask for the invoice,,4,2,,,,en,\n\
    note,By letter,,,,,,,,\n\
    task,Water the plants,,4,1,,,every full moon,en,\n";
const TASKWARRIOR: &str = r#"[
    {"uuid":"0190a5d2-6c3e-7f00-8000-000000000001","status":"pending","description":"Buy milk",
     "entry":"20260101T080000Z","project":"Home","tags":["shop"],"priority":"H"},
    {"uuid":"0190a5d2-6c3e-7f00-8000-000000000002","status":"completed","description":"Buy bread",
     "entry":"20260101T080000Z","end":"20260102T080000Z","project":"Home"}
]"#;

async fn import(who: &Person, query: &str, bytes: &[u8]) -> Value {
    let answer = who.post_bytes(&format!("/import{query}"), bytes).await;
    answer.ok().body
}

async fn export(who: &Person) -> Value {
    who.get_now("/export?format=json").await.ok().body
}

fn titles(export: &Value) -> Vec<&str> {
    let tasks = export["tasks"].as_array().unwrap();
    let mut titles: Vec<_> = tasks
        .iter()
        .map(|task| task["title"].as_str().unwrap())
        .collect();
    titles.sort_unstable();
    titles
}

#[tokio::test(flavor = "multi_thread")]
async fn todoist_comes_with_dates_in_words_and_only_once() {
    let server = Server::busy().await;
    let anna = server.person("anna").await;
    let report = import(&anna, "?filename=Home.csv", TODOIST.as_bytes()).await;
    assert_eq!(report["format"], "todoist");
    assert_eq!(
        (&report["tasks"], &report["skipped_existing"]),
        (&3.into(), &0.into())
    );
    let text = report.to_string();
    assert!(
        text.contains("every full moon"),
        "what is not understood is told: {text}"
    );
    let whole = export(&anna).await;
    assert_eq!(
        titles(&whole),
        ["Ask for the invoice", "Pay rent", "Water the plants"]
    );
    let tasks = whole["tasks"].as_array().unwrap();
    let rent = tasks
        .iter()
        .find(|task| task["title"] == "Pay rent")
        .unwrap();
    assert_eq!(rent["recurrence"]["rule"], "FREQ=MONTHLY;BYMONTHDAY=1");
    assert_eq!(rent["due"]["time"], "09:00:00");

    let again = import(&anna, "?filename=Home.csv", TODOIST.as_bytes()).await;
    let known = report["lists"].as_u64().unwrap() + 3;
    assert_eq!(again["skipped_existing"], known);
    assert_eq!(again["change_id"], Value::Null);
    assert_eq!(export(&anna).await["tasks"], whole["tasks"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_undo_takes_an_import_back() {
    let server = Server::busy().await;
    let anna = server.person("anna").await;
    let report = import(&anna, "?source=taskwarrior", TASKWARRIOR.as_bytes()).await;
    assert_eq!(
        (&report["tasks"], &report["completed"]),
        (&2.into(), &1.into())
    );
    let undo = json!({"change_id": report["change_id"]});
    anna.post("/undo", undo).await.ok();
    let whole = export(&anna).await;
    for thing in whole["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .chain(whole["lists"].as_array().unwrap())
    {
        assert_ne!(thing["deleted_at"], Value::Null, "{thing}");
    }
    assert_eq!(whole["tasks"].as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_changes_nothing_and_nonsense_is_refused() {
    let server = Server::busy().await;
    let anna = server.person("anna").await;
    let before = server.head(anna.workspace);
    let report = import(&anna, "?dry_run=true", TASKWARRIOR.as_bytes()).await;
    assert_eq!(
        (&report["tasks"], &report["dry_run"]),
        (&2.into(), &true.into())
    );
    assert_eq!(
        (&report["skipped_existing"], &report["change_id"]),
        (&0.into(), &Value::Null)
    );
    for (query, body) in [
        ("", "what is this"),
        ("?source=taskwarrior", "[{]"),
        ("?source=paper", "x"),
    ] {
        let path = format!("/import{query}");
        let refused = anna.post_bytes(&path, body.as_bytes()).await;
        assert_eq!(refused.status, 422, "{query}: {}", refused.body);
        assert_eq!(refused.headers["content-type"], "application/problem+json");
    }
    assert_eq!(server.head(anna.workspace), before);
}

/// What a workspace has, without what is of the moment.
async fn state(who: &Person) -> (Vec<Value>, Vec<Value>) {
    let mut whole = export(who).await;
    let mut take = |name: &str| whole[name].as_array_mut().unwrap().split_off(0);
    let (lists, mut tasks) = (take("lists"), take("tasks"));
    for task in &mut tasks {
        let task = task.as_object_mut().unwrap();
        task.remove("origin");
        // The same person has another id in each installation.
        task.remove("created_by");
        for comment in task["comments"].as_array_mut().unwrap() {
            comment.as_object_mut().unwrap().remove("author_id");
        }
    }
    let lists = lists.into_iter().map(|mut list| {
        list.as_object_mut().unwrap().remove("origin");
        list
    });
    (lists.collect(), tasks)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_into_an_empty_account_gives_an_equal_export() {
    let (here, there) = (Server::busy().await, Server::busy().await);
    let (anna, annas) = (here.person("anna").await, there.person("anna").await);
    import(&anna, "?filename=Home.csv", TODOIST.as_bytes()).await;
    import(&anna, "", TASKWARRIOR.as_bytes()).await;
    let all = anna.get(&here, "/tasks?filter=").await.ok().body;
    let milk = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|task| task["title"] == "Buy milk")
        .unwrap();
    let path = format!("/tasks/{}", milk["task_id"].as_str().unwrap());
    anna.delete(&path).await.ok();
    let lists = anna.get(&here, "/lists").await.ok().body;
    let list = lists["items"][0]["list_id"].as_str().unwrap().to_owned();
    let path = format!("/lists/{list}/archive");
    anna.post(&path, json!({})).await.ok();

    let file = anna.get_now("/export").await.ok();
    let disposition = file.headers["content-disposition"].to_str().unwrap();
    assert!(disposition.contains("taskfold.json"), "{disposition}");
    let file = file.body.to_string();
    let report = import(&annas, "", file.as_bytes()).await;
    assert_eq!(
        (&report["format"], &report["tasks"]),
        (&"taskfold".into(), &5.into())
    );
    assert_eq!(state(&annas).await, state(&anna).await);
    assert_eq!(report["lost"], json!([]));

    // Into another workspace of the same installation it comes as a copy.
    let carl = here.person("carl").await;
    import(&carl, "", file.as_bytes()).await;
    let again = import(&carl, "", file.as_bytes()).await;
    assert_eq!(again["change_id"], Value::Null);
    let (copy, original) = (export(&carl).await, export(&anna).await);
    assert_eq!(titles(&copy), titles(&original));
    assert_ne!(copy["tasks"][0]["id"], original["tasks"][0]["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_formats_and_the_raw_history() {
    let server = Server::busy().await;
    let anna = server.person("anna").await;
    anna.make_tasks(2_500).await;
    let events = anna.get_now("/export?format=events").await.ok();
    assert_eq!(events.headers["content-type"], "application/x-ndjson");
    let ids: Vec<String> = events
        .text()
        .lines()
        .map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["id"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(ids, server.events(anna.workspace, 0).await);
    let whole = export(&anna).await;
    assert_eq!(whole["tasks"].as_array().unwrap().len(), 2_500);
    let csv = anna.get_now("/export?format=csv").await.ok();
    assert_eq!(csv.text().lines().count(), 2_501);
    let ics = anna.get_now("/export?format=ics").await.ok();
    assert!(ics.text().starts_with("BEGIN:VCALENDAR"));
    assert_eq!(anna.get_now("/export?format=pdf").await.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_of_many_pages_is_whole_in_every_form() {
    let server = Server::busy().await;
    let anna = server.person("anna").await;
    anna.make_tasks(1_203).await;
    let made = anna.get(&server, "/tasks?limit=1").await.ok();
    let one = made.body["items"][0]["task_id"].as_str().unwrap();
    let path = format!("/tasks/{one}");
    let comment = json!({"body": "said"});
    anna.post(&format!("{path}/comments"), comment).await.ok();
    anna.delete(&path).await.ok();
    let whole = export(&anna).await;
    let tasks = whole["tasks"].as_array().unwrap();
    let ids: Vec<_> = tasks
        .iter()
        .map(|task| task["id"].as_str().unwrap())
        .collect();
    assert!(ids.is_sorted(), "in order of their ids");
    let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(distinct.len(), 1_203);
    let gone = tasks.iter().find(|task| task["id"] == one).unwrap();
    assert_eq!(gone["comments"][0]["body"], "said");
    assert!(!gone["deleted_at"].is_null());
    // What is in the trash is in the complete form alone.
    let csv = anna.get_now("/export?format=csv").await.ok();
    assert_eq!(csv.text().lines().count(), 1 + 1_202);
    let ics = anna.get_now("/export?format=ics").await.ok();
    assert_eq!(ics.text().matches("BEGIN:VTODO").count(), 1_202);
    assert!(ics.text().ends_with("END:VCALENDAR\r\n"));
    // What nobody takes to its end keeps nobody else from theirs.
    for _ in 0..5 {
        let begun = anna.request(reqwest::Method::GET, "/export").send().await;
        drop(begun.unwrap());
    }
    assert_eq!(export(&anna).await["tasks"], whole["tasks"]);
    server.stop().await;
}

fn named(export: &Value) -> Vec<&str> {
    let lists = export["lists"].as_array().unwrap();
    lists
        .iter()
        .map(|list| list["name"].as_str().unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_shows_the_first_of_what_would_come() {
    let server = Server::busy().await;
    let anna = server.person("anna").await;
    let before = server.head(anna.workspace);
    let query = "?filename=Home.csv&preview=true";
    let told = import(&anna, query, TODOIST.as_bytes()).await;
    assert_eq!(told["dry_run"], true);
    let shown = |name: &str| {
        let tasks = told["first"]["tasks"].as_array().unwrap();
        let tasks = tasks.iter().map(|task| task[name].clone());
        Value::Array(tasks.collect())
    };
    let titles = ["Pay rent", "Ask for the invoice", "Water the plants"];
    assert_eq!(shown("title"), json!(titles));
    assert_eq!(shown("depth"), json!([0, 1, 0]));
    assert_eq!(shown("comments")[1], 1);
    assert_eq!(shown("tags")[0], json!(["money", "Bills"]));
    assert_eq!(
        shown("rule"),
        json!(["FREQ=MONTHLY;BYMONTHDAY=1", null, null])
    );
    assert_eq!(shown("due")[0]["time"], "09:00:00");
    let lists = told["first"]["lists"].as_array().unwrap();
    let names = lists.iter().map(|list| list["name"].clone());
    assert!(names.into_iter().any(|name| name == shown("list")[0]));
    let counted: u64 = lists.iter().map(|it| it["tasks"].as_u64().unwrap()).sum();
    assert_eq!(counted, 3);
    let lost = told["lost"].to_string() + &told["warnings"].to_string();
    assert!(lost.contains("every full moon"), "{lost}");
    assert_eq!(server.head(anna.workspace), before);

    let both = anna
        .post_bytes("/import?preview=true&dry_run=true", b"")
        .await;
    both.assert_problem(422, "invalid");
    let many: Vec<_> = (0..80)
        .map(|number| format!("task,{number},,4,1,,,,en,\n"))
        .collect();
    let file = format!(
        "TYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG,TIMEZONE\n{}",
        many.concat()
    );
    let told = import(&anna, query, file.as_bytes()).await;
    assert_eq!(told["tasks"], 80);
    assert_eq!(told["first"]["tasks"].as_array().map(Vec::len), Some(50));
    let brought = import(&anna, "?filename=Home.csv", file.as_bytes()).await;
    assert_eq!(brought.get("first"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_that_name_takes_the_tasks_and_a_dry_run_says_so() {
    let server = Server::busy().await;
    let anna = server.person("anna").await;
    let made = anna.post("/lists", json!({"name": "home"}));
    let list = made.await.ok().body["id"].clone();
    let before = export(&anna).await;
    let joined = json!([{"list_id": list, "name": "home"}]);
    let dry = import(&anna, "?filename=Home.csv&dry_run=true", TODOIST.as_bytes()).await;
    assert_eq!(dry["joined"], joined);
    assert_eq!(export(&anna).await["lists"], before["lists"]);
    let report = import(&anna, "?filename=Home.csv", TODOIST.as_bytes()).await;
    assert_eq!(report["joined"], joined);
    let whole = export(&anna).await;
    assert_eq!(named(&whole), ["home"]);
    let undo = json!({"change_id": report["change_id"]});
    anna.post("/undo", undo).await.ok();
    let after = export(&anna).await;
    assert_eq!(after["lists"][0]["deleted_at"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_calendar_changes_nothing_at_home_and_comes_once_elsewhere() {
    let server = Server::busy().await;
    let anna = server.person("anna").await;
    import(&anna, "?filename=Home.csv", TODOIST.as_bytes()).await;
    let before = export(&anna).await;
    let calendar = anna.get_now("/export?format=ics").await.ok().body;
    let calendar = calendar.as_str().unwrap();
    let dry = import(&anna, "?dry_run=true", calendar.as_bytes()).await;
    assert_eq!(
        (&dry["lists"], &dry["skipped_existing"]),
        (&1.into(), &4.into())
    );
    let same = import(&anna, "", calendar.as_bytes()).await;
    assert_eq!(
        (&same["change_id"], &same["joined"]),
        (&Value::Null, &json!([]))
    );
    let after = export(&anna).await;
    assert_eq!(
        (&after["tasks"], &after["lists"]),
        (&before["tasks"], &before["lists"])
    );

    let ben = server.person("ben").await;
    for known in [0, 4] {
        let report = import(&ben, "", calendar.as_bytes()).await;
        assert_eq!(report["skipped_existing"], known);
        let there = export(&ben).await;
        assert_eq!(
            (titles(&there), named(&there)),
            (titles(&before), vec!["Home"])
        );
    }
}
