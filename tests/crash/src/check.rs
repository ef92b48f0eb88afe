//! What is compared with what was acknowledged.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use taskfold_kit::Connection;

use crate::ledger::{Ledger, number};
use crate::listener::Seen;
use crate::writer::differs;

/// How long the views may take to have what was written last; a read waits for them by itself.
const CATCH_UP: Duration = Duration::from_mins(2);

/// How long a reminder whose moment has come may take to fire: who asked in vain asks again later and later.
const FIRES: Duration = Duration::from_mins(1);

/// Guarantees 1, 4, 5: every task is served as the last acknowledgement left it.
///
/// # Errors
/// The server does not answer.
pub async fn tasks(address: &str, token: &str, ledger: &Ledger) -> Result<()> {
    let mut connection = Connection::open(address).await?;
    let until = Instant::now() + CATCH_UP;
    for (id, owed) in ledger.tasks() {
        let headers = format!(
            "authorization: Bearer {token}\r\ntaskfold-position: {}\r\n",
            owed.position
        );
        let path = format!("/api/v1/tasks/{id}");
        let answer = loop {
            let answer = connection
                .send_with_headers("GET", &path, &headers, "")
                .await?;
            if answer.status != 503 || Instant::now() > until {
                break answer;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        if answer.status != 200 {
            ledger.violation(format!(
                "acknowledged task {id} is answered with {}",
                answer.status
            ));
            continue;
        }
        if let Some(found) = differs(&answer.json()?, &owed) {
            ledger.violation(format!("task {id}: {found}"));
        }
    }
    Ok(())
}

/// Waits until all reminders that are owed have fired; each does once.
///
/// # Errors
/// The server does not answer.
pub async fn reminders(address: &str, token: &str, ledger: &Ledger) -> Result<()> {
    let (owed, until) = (ledger.reminders(), Instant::now() + FIRES);
    loop {
        let mut fired: BTreeMap<String, u32> = BTreeMap::new();
        for event in events(address, token).await? {
            if event["type"] == "reminder.triggered" {
                let text = |field: &str| event[field].as_str().unwrap_or_default().to_owned();
                *fired.entry(text("subject")).or_default() += 1;
                ledger.reach(number(&text("position")).unwrap_or_default());
            }
        }
        let missing: Vec<_> = owed.iter().filter(|t| !fired.contains_key(*t)).collect();
        if !missing.is_empty() && Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(200)).await;
            continue;
        }
        for task in missing {
            ledger.violation(format!("the reminder of task {task} did not fire"));
        }
        for (task, times) in fired.iter().filter(|(_, times)| **times > 1) {
            ledger.violation(format!("the reminder of task {task} fired {times} times"));
        }
        return Ok(());
    }
}

/// Guarantees 1, 3: each acknowledged change is in the log once, where it was said to be; what the socket
/// gave is what the log holds.
///
/// # Errors
/// The server does not answer.
pub async fn log(address: &str, token: &str, ledger: &Ledger, seen: &Seen) -> Result<()> {
    let events = events(address, token).await?;
    let mut changes: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    let mut ids = BTreeMap::new();
    for event in &events {
        let text = |field: &str| event[field].as_str().unwrap_or_default();
        changes
            .entry(text("changeid"))
            .or_default()
            .push((text("position"), text("type")));
        if let Some(first) = ids.insert(text("id"), text("position")) {
            ledger.violation(format!(
                "event {} is at {first} and {}",
                text("id"),
                text("position")
            ));
        }
    }
    for (change, position) in ledger.changes() {
        match changes.get(change.as_str()).map(Vec::as_slice) {
            None => ledger.violation(format!("acknowledged change {change} is not in the log")),
            Some([(at, _)]) if *at == position => {}
            Some(found) => ledger.violation(format!(
                "change {change}, owed once at {position}: {found:?}"
            )),
        }
    }
    let logged: Vec<(&str, &str)> = events
        .iter()
        .map(|event| {
            (
                event["position"].as_str().unwrap_or_default(),
                event["id"].as_str().unwrap_or_default(),
            )
        })
        .collect();
    let heard: BTreeSet<(&str, &str)> = seen
        .iter()
        .map(|(at, id)| (at.as_str(), id.as_str()))
        .collect();
    let missed = logged.iter().filter(|event| !heard.contains(event)).count();
    if missed > 0 || seen.len() != logged.len() {
        ledger.violation(format!(
            "the socket gave {} events, the log has {}; {missed} were missed",
            seen.len(),
            logged.len()
        ));
    }
    Ok(())
}

async fn events(address: &str, token: &str) -> Result<Vec<Value>> {
    let headers = format!("authorization: Bearer {token}\r\nconnection: close\r\n");
    let until = Instant::now() + CATCH_UP;
    let answer = loop {
        let mut connection = Connection::open(address).await?;
        let answer = connection
            .send_with_headers("GET", "/api/v1/export?format=events", &headers, "")
            .await?;
        match answer.status {
            200 => break answer,
            503 if Instant::now() < until => {}
            status => bail!("the export is answered with {status}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let text = String::from_utf8(answer.body).context("export is not UTF-8")?;
    text.lines()
        .map(|line| serde_json::from_str(line).context("a line of the export"))
        .collect()
}

/// Guarantees 3, 6, 10: the chain holds and the views equal rebuilt ones. `environment` says where they are.
///
/// # Errors
/// The program does not start.
pub fn files(binary: &Path, environment: &[(String, String)], ledger: &Ledger) -> Result<()> {
    for command in [
        &["log", "verify"][..],
        &["views", "rebuild", "--verify"][..],
    ] {
        let output = Command::new(binary)
            .envs(environment.iter().map(|(key, value)| (key, value)))
            .args(command)
            .output()?;
        if !output.status.success() {
            ledger.violation(format!(
                "`{}` says {}: {}{}",
                command.join(" "),
                output.status,
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            ));
        }
    }
    Ok(())
}
