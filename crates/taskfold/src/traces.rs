//! Spans of the process, on their way to a collector.

use std::time::Duration;

use percent_encoding::percent_decode_str;
use taskfold_contracts::ids::{IdSource as _, SystemIds};
use taskfold_roles::process::Role;
use taskfold_spans::{Recorder, Settings, exporter};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::config::{Config, Secret};
use crate::exit::Failure;

/// How long spans may take to be sent when the process ends.
const FLUSH: Duration = Duration::from_secs(1);

/// What tells the spans of the process.
pub(crate) struct Telling {
    recorder: Recorder,
    exporting: Option<(CancellationToken, JoinHandle<()>)>,
}

impl Telling {
    /// Begins, when the configuration names a collector. Must be called within a runtime.
    ///
    /// # Errors
    /// A setting cannot be used.
    pub(crate) fn begin(config: &Config) -> Result<Self, Failure> {
        let telemetry = &config.telemetry;
        let endpoint = telemetry.otlp_endpoint.clone().unwrap_or_default();
        if endpoint.is_empty() {
            return Ok(Self {
                recorder: Recorder::default(),
                exporting: None,
            });
        }
        let headers = telemetry.otlp_headers.as_ref().map(Secret::reveal);
        let settings = Settings {
            endpoint,
            headers: pairs(headers.unwrap_or_default())?,
            service: service(telemetry.service_name.as_deref(), &config.serve.roles),
            instance: SystemIds.next().to_string(),
            sample_ratio: telemetry.sample_ratio,
        };
        let (recorder, exporter) =
            exporter(&settings).map_err(|error| Failure::usage(format!("`telemetry`: {error}")))?;
        let stop = CancellationToken::new();
        let running = exporter.run(stop.clone(), FLUSH);
        #[allow(clippy::disallowed_methods, reason = "the handle is kept and awaited")]
        let task = tokio::spawn(running);
        Ok(Self {
            recorder,
            exporting: Some((stop, task)),
        })
    }

    /// Where spans are given.
    pub(crate) fn recorder(&self) -> Recorder {
        self.recorder.clone()
    }

    /// Sends what waits, for a second at most.
    pub(crate) async fn end(self) {
        if let Some((stop, task)) = self.exporting {
            stop.cancel();
            if let Err(error) = task.await {
                tracing::warn!(%error, "the last spans are lost");
            }
        }
    }
}

/// The name of a process that is not given one.
fn service(named: Option<&str>, roles: &[Role]) -> String {
    if let Some(name) = named.filter(|name| !name.is_empty()) {
        return name.to_owned();
    }
    let mut name = "taskfold".to_owned();
    if Role::ALL.iter().any(|role| !roles.contains(role)) {
        for role in roles {
            name.push('-');
            name.push_str(role.name());
        }
    }
    name
}

/// `name=value,name=value`, with percent-encoded values.
fn pairs(text: &str) -> Result<Vec<(String, String)>, Failure> {
    let parts = text.split(',').map(str::trim);
    let pairs = parts.filter(|part| !part.is_empty()).map(|part| {
        let wrong = || Failure::usage("`telemetry.otlp_headers` is not name=value,name=value");
        let (name, value) = part.split_once('=').ok_or_else(wrong)?;
        let value = percent_decode_str(value.trim()).decode_utf8();
        let value = value.map_err(|_| wrong())?.into_owned();
        Ok((name.trim().to_owned(), value))
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_named_after_its_roles() {
        assert_eq!(service(None, &Role::ALL), "taskfold");
        assert_eq!(service(Some(""), &[Role::Gateway]), "taskfold-gateway");
        let two = [Role::Query, Role::Processor];
        assert_eq!(service(None, &two), "taskfold-query-processor");
        assert_eq!(service(Some("todo"), &two), "todo");
    }

    #[test]
    fn headers_are_read_and_not_told() {
        let read = pairs("authorization=Basic%20dGY6eA==, x-tenant = a").unwrap();
        let read: Vec<_> = read.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(
            read,
            [("authorization", "Basic dGY6eA=="), ("x-tenant", "a")]
        );
        assert!(pairs("").unwrap().is_empty());
        let failure = pairs("s3cret").unwrap_err();
        assert!(!format!("{failure:?}").contains("s3cret"));
    }
}
