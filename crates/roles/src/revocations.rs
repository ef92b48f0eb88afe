//! Tells other processes through Redis which sessions and tokens were revoked here, and hears from them, so that a
//! revocation acts at once everywhere. A process that misses one notices within 5 s all the same, as it checks every
//! proof against the store again by then.

use std::time::Duration;

use taskfold_contracts::ids::{SessionId, TokenId};
use taskfold_identity::{Identity, Proof};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::redis::{Heard, Redis};

const CHANNEL: &str = "taskfold:revoked";
/// For this long it is worth while to tell: by then everybody has noticed.
const NEWS: Duration = Duration::from_secs(5);
/// Between two attempts to tell.
const PAUSE: Duration = Duration::from_millis(200);

/// What processes tell each other.
#[derive(Debug, Clone, PartialEq, Eq)]
enum News {
    /// This one is good no more.
    Revoked(Proof),
    /// Any may be.
    Missed,
}

/// Shares the revocations of `identity` until `shutdown`.
pub async fn share(redis: Redis, identity: Identity, shutdown: CancellationToken) {
    let sharing = async { tokio::join!(tell(&redis, &identity), hear(&redis, &identity)) };
    shutdown.run_until_cancelled(sharing).await;
}

async fn tell(redis: &Redis, identity: &Identity) {
    let mut revoked = identity.revoked();
    loop {
        let news = match revoked.recv().await {
            Ok(proof) => News::Revoked(proof),
            Err(RecvError::Lagged(_)) => News::Missed,
            Err(RecvError::Closed) => return,
        };
        let (text, until) = (news.to_string(), Instant::now() + NEWS);
        while !redis.publish(CHANNEL, &text).await && Instant::now() < until {
            sleep(PAUSE).await;
        }
    }
}

async fn hear(redis: &Redis, identity: &Identity) {
    let heed = |heard: Heard<'_>| match heard {
        // What was said while nobody listened is not known.
        Heard::Began | Heard::Ended => identity.forget_all(),
        Heard::Said(bytes) => match News::read(bytes) {
            News::Revoked(proof) => identity.forget(&proof),
            News::Missed => identity.forget_all(),
        },
    };
    redis.hear(CHANNEL, heed).await;
}

impl News {
    /// What cannot be read may say that anything was revoked.
    fn read(bytes: &[u8]) -> Self {
        let read = || {
            let (kind, id) = std::str::from_utf8(bytes).ok()?.split_once(' ')?;
            let id: Uuid = id.parse().ok()?;
            match kind {
                "session" => Some(Self::Revoked(Proof::Session(SessionId(id)))),
                "token" => Some(Self::Revoked(Proof::Token(TokenId(id)))),
                _ => None,
            }
        };
        read().unwrap_or(Self::Missed)
    }
}

impl std::fmt::Display for News {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Revoked(Proof::Session(id)) => write!(f, "session {}", id.0),
            Self::Revoked(Proof::Token(id)) => write!(f, "token {}", id.0),
            Self::Missed => write!(f, "all"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_are_read_as_written_and_what_is_unknown_as_missed() {
        let id = Uuid::from_u128(7);
        for news in [
            News::Revoked(Proof::Session(SessionId(id))),
            News::Revoked(Proof::Token(TokenId(id))),
            News::Missed,
        ] {
            assert_eq!(News::read(news.to_string().as_bytes()), news);
        }
        for unknown in ["", "token", "token x", "person 0", "\u{fffd}"] {
            assert_eq!(News::read(unknown.as_bytes()), News::Missed, "{unknown}");
        }
    }
}
