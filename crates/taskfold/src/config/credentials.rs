//! Logins to servers, kept in the configuration directory.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{read_private, write_private};

/// All logins. The file is `credentials.json`, mode 0600.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Credentials {
    /// URL of the server that commands talk to when none is named.
    pub current: Option<String>,
    /// By URL of the server.
    pub logins: BTreeMap<String, Login>,
}

/// A login to one server.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Login {
    /// The API token.
    pub token: String,
    /// Its id at the server, to revoke it at logout; none when the person brought the token.
    pub token_id: Option<String>,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Login")
            .field("token_id", &self.token_id)
            .finish_non_exhaustive()
    }
}

impl Credentials {
    fn path(config_dir: &Path) -> PathBuf {
        config_dir.join("credentials.json")
    }

    /// Those of `config_dir`; none when there is no file.
    pub(crate) fn load(config_dir: &Path) -> io::Result<Self> {
        let Some(text) = read_private(&Self::path(config_dir))? else {
            return Ok(Self::default());
        };
        serde_json::from_str(&text).map_err(io::Error::other)
    }

    /// Replaces those of `config_dir`.
    pub(crate) fn save(&self, config_dir: &Path) -> io::Result<()> {
        let text = serde_json::to_string_pretty(self).map_err(io::Error::other)?;
        write_private(&Self::path(config_dir), text.as_bytes())
    }
}
