//! The Kafka and the schema registry that tests use.

use std::path::PathBuf;
use std::process::Command;

/// Servers that somebody else runs: `scripts/with-kafka` starts them for a command.
#[derive(Debug, Clone)]
pub struct Kafka {
    /// `host:port` of the only broker.
    pub brokers: String,
    /// Base of the registry's Confluent API.
    pub registry: String,
    /// Its port with TLS and SASL.
    pub secured: Secured,
    /// The broker's process id.
    process: String,
}

/// How the broker is reached by whom it knows.
#[derive(Debug, Clone)]
pub struct Secured {
    /// `host:port`.
    pub brokers: String,
    /// Certificates as PEM: `ca.pem`, `client.pem` and `client.key`.
    pub certificates: PathBuf,
    /// Who we are.
    pub username: String,
    /// How that is proven.
    pub password: String,
}

/// A broker that stands still until this is dropped.
#[derive(Debug)]
pub struct StandsStill(String);

impl Kafka {
    /// What `TASKFOLD_TEST_KAFKA`, `TASKFOLD_TEST_REGISTRY`, `TASKFOLD_TEST_KAFKA_PID` and those of the secured port name;
    /// none when the first is not set, which the test's output says.
    ///
    /// # Panics
    /// Only some of them are set.
    #[allow(clippy::disallowed_methods, reason = "where the test servers are")]
    #[allow(
        clippy::panic,
        clippy::print_stderr,
        reason = "no test goes on without it"
    )]
    pub fn given() -> Option<Self> {
        let Ok(brokers) = std::env::var("TASKFOLD_TEST_KAFKA") else {
            eprintln!("skipped without a broker: scripts/with-kafka cargo test");
            return None;
        };
        let variable = |name: &str| {
            std::env::var(name).unwrap_or_else(|error| panic!("{name} beside a broker: {error}"))
        };
        Some(Self {
            brokers,
            registry: variable("TASKFOLD_TEST_REGISTRY"),
            secured: Secured {
                brokers: variable("TASKFOLD_TEST_KAFKA_SECURE"),
                certificates: variable("TASKFOLD_TEST_KAFKA_CERTIFICATES").into(),
                username: variable("TASKFOLD_TEST_KAFKA_USER"),
                password: variable("TASKFOLD_TEST_KAFKA_PASSWORD"),
            },
            process: variable("TASKFOLD_TEST_KAFKA_PID"),
        })
    }

    /// Stops the broker where it is.
    pub fn pause(&self) -> StandsStill {
        signal("-STOP", &self.process);
        StandsStill(self.process.clone())
    }
}

impl Drop for StandsStill {
    fn drop(&mut self) {
        signal("-CONT", &self.0);
    }
}

#[allow(clippy::expect_used, reason = "no test goes on without it")]
fn signal(name: &str, process: &str) {
    let sent = Command::new("kill").args([name, process]).status();
    assert!(sent.expect("kill").success(), "kill {name} {process}");
}
