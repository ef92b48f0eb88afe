//! The schema registry: which schemas are there, and under which ids.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use taskfold_contracts::events::EventType;
use taskfold_contracts::schemas;

const MEDIA_TYPE: &str = "application/vnd.schemaregistry.v1+json";
const PATIENCE: Duration = Duration::from_secs(10);
/// Confluent's code for "no such subject" and "no such version".
const ABSENT: [u32; 2] = [40401, 40402];

/// What went wrong with the registry.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RegistryError {
    /// It does not answer, or not in its language.
    #[error("the schema registry cannot be used: {0}")]
    Unreachable(String),
    /// It refuses.
    #[error("the schema registry refuses {subject}: {message} ({code})")]
    Refused {
        /// What it was asked about.
        subject: String,
        /// Its own code.
        code: u32,
        /// Its own words.
        message: String,
    },
    /// A row was written with a schema that this program does not know.
    #[error(
        "version {version} of {event_type} is not known here: a newer Taskfold wrote it, run processors of its version"
    )]
    Unknown {
        /// The event.
        event_type: String,
        /// The version of its schema.
        version: u16,
    },
}

/// A registry with Confluent's API. Cheap to clone.
#[derive(Clone)]
pub struct Registry {
    http: reqwest::Client,
    url: Arc<str>,
    basic: Option<Arc<(String, String)>>,
}

/// How a version of an event stands in the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// It is there, under this id.
    Published(u32),
    /// It is not there, and may be published.
    Compatible,
    /// It is not there, and what is there forbids it.
    Incompatible,
}

#[derive(Serialize)]
struct Schema<'s> {
    schema: &'s str,
}

#[derive(Deserialize)]
struct Id {
    id: u32,
}

#[derive(Deserialize)]
struct Compatibility {
    is_compatible: bool,
}

#[derive(Deserialize)]
struct Refusal {
    error_code: u32,
    message: String,
}

/// The name of an event's schema in the registry, by topic and record (`TopicRecordNameStrategy`).
fn subject(event_type: EventType) -> String {
    let (topic, record) = (event_type.topic().as_str(), event_type.record_name());
    format!("{topic}-com.todoapp.events.{record}")
}

impl Registry {
    /// At this URL, such as `http://registry:8081`; with the name and the password that it wants, if any.
    pub fn new(url: &str, basic: Option<(String, String)>) -> Result<Self, RegistryError> {
        let http = reqwest::Client::builder().timeout(PATIENCE).build();
        let http = http.map_err(|error| RegistryError::Unreachable(error.to_string()))?;
        Ok(Self {
            http,
            url: url.trim_end_matches('/').into(),
            basic: basic.map(Arc::new),
        })
    }

    /// How this version of an event stands.
    pub async fn stand(&self, event_type: EventType, version: u16) -> Result<Stand, RegistryError> {
        let text = text(event_type, version)?;
        let subject = subject(event_type);
        let found = self
            .post::<Id>(&subject, &format!("/subjects/{subject}"), text)
            .await;
        // Confluent calls a schema unknown to a subject 40403.
        match found {
            Ok(found) => return Ok(Stand::Published(found.id)),
            Err(RegistryError::Refused { code, .. }) if code == 40403 || ABSENT.contains(&code) => {
            }
            Err(error) => return Err(error),
        }
        let path = format!("/compatibility/subjects/{subject}/versions");
        match self.post::<Compatibility>(&subject, &path, text).await {
            Ok(Compatibility {
                is_compatible: true,
            }) => Ok(Stand::Compatible),
            Ok(Compatibility {
                is_compatible: false,
            }) => Ok(Stand::Incompatible),
            Err(RegistryError::Refused { code, .. }) if ABSENT.contains(&code) => {
                Ok(Stand::Compatible)
            }
            Err(error) => Err(error),
        }
    }

    /// Publishes this version of an event, under `BACKWARD_TRANSITIVE`; its id. An incompatible one is refused.
    pub async fn publish(&self, event_type: EventType, version: u16) -> Result<u32, RegistryError> {
        self.protect(event_type).await?;
        let subject = subject(event_type);
        let path = format!("/subjects/{subject}/versions");
        let text = text(event_type, version)?;
        Ok(self.post::<Id>(&subject, &path, text).await?.id)
    }

    /// Has the registry refuse versions of an event that are not `BACKWARD_TRANSITIVE`.
    pub async fn protect(&self, event_type: EventType) -> Result<(), RegistryError> {
        let subject = subject(event_type);
        let level = serde_json::json!({ "compatibility": "BACKWARD_TRANSITIVE" });
        let url = format!("{}/config/{subject}", self.url);
        let request = self.http.put(url).json(&level);
        self.sent::<serde_json::Value>(&subject, request).await?;
        Ok(())
    }

    async fn post<T: for<'de> Deserialize<'de>>(
        &self,
        subject: &str,
        path: &str,
        schema: &str,
    ) -> Result<T, RegistryError> {
        let body = serde_json::to_vec(&Schema { schema })
            .map_err(|error| RegistryError::Unreachable(error.to_string()))?;
        let request = self.http.post(format!("{}{path}", self.url));
        let request = request.header("content-type", MEDIA_TYPE).body(body);
        self.sent(subject, request).await
    }

    async fn sent<T: for<'de> Deserialize<'de>>(
        &self,
        subject: &str,
        request: reqwest::RequestBuilder,
    ) -> Result<T, RegistryError> {
        let unreachable =
            |error: reqwest::Error| RegistryError::Unreachable(error.without_url().to_string());
        let request = match self.basic.as_deref() {
            Some((name, password)) => request.basic_auth(name, Some(password)),
            None => request,
        };
        let response = request.send().await.map_err(unreachable)?;
        let status = response.status();
        let body = response.bytes().await.map_err(unreachable)?;
        let garbled = |error| RegistryError::Unreachable(format!("{status}: {error}"));
        if status.is_success() {
            return serde_json::from_slice(&body).map_err(garbled);
        }
        let refusal: Refusal = serde_json::from_slice(&body).map_err(garbled)?;
        Err(RegistryError::Refused {
            subject: subject.to_owned(),
            code: refusal.error_code,
            message: refusal.message,
        })
    }
}

fn text(event_type: EventType, version: u16) -> Result<&'static str, RegistryError> {
    schemas::released(event_type, version).ok_or_else(|| RegistryError::Unknown {
        event_type: event_type.as_str().to_owned(),
        version,
    })
}

/// The ids of schemas, asked for once. Cheap to clone.
#[derive(Clone)]
pub struct SchemaIds {
    registry: Registry,
    known: Arc<RwLock<BTreeMap<(EventType, u16), u32>>>,
}

impl SchemaIds {
    /// Of this registry.
    pub fn new(registry: Registry) -> Self {
        Self {
            registry,
            known: Arc::default(),
        }
    }

    /// The id of this version of an event, which is published when it is not there yet.
    pub async fn id(&self, event_type: EventType, version: u16) -> Result<u32, RegistryError> {
        let key = (event_type, version);
        if let Some(id) = self.known(key) {
            return Ok(id);
        }
        let id = match self.registry.stand(event_type, version).await? {
            Stand::Published(id) => id,
            Stand::Compatible | Stand::Incompatible => {
                self.registry.publish(event_type, version).await?
            }
        };
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(key, id);
        Ok(id)
    }

    fn known(&self, key: (EventType, u16)) -> Option<u32> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&key).copied()
    }
}
