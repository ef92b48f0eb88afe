//! Secrets: read from files where they stand in files, and never shown.

use std::path::Path;

use super::layers::ConfigError;
use super::read_private;
use super::settings::{Config, MASK, Secret};

/// Puts the secrets that stand in files into their places.
///
/// # Errors
/// A file cannot be read or can be read by others, or the same secret is set as a value, too.
pub(super) fn read_files(config: &mut Config) -> Result<(), ConfigError> {
    one("token", &mut config.token, config.token_file.as_deref())?;
    let redis = &mut config.redis;
    one("redis.url", &mut redis.url, redis.url_file.as_deref())?;
    let kafka = &mut config.kafka;
    let file = kafka.password_file.as_deref();
    one("kafka.password", &mut kafka.password, file)?;
    let registry = &mut config.registry;
    one(
        "registry.url",
        &mut registry.url,
        registry.url_file.as_deref(),
    )?;
    let telemetry = &mut config.telemetry;
    let file = telemetry.otlp_headers_file.as_deref();
    one("telemetry.otlp_headers", &mut telemetry.otlp_headers, file)?;
    let file = registry.password_file.as_deref();
    one("registry.password", &mut registry.password, file)?;
    let store = &mut config.store;
    let file = store.identity_url_file.as_deref();
    one("store.identity_url", &mut store.identity_url, file)?;
    let file = store.views_url_file.as_deref();
    one("store.views_url", &mut store.views_url, file)?;
    let file = store.replica_url_file.as_deref();
    one("store.replica_url", &mut store.replica_url, file)?;
    if let Some(path) = &store.urls_file {
        let key = "store.urls";
        refuse_two(key, !store.urls.is_empty())?;
        let text = read(key, path)?;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        store.urls = lines.map(|line| Secret::new(line.to_owned())).collect();
    }
    Ok(())
}

fn one(
    key: &'static str,
    value: &mut Option<Secret>,
    file: Option<&Path>,
) -> Result<(), ConfigError> {
    if let Some(path) = file {
        refuse_two(key, value.is_some())?;
        *value = Some(Secret::new(read(key, path)?.trim().to_owned()));
    }
    Ok(())
}

fn refuse_two(key: &'static str, is_set: bool) -> Result<(), ConfigError> {
    if is_set {
        return Err(ConfigError::TwoSecrets(key));
    }
    Ok(())
}

fn read(key: &'static str, path: &Path) -> Result<String, ConfigError> {
    let unreadable = |reason: String| ConfigError::SecretFile { key, reason };
    let text = read_private(path).map_err(|error| unreadable(error.to_string()))?;
    text.ok_or_else(|| unreadable(format!("there is no file {}", path.display())))
}

/// How the value of a setting is shown: of a secret nothing, of an address all but its password.
pub(super) fn shown(key: &str, value: String) -> String {
    match key {
        "token" | "kafka.password" | "registry.password" | "telemetry.otlp_headers"
            if !value.is_empty() =>
        {
            MASK.to_owned()
        }
        "store.identity_url"
        | "store.views_url"
        | "store.replica_url"
        | "redis.url"
        | "registry.url"
        | "telemetry.otlp_endpoint"
            if !value.is_empty() =>
        {
            address(&value)
        }
        "store.urls" => match serde_json::from_str::<Vec<String>>(&value) {
            Ok(all) => all
                .iter()
                .map(|one| address(one))
                .collect::<Vec<_>>()
                .join(" "),
            Err(_) if value.is_empty() => value,
            Err(_) => address(&value),
        },
        _ => value,
    }
}

/// An address may hold its password in other places than the usual one: then nothing of it is shown.
fn address(text: &str) -> String {
    let Ok(mut url) = url::Url::parse(text) else {
        return MASK.to_owned();
    };
    let hidden = url.password().is_none() || url.set_password(Some(MASK)).is_ok();
    if !hidden || !url.has_host() || url.query().is_some_and(|query| query.contains("password")) {
        return MASK.to_owned();
    }
    url.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_shown() {
        let url = "postgres://app:s3cret@db.example.org:5432/taskfold?sslmode=require";
        let shown_url = "postgres://app:********@db.example.org:5432/taskfold?sslmode=require";
        for key in ["identity_url", "views_url", "replica_url"] {
            assert_eq!(shown(&format!("store.{key}"), url.to_owned()), shown_url);
        }
        let list = format!("[{url:?},\"postgres://db/b\"]");
        assert_eq!(
            shown("store.urls", list),
            format!("{shown_url} postgres://db/b")
        );
        assert_eq!(shown("store.urls", url.to_owned()), shown_url);
        assert_eq!(shown("store.urls", "[]".to_owned()), "");
        for odd in [
            "host=db password=s3cret",
            "postgres://db/taskfold?password=s3cret",
            "postgres:s3cret",
        ] {
            let text = shown("store.urls", odd.to_owned());
            assert!(!text.contains("s3cret"), "{text}");
        }
        for key in [
            "token",
            "kafka.password",
            "registry.password",
            "telemetry.otlp_headers",
        ] {
            assert_eq!(shown(key, "s3cret".to_owned()), MASK);
            assert_eq!(shown(key, String::new()), "");
        }
        let registry = shown("registry.url", "http://app:s3cret@registry:8081".to_owned());
        assert_eq!(registry, "http://app:********@registry:8081/");
        assert_eq!(shown("serve.listen", url.to_owned()), url);
    }
}
