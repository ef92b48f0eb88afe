//! What is printed.

use crate::kit::{Home, finish, redacted};

#[test]
fn json_is_what_the_api_says() {
    let home = Home::new();
    let added = home.json(&["add", "Pay rent !high @flat //to the landlord"]);
    insta::assert_json_snapshot!("add", redacted(added));
    insta::assert_json_snapshot!("list", redacted(home.json(&["list"])));
}

#[test]
fn tables_fit_the_width() {
    let home = Home::new();
    home.add("A title that is long enough to be cut on a narrow terminal 日本語のタイトル");
    home.add("Short tomorrow #home !urgent");
    home.run(&["lists", "new", "A list with quite a long name"])
        .ok();
    let part = home.add("A part of something !high #errand next friday at 17:00");
    home.run(&["move", &part, "--list", "A list with quite a long name"])
        .ok();
    for command in [
        &["list"][..],
        &["list", "--sort", "due"],
        &["history"],
        &["lists"],
        &["tags"],
    ] {
        for width in [10, 20, 40, 80] {
            let ran = finish(home.command(command).env("COLUMNS", width.to_string())).ok();
            for line in ran.out.lines() {
                let columns = unicode_width::UnicodeWidthStr::width(line);
                assert!(columns <= width, "{command:?} {columns} > {width}: {line}");
            }
        }
    }
    for width in [30, 40, 60, 100] {
        let ran = finish(home.command(&["list"]).env("COLUMNS", width.to_string())).ok();
        for line in ran.out.lines() {
            let columns = unicode_width::UnicodeWidthStr::width(line);
            assert!(columns <= width, "{columns} > {width}: {line}");
        }
        assert!(ran.out.contains("Short"), "{}", ran.out);
    }
    let narrow = finish(home.command(&["list"]).env("COLUMNS", "40")).ok();
    assert!(narrow.out.contains('…'), "{}", narrow.out);
    let piped = home.run(&["list"]).ok();
    assert!(piped.out.contains("日本語のタイトル"), "{}", piped.out);
}

#[test]
fn colour_is_asked_for_or_left_out() {
    let home = Home::new();
    home.add("One !urgent");
    let escape = '\u{1b}';
    assert!(
        !home.run(&["list"]).ok().out.contains(escape),
        "a pipe gets none"
    );
    assert!(
        home.run(&["list", "--color", "always"])
            .ok()
            .out
            .contains(escape)
    );
    let no_color = finish(
        home.command(&["list", "--color", "auto"])
            .env("NO_COLOR", "1"),
    )
    .ok();
    assert!(!no_color.out.contains(escape));
}

#[test]
fn a_title_cannot_drive_the_terminal() {
    let home = Home::new();
    let task = home.add("Plain");
    let note = "red \u{1b}[31m and \u{1b}]0;title\u{7}";
    let refused = home.run(&["edit", &task, "--note", note]).code(2);
    assert!(
        !refused.err.contains('\u{1b}') && !refused.err.contains('\u{7}'),
        "{:?}",
        refused.err
    );
}

#[test]
fn what_was_recognised_is_shown() {
    let home = Home::new();
    let ran = home.run(&["add", "Buy milk tomorrow 5pm !high"]).ok();
    assert!(ran.out.contains("added Buy milk"), "{}", ran.out);
    assert!(ran.out.contains("tomorrow 17:00"), "{}", ran.out);
    assert!(ran.out.contains("!high"), "{}", ran.out);
}

#[test]
fn completions_for_each_shell() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = home.run(&["completions", shell]).ok();
        assert!(ran.out.contains("restore-backup"), "{shell}");
    }
}

#[test]
fn help_names_the_exit_codes() {
    let ran = Home::new().run(&["--help"]).ok();
    assert!(ran.out.contains("Exit codes"), "{}", ran.out);
}

#[test]
fn doctor_finds_a_healthy_installation_healthy() {
    let home = Home::new();
    home.run(&["doctor"]).ok();
    home.add("One");
    let found = home.json(&["doctor"]);
    let findings = found["findings"].as_array().unwrap();
    assert!(findings.len() >= 8, "{found}");
    assert!(
        findings.iter().all(|finding| finding["verdict"] != "fail"),
        "{found}"
    );
}

#[test]
fn lists_have_headings_and_parts_are_indented() {
    let home = Home::new();
    home.run(&["lists", "new", "Home"]).ok();
    let whole = home.add("Paint the fence #Home");
    home.add("Read");
    home.run(&["add", "Buy paint", "--parent", &whole]).ok();
    let shown = home.run(&["list"]).ok().out;
    let lines: Vec<&str> = shown.lines().collect();
    let at = |text: &str| lines.iter().position(|line| line.contains(text)).unwrap();
    assert_eq!(lines[at("Inbox") + 1], lines[at("Read")], "{shown}");
    assert_eq!(
        lines[at("Home") + 1],
        lines[at("Paint the fence")],
        "{shown}"
    );
    assert_eq!(at("Buy paint"), at("Paint the fence") + 1, "{shown}");
    let column = |text: &str| lines[at(text)].find(text).unwrap();
    assert_eq!(
        column("Buy paint"),
        column("Paint the fence") + 2,
        "{shown}"
    );
    // The numbers are those that are shown.
    home.run(&["done", "1"]).ok();
    assert_eq!(home.titles(&["is:done"]), ["Read"]);
    let sorted = home.run(&["list", "--sort", "title"]).ok().out;
    assert!(sorted.contains("↳ Buy paint"), "{sorted}");
    assert!(!sorted.contains("Inbox"), "{sorted}");
}

#[test]
fn help_has_examples() {
    let home = Home::new();
    for command in [
        "add", "list", "edit", "undo", "restore", "trash", "import", "export", "search", "lists",
    ] {
        let ran = home.run(&[command, "--help"]).ok();
        assert!(ran.out.contains("Examples:"), "{command}: {}", ran.out);
    }
}
