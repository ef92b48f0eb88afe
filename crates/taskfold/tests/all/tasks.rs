//! The life of tasks without a server, then the same with one.

use serde_json::Value;

use crate::kit::Home;

/// add → list → done → undo → redo → history → as-of → restore.
fn life_of_a_task(home: &Home) {
    let milk = home.add("Buy milk tomorrow 5pm #errand !high");
    let task = home.json(&["show", &milk]);
    assert_eq!(task["title"], "Buy milk");
    assert_eq!(task["priority"], "high");
    assert_eq!(task["tags"], serde_json::json!(["errand"]));
    assert_eq!(task["due"]["time"], "17:00:00");
    home.add("Water plants");
    assert_eq!(home.titles(&[]).len(), 2);

    // The number of the last list names a task.
    let number = 1 + home
        .titles(&[])
        .iter()
        .position(|title| title == "Buy milk")
        .unwrap();
    home.run(&["done", &number.to_string()]).ok();
    assert_eq!(home.titles(&[]), ["Water plants"]);
    assert_eq!(home.titles(&["is:done"]), ["Buy milk"]);
    assert_eq!(home.titles(&["--all"]).len(), 2);

    home.run(&["undo"]).ok();
    assert_eq!(home.titles(&[]).len(), 2);
    home.run(&["redo"]).ok();
    assert_eq!(home.titles(&[]), ["Water plants"]);

    let history = home.json(&["history", &milk]);
    let events = history["items"].as_array().unwrap();
    let types: Vec<&str> = events
        .iter()
        .map(|event| event["type"].as_str().unwrap())
        .collect();
    assert!(
        types.contains(&"task.created") && types.contains(&"task.completed"),
        "{types:?}"
    );
    let created = events
        .iter()
        .find(|event| event["type"] == "task.created")
        .unwrap();
    let position = created["position"].as_str().unwrap();
    assert_eq!(home.titles(&["--as-of", position]), ["Buy milk"]);

    // By the tail of the id, then back to how it was.
    home.run(&[
        "edit",
        &milk[28..],
        "--title",
        "Buy oat milk",
        "--due",
        "none",
    ])
    .ok();
    let changed = home.json(&["show", &milk]);
    assert_eq!(changed["title"], "Buy oat milk");
    assert_eq!(changed["due"], Value::Null);
    home.run(&["restore", &milk, "--to", position]).ok();
    let restored = home.json(&["show", &milk]);
    for field in ["title", "due", "completed_at", "tags", "priority"] {
        assert_eq!(restored[field], task[field], "{field}");
    }
}

#[test]
fn life_of_a_task_without_a_server() {
    life_of_a_task(&Home::new());
}

#[test]
fn life_of_a_task_with_a_server() {
    let home = Home::new();
    let server = home.serve();
    life_of_a_task(&home);
    assert_eq!(server.stop(), Some(0));
    // What went through the server is in the database.
    assert_eq!(home.titles(&["--all"]).len(), 2);
}

#[test]
fn several_tasks_are_one_change() {
    let home = Home::new();
    let ids = ["One", "Two", "Three"].map(|title| home.add(title));
    home.run(&["done", &ids[0], &ids[1], &ids[2]]).ok();
    assert!(home.titles(&[]).is_empty());
    home.run(&["undo"]).ok();
    assert_eq!(home.titles(&[]).len(), 3);
    home.run(&["rm", &ids[0], &ids[1]]).ok();
    assert_eq!(home.titles(&["--all"]), ["Three"]);
    home.run(&["restore", &ids[0]]).ok();
    assert_eq!(home.titles(&["--all"]).len(), 2);
}

#[test]
fn lists_moves_and_tags() {
    let home = Home::new();
    home.run(&["lists", "new", "Home"]).ok();
    let task = home.add("Paint the fence @summer");
    home.run(&["move", &task, "--list", "home"]).ok();
    assert_eq!(home.titles(&["--list", "Home"]), ["Paint the fence"]);
    assert!(home.titles(&["--list", "inbox"]).is_empty());
    assert_eq!(home.json(&["lists"])["items"][0]["open"], 1);
    home.run(&["lists", "rename", "Home", "Garden"]).ok();
    home.run(&["list", "list = Garden and tag = summer"]).ok();
    assert_eq!(
        home.titles(&["list = Garden and tag = summer"]),
        ["Paint the fence"]
    );
    let tags = home.run(&["tags"]).ok();
    assert!(tags.out.contains("#summer"), "{}", tags.out);
    home.run(&["lists", "archive", "Garden"]).ok();
    assert!(!home.run(&["lists"]).ok().out.contains("Garden"));
    assert!(home.run(&["lists", "--all"]).ok().out.contains("archived"));
}

#[test]
fn comments_and_search() {
    let home = Home::new();
    let task = home.add("Call the plumber");
    home.run(&["comment", &task, "The *boiler* drips"]).ok();
    let shown = home.run(&["show", &task]).ok();
    assert!(shown.out.contains("The *boiler* drips"), "{}", shown.out);
    let found = home.run(&["search", "boil"]).ok();
    assert!(found.out.contains("Call the plumber"), "{}", found.out);
    assert_eq!(home.run(&["search", "zebra"]).ok().out, "");
}

#[test]
fn the_log_and_the_views_agree() {
    let home = Home::new();
    home.add("One");
    home.add("Two");
    let stats = home.json(&["log", "stats"]);
    let events = stats["events"].as_u64().unwrap();
    assert!(events >= 3, "{stats}");
    assert_eq!(home.json(&["log", "verify"])["sound"], true);
    let last = home.json(&["log", "show", &format!("0:{events}")]);
    assert_eq!(last["type"], "task.created");
    assert_eq!(last["payload"]["title"], "Two");
    let rebuilt = home.json(&["views", "rebuild", "--verify"]);
    assert_eq!(rebuilt["equal"], true, "{rebuilt}");
    for entry in std::fs::read_dir(home.data()).unwrap() {
        let path = entry.unwrap().path();
        if path
            .file_name()
            .unwrap()
            .to_string_lossy()
            .starts_with("views")
        {
            std::fs::remove_file(path).unwrap();
        }
    }
    assert_eq!(home.titles(&[]).len(), 2, "views come back from the log");
    assert_eq!(
        home.json(&["deadletters", "list"])["items"],
        serde_json::json!([])
    );
}
