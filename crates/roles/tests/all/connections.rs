//! A connection goes on after whatever was asked on it.

use reqwest::Client;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::kit::{Answer, PATIENCE, Server};

/// More than a server takes from the socket at once.
const BODY: usize = 60 << 10;

/// The status of an answer; none when the connection was closed instead.
async fn exchange(socket: &mut TcpStream, head: &str, body: &[u8]) -> Option<String> {
    socket.write_all(head.as_bytes()).await.ok()?;
    socket.write_all(body).await.ok()?;
    let (mut answer, mut part) = (Vec::new(), [0; 4096]);
    loop {
        let read = timeout(PATIENCE, socket.read(&mut part)).await.unwrap();
        let read = read.ok().filter(|read| *read > 0)?;
        answer.extend_from_slice(&part[..read]);
        let text = String::from_utf8_lossy(&answer).to_lowercase();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head.split("content-length: ").nth(1).unwrap();
        let length: usize = length.lines().next().unwrap().trim().parse().unwrap();
        if body.len() >= length {
            return head.split(' ').nth(1).map(str::to_owned);
        }
    }
}

fn head(what: &str, token: &str, length: usize) -> String {
    format!(
        "{what} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_nobody_reads_does_not_end_the_connection() {
    let server = Server::busy().await;
    let anna = server.person("anna").await;
    let id = anna.task("x").await;
    let address = server.url.strip_prefix("http://").unwrap();
    let mut socket = TcpStream::connect(address).await.unwrap();
    let body = vec![b' '; BODY];
    let task = format!("/api/v1/tasks/{id}");
    for (what, token, status) in [
        (format!("POST {task}/complete"), &*anna.token, "200"),
        (format!("DELETE {task}"), &anna.token, "200"),
        ("POST /api/v1/nosuch".to_owned(), &anna.token, "404"),
        ("PUT /api/v1/tasks".to_owned(), &anna.token, "405"),
        ("POST /api/v1/tasks".to_owned(), "tf_wrong", "401"),
        ("GET /livez".to_owned(), &anna.token, "200"),
    ] {
        for _ in 0..5 {
            let head = head(&what, token, BODY);
            let got = exchange(&mut socket, &head, &body).await;
            assert_eq!(got.as_deref(), Some(status), "{what}");
        }
    }
    drop(socket);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_gets_pages_and_a_program_is_told_what_is_not_there() {
    let server = Server::start().await;
    let get = async |path: &str, accept: &str| {
        let url = format!("{}{path}", server.url);
        let request = Client::new().get(url).header("accept", accept);
        request.send().await.unwrap()
    };
    let page = get("/", "text/html").await;
    assert_eq!(page.status(), 200);
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(
        policy.contains("default-src 'none'; script-src 'self'"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(page.headers()["x-content-type-options"], "nosniff");
    let docs = get("/api/v1/docs/", "text/html").await;
    assert_eq!(docs.status(), 200);
    for (path, accept) in [("/nonsense", "*/*"), ("/api/v1/nonsense", "text/html")] {
        let nothing = Answer::of(get(path, accept).await).await;
        nothing.assert_problem(404, "no_route");
    }
    server.stop().await;
}
