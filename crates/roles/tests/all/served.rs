//! A server on a port of its own, and people who use it.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::StreamExt;
use serde_json::{Value, json};
use taskfold_contracts::ids::{UserId, WorkspaceId};
use taskfold_contracts::position::Position;
use taskfold_identity::{Scope, Scopes, TokenRequest};
use taskfold_roles::embedded::{Embedded, EmbeddedOptions};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// How long anything may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Served {
    pub(crate) roles: Embedded,
    pub(crate) address: SocketAddr,
    pub(crate) http: reqwest::Client,
    _dir: tempfile::TempDir,
}

/// Somebody, with a token.
pub(crate) struct Person {
    pub(crate) user: UserId,
    pub(crate) workspace: WorkspaceId,
    pub(crate) token: String,
}

pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    pub(crate) fn ok(self) -> Self {
        assert!(
            (200..300).contains(&self.status),
            "{}: {}",
            self.status,
            self.text
        );
        self
    }
}

impl Served {
    pub(crate) async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut options = EmbeddedOptions::new(dir.path());
        options.gateway.rate = None;
        options.gateway.sockets_per_person = 6;
        let roles = Embedded::start(options).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = roles
            .router()
            .into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        Self {
            roles,
            address,
            http: reqwest::Client::new(),
            _dir: dir,
        }
    }

    pub(crate) async fn person(&self, name: &str) -> Person {
        let email = format!("{name}@example.com");
        let account = self
            .roles
            .register(&email, "a long enough phrase", name)
            .await
            .unwrap();
        let request = TokenRequest {
            user_id: account.user_id,
            name: "test".to_owned(),
            scopes: Scopes::of(&[Scope::Read, Scope::Write, Scope::Admin]),
            workspace_id: None,
            expires_at: None,
        };
        let token = self.roles.identity().create_token(request).await.unwrap();
        Person {
            user: account.user_id,
            workspace: account.personal_workspace,
            token: token.secret,
        }
    }

    pub(crate) async fn get(&self, who: &Person, path: &str) -> Answer {
        self.send(who, self.http.get(self.url(path))).await
    }

    /// A read that shows what was written at `position`.
    pub(crate) async fn get_at(&self, who: &Person, path: &str, position: &str) -> Answer {
        let request = self
            .http
            .get(self.url(path))
            .header("taskfold-position", position);
        self.send(who, request).await
    }

    pub(crate) async fn post(&self, who: &Person, path: &str, body: &Value) -> Answer {
        self.send(who, self.http.post(self.url(path)).json(body))
            .await
    }

    pub(crate) async fn post_bytes(&self, who: &Person, path: &str, body: &[u8]) -> Answer {
        self.send(who, self.http.post(self.url(path)).body(body.to_vec()))
            .await
    }

    pub(crate) async fn delete(&self, who: &Person, path: &str) -> Answer {
        self.send(who, self.http.delete(self.url(path))).await
    }

    async fn send(&self, who: &Person, request: reqwest::RequestBuilder) -> Answer {
        let request = request.bearer_auth(&who.token).timeout(PATIENCE);
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer {
            status,
            headers,
            text: response.text().await.unwrap(),
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        let base = if path.starts_with('/') {
            ""
        } else {
            "/api/v1/"
        };
        format!("http://{}{base}{path}", self.address)
    }

    /// Makes `count` tasks, 100 a change at most.
    pub(crate) async fn make_tasks(&self, who: &Person, count: usize) {
        let commands: Vec<_> = (0..count)
            .map(|number| json!({"command": "create_task", "title": format!("task {number}")}))
            .collect();
        for commands in commands.chunks(100) {
            let path = format!("bulk?workspace={}", who.workspace);
            self.post(who, &path, &json!({"commands": commands}))
                .await
                .ok();
        }
    }

    pub(crate) fn head(&self, workspace: WorkspaceId) -> Position {
        let log = self.roles.log();
        log.head(log.partition_of(workspace))
    }

    /// Ids of the workspace's events after a number, as the log has them.
    pub(crate) async fn events(&self, workspace: WorkspaceId, after: u64) -> Vec<String> {
        let rows = self
            .roles
            .log()
            .read_workspace(workspace, after, None, 100_000)
            .await;
        rows.unwrap()
            .iter()
            .map(|row| row.header.event_id.to_string())
            .collect()
    }

    /// The answer to a handshake that is refused.
    pub(crate) async fn refused(&self, who: &Person, query: &str) -> u16 {
        let error = self.handshake(who, query).await.unwrap_err();
        match error {
            tokio_tungstenite::tungstenite::Error::Http(response) => response.status().as_u16(),
            other => panic!("{other}"),
        }
    }

    /// Opens a socket and takes its greeting.
    pub(crate) async fn follow(&self, who: &Person, query: &str) -> Socket {
        let mut socket = self.handshake(who, query).await.unwrap();
        let hello = message(&mut socket).await.unwrap();
        assert_eq!(hello["type"], "hello");
        socket
    }

    async fn handshake(
        &self,
        who: &Person,
        query: &str,
    ) -> Result<Socket, tokio_tungstenite::tungstenite::Error> {
        let url = format!("ws://{}/api/v1/live{query}", self.address);
        let mut request = url.into_client_request().unwrap();
        let bearer = format!("Bearer {}", who.token).parse().unwrap();
        request.headers_mut().insert("authorization", bearer);
        let opened = timeout(PATIENCE, tokio_tungstenite::connect_async(request))
            .await
            .unwrap();
        opened.map(|(socket, _)| socket)
    }
}

/// The next message, pings left out; the close code when there are no more.
pub(crate) async fn message(socket: &mut Socket) -> Result<Value, u16> {
    loop {
        match timeout(PATIENCE, socket.next())
            .await
            .expect("nothing came")
        {
            Some(Ok(Message::Text(text))) => {
                let message: Value = serde_json::from_str(&text).unwrap();
                if message["type"] != "ping" {
                    return Ok(message);
                }
            }
            Some(Ok(Message::Close(frame))) => {
                return Err(frame.map_or(0, |frame| frame.code.into()));
            }
            Some(Ok(_)) => {}
            Some(Err(_)) | None => return Err(0),
        }
    }
}

/// Events up to `upto`: their ids, and the position of the last one. Positions ascend.
pub(crate) async fn events_upto(socket: &mut Socket, upto: Position) -> (Vec<String>, Position) {
    let (mut ids, mut last) = (Vec::new(), Position::start(upto.partition));
    while last < upto {
        let message = message(socket).await.unwrap();
        if message["type"] == "event" {
            let position: Position = message["position"].as_str().unwrap().parse().unwrap();
            assert!(position > last, "{position} came after {last}");
            assert_eq!(message["event"]["position"], message["position"]);
            last = position;
            ids.push(message["event"]["id"].as_str().unwrap().to_owned());
        }
    }
    (ids, last)
}
