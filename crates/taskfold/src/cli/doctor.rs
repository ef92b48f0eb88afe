//! `taskfold doctor`.

mod kafka;

use std::fs;
use std::path::Path;

use serde::Serialize;
use serde_json::json;
use taskfold_contracts::envelope::{Hash, chain};
use taskfold_log::Log;

use super::{App, files, log};
use crate::config::Credentials;
use crate::connect::Running;
use crate::exit::{Exit, Failure};
use crate::print::{Cell, Column, Table, relative, style};

/// Check the installation: directory, permissions, log, views, clock, disk. Changes nothing.
#[derive(Debug, clap::Args)]
pub(crate) struct Doctor {}

/// Rows at the end of each partition whose chain is checked; `log verify` checks all.
const QUICK_ROWS: u64 = 1_000;
/// Events that the views may be behind the log.
const LAG: u64 = 1_000;
/// Free bytes below which a disk is nearly full.
const ROOM: u64 = 512 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Ok,
    Warn,
    Fail,
}

#[derive(Debug, Serialize)]
struct Finding {
    check: &'static str,
    verdict: Verdict,
    found: String,
    remedy: Option<String>,
}

impl Finding {
    fn ok(check: &'static str, finding: impl Into<String>) -> Self {
        Self {
            check,
            verdict: Verdict::Ok,
            found: finding.into(),
            remedy: None,
        }
    }

    fn warn(check: &'static str, finding: impl Into<String>, remedy: impl Into<String>) -> Self {
        let remedy = Some(remedy.into());
        Self {
            check,
            verdict: Verdict::Warn,
            found: finding.into(),
            remedy,
        }
    }

    fn fail(check: &'static str, finding: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Fail,
            ..Self::warn(check, finding, remedy)
        }
    }
}

impl Doctor {
    /// Runs it.
    pub(crate) async fn run(self, app: &App) -> Result<(), Failure> {
        let data = &app.config().data;
        let mut findings = vec![directory(data)];
        if data.is_dir() {
            findings.extend([permissions(data), disk(data), server(app).await]);
        }
        findings.push(credentials(app));
        if files::on_servers(app) || files::log_path(app).is_file() {
            match files::open_log(app).await {
                Ok(log) => {
                    findings.extend(of_log(app, &log).await);
                    findings.push(accounts(app, Some(&log)).await);
                    findings.push(views(app, &log).await);
                    findings.extend(kafka::kafka(app, Some(&log)).await);
                    log.shutdown().await;
                }
                Err(failure) => {
                    let remedy = failure.reason().hint.as_deref().unwrap_or(files::RESTORE);
                    findings.push(Finding::fail("log", failure.to_string(), remedy));
                }
            }
        } else {
            findings.push(Finding::ok("log", without_log(app)));
            findings.push(accounts(app, None).await);
            findings.extend(kafka::kafka(app, None).await);
        }
        report(app, &findings)
    }
}

fn report(app: &App, findings: &[Finding]) -> Result<(), Failure> {
    if app.screen.json {
        app.screen.value(&json!({ "findings": findings }))?;
    } else {
        let mut table = Table::new(vec![
            Column::new(""),
            Column::new(""),
            Column::new("").shrinks(20),
        ])
        .headless();
        for finding in findings {
            let (style, word) = match finding.verdict {
                Verdict::Ok => (style::GOOD, "ok"),
                Verdict::Warn => (style::WARN, "warn"),
                Verdict::Fail => (style::BAD, "fail"),
            };
            let blank = || Cell::plain("");
            table.row(vec![
                Cell::new(style, word),
                Cell::new(style::STRONG, finding.check),
                Cell::plain(finding.found.clone()),
            ]);
            if let Some(remedy) = &finding.remedy {
                table.row(vec![
                    blank(),
                    blank(),
                    Cell::new(style::DIM, format!("→ {remedy}")),
                ]);
            }
        }
        app.screen.table(&table)?;
    }
    let failed = findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Fail)
        .count();
    if failed > 0 {
        return Err(Failure::new(
            Exit::CheckFailed,
            format!("{failed} of the checks failed"),
        ));
    }
    Ok(())
}

/// Why there may be no log: what is wrong with the sign-in is a finding of its own.
fn without_log(app: &App) -> String {
    match files::tasks_elsewhere(app) {
        Ok(Some(server)) => {
            format!("none on this computer, which is what is checked; your tasks are at {server}")
        }
        Ok(None) | Err(_) => "none yet; it is made with the first task".to_owned(),
    }
}

fn directory(data: &Path) -> Finding {
    let shown = data.display();
    match fs::metadata(data) {
        Ok(found) if found.is_dir() => Finding::ok("data directory", shown.to_string()),
        Ok(_) => Finding::fail(
            "data directory",
            format!("{shown} is no directory"),
            "name another with --data",
        ),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Finding::ok("data directory", format!("{shown} (not made yet)"))
        }
        Err(error) => Finding::fail(
            "data directory",
            format!("{shown}: {error}"),
            "make it readable",
        ),
    }
}

#[cfg(unix)]
fn permissions(data: &Path) -> Finding {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path| {
        fs::metadata(path)
            .map(|found| found.permissions().mode() & 0o777)
            .ok()
    };
    let shown = data.display();
    if rustix::fs::access(data, rustix::fs::Access::WRITE_OK).is_err() {
        return Finding::fail(
            "permissions",
            format!("{shown} cannot be written"),
            format!("chmod u+w {shown}"),
        );
    }
    if let Some(path) = files::closed_to_us(data) {
        let path = path.display();
        return Finding::fail(
            "permissions",
            format!("{path} cannot be read and written"),
            format!("chmod u+rw {path}"),
        );
    }
    match mode(data) {
        Some(mode) if mode & 0o077 != 0 => Finding::warn(
            "permissions",
            format!("others can look into the directory (mode {mode:o})"),
            format!("chmod 700 {shown}"),
        ),
        Some(_) | None => Finding::ok("permissions", "only you can look into the directory"),
    }
}

#[cfg(not(unix))]
fn permissions(_: &Path) -> Finding {
    Finding::ok("permissions", "not checked on this system")
}

#[cfg(unix)]
fn disk(data: &Path) -> Finding {
    match rustix::fs::statvfs(data) {
        Ok(found) => {
            let free = found.f_bavail.saturating_mul(found.f_frsize);
            let text = format!("{} free", log::bytes(free));
            if free < ROOM {
                Finding::warn(
                    "disk",
                    text,
                    "make room: writes are refused when the disk is full",
                )
            } else {
                Finding::ok("disk", text)
            }
        }
        Err(error) => Finding::warn("disk", error.to_string(), "check the file system"),
    }
}

#[cfg(not(unix))]
fn disk(_: &Path) -> Finding {
    Finding::ok("disk", "not checked on this system")
}

async fn server(app: &App) -> Finding {
    let none = "none running; commands open the database themselves";
    match Running::of(&app.config().data) {
        None => Finding::ok("server", none),
        Some(running) if running.answers().await => {
            Finding::ok("server", format!("running at {}", running.url))
        }
        Some(running) => Finding::warn(
            "server",
            format!("{none}; one at {} was not stopped properly", running.url),
            "nothing needs to be done: what was acknowledged is in the log",
        ),
    }
}

fn credentials(app: &App) -> Finding {
    match Credentials::load(&app.environment.config_dir) {
        Ok(found) => match &found.current {
            Some(url) => Finding::ok("sign-in", format!("commands go to {url}")),
            None => Finding::ok("sign-in", "none; commands go to this computer's database"),
        },
        Err(error) => Finding::fail(
            "sign-in",
            error.to_string(),
            "sign in again: taskfold login URL",
        ),
    }
}

/// A log that was lost or emptied is sound for itself; the accounts know better.
async fn accounts(app: &App, log: Option<&Log>) -> Finding {
    match files::lost_accounts(app, log).await {
        Ok(0) => Finding::ok("accounts", "none is without its workspace"),
        Ok(lost) => Finding::fail(
            "accounts",
            format!("{lost} have no workspace in the log, which was lost or emptied"),
            files::RESTORE,
        ),
        Err(failure) => {
            let data = app.config().data.display();
            let remedy = format!("is {data} yours to read and write?");
            Finding::fail("accounts", failure.to_string(), remedy)
        }
    }
}

async fn of_log(app: &App, log: &Log) -> Vec<Finding> {
    let stats = match log.stats().await {
        Ok(stats) => stats,
        Err(error) => {
            return vec![Finding::fail("log", error.to_string(), files::RESTORE)];
        }
    };
    let size = log::bytes(stats.file_bytes);
    let mut findings = vec![Finding::ok(
        "log",
        format!("{} events, {size}", stats.events),
    )];
    findings.push(match quick_chain(log).await {
        Ok(rows) => Finding::ok("chain", format!("the last {rows} events are sound")),
        Err(what) => Finding::fail(
            "chain",
            what,
            "taskfold log verify says more; restore a backup",
        ),
    });
    let now = app.screen.now();
    let ahead = stats
        .last_recorded_at
        .filter(|at| at.to_jiff() > now.timestamp());
    findings.push(match ahead {
        Some(at) => Finding::warn(
            "clock",
            format!(
                "the last event is of {}, which is still to come",
                relative(at, now)
            ),
            "set the clock; until then new events bear the time of the last one",
        ),
        None => Finding::ok("clock", "not behind the log"),
    });
    findings
}

/// Checks the chain at the end of each partition; gives the number of rows.
async fn quick_chain(log: &Log) -> Result<usize, String> {
    let mut checked = 0;
    for partition in 0..log.partitions() {
        let after = log.head(partition).number.saturating_sub(QUICK_ROWS + 1);
        let limit = usize::try_from(QUICK_ROWS + 1).unwrap_or(usize::MAX);
        let rows = log
            .read_partition(partition, after, limit)
            .await
            .map_err(|e| e.to_string())?;
        let mut previous: Option<Hash> = (after == 0).then_some([0; 32]);
        for row in &rows {
            if let Some(previous) = previous {
                checked += 1;
                if chain(&previous, &row.header, &row.payload) != row.hash {
                    return Err(format!("the event at {} was changed", row.header.position));
                }
            }
            previous = Some(row.hash);
        }
    }
    Ok(checked)
}

async fn views(app: &App, log: &Log) -> Finding {
    let views = match files::look_at_views(app).await {
        Ok(Some(views)) => views,
        Ok(None) => {
            return Finding::ok("views", "none; they are built from the log when next used");
        }
        Err(failure) if failure.reason().exit == Exit::NotFound => {
            return Finding::ok("views", "none; a processor builds them");
        }
        Err(failure) => {
            let hint = if files::on_servers(app) {
                "is PostgreSQL there, and was taskfold migrate run?"
            } else {
                "delete views.db: it is built anew"
            };
            return Finding::fail("views", failure.to_string(), hint);
        }
    };
    let behind: u64 = (0..log.partitions())
        .map(|partition| {
            log.head(partition)
                .number
                .saturating_sub(views.watermark(partition))
        })
        .sum();
    let parked = views.read(taskfold_views::deadletters::parked).await;
    let parked = parked.map_or(0, |all| all.len());
    if parked > 0 {
        let text = format!("{parked} workspaces wait for an event that cannot be applied");
        return Finding::fail("views", text, "taskfold deadletters list");
    }
    let text = format!("{behind} events behind the log");
    if behind > LAG {
        Finding::warn("views", text, "start the server, or taskfold views rebuild")
    } else {
        Finding::ok("views", text)
    }
}
