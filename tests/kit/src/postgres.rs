//! A private PostgreSQL server for tests.

use std::fs;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::certificate::{OPENSSL, for_localhost};

/// How long a server may take to start or stop.
const PATIENCE: Duration = Duration::from_mins(3);

/// Ends the server and removes its files when its standard input is closed, as it is when the test's process
/// ends, however it ends. Arguments: programs, data directory.
const KEEPER: &str =
    r#"read -r _; "$1/pg_ctl" -D "$2" -m immediate -w stop >/dev/null 2>&1; rm -rf "$2""#;

/// A server, and whoever may stop it.
#[derive(Debug)]
pub struct Postgres {
    place: Place,
}

#[derive(Debug)]
enum Place {
    /// A server that somebody else runs: its address, as superuser.
    Given(String),
    Private(Private),
}

#[derive(Debug)]
struct Private {
    programs: PathBuf,
    data: PathBuf,
    port: u16,
    settings: String,
    keeper: Mutex<Child>,
}

/// Whether a crash of the machine may lose what was committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disk {
    /// As in production.
    Safe,
    /// Nothing is flushed: faster, and as good while only processes are killed.
    Hasty,
}

impl Postgres {
    /// The server that all tests of this process share: the one that `TASKFOLD_TEST_POSTGRES` names (a
    /// superuser's address), else a private one.
    #[allow(clippy::disallowed_methods, reason = "where the test server is")]
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Postgres> = OnceLock::new();
        SHARED.get_or_init(|| match std::env::var("TASKFOLD_TEST_POSTGRES") {
            Ok(url) => Self {
                place: Place::Given(url),
            },
            #[allow(clippy::expect_used, reason = "no test goes on without it")]
            Err(_) => Self::start(Disk::Hasty).expect("a private PostgreSQL starts"),
        })
    }

    /// A private server of one's own. It is stopped when this process ends, or when it is dropped.
    ///
    /// # Errors
    /// PostgreSQL is not installed, or does not start.
    pub fn start(disk: Disk) -> Result<Self> {
        let (programs, data) = Self::make()?;
        Self::launch(programs, data, disk, "")
    }

    /// The same with TLS, and the file of the certificate that it proves its name (127.0.0.1) with.
    ///
    /// # Errors
    /// openssl is not installed as well.
    pub fn start_encrypted() -> Result<(Self, PathBuf)> {
        let (programs, data) = Self::make()?;
        let mut openssl = command(Path::new(OPENSSL))?;
        let certificate = for_localhost(&mut openssl, &data);
        run(&mut openssl)?;
        let server = Self::launch(programs, data, Disk::Hasty, " -c ssl=on")?;
        Ok((server, certificate))
    }

    /// The programs, and the files of a new server.
    fn make() -> Result<(PathBuf, PathBuf)> {
        let programs = programs()?;
        let data = fresh_directory();
        let arguments = [
            "-U",
            "postgres",
            "-A",
            "trust",
            "--no-sync",
            "-E",
            "UTF8",
            "-D",
        ];
        let mut initdb = command(&programs.join("initdb"))?;
        run(initdb.args(arguments).arg(&data))?;
        Ok((programs, data))
    }

    /// A private server that follows this private one, until it is promoted.
    ///
    /// # Errors
    /// It cannot be copied, or does not start.
    pub fn replica(&self) -> Result<Self> {
        let private = self.private()?;
        let data = fresh_directory();
        let mut copy = command(&private.programs.join("pg_basebackup"))?;
        let from = [
            "-h",
            "127.0.0.1",
            "-U",
            "postgres",
            "-p",
            &private.port.to_string(),
        ]
        .map(ToOwned::to_owned);
        let how = ["-R", "-X", "stream", "-c", "fast", "--no-sync", "-D"];
        run(copy.args(from).args(how).arg(&data))?;
        Self::launch(private.programs.clone(), data, Disk::Hasty, "")
    }

    /// Makes a replica a server of its own.
    ///
    /// # Errors
    /// It is none.
    pub fn promote(&self) -> Result<()> {
        self.private()?.control(&["promote"])
    }

    fn launch(programs: PathBuf, data: PathBuf, disk: Disk, more: &str) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut settings = format!(
            "-p {port} -k {} -c listen_addresses=127.0.0.1 -c max_connections=300 \
             -c shared_buffers=256MB -c max_wal_size=512MB -c log_min_messages=fatal{more}",
            data.display()
        );
        if disk == Disk::Hasty {
            settings += " -c fsync=off -c full_page_writes=off";
        }
        let keeper = command(Path::new("/bin/sh"))?
            .args(["-c", KEEPER, "keeper"])
            .args([&programs, &data])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("start the server's keeper")?;
        let private = Private {
            programs,
            data,
            port,
            settings,
            keeper: Mutex::new(keeper),
        };
        private.control(&["start"])?;
        Ok(Self {
            place: Place::Private(private),
        })
    }

    /// The superuser's address of a database.
    pub fn url(&self, database: &str) -> String {
        match &self.place {
            Place::Given(url) => with_database(url, database),
            Place::Private(private) => {
                format!("postgres://postgres@127.0.0.1:{}/{database}", private.port)
            }
        }
    }

    /// A new, empty database, and its address.
    ///
    /// # Errors
    /// The server refuses.
    pub fn database(&self) -> Result<String> {
        let number = next();
        let name = format!("taskfold_test_{}_{number}", std::process::id());
        self.run("postgres", &format!("CREATE DATABASE {name}"))?;
        Ok(self.url(&name))
    }

    /// Runs a statement as superuser; returns what it prints, unaligned.
    ///
    /// # Errors
    /// The server refuses.
    pub fn run(&self, database: &str, sql: &str) -> Result<String> {
        run_at(&self.url(database), sql)
    }

    /// Stops a private server at once, as a crash would, and starts it again.
    ///
    /// # Errors
    /// It is not private, or does not come back.
    pub fn crash(&self) -> Result<()> {
        self.kill()?;
        self.resume()
    }

    /// Stops a private server at once and leaves it so.
    ///
    /// # Errors
    /// It is not private, or does not stop.
    pub fn kill(&self) -> Result<()> {
        self.private()?.control(&["stop", "-m", "immediate"])
    }

    /// Stops a private server; whoever is connected is cut off.
    ///
    /// # Errors
    /// It is not private, or does not stop.
    pub fn stop(&self) -> Result<()> {
        self.private()?.control(&["stop", "-m", "fast"])
    }

    /// Starts a private server that was stopped.
    ///
    /// # Errors
    /// It is not private, or does not start.
    pub fn resume(&self) -> Result<()> {
        self.private()?.control(&["start"])
    }

    /// Sends a signal (`STOP`, `CONT`) to every process of a private server.
    ///
    /// # Errors
    /// It is not private, or does not run.
    pub fn signal(&self, signal: &str) -> Result<()> {
        let private = self.private()?;
        let file = fs::read_to_string(private.data.join("postmaster.pid"))?;
        let parent = file.lines().next().context("postmaster.pid is empty")?;
        let mut processes = vec![parent.to_owned()];
        for process in fs::read_dir("/proc")? {
            // One that ends meanwhile has no file any more.
            let stat = fs::read_to_string(process?.path().join("stat")).unwrap_or_default();
            let fields = stat
                .rsplit_once(')')
                .map(|(_, fields)| fields.split_whitespace());
            if fields.and_then(|mut fields| fields.nth(1)) == Some(parent) {
                processes.extend(stat.split_whitespace().next().map(ToOwned::to_owned));
            }
        }
        run(Command::new("kill")
            .arg(format!("-{signal}"))
            .args(processes))
    }

    fn private(&self) -> Result<&Private> {
        match &self.place {
            Place::Given(_) => bail!("this server belongs to somebody else"),
            Place::Private(private) => Ok(private),
        }
    }
}

impl Private {
    fn control(&self, arguments: &[&str]) -> Result<()> {
        let mut control = command(&self.programs.join("pg_ctl"))?;
        control.arg("-D").arg(&self.data).args(["-w", "-t", "170"]);
        control.arg("-l").arg(self.data.join("server.log"));
        if arguments.first() == Some(&"start") {
            control.args(["-o", &self.settings]);
        }
        run(control.args(arguments))
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        let mut keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner);
        // Its end of input, then its end: nothing is left to do when either fails.
        drop(keeper.stdin.take());
        let _ = keeper.wait();
    }
}

/// Runs a statement at an address with psql.
///
/// # Errors
/// The server refuses.
pub fn run_at(url: &str, sql: &str) -> Result<String> {
    let psql = programs().map_or_else(|_| PathBuf::from("psql"), |programs| programs.join("psql"));
    let output = Command::new(psql)
        .args([
            "-X",
            "-q",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            sql,
            url,
        ])
        .stdin(Stdio::null())
        .output()
        .context("run psql")?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Where a server's files can be.
fn fresh_directory() -> PathBuf {
    let name = format!("taskfold-postgres-{}-{}", std::process::id(), next());
    std::env::temp_dir().join(name)
}

/// A number that was not given before in this process.
fn next() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// The newest installed version.
fn programs() -> Result<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").context("PostgreSQL is not installed")?;
    let mut found: Vec<(u32, PathBuf)> = Vec::new();
    for version in versions {
        let version = version?;
        let programs = version.path().join("bin");
        if let Some(number) = version
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
            && programs.join("initdb").exists()
        {
            found.push((number, programs));
        }
    }
    let newest = found.into_iter().max();
    Ok(newest.context("PostgreSQL's server is not installed")?.1)
}

/// A program of the server: it refuses to run as root, so then it runs as the user `postgres`.
fn command(program: &Path) -> Result<Command> {
    let mut command = Command::new(program);
    let root = fs::read_to_string("/proc/self/status")?
        .lines()
        .any(|line| line.starts_with("Uid:") && line.split_whitespace().nth(2) == Some("0"));
    if root {
        let users = fs::read_to_string("/etc/passwd")?;
        let line = users.lines().find(|line| line.starts_with("postgres:"));
        let mut fields = line
            .context("there is no user postgres")?
            .split(':')
            .skip(2);
        let mut number = || -> Result<u32> { Ok(fields.next().context("passwd")?.parse()?) };
        command.uid(number()?).gid(number()?);
    }
    command.current_dir("/");
    Ok(command)
}

fn run(command: &mut Command) -> Result<()> {
    let started = Instant::now();
    // The server inherits what it is given: a pipe would never end.
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .with_context(|| format!("run {command:?}"))?;
    if !status.success() || started.elapsed() > PATIENCE {
        bail!("{command:?}: {status} after {:?}", started.elapsed());
    }
    Ok(())
}

fn with_database(url: &str, database: &str) -> String {
    let (before, query) = url.split_once('?').unwrap_or((url, ""));
    let host = before.find("://").map_or(0, |at| at + 3);
    let end = before[host..]
        .find('/')
        .map_or(before.len(), |at| host + at);
    let query = if query.is_empty() {
        String::new()
    } else {
        format!("?{query}")
    };
    format!("{}/{database}{query}", &before[..end])
}
