//! Live sockets.

use futures_util::StreamExt;
use serde_json::Value;
use taskfold_contracts::position::Position;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::kit::{PATIENCE, Person};

pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

impl Person {
    /// The answer to a handshake that is refused.
    pub(crate) async fn refused(&self, query: &str) -> u16 {
        let Err(Error::Http(response)) = self.handshake(query).await else {
            panic!("the handshake was not answered over HTTP, or not refused");
        };
        response.status().as_u16()
    }

    /// Opens a socket and takes its greeting.
    pub(crate) async fn follow(&self, query: &str) -> Socket {
        self.greeted(query).await.0
    }

    /// Opens a socket; also what it was greeted with.
    pub(crate) async fn greeted(&self, query: &str) -> (Socket, Value) {
        let mut socket = self.handshake(query).await.unwrap();
        let hello = message(&mut socket).await.unwrap();
        assert_eq!(hello["type"], "hello");
        (socket, hello)
    }

    async fn handshake(&self, query: &str) -> Result<Socket, Error> {
        let url = format!("{}/live{query}", self.api.replacen("http", "ws", 1));
        let mut request = url.into_client_request().unwrap();
        let bearer = format!("Bearer {}", self.token).parse().unwrap();
        request.headers_mut().insert("authorization", bearer);
        let opening = tokio_tungstenite::connect_async(request);
        let opened = timeout(PATIENCE, opening).await.unwrap();
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
