//! When something that repeats would be due.

use serde_json::{Value, json};
use taskfold_contracts::time::{Clock, SystemClock};

use crate::kit::{Answer, Server};

const PREVIEW: &str = "/recurrence/preview";

fn days(answer: &Answer) -> Vec<&str> {
    let dates = answer.body["dates"].as_array().unwrap();
    let days = dates.iter().map(|due| due["date"].as_str().unwrap());
    days.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_tells_the_dues_that_completions_then_make() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let due = json!({"date": "2026-11-23", "time": "09:00:00", "zone": "Europe/Berlin"});
    let rule = "freq=weekly;byday=th,mo;count=4";
    let told = anna.post(PREVIEW, json!({"rule": rule, "start": due, "count": 20}));
    let told = told.await.ok();
    assert_eq!(told.body["rule"], "FREQ=WEEKLY;COUNT=4;BYDAY=MO,TH");
    assert_eq!(told.body["words"], "every week on Mon and Thu, 4 times");
    assert_eq!(days(&told), ["2026-11-26", "2026-11-30", "2026-12-03"]);
    assert_eq!(told.body["ends"], true);
    assert_eq!(told.body["dates"][0]["time"], "09:00:00");
    assert_eq!(told.body["dates"][0]["zone"], "Europe/Berlin");

    let task = json!({"title": "water", "due": due, "recurrence": {"rule": rule}});
    let mut id = anna.post("/tasks", task).await.ok().id().to_owned();
    for expected in days(&told) {
        anna.post(&format!("/tasks/{id}/complete"), json!({}))
            .await
            .ok();
        let open = anna.get(&server, "/tasks?filter=is:open").await;
        let next = &open.body["items"][0];
        assert_eq!(next["due"]["date"], expected);
        id = next["task_id"].as_str().unwrap().to_owned();
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_counts_from_completion_and_begins_today_when_nothing_is_said() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let start = json!({"date": "2027-01-31"});
    let body = json!({"rule": "FREQ=MONTHLY", "start": start, "count": 2});
    let from_due = anna.post(PREVIEW, body.clone()).await.ok();
    assert_eq!(days(&from_due), ["2027-03-31", "2027-05-31"]);
    assert_eq!(from_due.body["ends"], false);
    let mut body = body;
    body["from_completion"] = json!(true);
    let from_completion = anna.post(PREVIEW, body).await.ok();
    assert_eq!(days(&from_completion), ["2027-02-28", "2027-03-28"]);

    for zone in ["Pacific/Kiritimati", "Pacific/Pago_Pago"] {
        let body = json!({"rule": "FREQ=DAILY", "time_zone": zone});
        let told = anna.post(PREVIEW, body).await.ok();
        let today = SystemClock.now().to_jiff().in_tz(zone).unwrap().date();
        let told = days(&told);
        assert_eq!(told.len(), 5);
        let first: jiff::civil::Date = told[0].parse().unwrap();
        // It may have become midnight since.
        assert!(
            first == today.tomorrow().unwrap() || first == today,
            "{zone}: {first}"
        );
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_rule_is_named() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let day = json!({"date": "2026-11-23"});
    let cases: [(Value, &str, &str, &str); 9] = [
        (
            json!({"rule": "FREQ=FORTNIGHTLY"}),
            "rule",
            "invalid_rule",
            "FORTNIGHTLY",
        ),
        (
            json!({"rule": "every monday"}),
            "rule",
            "invalid_rule",
            "NAME=VALUE",
        ),
        (
            json!({"rule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}),
            "rule",
            "invalid_rule",
            "never",
        ),
        (
            json!({"rule": "FREQ=DAILY;UNTIL=20261101", "start": day}),
            "rule",
            "over",
            "2026-11-01",
        ),
        (
            json!({"rule": "FREQ=HOURLY", "start": day}),
            "start.time",
            "missing",
            "HOURLY",
        ),
        (
            json!({"rule": "FREQ=DAILY", "start": {"date": "2026-11-23", "time": "09:00:00", "zone": "Mars/Base"}}),
            "start.zone",
            "unknown_time_zone",
            "Mars/Base",
        ),
        (
            json!({"rule": "FREQ=DAILY", "time_zone": "Mars/Base"}),
            "time_zone",
            "unknown",
            "Mars/Base",
        ),
        (
            json!({"rule": "FREQ=DAILY", "count": 21}),
            "count",
            "out_of_range",
            "1 to 20",
        ),
        (
            json!({"rule": "FREQ=DAILY", "count": 0}),
            "count",
            "out_of_range",
            "1 to 20",
        ),
    ];
    for (body, field, code, words) in cases {
        let refused = anna.post(PREVIEW, body.clone()).await;
        refused.assert_problem(422, "invalid");
        let error = &refused.body["errors"][0];
        assert_eq!(
            (&error["field"], &error["code"]),
            (&json!(field), &json!(code)),
            "{body}"
        );
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(words), "{message}");
    }
    server.stop().await;
}
