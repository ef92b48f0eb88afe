//! Things go by their names and short ids, in and out.

use crate::kit::Home;

/// Anything that looks like a whole id.
fn has_uuid(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_hexdigit() && c != '-')
        .any(|word| word.len() == 36 && word.matches('-').count() == 4)
}

#[test]
fn the_trash_gives_back_tasks_and_lists() {
    let home = Home::new();
    home.run(&["lists", "new", "Home"]).ok();
    let tasks = ["One", "Two", "Three"].map(|title| home.add(title));
    home.run(&["rm", &tasks[0], &tasks[1]]).ok();
    home.run(&["lists", "rm", "Home"]).ok();
    let shown = home.run(&["trash"]).ok().out;
    assert!(
        shown.contains("One") && shown.contains("list Home"),
        "{shown}"
    );
    assert!(!has_uuid(&shown), "{shown}");
    assert_eq!(home.run(&["trash", "list"]).ok().out, shown);
    // Numbers are those of the list that was shown last.
    let first = shown
        .lines()
        .find(|line| line.trim_start().starts_with("1 "));
    let first = if first.unwrap().contains("One") {
        "One"
    } else {
        "Two"
    };
    home.run(&["trash", "restore", "1"]).ok();
    assert!(home.titles(&[]).contains(&first.to_owned()));
    let other = if first == "One" { &tasks[1] } else { &tasks[0] };
    home.run(&["trash", "restore", &other[other.len() - 6..], "home"])
        .ok();
    assert_eq!(home.titles(&[]).len(), 3);
    assert!(home.run(&["lists"]).ok().out.contains("Home"));
    assert!(home.run(&["trash"]).ok().err.contains("the trash is empty"));
    let again = home.run(&["restore", &tasks[0]]).code(4);
    assert!(again.err.contains("not in the trash"), "{}", again.err);
    home.run(&["trash", "restore", "Nowhere"]).code(3);
}

#[test]
fn all_lists_are_marked_and_come_back_by_name() {
    let home = Home::new();
    for name in ["Home", "Work", "Old"] {
        home.run(&["lists", "new", name]).ok();
    }
    home.run(&["lists", "archive", "Old"]).ok();
    home.run(&["lists", "rm", "Work"]).ok();
    let few = home.run(&["lists"]).ok().out;
    assert!(!few.contains("Old") && !few.contains("Work"), "{few}");
    let all = home.run(&["lists", "--all"]).ok().out;
    let line = |name: &str| all.lines().find(|line| line.starts_with(name)).unwrap();
    assert!(line("Old").contains("archived"), "{all}");
    assert!(line("Work").contains("deleted"), "{all}");
    assert!(!has_uuid(&all), "{all}");
    assert_eq!(
        home.json(&["lists", "-a"])["items"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    home.run(&["lists", "restore", "work"]).ok();
    let tail = line("Old").split_whitespace().last().unwrap();
    home.run(&["lists", "unarchive", tail]).ok();
    assert_eq!(home.run(&["lists"]).ok().out.lines().count(), 4);
}

#[test]
fn a_list_that_takes_nothing_or_is_not_there_is_explained() {
    let home = Home::new();
    home.run(&["lists", "new", "Shopping"]).ok();
    let typo = home.run(&["add", "Milk", "--list", "Shoping"]).code(3);
    assert!(typo.err.contains("did you mean Shopping?"), "{}", typo.err);
    let task = home.add("Bread");
    home.run(&["lists", "archive", "Shopping"]).ok();
    for line in [
        &["add", "Milk", "--list", "Shopping"][..],
        &["move", &task, "--list", "shopping"],
    ] {
        let refused = home.run(line).code(4);
        assert!(refused.err.contains("is archived"), "{}", refused.err);
        assert!(refused.err.contains("unarchive"), "{}", refused.err);
    }
    assert_eq!(home.titles(&[]), ["Bread"]);
}

#[test]
fn tokens_are_revoked_by_name_or_short_id() {
    let home = Home::new();
    home.run(&["token", "create", "laptop"]).ok();
    home.run(&["token", "create", "phone"]).ok();
    let shown = home.run(&["token", "list"]).ok().out;
    assert!(!has_uuid(&shown), "{shown}");
    let phone = shown
        .lines()
        .find(|line| line.starts_with("phone"))
        .unwrap();
    let tail = phone.split_whitespace().last().unwrap();
    home.run(&["token", "revoke", tail]).ok();
    home.run(&["token", "revoke", "laptop"]).ok();
    let left = home.run(&["token", "list"]).ok().out;
    assert!(
        !left.contains("laptop") && !left.contains("phone"),
        "{left}"
    );
    home.run(&["token", "revoke", "laptop"]).code(3);
}

#[test]
fn people_and_tasks_are_shown_by_name() {
    let home = Home::new();
    let whole = home.add("Move house");
    let before = home.add("Rent a van");
    let part = home.run(&[
        "--json",
        "add",
        "Pack",
        "--parent",
        &whole,
        "--assignee",
        "me",
    ]);
    let part = part.ok().json()["task_id"].as_str().unwrap().to_owned();
    home.run(&["edit", &part, "--blocked-by", &before]).ok();
    let shown = home.run(&["show", &part]).ok().out;
    for text in ["“Move house”", "“Rent a van”", "assignee    Me"] {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    let history = home.run(&["history"]).ok().out;
    assert!(!has_uuid(&history), "{history}");
    for text in ["added “Pack”", "blocked by: – → “Rent a van”"] {
        assert!(history.contains(text), "{text}: {history}");
    }
}
