//! What happens to every request: who asks, limits, CSRF, headers, one line in the log, metrics.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use taskfold_contracts::ids::{CorrelationId, UserId};
use taskfold_identity::{Proof, Verified};

use super::rates::{Counted, Left};
use super::{Gateway, body, paths};
use crate::problem::Problem;
use crate::trace::{Answered, CORRELATION, Within};

/// The cookie of a browser's session.
pub(super) const SESSION_COOKIE: &str = "taskfold_session";
static FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What the door has found out, for the routes.
#[derive(Clone)]
pub(super) struct Visitor {
    pub(super) verified: Option<Arc<Verified>>,
    pub(super) correlation_id: CorrelationId,
    pub(super) address: IpAddr,
}

pub(super) async fn door(State(gateway): State<Gateway>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let trace = gateway.inner.parts.tracer.trace(request.headers());
    let correlation_id = trace.correlation_id;
    // The body cannot be looked at by two threads: what is decided here is decided on the rest.
    let knock = Knock {
        method: &method,
        path: request.uri().path(),
        headers: request.headers(),
    };
    let address = address(&request);
    let admitted = knock.admit(&gateway, address, correlation_id).await;
    let buffered = body::buffered(request).await;
    let (mut response, left) = match (admitted, buffered) {
        (Ok((visitor, left)), Ok(mut request)) => {
            request.extensions_mut().insert(visitor);
            (trace.clone().around(next.run(request)).await, left)
        }
        (Ok((_, left)), Err(problem)) | (Err((problem, left)), _) => {
            (problem.into_response(), left)
        }
    };
    dress(&gateway, response.headers_mut(), correlation_id, left);
    let route = route.as_ref().map_or("unmatched", MatchedPath::as_str);
    let (status, took) = (response.status(), started.elapsed());
    let metrics = &gateway.inner.parts.metrics;
    metrics.request(&method, route, status, took);
    let always = gateway.options().log_requests;
    let within = response.extensions_mut().remove::<Within>();
    let answered = Answered {
        method: &method,
        route,
        status,
        began: started,
        took,
    };
    trace.answered(&answered, within, always);
    response
}

type Admitted = Result<(Visitor, Option<Left>), (Problem, Option<Left>)>;

/// What the door looks at.
struct Knock<'r> {
    method: &'r Method,
    path: &'r str,
    headers: &'r HeaderMap,
}

impl Knock<'_> {
    async fn admit(
        &self,
        gateway: &Gateway,
        address: IpAddr,
        correlation_id: CorrelationId,
    ) -> Admitted {
        let verified = authenticate(gateway, self.headers).await;
        let checked = verified.and_then(|verified| {
            self.check_origin(verified.as_deref(), &gateway.options().web_origins)?;
            Ok(verified)
        });
        let person = checked.as_ref().ok().and_then(Option::as_ref);
        let left = self.count(gateway, person.map(|person| person.user_id), address);
        let left = left.await;
        let left = left.map_err(|(problem, left)| (problem, Some(left)))?;
        let verified = checked.map_err(|problem| (problem, left))?;
        let visitor = Visitor {
            verified,
            correlation_id,
            address,
        };
        Ok((visitor, left))
    }

    /// Counts the request of a person, or of an address when nobody is signed in or the proof is wrong.
    async fn count(
        &self,
        gateway: &Gateway,
        person: Option<UserId>,
        address: IpAddr,
    ) -> Result<Option<Left>, (Problem, Left)> {
        let rates = &gateway.inner.rates;
        if self.path == paths::LOGIN || self.path == paths::REGISTER {
            rates.count_sign_in(Counted::Address(address)).await
        } else if self.path.starts_with(paths::API) {
            let who = person.map_or(Counted::Address(address), Counted::Person);
            rates.count(who).await
        } else {
            Ok(None)
        }
    }

    /// A browser that acts for another site's page is refused: what changes something must come from our
    /// own pages or those of the origins that are `named`, and so must a live socket, as browsers let any page open one.
    fn check_origin(
        &self,
        verified: Option<&Verified>,
        named: &[HeaderValue],
    ) -> Result<(), Problem> {
        let safe = matches!(*self.method, Method::GET | Method::HEAD | Method::OPTIONS);
        if safe && self.path != paths::LIVE {
            return Ok(());
        }
        let by_cookie = verified.is_some_and(|v| matches!(v.proof, Proof::Session(_)));
        if verified.is_some() && !by_cookie {
            return Ok(());
        }
        let refused = || {
            Err(Problem::forbidden(
                "cross_site",
                "this request was made by a page of another site",
            ))
        };
        let origin = self.headers.get(header::ORIGIN);
        if origin.is_some_and(|origin| named.contains(origin)) {
            return Ok(());
        }
        if let Some(site) = self.headers.get(&FETCH_SITE) {
            return if site == "same-origin" || site == "none" {
                Ok(())
            } else {
                refused()
            };
        }
        match origin.and_then(|origin| origin.to_str().ok()) {
            Some(origin) if same_host(origin, self.headers) => Ok(()),
            Some(_) => refused(),
            None if by_cookie => refused(),
            None => Ok(()),
        }
    }
}

/// A wrong token is refused wherever it is shown; a session that has ended is no session.
pub(super) async fn authenticate(
    gateway: &Gateway,
    headers: &HeaderMap,
) -> Result<Option<Arc<Verified>>, Problem> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let token = value
            .to_str()
            .ok()
            .and_then(bearer)
            .ok_or_else(not_bearer)?;
        let verified = gateway.inner.parts.identity.verify_token(token).await?;
        return verified.map(Some).ok_or_else(wrong_token);
    }
    match session_secret(headers) {
        Some(secret) => Ok(gateway.inner.parts.identity.verify_session(secret).await?),
        None => Ok(None),
    }
}

/// The secret that the caller showed.
pub(super) fn credential(headers: &HeaderMap) -> Option<&str> {
    match headers.get(header::AUTHORIZATION) {
        Some(value) => value.to_str().ok().and_then(bearer),
        None => session_secret(headers),
    }
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn not_bearer() -> Problem {
    let detail = "Authorization must be: Bearer tf_…";
    Problem::new(axum::http::StatusCode::UNAUTHORIZED, "unauthorized", detail)
}

fn wrong_token() -> Problem {
    let detail = "the token is mistyped, unknown, revoked or has ended";
    Problem::new(
        axum::http::StatusCode::UNAUTHORIZED,
        "invalid_token",
        detail,
    )
}

/// The secret in the session cookie.
pub(super) fn session_secret(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers
        .get_all(header::COOKIE)
        .into_iter()
        .filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|value| value.split(';'))
        .find_map(|cookie| {
            let (name, value) = cookie.trim().split_once('=')?;
            (name == SESSION_COOKIE && !value.is_empty()).then_some(value)
        })
}

fn same_host(origin: &str, headers: &HeaderMap) -> bool {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let origin = origin.split_once("://").map(|(_, rest)| rest);
    origin.is_some() && origin == host
}

fn address(request: &Request) -> IpAddr {
    let info = request.extensions().get::<ConnectInfo<SocketAddr>>();
    info.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| {
        address.ip()
    })
}

fn dress(
    gateway: &Gateway,
    headers: &mut HeaderMap,
    correlation_id: CorrelationId,
    left: Option<Left>,
) {
    headers.reserve(10);
    if let Ok(value) = HeaderValue::try_from(correlation_id.to_string()) {
        headers.insert(CORRELATION.clone(), value);
    }
    if let Some(left) = left {
        left.write(headers);
    }
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(
            "default-src 'none'; frame-ancestors 'none'",
        ));
    if gateway.options().https {
        let value = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
    }
}
