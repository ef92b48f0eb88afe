//! Settings of traces, and the variables by which OpenTelemetry names them.

use std::ffi::OsString;
use std::path::PathBuf;

use figment::value::{Dict, Map};
use figment::{Metadata, Profile, Provider};
use serde::{Deserialize, Serialize};

use super::Secret;

/// Where spans are told.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Telemetry {
    /// Base address of a collector that takes OTLP over HTTP, such as `http://collector:4318`; nothing is told
    /// when there is none.
    pub otlp_endpoint: Option<String>,
    /// Headers of each request to it: `name=value,name=value`, with what is special in a URL as `%20`.
    pub otlp_headers: Option<Secret>,
    /// File that holds `otlp_headers`.
    pub otlp_headers_file: Option<PathBuf>,
    /// The share of traces that begin here and are recorded, 0 to 1; a caller that has decided is followed.
    pub sample_ratio: f64,
    /// What the process is called; `taskfold`, or `taskfold-<role>` when it has not all roles.
    pub service_name: Option<String>,
}

impl Default for Telemetry {
    fn default() -> Self {
        Self {
            otlp_endpoint: None,
            otlp_headers: None,
            otlp_headers_file: None,
            sample_ratio: 1.0,
            service_name: None,
        }
    }
}

/// OpenTelemetry's own variables, and the settings that they stand for.
const VARIABLES: [(&str, &str); 3] = [
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "otlp_endpoint"),
    ("OTEL_EXPORTER_OTLP_HEADERS", "otlp_headers"),
    ("OTEL_SERVICE_NAME", "service_name"),
];

/// One of those variables, as it is set. It comes before `TASKFOLD_*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Variable {
    name: &'static str,
    setting: &'static str,
    text: String,
}

impl Variable {
    /// Those that are set.
    pub(super) fn all(lookup: &dyn Fn(&str) -> Option<OsString>) -> Vec<Self> {
        let set = VARIABLES.into_iter().filter_map(|(name, setting)| {
            let text = lookup(name)?.into_string().ok()?;
            Some(Self {
                name,
                setting,
                text,
            })
        });
        set.collect()
    }

    /// Whether a value with this origin came from one of them.
    pub(super) fn is_origin(name: &str) -> bool {
        VARIABLES.iter().any(|(variable, _)| *variable == name)
    }
}

impl Provider for Variable {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.name)
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let own = Dict::from([(self.setting.to_owned(), self.text.clone().into())]);
        let all = Dict::from([("telemetry".to_owned(), own.into())]);
        Ok(Map::from([(Profile::Default, all)]))
    }
}
