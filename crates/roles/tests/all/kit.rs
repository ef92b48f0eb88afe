//! A server on a free port, and people who use it.

use std::net::SocketAddr;

use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use taskfold_roles::embedded::{Embedded, EmbeddedOptions};
use tokio_util::sync::CancellationToken;

pub(crate) struct Server {
    pub(crate) embedded: Embedded,
    pub(crate) url: String,
    stop: CancellationToken,
    serving: tokio::task::JoinHandle<()>,
    pub(crate) dir: tempfile::TempDir,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::with(tempfile::tempdir().unwrap(), |_| {}).await
    }

    pub(crate) async fn with(
        dir: tempfile::TempDir,
        change: impl FnOnce(&mut EmbeddedOptions),
    ) -> Self {
        let mut options = EmbeddedOptions::new(dir.path());
        change(&mut options);
        let embedded = Embedded::start(options).await.unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let service = embedded
            .router()
            .into_make_service_with_connect_info::<SocketAddr>();
        let stop = CancellationToken::new();
        let stopped = stop.clone().cancelled_owned();
        #[allow(clippy::disallowed_methods, reason = "the handle is kept and awaited")]
        let serving = tokio::spawn(async move {
            axum::serve(listener, service)
                .with_graceful_shutdown(stopped)
                .await
                .unwrap();
        });
        Self {
            embedded,
            url,
            stop,
            serving,
            dir,
        }
    }

    pub(crate) async fn stop(self) -> tempfile::TempDir {
        self.embedded.close_sockets();
        self.stop.cancel();
        self.serving.await.unwrap();
        self.embedded.shutdown().await;
        self.dir
    }

    /// Somebody with a token.
    pub(crate) async fn person(&self, name: &str) -> Person {
        let email = format!("{name}@example.org");
        let token = self
            .embedded
            .create_local_token(&email, "test")
            .await
            .unwrap();
        Person {
            client: Client::new(),
            api: format!("{}/api/v1", self.url),
            token: token.secret,
        }
    }
}

#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) client: Client,
    pub(crate) api: String,
    pub(crate) token: String,
}

impl Person {
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.api))
            .bearer_auth(&self.token)
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        Answer::of(
            self.request(Method::POST, path)
                .json(&body)
                .send()
                .await
                .unwrap(),
        )
        .await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        Answer::of(
            self.request(Method::PATCH, path)
                .json(&body)
                .send()
                .await
                .unwrap(),
        )
        .await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::DELETE, path).send().await.unwrap()).await
    }

    /// A read that shows what was written at `position`.
    pub(crate) async fn get_at(&self, path: &str, position: &str) -> Answer {
        let request = self
            .request(Method::GET, path)
            .header("taskfold-position", position);
        Answer::of(request.send().await.unwrap()).await
    }

    /// A read that shows everything.
    pub(crate) async fn get(&self, server: &Server, path: &str) -> Answer {
        self.get_at(path, &server.embedded.log().head(0).to_string())
            .await
    }

    /// A task with this title.
    pub(crate) async fn task(&self, title: &str) -> String {
        let made = self.post("/tasks", json!({"title": title})).await;
        assert_eq!(made.status, 201, "{}", made.body);
        made.body["id"].as_str().unwrap().to_owned()
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) async fn of(response: Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Self {
            status,
            headers,
            body,
        }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn position(&self) -> &str {
        self.header("taskfold-position")
    }

    /// It is a problem with this status and code.
    #[track_caller]
    pub(crate) fn assert_problem(&self, status: u16, code: &str) {
        assert_eq!(
            (self.status, self.body["code"].as_str()),
            (status, Some(code)),
            "{}",
            self.body
        );
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(
            self.body["type"],
            format!("https://taskfold.dev/problems/{code}")
        );
        assert_eq!(self.body["status"], status);
    }
}
