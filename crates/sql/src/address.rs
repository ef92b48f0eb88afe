//! Where a PostgreSQL server is, and how the line to it is encrypted.

use tokio_postgres::Config;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::Error;
use crate::tls::{self, Verify};

/// An address that was read.
#[derive(Clone)]
pub struct Address {
    /// What connections are made with.
    pub config: Config,
    /// What encrypts them, where the address asks for that.
    pub tls: MakeRustlsConnect,
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Address")
            .field("hosts", &self.config.get_hosts())
            .field("database", &self.config.get_dbname())
            .finish_non_exhaustive()
    }
}

impl Address {
    /// From `postgres://user:password@host:port/database` or `host=… user=…`. `sslmode` is `disable`, `prefer`,
    /// `require` (encrypted, whoever answers) or `verify-full` (the server proves its name, to the system's
    /// authorities or those in the file that `sslrootcert` names).
    ///
    /// # Errors
    /// It is none, or the authorities cannot be read. The message holds no password.
    pub fn parse(url: &str) -> Result<Self, Error> {
        let parts = Parts::of(url)?;
        let mut config: Config = parts.url.parse().map_err(|_| {
            Error::Address(
                "the PostgreSQL address does not read postgres://user:password@host:port/database"
                    .to_owned(),
            )
        })?;
        if let Some(mode) = parts.mode {
            config.ssl_mode(mode);
        }
        let tls = tls::connector(parts.verify, parts.roots.as_deref()).map_err(Error::Address)?;
        Ok(Self { config, tls })
    }
}

/// An address without what only libpq's newer modes know.
struct Parts {
    url: String,
    mode: Option<SslMode>,
    verify: Verify,
    roots: Option<String>,
}

impl Parts {
    fn of(url: &str) -> Result<Self, Error> {
        let mut parts = Self {
            url: url.to_owned(),
            mode: None,
            verify: Verify::Nothing,
            roots: None,
        };
        let Some((before, query)) = url.split_once('?') else {
            return Ok(parts);
        };
        let mut kept = Vec::new();
        for pair in query.split('&') {
            match pair.split_once('=') {
                Some(("sslmode", "verify-full")) => {
                    (parts.mode, parts.verify) = (Some(SslMode::Require), Verify::Full);
                }
                Some(("sslmode", mode)) if !["disable", "prefer", "require"].contains(&mode) => {
                    return Err(Error::Address(format!(
                        "sslmode is {mode:?}, not disable, prefer, require or verify-full"
                    )));
                }
                Some(("sslrootcert", path)) => parts.roots = Some(path.to_owned()),
                Some(_) | None => kept.push(pair),
            }
        }
        let kept = kept.join("&");
        parts.url = if kept.is_empty() {
            before.to_owned()
        } else {
            format!("{before}?{kept}")
        };
        Ok(parts)
    }
}
