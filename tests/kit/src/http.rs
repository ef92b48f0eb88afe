//! A keep-alive HTTP/1.1 client that costs next to nothing, so that the figures are the server's: the
//! load generator shares two cores with it.

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One connection; requests go one after another.
pub struct Connection {
    stream: TcpStream,
    host: String,
    buffer: Vec<u8>,
}

/// What came back.
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Headers as text, lower case not applied.
    pub head: String,
    /// Body.
    pub body: Vec<u8>,
}

impl Response {
    /// The body as JSON.
    pub fn json(&self) -> Result<serde_json::Value> {
        serde_json::from_slice(&self.body).context("the answer is not JSON")
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

impl Connection {
    /// Connects to `address` (`host:port`).
    pub async fn open(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await.context("connect")?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            host: address.to_owned(),
            buffer: Vec::with_capacity(8192),
        })
    }

    /// Sends a request, reads the whole answer.
    pub async fn send(
        &mut self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: &str,
    ) -> Result<Response> {
        let authorization = token
            .map(|token| format!("authorization: Bearer {token}\r\n"))
            .unwrap_or_default();
        self.send_with_headers(method, path, &authorization, body)
            .await
    }

    /// The same with a session cookie.
    pub async fn send_with_cookie(
        &mut self,
        method: &str,
        path: &str,
        cookie: &str,
        body: &str,
    ) -> Result<Response> {
        let headers = format!("cookie: {cookie}\r\nsec-fetch-site: same-origin\r\n");
        self.send_with_headers(method, path, &headers, body).await
    }

    /// The same with any headers, each ended by CR LF.
    pub async fn send_with_headers(
        &mut self,
        method: &str,
        path: &str,
        headers: &str,
        body: &str,
    ) -> Result<Response> {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\n{headers}content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.host,
            body.len()
        );
        self.stream.write_all(request.as_bytes()).await?;
        self.answer().await
    }

    async fn answer(&mut self) -> Result<Response> {
        self.buffer.clear();
        let head_end = self.until(0, b"\r\n\r\n").await?;
        let head = String::from_utf8_lossy(&self.buffer[..head_end]).into_owned();
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|code| code.parse().ok())
            .context("status")?;
        let mut response = Response {
            status,
            head,
            body: Vec::new(),
        };
        let start = head_end + 4;
        if response
            .header("transfer-encoding")
            .is_some_and(|value| value == "chunked")
        {
            response.body = self.chunks(start).await?;
            return Ok(response);
        }
        let length: usize = match response.header("content-length") {
            Some(length) => length.parse()?,
            None if status == 204 || status == 304 => 0,
            None => bail!("no content-length in {}", response.head),
        };
        while self.buffer.len() < start + length {
            self.fill().await?;
        }
        response.body = self.buffer[start..start + length].to_vec();
        Ok(response)
    }

    /// A chunked body (RFC 9112, 7.1) that begins at `at`; trailers are not expected.
    async fn chunks(&mut self, mut at: usize) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line_end = self.until(at, b"\r\n").await?;
            let line = std::str::from_utf8(&self.buffer[at..line_end])?;
            let size = usize::from_str_radix(line.split(';').next().unwrap_or_default(), 16)?;
            let start = line_end + 2;
            while self.buffer.len() < start + size + 2 {
                self.fill().await?;
            }
            body.extend_from_slice(&self.buffer[start..start + size]);
            at = start + size + 2;
            if size == 0 {
                return Ok(body);
            }
        }
    }

    /// Where `mark` begins, at or after `from`; reads on until it is there.
    async fn until(&mut self, from: usize, mark: &[u8]) -> Result<usize> {
        loop {
            let found = self.buffer[from..]
                .windows(mark.len())
                .position(|window| window == mark);
            if let Some(at) = found {
                return Ok(from + at);
            }
            self.fill().await?;
        }
    }

    async fn fill(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            bail!("the server closed the connection");
        }
        Ok(())
    }
}
