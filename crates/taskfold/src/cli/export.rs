//! `taskfold export`.

use std::path::PathBuf;

use clap::ValueEnum;

use super::App;
use crate::client::{Call, Client};
use crate::config::write_private;
use crate::exit::{Exit, Failure};
use crate::print::Progress;

/// Export the workspace.
#[derive(Debug, clap::Args)]
pub(crate) struct Export {
    /// json is complete and can be imported again; events is the raw history
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
    /// Into this file, which must not exist [default: standard output]
    #[arg(long, short = 'o', value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Json,
    Csv,
    Ics,
    Events,
}

impl Export {
    /// Runs it.
    pub(crate) async fn run(self, app: &App, client: &Client) -> Result<(), Failure> {
        if let Some(path) = self.output.as_ref().filter(|path| path.exists()) {
            return Err(Failure::new(
                Exit::Conflict,
                format!("{} exists", path.display()),
            ));
        }
        let format = self.format.to_possible_value();
        let format = format.as_ref().map_or("json", |value| value.get_name());
        let progress = Progress::spinner("exporting", app.screen.json);
        let reply = client
            .send(Call::get("export").query("format", format))
            .await;
        progress.finish();
        let reply = reply?;
        let Some(path) = &self.output else {
            return app.screen.raw(&reply.body);
        };
        write_private(path, &reply.body)
            .map_err(|error| Failure::doing(&path.display().to_string(), error))?;
        app.screen
            .note(&format!("{} bytes in {}", reply.body.len(), path.display()));
        Ok(())
    }
}
