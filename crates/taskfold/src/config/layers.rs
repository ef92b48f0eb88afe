//! Puts the layers of the configuration over each other and remembers where each value came from.

use std::path::{Path, PathBuf};

use figment::error::Kind;
use figment::providers::{Env, Format as _, Serialized, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};
use serde::Serialize;
use taskfold_roles::process::Role;

use super::settings::{ColorWhen, Config};
use super::telemetry::Variable;
use super::{Environment, secrets};

/// What the flags of the command line set.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Overrides {
    /// `--data`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<PathBuf>,
    /// `--server`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// `--workspace`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workspace: Option<String>,
    /// `--color`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color: Option<ColorWhen>,
    /// Flags of `serve`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serve: Option<ServeOverrides>,
}

/// What the flags of `serve` set.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct ServeOverrides {
    /// `--listen`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<String>,
    /// `--role`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Role>,
}

impl Provider for Overrides {
    fn metadata(&self) -> Metadata {
        Metadata::named("flag")
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Serialized::defaults(self).data()
    }
}

/// The configuration is wrong; nothing was done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// The file that was named is not there.
    #[error("there is no configuration file {}", .0.display())]
    NoFile(PathBuf),
    /// A key that does not exist.
    #[error("unknown key `{key}` in {origin}; expected one of: {expected}")]
    UnknownKey {
        /// The whole path of the key.
        key: String,
        /// Where it stands.
        origin: String,
        /// The keys that exist there.
        expected: String,
    },
    /// A value of the wrong type.
    #[error("`{key}` in {origin}: {reason}")]
    Value {
        /// The whole path of the key.
        key: String,
        /// Where it stands.
        origin: String,
        /// What is wrong.
        reason: String,
    },
    /// A secret's file that cannot be read.
    #[error("`{key}_file`: {reason}")]
    SecretFile {
        /// The key of the secret.
        key: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// Two ways to say the same.
    #[error("both `{0}` and `{0}_file` are set; leave one")]
    TwoSecrets(&'static str),
}

/// One setting as it is in effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Setting {
    /// Its path, such as `serve.listen`.
    pub key: String,
    /// Its value; a secret is masked.
    pub value: String,
    /// Where it came from.
    pub origin: String,
}

/// The configuration together with where it came from.
#[derive(Debug, Clone)]
pub(crate) struct Loaded {
    /// The configuration.
    pub config: Config,
    /// Each setting with its origin, by key.
    pub settings: Vec<Setting>,
}

impl Loaded {
    /// Reads all layers. `file` is the one named by `--config`.
    pub(crate) fn load(
        environment: &Environment,
        file: Option<&Path>,
        flags: &Overrides,
    ) -> Result<Self, ConfigError> {
        let variables = Env::prefixed("TASKFOLD_").ignore(&["config"]).split("__");
        Self::from_layers(environment, file, variables, flags)
    }

    fn from_layers(
        environment: &Environment,
        file: Option<&Path>,
        variables: impl Provider,
        flags: &Overrides,
    ) -> Result<Self, ConfigError> {
        let named = file.or(environment.config_file.as_deref());
        if let Some(missing) = named.filter(|path| !path.is_file()) {
            return Err(ConfigError::NoFile(missing.to_owned()));
        }
        let usual = environment.config_dir.join("taskfold.toml");
        let defaults = Config::defaults(environment.data_dir.clone());
        let mut figment = Figment::from(Serialized::defaults(defaults));
        let file = named.or_else(|| usual.exists().then_some(usual.as_path()));
        if let Some(file) = file {
            figment = figment.merge(Toml::file_exact(file));
        }
        for variable in &environment.telemetry {
            figment = figment.merge(variable);
        }
        let figment = figment.merge(variables).merge(flags);
        let mut config: Config = figment
            .extract()
            .map_err(|error| explain(error, &figment))?;
        let mut settings = settings(&figment);
        secrets::read_files(&mut config)?;
        settings.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(Self { config, settings })
    }
}

fn explain(error: figment::Error, figment: &Figment) -> ConfigError {
    // The first of several is enough: the next run names the next.
    let error = error.into_iter().next();
    let Some(error) = error else {
        return ConfigError::Value {
            key: String::new(),
            origin: "the configuration".to_owned(),
            reason: "cannot be read".to_owned(),
        };
    };
    let path = error.path.join(".");
    let metadata = error.metadata.clone();
    match error.kind {
        Kind::UnknownField(field, expected) => {
            let key = if path.is_empty() || path == field || path.ends_with(&format!(".{field}")) {
                if path.is_empty() { field } else { path }
            } else {
                format!("{path}.{field}")
            };
            let metadata = figment.find_metadata(&key).cloned().or(metadata);
            let origin = origin(metadata.as_ref(), &key);
            ConfigError::UnknownKey {
                key,
                origin,
                expected: expected.join(", "),
            }
        }
        kind @ (Kind::Message(_)
        | Kind::InvalidType(..)
        | Kind::InvalidValue(..)
        | Kind::InvalidLength(..)
        | Kind::UnknownVariant(..)
        | Kind::MissingField(_)
        | Kind::DuplicateField(_)
        | Kind::ISizeOutOfRange(_)
        | Kind::USizeOutOfRange(_)
        | Kind::Unsupported(_)
        | Kind::UnsupportedKey(..)) => ConfigError::Value {
            origin: origin(metadata.as_ref(), &path),
            key: path,
            reason: kind.to_string(),
        },
    }
}

/// Where a value came from, in words.
fn origin(metadata: Option<&Metadata>, key: &str) -> String {
    let Some(metadata) = metadata else {
        return "the configuration".to_owned();
    };
    if metadata.name == "flag" || Variable::is_origin(&metadata.name) {
        return metadata.name.to_string();
    }
    if metadata.name.contains("environment") {
        return format!("TASKFOLD_{}", key.to_uppercase().replace('.', "__"));
    }
    match &metadata.source {
        Some(figment::Source::File(path)) => path.display().to_string(),
        Some(_) | None => "default".to_owned(),
    }
}

fn settings(figment: &Figment) -> Vec<Setting> {
    let mut found = Vec::new();
    if let Ok(root) = figment.extract::<Dict>() {
        for (key, value) in &root {
            flatten(figment, key, value, &mut found);
        }
    }
    found
}

fn flatten(figment: &Figment, key: &str, value: &Value, found: &mut Vec<Setting>) {
    if let Value::Dict(_, inner) = value {
        for (name, value) in inner {
            flatten(figment, &format!("{key}.{name}"), value, found);
        }
        return;
    }
    let shown = match value {
        Value::Empty(..) => String::new(),
        Value::String(_, text) => text.clone(),
        Value::Char(..) | Value::Bool(..) | Value::Num(..) | Value::Dict(..) | Value::Array(..) => {
            serde_json::to_value(value)
                .map(|json| json.to_string())
                .unwrap_or_default()
        }
    };
    let value = secrets::shown(key, shown);
    let origin = origin(figment.find_metadata(key), key);
    found.push(Setting {
        key: key.to_owned(),
        value,
        origin,
    });
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::config::Secret;

    struct Place {
        directory: tempfile::TempDir,
        environment: Environment,
    }

    fn place(toml: &str) -> Place {
        let directory = tempfile::tempdir().unwrap();
        let environment = Environment {
            config_dir: directory.path().to_owned(),
            data_dir: "/default/data".into(),
            ..Environment::default()
        };
        fs::write(directory.path().join("taskfold.toml"), toml).unwrap();
        Place {
            directory,
            environment,
        }
    }

    fn load(place: &Place, flags: &Overrides) -> Result<Loaded, ConfigError> {
        Loaded::from_layers(
            &place.environment,
            None,
            Serialized::defaults(Dict::new()),
            flags,
        )
    }

    fn origin_of(loaded: &Loaded, key: &str) -> String {
        loaded
            .settings
            .iter()
            .find(|setting| setting.key == key)
            .unwrap()
            .origin
            .clone()
    }

    #[test]
    fn later_layers_win_and_each_value_knows_its_origin() {
        let place = place("data = \"/from/file\"\n[serve]\nlisten = \"0.0.0.0:80\"\n");
        let flags = Overrides {
            data: Some("/from/flag".into()),
            ..Overrides::default()
        };
        let loaded = load(&place, &flags).unwrap();
        assert_eq!(loaded.config.data, PathBuf::from("/from/flag"));
        assert_eq!(origin_of(&loaded, "data"), "flag");
        assert_eq!(loaded.config.serve.listen.port(), 80);
        let file = place.directory.path().join("taskfold.toml");
        assert_eq!(
            origin_of(&loaded, "serve.listen"),
            file.display().to_string()
        );
        assert_eq!(origin_of(&loaded, "log.level"), "default");
    }

    #[test]
    fn variables_of_opentelemetry_are_respected() {
        let mut place = place("[telemetry]\notlp_endpoint = \"http://file:4318\"\n");
        place.environment.telemetry = Variable::all(&|name| match name {
            "OTEL_EXPORTER_OTLP_ENDPOINT" => Some("http://otel:4318".into()),
            "OTEL_EXPORTER_OTLP_HEADERS" => Some("authorization=s3cret".into()),
            _ => None,
        });
        let loaded = load(&place, &Overrides::default()).unwrap();
        let telemetry = &loaded.config.telemetry;
        assert_eq!(telemetry.otlp_endpoint.as_deref(), Some("http://otel:4318"));
        assert_eq!(
            origin_of(&loaded, "telemetry.otlp_endpoint"),
            "OTEL_EXPORTER_OTLP_ENDPOINT"
        );
        assert!(!format!("{loaded:?}").contains("s3cret"));
        let own = Dict::from([("otlp_endpoint".to_owned(), "http://own:4318".into())]);
        let own = Dict::from([("telemetry".to_owned(), Value::from(own))]);
        let layers = Loaded::from_layers(
            &place.environment,
            None,
            Serialized::defaults(own),
            &Overrides::default(),
        );
        let own = layers.unwrap().config.telemetry.otlp_endpoint;
        assert_eq!(own.as_deref(), Some("http://own:4318"));
    }

    #[test]
    fn an_unknown_key_is_named_with_its_place() {
        let error = load(&place("[serve]\nlisen = \"x\"\n"), &Overrides::default()).unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with("unknown key `serve.lisen` in /"), "{text}");
        assert!(
            text.contains("taskfold.toml") && text.contains("listen"),
            "{text}"
        );
        let error = load(&place("datta = 1\n"), &Overrides::default()).unwrap_err();
        assert!(
            error.to_string().starts_with("unknown key `datta` in /"),
            "{error}"
        );
    }

    #[test]
    fn a_wrong_value_is_named_with_its_place() {
        let error = load(&place("[serve]\nlisten = 5\n"), &Overrides::default()).unwrap_err();
        assert!(
            error.to_string().starts_with("`serve.listen` in /"),
            "{error}"
        );
    }

    #[test]
    fn a_named_file_must_exist() {
        let place = place("");
        let missing = place.directory.path().join("other.toml");
        let error = Loaded::load(&place.environment, Some(&missing), &Overrides::default());
        assert!(matches!(error, Err(ConfigError::NoFile(_))), "{error:?}");
    }

    #[test]
    fn secrets_are_masked_and_may_stand_in_files() {
        let place = place("");
        let file = place.directory.path().join("token");
        crate::config::write_private(&file, b"tf_abc\n").unwrap();
        let toml = format!("token_file = {file:?}\n");
        fs::write(place.directory.path().join("taskfold.toml"), toml).unwrap();
        let loaded = load(&place, &Overrides::default()).unwrap();
        assert_eq!(loaded.config.token.as_ref().unwrap().reveal(), "tf_abc");
        assert!(!format!("{loaded:?}").contains("tf_abc"));

        fs::write(
            place.directory.path().join("taskfold.toml"),
            "token = \"tf_abc\"\n",
        )
        .unwrap();
        let loaded = load(&place, &Overrides::default()).unwrap();
        let shown = loaded
            .settings
            .iter()
            .find(|setting| setting.key == "token")
            .unwrap();
        assert_eq!(shown.value, "********");
    }

    #[test]
    fn addresses_of_databases_are_secrets() {
        let place = place("");
        let directory = place.directory.path();
        let toml = directory.join("taskfold.toml");
        let one = "[store]\nkind = \"postgres\"\nurls = \"postgres://a:s3cret@db/t\"\n";
        fs::write(&toml, one).unwrap();
        let loaded = load(&place, &Overrides::default()).unwrap();
        assert_eq!(
            loaded.config.store.urls[0].reveal(),
            "postgres://a:s3cret@db/t"
        );
        assert!(!format!("{loaded:?}").contains("s3cret"));
        let file = directory.join("urls");
        crate::config::write_private(&file, b"postgres://db/a\n\npostgres://db/b\n").unwrap();
        fs::write(&toml, format!("[store]\nurls_file = {file:?}\n")).unwrap();
        let loaded = load(&place, &Overrides::default()).unwrap();
        let urls: Vec<_> = loaded
            .config
            .store
            .urls
            .iter()
            .map(Secret::reveal)
            .collect();
        assert_eq!(urls, ["postgres://db/a", "postgres://db/b"]);
        fs::write(&toml, format!("{one}urls_file = {file:?}\n")).unwrap();
        let error = load(&place, &Overrides::default()).unwrap_err();
        assert!(
            matches!(error, ConfigError::TwoSecrets("store.urls")),
            "{error}"
        );
    }
}
