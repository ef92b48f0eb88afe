//! A server on a free port, and people who use it.

use std::time::{Duration, Instant};

use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use taskfold_contracts::ids::{UserId, WorkspaceId};
use taskfold_contracts::position::Position;
use taskfold_roles::process::Options;

use crate::deployment::{Deployment, Serving};

/// How long anything may take: far longer than it does, since a disk that others fill can stand still for a while.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

pub(crate) struct Server {
    pub(crate) roles: Deployment,
    pub(crate) url: String,
    serving: Serving,
    pub(crate) dir: tempfile::TempDir,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::with(tempfile::tempdir().unwrap(), |_| {}).await
    }

    /// For many requests and few sockets.
    pub(crate) async fn busy() -> Self {
        Self::with(tempfile::tempdir().unwrap(), |options| {
            options.gateway.rate = None;
            options.gateway.sockets_per_person = 6;
        })
        .await
    }

    pub(crate) async fn with(dir: tempfile::TempDir, change: impl FnOnce(&mut Options)) -> Self {
        let mut options = Options::new(dir.path());
        change(&mut options);
        Self::over(dir, Deployment::start(options).await).await
    }

    /// With a data directory that outlives it.
    pub(crate) async fn at(data: &std::path::Path, change: impl FnOnce(&mut Options)) -> Self {
        let mut options = Options::new(data);
        change(&mut options);
        let dir = tempfile::tempdir().unwrap();
        Self::over(dir, Deployment::start(options).await).await
    }

    /// Where the process that keeps the views tells of itself.
    pub(crate) fn metrics_url(&self) -> String {
        let behind = self.roles.behind.last();
        behind.map_or(self.url.clone(), |(serving, _)| serving.url())
    }

    /// For what is about files alone.
    pub(crate) async fn in_files(dir: tempfile::TempDir, data: &std::path::Path) -> Self {
        Self::over(dir, Deployment::on(Options::new(data)).await).await
    }

    pub(crate) async fn over(dir: tempfile::TempDir, roles: Deployment) -> Self {
        let serving = Serving::begin(roles.router()).await;
        Self {
            roles,
            url: serving.url(),
            serving,
            dir,
        }
    }

    pub(crate) async fn stop(self) -> tempfile::TempDir {
        self.roles.close_sockets();
        self.serving.end().await;
        self.roles.shutdown().await;
        self.dir
    }

    /// Somebody with a token.
    pub(crate) async fn person(&self, name: &str) -> Person {
        let email = format!("{name}@example.org");
        let token = self.roles.create_local_token(&email, "test").await.unwrap();
        let identity = self.roles.identity();
        let account = identity.account_by_email(&email).await.unwrap().unwrap();
        Person {
            client: Client::builder().timeout(PATIENCE).build().unwrap(),
            api: format!("{}/api/v1", self.url),
            user: account.user_id,
            workspace: account.personal_workspace,
            token: token.secret,
        }
    }

    /// The end of what was committed in a workspace's partition.
    pub(crate) fn head(&self, workspace: WorkspaceId) -> Position {
        let log = self.roles.log();
        log.head(log.partition_of(workspace))
    }

    /// Ids of the workspace's events after a number, as the log has them.
    pub(crate) async fn events(&self, workspace: WorkspaceId, after: u64) -> Vec<String> {
        let log = self.roles.log();
        let rows = log.read_workspace(workspace, after, None, 100_000).await;
        let rows = rows.unwrap();
        rows.iter()
            .map(|row| row.header.event_id.to_string())
            .collect()
    }
}

#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) client: Client,
    pub(crate) api: String,
    pub(crate) user: UserId,
    pub(crate) workspace: WorkspaceId,
    pub(crate) token: String,
}

impl Person {
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.api))
            .bearer_auth(&self.token)
    }

    /// What is sent by `request`. Like any client it asks again while the views are behind, for a while.
    async fn patiently(&self, request: impl Fn() -> RequestBuilder) -> Answer {
        let begun = Instant::now();
        loop {
            let answer = Answer::of(request().send().await.unwrap()).await;
            let behind = answer.body["code"] == "views_behind";
            if !behind || begun.elapsed() > PATIENCE {
                return answer;
            }
        }
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.patiently(|| self.request(Method::POST, path).json(&body))
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
        self.patiently(|| self.reads_at(path, position)).await
    }

    /// The same, asked once: what a server says while its views are behind.
    pub(crate) async fn get_at_once(&self, path: &str, position: &str) -> Answer {
        Answer::of(self.reads_at(path, position).send().await.unwrap()).await
    }

    fn reads_at(&self, path: &str, position: &str) -> RequestBuilder {
        self.request(Method::GET, path)
            .header("taskfold-position", position)
    }

    /// A read of what is there now.
    pub(crate) async fn get_now(&self, path: &str) -> Answer {
        self.patiently(|| self.request(Method::GET, path)).await
    }

    /// A read that shows everything.
    pub(crate) async fn get(&self, server: &Server, path: &str) -> Answer {
        let head = server.roles.log().head(0).to_string();
        self.get_at(path, &head).await
    }

    /// A request with one more header.
    pub(crate) async fn send_with(
        &self,
        (method, path): (Method, &str),
        (name, value): (&'static str, &str),
        body: Value,
    ) -> Answer {
        let request = self.request(method, path).header(name, value).json(&body);
        Answer::of(request.send().await.unwrap()).await
    }

    /// A body as it is.
    pub(crate) async fn post_bytes(&self, path: &str, body: &[u8]) -> Answer {
        self.patiently(|| self.request(Method::POST, path).body(body.to_vec()))
            .await
    }

    /// Makes `count` tasks, 100 a change at most.
    pub(crate) async fn make_tasks(&self, count: usize) {
        let commands: Vec<_> = (0..count)
            .map(|number| json!({"command": "create_task", "title": format!("task {number}")}))
            .collect();
        for commands in commands.chunks(100) {
            let made = self.post("/bulk", json!({"commands": commands})).await;
            made.ok();
        }
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

    /// It succeeded.
    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        assert!(
            (200..300).contains(&self.status),
            "{}: {}",
            self.status,
            self.body
        );
        self
    }

    /// A body that is no JSON.
    #[track_caller]
    pub(crate) fn text(&self) -> &str {
        self.body.as_str().unwrap()
    }

    /// What was made.
    #[track_caller]
    pub(crate) fn id(&self) -> &str {
        self.body["id"].as_str().unwrap()
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
        assert!(
            taskfold_roles::problem::code(code).is_some(),
            "{code} has no page"
        );
    }
}
