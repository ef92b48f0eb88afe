//! `serve`, and commands beside it.

use serde_json::{Value, json};

use crate::kit::{Home, mode};

#[test]
fn serve_says_where_it_is_and_stops_when_told() {
    let home = Home::new();
    let server = home.serve();
    assert!(
        server.url.starts_with("http://127.0.0.1:"),
        "{}",
        server.url
    );
    let file = std::fs::read_to_string(home.data().join("server.json")).unwrap();
    assert!(file.contains(server.url.trim_end_matches('/')), "{file}");
    let whoami = home.run(&["whoami"]).ok();
    assert!(whoami.out.contains(&server.url), "{}", whoami.out);
    assert_eq!(server.stop(), Some(0));
    assert!(!home.data().join("server.json").exists());
}

#[test]
fn a_killed_server_leaves_nothing_in_the_way() {
    let home = Home::new();
    let server = home.serve();
    let task = home.add("Survives");
    server.kill();
    assert!(home.data().join("server.json").exists());
    assert_eq!(home.titles(&[]), ["Survives"]);
    home.run(&["done", &task]).ok();
    let again = home.serve();
    assert_eq!(home.titles(&["--all"]), ["Survives"]);
    assert_eq!(again.stop(), Some(0));
}

#[test]
fn a_second_server_is_refused() {
    let home = Home::new();
    let server = home.serve();
    let second = home.run(&["serve", "--listen", "127.0.0.1:0"]).code(4);
    assert!(
        second.err.contains(server.url.trim_end_matches('/')),
        "{}",
        second.err
    );
}

#[test]
fn commands_side_by_side_wait_for_each_other() {
    let home = Home::new();
    home.add("First");
    let children: Vec<_> = (0..6)
        .map(|n| {
            home.command(&["add", &format!("Task {n}")])
                .spawn()
                .unwrap()
        })
        .collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    assert_eq!(home.titles(&[]).len(), 7);
}

#[test]
fn the_log_is_read_and_backed_up_while_the_server_runs() {
    let home = Home::in_files();
    let server = home.serve();
    home.add("One");
    assert_eq!(home.json(&["log", "verify"])["sound"], true);
    assert!(home.json(&["log", "stats"])["events"].as_u64().unwrap() >= 2);
    home.run(&["backup", home.path("live.backup").to_str().unwrap()])
        .ok();
    home.run(&["doctor"]).ok();
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn views_are_rebuilt_and_compared_beside_a_server_and_without_one() {
    let home = Home::in_files();
    home.add("Before");
    let rebuilt = |events: u64, equal: &Value| {
        let mut arguments = vec!["views", "rebuild"];
        if !equal.is_null() {
            arguments.push("--verify");
        }
        let told = home.json(&arguments);
        assert_eq!((&told["events"], &told["equal"]), (&json!(events), equal));
        assert_eq!(told["differing"], json!([]));
        told["generation"].as_u64().unwrap()
    };
    let events = home.json(&["log", "stats"])["events"].as_u64().unwrap();
    let first = rebuilt(events, &Value::Null);
    assert_eq!(rebuilt(events, &json!(true)), first + 1);
    let server = home.serve();
    assert_eq!(rebuilt(events, &Value::Null), first + 2);
    assert_eq!(rebuilt(events, &json!(true)), first + 3);
    let told = home.run(&["views", "rebuild", "--verify"]).ok();
    assert!(told.out.contains("equal to the old ones"), "{}", told.out);
    home.add("After");
    assert_eq!(home.titles(&[]), ["Before", "After"]);
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn views_are_replayed_all_together_and_from_the_beginning() {
    let home = Home::new();
    home.add("Before");
    let events = home.json(&["log", "stats"])["events"].clone();
    let replayed = home.json(&["replay", "--view", "all"]);
    assert_eq!(replayed["events"], events);
    assert_eq!(home.titles(&[]), ["Before"]);
    for (line, why) in [
        (&["replay", "--view", "tasks"][..], "together"),
        (&["replay", "--view", "all", "--from", "0:1"], "beginning"),
    ] {
        let refused = home.run(line).code(2);
        assert!(refused.err.contains(why), "{}", refused.err);
        assert!(refused.err.contains("--view all"), "{}", refused.err);
    }
    home.run(&["replay", "--group", "search"]).code(2);
    home.run(&["replay", "--from", "0:1"]).code(2);
}

/// Commands that only look leave the file alone that a rebuild put into use.
#[test]
fn who_looks_at_the_views_of_a_server_does_not_take_them_away() {
    let home = Home::in_files();
    let server = home.serve();
    home.add("One");
    home.run(&["views", "rebuild"]).ok();
    assert!(home.data().join("views.next.db").exists());
    assert!(!home.data().join("views.db").exists());
    home.run(&["doctor"]).ok();
    home.run(&["deadletters", "list"]).ok();
    assert_eq!(home.titles(&[]), ["One"]);
    home.add("Two");
    let doctor = home.json(&["doctor"]);
    let findings = doctor["findings"].as_array().unwrap();
    let views = findings.iter().find(|f| f["check"] == "views").unwrap();
    assert_eq!(views["found"], "0 events behind the log");
    home.run(&["views", "rebuild", "--verify"]).ok();
    assert_eq!(home.titles(&[]), ["One", "Two"]);
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn views_that_are_gone_are_rebuilt_and_not_called_equal() {
    let home = Home::in_files();
    home.add("One");
    let events = home.json(&["log", "stats"])["events"].as_u64().unwrap();
    let remove = || {
        for entry in std::fs::read_dir(home.data()).unwrap().map(Result::unwrap) {
            if entry.file_name().to_string_lossy().starts_with("views") {
                std::fs::remove_file(entry.path()).unwrap();
            }
        }
    };
    let rebuilt = |events: u64| {
        let told = home.run(&["--json", "views", "rebuild", "--verify"]).ok();
        let value = told.json();
        assert_eq!(
            (&value["events"], &value["equal"]),
            (&json!(events), &Value::Null)
        );
        assert!(told.err.contains("no old views"), "{}", told.err);
    };
    remove();
    rebuilt(events);
    let server = home.serve();
    // Once it answers, it has the file open.
    assert_eq!(home.titles(&[]), ["One"]);
    remove();
    rebuilt(events);
    assert_eq!(home.titles(&[]), ["One"]);
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn the_local_token_is_private() {
    let home = Home::new();
    home.add("One");
    let server = home.serve();
    let secrets = std::fs::read_dir(home.data())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let tokens: Vec<_> = secrets
        .filter(|path| {
            path.file_name()
                .unwrap()
                .to_string_lossy()
                .contains("token")
        })
        .collect();
    assert!(!tokens.is_empty());
    for token in tokens {
        assert_eq!(mode(&token), 0o600, "{}", token.display());
    }
    drop(server);
}

#[test]
fn login_keeps_a_token_and_logout_revokes_it() {
    let home = Home::new();
    let server = home.serve();
    let token = home.run(&[
        "token", "create", "laptop", "-s", "read", "-s", "write", "-s", "admin",
    ]);
    let token = token.ok().out.trim().to_owned();
    assert!(token.starts_with("tf_"), "{token}");
    // Another person's computer: another home, no database.
    let away = Home::in_files();
    away.run(&["list", "--server", &server.url]).code(5);
    away.run_with_input(&["login", &server.url, "--token-stdin"], token.as_bytes())
        .ok();
    assert_eq!(mode(&away.path("config/taskfold/credentials.json")), 0o600);
    away.add("From afar");
    assert_eq!(home.titles(&[]), ["From afar"]);
    assert!(!away.data().join("log.db").exists());
    // What works on files says so, and where the tasks are.
    let url = server.url.trim_end_matches('/');
    let file = away.path("x.backup");
    for arguments in [
        &["log", "stats"][..],
        &["views", "rebuild"],
        &["backup", file.to_str().unwrap()],
    ] {
        let ran = away.run(arguments).code(3);
        assert!(ran.err.contains("files of this computer"), "{}", ran.err);
        assert!(ran.err.contains(url), "{}", ran.err);
    }
    let doctor = away.json(&["doctor"])["findings"].to_string();
    assert!(doctor.contains("your tasks are at"), "{doctor}");
    away.run(&["logout"]).ok();
    away.run(&["list", "--server", &server.url]).code(5);
    let wrong = away
        .run_with_input(&["login", &server.url, "--token-stdin"], b"tf_wrong")
        .code(5);
    assert!(!wrong.err.contains("tf_wrong"), "{}", wrong.err);
}

/// Makes an account, as the web application does.
pub(crate) fn register(url: &str, email: &str, password: &str) {
    use std::io::{Read as _, Write as _};
    let host = url.trim_start_matches("http://").trim_end_matches('/');
    let body = serde_json::json!({ "email": email, "password": password, "display_name": "Ada" });
    let body = body.to_string();
    let mut stream = std::net::TcpStream::connect(host).unwrap();
    write!(
        stream,
        "POST /api/v1/auth/register HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
}

#[test]
fn login_with_a_password_makes_a_token_that_logout_revokes() {
    let home = Home::new();
    let server = home.serve();
    register(&server.url, "ada@example.org", "correct horse battery");
    let away = Home::in_files();
    let login = ["login", &server.url, "--email", "ada@example.org"];
    let wrong = away.run_with_input(&login, b"something else\n").code(5);
    assert!(!wrong.err.contains("another site"), "{}", wrong.err);
    away.run_with_input(&login, b"correct horse battery\n").ok();
    assert_eq!(away.json(&["whoami"])["email"], "ada@example.org");
    away.add("From afar");
    assert_eq!(away.titles(&[]), ["From afar"]);
    away.run(&["logout"]).ok();
    away.run(&["list", "--server", &server.url]).code(5);
}

/// Ctrl-C while a live socket and a request that never ends are open.
#[test]
fn an_interrupted_server_ends_in_good_order() {
    use std::io::{Read as _, Write as _};
    let home = Home::new();
    let server = home.serve();
    let token = home.run(&["token", "create", "socket"]).ok();
    let token = token.out.trim().to_owned();
    let host = server
        .url
        .trim_start_matches("http://")
        .trim_end_matches('/')
        .to_owned();
    let open = |request: &str| {
        let mut stream = std::net::TcpStream::connect(&host).unwrap();
        stream
            .set_read_timeout(Some(std::time::Duration::from_mins(2)))
            .unwrap();
        let head = format!("Host: {host}\r\nAuthorization: Bearer {token}\r\n");
        write!(stream, "{}", request.replace("HEAD", &head)).unwrap();
        stream
    };
    let mut live = open(
        "GET /api/v1/live HTTP/1.1\r\nHEADConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    let mut answer = [0; 12];
    live.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 101");
    // Half of a body: the other half never comes.
    let slow = open(
        "POST /api/v1/tasks HTTP/1.1\r\nHEADContent-Type: application/json\r\n\
         Content-Length: 100\r\n\r\n{\"title\":",
    );
    assert_eq!(server.stop_by("-INT"), Some(0));
    // Both ends are closed, and nobody listens any more.
    let mut rest = Vec::new();
    live.read_to_end(&mut rest).unwrap();
    drop(slow);
    assert!(std::net::TcpStream::connect(&host).is_err());
    assert!(!home.data().join("server.json").exists());
    assert!(home.titles(&[]).is_empty());
}

/// A signal that comes as soon as the server says where it is.
#[test]
fn a_server_that_has_just_started_can_be_interrupted() {
    for signal in ["-INT", "-TERM"] {
        assert_eq!(Home::new().serve().stop_by(signal), Some(0));
    }
}
