//! Clients that write as fast as they are answered. They share the cores with the server, so they do as
//! little as a client can: a request that is there already but for its number, one write, and no more looked
//! at in the answer than its status and its end.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use taskfold_kit::Server;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::stats::Latencies;

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

/// Creates tasks over `clients` connections for `length`; each waits for its acknowledgement.
#[allow(clippy::cast_precision_loss, reason = "counts far below 2^52")]
pub(crate) async fn create_tasks(
    server: &Server,
    token: &str,
    clients: usize,
    length: Duration,
    bare: f64,
) -> Result<LoadRow> {
    let mut connected = Vec::with_capacity(clients);
    for client in 0..clients {
        connected.push(Client::connect(&server.address, token, client).await?);
    }
    let (server_before, own_before) = (server.processor_time()?, own_processor_time()?);
    let started = Instant::now();
    let workers: Vec<_> = connected
        .into_iter()
        .map(|client| {
            #[allow(clippy::disallowed_methods, reason = "each handle is awaited below")]
            tokio::spawn(client.work(started + length))
        })
        .collect();
    let mut latencies = Latencies::default();
    for worker in workers {
        latencies.extend(worker.await??);
    }
    let commands = latencies.len() as f64;
    let per_second = commands / started.elapsed().as_secs_f64();
    let (server_after, own_after) = (server.processor_time()?, own_processor_time()?);
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

fn own_processor_time() -> Result<Duration> {
    taskfold_kit::processor_time("self")
}

/// One connection, and the request that it sends again and again.
struct Client {
    stream: TcpStream,
    request: Vec<u8>,
    /// Where the request's number is.
    digits: std::ops::Range<usize>,
    answer: Vec<u8>,
}

impl Client {
    async fn connect(address: &str, token: &str, client: usize) -> Result<Self> {
        let stream = TcpStream::connect(address).await.context("connect")?;
        stream.set_nodelay(true)?;
        let body = format!(r#"{{"title":"Task 0000000 of client {client}","priority":"high"}}"#);
        let head = format!(
            "POST /api/v1/tasks HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let first = head.len() + r#"{"title":"Task "#.len();
        Ok(Self {
            stream,
            request: [head, body].concat().into_bytes(),
            digits: first..first + 7,
            answer: Vec::with_capacity(4096),
        })
    }

    async fn work(mut self, until: Instant) -> Result<Latencies> {
        let mut latencies = Latencies::default();
        let mut sent = Instant::now();
        while sent < until {
            self.count();
            self.stream.write_all(&self.request).await?;
            self.read_answer().await?;
            let answered = Instant::now();
            latencies.push(answered - sent);
            sent = answered;
        }
        Ok(latencies)
    }

    /// The next number, in place.
    fn count(&mut self) {
        for digit in self.request[self.digits.clone()].iter_mut().rev() {
            if *digit < b'9' {
                *digit += 1;
                return;
            }
            *digit = b'0';
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
