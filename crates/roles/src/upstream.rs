//! The way from the gateway to another role: one `tower` service, in this process or behind HTTP.

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{Method, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tower::util::BoxCloneSyncService;
use tower::{Service, ServiceExt};

use crate::problem::Problem;

/// Bytes of an internal request at most: an import of 64 MiB, as JSON.
const MAX_BYTES: usize = 256 << 20;

/// Another role. Cheap to clone.
#[derive(Clone)]
pub struct Upstream {
    service: BoxCloneSyncService<Request, Response, std::convert::Infallible>,
    path: &'static str,
    in_process: bool,
}

/// A message that stays in this process: it travels beside the request and is not written as JSON.
#[derive(Clone)]
struct Carried<T>(T);

impl Upstream {
    /// A role in this process, which takes messages at `path`.
    pub fn in_process(router: axum::Router, path: &'static str) -> Self {
        Self {
            service: BoxCloneSyncService::new(router),
            path,
            in_process: true,
        }
    }

    /// Sends a message and waits for the answer.
    pub async fn call<T>(&self, message: T) -> Response
    where
        T: Serialize + Clone + Send + Sync + 'static,
    {
        match self.request(message) {
            Err(problem) => problem.into_response(),
            Ok(request) => match self.service.clone().oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            },
        }
    }

    fn request<T>(&self, message: T) -> Result<Request, Problem>
    where
        T: Serialize + Clone + Send + Sync + 'static,
    {
        let builder = Request::builder().method(Method::POST).uri(self.path);
        let request = if self.in_process {
            builder.extension(Carried(message)).body(Body::empty())
        } else {
            let body = serde_json::to_vec(&message).map_err(|error| Problem::internal(&error))?;
            builder
                .header(header::CONTENT_TYPE, "application/json")
                .body(Body::from(body))
        };
        request.map_err(|error| Problem::internal(&error))
    }

    /// Over another transport: the message is written as JSON.
    pub fn remote<S>(service: S, path: &'static str) -> Self
    where
        S: Service<Request, Response = Response, Error = std::convert::Infallible>,
        S: Clone + Send + Sync + 'static,
        S::Future: Send + 'static,
    {
        Self {
            service: BoxCloneSyncService::new(service),
            path,
            in_process: false,
        }
    }
}

/// A message from the gateway, however it came.
pub(crate) struct Message<T>(pub(crate) T);

impl<S: Send + Sync, T> FromRequest<S> for Message<T>
where
    T: DeserializeOwned + Clone + Send + Sync + 'static,
{
    type Rejection = Problem;

    async fn from_request(mut request: Request, _state: &S) -> Result<Self, Problem> {
        if let Some(Carried(message)) = request.extensions_mut().remove::<Carried<T>>() {
            return Ok(Self(message));
        }
        let bytes = axum::body::to_bytes(request.into_body(), MAX_BYTES).await;
        let bytes = bytes.map_err(|error| Problem::bad_request("unreadable", error.to_string()))?;
        let message = serde_json::from_slice(&bytes);
        message
            .map(Self)
            .map_err(|error| Problem::bad_request("malformed", error.to_string()))
    }
}
