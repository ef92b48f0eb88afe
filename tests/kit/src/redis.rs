//! A private Redis server for tests.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::certificate::{OPENSSL, for_localhost};

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_mins(2);

/// Ends the server and removes its files when its standard input is closed, as it is when the test's process ends,
/// however it ends. Arguments: the file with the server's process id, its directory.
const KEEPER: &str = r#"read -r _; kill -9 "$(cat "$1")" 2>/dev/null; rm -rf "$2""#;

/// A server of one's own. It is stopped when this process ends, or when it is dropped.
#[derive(Debug)]
pub struct Redis {
    home: PathBuf,
    port: u16,
    /// Where lines are encrypted.
    encrypted: Option<u16>,
    server: Mutex<Child>,
    keeper: Mutex<Child>,
}

impl Redis {
    /// The address of the server that all tests of this process share: the one that `TASKFOLD_TEST_REDIS` names,
    /// else a private one.
    #[allow(clippy::disallowed_methods, reason = "where the test server is")]
    pub fn shared() -> String {
        static SHARED: OnceLock<Redis> = OnceLock::new();
        std::env::var("TASKFOLD_TEST_REDIS").unwrap_or_else(|_| {
            #[allow(clippy::expect_used, reason = "no test goes on without it")]
            let shared = SHARED.get_or_init(|| Self::start().expect("a private Redis starts"));
            shared.url()
        })
    }

    /// Starts a server that keeps nothing on disk.
    ///
    /// # Errors
    /// Redis is not installed, or does not start.
    pub fn start() -> Result<Self> {
        Self::begin(false)
    }

    /// The same, which also takes encrypted lines; where, and the file of the certificate that it proves its name
    /// (127.0.0.1) with.
    ///
    /// # Errors
    /// openssl is not installed as well.
    pub fn start_encrypted() -> Result<(Self, String, PathBuf)> {
        let server = Self::begin(true)?;
        let port = server.encrypted.context("a port for encrypted lines")?;
        let certificate = server.home.join("server.crt");
        Ok((server, format!("rediss://127.0.0.1:{port}"), certificate))
    }

    fn begin(encrypts: bool) -> Result<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("taskfold-redis-{}-{number}", std::process::id());
        let home = std::env::temp_dir().join(name);
        std::fs::create_dir(&home)?;
        let port = free_port()?;
        let encrypted = encrypts.then(|| certified(&home)).transpose()?;
        let keeper = Command::new("/bin/sh")
            .args(["-c", KEEPER, "keeper"])
            .args([&home.join("pid"), &home])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("start the server's keeper")?;
        let server = launch(&home, port, encrypted)?;
        let started = Self {
            home,
            port,
            encrypted,
            server: Mutex::new(server),
            keeper: Mutex::new(keeper),
        };
        started.answers()?;
        Ok(started)
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Kills the server, with all that it holds.
    ///
    /// # Errors
    /// It does not end.
    pub fn kill(&self) -> Result<()> {
        let mut server = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        server.kill()?;
        server.wait()?;
        Ok(())
    }

    /// Starts a killed server again, at the same address, empty.
    ///
    /// # Errors
    /// It does not start.
    pub fn restart(&self) -> Result<()> {
        *self.server.lock().unwrap_or_else(PoisonError::into_inner) =
            launch(&self.home, self.port, self.encrypted)?;
        self.answers()
    }

    /// Sends it a signal: `STOP`, `CONT`.
    ///
    /// # Errors
    /// It does not run.
    pub fn signal(&self, signal: &str) -> Result<()> {
        let server = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        let sent = Command::new("kill")
            .args([format!("-{signal}"), server.id().to_string()])
            .status()?;
        if !sent.success() {
            bail!("kill -{signal}: {sent}");
        }
        Ok(())
    }

    /// Sends a command, or several in lines of their own; the beginning of the answer as it comes.
    ///
    /// # Errors
    /// There is no answer.
    pub fn command(&self, words: &str) -> Result<String> {
        let mut connection = TcpStream::connect(("127.0.0.1", self.port))?;
        connection.set_read_timeout(Some(PATIENCE))?;
        connection.write_all(format!("{words}\r\n").as_bytes())?;
        let mut answer = [0; 4_096];
        let length = connection.read(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer[..length]).into_owned())
    }

    fn answers(&self) -> Result<()> {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.command("PING") {
                Ok(answer) if answer.starts_with("+PONG") => return Ok(()),
                other if Instant::now() > until => bail!("Redis does not answer: {other:?}"),
                Ok(_) | Err(_) => std::thread::sleep(Duration::from_millis(5)),
            }
        }
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        // Nothing is left to do when it has ended already.
        let _ = self.kill();
        let mut keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner);
        drop(keeper.stdin.take());
        let _ = keeper.wait();
    }
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Makes a certificate there; a port where it is shown.
fn certified(home: &Path) -> Result<u16> {
    let mut openssl = Command::new(OPENSSL);
    for_localhost(&mut openssl, home);
    let made = openssl.output().context("openssl")?;
    if !made.status.success() {
        bail!("openssl: {}", String::from_utf8_lossy(&made.stderr));
    }
    free_port()
}

fn launch(home: &Path, port: u16, encrypted: Option<u16>) -> Result<Child> {
    let mut command = Command::new(program()?);
    if let Some(port) = encrypted {
        command
            .args(["--tls-port", &port.to_string()])
            .args(["--tls-auth-clients", "no"])
            .arg("--tls-cert-file")
            .arg(home.join("server.crt"))
            .arg("--tls-key-file")
            .arg(home.join("server.key"));
    }
    let server = command
        // It is whatever it is called.
        .arg0("redis-server")
        .args(["--bind", "127.0.0.1", "--port", &port.to_string()])
        .args(["--save", "", "--appendonly", "no", "--daemonize", "no"])
        .args(["--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru"])
        .arg("--dir")
        .arg(home)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("start Redis")?;
    std::fs::write(home.join("pid"), server.id().to_string())?;
    Ok(server)
}

/// Debian's package redis-tools has the server as `redis-check-rdb`: one program that goes by its name.
#[allow(clippy::disallowed_methods, reason = "where programs are")]
fn program() -> Result<PathBuf> {
    let path = std::env::var("PATH").unwrap_or_default();
    ["redis-server", "redis-check-rdb"]
        .iter()
        .flat_map(|name| {
            path.split(':')
                .map(move |folder| Path::new(folder).join(name))
        })
        .find(|program| program.exists())
        .context("Redis is not installed: apt install redis-tools")
}
