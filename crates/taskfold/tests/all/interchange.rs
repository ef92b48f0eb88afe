//! Import and export through the command line.

use std::fs;

use serde_json::Value;

use crate::kit::Home;

const TASKWARRIOR: &str = r#"[
 {"id":1,"description":"Pay rent","entry":"20260101T100000Z","modified":"20260102T100000Z",
  "project":"Home","status":"pending","tags":["money"],"priority":"H",
  "due":"20260201T090000Z","uuid":"8a1f3c1e-0000-4000-8000-000000000001"},
 {"id":0,"description":"Old thing","entry":"20250101T100000Z","modified":"20250102T100000Z",
  "end":"20250102T100000Z","status":"completed","uuid":"8a1f3c1e-0000-4000-8000-000000000002"}
]"#;

#[test]
fn import_twice_undo_and_round_trip() {
    let home = Home::new();
    let file = home.path("tasks.json");
    fs::write(&file, TASKWARRIOR).unwrap();
    let file = file.to_str().unwrap();

    home.run(&["import", file, "--from", "taskwarrior", "--dry-run"])
        .ok();
    assert!(home.titles(&["--all"]).is_empty());
    home.run(&["import", file, "--from", "taskwarrior"]).ok();
    assert_eq!(home.titles(&[]), ["Pay rent"]);
    assert_eq!(home.titles(&["--all"]).len(), 2);
    let events = home.json(&["log", "stats"])["events"].clone();
    let again = home.run(&["import", file]).ok();
    assert!(again.err.contains("left as it is"), "{}", again.err);
    assert_eq!(
        home.json(&["log", "stats"])["events"],
        events,
        "importing again adds nothing"
    );

    let out = home.path("export.json");
    home.run(&["export", "-o", out.to_str().unwrap()]).ok();
    let other = Home::new();
    other
        .run(&["import", out.to_str().unwrap(), "--from", "taskfold"])
        .ok();
    assert_eq!(state(&home), state(&other));

    let undone = home.run(&["undo"]).ok().out;
    let said = "imported 2 tasks and the list “Home” (1 done)";
    assert!(undone.contains(said), "{undone}");
    assert!(home.titles(&["--all"]).is_empty());
}

/// What an export must keep.
fn state(home: &Home) -> Vec<Vec<Value>> {
    let page = home.json(&["list", "--all", "--sort", "title"]);
    let keep = [
        "title",
        "description",
        "priority",
        "due",
        "tags",
        "created_at",
        "completed_at",
    ];
    let tasks = page["items"].as_array().unwrap();
    tasks
        .iter()
        .map(|task| keep.iter().map(|field| task[*field].clone()).collect())
        .collect()
}

#[test]
fn each_format_is_what_it_says() {
    let home = Home::new();
    home.add("Pay rent tomorrow");
    let out = |format| home.run(&["export", "--format", format]).ok().out;
    assert!(serde_json::from_str::<Value>(&out("json")).is_ok());
    assert!(out("csv").contains("Pay rent"));
    assert!(out("ics").starts_with("BEGIN:VCALENDAR"));
    assert!(out("events").contains("task.created"));
    let file = home.path("taken.json");
    fs::write(&file, "x").unwrap();
    home.run(&["export", "-o", file.to_str().unwrap()]).code(4);
    assert_eq!(fs::read_to_string(&file).unwrap(), "x");
}

#[test]
fn what_is_no_import_is_refused() {
    let home = Home::new();
    let file = home.path("nonsense");
    fs::write(&file, "\u{0}nonsense").unwrap();
    home.run(&["import", file.to_str().unwrap()]).code(2);
    home.run(&["import", home.path("missing").to_str().unwrap()])
        .code(2);
}

#[test]
fn an_export_makes_no_directory_and_overwrites_only_when_told() {
    let home = Home::new();
    home.add("One");
    let nowhere = home.path("nowhere");
    let inside = nowhere.join("tasks.json");
    let refused = home
        .run(&["export", "-o", inside.to_str().unwrap()])
        .code(3);
    assert!(
        refused.err.contains("there is no directory"),
        "{}",
        refused.err
    );
    assert!(!nowhere.exists());
    let file = home.path("tasks.json");
    let name = file.to_str().unwrap();
    home.run(&["export", "-o", name]).ok();
    let first = fs::read_to_string(&file).unwrap();
    home.add("Two");
    let refused = home.run(&["export", "-o", name]).code(4);
    assert!(refused.err.contains("--force"), "{}", refused.err);
    assert_eq!(fs::read_to_string(&file).unwrap(), first);
    home.run(&["export", "-o", name, "--force"]).ok();
    assert!(fs::read_to_string(&file).unwrap().contains("Two"));
    let beside = fs::read_dir(file.parent().unwrap()).unwrap();
    let left: Vec<_> = beside
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("tasks.json") && name != "tasks.json")
        .collect();
    assert!(left.is_empty(), "{left:?}");
}
