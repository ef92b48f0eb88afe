//! `taskfold.toml`, `TASKFOLD_*`, flags.

use crate::kit::{Home, finish};

fn with_file(text: &str) -> Home {
    let home = Home::new();
    std::fs::create_dir_all(home.path("config/taskfold")).unwrap();
    std::fs::write(home.path("config/taskfold/taskfold.toml"), text).unwrap();
    home
}

#[test]
fn each_value_says_where_it_came_from() {
    let home = with_file("[serve]\nlisten = \"127.0.0.1:8000\"\n[log]\nlevel = \"debug\"\n");
    let mut command = home.command(&["config", "--json", "--server", "https://example.org"]);
    let ran = finish(
        command
            .env("TASKFOLD_LOG__LEVEL", "warn")
            .env("TASKFOLD_TOKEN", "tf_a"),
    );
    let shown = ran.ok().json();
    let of = |key: &str| {
        let all = shown["settings"].as_array().unwrap();
        let setting = all.iter().find(|setting| setting["key"] == key).unwrap();
        let text = |name: &str| setting[name].as_str().unwrap().to_owned();
        (text("value"), text("origin"))
    };
    let file = home
        .path("config/taskfold/taskfold.toml")
        .display()
        .to_string();
    assert_eq!(of("serve.listen"), ("127.0.0.1:8000".to_owned(), file));
    let variable = "TASKFOLD_LOG__LEVEL".to_owned();
    assert_eq!(of("log.level"), ("warn".to_owned(), variable));
    assert_eq!(
        of("server"),
        ("https://example.org".to_owned(), "flag".to_owned())
    );
    assert_eq!(
        of("token"),
        ("********".to_owned(), "TASKFOLD_TOKEN".to_owned())
    );
    assert_eq!(of("color").1, "default");
}

#[test]
fn unknown_keys_are_named() {
    let ran = with_file("[serve]\nlisten_on = 1\n").run(&["list"]).code(2);
    assert!(
        ran.err.contains("serve.listen_on") && ran.err.contains("taskfold.toml"),
        "{}",
        ran.err
    );
    let home = Home::new();
    let ran = finish(home.command(&["list"]).env("TASKFOLD_SERVE__LISTN", "x")).code(2);
    assert!(ran.err.contains("serve.listn"), "{}", ran.err);
    assert!(ran.err.contains("TASKFOLD_SERVE__LISTN"), "{}", ran.err);
}

#[test]
fn a_wrong_value_is_named() {
    let ran = with_file("[serve]\nlisten = \"nowhere\"\n")
        .run(&["serve"])
        .code(2);
    assert!(ran.err.contains("serve.listen"), "{}", ran.err);
}

#[test]
fn a_missing_file_is_an_error_only_when_named() {
    let home = Home::new();
    home.run(&["config"]).ok();
    home.run(&["config", "--config", "/nowhere/taskfold.toml"])
        .code(2);
}
