//! Passwords: Argon2id on a few threads, so that a storm of sign-ins cannot take the machine.

use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;

use crate::error::Weakness;

/// KiB of memory, passes, lanes: the second choice of RFC 9106 scaled down as OWASP advises.
const COST: (u32, u32, u32) = (19_456, 2, 1);
/// How long a check waits for a thread.
const PATIENCE: Duration = Duration::from_secs(5);

/// The ones that are tried first.
const COMMON: [&str; 24] = [
    "password",
    "password1",
    "password123",
    "12345678",
    "123456789",
    "1234567890",
    "qwertyui",
    "qwertyuiop",
    "qwerty123",
    "11111111",
    "00000000",
    "iloveyou",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "superman",
    "trustno1",
    "letmein1",
    "welcome1",
    "admin123",
    "abcd1234",
    "passw0rd",
    "changeme",
];

/// Of no password: what an unknown account is checked against, at the cost of [`COST`]. A constant, so that
/// start-up need not make one.
const DUMMY: &str = "$argon2id$v=19$m=19456,t=2,p=1$dGFza2ZvbGQtbm9ib2R5IQ$\
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

pub(crate) struct Passwords {
    threads: Semaphore,
}

/// How a password compares to a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Match {
    Wrong,
    Right,
    /// Right, but the hash was made at another cost.
    RightButOld,
}

/// No thread was free.
#[derive(Debug)]
pub(crate) struct Busy;

impl Passwords {
    pub(crate) fn new(threads: usize) -> Self {
        Self {
            threads: Semaphore::new(threads.max(1)),
        }
    }

    pub(crate) async fn hash(&self, password: String) -> Result<String, Busy> {
        self.run(move || hash(&password)).await?.ok_or(Busy)
    }

    /// Compares; without a hash the answer is `Wrong`, after the same work.
    pub(crate) async fn verify(
        &self,
        password: String,
        stored: Option<String>,
    ) -> Result<Match, Busy> {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| DUMMY.to_owned());
        let found = self.run(move || verify(&password, &stored)).await?;
        Ok(if known { found } else { Match::Wrong })
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let permit = tokio::time::timeout(PATIENCE, self.threads.acquire()).await;
        let _permit = permit.map_err(|_| Busy)?.map_err(|_| Busy)?;
        tokio::task::spawn_blocking(work).await.map_err(|_| Busy)
    }
}

/// Refuses what is too short, too long or too common.
pub(crate) fn check(password: &str) -> Result<(), Weakness> {
    match password.chars().count() {
        0..=7 => Err(Weakness::Short),
        8..=128 if COMMON.contains(&password.to_lowercase().as_str()) => Err(Weakness::Common),
        8..=128 => Ok(()),
        129.. => Err(Weakness::Long),
    }
}

fn hasher() -> Option<Argon2<'static>> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str) -> Option<String> {
    Some(
        hasher()?
            .hash_password(password.as_bytes())
            .ok()?
            .to_string(),
    )
}

fn verify(password: &str, stored: &str) -> Match {
    let (Some(hasher), Ok(parsed)) = (hasher(), PasswordHash::new(stored)) else {
        return Match::Wrong;
    };
    if hasher
        .verify_password(password.as_bytes(), &parsed)
        .is_err()
    {
        return Match::Wrong;
    }
    let (memory, passes, lanes) = COST;
    let current = format!("$argon2id$v=19$m={memory},t={passes},p={lanes}$");
    if stored.starts_with(&current) {
        Match::Right
    } else {
        Match::RightButOld
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn right_wrong_and_old() {
        let stored = hash("correct horse").unwrap();
        assert_eq!(verify("correct horse", &stored), Match::Right);
        assert_eq!(verify("correct house", &stored), Match::Wrong);
        let cheap = Argon2::new(
            Algorithm::Argon2id,
            Version::V0x13,
            Params::new(64, 1, 1, None).unwrap(),
        );
        let old = cheap.hash_password(b"correct horse").unwrap().to_string();
        assert_eq!(verify("correct horse", &old), Match::RightButOld);
    }

    #[test]
    fn the_dummy_costs_what_a_password_costs() {
        assert!(PasswordHash::new(DUMMY).is_ok());
        let (memory, passes, lanes) = COST;
        let cost = format!("$argon2id$v=19$m={memory},t={passes},p={lanes}$");
        assert!(DUMMY.starts_with(&cost));
        assert_eq!(verify("", DUMMY), Match::Wrong);
    }

    #[test]
    fn weak_ones_are_refused() {
        assert_eq!(check("1234567"), Err(Weakness::Short));
        assert_eq!(check("Password123"), Err(Weakness::Common));
        assert_eq!(check(&"x".repeat(129)), Err(Weakness::Long));
        assert_eq!(check("äöüßäöüß"), Ok(()));
    }
}
