//! `taskfold keys`.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::json;
use taskfold_contracts::time::{Clock as _, SystemClock};
use taskfold_roles::internal::generate;

use super::App;
use crate::config::make_private_directory;
use crate::exit::Failure;

/// Keys with which processes sign what they say to each other.
#[derive(Debug, clap::Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct Keys {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make a pair: NAME.key signs and is for gateways, NAME.pub checks and is for everybody else
    New {
        /// The one that comes last in the alphabet signs [default: the time of this moment]
        name: Option<String>,
        /// Directory to put it into [default: internal.keys]
        #[arg(long, value_name = "DIR")]
        directory: Option<PathBuf>,
    },
}

impl Keys {
    /// Runs it.
    pub(crate) fn run(self, app: &App) -> Result<(), Failure> {
        let Action::New { name, directory } = self.action;
        let directory = directory.or_else(|| app.config().internal.keys.clone());
        let directory = directory.ok_or_else(|| {
            Failure::usage("where to? --directory DIR, or internal.keys in the configuration")
        })?;
        let name = name.unwrap_or_else(|| {
            let now = SystemClock.now().to_jiff();
            now.strftime("%Y%m%dT%H%M%SZ").to_string()
        });
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if name.is_empty() || name.starts_with('.') || !name.chars().all(plain) {
            let message = format!("{name:?} is no name of a key: letters, digits, - _ .");
            return Err(Failure::usage(message));
        }
        make_private_directory(&directory)
            .map_err(|error| Failure::doing(&directory.display().to_string(), error))?;
        generate(&directory, &name).map_err(|error| Failure::doing("make a key", error))?;
        if app.screen.json {
            return app
                .screen
                .value(&json!({ "name": name, "directory": directory }));
        }
        let place = directory.join(&name);
        app.screen.line(&format!(
            "made {0}.key, which signs, and {0}.pub, which checks",
            place.display()
        ))
    }
}
