use std::collections::BTreeSet;

use clap::Command as Tree;

use super::*;

const ID: &str = "01920000-0000-7000-8000-00000000abcd";

/// Every subcommand as a person types it, with arguments of each kind.
fn samples() -> Vec<Vec<&'static str>> {
    let lines = [
        "serve --listen 127.0.0.1:0",
        "serve --role gateway --role command",
        "add Gym --start tomorrow --repeat monday --assignee me",
        "add Pay rent -d tomorrow -p high -t home -l House --note text --parent 1 --literal",
        "list due < +7d --as-of yesterday --sort due -n 5 -a -l House",
        "ls tag = x",
        "show 1 --as-of 0:4",
        "edit 1 --title T --note none -p low -d none --start none -t a --untag b --assignee me",
        "edit 1 --repeat FREQ=DAILY --from-completion --blocked-by 2 --if-version 3",
        "done 1 2",
        "reopen 1 2",
        "rm 1 2",
        "move 1 --list House",
        "mv 1 --after 2",
        "comment 1 text",
        "undo ID",
        "undo 3f2a",
        "redo ID",
        "history 1 --as-of yesterday -n 5",
        "restore 1 --to yesterday",
        "restore --list House --to yesterday",
        "restore --everything --to yesterday",
        "search milk -n 5 --as-of yesterday",
        "tags --as-of yesterday",
        "lists --all --as-of yesterday",
        "lists new House --list-color #ff0000",
        "lists rename House Home",
        "lists color House red",
        "lists archive House",
        "lists unarchive House",
        "lists rm House",
        "lists restore House",
        "trash --as-of yesterday",
        "trash list",
        "trash restore 1 House",
        "workspaces",
        "reminders",
        "import file --from auto --dry-run",
        "export --format csv -o file --force",
        "token create laptop -s read",
        "token list",
        "token revoke ID",
        "whoami",
        "profile --time-zone Europe/Berlin",
        "login https://tasks.example.org --email a@example.org",
        "login https://tasks.example.org --token-stdin",
        "logout https://tasks.example.org",
        "backup file",
        "restore-backup file --verify-only",
        "doctor",
        "log tail -n 5 --partition 0 --follow",
        "log show 0:1",
        "log stats",
        "log verify",
        "views rebuild --verify",
        "views switch-back --verify",
        "migrate-store --from sqlite --to postgres",
        "migrate --check",
        "migrate --grant taskfold_app",
        "keys new 2026-11 --directory d",
        "kafka plan",
        "kafka apply",
        "kafka remove -y",
        "replay --group billing --from 0:1",
        "contracts check",
        "contracts publish",
        "deadletters list -n 5",
        "deadletters show 0:1",
        "deadletters retry 0:1",
        "deadletters redrive",
        "deadletters drop 0:1 -y",
        "config",
        "completions bash",
    ];
    let words = |line: &'static str| line.split(' ').map(|w| if w == "ID" { ID } else { w });
    lines
        .into_iter()
        .map(|line| words(line).collect())
        .collect()
}

/// The paths of all subcommands that have none below them.
fn leaves(tree: &Tree, path: &str) -> Vec<String> {
    if !tree.has_subcommands() {
        return vec![path.trim().to_owned()];
    }
    let below = tree.get_subcommands();
    below
        .flat_map(|sub| leaves(sub, &format!("{path} {}", sub.get_name())))
        .collect()
}

#[test]
fn the_command_tree_is_consistent() {
    Cli::command().debug_assert();
}

#[test]
fn every_subcommand_takes_its_arguments_and_the_flags_of_all() {
    let global = [
        "--json", "--color", "never", "-w", "Home", "--data", "d", "-v",
    ];
    for sample in samples() {
        // Flags of all commands stand before the subcommand or after its arguments.
        for after in [false, true] {
            let (first, last): (&[&str], &[&str]) = if after {
                (&sample, &global)
            } else {
                (&global, &sample)
            };
            let line = ["taskfold"].iter().chain(first).chain(last);
            let cli = Cli::try_parse_from(line)
                .unwrap_or_else(|error| panic!("{sample:?}, flags after: {after}: {error}"));
            assert_eq!(cli.global.color, Some(ColorWhen::Never), "{sample:?}");
            assert!(cli.global.json, "{sample:?}");
            assert_eq!(cli.global.workspace.as_deref(), Some("Home"), "{sample:?}");
        }
        let bare = ["taskfold"].iter().chain(&sample);
        let cli = Cli::try_parse_from(bare).unwrap_or_else(|error| panic!("{sample:?}: {error}"));
        assert_eq!(cli.global.color, None, "{sample:?}");
    }
}

#[test]
fn every_subcommand_has_a_sample() {
    let samples: BTreeSet<String> = samples().iter().map(|words| words.join(" ")).collect();
    for leaf in leaves(&Cli::command(), "") {
        let has_one = samples
            .iter()
            .any(|sample| *sample == leaf || sample.starts_with(&format!("{leaf} ")));
        assert!(has_one, "{leaf}");
    }
}

#[test]
fn after_two_dashes_all_words_are_the_filter() {
    assert!(Cli::try_parse_from(["taskfold", "list", "due < -2d", "--json"]).is_ok());
    assert!(Cli::try_parse_from(["taskfold", "list", "due", "<", "-2d"]).is_err());
    let cli = Cli::try_parse_from(["taskfold", "list", "--", "due", "<", "-2d", "--json"]);
    assert!(!cli.unwrap().global.json);
}
