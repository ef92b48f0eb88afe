//! One process of the product: started again whenever it ends, as whoever operates it would.

use std::fs::OpenOptions;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::proxy::Proxy;

/// Between the end of a process and the start of the next.
const PAUSE: Duration = Duration::from_millis(200);
/// How long a process may take to end when it is told to.
const STOP: Duration = Duration::from_secs(15);

/// How to start a process.
#[derive(Debug, Clone)]
pub(crate) struct Start {
    pub(crate) name: &'static str,
    pub(crate) roles: &'static [&'static str],
    pub(crate) binary: PathBuf,
    /// A directory of its own.
    pub(crate) home: PathBuf,
    pub(crate) environment: Vec<(String, String)>,
}

/// A process that is kept alive.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) start: Start,
    /// Where it is found, whatever port it has in this life.
    pub(crate) door: Arc<Proxy>,
    shared: Arc<Shared>,
    /// One task; it and the process end with this.
    keeping: JoinSet<()>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// Lives that have ended.
    ended: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct State {
    pid: Option<u32>,
    /// Its end is our doing.
    doomed: bool,
    stopping: bool,
    /// Where the next life ends: `point:nth`.
    arm: Option<String>,
    troubles: Vec<String>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes the end of a life; whether it was the last.
    fn note(&self, start: &Start, ended: Result<Ended>) -> bool {
        let mut state = self.lock();
        state.pid = None;
        let trouble = match ended {
            Ok(Ended { served, status }) if served && !state.doomed => {
                Some(format!("{} ended by itself: {status}", start.name))
            }
            Ok(_) => None,
            Err(error) => Some(format!("{} cannot be started: {error:#}", start.name)),
        };
        state.troubles.extend(trouble);
        state.stopping
    }
}

impl Service {
    /// Starts it behind a door, and keeps it alive.
    pub(crate) async fn start(start: Start) -> Result<Self> {
        std::fs::create_dir_all(&start.home)?;
        let door = Arc::new(Proxy::open(0, None).await?);
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            ended: watch::Sender::new(0),
        });
        let mut keeping = JoinSet::new();
        keeping.spawn(keep(start.clone(), Arc::clone(&door), Arc::clone(&shared)));
        Ok(Self {
            start,
            door,
            shared,
            keeping,
        })
    }

    /// Whether it has a role.
    pub(crate) fn has(&self, role: &str) -> bool {
        self.start.roles.contains(&role)
    }

    /// Ends the process as `kill -9` does; the next one is started.
    pub(crate) async fn kill(&self) -> Result<()> {
        self.shared.lock().doomed = true;
        self.signal("KILL").await
    }

    /// Ends the process and has the next one crash at a point, when it gets there within `patience`. Whether it did.
    pub(crate) async fn crash(&self, point: &str, patience: Duration) -> Result<bool> {
        let mut ended = self.shared.ended.subscribe();
        let before = *ended.borrow_and_update();
        self.shared.lock().arm = Some(point.to_owned());
        self.kill().await?;
        let crashed = ended.wait_for(|ended| *ended >= before + 2);
        let reached = tokio::time::timeout(patience, crashed).await.is_ok();
        if !reached {
            self.kill().await?;
        }
        Ok(reached)
    }

    /// Sends a signal to the process, if there is one.
    pub(crate) async fn signal(&self, signal: &str) -> Result<()> {
        let Some(pid) = self.shared.lock().pid else {
            return Ok(());
        };
        let mut kill = Command::new("kill");
        kill.args([format!("-{signal}"), pid.to_string()]);
        let sent = kill.stderr(Stdio::null()).status().await?;
        // It may have ended by itself a moment ago.
        if !sent.success() && self.shared.lock().pid == Some(pid) {
            bail!("kill -{signal} {}: {sent}", self.start.name);
        }
        Ok(())
    }

    /// What went wrong without our doing.
    pub(crate) fn troubles(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.lock().troubles)
    }

    /// Ends the process in good order, for good.
    pub(crate) async fn stop(mut self) -> Result<()> {
        {
            let mut state = self.shared.lock();
            state.stopping = true;
            state.doomed = true;
        }
        self.signal("CONT").await?;
        self.signal("TERM").await?;
        if tokio::time::timeout(STOP, self.keeping.join_next())
            .await
            .is_err()
        {
            self.signal("KILL").await?;
            bail!("{} did not end within {STOP:?}", self.start.name);
        }
        Ok(())
    }
}

/// Starts one process after another, until it is to stop.
async fn keep(start: Start, door: Arc<Proxy>, shared: Arc<Shared>) {
    loop {
        let ended = live(&start, &door, &shared).await;
        door.aim(None);
        let stopping = shared.note(&start, ended);
        shared.ended.send_modify(|ended| *ended += 1);
        if stopping {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

struct Ended {
    /// Whether it had opened its door: one that finds no database at its start may end by itself.
    served: bool,
    status: ExitStatus,
}

/// One life, from start to end.
async fn live(start: &Start, door: &Proxy, shared: &Shared) -> Result<Ended> {
    let mut child = spawn(start, shared)?;
    let said = child.stdout.take().context("no standard output")?;
    let mut said = BufReader::new(said).lines();
    let mut served = false;
    while let Some(line) = said.next_line().await? {
        if let Some((_, address)) = line.split_once("http://") {
            door.aim(Some(address.trim().to_owned()));
            served = true;
        }
    }
    let status = child.wait().await?;
    Ok(Ended { served, status })
}

fn spawn(start: &Start, shared: &Shared) -> Result<Child> {
    let log = start.home.join("log.txt");
    let log = OpenOptions::new().create(true).append(true).open(log)?;
    let mut command = Command::new(&start.binary);
    command
        .arg("--data")
        .arg(start.home.join("data"))
        .args(["serve"])
        .envs(start.environment.iter().map(|(key, value)| (key, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log)
        .kill_on_drop(true);
    let mut state = shared.lock();
    let armed = state.arm.take();
    if let Some(point) = &armed {
        command.env("TASKFOLD_CRASH__AT", point);
    }
    let child = command
        .spawn()
        .with_context(|| format!("start {}", start.binary.display()))?;
    state.doomed = armed.is_some() || state.stopping;
    state.pid = child.id();
    Ok(child)
}
