//! Exit codes and what is said with them.

use crate::kit::Home;

#[test]
fn wrong_usage_is_2() {
    let home = Home::new();
    home.run(&["frobnicate"]).code(2);
    home.run(&["done"]).code(2);
    home.run(&["move", "1"]).code(2);
    home.run(&["edit", "abcd", "--priority", "huge"]).code(2);
    home.run(&["list", "--as-of", "soon"]).code(2);
    let future = home.run(&["list", "--as-of", "tomorrow"]).code(2);
    assert!(future.err.contains("lies in the future"), "{}", future.err);
}

#[test]
fn a_wrong_filter_points_at_the_column() {
    let home = Home::new();
    let ran = home
        .run(&["list", "due < today and prioritty = high"])
        .code(2);
    let lines: Vec<&str> = ran.err.lines().collect();
    let text = lines
        .iter()
        .position(|line| line.contains("prioritty = high"))
        .unwrap();
    let column = lines[text].find("prioritty").unwrap();
    assert_eq!(lines[text + 1].find('^'), Some(column), "{}", ran.err);
}

#[test]
fn what_does_not_exist_is_3() {
    let home = Home::in_files();
    home.run(&["log", "stats"]).code(3);
    home.add("One");
    home.run(&["show", "00000000-0000-7000-8000-000000000000"])
        .code(3);
    home.run(&["show", "ffff0000"]).code(3);
    home.run(&["show", "7"]).code(3);
    home.run(&["move", "1", "--list", "Nowhere"]).code(3);
    home.run(&["log", "show", "0:99999"]).code(3);
    home.run(&["list", "-w", "Nowhere"]).code(3);
}

#[test]
fn a_conflict_is_4() {
    let home = Home::new();
    let task = home.add("One");
    home.run(&["edit", &task, "--title", "Two", "--if-version", "1"])
        .ok();
    home.run(&["edit", &task, "--title", "Three", "--if-version", "1"])
        .code(4);
    assert_eq!(home.titles(&[]), ["Two"]);
}

#[test]
fn no_server_is_5() {
    let home = Home::new();
    let ran = home
        .command(&["list", "--server", "http://127.0.0.1:1"])
        .env("TASKFOLD_TOKEN", "tf_x")
        .output();
    let ran = ran.unwrap();
    assert_eq!(
        ran.status.code(),
        Some(5),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
}

#[test]
fn invalid_fields_are_named() {
    let home = Home::new();
    let task = home.add("One");
    let ran = home.run(&["edit", &task, "--title", "  "]).code(2);
    assert!(ran.err.contains("title"), "{}", ran.err);
    let ran = home
        .run(&["--json", "edit", &task, "--title", "  "])
        .code(2);
    let problem: serde_json::Value = serde_json::from_str(ran.err.trim()).unwrap();
    assert_eq!(problem["errors"][0]["field"], "title", "{problem}");
    assert_eq!(ran.out, "");
}

#[test]
fn a_name_that_is_too_short_is_refused() {
    let home = Home::new();
    home.add("One");
    let ran = home.run(&["show", "abc"]).code(2);
    assert!(ran.err.contains("names no task"), "{}", ran.err);
}

#[test]
fn a_list_that_does_not_exist_is_named() {
    let home = Home::new();
    home.run(&["lists", "new", "House"]).ok();
    let ran = home.run(&["list", "--list", "nope"]).code(3);
    assert!(ran.err.contains("\"nope\""), "{}", ran.err);
    assert!(ran.err.contains("House"), "{}", ran.err);
    home.run(&["list", "--list", "house"]).ok();
    home.run(&["list", "--list", "inbox"]).ok();
}

#[test]
fn what_is_wrong_is_said_once() {
    let home = Home::new();
    let task = home.add("One");
    let ran = home.run(&["edit", &task, "--title", "  "]).code(2);
    assert_eq!(ran.err.matches("title").count(), 1, "{}", ran.err);
}

/// The failure of a command with `--json`.
fn problem(ran: &crate::kit::Ran) -> serde_json::Value {
    assert_eq!(ran.out, "");
    serde_json::from_str(ran.err.trim()).unwrap()
}

/// Failures look alike, whoever finds them: the command line, the database or a server.
fn one_shape(home: &Home) {
    let task = home.add("One");
    for (line, code) in [
        (&["nonsense"][..], 2),
        (&["list", "due < today and prioritty = high"], 2),
        (&["list", "--sort", "due,prioritty"], 2),
        (&["show", "ffff0000"], 3),
        (&["show", "00000000-0000-7000-8000-000000000000"], 3),
        (&["edit", &task, "--title", "  "], 2),
        (&["edit", &task, "--title", "Two", "--if-version", "9"], 4),
    ] {
        let mut all = vec!["--json"];
        all.extend(line);
        let problem = problem(&home.run(&all).code(code));
        for key in ["type", "title", "status", "detail", "code"] {
            assert!(!problem[key].is_null(), "{line:?} has no {key}: {problem}");
        }
        assert_eq!(problem["exit"], code, "{line:?}: {problem}");
    }
    let wrong = ["--json", "list", "due < today and prioritty = high"];
    let wrong = problem(&home.run(&wrong));
    assert_eq!(wrong["errors"][0]["field"], "filter", "{wrong}");
    assert_eq!(wrong["errors"][0]["column"], 17, "{wrong}");
}

#[test]
fn failures_have_one_shape_without_a_server() {
    one_shape(&Home::new());
}

#[test]
fn failures_have_one_shape_with_a_server() {
    let home = Home::new();
    let server = home.serve();
    one_shape(&home);
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn subcommands_that_are_mistyped_are_suggested() {
    let ran = Home::new().run(&["lst"]).code(2);
    assert!(ran.err.contains("'list'"), "{}", ran.err);
}

#[test]
fn a_moment_in_words_of_the_future_is_refused() {
    let home = Home::new();
    home.add("One");
    for words in ["next tuesday", "on next friday", "in 2 days", "tomorrow"] {
        for arguments in [
            &["list", "--as-of", words][..],
            &["restore", "--everything", "--to", words],
        ] {
            let ran = home.run(arguments).code(2);
            assert!(ran.err.contains("lies in the future"), "{}", ran.err);
        }
    }
    home.run(&["list", "--as-of", "tuesday"]).ok();
    home.run(&["list", "--as-of", "last tuesday"]).ok();
    let past = home.run(&["token", "create", "t", "--expires", "last friday"]);
    assert!(past.code(2).err.contains("lies in the past"));
}

#[test]
fn what_is_missing_is_named() {
    let home = Home::new();
    let search = home.run(&["--json", "search"]).code(2);
    let told: serde_json::Value = serde_json::from_str(&search.err).unwrap();
    let detail = told["detail"].as_str().unwrap();
    assert!(detail.contains("<WORDS>"), "{detail}");
    let restore = home.run(&["restore"]).code(2);
    let wanted = "<TASK|--list <NAME>|--everything>";
    assert!(restore.err.contains(wanted), "{}", restore.err);
    assert!(!restore.err.contains("--to"), "{}", restore.err);
    let restore = home.run(&["restore", "--everything"]).code(2);
    assert!(restore.err.contains("--to is missing"), "{}", restore.err);
}

#[test]
fn a_place_that_cannot_be_is_told_by_titles() {
    let home = Home::new();
    let one = home.add("Dig");
    let moved = home.run(&["move", &one, "--after", &one]).code(2);
    assert!(
        moved.err.contains("“Dig” cannot be put next to itself"),
        "{}",
        moved.err
    );
    home.run(&["lists", "new", "Home"]).ok();
    let other = home.add("Paint #Home");
    let moved = home.run(&["move", &one, "--after", &other]);
    assert_ne!(moved.code, 0);
    assert!(moved.err.contains("“Paint”"), "{}", moved.err);
    assert!(!moved.err.contains(&other), "{}", moved.err);
}

/// An event whose text is no text any more, as after a disk failed.
#[test]
fn a_failure_with_json_is_one_line() {
    let home = Home::in_files();
    home.add("Find this in the file");
    let log = home.data().join("log.db");
    let mut bytes = std::fs::read(&log).unwrap();
    let title = b"Find this in the file";
    let at = bytes
        .windows(title.len())
        .position(|part| part == title)
        .unwrap();
    bytes[at..at + title.len()].fill(0xff);
    std::fs::write(&log, bytes).unwrap();
    let failed = home.run(&["--json", "add", "Two"]);
    assert_ne!(failed.code, 0);
    assert_eq!(failed.out, "");
    let told: serde_json::Value = serde_json::from_str(&failed.err).unwrap();
    assert!(
        told["hint"].as_str().unwrap().contains("without --json"),
        "{told}"
    );
    let failed = home.run(&["add", "Two"]);
    assert!(failed.err.contains("ERROR"), "{}", failed.err);
}
