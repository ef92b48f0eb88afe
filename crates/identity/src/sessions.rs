//! Browser sessions: a random secret in a cookie, its hash here.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use taskfold_contracts::ids::{SessionId, UserId, WorkspaceId};
use taskfold_contracts::time::Timestamp;
use taskfold_sql::{Connection, Row, values};

use crate::error::Error;
use crate::tokens::Scopes;
use crate::{Account, Identity, Proof, Verified, secret};

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Session {
    /// Its id.
    pub session_id: SessionId,
    /// What the browser called itself at sign-in.
    pub user_agent: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to some seconds.
    pub last_used_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}

/// A session that was just made.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Its id.
    pub session_id: SessionId,
    /// What goes into the cookie; it is not stored.
    pub secret: String,
    /// Seconds until it ends at the latest.
    pub max_age: u64,
}

impl Identity {
    /// Begins a session for somebody who has just signed in. `replaces` is the secret that the browser
    /// came with: it ends, so that nobody can plant one.
    pub async fn begin_session(
        &self,
        account: &Account,
        user_agent: &str,
        replaces: Option<&str>,
    ) -> Result<NewSession, Error> {
        let new = NewSession {
            session_id: SessionId(self.inner.ids.next()),
            secret: secret::random().map_err(|error| Error::Storage(error.to_string()))?,
            max_age: self.inner.options.session_lifetime.as_secs(),
        };
        let now = self.inner.clock.now();
        let expires_at = after(now, self.inner.options.session_lifetime);
        let (session_id, hash, user_id) =
            (new.session_id, secret::hash(&new.secret), account.user_id);
        let user_agent: String = user_agent.chars().take(256).collect();
        let replaces = replaces.map(secret::hash);
        let ended = self.inner.store.run(move |connection| {
            let ended = replaces.map(|hash| end_by_hash(connection, &hash)).transpose()?.flatten();
            let sql = "INSERT INTO sessions (session_id, secret_hash, user_id, user_agent, created_at, \
                last_used_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6)";
            connection.execute(
                sql,
                values![session_id.0, hash, user_id.0, user_agent, now, expires_at],
            )?;
            Ok::<_, Error>(ended)
        });
        if let Some(ended) = ended.await? {
            self.inner.cache.revoke(Proof::Session(ended));
        }
        Ok(new)
    }

    /// Whose session this secret is of; none when it is of none that lives.
    pub async fn verify_session(&self, secret: &str) -> Result<Option<Arc<Verified>>, Error> {
        let hash = secret::hash(secret);
        let now = self.inner.clock.now();
        if let Some(verified) = self.inner.cache.get(&hash, now) {
            return Ok(Some(verified));
        }
        let idle = before(now, self.inner.options.session_idle);
        let check = self.inner.cache.begin();
        let found = self
            .inner
            .store
            .run(move |connection| live(connection, &hash, now, idle))
            .await?;
        Ok(found.map(|(verified, expires_at)| {
            let verified = Arc::new(verified);
            self.inner
                .cache
                .put(check, hash, Arc::clone(&verified), Some(expires_at), now);
            verified
        }))
    }

    /// The sessions of a person that live, newest first.
    pub async fn sessions(&self, user_id: UserId) -> Result<Vec<Session>, Error> {
        let now = self.inner.clock.now();
        let idle = before(now, self.inner.options.session_idle);
        let read = move |connection: &Connection| {
            let sql = "SELECT session_id, user_agent, created_at, last_used_at, expires_at FROM sessions \
                WHERE user_id = ?1 AND expires_at > ?2 AND last_used_at > ?3 ORDER BY created_at DESC";
            Ok(connection.query(sql, values![user_id.0, now, idle], session_of)?)
        };
        self.inner.store.run(read).await
    }

    /// Ends a session of this person, at once. False when there is none.
    pub async fn end_session(&self, user_id: UserId, session_id: SessionId) -> Result<bool, Error> {
        let delete = move |connection: &Connection| {
            let sql = "DELETE FROM sessions WHERE session_id = ?1 AND user_id = ?2";
            let ended = connection.execute(sql, values![session_id.0, user_id.0])?;
            Ok::<_, Error>(ended > 0)
        };
        let ended = self.inner.store.run(delete).await?;
        self.inner.cache.revoke(Proof::Session(session_id));
        Ok(ended)
    }
}

fn end_by_hash(connection: &Connection, hash: &[u8; 32]) -> Result<Option<SessionId>, Error> {
    let sql = "DELETE FROM sessions WHERE secret_hash = ?1 RETURNING session_id";
    Ok(connection.first(sql, values![hash], |row| row.get(0).map(SessionId))?)
}

fn live(
    connection: &Connection,
    hash: &[u8; 32],
    now: Timestamp,
    idle: Timestamp,
) -> Result<Option<(Verified, Timestamp)>, Error> {
    let sql = "SELECT s.session_id, s.user_id, a.personal_workspace, a.is_admin, s.expires_at \
        FROM sessions s JOIN accounts a ON a.user_id = s.user_id \
        WHERE s.secret_hash = ?1 AND s.expires_at > ?2 AND s.last_used_at > ?3";
    let read = |row: &Row<'_>| {
        let verified = Verified {
            proof: Proof::Session(SessionId(row.get(0)?)),
            user_id: UserId(row.get(1)?),
            personal_workspace: WorkspaceId(row.get(2)?),
            is_admin: row.get(3)?,
            scopes: Scopes::ALL,
            only_workspace: None,
        };
        Ok((verified, row.get(4)?))
    };
    Ok(connection.first(sql, values![hash, now, idle], read)?)
}

fn session_of(row: &Row<'_>) -> Result<Session, taskfold_sql::Error> {
    Ok(Session {
        session_id: SessionId(row.get(0)?),
        user_agent: row.get(1)?,
        created_at: row.get(2)?,
        last_used_at: row.get(3)?,
        expires_at: row.get(4)?,
    })
}

fn after(now: Timestamp, span: Duration) -> Timestamp {
    let millis = i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millis(now.as_millis().saturating_add(millis))
}

fn before(now: Timestamp, span: Duration) -> Timestamp {
    let millis = i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millis(now.as_millis().saturating_sub(millis))
}
