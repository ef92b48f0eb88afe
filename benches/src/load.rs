//! Clients that write as fast as they are answered. They share the cores with the server, so they do as
//! little as a client can: a request that is there already but for its number, one write, and no more looked
//! at in the answer than its status and its end.

use std::num::NonZeroU32;
use std::ops::Range;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use taskfold_kit::{Server, processor_time};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::stats::Latencies;

/// Where a number stands in a request, and how it begins.
const NUMBER: &str = "0000000";

/// The server that is measured.
pub(crate) struct Target {
    pub(crate) address: String,
    /// One a person; the clients share them evenly.
    pub(crate) tokens: Vec<String>,
    /// Ids of its processes, whose time is counted.
    pub(crate) processes: Vec<u32>,
    /// Begins the `Idempotency-Key` of each request, and was never used before; none sends no key.
    pub(crate) key: Option<String>,
}

impl Target {
    /// A server with one account.
    pub(crate) fn new(server: &Server, token: &str) -> Self {
        Self {
            address: server.address.clone(),
            tokens: vec![token.to_owned()],
            processes: vec![server.id()],
            key: None,
        }
    }

    fn processor_time(&self) -> Result<Duration> {
        let each = self
            .processes
            .iter()
            .map(|id| processor_time(&id.to_string()));
        each.sum()
    }

    /// The request of a client, but for its numbers.
    fn request(&self, client: usize) -> Result<String> {
        let turn = client.checked_rem(self.tokens.len()).context("no token")?;
        let token = &self.tokens[turn];
        let key = self.key.as_ref().map_or_else(String::new, |key| {
            format!("idempotency-key: {key}-{client}-{NUMBER}\r\n")
        });
        let body = format!(r#"{{"title":"Task {NUMBER} of client {client}","priority":"high"}}"#);
        Ok(format!(
            "POST /api/v1/tasks HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\n{key}\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        ))
    }
}

/// What `clients` got done.
#[derive(Debug, serde::Serialize)]
pub(crate) struct LoadRow {
    pub(crate) clients: usize,
    pub(crate) per_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) p999_ms: f64,
    /// Times the bare one-commit-a-row rate of the same run.
    pub(crate) times_bare: f64,
    /// Processor time of the server for each command, projections included.
    pub(crate) server_us: f64,
    /// Processor time of the clients for each command.
    pub(crate) client_us: f64,
}

/// Creates tasks over `clients` connections for `length`; each waits for its acknowledgement before it sends the next,
/// which is due `at` a rate, or at once. What comes late is made up for, and is late from when it was due.
#[allow(clippy::cast_precision_loss, reason = "counts far below 2^52")]
pub(crate) async fn create_tasks(
    target: &Target,
    clients: usize,
    length: Duration,
    at: Option<Rate>,
    bare: f64,
) -> Result<LoadRow> {
    let mut connected = Vec::with_capacity(clients);
    for client in 0..clients {
        connected.push(Client::connect(target, client).await?);
    }
    let spread = u32::try_from(clients)?;
    let (server_before, own_before) = (target.processor_time()?, processor_time("self")?);
    let started = Instant::now();
    let workers: Vec<_> = (0..spread)
        .zip(connected)
        .map(|(turn, client)| {
            let pace = at.map(|rate| Pace {
                first: started + rate.apart() * turn,
                pause: rate.apart() * spread,
            });
            #[allow(clippy::disallowed_methods, reason = "each handle is awaited below")]
            tokio::spawn(client.work(started + length, pace))
        })
        .collect();
    let mut latencies = Latencies::default();
    for worker in workers {
        latencies.extend(worker.await??);
    }
    let commands = latencies.len() as f64;
    let per_second = commands / started.elapsed().as_secs_f64();
    let (server_after, own_after) = (target.processor_time()?, processor_time("self")?);
    let each = |time: Duration| time.as_secs_f64() * 1e6 / commands;
    Ok(LoadRow {
        clients,
        per_second,
        p50_ms: latencies.percentile(0.5),
        p99_ms: latencies.percentile(0.99),
        p999_ms: latencies.percentile(0.999),
        times_bare: per_second / bare,
        server_us: each(server_after.saturating_sub(server_before)),
        client_us: each(own_after.saturating_sub(own_before)),
    })
}

/// Tasks a second of all clients together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rate(pub(crate) NonZeroU32);

impl Rate {
    fn apart(self) -> Duration {
        Duration::from_secs(1) / self.0.get()
    }
}

/// When the requests of one client are due.
#[derive(Debug, Clone, Copy)]
struct Pace {
    first: Instant,
    pause: Duration,
}

/// One connection, and the request that it sends again and again.
struct Client {
    stream: TcpStream,
    request: Vec<u8>,
    /// Where the request's numbers are.
    numbers: Vec<Range<usize>>,
    answer: Vec<u8>,
}

impl Client {
    async fn connect(target: &Target, client: usize) -> Result<Self> {
        let stream = TcpStream::connect(&target.address)
            .await
            .context("connect")?;
        stream.set_nodelay(true)?;
        let request = target.request(client)?;
        let numbers = request.match_indices(NUMBER);
        Ok(Self {
            stream,
            numbers: numbers.map(|(at, number)| at..at + number.len()).collect(),
            request: request.into_bytes(),
            answer: Vec::with_capacity(4096),
        })
    }

    async fn work(mut self, until: Instant, pace: Option<Pace>) -> Result<Latencies> {
        let mut latencies = Latencies::default();
        let mut due = pace.map_or_else(Instant::now, |pace| pace.first);
        // What is overdue in the end is not sent: there is no more time for it.
        while due < until && Instant::now() < until {
            if pace.is_some() {
                tokio::time::sleep_until(due.into()).await;
            }
            self.count();
            self.stream.write_all(&self.request).await?;
            self.read_answer().await?;
            let answered = Instant::now();
            latencies.push(answered - due);
            due = pace.map_or(answered, |pace| due + pace.pause);
        }
        Ok(latencies)
    }

    /// The next number, in place.
    fn count(&mut self) {
        for number in &self.numbers {
            for digit in self.request[number.clone()].iter_mut().rev() {
                if *digit < b'9' {
                    *digit += 1;
                    break;
                }
                *digit = b'0';
            }
        }
    }

    async fn read_answer(&mut self) -> Result<()> {
        self.answer.clear();
        loop {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                bail!("the server closed the connection");
            }
            let Some(length) = whole_length(&self.answer)? else {
                continue;
            };
            if self.answer.len() == length {
                break;
            }
        }
        if self.answer.starts_with(b"HTTP/1.1 201 ") {
            return Ok(());
        }
        bail!("create: {}", String::from_utf8_lossy(&self.answer));
    }
}

/// Bytes of the answer that begins like this, head and body; none while its head is not there.
fn whole_length(answer: &[u8]) -> Result<Option<usize>> {
    const LENGTH: &[u8] = b"content-length: ";
    let Some(head) = position(answer, b"\r\n\r\n") else {
        return Ok(None);
    };
    let at = position(&answer[..head], LENGTH).context("no content-length")? + LENGTH.len();
    let digits = answer[at..].iter().take_while(|byte| byte.is_ascii_digit());
    let body = digits.fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0'));
    Ok(Some(head + 4 + body))
}

fn position(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut from = 0;
    while let Some(step) = bytes[from..].iter().position(|byte| *byte == first) {
        from += step;
        if bytes[from..].starts_with(wanted) {
            return Some(from);
        }
        from += 1;
    }
    None
}
