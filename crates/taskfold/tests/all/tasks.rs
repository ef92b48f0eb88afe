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
    let home = Home::in_files();
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

#[test]
fn options_stand_before_and_after_the_filter() {
    let home = Home::new();
    home.add("Dig @garden");
    home.add("Read");
    for line in [
        &["list", "tag = garden", "--json"][..],
        &["list", "tag", "=", "garden", "--json"],
        &["list", "--json", "-n", "5", "tag = garden", "--all"],
        &["list", "--json", "--", "tag", "=", "garden"],
    ] {
        let page = home.run(line).ok().json();
        assert_eq!(page["items"].as_array().unwrap().len(), 1, "{line:?}");
        assert_eq!(page["items"][0]["title"], "Dig", "{line:?}");
    }
    home.run(&["list", "due < -2d", "--json"]).ok();
}

#[test]
fn a_list_gets_a_colour() {
    let home = Home::new();
    home.run(&["lists", "new", "House", "--list-color", "#00ff00"])
        .ok();
    assert_eq!(home.json(&["lists"])["items"][0]["color"], "#00ff00");
    home.run(&["lists", "color", "House", "#ff0000"]).ok();
    assert_eq!(home.json(&["lists"])["items"][0]["color"], "#ff0000");
    let red = home.run(&["lists", "color", "House", "red"]).code(2);
    assert!(red.err.contains("color"), "{}", red.err);
}

#[test]
fn none_clears_a_note() {
    let home = Home::new();
    let task = home.add("Dig //with the spade");
    assert_eq!(home.json(&["show", &task])["description"], "with the spade");
    home.run(&["edit", &task, "--note", "none"]).ok();
    assert_eq!(home.json(&["show", &task])["description"], "");
}

/// The position of the last event.
fn now(home: &Home) -> String {
    format!("0:{}", home.json(&["log", "stats"])["events"])
}

#[test]
fn a_restore_to_before_a_task_existed_says_so() {
    let home = Home::new();
    let first = home.add("First");
    let before = now(&home);
    let second = home.add("Second");
    let ran = home.run(&["restore", &first, "--to", &before]).ok();
    assert!(!ran.err.contains("did not exist"), "{}", ran.err);
    let ran = home.run(&["restore", &second, "--to", &before]).ok();
    assert!(ran.err.contains("did not exist"), "{}", ran.err);
    assert_eq!(home.titles(&[]), ["First"]);
    let end = &second[second.len() - 4..];
    let remedy = format!("taskfold restore {end} takes it out");
    assert!(ran.err.contains(&remedy), "{}", ran.err);
    home.run(&["restore", &second]).ok();
    assert_eq!(home.titles(&[]), ["First", "Second"]);
}

#[test]
fn numbers_stay_when_nothing_is_shown() {
    let home = Home::new();
    home.add("Dig");
    let note = home.run(&["list"]).ok();
    assert!(note.out.contains("Dig"), "{}", note.out);
    assert!(home.titles(&["tag = nowhere"]).is_empty());
    assert!(home.titles(&["--as-of", "2020-01-01"]).is_empty());
    home.run(&["done", "1"]).ok();
    assert_eq!(home.titles(&["is:done"]), ["Dig"]);
}

#[test]
fn tags_lists_and_search_look_back() {
    let home = Home::new();
    home.run(&["lists", "new", "House"]).ok();
    let task = home.add("Paint the fence @summer");
    let before = now(&home);
    home.run(&["lists", "rename", "House", "Garden"]).ok();
    home.run(&["edit", &task, "--untag", "summer", "--title", "Rest"])
        .ok();
    let then = |command: &[&str]| {
        let mut line = command.to_vec();
        line.extend(["--as-of", &before]);
        home.run(&line).ok().out
    };
    assert!(home.run(&["tags"]).ok().out.is_empty());
    assert!(then(&["tags"]).contains("#summer"));
    assert!(!home.run(&["lists"]).ok().out.contains("House"));
    assert!(then(&["lists"]).contains("House"));
    assert!(home.run(&["search", "fence"]).ok().out.is_empty());
    assert!(then(&["search", "fence"]).contains("Paint the fence"));
    home.run(&["list", "--list", "House", "--as-of", &before])
        .ok();
    home.run(&["list", "--list", "House"]).code(3);
    home.run(&["lists", "--as-of", &before, "new", "X"]).code(2);
}

#[test]
fn a_repetition_is_said_in_english_or_as_a_rule() {
    let home = Home::new();
    let added = |line: &[&str]| {
        let mut all = vec!["add", "--literal", "Water"];
        all.extend(line);
        home.json(&all)
    };
    let weekly = added(&["--repeat", "every monday", "--start", "2030-01-02"]);
    assert_eq!(weekly["recurrence"]["rule"], "FREQ=WEEKLY;BYDAY=MO");
    assert_eq!(weekly["start"], "2030-01-02");
    // A Wednesday: the first Monday after it.
    assert_eq!(weekly["due"]["date"], "2030-01-07");
    let counted = added(&["--repeat", "3 days from completion"]);
    assert_eq!(counted["recurrence"]["from"], "completion");
    let rule = added(&["--repeat", "FREQ=DAILY", "--due", "2030-01-02"]);
    assert_eq!(rule["due"]["date"], "2030-01-02");
    let id = home.add("Mow");
    home.run(&["edit", &id, "--repeat", "every 2 weeks"]).ok();
    let task = home.json(&["show", &id]);
    assert_eq!(task["recurrence"]["rule"], "FREQ=WEEKLY;INTERVAL=2");
    assert!(task["due"].is_object(), "{task}");
    home.run(&["edit", &id, "--repeat", "none"]).ok();
    assert_eq!(home.json(&["show", &id])["recurrence"], Value::Null);
    for line in [
        &["add", "x", "--repeat", "sometimes"][..],
        &["add", "x", "--due", "soonish"],
        &["add", "x", "--start", "tomorrow 5pm"],
        &["edit", &id, "--due", "every monday"],
    ] {
        let refused = home.run(line).code(2);
        assert!(refused.err.contains("hint:"), "{line:?}: {}", refused.err);
    }
}

#[test]
fn a_search_without_a_hit_says_so_and_succeeds() {
    let home = Home::new();
    home.add("Call the plumber");
    let none = home.run(&["search", "zebra"]).ok();
    assert_eq!(none.out, "");
    assert!(
        none.err.contains("nothing found for \"zebra\""),
        "{}",
        none.err
    );
    assert_eq!(
        home.json(&["search", "zebra"])["items"],
        serde_json::json!([])
    );
    // Hits are numbered like lists.
    home.add("Other");
    home.run(&["search", "plumber"]).ok();
    home.run(&["done", "1"]).ok();
    assert_eq!(home.titles(&[]), ["Other"]);
}

#[test]
fn times_are_shown_in_the_zone_in_which_they_are_read() {
    let home = Home::new();
    home.add("First");
    let in_tokyo = |arguments: &[&str]| {
        crate::kit::finish(home.command(arguments).env("TZ", "Asia/Tokyo")).ok()
    };
    let added = in_tokyo(&["add", "call tomorrow 9am"]);
    assert!(added.out.contains("tomorrow 09:00"), "{}", added.out);
    let told = "times are in your profile's zone, Europe/Berlin; this terminal is in Asia/Tokyo";
    assert!(added.err.contains(told), "{}", added.err);
    let task = in_tokyo(&["--json", "list"]);
    assert_eq!(task.err, "");
    let id = task.json()["items"][1]["task_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let edited = in_tokyo(&["edit", &id, "--due", "2099-12-24 09:00"]);
    assert!(edited.out.contains("24 Dec 2099 09:00"), "{}", edited.out);
    in_tokyo(&["profile", "--time-zone", "Asia/Tokyo"]);
    let added = in_tokyo(&["add", "again tomorrow 9am"]);
    assert!(added.out.contains("tomorrow 09:00"), "{}", added.out);
    assert_eq!(added.err, "");
    // What is due at nine in Berlin is due at five in Tokyo.
    let shown = in_tokyo(&["show", &id]);
    assert!(shown.out.contains("24 Dec 2099 17:00"), "{}", shown.out);
}

#[test]
fn a_profile_is_shown_and_changed() {
    let home = Home::new();
    let shown = home.run(&["profile"]).ok();
    assert!(shown.out.contains("Europe/Berlin"), "{}", shown.out);
    let change = [
        "profile",
        "--name",
        "Ada",
        "--week-start",
        "sunday",
        "--locale",
        "en-GB",
    ];
    let changed = home.run(&change).ok();
    assert!(changed.out.contains("Ada"), "{}", changed.out);
    home.run(&["profile", "--theme", "dark", "--digest-time", "07:30"])
        .ok();
    let me = home.json(&["profile"]);
    assert_eq!(
        [
            &me["display_name"],
            &me["week_start"],
            &me["locale"],
            &me["theme"],
            &me["digest_time"]
        ],
        ["Ada", "sunday", "en-GB", "dark", "07:30"]
    );
    home.run(&["profile", "--digest-time", "none"]).ok();
    assert!(home.json(&["profile"])["digest_time"].is_null());
    let wrong = home
        .run(&["profile", "--time-zone", "Mars/Olympus"])
        .code(2);
    assert!(wrong.err.contains("time_zone"), "{}", wrong.err);
}
