//! What a collector is told of a request: one trace, from whoever sent it to the last consumer.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use prost::Message as _;
use reqwest::Method;
use serde_json::json;
use taskfold_roles::process::Options;
use taskfold_spans::{Settings, exporter};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::deployment::{Deployment, Serving};
use crate::kit::{Answer, PATIENCE, Person, Server};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";

/// A collector of spans, and what tells it.
struct Collector {
    serving: Serving,
    came: mpsc::UnboundedReceiver<Span>,
    spans: Vec<Span>,
    stop: CancellationToken,
    exporting: JoinHandle<()>,
}

impl Collector {
    /// Roles apart that tell of a share of the traces.
    async fn with_server(sample_ratio: f64) -> (Self, Server) {
        let (sent, came) = mpsc::unbounded_channel();
        let take = move |body: Bytes| {
            let request = ExportTraceServiceRequest::decode(body).unwrap();
            let all = request.resource_spans.into_iter();
            let scopes = all.flat_map(|resource| resource.scope_spans);
            for span in scopes.flat_map(|scope| scope.spans) {
                sent.send(span).unwrap();
            }
            async {}
        };
        let router = Router::new().route("/v1/traces", axum::routing::post(take));
        let serving = Serving::begin(router).await;
        let settings = Settings {
            endpoint: serving.url(),
            headers: Vec::new(),
            service: "test".to_owned(),
            instance: "1".to_owned(),
            sample_ratio,
        };
        let (recorder, exporter) = exporter(&settings).unwrap();
        let stop = CancellationToken::new();
        let running = exporter.run(stop.clone(), PATIENCE);
        #[allow(clippy::disallowed_methods, reason = "the handle is kept and awaited")]
        let exporting = tokio::spawn(running);
        let collector = Self {
            serving,
            came,
            spans: Vec::new(),
            stop,
            exporting,
        };
        let dir = tempfile::tempdir().unwrap();
        let options = Options {
            spans: recorder,
            ..Options::new(dir.path())
        };
        let server = Server::over(dir, Deployment::split(options).await).await;
        (collector, server)
    }

    /// The span of a trace with this name, as soon as it is there.
    async fn span(&mut self, trace: &str, name: &str) -> Span {
        let wanted = |span: &&Span| hex(&span.trace_id) == trace && span.name == name;
        loop {
            if let Some(found) = self.spans.iter().find(wanted) {
                return found.clone();
            }
            let next = tokio::time::timeout(PATIENCE, self.came.recv()).await;
            let had: Vec<_> = self.spans.iter().map(|span| &span.name).collect();
            self.spans.push(
                next.unwrap_or_else(|_| panic!("no {name}: {had:?}"))
                    .unwrap(),
            );
        }
    }

    /// Everything, when nothing more comes.
    async fn end(mut self, server: Server) -> Vec<Span> {
        server.stop().await;
        self.stop.cancel();
        self.exporting.await.unwrap();
        while let Ok(span) = self.came.try_recv() {
            self.spans.push(span);
        }
        self.serving.end().await;
        self.spans
    }
}

fn hex(bytes: &[u8]) -> String {
    taskfold_contracts::envelope::hex(bytes)
}

fn texts(span: &Span) -> BTreeMap<&str, String> {
    let pairs = span.attributes.iter().filter_map(|pair| {
        let value = pair.value.as_ref()?.value.as_ref()?;
        let text = if let Any::StringValue(text) = value {
            text.clone()
        } else if let Any::IntValue(number) = value {
            number.to_string()
        } else {
            format!("{value:?}")
        };
        Some((pair.key.as_str(), text))
    });
    pairs.collect()
}

async fn create(anna: &Person, headers: &[(&str, &str)], title: &str) -> Answer {
    let request = anna.request(Method::POST, "/tasks");
    let request = headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, *value)
    });
    let sent = request.json(&json!({"title": title})).send().await;
    Answer::of(sent.unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_trace_from_the_caller_to_the_last_consumer() {
    let (mut collector, server) = Collector::with_server(0.0).await;
    let anna = server.person("anna").await;
    let parent = format!("00-{TRACE}-{CALLER}-01");
    let made = create(&anna, &[("traceparent", &parent)], "a secret title").await;
    assert_eq!(made.status, 201);
    let apply = collector.span(TRACE, "apply views").await;
    let mut way = vec![apply];
    for name in [
        "append",
        "POST /commands",
        "/commands",
        "POST /api/v1/tasks",
    ] {
        way.push(collector.span(TRACE, name).await);
    }
    let decide = collector.span(TRACE, "decide").await;
    for (child, parent) in way.iter().zip(&way[1..]) {
        assert_eq!(
            hex(&child.parent_span_id),
            hex(&parent.span_id),
            "{} is not a part of {}",
            child.name,
            parent.name
        );
    }
    let [apply, append, server_side, client, gateway] = &way[..] else {
        panic!("{way:?}")
    };
    assert_eq!(hex(&gateway.parent_span_id), CALLER);
    assert_eq!(decide.parent_span_id, server_side.span_id);
    let kinds = [gateway, client, server_side, append, apply].map(Span::kind);
    let wanted = [
        SpanKind::Server,
        SpanKind::Client,
        SpanKind::Server,
        SpanKind::Internal,
        SpanKind::Consumer,
    ];
    assert_eq!(kinds, wanted);
    assert_eq!(texts(gateway)["http.route"], "/api/v1/tasks");
    assert_eq!(texts(gateway)["http.response.status_code"], "201");
    assert_eq!(texts(&decide)["taskfold.command"], "create_task");
    for span in [gateway, append, apply] {
        let workspace = &texts(span)["taskfold.workspace_id"];
        assert_eq!(*workspace, anna.workspace.to_string(), "{}", span.name);
    }
    assert_eq!(texts(append)["taskfold.position"], made.position());
    assert_eq!(texts(apply)["taskfold.position"], made.position());
    assert!(texts(append)["taskfold.event_types"].contains("task.created"));
    for span in &way {
        assert!(span.start_time_unix_nano <= span.end_time_unix_nano);
        assert!(span.status.is_none(), "{}", span.name);
        assert!(!format!("{span:?}").contains("secret"), "{span:?}");
    }
    collector.end(server).await;
}

/// The row leads to the trace that is named after the correlation id; the append is in both traces.
#[tokio::test(flavor = "multi_thread")]
async fn a_caller_with_a_name_of_its_own_has_two_linked_traces() {
    let (mut collector, server) = Collector::with_server(0.0).await;
    let anna = server.person("anna").await;
    let parent = format!("00-{TRACE}-{CALLER}-01");
    let own = "01920000-0000-7000-8000-00000000abcd";
    let headers = [("traceparent", &*parent), ("x-correlation-id", own)];
    let made = create(&anna, &headers, "x").await;
    assert_eq!(made.header("x-correlation-id"), own);
    let of_rows = own.replace('-', "");
    let apply = collector.span(&of_rows, "apply views").await;
    let there = collector.span(&of_rows, "append").await;
    let here = collector.span(TRACE, "append").await;
    assert_eq!(apply.parent_span_id, there.span_id);
    assert_eq!(there.parent_span_id, [] as [u8; 0]);
    assert_eq!(hex(&there.links[0].trace_id), TRACE);
    assert_eq!(there.links[0].span_id, here.span_id);
    assert_eq!(hex(&here.links[0].trace_id), of_rows);
    collector.end(server).await;
}

/// The caller decides, also for what follows over the log; without a caller the ratio does.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_sampled_is_not_told() {
    let (collector, server) = Collector::with_server(1.0).await;
    let anna = server.person("anna").await;
    let parent = format!("00-{TRACE}-{CALLER}-00");
    let quiet = create(&anna, &[("traceparent", &parent)], "x").await;
    let told = create(&anna, &[], "y").await.ok();
    let shown = anna.get_at("/tasks", told.position()).await;
    assert_eq!((quiet.status, shown.status), (201, 200));
    reqwest::get(server.url.clone() + "/livez").await.unwrap();
    let spans = collector.end(server).await;
    assert!(!spans.iter().any(|span| span.name.contains("livez")));
    let traces = |name: &str| -> Vec<_> {
        let named = spans.iter().filter(|span| span.name == name);
        named.map(|span| hex(&span.trace_id)).collect()
    };
    let of_told = told.header("x-correlation-id").replace('-', "");
    assert!(traces("apply views").contains(&of_told), "{spans:?}");
    assert!(!spans.iter().any(|span| hex(&span.trace_id) == TRACE));
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_are_marked() {
    let (mut collector, mut server) = Collector::with_server(0.0).await;
    let anna = server.person("anna").await;
    let parent = format!("00-{TRACE}-{CALLER}-01");
    let header = ("traceparent", &*parent);
    let missing = format!("/tasks/{}/complete", anna.user);
    let refused = anna.send_with((Method::POST, &missing), header, json!({}));
    assert_eq!(refused.await.status, 404);
    let status = |span: &Span| span.status.as_ref().map(|s| (s.code(), s.message.clone()));
    let decide = collector.span(TRACE, "decide").await;
    let (code, message) = status(&decide).unwrap();
    assert_eq!(code, StatusCode::Error);
    assert!(!message.is_empty() && !message.contains(' '), "{message}");
    let client = collector.span(TRACE, "/commands").await;
    assert_eq!(status(&client).unwrap().0, StatusCode::Error);
    // What a caller did wrong is no failure of the server.
    let gateway = collector.span(TRACE, "POST /api/v1/tasks/{task_id}/complete");
    assert_eq!(status(&gateway.await), None);
    let (command, process) = server.roles.behind.remove(0);
    command.end().await;
    drop(process.stop().await);
    let failed = create(&anna, &[header], "x").await;
    assert_eq!(failed.status, 503);
    let gateway = collector.span(TRACE, "POST /api/v1/tasks").await;
    assert_eq!(status(&gateway).unwrap().0, StatusCode::Error);
    collector.end(server).await;
}

/// A collector that never answers delays nobody; what is lost is counted.
#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_away_costs_nothing_but_spans() {
    let settings = Settings {
        endpoint: "http://127.0.0.1:1".to_owned(),
        headers: Vec::new(),
        service: "test".to_owned(),
        instance: "1".to_owned(),
        sample_ratio: 1.0,
    };
    let (recorder, exporter) = exporter(&settings).unwrap();
    let counts = recorder.counts().unwrap().clone();
    let dir = tempfile::tempdir().unwrap();
    let server = Server::with(dir, |options| options.spans = recorder).await;
    let anna = server.person("anna").await;
    anna.task("x").await;
    let metrics = server.url.clone() + "/metrics";
    let told = Answer::of(reqwest::get(metrics).await.unwrap()).await;
    assert!(told.text().contains("taskfold_spans_dropped_total 0"));
    server.stop().await;
    let stop = CancellationToken::new();
    stop.cancel();
    exporter.run(stop, Duration::from_secs(10)).await;
    assert!(counts.dropped.get() > 0);
    assert_eq!(counts.exported.get(), 0);
}
