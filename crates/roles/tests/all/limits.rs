//! What every answer tells of the limits, and who is counted.

use reqwest::{Client, Method};
use taskfold_roles::gateway::Rate;

use crate::kit::{Answer, Server};

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_of_the_api_tells_the_limit_of_its_caller() {
    let server = Server::with(tempfile::tempdir().unwrap(), |options| {
        options.gateway.rate = Some(Rate {
            per_second: 1,
            burst: 100,
        });
    })
    .await;
    let anna = server.person("anna").await;
    let missing = "/tasks/0193b3a4-0000-7000-8000-000000000000";
    for (method, path, status) in [
        (Method::GET, "/tasks", 200),
        (Method::GET, missing, 404),
        (Method::GET, "/tasks?limit=0", 422),
        (Method::POST, "/tasks", 415),
        (Method::DELETE, "/tasks", 405),
        (Method::GET, "/nowhere", 404),
        (Method::GET, "/openapi.json", 200),
    ] {
        let answer = anna.request(method.clone(), path).send().await.unwrap();
        let answer = Answer::of(answer).await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.body);
        for header in ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"] {
            let told = answer.header(header).parse::<u64>();
            assert!(told.is_ok(), "{method} {path}: {header} is {told:?}");
        }
    }
    // Whoever comes for the first time has all that there is, whatever others have used.
    let bert = server.person("bert").await;
    let first = bert.request(Method::GET, "/me").send().await.unwrap();
    assert_eq!(first.headers()["ratelimit-remaining"], "99");
    let mut wrong = anna.clone();
    wrong.token = "tf_nonsense".to_owned();
    let refused = wrong.get_now("/tasks").await;
    refused.assert_problem(401, "invalid_token");
    assert_ne!(refused.header("ratelimit-remaining"), "");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_says_of_its_address_is_ignored() {
    let server = Server::with(tempfile::tempdir().unwrap(), |options| {
        options.gateway.rate = Some(Rate {
            per_second: 1,
            burst: 3,
        });
    })
    .await;
    let client = Client::new();
    let mut limited = false;
    // Five are enough, unless they take so long that as many more are let in meanwhile.
    for number in 0..100 {
        let request = client
            .get(format!("{}/api/v1/tasks", server.url))
            .header("x-forwarded-for", format!("10.0.0.{number}"))
            .header("forwarded", format!("for=10.0.0.{number}"));
        limited |= request.send().await.unwrap().status() == 429;
    }
    assert!(limited);
    server.stop().await;
}
