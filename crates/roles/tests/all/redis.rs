//! What gateways share in Redis, and how they do without.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use reqwest::Client;
use taskfold_contracts::ids::{SystemIds, UserId, WorkspaceId};
use taskfold_contracts::time::SystemClock;
use taskfold_identity::{Identity, NewToken, Scope, Scopes, TokenRequest};
use taskfold_kit::Redis as RedisServer;
use taskfold_roles::gateway::Rate;
use taskfold_roles::redis::Redis;
use taskfold_roles::revocations;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::kit::{Answer, PATIENCE, Server};

/// A gateway, with everything behind it.
async fn gateway(redis: &str, burst: u32) -> Server {
    let redis = Redis::connect(redis).unwrap();
    Server::with(tempfile::tempdir().unwrap(), move |options| {
        options.redis = Some(redis);
        options.gateway.rate = Some(Rate {
            per_second: 1,
            burst,
        });
    })
    .await
}

/// What a stranger is told: a status, and how many requests are left.
async fn knock(client: &Client, server: &Server) -> (u16, u32) {
    let request = client.get(format!("{}/api/v1/tasks", server.url));
    let response = request.timeout(PATIENCE).send().await.unwrap();
    let left = response.headers()["ratelimit-remaining"].to_str().unwrap();
    (response.status().as_u16(), left.parse().unwrap())
}

/// How many of `requests` to the gateways in turn are let in; none may fail otherwise.
async fn let_in(client: &Client, servers: &[&Server], requests: usize) -> usize {
    let mut admitted = 0;
    for server in servers.iter().cycle().take(requests) {
        match knock(client, server).await.0 {
            401 => admitted += 1,
            status => assert_eq!(status, 429),
        }
    }
    admitted
}

/// What a gateway counts of Redis.
async fn metric(server: &Server, name: &str) -> u64 {
    let text = reqwest::get(format!("{}/metrics", server.url))
        .await
        .unwrap();
    let text = text.text().await.unwrap();
    let name = format!("taskfold_redis_{name}_total ");
    let line = text.lines().find_map(|line| line.strip_prefix(&name));
    line.expect(&name).parse().unwrap()
}

/// Commands that went without an answer.
async fn without(server: &Server) -> u64 {
    metric(server, "errors").await + metric(server, "skipped").await
}

/// Tries until it is so.
async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) -> Duration {
    let started = Instant::now();
    while !is_so().await {
        assert!(started.elapsed() < PATIENCE, "{what} never came");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    started.elapsed()
}

/// That this takes less, in one of a few tries at least: a machine that stands still for a while spoils some of them,
/// what waits for something else spoils all.
async fn takes_less_than(limit: Duration, attempt: impl AsyncFn() -> Duration) {
    let mut took = Vec::new();
    while took.iter().all(|took| *took >= limit) {
        assert!(took.len() < 5, "never less than {limit:?}: {took:?}");
        took.push(attempt().await);
    }
}

/// Two gateways of one Redis, in a run in which it always answers in time: a busy machine may need some.
async fn together(run: impl AsyncFn(&Server, &Server)) {
    for _ in 0..10 {
        let redis = RedisServer::start().unwrap();
        let (one, other) = (
            gateway(&redis.url(), 40).await,
            gateway(&redis.url(), 40).await,
        );
        let tried = AssertUnwindSafe(run(&one, &other)).catch_unwind().await;
        let missed = without(&one).await + without(&other).await;
        one.stop().await;
        other.stop().await;
        match tried {
            Ok(()) => return,
            Err(panic) if missed == 0 => std::panic::resume_unwind(panic),
            Err(_) => {}
        }
    }
    panic!("Redis never answered all commands of a run in time");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_gateways_count_together() {
    together(async |one, other| {
        let client = Client::new();
        assert_eq!(knock(&client, one).await, (401, 39));
        let (_, second) = knock(&client, other).await;
        assert!((38..=39).contains(&second), "{second} left");
        let started = Instant::now();
        let admitted = let_in(&client, &[one, other], 70).await;
        // One more each second that this takes.
        let came = usize::try_from(started.elapsed().as_secs()).unwrap() + 2;
        assert!((38..=38 + came).contains(&admitted), "{admitted} let in");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_redis_each_gateway_counts_for_itself_and_later_together_again() {
    let redis = RedisServer::start().unwrap();
    let (one, other) = (
        gateway(&redis.url(), 40).await,
        gateway(&redis.url(), 40).await,
    );
    let client = Client::new();
    assert_eq!(let_in(&client, &[&one, &other], 20).await, 20);
    redis.kill().unwrap();
    let started = Instant::now();
    let admitted = let_in(&client, &[&one, &other], 100).await;
    // Each has let ten in before.
    let came = 2 * (usize::try_from(started.elapsed().as_secs()).unwrap() + 2);
    assert!((60..=60 + came).contains(&admitted), "{admitted} let in");
    redis.restart().unwrap();
    until("a shared count", async || {
        knock(&client, &one).await;
        redis.command("DBSIZE").unwrap().trim() != ":0"
    })
    .await;
    one.stop().await;
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_stands_still_costs_little_and_is_taken_back() {
    let redis = RedisServer::start().unwrap();
    let server = gateway(&redis.url(), 10_000).await;
    let client = Client::new();
    assert_eq!(let_in(&client, &[&server], 20).await, 20);
    redis.signal("STOP").unwrap();
    let started = Instant::now();
    assert_eq!(let_in(&client, &[&server], 60).await, 60);
    let seconds = started.elapsed().as_secs();
    let waited = metric(&server, "errors").await;
    let skipped = metric(&server, "skipped").await;
    // One waits for an answer, then one a second.
    assert!((1..=seconds + 2).contains(&waited), "{waited} of 60 waited");
    assert!(waited + skipped >= 60, "{waited} waited, {skipped} did not");
    takes_less_than(Duration::from_secs(1), async || {
        let waited = metric(&server, "errors").await;
        let mut longest = Duration::ZERO;
        until("one that waits", async || {
            let sent = Instant::now();
            knock(&client, &server).await;
            longest = longest.max(sent.elapsed());
            metric(&server, "errors").await > waited
        })
        .await;
        longest
    })
    .await;
    redis.signal("CONT").unwrap();
    until("an answer", async || {
        let before = without(&server).await;
        knock(&client, &server).await;
        without(&server).await == before
    })
    .await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_refused_is_taken_back() {
    let redis = RedisServer::start().unwrap();
    let url = redis.url().replace("redis://", "redis://:secret@");
    let server = gateway(&url, 10_000).await;
    let client = Client::new();
    assert_eq!(let_in(&client, &[&server], 20).await, 20);
    assert!(metric(&server, "errors").await > 0);
    redis.command("CONFIG SET requirepass secret").unwrap();
    until("an answer", async || {
        let before = without(&server).await;
        knock(&client, &server).await;
        without(&server).await == before
    })
    .await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_ins_that_fail_at_one_gateway_slow_the_others() {
    together(async |one, other| {
        let client = Client::new();
        let sign_in = async |server: &Server, email: &str| {
            let request = client.post(format!("{}/api/v1/auth/login", server.url));
            let body = serde_json::json!({"email": email, "password": "wrong password"});
            Answer::of(request.json(&body).send().await.unwrap()).await
        };
        for server in [one, other, one, other, one] {
            let wrong = sign_in(server, "anna@example.org").await;
            wrong.assert_problem(401, "wrong_credentials");
        }
        let slowed = sign_in(other, " Anna@Example.org").await;
        slowed.assert_problem(429, "too_many_attempts");
        let bert = sign_in(other, "bert@example.org").await;
        bert.assert_problem(401, "wrong_credentials");
    })
    .await;
}

/// How long a process takes to notice a revocation that it is not told of.
const UNTOLD: Duration = Duration::from_secs(5);

/// Two processes' views of the same accounts, sharing revocations, and a token.
struct Pair {
    one: Identity,
    other: Identity,
    token: NewToken,
    user: UserId,
    stop: CancellationToken,
    sharing: Vec<tokio::task::JoinHandle<()>>,
    dir: tempfile::TempDir,
}

fn identity(dir: &tempfile::TempDir) -> Identity {
    let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
    let path = dir.path().join("identity.db");
    Identity::open(&path, taskfold_identity::Options::default(), clock, ids).unwrap()
}

impl Pair {
    async fn over(url: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (one, other) = (identity(&dir), identity(&dir));
        let stop = CancellationToken::new();
        #[allow(
            clippy::disallowed_methods,
            reason = "the handles are kept and awaited"
        )]
        let sharing = [&one, &other].map(|identity| {
            let redis = Redis::connect(url).unwrap();
            tokio::spawn(revocations::share(redis, identity.clone(), stop.clone()))
        });
        let user = UserId(Uuid::from_u128(1));
        let home = WorkspaceId(Uuid::from_u128(2));
        one.register("anna@example.org", "correct horse", user, home)
            .await
            .unwrap();
        one.confirm(user).await.unwrap();
        let mut pair = Self {
            token: token(&one, user).await,
            one,
            other,
            user,
            stop,
            sharing: sharing.into(),
            dir,
        };
        pair.listens().await;
        pair
    }

    /// The other hears what the one revokes: the first token that does is given up for it.
    async fn listens(&mut self) {
        until("somebody who listens", async || {
            self.token = token(&self.one, self.user).await;
            assert!(self.is_good().await);
            self.revoke().await;
            let gone = until("a revocation", async || !self.is_good().await);
            tokio::time::timeout(Duration::from_millis(100), gone)
                .await
                .is_ok()
        })
        .await;
        self.token = token(&self.one, self.user).await;
        assert!(self.is_good().await);
    }

    /// What the other process says.
    async fn is_good(&self) -> bool {
        let verified = self.other.verify_token(&self.token.secret).await;
        verified.unwrap().is_some()
    }

    async fn revoke(&self) {
        let id = self.token.token.token_id;
        assert!(self.one.revoke_token(self.user, id).await.unwrap());
    }

    async fn end(self) {
        self.stop.cancel();
        for sharing in self.sharing {
            sharing.await.unwrap();
        }
    }
}

async fn token(identity: &Identity, user_id: UserId) -> NewToken {
    let request = TokenRequest {
        user_id,
        name: "test".to_owned(),
        scopes: Scopes::of(&[Scope::Read]),
        workspace_id: None,
        expires_at: None,
    };
    identity.create_token(request).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_is_seen_by_the_other_process_at_once() {
    takes_less_than(UNTOLD / 10, async || {
        let pair = Pair::over(&taskfold_kit::Redis::shared()).await;
        pair.revoke().await;
        let took = until("a revocation", async || !pair.is_good().await).await;
        pair.end().await;
        took
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_revoked_while_nobody_could_listen_is_asked_for_again() {
    takes_less_than(UNTOLD / 2, async || {
        let redis = RedisServer::start().unwrap();
        let pair = Pair::over(&redis.url()).await;
        redis.kill().unwrap();
        assert!(pair.is_good().await);
        // By a process that tells nobody.
        let silent = identity(&pair.dir);
        let id = pair.token.token.token_id;
        assert!(silent.revoke_token(pair.user, id).await.unwrap());
        redis.restart().unwrap();
        let took = until("a revocation", async || !pair.is_good().await).await;
        pair.end().await;
        took
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_is_not_there_keeps_nobody_from_starting() {
    let redis = RedisServer::start().unwrap();
    redis.kill().unwrap();
    let server = gateway(&redis.url(), 40).await;
    let person = server.person("anna").await;
    person.task("without Redis").await;
    let found = person.get(&server, "/search?q=redis").await.ok();
    assert_eq!(found.body["items"].as_array().map(Vec::len), Some(1));
    for (name, some) in [("hits", false), ("misses", false), ("errors", true)] {
        assert_eq!(metric(&server, name).await > 0, some, "{name}");
    }
    server.stop().await;
    assert!(Redis::connect("http://127.0.0.1").is_err());
    let secret = Redis::connect("redis://:secret@[").err().unwrap();
    assert!(!secret.to_string().contains("secret"), "{secret}");
}
