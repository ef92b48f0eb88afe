//! Accounts: an address, a password, a person.

use serde::Serialize;
use taskfold_contracts::ids::{SessionId, TokenId, UserId, WorkspaceId};
use taskfold_contracts::time::Timestamp;
use taskfold_sql::{Connection, Dialect, Row, values};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use crate::error::{Error, RegisterError, SignInError};
use crate::password::{self, Busy, Match};
use crate::{Identity, Proof};

/// Somebody with a password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Account {
    /// Who.
    pub user_id: UserId,
    /// Normalised address.
    pub email: String,
    /// Whether this person administers the installation.
    pub is_admin: bool,
    /// The workspace of their own.
    pub personal_workspace: WorkspaceId,
    /// When the account was made.
    pub created_at: Timestamp,
    /// Whether the log knows the person; an account that is not confirmed cannot sign in.
    pub confirmed: bool,
}

/// The form in which addresses are compared and stored: NFC, lower case, no space around.
/// None when it is no address: one `@`, a name, a host, no space or control character, ≤ 254 bytes.
pub fn normalise_email(text: &str) -> Option<String> {
    let email: String = text.trim().nfc().collect::<String>().to_lowercase();
    let (name, host) = email.split_once('@')?;
    let odd =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';' | '"');
    let sound = !name.is_empty()
        && !host.is_empty()
        && !host.contains('@')
        && !host.starts_with('.')
        && !host.ends_with('.')
        && email.len() <= 254
        && !email.contains(odd);
    sound.then_some(email)
}

impl Identity {
    /// Stores the credentials of somebody new, to be confirmed when the log has the person. The first
    /// account administers. An address whose account was never confirmed can be taken again: the answer
    /// then carries the ids of the first attempt.
    pub async fn register(
        &self,
        email: &str,
        password: &str,
        user_id: UserId,
        personal_workspace: WorkspaceId,
    ) -> Result<Account, RegisterError> {
        let email = normalise_email(email).ok_or(RegisterError::Email)?;
        password::check(password).map_err(RegisterError::Password)?;
        let hash = self.inner.passwords.hash(password.to_owned()).await;
        let hash = hash.map_err(|Busy| RegisterError::Busy)?;
        let created_at = self.inner.clock.now();
        let account = Account {
            user_id,
            email,
            is_admin: false,
            personal_workspace,
            created_at,
            confirmed: false,
        };
        self.inner
            .store
            .run(move |connection| insert(connection, account, &hash))
            .await
    }

    /// The log has the person: the account can sign in.
    pub async fn confirm(&self, user_id: UserId) -> Result<(), Error> {
        let now = self.inner.clock.now();
        let sql =
            "UPDATE accounts SET confirmed_at = ?2 WHERE user_id = ?1 AND confirmed_at IS NULL";
        let update = move |connection: &Connection| {
            connection.execute(sql, values![user_id.0, now])?;
            Ok(())
        };
        self.inner.store.run(update).await
    }

    /// Takes back an account that the log refused.
    pub async fn withdraw(&self, user_id: UserId) -> Result<(), Error> {
        let sql = "DELETE FROM accounts WHERE user_id = ?1 AND confirmed_at IS NULL";
        let delete = move |connection: &Connection| {
            connection.execute(sql, values![user_id.0])?;
            Ok(())
        };
        self.inner.store.run(delete).await
    }

    /// Removes an account with all its sessions and tokens, which end at once. False when there is none.
    pub async fn remove(&self, user_id: UserId) -> Result<bool, Error> {
        let remove = move |connection: &Connection| remove(connection, user_id);
        let ended = self.inner.store.run(remove).await?;
        let some = ended.is_some();
        for proof in ended.into_iter().flatten() {
            self.inner.cache.revoke(proof);
        }
        Ok(some)
    }

    /// Whether others use the installation and nobody else administers it.
    pub async fn is_needed(&self, user_id: UserId) -> Result<bool, Error> {
        let sql = "SELECT EXISTS (SELECT 1 FROM accounts WHERE user_id = ?1 AND is_admin = ?2) \
            AND EXISTS (SELECT 1 FROM accounts WHERE user_id <> ?1) \
            AND NOT EXISTS (SELECT 1 FROM accounts WHERE user_id <> ?1 AND is_admin = ?2)";
        let read = move |connection: &Connection| {
            let needed = connection.first(sql, values![user_id.0, true], |row| row.get(0))?;
            Ok(needed == Some(true))
        };
        self.inner.store.run(read).await
    }

    /// Checks address and password; `address` is where the request came from. An unknown account costs
    /// as much as a known one.
    pub async fn sign_in(
        &self,
        email: &str,
        password: &str,
        address: &str,
    ) -> Result<Account, SignInError> {
        let email = normalise_email(email).unwrap_or_default();
        let now = self.inner.clock.now();
        if let Some(retry_after) = self.inner.throttle.wait(&email, address, now) {
            return Err(SignInError::Throttled { retry_after });
        }
        let wanted = email.clone();
        let found = self
            .inner
            .store
            .run(move |connection| by_email(connection, &wanted));
        let found = found.await?.filter(|(account, _)| account.confirmed);
        let stored = found.as_ref().map(|(_, hash)| hash.clone());
        let matched = self
            .inner
            .passwords
            .verify(password.to_owned(), stored)
            .await;
        match (matched.map_err(|Busy| SignInError::Busy)?, found) {
            (Match::Wrong, _) | (_, None) => {
                self.inner.throttle.failed(&email, address, now);
                Err(SignInError::Wrong)
            }
            (Match::Right, Some((account, _))) => {
                self.inner.throttle.succeeded(&email, address);
                Ok(account)
            }
            (Match::RightButOld, Some((account, _))) => {
                self.inner.throttle.succeeded(&email, address);
                self.rehash(account.user_id, password).await?;
                Ok(account)
            }
        }
    }

    async fn rehash(&self, user_id: UserId, password: &str) -> Result<(), SignInError> {
        let hash = self.inner.passwords.hash(password.to_owned()).await;
        let hash = hash.map_err(|Busy| SignInError::Busy)?;
        let sql = "UPDATE accounts SET password_hash = ?2 WHERE user_id = ?1";
        let update = move |connection: &Connection| {
            connection.execute(sql, values![user_id.0, hash])?;
            Ok::<_, Error>(())
        };
        Ok(self.inner.store.run(update).await?)
    }

    /// The account of a person.
    pub async fn account(&self, user_id: UserId) -> Result<Option<Account>, Error> {
        let read = move |connection: &Connection| {
            let sql = format!("SELECT {COLUMNS} FROM accounts WHERE user_id = ?1");
            Ok(connection.first(&sql, values![user_id.0], account_of)?)
        };
        self.inner.store.run(read).await
    }

    /// The personal workspaces of all accounts whose registration was finished.
    pub async fn personal_workspaces(&self) -> Result<Vec<WorkspaceId>, Error> {
        let sql = "SELECT personal_workspace FROM accounts WHERE confirmed_at IS NOT NULL";
        let read = |connection: &Connection| {
            Ok(connection.query(sql, &[], |row| Ok(WorkspaceId(row.get(0)?)))?)
        };
        self.inner.store.run(read).await
    }

    /// The account with this address.
    pub async fn account_by_email(&self, email: &str) -> Result<Option<Account>, Error> {
        let Some(email) = normalise_email(email) else {
            return Ok(None);
        };
        let found = self
            .inner
            .store
            .run(move |connection| by_email(connection, &email))
            .await?;
        Ok(found.map(|(account, _)| account))
    }
}

const COLUMNS: &str =
    "user_id, email, is_admin, personal_workspace, created_at, confirmed_at IS NOT NULL";

fn insert(connection: &Connection, mut new: Account, hash: &str) -> Result<Account, RegisterError> {
    if connection.dialect() == Dialect::Postgres {
        // Whoever comes first administers: only one is registered at a time.
        let lock = "SELECT pg_advisory_xact_lock(hashtext('taskfold registration'))";
        connection.batch(lock).map_err(Error::from)?;
    }
    let found = by_email(connection, &new.email)?;
    if let Some((old, _)) = found {
        if old.confirmed {
            return Err(RegisterError::Taken);
        }
        let sql = "UPDATE accounts SET password_hash = ?2 WHERE user_id = ?1";
        connection
            .execute(sql, values![old.user_id.0, hash])
            .map_err(Error::from)?;
        return Ok(old);
    }
    let any = "SELECT EXISTS (SELECT 1 FROM accounts)";
    let any = connection.first(any, &[], |row| row.get(0));
    new.is_admin = any.map_err(Error::from)? == Some(false);
    let sql = "INSERT INTO accounts \
        (user_id, email, password_hash, is_admin, personal_workspace, created_at) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let values = values![
        new.user_id.0,
        new.email,
        hash,
        new.is_admin,
        new.personal_workspace.0,
        new.created_at,
    ];
    connection.execute(sql, values).map_err(Error::from)?;
    Ok(new)
}

/// What ended with the account; none when there is none.
fn remove(connection: &Connection, user_id: UserId) -> Result<Option<Vec<Proof>>, Error> {
    let of = |sql: &str, proof: fn(Uuid) -> Proof| {
        connection.query(sql, values![user_id.0], |row| Ok(proof(row.get(0)?)))
    };
    let sessions = "DELETE FROM sessions WHERE user_id = ?1 RETURNING session_id";
    let tokens = "DELETE FROM tokens WHERE user_id = ?1 RETURNING token_id";
    let mut ended = of(sessions, |id| Proof::Session(SessionId(id)))?;
    ended.extend(of(tokens, |id| Proof::Token(TokenId(id)))?);
    let sql = "DELETE FROM accounts WHERE user_id = ?1";
    let gone = connection.execute(sql, values![user_id.0])?;
    Ok((gone > 0).then_some(ended))
}

fn by_email(connection: &Connection, email: &str) -> Result<Option<(Account, String)>, Error> {
    let sql = format!("SELECT {COLUMNS}, password_hash FROM accounts WHERE email = ?1");
    let read = |row: &Row<'_>| Ok((account_of(row)?, row.get(6)?));
    Ok(connection.first(&sql, values![email], read)?)
}

fn account_of(row: &Row<'_>) -> Result<Account, taskfold_sql::Error> {
    Ok(Account {
        user_id: UserId(row.get(0)?),
        email: row.get(1)?,
        is_admin: row.get(2)?,
        personal_workspace: WorkspaceId(row.get(3)?),
        created_at: row.get(4)?,
        confirmed: row.get(5)?,
    })
}

#[cfg(test)]
mod tests {
    use super::normalise_email;

    #[test]
    fn addresses() {
        assert_eq!(
            normalise_email(" Anna@Example.ORG ").as_deref(),
            Some("anna@example.org")
        );
        for wrong in [
            "", "anna", "@x", "anna@", "a@b@c", "a b@c", "a@.b", "a@b.", "<a@b>",
        ] {
            assert_eq!(normalise_email(wrong), None, "{wrong:?}");
        }
    }
}
