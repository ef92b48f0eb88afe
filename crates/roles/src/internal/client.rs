//! The side that sends messages: with a bound on every wait, and again only where that does no harm.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::uri::{Authority, Scheme};
use axum::http::{Method, Request, Uri, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use serde::Serialize;
use serde::de::DeserializeOwned;
use taskfold_contracts::ids::WorkspaceId;
use taskfold_contracts::position::partition_of;
use taskfold_contracts::time::Clock;
use taskfold_spans::{Kind, Span};

use super::keys::Signer;
use super::{Asked, token};
use crate::problem::Problem;
use crate::trace::{STATUS, Trace};

/// How long a connection may take to open: the other side is near.
const CONNECT: Duration = Duration::from_secs(2);
/// Connections that are kept open to one process.
const IDLE: usize = 128;
/// How long another process may take to say how it is, and how much it may say.
const PROBE: Duration = Duration::from_secs(2);
const PROBE_BYTES: usize = 64 << 10;
/// Pauses before a message is sent again.
const PAUSES: [Duration; 2] = [Duration::from_millis(50), Duration::from_millis(250)];

/// How long an answer may take to begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// A read or a command.
    Short,
    /// An import, an export, the past.
    Long,
}

impl Patience {
    fn limit(self) -> Duration {
        match self {
            Self::Short => Duration::from_secs(15),
            Self::Long => Duration::from_mins(10),
        }
    }
}

/// Where another role is: `http://host:port`.
#[derive(Debug, Clone)]
pub struct Address {
    scheme: Scheme,
    authority: Authority,
}

/// What is not an address.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no address of a role: http://host:port")]
pub struct AddressError(String);

impl std::str::FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let wrong = || AddressError(text.to_owned());
        let parts = text.parse::<Uri>().map_err(|_| wrong())?.into_parts();
        let nothing_behind = parts.path_and_query.is_none_or(|path| path.as_str() == "/");
        match (parts.scheme, parts.authority) {
            (Some(scheme), Some(authority)) if scheme == Scheme::HTTP && nothing_behind => {
                Ok(Self { scheme, authority })
            }
            _ => Err(wrong()),
        }
    }
}

impl Address {
    fn uri(&self, path: &str) -> Result<Uri, axum::http::Error> {
        Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(path)
            .build()
    }
}

type Http = Client<HttpConnector, Full<Bytes>>;

fn http() -> Http {
    let mut connector = HttpConnector::new();
    connector.set_connect_timeout(Some(CONNECT));
    connector.set_nodelay(true);
    connector.set_keepalive(Some(Duration::from_secs(30)));
    Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(Duration::from_secs(30))
        .pool_max_idle_per_host(IDLE)
        .build(connector)
}

/// Asks another process how it is.
pub(crate) struct Probe {
    client: Http,
    /// What the address was named by.
    pub(crate) setting: &'static str,
    /// The same, and which of several.
    pub(crate) name: String,
    address: Address,
}

impl Probe {
    /// One for each address that `setting` names.
    pub(crate) fn each(setting: &'static str, addresses: &[Address]) -> Vec<Self> {
        let numbered = (1..).zip(addresses);
        let probe = numbered.map(|(number, address)| Self {
            client: http(),
            setting,
            name: match addresses.len() {
                1 => setting.to_owned(),
                of => format!("{setting} ({number} of {of})"),
            },
            address: address.clone(),
        });
        probe.collect()
    }

    /// What it says at `path`, as JSON, whatever the status; none when it does not answer.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Option<T> {
        let asked = async {
            let uri = self.address.uri(path).ok()?;
            let answer = self.client.get(uri).await.ok()?;
            let body = Body::new(answer.into_body());
            let bytes = axum::body::to_bytes(body, PROBE_BYTES).await.ok()?;
            serde_json::from_slice(&bytes).ok()
        };
        tokio::time::timeout(PROBE, asked).await.ok().flatten()
    }
}

/// A role in other processes. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Remote {
    client: Http,
    addresses: Arc<[Address]>,
    path: &'static str,
    signer: Signer,
    clock: Arc<dyn Clock>,
}

impl Remote {
    pub(crate) fn new(
        addresses: Vec<Address>,
        path: &'static str,
        signer: Signer,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            client: http(),
            addresses: addresses.into(),
            path,
            signer,
            clock,
        }
    }

    /// Sends a message; the answer, or the problem that there is none.
    pub(crate) async fn send<T: Asked + Serialize>(&self, message: &T) -> Response {
        match self.tried(message).await {
            Ok(response) => response,
            Err(problem) => problem.into_response(),
        }
    }

    async fn tried<T: Asked + Serialize>(&self, message: &T) -> Result<Response, Problem> {
        let body = serde_json::to_vec(message).map_err(|error| Problem::internal(&error))?;
        let body = Bytes::from(body);
        let mut pauses = PAUSES.iter();
        // Whoever is tried again is tried elsewhere, if there is an elsewhere.
        for address in self.beginning_at(message.workspace()).cycle() {
            let failed = match self.once(message, address, body.clone()).await? {
                Ok(response) => return Ok(response),
                Err(failed) => failed,
            };
            match pauses.next() {
                Some(pause) if failed.was_never_sent || message.may_be_repeated() => {
                    tracing::debug!(reason = failed.reason, path = self.path, "sent again");
                    tokio::time::sleep(*pause).await;
                }
                Some(_) | None => return Err(self.lost(&failed, address)),
            }
        }
        Err(Problem::internal(&"a role has no address"))
    }

    /// All processes, that of the workspace first.
    fn beginning_at(
        &self,
        workspace: Option<WorkspaceId>,
    ) -> impl Iterator<Item = &Address> + Clone {
        let count = u32::try_from(self.addresses.len()).unwrap_or(u32::MAX);
        let first = workspace.map_or(0, |workspace| partition_of(workspace, count.max(1)));
        let (before, behind) = self.addresses.split_at(first as usize);
        behind.iter().chain(before)
    }

    /// One try.
    async fn once<T: Asked>(
        &self,
        message: &T,
        address: &Address,
        body: Bytes,
    ) -> Result<Result<Response, Failed>, Problem> {
        let signed = token::sign(
            &self.signer,
            self.path,
            message.principal(),
            &body,
            self.clock.now(),
        );
        let signed = signed.map_err(|error| Problem::internal(&error))?;
        let uri = address.uri(self.path);
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(uri.map_err(|error| Problem::internal(&error))?)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {signed}"))
            .body(Full::new(body))
            .map_err(|error| Problem::internal(&error))?;
        let part = Trace::part();
        if let Some(trace) = part.clone().or_else(Trace::current) {
            trace.write(request.headers_mut());
        }
        let (began, limit) = (Instant::now(), message.patience().limit());
        let answered = match tokio::time::timeout(limit, self.client.request(request)).await {
            Ok(Ok(mut response)) => {
                // They are about the connection to the other process, not the one to our client.
                for name in [header::CONNECTION, header::TRANSFER_ENCODING] {
                    response.headers_mut().remove(name);
                }
                Ok(response.map(Body::new))
            }
            Ok(Err(error)) => Err(Failed {
                was_never_sent: error.is_connect(),
                reason: error.to_string(),
            }),
            Err(_) => Err(Failed {
                was_never_sent: false,
                reason: format!("no answer within {} s", limit.as_secs()),
            }),
        };
        if let Some(part) = part {
            let about = |span| self.about(span, address, &answered);
            part.tell((Kind::Client, self.path), began, about);
        }
        Ok(answered)
    }

    /// What is told of a try.
    fn about(&self, span: Span, address: &Address, answered: &Result<Response, Failed>) -> Span {
        let span = span
            .with("http.request.method", "POST")
            .with("server.address", address.authority.host().to_owned())
            .with("url.path", self.path);
        match answered {
            Ok(response) => {
                let status = response.status();
                let span = span.with(STATUS, u32::from(status.as_u16()));
                if status.is_client_error() || status.is_server_error() {
                    span.failed(status.to_string())
                } else {
                    span
                }
            }
            Err(failed) => span.failed(failed.reason.clone()),
        }
    }

    /// What the caller is told: whether it may have happened after all.
    fn lost(&self, failed: &Failed, address: &Address) -> Problem {
        let reason = failed.reason.as_str();
        tracing::error!(reason, path = self.path, address = %address.authority, "a role does not answer");
        let detail = if failed.was_never_sent {
            "a part of the server cannot be reached; nothing was done"
        } else {
            "a part of the server did not answer; it may have been done: send it again with the same \
             Idempotency-Key to find out"
        };
        Problem::unavailable("role_unreachable", detail, Duration::from_secs(1))
    }
}

/// A try that got no answer.
struct Failed {
    /// Nothing reached the other side.
    was_never_sent: bool,
    reason: String,
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn addresses() {
        assert!("http://command:7401".parse::<Address>().is_ok());
        assert!("http://[::1]:7401/".parse::<Address>().is_ok());
        for wrong in [
            "",
            "command:7401",
            "https://command",
            "http://command/x",
            "http://",
        ] {
            assert!(wrong.parse::<Address>().is_err(), "{wrong:?}");
        }
    }
}
