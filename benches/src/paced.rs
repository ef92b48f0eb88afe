//! Tasks made at a fixed rate, whatever the answers take: as people do.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use taskfold_kit::Connection;

use crate::load::Target;

/// Tasks a second that one connection makes: few enough that an answer is there before the next is due.
const PER_CONNECTION: u32 = 50;

/// When the task at each position was acknowledged.
pub(crate) type Acknowledged = BTreeMap<String, Instant>;

/// Makes `count` tasks of the first person, `per_second` a second.
pub(crate) async fn create_tasks(
    target: &Target,
    per_second: u32,
    count: u32,
) -> Result<Acknowledged> {
    let token = target.tokens.first().context("no token")?;
    let connections = per_second.div_ceil(PER_CONNECTION).max(1);
    let begin = Instant::now();
    let mut writers = Vec::new();
    for first in 0..connections {
        let writer = Writer {
            connection: Connection::open(&target.address).await?,
            token: token.clone(),
            begin: begin + Duration::from_secs(1) * first / per_second,
            pause: Duration::from_secs(1) * connections / per_second,
        };
        let numbers = (first..count).step_by(connections as usize);
        #[allow(clippy::disallowed_methods, reason = "each handle is awaited below")]
        writers.push(tokio::spawn(writer.work(numbers)));
    }
    let mut acknowledged = Acknowledged::new();
    for writer in writers {
        acknowledged.extend(writer.await??);
    }
    Ok(acknowledged)
}

/// One connection, which makes every so many-th task.
struct Writer {
    connection: Connection,
    token: String,
    begin: Instant,
    pause: Duration,
}

impl Writer {
    async fn work(mut self, numbers: impl Iterator<Item = u32>) -> Result<Acknowledged> {
        let mut acknowledged = Acknowledged::new();
        // What comes late is made up for at once: the rate stays.
        let mut ticker = tokio::time::interval_at(self.begin.into(), self.pause);
        for number in numbers {
            ticker.tick().await;
            let body = format!(r#"{{"title":"Live {number}"}}"#);
            let sent = self
                .connection
                .send("POST", "/api/v1/tasks", Some(&self.token), &body);
            let answer = sent.await?;
            let at = Instant::now();
            if answer.status != 201 {
                bail!("create: {}", String::from_utf8_lossy(&answer.body));
            }
            let position = answer.header("taskfold-position").context("no position")?;
            acknowledged.insert(position.to_owned(), at);
        }
        Ok(acknowledged)
    }
}
