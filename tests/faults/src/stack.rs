//! The servers that the product stands on: a stack of its own, started, hurt and ended through `scripts/stack`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::process::Command;

use crate::proxy::Proxy;

/// How long a command of the stack may take; the first one may have to fetch programs.
const PATIENCE: Duration = Duration::from_mins(5);

/// Servers of one stack.
#[derive(Debug)]
pub(crate) struct Stack {
    repository: PathBuf,
    directory: PathBuf,
    variables: BTreeMap<String, String>,
    /// What stands before each broker, for clients.
    pub(crate) brokers: Vec<Proxy>,
}

impl Stack {
    /// Starts PostgreSQL, Redis, brokers and the registry, and waits until all answer.
    pub(crate) async fn up(repository: &Path, directory: &Path, brokers: usize) -> Result<Self> {
        let mut proxies = Vec::new();
        for _ in 0..brokers {
            proxies.push(Proxy::open(0, None).await?);
        }
        let mut stack = Self {
            repository: repository.to_owned(),
            directory: directory.to_owned(),
            variables: BTreeMap::new(),
            brokers: proxies,
        };
        let ports: Vec<String> = stack
            .brokers
            .iter()
            .map(|one| one.port.to_string())
            .collect();
        let (count, ports) = (brokers.to_string(), ports.join(","));
        let up = stack
            .run(&["up", "--brokers", &count, "--proxies", &ports])
            .await;
        if up.is_err() {
            // Some may run.
            stack.down().await?;
        }
        up?;
        stack.variables = read_variables(&directory.join("stack.env"))?;
        let behind = stack.variable("STACK_KAFKA_BEHIND")?.to_owned();
        for (proxy, target) in stack.brokers.iter().zip(behind.split(',')) {
            proxy.aim(Some(target.to_owned()));
        }
        Ok(stack)
    }

    /// What stack.env says.
    pub(crate) fn variable(&self, name: &str) -> Result<&str> {
        let found = self.variables.get(name).map(String::as_str);
        found.with_context(|| format!("stack.env has no {name}"))
    }

    /// Kills a server with all its processes, or stops them where they are, or lets them go on.
    pub(crate) async fn send(&self, what: Signal, server: &str) -> Result<()> {
        let command = match what {
            Signal::Kill => "kill",
            Signal::Pause => "pause",
            Signal::Resume => "resume",
        };
        self.run(&[command, server]).await
    }

    /// Starts what has died, and waits until it answers.
    pub(crate) async fn revive(&self) -> Result<()> {
        self.run(&["up"]).await
    }

    /// All records of a topic, as Kafka's own consumer prints them.
    pub(crate) async fn records(&self, topic: &str) -> Result<String> {
        let mut command = self.command();
        let where_ = ["--name", "faults", "--dir"];
        command.args(where_).arg(&self.directory);
        command.args([
            "kafka-console-consumer",
            "--topic",
            topic,
            "--from-beginning",
        ]);
        command.args(["--timeout-ms", "20000"]);
        for property in [
            "print.partition=true",
            "print.offset=true",
            "print.headers=true",
            "print.key=true",
            "print.value=false",
            "headers.separator=;",
        ] {
            command.args(["--formatter-property", property]);
        }
        // It ends with an error when nothing more comes, as it is told to.
        let done = tokio::time::timeout(PATIENCE, command.output()).await;
        let output = done.context("the consumer does not end")??;
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Ends everything and removes the data.
    pub(crate) async fn down(&self) -> Result<()> {
        self.run(&["down", "--wipe"]).await
    }

    fn command(&self) -> Command {
        let mut command = Command::new("python3");
        command.arg("-B").arg(self.repository.join("scripts/stack"));
        command.stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    async fn run(&self, words: &[&str]) -> Result<()> {
        let mut command = self.command();
        command.args(words).args(["--name", "faults", "--dir"]);
        let done = tokio::time::timeout(PATIENCE, command.arg(&self.directory).output()).await;
        let output = done.with_context(|| format!("stack {words:?} does not end"))??;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            bail!("stack {words:?}: {}", said.trim());
        }
        Ok(())
    }
}

/// What is done to the processes of a server.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Signal {
    /// SIGKILL.
    Kill,
    /// SIGSTOP.
    Pause,
    /// SIGCONT.
    Resume,
}

fn read_variables(file: &Path) -> Result<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    // Values with characters of the shell's are in single quotes.
    let pairs = pairs.map(|(key, value)| (key.to_owned(), value.trim_matches('\'').to_owned()));
    Ok(pairs.collect())
}
