//! The real binary as a child process.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::http::Connection;

/// How long a server may take to answer.
const READY: Duration = Duration::from_mins(2);

/// How to start a server.
#[derive(Debug, Clone)]
pub struct Start {
    /// The binary.
    pub binary: PathBuf,
    /// Its data directory.
    pub data: PathBuf,
    /// Environment on top of the usual.
    pub environment: Vec<(String, String)>,
}

/// A running `taskfold serve`; killed on drop.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// `host:port`.
    pub address: String,
    /// From the start of the process to the first `200` of `/readyz`.
    pub ready_after: Duration,
}

impl Server {
    /// Starts it and waits until it is ready; `None` when it ended before that, as a server that is
    /// told to crash may.
    pub async fn try_start(start: &Start) -> Result<Option<Self>> {
        let started = Instant::now();
        let marker = start.data.join("server.json");
        if marker.exists() {
            std::fs::remove_file(&marker)?;
        }
        let child = Command::new(&start.binary)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(&start.data)
            .env("TASKFOLD_RATE_LIMIT__ENABLED", "false")
            .env("TASKFOLD_LOG__LEVEL", "error")
            .envs(start.environment.iter().map(|(key, value)| (key, value)))
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .with_context(|| format!("start {}", start.binary.display()))?;
        let mut server = Self {
            child,
            address: String::new(),
            ready_after: Duration::ZERO,
        };
        while started.elapsed() < READY {
            if server.ended()?.is_some() {
                return Ok(None);
            }
            if server.probe(&marker).await {
                server.ready_after = started.elapsed();
                return Ok(Some(server));
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        bail!("the server was not ready within {READY:?}")
    }

    /// Starts it and waits until it is ready.
    pub async fn start(start: &Start) -> Result<Self> {
        Self::try_start(start)
            .await?
            .context("the server ended before it was ready")
    }

    async fn probe(&mut self, marker: &Path) -> bool {
        let Some(address) = address_in(marker) else {
            return false;
        };
        self.address = address;
        let Ok(mut connection) = Connection::open(&self.address).await else {
            return false;
        };
        matches!(connection.send("GET", "/readyz", None, "").await, Ok(answer) if answer.status == 200)
    }

    /// Registers an account and makes a token.
    pub async fn token(&self) -> Result<String> {
        account(&self.address, "kit@example.com").await
    }

    /// How the process ended, when it has.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Kills the process (SIGKILL) and waits for its end.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Id of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Resident memory in MB (`VmRSS`).
    pub fn resident_mb(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .context("VmRSS")?;
        let kilobytes: f64 = line.split_whitespace().nth(1).context("VmRSS")?.parse()?;
        Ok(kilobytes / 1024.0)
    }
}

/// Registers an account at a server and makes a token.
pub async fn account(address: &str, email: &str) -> Result<String> {
    let mut connection = Connection::open(address).await?;
    let account =
        format!(r#"{{"email":"{email}","password":"correct horse battery","display_name":"Kit"}}"#);
    let registered = connection
        .send("POST", "/api/v1/auth/register", None, &account)
        .await?;
    if registered.status != 201 {
        bail!(
            "register: {} {}",
            registered.status,
            String::from_utf8_lossy(&registered.body)
        );
    }
    let cookie = registered
        .header("set-cookie")
        .and_then(|value| value.split(';').next())
        .context("no session cookie")?
        .to_owned();
    let body = r#"{"name":"kit","scopes":["read","write"]}"#;
    let made = connection
        .send_with_cookie("POST", "/api/v1/tokens", &cookie, body)
        .await?;
    let json = made.json()?;
    Ok(json["secret"]
        .as_str()
        .with_context(|| format!("no secret in {json}"))?
        .to_owned())
}

/// Processor time of a process (an id, or `self`) so far, of all its threads, to a hundredth of a second.
pub fn processor_time(process: &str) -> Result<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name stands in brackets and may hold anything; behind it, utime and stime are fields 12 and 13.
    let (_, fields) = stat.rsplit_once(')').context("stat")?;
    let mut ticks = Duration::ZERO;
    for field in fields.split_whitespace().skip(11).take(2) {
        // Linux counts in hundredths of a second wherever we run.
        ticks += Duration::from_millis(10) * field.parse()?;
    }
    Ok(ticks)
}

fn address_in(marker: &Path) -> Option<String> {
    let text = std::fs::read_to_string(marker).ok()?;
    let json: serde_json::Value = serde_json::from_str(&text).ok()?;
    Some(
        json["url"]
            .as_str()?
            .strip_prefix("http://")?
            .trim_end_matches('/')
            .to_owned(),
    )
}

impl Drop for Server {
    fn drop(&mut self) {
        // The process may have ended already: nothing is left to do then.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
