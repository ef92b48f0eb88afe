//! The API, spoken over the network or within this process: the same requests either way.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use bytes::Bytes;
use http::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderName, HeaderValue, IF_MATCH, SET_COOKIE,
};
use http::{HeaderMap, Method, StatusCode};
use http_body_util::BodyExt as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use taskfold_contracts::ids::{IdSource as _, SystemIds};
use taskfold_views::Page;
use taskfold_views::tasks::Task;
use tower::ServiceExt as _;
use url::Url;

use crate::exit::{Exit, Failure};
use crate::print::problem;

const POSITION: HeaderName = HeaderName::from_static("taskfold-position");
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const PREFER: HeaderName = HeaderName::from_static("prefer");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// An import or an export of a large workspace may take this long.
const PATIENCE: Duration = Duration::from_mins(5);
/// A server that does not answer the handshake by then is not there.
const CONNECT: Duration = Duration::from_secs(5);
/// Rows of a page, when all are wanted.
const PAGE: &str = "500";

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    method: Method,
    path: String,
    query: Vec<(&'static str, String)>,
    body: Option<(Bytes, &'static str)>,
    headers: HeaderMap,
    in_workspace: bool,
}

impl Call {
    fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            query: Vec::new(),
            body: None,
            headers: HeaderMap::new(),
            in_workspace: true,
        }
    }

    /// Reads `path`, which is relative to `/api/v1/`.
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    /// Posts to `path`.
    pub(crate) fn post(path: impl Into<String>) -> Self {
        Self::new(Method::POST, path)
    }

    /// Changes what is at `path`.
    pub(crate) fn patch(path: impl Into<String>) -> Self {
        Self::new(Method::PATCH, path)
    }

    /// Deletes what is at `path`.
    pub(crate) fn delete(path: impl Into<String>) -> Self {
        Self::new(Method::DELETE, path)
    }

    /// Adds a query parameter.
    #[must_use]
    pub(crate) fn query(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    /// Adds a query parameter when there is one.
    #[must_use]
    pub(crate) fn maybe(self, name: &'static str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.query(name, value),
            None => self,
        }
    }

    /// With a JSON body.
    pub(crate) fn json(mut self, body: &impl Serialize) -> Result<Self, Failure> {
        let text = serde_json::to_vec(body).map_err(|error| Failure::doing("write JSON", error))?;
        self.body = Some((Bytes::from(text), "application/json"));
        Ok(self)
    }

    /// With these bytes as they are.
    #[must_use]
    pub(crate) fn bytes(mut self, bytes: Vec<u8>) -> Self {
        self.body = Some((Bytes::from(bytes), "application/octet-stream"));
        self
    }

    /// Only when the version is still this one.
    #[must_use]
    pub(crate) fn if_version(mut self, version: u64) -> Self {
        if let Ok(value) = HeaderValue::from_str(&format!("\"{version}\"")) {
            self.headers.insert(IF_MATCH, value);
        }
        self
    }

    /// With the session that `login` began: the cookies of its answer.
    #[must_use]
    pub(crate) fn session_of(mut self, login: &Reply) -> Self {
        let cookies = login
            .headers
            .get_all(SET_COOKIE)
            .iter()
            .filter_map(|cookie| {
                let cookie = cookie.to_str().ok()?;
                Some(
                    cookie
                        .split(';')
                        .next()
                        .unwrap_or_default()
                        .trim()
                        .to_owned(),
                )
            });
        let cookies: Vec<String> = cookies.collect();
        if let Ok(mut value) = HeaderValue::from_str(&cookies.join("; ")) {
            value.set_sensitive(true);
            self.headers.insert(COOKIE, value);
        }
        // A server takes a write with a cookie only when no other site's page can have made it.
        self.headers
            .insert(FETCH_SITE, HeaderValue::from_static("none"));
        self
    }

    /// About the person or the server, not about a workspace.
    #[must_use]
    pub(crate) fn outside_workspace(mut self) -> Self {
        self.in_workspace = false;
        self
    }
}

/// A good answer.
#[derive(Debug)]
pub(crate) struct Reply {
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

impl Reply {
    /// The body as JSON; null when it is empty.
    pub(crate) fn value(&self) -> Result<Value, Failure> {
        if self.body.is_empty() {
            return Ok(Value::Null);
        }
        self.parse()
    }

    /// The body as a type.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        serde_json::from_slice(&self.body)
            .map_err(|error| Failure::doing("the server's answer is not as expected", error))
    }
}

/// A way to a server.
enum Way {
    Network { http: reqwest::Client, base: Url },
    Within(Router),
}

/// Speaks to one server as one person.
pub(crate) struct Client {
    way: Way,
    token: Option<HeaderValue>,
    workspace: Option<String>,
    /// The last position that a write of ours got: reads wait for it.
    seen: Mutex<Option<HeaderValue>>,
    /// Whether no read has waited for it yet.
    unread: AtomicBool,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("place", &self.place())
            .finish_non_exhaustive()
    }
}

impl Client {
    /// To the server at `base`.
    pub(crate) fn network(base: &str, token: Option<&str>) -> Result<Self, Failure> {
        let base = server_url(base)?;
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .timeout(PATIENCE)
            .user_agent(concat!("taskfold/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| Failure::doing("prepare the HTTP client", error))?;
        Self::new(Way::Network { http, base }, token)
    }

    /// To the server in this process.
    pub(crate) fn within(router: Router, token: Option<&str>) -> Result<Self, Failure> {
        Self::new(Way::Within(router), token)
    }

    fn new(way: Way, token: Option<&str>) -> Result<Self, Failure> {
        let token = token.map(|token| {
            let mut value = HeaderValue::from_str(&format!("Bearer {token}"))
                .map_err(|_| Failure::usage("the API token has characters that no token has"))?;
            value.set_sensitive(true);
            Ok::<_, Failure>(value)
        });
        Ok(Self {
            way,
            token: token.transpose()?,
            workspace: None,
            seen: Mutex::new(None),
            unread: AtomicBool::new(false),
        })
    }

    /// In this workspace from now on; `name` is its id or its name.
    pub(crate) async fn enter(mut self, name: Option<&str>) -> Result<Self, Failure> {
        let Some(name) = name else { return Ok(self) };
        if name.parse::<taskfold_contracts::ids::WorkspaceId>().is_ok() {
            self.workspace = Some(name.to_owned());
            return Ok(self);
        }
        let all = self
            .send(Call::get("workspaces").outside_workspace())
            .await?
            .value()?;
        let items = all
            .get("items")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        let text =
            |item: &Value, key: &str| item.get(key).and_then(Value::as_str).map(str::to_owned);
        let mut named = items
            .iter()
            .filter(|item| text(item, "name").as_deref() == Some(name));
        let id = named.next().and_then(|item| text(item, "workspace_id"));
        if id.is_none() || named.next().is_some() {
            let what = if id.is_none() {
                "there is no"
            } else {
                "there is more than one"
            };
            return Err(Failure::not_found(format!("{what} workspace {name:?}"))
                .hint("taskfold workspaces lists them with their ids"));
        }
        self.workspace = id;
        Ok(self)
    }

    /// The server, for people.
    pub(crate) fn server(&self) -> String {
        match &self.way {
            Way::Network { base, .. } => base.to_string(),
            Way::Within(_) => "none (this computer's database)".to_owned(),
        }
    }

    /// The server and the workspace, as text that is the same the next time.
    pub(crate) fn place(&self) -> String {
        let server = match &self.way {
            Way::Network { base, .. } if base.host_str() != Some("127.0.0.1") => base.as_str(),
            Way::Network { .. } | Way::Within(_) => "local",
        };
        format!(
            "{server} {}",
            self.workspace.as_deref().unwrap_or("personal")
        )
    }

    /// Sends `call`; a write carries an idempotency key and is sent once more when the connection
    /// broke.
    pub(crate) async fn send(&self, call: Call) -> Result<Reply, Failure> {
        let request = self.request(call)?;
        let is_read = request.method() == Method::GET;
        let (status, headers, body) = match &self.way {
            Way::Network { http, base } => match over_network(http, base, request.clone()).await {
                Err(error) if error.is_request() && !error.is_connect() => {
                    over_network(http, base, request).await
                }
                other => other,
            }
            .map_err(|error| unreachable_server(base, &error))?,
            Way::Within(router) => within(router.clone(), request).await?,
        };
        if !status.is_success() {
            return Err(refusal(status, &headers, &body));
        }
        if is_read {
            self.unread.store(false, Ordering::Relaxed);
        } else if let Some(position) = headers.get(POSITION) {
            self.unread.store(true, Ordering::Relaxed);
            *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(position.clone());
        }
        Ok(Reply { headers, body })
    }

    /// Waits until a server shows the last write, so that the next command sees it.
    pub(crate) async fn settle(&self) {
        if !self.unread.load(Ordering::Relaxed) || matches!(self.way, Way::Within(_)) {
            return;
        }
        // The write is done; whoever reads next may only be early.
        if let Err(failure) = self.send(Call::get("counts")).await {
            tracing::debug!(%failure, "the server did not show the last write");
        }
    }

    fn request(&self, call: Call) -> Result<http::Request<Bytes>, Failure> {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&call.query);
        if let Some(workspace) = self.workspace.as_deref().filter(|_| call.in_workspace) {
            query.append_pair("workspace", workspace);
        }
        let query = query.finish();
        let mark = if query.is_empty() { "" } else { "?" };
        let mut request = http::Request::new(Bytes::new());
        *request.uri_mut() = format!("/api/v1/{}{mark}{query}", call.path)
            .parse()
            .map_err(|error| Failure::doing("the request has no valid address", error))?;
        *request.headers_mut() = call.headers;
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(token) = &self.token {
            headers.insert(AUTHORIZATION, token.clone());
        }
        if call.method == Method::GET {
            let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(position) = seen.as_ref() {
                headers.insert(POSITION, position.clone());
            }
        } else {
            headers.insert(PREFER, HeaderValue::from_static("return=representation"));
            if let Ok(key) = HeaderValue::from_str(&SystemIds.next().to_string()) {
                headers.insert(IDEMPOTENCY_KEY, key);
            }
        }
        if let Some((body, content_type)) = call.body {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
            *request.body_mut() = body;
        }
        *request.method_mut() = call.method;
        Ok(request)
    }

    /// Reads tasks page by page.
    pub(crate) async fn each_task(
        &self,
        filter: &str,
        as_of: Option<&str>,
        mut take: impl FnMut(Task),
    ) -> Result<(), Failure> {
        let mut cursor: Option<String> = None;
        loop {
            let call = Call::get("tasks")
                .query("filter", filter)
                .query("limit", PAGE)
                .maybe("as_of", as_of)
                .maybe("cursor", cursor);
            let page: Page<Task> = self.send(call).await?.parse()?;
            page.items.into_iter().for_each(&mut take);
            cursor = page.next_cursor;
            if cursor.is_none() {
                return Ok(());
            }
        }
    }
}

/// A server's URL, checked: `http` or `https`, with a host.
pub(crate) fn server_url(text: &str) -> Result<Url, Failure> {
    let url = Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    url.ok_or_else(|| {
        Failure::usage(format!("{text:?} is no server URL"))
            .hint("it looks like https://tasks.example.org")
    })
}

type Answer = (StatusCode, HeaderMap, Bytes);

async fn over_network(
    http: &reqwest::Client,
    base: &Url,
    request: http::Request<Bytes>,
) -> Result<Answer, reqwest::Error> {
    let (parts, body) = request.into_parts();
    let mut url = base.clone();
    url.set_path(&format!(
        "{}{}",
        base.path().trim_end_matches('/'),
        parts.uri.path()
    ));
    url.set_query(parts.uri.query());
    let call = http
        .request(parts.method, url)
        .headers(parts.headers)
        .body(body);
    let response = call.send().await?;
    let (status, headers) = (response.status(), response.headers().clone());
    Ok((status, headers, response.bytes().await?))
}

async fn within(router: Router, request: http::Request<Bytes>) -> Result<Answer, Failure> {
    let response = match router.oneshot(request.map(axum::body::Body::from)).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let (parts, body) = response.into_parts();
    let body = body
        .collect()
        .await
        .map_err(|error| Failure::doing("read the answer", error))?;
    Ok((parts.status, parts.headers, body.to_bytes()))
}

fn unreachable_server(base: &Url, error: &reqwest::Error) -> Failure {
    let mut deepest: &dyn std::error::Error = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    let failure = Failure::new(Exit::Access, format!("no answer from {base}: {deepest}"));
    failure.hint("check the URL, or start the server with taskfold serve")
}

fn refusal(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Failure {
    let exit = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Exit::Access,
        StatusCode::NOT_FOUND | StatusCode::GONE => Exit::NotFound,
        StatusCode::CONFLICT | StatusCode::PRECONDITION_FAILED => Exit::Conflict,
        StatusCode::BAD_REQUEST
        | StatusCode::UNPROCESSABLE_ENTITY
        | StatusCode::PAYLOAD_TOO_LARGE
        | StatusCode::UNSUPPORTED_MEDIA_TYPE => Exit::Usage,
        _ => Exit::Error,
    };
    let Ok(problem) = serde_json::from_slice::<Value>(body) else {
        return Failure::new(exit, format!("the server answered {status}"));
    };
    let (sentence, fields) = problem::sentence(&problem);
    let failure = fields
        .into_iter()
        .fold(Failure::new(exit, sentence), Failure::detail);
    let failure = failure.problem(problem);
    let retry_after = headers
        .get(http::header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok());
    match (status, retry_after) {
        (StatusCode::UNAUTHORIZED, _) => failure.hint("sign in with taskfold login URL"),
        (StatusCode::INTERNAL_SERVER_ERROR, None) => failure.hint(
            "the reason is in the server's log, or on standard error without --json; \
             taskfold log verify checks the database",
        ),
        (_, Some(seconds)) => failure.hint(format!("try again in {seconds} s")),
        _ => failure,
    }
}
