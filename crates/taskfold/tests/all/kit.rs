//! Runs the binary in a place of its own.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

use serde_json::Value;
use taskfold_kit::Postgres;
use tempfile::TempDir;

/// How long a server may take to start or to stop.
const PATIENCE: Duration = Duration::from_mins(2);
/// How long it may take until it is as wanted.
const LONG_PATIENCE: Duration = Duration::from_mins(4);

/// A home of its own: data, configuration, no inherited settings.
pub(crate) struct Home {
    directory: TempDir,
    /// The database when it is on PostgreSQL: with `TASKFOLD_TEST_STORE=postgres`.
    database: Option<String>,
    /// With `TASKFOLD_TEST_SPLIT=1`: what commands are carried out by.
    services: Option<Services>,
}

/// Roles of one installation as processes of their own.
struct Services {
    /// The first is command, the second query.
    behind: Vec<Server>,
    /// Beside the data of the home, until a test wants to have it.
    gateway: Mutex<Option<Server>>,
}

/// What a run of the binary gave.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// It must have succeeded.
    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        assert_eq!(self.code, 0, "out: {}\nerr: {}", self.out, self.err);
        self
    }

    /// It must have ended with this code.
    #[track_caller]
    pub(crate) fn code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "out: {}\nerr: {}", self.out, self.err);
        self
    }

    /// Its output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }
}

impl Home {
    /// In files, unless the environment wants PostgreSQL, or services on it.
    #[allow(clippy::disallowed_methods, reason = "how the tests are run")]
    pub(crate) fn new() -> Self {
        let wanted = |name: &str, value: &str| std::env::var(name).is_ok_and(|set| set == value);
        let apart = wanted("TASKFOLD_TEST_SPLIT", "1");
        if !apart && !wanted("TASKFOLD_TEST_STORE", "postgres") {
            return Self::in_files();
        }
        let mut home = Self {
            database: Some(Postgres::shared().database().unwrap()),
            ..Self::in_files()
        };
        home.run(&["migrate"]).ok();
        if apart {
            home.services = Some(Services::start(&home));
        }
        home
    }

    /// For what is about files alone.
    pub(crate) fn in_files() -> Self {
        Self {
            directory: tempfile::tempdir().unwrap(),
            database: None,
            services: None,
        }
    }

    /// Whether the data is in files, also where the environment decides.
    pub(crate) fn is_in_files(&self) -> bool {
        self.database.is_none()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path("data")
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_taskfold"));
        command
            .args(arguments)
            .env_clear()
            .env("HOME", self.directory.path())
            .env("XDG_CONFIG_HOME", self.path("config"))
            .env("TASKFOLD_DATA", self.data())
            .env("TZ", "Europe/Berlin")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let Some(url) = &self.database {
            command
                .env("TASKFOLD_STORE__KIND", "postgres")
                .env("TASKFOLD_STORE__URLS", url)
                .env("TASKFOLD_STORE__PARTITIONS", "1");
        }
        command
    }

    /// Runs to the end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        finish(&mut self.command(arguments))
    }

    /// Runs to the end with these bytes as standard input.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        ran(&output)
    }

    /// Runs with `--json`, which must succeed.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let mut all = vec!["--json"];
        all.extend(arguments);
        self.run(&all).ok().json()
    }

    /// Titles of a listing, in its order.
    #[track_caller]
    pub(crate) fn titles(&self, arguments: &[&str]) -> Vec<String> {
        let mut all = vec!["list"];
        all.extend(arguments);
        let page = self.json(&all);
        let items = page["items"].as_array().unwrap();
        items
            .iter()
            .map(|task| task["title"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Adds a task and gives its id.
    #[track_caller]
    pub(crate) fn add(&self, text: &str) -> String {
        self.json(&["add", text])["task_id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// Starts a server on a free port and waits until it has said its URL. Where there are services it is their
    /// gateway.
    pub(crate) fn serve(&self) -> Server {
        match &self.services {
            None => Server::start(&mut self.command(&SERVE)),
            Some(services) => services
                .gateway
                .lock()
                .unwrap()
                .take()
                .unwrap_or_else(|| gateway(self, &services.behind)),
        }
    }
}

const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];

impl Services {
    /// Starts one process a role and waits until reads are answered.
    fn start(home: &Home) -> Self {
        let keys = home.path("keys");
        let made = ["keys", "new", "test", "--directory", keys.to_str().unwrap()];
        home.run(&made).ok();
        let mut behind: Vec<Server> = Vec::new();
        for role in ["command", "query", "processor", "notifier"] {
            let mut command = home.command(&["serve", "--role", role]);
            command
                .env("TASKFOLD_DATA", home.path(role))
                .env("TASKFOLD_INTERNAL__KEYS", &keys)
                .env("TASKFOLD_SERVE__INTERNAL_LISTEN", "127.0.0.1:0");
            if let Some(first) = behind.first() {
                command.env("TASKFOLD_UPSTREAM__COMMAND", &first.url);
            }
            behind.push(Server::start(&mut command));
        }
        behind[1].ready_when(|told| told["ready"] == true);
        Self {
            gateway: Mutex::new(Some(gateway(home, &behind))),
            behind,
        }
    }
}

fn gateway(home: &Home, behind: &[Server]) -> Server {
    let mut command = home.command(&SERVE);
    command
        .args(["--role", "gateway"])
        .env("TASKFOLD_INTERNAL__KEYS", home.path("keys"))
        .env("TASKFOLD_UPSTREAM__COMMAND", &behind[0].url)
        .env("TASKFOLD_UPSTREAM__QUERY", &behind[1].url);
    Server::start(&mut command)
}

/// A running server; it is killed when dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
}

impl Server {
    /// Starts it and waits until it has said its URL.
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        let (sender, lines) = mpsc::channel();
        let out = child.stdout.take().unwrap();
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        // What it logs must not fill the pipe.
        let mut err = child.stderr.take().unwrap();
        let log = std::thread::spawn(move || {
            let mut text = String::new();
            err.read_to_string(&mut text).map(|_| text)
        });
        let url = loop {
            let line = match lines.recv_timeout(PATIENCE) {
                Ok(line) => line,
                Err(error) => {
                    let _ = child.kill();
                    panic!("the server did not start: {error}; {:?}", log.join());
                }
            };
            if let Some(at) = line.find("http://") {
                break line[at..].split_whitespace().next().unwrap().to_owned();
            }
        };
        Self { child, url }
    }

    /// Asks it to stop and waits; gives its exit code.
    pub(crate) fn stop(self) -> Option<i32> {
        self.stop_by("-TERM")
    }

    /// Sends it a signal, such as `-STOP`.
    pub(crate) fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &pid]).status();
        assert!(sent.unwrap().success());
    }

    /// The same by another signal, such as `-INT`.
    pub(crate) fn stop_by(mut self, signal: &str) -> Option<i32> {
        self.signal(signal);
        let (sender, ended) = mpsc::channel();
        let mut child = std::mem::replace(&mut self.child, Command::new("true").spawn().unwrap());
        std::thread::spawn(move || {
            let _ = sender.send(child.wait().unwrap().code());
        });
        ended
            .recv_timeout(PATIENCE)
            .expect("it stops within ten seconds")
    }

    /// The body of an answer.
    pub(crate) fn get(&self, path: &str) -> String {
        let host = self.url.strip_prefix("http://").unwrap();
        let host = host.trim_end_matches('/');
        let mut stream = TcpStream::connect(host).unwrap();
        stream.set_read_timeout(Some(LONG_PATIENCE)).unwrap();
        write!(stream, "GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (_, body) = text.split_once("\r\n\r\n").unwrap();
        body.to_owned()
    }

    /// What it says of itself, once that is as wanted.
    #[track_caller]
    pub(crate) fn ready_when(&self, wanted: impl Fn(&Value) -> bool) -> Value {
        let until = Instant::now() + LONG_PATIENCE;
        loop {
            let told: Value = serde_json::from_str(&self.get("/readyz")).unwrap();
            if wanted(&told) {
                return told;
            }
            assert!(Instant::now() < until, "still {told}");
        }
    }

    /// Ends it as a crash would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn finish(command: &mut Command) -> Ran {
    ran(&command.output().unwrap())
}

fn ran(output: &std::process::Output) -> Ran {
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// The permission bits of a file.
#[cfg(unix)]
pub(crate) fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Replaces ids, hashes and instants, which differ from run to run.
pub(crate) fn redacted(mut value: Value) -> Value {
    redact(&mut value);
    value
}

fn redact(value: &mut Value) {
    match value {
        Value::String(text) => {
            let dashes = text.matches('-').count();
            if text.len() == 36 && dashes == 4 {
                "[id]".clone_into(text);
            } else if text.starts_with("20") && text.contains('T') && text.ends_with('Z') {
                "[time]".clone_into(text);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(redact),
        Value::Object(fields) => fields.values_mut().for_each(redact),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
