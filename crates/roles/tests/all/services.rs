//! Roles apart: what they say to each other, and what is left when one of them is gone.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::HeaderMap;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use taskfold_roles::internal::generate;
use taskfold_roles::process::{Lack, Options, Process, Role, StartError, Wire};

use crate::deployment::{Deployment, Serving};
use crate::kit::{Answer, PATIENCE, Person, Server};

/// Roles apart, and somebody who uses them.
struct Apart {
    roles: Deployment,
    public: Serving,
    dir: tempfile::TempDir,
    anna: Person,
}

impl Apart {
    async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let roles = Deployment::split(Options::new(dir.path())).await;
        let public = Serving::begin(roles.router()).await;
        let token = roles.create_local_token("anna@example.org", "t").await;
        let accounts = roles.identity();
        let account = accounts.account_by_email("anna@example.org").await.unwrap();
        let account = account.unwrap();
        let anna = Person {
            client: Client::builder().timeout(PATIENCE).build().unwrap(),
            api: format!("{}/api/v1", public.url()),
            user: account.user_id,
            workspace: account.personal_workspace,
            token: token.unwrap().secret,
        };
        Self {
            roles,
            public,
            dir,
            anna,
        }
    }

    async fn ready(&self) -> (u16, Value) {
        let answer = get(&format!("{}/readyz", self.public.url())).await;
        (answer.status, answer.body)
    }
}

async fn get(url: &str) -> Answer {
    Answer::of(Client::new().get(url).send().await.unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_signed_is_refused() {
    let apart = Apart::start().await;
    let [command, query] = [0, 1].map(|at: usize| apart.roles.behind[at].0.url());
    let request = json!({"principal": {"user_id": apart.anna.user, "agent": false}});
    for path in ["/reads", "/views/rebuild"] {
        let sent = Client::new().post(format!("{query}{path}")).json(&request);
        let answer = Answer::of(sent.send().await.unwrap()).await;
        answer.assert_problem(401, "unsigned");
    }
    let forged = Client::new()
        .post(format!("{command}/commands"))
        .bearer_auth("eyJhbGciOiJub25lIn0.e30.")
        .json(&request);
    let answer = Answer::of(forged.send().await.unwrap()).await;
    answer.assert_problem(401, "unsigned");
    // A role takes its own messages alone.
    let stray = Client::new()
        .post(format!("{command}/reads"))
        .json(&request);
    assert_eq!(stray.send().await.unwrap().status(), 404);
    for url in [&command, &query] {
        assert_eq!(get(&format!("{url}/livez")).await.status, 200);
        let ready = get(&format!("{url}/readyz")).await;
        assert_eq!((ready.status, &ready.body["ready"]), (200, &json!(true)));
        let metrics = get(&format!("{url}/metrics")).await;
        let own = metrics.text().contains("taskfold_views_lag_seconds");
        assert_eq!(own, *url == query, "{}", metrics.text());
    }
    apart.roles.close_sockets();
    apart.public.end().await;
    apart.roles.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_says_who_does_not_answer() {
    let mut apart = Apart::start().await;
    apart.anna.task("before").await;
    let (status, ready) = apart.ready().await;
    assert_eq!((status, &ready["views"]), (200, &json!(true)), "{ready}");
    let (query, process) = apart.roles.behind.pop().unwrap();
    query.end().await;
    drop(process.stop().await);
    let (status, ready) = apart.ready().await;
    assert_eq!(
        (status, &ready["unreachable"]),
        (503, &json!(["upstream.query"])),
        "{ready}"
    );
    // Reads fail in words; writes go on.
    let read = apart.anna.get_now("/tasks").await;
    read.assert_problem(503, "role_unreachable");
    apart.anna.task("meanwhile").await;
    let (command, process) = apart.roles.behind.pop().unwrap();
    command.end().await;
    drop(process.stop().await);
    let write = apart.anna.post("/tasks", json!({"title": "x"})).await;
    write.assert_problem(503, "role_unreachable");
    let (_, ready) = apart.ready().await;
    let both = json!(["upstream.command", "upstream.query"]);
    assert_eq!(ready["unreachable"], both, "{ready}");
    apart.public.end().await;
    apart.roles.shutdown().await;
}

/// How long a role may take to end: ten seconds, and as long as a disk that others fill may stand still. It is less
/// than idle connections are kept for, as nobody waits for those.
const ENDED: Duration = Duration::from_secs(25);

/// What is under way when a role is told to stop comes to its end, soon.
#[tokio::test(flavor = "multi_thread")]
async fn each_role_ends_in_good_order_under_load() {
    let apart = Apart::start().await;
    let anna = apart.anna.clone();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let writing = async {
        let mut acknowledged = Vec::new();
        while !*stopped.borrow() {
            let made = anna.post("/tasks", json!({"title": "under load"})).await;
            if made.status == 201 {
                acknowledged.push(made.id().to_owned());
            }
        }
        acknowledged
    };
    let Apart {
        mut roles, public, ..
    } = apart;
    let ending = async {
        let begun = Instant::now();
        while roles.log().head(0).number < 20 {
            assert!(begun.elapsed() < PATIENCE, "nothing is written");
            tokio::task::yield_now().await;
        }
        let mut took = BTreeMap::new();
        let (query, process) = roles.behind.pop().unwrap();
        let (command, commands) = roles.behind.pop().unwrap();
        for (name, serving, process) in [("command", command, commands), ("query", query, process)]
        {
            let begun = Instant::now();
            serving.end().await;
            drop(process.stop().await);
            took.insert(name, begun.elapsed());
        }
        stop.send_replace(true);
        (roles, took)
    };
    let (acknowledged, (roles, took)) = tokio::join!(writing, ending);
    let longest = took.values().max().copied();
    assert!(longest < Some(ENDED), "{took:?}");
    let rows = roles.log().read_partition(0, 0, 100_000).await.unwrap();
    let stored: Vec<_> = rows
        .iter()
        .map(|row| row.header.stream_id.to_string())
        .collect();
    assert!(acknowledged.len() > 5);
    for id in acknowledged {
        assert!(
            stored.contains(&id),
            "{id} was acknowledged and is not there"
        );
    }
    let begun = Instant::now();
    public.end().await;
    roles.shutdown().await;
    assert!(begun.elapsed() < ENDED);
}

#[tokio::test(flavor = "multi_thread")]
async fn trace_and_correlation_go_to_the_next_role() {
    let seen: Arc<Mutex<Vec<HeaderMap>>> = Arc::default();
    let noting = Arc::clone(&seen);
    let command = Router::new().fallback(move |headers: HeaderMap| {
        noting.lock().unwrap().push(headers);
        async { axum::http::StatusCode::IM_A_TEAPOT }
    });
    let command = Serving::begin(command).await;
    let mut apart = Apart::start().await;
    let query = apart.roles.behind[1].0.url();
    let wire = Wire {
        command: vec![command.url().parse().unwrap()],
        query: vec![query.parse().unwrap()],
        keys: Some(apart.dir.path().join("keys")),
        ..Wire::default()
    };
    let options = Options {
        roles: [Role::Gateway].into(),
        wire,
        ..Options::new(apart.dir.path())
    };
    let stores = apart.roles.front.stop().await;
    apart.public.end().await;
    apart.roles.front = Process::over(stores, options).await.unwrap();
    let public = Serving::begin(apart.roles.router()).await;
    let anna = Person {
        api: format!("{}/api/v1", public.url()),
        ..apart.anna
    };
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let parent = format!("00-{trace}-00f067aa0ba902b7-01");
    let header = ("traceparent", &*parent);
    let write = (Method::POST, "/tasks");
    let answer = anna.send_with(write, header, json!({"title": "x"})).await;
    assert_eq!(answer.status, 418);
    let sent = seen.lock().unwrap().pop().unwrap();
    let sent = |name: &str| sent[name].to_str().unwrap().to_owned();
    assert!(sent("traceparent").starts_with(&format!("00-{trace}-")));
    assert!(
        !sent("traceparent").contains("00f067aa0ba902b7"),
        "a span of its own"
    );
    assert_eq!(sent("x-correlation-id").replace('-', ""), trace);
    assert_eq!(answer.header("x-correlation-id"), sent("x-correlation-id"));
    public.end().await;
    command.end().await;
    apart.roles.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_that_lack_something_do_not_start() {
    let dir = tempfile::tempdir().unwrap();
    let start = async |roles: &[Role], wire: Wire| {
        let options = Options {
            roles: roles.iter().copied().collect(),
            wire,
            ..Options::new(dir.path())
        };
        Process::start(options).await.err().unwrap()
    };
    let alone = start(&[Role::Gateway], Wire::default()).await;
    assert!(
        matches!(alone, StartError::Lack(Lack::Command(Role::Gateway))),
        "{alone}"
    );
    generate(dir.path(), "k").unwrap();
    let listening = Wire {
        listens: true,
        keys: Some(dir.path().to_owned()),
        ..Wire::default()
    };
    let on_files = start(&[Role::Command], listening).await;
    assert!(
        matches!(on_files, StartError::Lack(Lack::Files)),
        "{on_files}"
    );
    let without = Wire {
        listens: true,
        keys: Some(dir.path().join("none")),
        ..Wire::default()
    };
    let without = start(&Role::ALL, without).await;
    assert!(without.to_string().contains("none"), "{without}");
    // What failed left nothing locked.
    let server = Server::with(dir, |_| {}).await;
    server.person("anna").await.task("x").await;
    server.stop().await;
}
