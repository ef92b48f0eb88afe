//! The way from the gateway to another role: one `tower` service of that role's messages, in this process or
//! behind HTTP.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use serde::de::DeserializeOwned;
use taskfold_contracts::time::Clock;
use tower::util::BoxCloneSyncService;
use tower::{Service, ServiceExt};

use crate::internal::client::Remote;
use crate::internal::{Address, Asked, Signed, Signer};
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

    /// A role in other processes, which take signed messages at `path` of their addresses. A workspace has one of
    /// them that its messages go to first.
    pub fn http(
        addresses: Vec<Address>,
        path: &'static str,
        signer: Signer,
        clock: Arc<dyn Clock>,
    ) -> Self
    where
        T: Asked + Serialize + Sync,
    {
        let remote = Remote::new(addresses, path, signer, clock);
        Self::in_process(tower::service_fn(move |message: T| {
            let remote = remote.clone();
            async move { Ok(remote.send(&message).await) }
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

/// A message that came as JSON, through the guard that checked its signature.
pub(crate) struct Message<T>(pub(crate) T);

impl<S: Send + Sync, T: Asked + DeserializeOwned> FromRequest<S> for Message<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        let signed = request.extensions().get::<Signed>().copied();
        let bytes = axum::body::to_bytes(request.into_body(), MAX_BYTES).await;
        let bytes = bytes.map_err(|error| Problem::bad_request("unreadable", error.to_string()))?;
        let message: T = serde_json::from_slice(&bytes)
            .map_err(|error| Problem::bad_request("malformed", error.to_string()))?;
        if signed.map(|signed| signed.principal) == Some(message.principal()) {
            return Ok(Self(message));
        }
        let detail = "the request is not signed for the person that it names";
        Err(Problem::new(StatusCode::UNAUTHORIZED, "unsigned", detail))
    }
}
