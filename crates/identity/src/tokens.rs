//! API tokens: shown once, stored hashed, allowed only what their scopes say.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use taskfold_contracts::ids::{TokenId, UserId, WorkspaceId};
use taskfold_contracts::time::Timestamp;
use taskfold_sql::{Connection, Row, values};

use crate::error::Error;
use crate::{Identity, Proof, Verified, secret};

/// Something that a token may allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Read.
    Read,
    /// Change.
    Write,
    /// Manage tokens, sessions and members.
    Admin,
}

impl Scope {
    const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Admin];

    fn bit(self) -> u8 {
        match self {
            Self::Read => 1,
            Self::Write => 2,
            Self::Admin => 4,
        }
    }
}

/// A set of scopes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scopes(u8);

impl Scopes {
    /// All of them.
    pub const ALL: Self = Self(7);

    /// Of these.
    pub fn of(scopes: &[Scope]) -> Self {
        Self(scopes.iter().fold(0, |bits, scope| bits | scope.bit()))
    }

    /// Whether `scope` is in it.
    pub fn allows(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    fn to_vec(self) -> Vec<Scope> {
        Scope::ALL
            .into_iter()
            .filter(|scope| self.allows(*scope))
            .collect()
    }
}

/// A token as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Token {
    /// Its id.
    pub token_id: TokenId,
    /// What its owner calls it.
    pub name: String,
    /// What it allows.
    pub scopes: Vec<Scope>,
    /// The only workspace that it is good for; null is all.
    pub workspace_id: Option<WorkspaceId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to some seconds.
    pub last_used_at: Option<Timestamp>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
}

/// What a token is to be.
#[derive(Debug, Clone)]
pub struct TokenRequest {
    /// Whose.
    pub user_id: UserId,
    /// 1–100 characters; the caller has checked it.
    pub name: String,
    /// What it allows.
    pub scopes: Scopes,
    /// The only workspace that it is good for.
    pub workspace_id: Option<WorkspaceId>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
}

/// A token that was just made.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct NewToken {
    /// The text to present as `Authorization: Bearer`; it is not shown again.
    pub secret: String,
    /// What it is.
    #[serde(flatten)]
    pub token: Token,
}

impl Identity {
    /// Makes a token.
    pub async fn create_token(&self, request: TokenRequest) -> Result<NewToken, Error> {
        let secret = secret::new_token().map_err(|error| Error::Storage(error.to_string()))?;
        let made = self.keep_token(request, secret).await?;
        made.ok_or_else(|| Error::Storage("a secret that was just made is taken".to_owned()))
    }

    /// Makes the token of a secret that is derived from `seed`, 32 bytes that nobody can guess: again the same token
    /// when it is asked for again, none when it was made with other properties or was revoked since.
    ///
    /// # Errors
    /// The store fails.
    pub async fn create_token_once(
        &self,
        request: TokenRequest,
        seed: [u8; 32],
    ) -> Result<Option<NewToken>, Error> {
        let secret = secret::token_of(&secret::derived(seed));
        self.keep_token(request, secret).await
    }

    async fn keep_token(
        &self,
        request: TokenRequest,
        secret: String,
    ) -> Result<Option<NewToken>, Error> {
        let token = Token {
            token_id: TokenId(self.inner.ids.next()),
            name: request.name.clone(),
            scopes: request.scopes.to_vec(),
            workspace_id: request.workspace_id,
            created_at: self.inner.clock.now(),
            last_used_at: None,
            expires_at: request.expires_at,
        };
        let hash = secret::hash(&secret);
        let kept = self
            .inner
            .store
            .run(move |connection| insert(connection, token, &request, &hash))
            .await?;
        Ok(kept.map(|token| NewToken { secret, token }))
    }

    /// Whose token this is; none when it is of nobody, was revoked or has ended. A text that is not of
    /// the form of a token is refused without a look into the store.
    pub async fn verify_token(&self, text: &str) -> Result<Option<Arc<Verified>>, Error> {
        let hash = secret::hash(text);
        let now = self.inner.clock.now();
        if let Some(verified) = self.inner.cache.get(&hash, now) {
            return Ok(Some(verified));
        }
        if !secret::token_is_well_formed(text) {
            return Ok(None);
        }
        let check = self.inner.cache.begin();
        let found = self
            .inner
            .store
            .run(move |connection| live(connection, &hash, now))
            .await?;
        Ok(found.map(|(verified, expires_at)| {
            let verified = Arc::new(verified);
            self.inner
                .cache
                .put(check, hash, Arc::clone(&verified), expires_at, now);
            verified
        }))
    }

    /// The tokens of a person, newest first, ended ones too.
    pub async fn tokens(&self, user_id: UserId) -> Result<Vec<Token>, Error> {
        let read = move |connection: &Connection| {
            let sql = "SELECT token_id, name, scopes, workspace_id, created_at, last_used_at, expires_at \
                FROM tokens WHERE user_id = ?1 AND revoked_at IS NULL ORDER BY created_at DESC";
            Ok(connection.query(sql, values![user_id.0], token_of)?)
        };
        self.inner.store.run(read).await
    }

    /// Revokes a token of this person, at once. False when there is none. Its secret stays known as one that was
    /// revoked, so that the request that made it, sent again, does not bring it back.
    pub async fn revoke_token(&self, user_id: UserId, token_id: TokenId) -> Result<bool, Error> {
        let now = self.inner.clock.now();
        let end = move |connection: &Connection| {
            let sql = "UPDATE tokens SET revoked_at = ?3 \
                WHERE token_id = ?1 AND user_id = ?2 AND revoked_at IS NULL";
            let revoked = connection.execute(sql, values![token_id.0, user_id.0, now])?;
            Ok::<_, Error>(revoked > 0)
        };
        let revoked = self.inner.store.run(end).await?;
        self.inner.cache.revoke(Proof::Token(token_id));
        Ok(revoked)
    }
}

/// The token that has this secret now, if it is as it was asked for.
fn insert(
    connection: &Connection,
    token: Token,
    request: &TokenRequest,
    hash: &[u8; 32],
) -> Result<Option<Token>, Error> {
    let sql = "INSERT INTO tokens \
        (token_id, secret_hash, user_id, name, scopes, workspace_id, created_at, expires_at) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (secret_hash) DO NOTHING";
    let inserted = connection.execute(
        sql,
        values![
            token.token_id.0,
            hash,
            request.user_id.0,
            token.name,
            request.scopes.0,
            token.workspace_id.map(|id| id.0),
            token.created_at,
            token.expires_at,
        ],
    )?;
    if inserted > 0 {
        return Ok(Some(token));
    }
    let sql = "SELECT token_id, name, scopes, workspace_id, created_at, last_used_at, expires_at \
        FROM tokens WHERE secret_hash = ?1 AND user_id = ?2 AND revoked_at IS NULL";
    let held = connection.first(sql, values![hash, request.user_id.0], token_of)?;
    let of = |token: &Token| {
        let scopes = token.scopes.clone();
        (
            token.name.clone(),
            scopes,
            token.workspace_id,
            token.expires_at,
        )
    };
    Ok(held.filter(|held| of(held) == of(&token)))
}

fn live(
    connection: &Connection,
    hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<(Verified, Option<Timestamp>)>, Error> {
    let sql = "SELECT t.token_id, t.user_id, a.personal_workspace, a.is_admin, t.scopes, \
        t.workspace_id, t.expires_at FROM tokens t JOIN accounts a ON a.user_id = t.user_id \
        WHERE t.secret_hash = ?1 AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > ?2)";
    let read = |row: &Row<'_>| {
        let verified = Verified {
            proof: Proof::Token(TokenId(row.get(0)?)),
            user_id: UserId(row.get(1)?),
            personal_workspace: WorkspaceId(row.get(2)?),
            is_admin: row.get(3)?,
            scopes: Scopes(row.get(4)?),
            only_workspace: row.get::<Option<_>>(5)?.map(WorkspaceId),
        };
        Ok((verified, row.get(6)?))
    };
    Ok(connection.first(sql, values![hash, now], read)?)
}

fn token_of(row: &Row<'_>) -> Result<Token, taskfold_sql::Error> {
    Ok(Token {
        token_id: TokenId(row.get(0)?),
        name: row.get(1)?,
        scopes: Scopes(row.get(2)?).to_vec(),
        workspace_id: row.get::<Option<_>>(3)?.map(WorkspaceId),
        created_at: row.get(4)?,
        last_used_at: row.get(5)?,
        expires_at: row.get(6)?,
    })
}
