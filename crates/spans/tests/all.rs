//! The way to a collector, and what happens when it is not as it should be.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use prost::Message as _;
use taskfold_spans::{Counts, Exporter, Kind, Recorder, Settings, Span, SpanContext, exporter};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How long anything may take.
const PATIENCE: Duration = Duration::from_mins(2);

fn telling(endpoint: &str) -> (Recorder, Exporter, Counts) {
    let settings = Settings {
        endpoint: endpoint.to_owned(),
        headers: vec![("x-tenant".to_owned(), "a".to_owned())],
        service: "test".to_owned(),
        instance: "1".to_owned(),
        sample_ratio: 1.0,
    };
    let (recorder, exporter) = exporter(&settings).unwrap();
    let counts = recorder.counts().unwrap().clone();
    (recorder, exporter, counts)
}

fn tell(recorder: &Recorder, count: u64) {
    for span in 1..=count {
        let context = SpanContext::new(0xa, span, true);
        let work = (Kind::Internal, "work");
        recorder.record(Span::done(context, Some(7), work, Instant::now()).failed("why"));
    }
}

/// A collector that gives these answers, one after another, and then 200; what it got.
async fn collector(answers: &[(StatusCode, i64)]) -> (String, Arc<Mutex<Vec<(HeaderMap, Bytes)>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let got: Arc<Mutex<Vec<(HeaderMap, Bytes)>>> = Arc::default();
    let (noting, answers) = (Arc::clone(&got), answers.to_vec());
    let router = Router::new().fallback(move |headers: HeaderMap, body: Bytes| {
        let mut got = noting.lock().unwrap();
        let (status, rejected) = *answers.get(got.len()).unwrap_or(&(StatusCode::OK, 0));
        got.push((headers, body));
        let partial = ExportTracePartialSuccess {
            rejected_spans: rejected,
            error_message: String::new(),
        };
        let answer = ExportTraceServiceResponse {
            partial_success: Some(partial),
        };
        async move { (status, answer.encode_to_vec()) }
    });
    #[allow(clippy::disallowed_methods, reason = "it ends with the test's runtime")]
    drop(tokio::spawn(async { axum::serve(listener, router).await }));
    (url, got)
}

/// Runs until as many spans are exported or dropped; then it must end.
async fn until(exporter: Exporter, counts: &Counts, count: u64) {
    let stop = CancellationToken::new();
    let watching = async {
        let mut looks = tokio::time::interval(Duration::from_millis(5));
        while counts.exported.get() + counts.dropped.get() < count {
            looks.tick().await;
        }
        stop.cancel();
    };
    let both = async { tokio::join!(exporter.run(stop.clone(), PATIENCE), watching) };
    tokio::time::timeout(PATIENCE, both).await.unwrap();
}

#[tokio::test]
async fn what_is_refused_for_a_while_is_sent_again() {
    let (url, got) = collector(&[(StatusCode::SERVICE_UNAVAILABLE, 0)]).await;
    let (recorder, exporter, counts) = telling(&url);
    tell(&recorder, 3);
    until(exporter, &counts, 3).await;
    assert_eq!((counts.exported.get(), counts.dropped.get()), (3, 0));
    let got = got.lock().unwrap();
    let [(_, first), (headers, second)] = &got[..] else {
        panic!("{got:?}")
    };
    assert_eq!(first, second);
    assert_eq!(headers["content-type"], "application/x-protobuf");
    assert_eq!(headers["x-tenant"], "a");
    let request = ExportTraceServiceRequest::decode(second.clone()).unwrap();
    let span = &request.resource_spans[0].scope_spans[0].spans[2];
    assert_eq!(span.trace_id, 0xa_u128.to_be_bytes());
    assert_eq!(span.span_id, 3_u64.to_be_bytes());
    assert_eq!(span.parent_span_id, 7_u64.to_be_bytes());
    assert_eq!(span.status.as_ref().unwrap().message, "why");
}

#[tokio::test]
async fn what_is_refused_for_good_is_dropped_and_counted() {
    let (url, got) = collector(&[(StatusCode::BAD_REQUEST, 0), (StatusCode::OK, 2)]).await;
    let (recorder, exporter, counts) = telling(&url);
    // Two batches: one is refused, of the other two spans.
    tell(&recorder, 512 + 10);
    until(exporter, &counts, 522).await;
    assert_eq!((counts.exported.get(), counts.dropped.get()), (8, 514));
    assert_eq!(got.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_collector_that_hangs_does_not_hold_up_the_end() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (recorder, exporter, counts) = telling(&url);
    tell(&recorder, 600);
    let stop = CancellationToken::new();
    stop.cancel();
    let running = exporter.run(stop, Duration::from_millis(50));
    tokio::time::timeout(PATIENCE / 10, running).await.unwrap();
    assert_eq!((counts.exported.get(), counts.dropped.get()), (0, 600));
    tell(&recorder, 1);
    assert_eq!(counts.dropped.get(), 601, "nobody takes it any more");
}

#[test]
fn settings_that_cannot_be_used_are_refused_without_their_secrets() {
    let refused = |endpoint: &str, headers: &[(&str, &str)], sample_ratio| {
        let headers = headers
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()));
        let settings = Settings {
            endpoint: endpoint.to_owned(),
            headers: headers.collect(),
            service: String::new(),
            instance: String::new(),
            sample_ratio,
        };
        exporter(&settings).err().map(|error| error.to_string())
    };
    assert_eq!(refused("https://collector:4318/", &[("a", "b")], 0.5), None);
    for endpoint in ["collector:4318", "ftp://user:s3cret@collector", "nothing"] {
        let text = refused(endpoint, &[], 1.0).unwrap();
        assert!(text.contains("http://host:4318") && !text.contains("s3cret"));
    }
    let header = refused("http://collector", &[("authorization", "s3cret\n")], 1.0);
    assert_eq!(
        header.as_deref(),
        Some("the header \"authorization\" cannot be sent")
    );
    for ratio in [-0.1, 1.1, f64::NAN] {
        assert!(refused("http://collector", &[], ratio).is_some(), "{ratio}");
    }
}
