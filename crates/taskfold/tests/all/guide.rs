//! Each command of the guide and of the README is run as printed.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use crate::kit::{Home, Server, finish};

const GUIDE: &str = include_str!("../../../../docs/guide/cli.md");
const README: &str = include_str!("../../../../README.md");

/// A backup of Todoist: a project with two tasks.
const TODOIST: &str =
    "TYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG,TIMEZONE
task,Call the bank,,1,1,Ann (1),,2026-12-01,en,Europe/Berlin
task,Sort photos,,4,1,Ann (1),,,en,Europe/Berlin
";

/// A directory with what the commands name.
fn prepared() -> Home {
    let home = Home::in_files();
    let work = home.path("work");
    fs::create_dir(&work).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_taskfold"), work.join("taskfold")).unwrap();
    let mut zip = zip::ZipWriter::new(fs::File::create(work.join("todoist-backup.zip")).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("Errands [1].csv", options).unwrap();
    zip.write_all(TODOIST.as_bytes()).unwrap();
    zip.finish().unwrap();
    home
}

/// Runs a line as a shell does; it must succeed.
fn run(home: &Home, work: &Path, line: &str) -> String {
    let mut shell = home.command(&[]);
    let mut shell = {
        let variables: Vec<_> = shell
            .get_envs()
            .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
            .collect();
        shell = std::process::Command::new("sh");
        shell.env_clear().envs(variables);
        shell
    };
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", work.display());
    shell
        .args(["-c", line])
        .current_dir(work)
        .env("PATH", path)
        .stdin(std::process::Stdio::null());
    let ran = finish(&mut shell);
    assert_eq!(ran.code, 0, "{line}\nout: {}\nerr: {}", ran.out, ran.err);
    ran.out
}

/// The ends of ids of now.
fn filled_in(home: &Home, line: &str, server: Option<&Server>) -> String {
    let end = |id: &serde_json::Value| {
        let id = id.as_str().unwrap();
        id[id.len() - 6..].to_owned()
    };
    let mut line = line.to_owned();
    if line.contains("TASK") {
        let tasks = home.json(&["list", "--sort", "title", "-n", "1"]);
        line = line.replace("TASK", &end(&tasks["items"][0]["task_id"]));
        // The numbers that the guide goes by are those of the list before.
        home.run(&["list"]).ok();
    }
    if line.contains("CHANGE") {
        let rows = home.json(&["history", "-n", "1"]);
        let row = &rows["items"][0];
        let change = if line.contains("redo") {
            &row["undoes"]
        } else {
            &row["change_id"]
        };
        line = line.replace("CHANGE", &end(change));
    }
    match server {
        Some(server) => line.replace("https://tasks.example.org", &server.url),
        None => line,
    }
}

fn run_all(lines: &[&str]) {
    let home = prepared();
    let work = home.path("work");
    let mut server = None;
    for line in lines {
        if *line == "taskfold serve" {
            server = Some(home.serve());
            continue;
        }
        run(&home, &work, &filled_in(&home, line, server.as_ref()));
    }
    if let Some(server) = server {
        assert_eq!(server.stop(), Some(0));
    }
}

/// The lines of all blocks that are marked as `sh`.
fn blocks(text: &str) -> Vec<&str> {
    let blocks = text.split("```sh\n").skip(1);
    blocks
        .flat_map(|block| block.split("```").next().unwrap().lines())
        .filter(|line| !line.trim().is_empty())
        .collect()
}

#[test]
fn the_guide_runs_as_printed() {
    let lines = blocks(GUIDE);
    assert!(lines.len() > 60, "{}", lines.len());
    run_all(&lines);
}

#[test]
fn the_readme_runs_as_printed() {
    let lines: Vec<&str> = README
        .lines()
        .filter_map(|line| line.strip_prefix("$ "))
        .map(|line| line.split("   # ").next().unwrap().trim())
        .filter(|line| line.starts_with("taskfold "))
        .collect();
    assert!(lines.len() > 8, "{}", lines.len());
    run_all(&lines);
}

/// Words of a text that begin with two dashes.
fn flags(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_ascii_lowercase() || c == '-'));
    words
        .filter(|word| word.starts_with("--") && word.len() > 3)
        .map(str::to_owned)
        .collect()
}

/// The subcommands of a help text.
fn subcommands(help: &str) -> Vec<String> {
    let list = help.split("Commands:\n").nth(1).unwrap_or_default();
    let lines = list.lines().take_while(|line| line.starts_with("  "));
    lines
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_guide_knows_each_command_and_no_flag_that_is_not_there() {
    let home = Home::in_files();
    let help = |words: &[&str]| {
        let mut line = words.to_vec();
        line.push("--help");
        home.run(&line).ok().out
    };
    let top = help(&[]);
    let mut known = flags(&top);
    for command in subcommands(&top) {
        assert!(GUIDE.contains(&command), "{command} is not in the guide");
        let own = help(&[&command]);
        known.extend(flags(&own));
        for action in subcommands(&own) {
            assert!(
                GUIDE.contains(&action),
                "{command} {action} is not in the guide"
            );
            known.extend(flags(&help(&[&command, &action])));
        }
    }
    let unknown: Vec<_> = flags(GUIDE).difference(&known).cloned().collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}
