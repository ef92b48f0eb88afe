//! Whoever asks, as the routes see them.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use taskfold_contracts::ids::{CorrelationId, WorkspaceId};
use taskfold_contracts::position::Position;
use taskfold_contracts::values::WeekStart;
use taskfold_identity::{Proof, Scope, Verified};

use super::Gateway;
use super::door::Visitor;
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
        Ok(Self {
            verified,
            correlation_id: visitor.correlation_id,
            if_match: if_match(&parts.headers)?,
            if_none_match: text(&parts.headers, &header::IF_NONE_MATCH)?.map(str::to_owned),
            idempotency_key: idempotency_key(&parts.headers)?,
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
