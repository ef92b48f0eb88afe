//! What processes share in Redis: answers that were given before, counted requests, revocations. None of it is
//! the truth: whoever gets no answer in time goes on without, slower but never wrong.

mod circuit;

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use futures_util::StreamExt;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::registry::Registry;
use redis::aio::{ConnectionManager, ConnectionManagerConfig, PubSub, PubSubSink, PubSubStream};
use redis::{Client, RedisResult};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use circuit::Circuit;

/// How long a command may take; whoever waits for it then goes on without.
const PATIENCE: Duration = Duration::from_millis(50);
/// How long a connection may take to open.
const CONNECT: Duration = Duration::from_secs(1);
/// After so many failures a connection is given up for another one.
const GIVEN_UP_AFTER: u32 = 5;
/// Between two attempts to listen.
const PAUSE: Duration = Duration::from_millis(200);
/// How often it is checked that somebody is at the other end of a silent connection, and how long that may take.
const PING: Duration = Duration::from_secs(2);
const PONG: Duration = Duration::from_secs(1);
/// Commands that wait to be sent.
const QUEUE: usize = 1_024;

/// A Redis that several processes share. Cheap to clone.
#[derive(Clone)]
pub struct Redis {
    inner: Arc<Inner>,
}

impl std::fmt::Debug for Redis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Its address holds a password.
        f.debug_struct("Redis").finish_non_exhaustive()
    }
}

struct Inner {
    client: Client,
    /// One connection for all commands, opened by the first and again when it breaks.
    connection: RwLock<ConnectionManager>,
    circuit: Circuit,
    numbers: Numbers,
}

#[derive(Default)]
struct Numbers {
    hits: Counter,
    misses: Counter,
    errors: Counter,
    skipped: Counter,
}

/// What is heard on a channel.
pub(crate) enum Heard<'m> {
    /// From now on all is heard; what was said before is not known.
    Began,
    /// This was said.
    Said(&'m [u8]),
    /// For a while nothing is heard.
    Ended,
}

/// What is not an address of Redis; it does not repeat the address, which holds a password.
#[derive(Debug, thiserror::Error)]
#[error("redis.url is not redis://user:password@host:port/database, nor rediss://…: {0}")]
pub struct AddressError(String);

impl Redis {
    /// Takes the address; a connection is opened when there is something to ask, so that a Redis that is away
    /// keeps nobody from starting. Must be called within a runtime.
    ///
    /// # Errors
    /// It is no address.
    pub fn connect(url: &str) -> Result<Self, AddressError> {
        let client = Client::open(url).map_err(|error| AddressError(error.to_string()))?;
        let connection = lazy(&client).map_err(|error| AddressError(error.to_string()))?;
        let inner = Inner {
            client,
            connection: RwLock::new(connection),
            circuit: Circuit::new(),
            numbers: Numbers::default(),
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Adds its numbers to those of the process.
    pub fn register(&self, registry: &mut Registry) {
        let numbers = &self.inner.numbers;
        let counters = [
            ("redis_hits", "Answers found in Redis", &numbers.hits),
            (
                "redis_misses",
                "Answers not found in Redis",
                &numbers.misses,
            ),
            (
                "redis_errors",
                "Commands that Redis refused or did not answer in time",
                &numbers.errors,
            ),
            (
                "redis_skipped",
                "Commands not sent, as Redis had not answered just before",
                &numbers.skipped,
            ),
        ];
        for (name, help, counter) in counters {
            registry.register(name, help, counter.clone());
        }
    }

    /// Answers that were found, and not found.
    pub fn found(&self) -> (u64, u64) {
        let numbers = &self.inner.numbers;
        (numbers.hits.get(), numbers.misses.get())
    }

    /// Commands that went without an answer: they failed, came too late or were not sent.
    pub fn missed(&self) -> u64 {
        let numbers = &self.inner.numbers;
        numbers.errors.get() + numbers.skipped.get()
    }

    /// What `command` brings; none when Redis is away, refuses it or takes too long.
    pub(crate) async fn run<T, F>(&self, command: impl FnOnce(ConnectionManager) -> F) -> Option<T>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let inner = &self.inner;
        if !inner.circuit.admits() {
            inner.numbers.skipped.inc();
            return None;
        }
        let failed = match timeout(PATIENCE, command(inner.connection())).await {
            Ok(Ok(answer)) => {
                if inner.circuit.worked() {
                    tracing::info!("Redis answers again");
                }
                return Some(answer);
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("no answer within {PATIENCE:?}"),
        };
        inner.numbers.errors.inc();
        let failures = inner.circuit.failed();
        if failures == 1 {
            tracing::warn!(error = failed, "Redis is away; all goes on without it");
        } else if failures.is_multiple_of(GIVEN_UP_AFTER) {
            inner.reconnect();
        }
        None
    }

    /// What was put there under this name, if it is still there.
    pub(crate) async fn get(&self, key: &str) -> Option<Vec<u8>> {
        let command = |mut connection: ConnectionManager| async move {
            let mut get = redis::cmd("GET");
            get.arg(key).query_async(&mut connection).await
        };
        let found: Option<Vec<u8>> = self.run(command).await?;
        let numbers = &self.inner.numbers;
        match found {
            Some(_) => numbers.hits.inc(),
            None => numbers.misses.inc(),
        };
        found
    }

    /// Puts something there, for a while.
    pub(crate) async fn put(&self, key: &str, value: &[u8], lifetime: Duration) {
        let command = |mut connection: ConnectionManager| async move {
            let mut set = redis::cmd("SET");
            set.arg(key).arg(value).arg("PX").arg(millis(lifetime));
            set.query_async::<()>(&mut connection).await
        };
        self.run(command).await;
    }

    /// Says something to whoever listens. False when Redis did not take it.
    pub(crate) async fn publish(&self, channel: &str, message: &str) -> bool {
        let command = |mut connection: ConnectionManager| async move {
            let mut publish = redis::cmd("PUBLISH");
            publish.arg(channel).arg(message);
            publish.query_async::<()>(&mut connection).await
        };
        self.run(command).await.is_some()
    }

    /// Listens for as long as it is awaited, on a connection of its own that is opened again when it breaks.
    pub(crate) async fn hear(&self, channel: &str, mut heed: impl FnMut(Heard<'_>)) {
        loop {
            if let Some(listening) = self.listen(channel).await {
                heed(Heard::Began);
                let (pings, messages) = listening.split();
                until_it_ends(pings, messages, &mut heed).await;
                heed(Heard::Ended);
            }
            sleep(PAUSE).await;
        }
    }

    /// None when Redis is away.
    async fn listen(&self, channel: &str) -> Option<PubSub> {
        let subscribing = async {
            let mut listening = self.inner.client.get_async_pubsub().await?;
            listening.subscribe(channel).await?;
            RedisResult::Ok(listening)
        };
        let subscribed = timeout(CONNECT, subscribing).await;
        subscribed.ok()?.ok()
    }
}

/// Takes what is said until the connection ends.
async fn until_it_ends(
    mut pings: PubSubSink,
    mut messages: PubSubStream,
    heed: &mut impl FnMut(Heard<'_>),
) {
    let mut ticks = interval(PING);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            message = messages.next() => {
                let Some(message) = message else { return };
                heed(Heard::Said(message.get_payload_bytes()));
            }
            _ = ticks.tick() => {
                let answered = timeout(PONG, pings.ping::<redis::Value>()).await;
                if !matches!(answered, Ok(Ok(_))) {
                    return;
                }
            }
        }
    }
}

impl Inner {
    fn connection(&self) -> ConnectionManager {
        let connection = self.connection.read();
        connection.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The connection is opened again by itself when the network says that it is broken. One that was refused (too
    /// many clients, a password that is to be corrected) or whose other end is gone without a word would stay.
    fn reconnect(&self) {
        if let Ok(fresh) = lazy(&self.client) {
            let connection = self.connection.write();
            *connection.unwrap_or_else(PoisonError::into_inner) = fresh;
        }
    }
}

/// A connection that is opened by its first command.
fn lazy(client: &Client) -> RedisResult<ConnectionManager> {
    // No retries: whoever asks next, a pause later, tries again.
    let config = ConnectionManagerConfig::new()
        .set_number_of_retries(0)
        .set_connection_timeout(Some(CONNECT))
        .set_response_timeout(None)
        .set_pipeline_buffer_size(QUEUE);
    ConnectionManager::new_lazy_with_config(client.clone(), config)
}

pub(crate) fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
