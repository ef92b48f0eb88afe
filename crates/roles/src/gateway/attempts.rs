//! Failed sign-ins at all gateways together: whoever fails again and again has to wait at each of them. Each
//! gateway notes failures by itself as well, which holds while Redis is away.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use redis::aio::ConnectionManager;
use sha2::{Digest, Sha256};
use taskfold_identity::{FAILURES_COUNT_FOR, Identity, normalise_email};

use crate::redis::{Redis, millis};

/// One account, from one address.
pub(super) struct Attempts<'g> {
    redis: &'g Redis,
    identity: &'g Identity,
    key: String,
}

impl<'g> Attempts<'g> {
    pub(super) fn of(
        redis: &'g Redis,
        identity: &'g Identity,
        (email, address): (&str, &str),
    ) -> Self {
        let email = normalise_email(email).unwrap_or_default();
        let digest = Sha256::digest(format!("{email}\n{address}"));
        let key = format!("taskfold:failed:{}", URL_SAFE_NO_PAD.encode(digest));
        Self {
            redis,
            identity,
            key,
        }
    }

    /// How long to wait; none when an attempt may be made.
    pub(super) async fn wait(&self) -> Option<Duration> {
        let key = &self.key;
        let look = |mut connection: ConnectionManager| async move {
            let mut look = redis::pipe();
            look.cmd("GET").arg(key).cmd("PTTL").arg(key);
            look.query_async::<(Option<u32>, i64)>(&mut connection)
                .await
        };
        let (failures, left) = self.redis.run(look).await?;
        let wait = self.identity.wait_after(failures?)?;
        let left = Duration::from_millis(u64::try_from(left).unwrap_or(0));
        let passed = FAILURES_COUNT_FOR.saturating_sub(left);
        wait.checked_sub(passed).filter(|wait| !wait.is_zero())
    }

    pub(super) async fn failed(&self) {
        let key = &self.key;
        let note = |mut connection: ConnectionManager| async move {
            let mut note = redis::pipe();
            note.atomic().cmd("INCR").arg(key);
            note.cmd("PEXPIRE").arg(key).arg(millis(FAILURES_COUNT_FOR));
            note.exec_async(&mut connection).await
        };
        self.redis.run(note).await;
    }

    pub(super) async fn succeeded(&self) {
        let key = &self.key;
        let forget = |mut connection: ConnectionManager| async move {
            let mut forget = redis::cmd("DEL");
            forget.arg(key).exec_async(&mut connection).await
        };
        self.redis.run(forget).await;
    }
}
