//! A server that shares what it has in a Redis with TLS.

use std::path::Path;
use std::time::{Duration, Instant};

use taskfold_kit::Redis;

use crate::kit::{Home, Server};

/// What the server has counted of Redis.
fn counted(server: &Server, name: &str) -> u64 {
    let metrics = server.get("/metrics");
    let name = format!("taskfold_redis_{name}_total ");
    let line = metrics.lines().find_map(|line| line.strip_prefix(&name));
    line.expect(&name).parse().unwrap()
}

/// A server at this Redis that trusts who is named in this file.
fn trusting(home: &Home, url: &str, authorities: &Path) -> Server {
    let mut command = home.command(&["serve", "--listen", "127.0.0.1:0"]);
    command
        .env("TASKFOLD_REDIS__URL", url)
        .env("SSL_CERT_FILE", authorities);
    Server::start(&mut command)
}

#[test]
fn an_encrypted_redis_is_used_when_its_certificate_is_trusted() {
    let (_redis, url, certificate) = Redis::start_encrypted().unwrap();
    let home = Home::in_files();
    let server = trusting(&home, &url, &certificate);
    home.run(&["add", "Water the plants"]).ok();
    // The first tries may take longer than a read waits for Redis.
    let begun = Instant::now();
    while counted(&server, "hits") == 0 {
        assert!(
            begun.elapsed() < Duration::from_mins(2),
            "nothing is found there"
        );
        assert_eq!(home.titles(&[]), ["Water the plants"]);
    }
    assert_eq!(server.stop(), Some(0));

    // By somebody who does not trust it, it is not used, and nobody misses it.
    let nobody = home.path("nobody.pem");
    std::fs::write(&nobody, "").unwrap();
    let server = trusting(&home, &url, &nobody);
    for _ in 0..3 {
        assert_eq!(home.titles(&[]), ["Water the plants"]);
    }
    assert!(counted(&server, "errors") > 0);
    assert_eq!(
        (counted(&server, "hits"), counted(&server, "misses")),
        (0, 0)
    );
    assert_eq!(server.stop(), Some(0));
}
