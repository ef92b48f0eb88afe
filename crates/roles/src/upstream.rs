//! The way from the gateway to another role: one `tower` service of that role's messages, in this process or
//! behind HTTP.

use std::convert::Infallible;

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
pub(crate) const MAX_BYTES: usize = 256 << 20;

/// Another role, which takes messages `T`. Cheap to clone.
#[derive(Clone)]
pub struct Upstream<T> {
    service: BoxCloneSyncService<T, Response, Infallible>,
}

impl<T: Send + 'static> Upstream<T> {
    /// A role in this process: it gets the message as it is.
    pub fn in_process<S>(service: S) -> Self
    where
        S: Service<T, Response = Response, Error = Infallible> + Clone + Send + Sync + 'static,
        S::Future: Send + 'static,
    {
        Self {
            service: BoxCloneSyncService::new(service),
        }
    }

    /// A role behind another transport: the message is sent to `path` as JSON.
    pub fn remote<S>(service: S, path: &'static str) -> Self
    where
        T: Serialize,
        S: Service<Request, Response = Response, Error = Infallible>,
        S: Clone + Send + Sync + 'static,
        S::Future: Send + 'static,
    {
        Self::in_process(tower::service_fn(move |message: T| {
            let (request, service) = (request(&message, path), service.clone());
            async move {
                match request {
                    Err(problem) => Ok(problem.into_response()),
                    Ok(request) => service.oneshot(request).await,
                }
            }
        }))
    }

    /// Sends a message and waits for the answer.
    pub async fn call(&self, message: T) -> Response {
        match self.service.clone().oneshot(message).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}

fn request<T: Serialize>(message: &T, path: &'static str) -> Result<Request, Problem> {
    let body = serde_json::to_vec(message).map_err(|error| Problem::internal(&error))?;
    Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body))
        .map_err(|error| Problem::internal(&error))
}

/// A message that came as JSON.
pub(crate) struct Message<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Message<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        let bytes = axum::body::to_bytes(request.into_body(), MAX_BYTES).await;
        let bytes = bytes.map_err(|error| Problem::bad_request("unreadable", error.to_string()))?;
        let message = serde_json::from_slice(&bytes);
        message
            .map(Self)
            .map_err(|error| Problem::bad_request("malformed", error.to_string()))
    }
}
