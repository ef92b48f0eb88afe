//! Whoever asks, as the routes see them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use sha2::{Digest, Sha256};
use taskfold_contracts::ids::{CorrelationId, IdSource, WorkspaceId};
use taskfold_contracts::position::Position;
use taskfold_contracts::values::WeekStart;
use taskfold_identity::{Proof, Scope, Verified};
use uuid::Uuid;

use super::Gateway;
use super::door::{Visitor, credential};
use crate::command::POSITION;
use crate::principal::Principal;
use crate::problem::Problem;

static IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
static PREFER: HeaderName = HeaderName::from_static("prefer");
const KEY_LENGTH: usize = 255;

/// Somebody who is signed in and may do this kind of thing, with the headers that all routes understand.
#[derive(Clone)]
pub(super) struct Caller {
    pub(super) verified: Arc<Verified>,
    pub(super) correlation_id: CorrelationId,
    pub(super) if_match: Option<u64>,
    pub(super) if_none_match: Option<String>,
    pub(super) idempotency_key: Option<String>,
    /// What a secret is derived from that a retry has to get again: it needs no place to be remembered in, and
    /// nobody can guess it but who has the caller's own secret.
    pub(super) retry_seed: Option<[u8; 32]>,
    pub(super) position: Option<Position>,
    pub(super) wants_representation: bool,
}

/// What a person has set that reading and deciding need.
#[derive(Debug, Clone)]
pub(super) struct Preferences {
    pub(super) zone: String,
    pub(super) week_start: WeekStart,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            zone: "UTC".to_owned(),
            week_start: WeekStart::Monday,
        }
    }
}

/// Preferences as this gateway knows them.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) preferences: Preferences,
    /// When they were asked for.
    pub(super) asked: Instant,
    /// Whether the views had all that the log had by then.
    pub(super) settled: bool,
}

impl Known {
    /// How long they are good, and how long when the views were behind.
    const GOOD: Duration = Duration::from_mins(1);
    const GOOD_BEHIND: Duration = Duration::from_secs(5);

    /// Whether they need not be asked for again yet.
    pub(super) fn is_fresh(&self, now: Instant) -> bool {
        let good = if self.settled {
            Self::GOOD
        } else {
            Self::GOOD_BEHIND
        };
        now.saturating_duration_since(self.asked) < good
    }
}

impl Caller {
    pub(super) fn principal(&self) -> Principal {
        let agent = matches!(self.verified.proof, Proof::Token(_));
        Principal {
            user_id: self.verified.user_id,
            agent,
        }
    }

    /// Where: the one that was named, else the caller's own.
    pub(super) fn workspace(&self, named: Option<WorkspaceId>) -> Result<WorkspaceId, Problem> {
        let only = self.verified.only_workspace;
        let workspace = named.or(only).unwrap_or(self.verified.personal_workspace);
        match only {
            Some(only) if only != workspace => Err(bound(only)),
            Some(_) | None => Ok(workspace),
        }
    }

    /// Whether what is good for one workspace, or for all, may be seen.
    pub(super) fn may_see(&self, of: Option<WorkspaceId>) -> bool {
        let only = self.verified.only_workspace;
        only.is_none() || only == of
    }

    /// The id of what the caller makes: the same for a retry with the same key.
    pub(super) fn id_for_retries(&self, ids: &dyn IdSource) -> Uuid {
        let Some(key) = &self.idempotency_key else {
            return ids.next();
        };
        let user = self.verified.user_id;
        let digest = Sha256::digest(format!("id\n{user}\n{key}"));
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }

    /// Refuses a version where nothing has one: it would not be looked at.
    pub(super) fn takes_no_version(&self) -> Result<(), Problem> {
        if self.if_match.is_none() {
            return Ok(());
        }
        let detail = "If-Match names the version of one thing; this request is about several";
        Err(Problem::bad_request("if_match_unsupported", detail))
    }

    /// What is about the person, not about one workspace, is not for a token that is good for one alone.
    pub(super) fn needs_whole_person(&self) -> Result<(), Problem> {
        match self.verified.only_workspace {
            None => Ok(()),
            Some(only) => Err(bound(only)),
        }
    }

    pub(super) fn needs(&self, scope: Scope) -> Result<(), Problem> {
        if self.verified.scopes.allows(scope) {
            return Ok(());
        }
        let name = match scope {
            Scope::Read => "read",
            Scope::Write => "write",
            Scope::Admin => "admin",
        };
        Err(Problem::forbidden(
            "scope_required",
            format!("this needs a token with the scope {name}"),
        ))
    }
}

impl Caller {
    fn of(parts: &Parts) -> Result<Self, Problem> {
        let visitor = parts.extensions.get::<Visitor>().cloned();
        let visitor =
            visitor.ok_or_else(|| Problem::internal(&"a request came around the door"))?;
        let verified = visitor.verified.ok_or_else(|| {
            let detail = "sign in, or send Authorization: Bearer tf_…";
            Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
        })?;
        let idempotency_key = idempotency_key(&parts.headers)?;
        let own = credential(&parts.headers);
        let seed = |key: &String| own.map(|own| retry_seed(own, parts.uri.path(), key));
        Ok(Self {
            verified,
            correlation_id: visitor.correlation_id,
            retry_seed: idempotency_key.as_ref().and_then(seed),
            if_match: if_match(&parts.headers)?,
            if_none_match: text(&parts.headers, &header::IF_NONE_MATCH)?.map(str::to_owned),
            idempotency_key,
            position: position(&parts.headers)?,
            wants_representation: text(&parts.headers, &PREFER)?.is_some_and(|prefer| {
                prefer
                    .split(',')
                    .any(|p| p.trim() == "return=representation")
            }),
        })
    }
}

impl FromRequestParts<Gateway> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _gateway: &Gateway) -> Result<Self, Problem> {
        let caller = Self::of(parts)?;
        let reads = matches!(parts.method, Method::GET | Method::HEAD);
        caller.needs(if reads { Scope::Read } else { Scope::Write })?;
        Ok(caller)
    }
}

/// Somebody who may read: for a POST that writes nothing.
pub(super) struct ReadingCaller(pub(super) Caller);

impl FromRequestParts<Gateway> for ReadingCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _gateway: &Gateway) -> Result<Self, Problem> {
        let caller = Caller::of(parts)?;
        caller.needs(Scope::Read)?;
        Ok(Self(caller))
    }
}

/// Hashed twice, so that what is derived cannot be continued to what another key would give.
fn retry_seed(own: &str, path: &str, key: &str) -> [u8; 32] {
    let once = Sha256::digest(format!("{own}\n{path}\n{key}"));
    Sha256::digest(once).into()
}

fn bound(only: WorkspaceId) -> Problem {
    let detail = format!("this token is good for {only} alone");
    Problem::forbidden("other_workspace", detail)
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, Problem> {
    let Some(value) = headers.get(name) else {
        return Ok(None);
    };
    let text = value.to_str();
    text.map(Some)
        .map_err(|_| Problem::bad_request("bad_header", format!("{name} is not ASCII text")))
}

/// `"7"` or `"7-9f86d081"`: the version stands first in an `ETag`. `*` asks for nothing that a command does not ask for itself.
fn if_match(headers: &HeaderMap) -> Result<Option<u64>, Problem> {
    let Some(value) = text(headers, &header::IF_MATCH)? else {
        return Ok(None);
    };
    if value.trim() == "*" {
        return Ok(None);
    }
    let tag = value.trim().trim_matches('"');
    let version = tag.split('-').next().unwrap_or(tag).parse();
    let wrong = |_| {
        Problem::bad_request(
            "bad_header",
            format!("If-Match {value} is no version: \"7\""),
        )
    };
    version.map(Some).map_err(wrong)
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = text(headers, &IDEMPOTENCY_KEY)? else {
        return Ok(None);
    };
    if value.is_empty() || value.len() > KEY_LENGTH {
        let detail = format!("Idempotency-Key must have 1 to {KEY_LENGTH} characters");
        return Err(Problem::bad_request("bad_header", detail));
    }
    Ok(Some(value.to_owned()))
}

fn position(headers: &HeaderMap) -> Result<Option<Position>, Problem> {
    let Some(value) = text(headers, &POSITION)? else {
        return Ok(None);
    };
    let position = value.parse();
    position
        .map(Some)
        .map_err(|error| Problem::bad_request("bad_header", format!("{error}")))
}
