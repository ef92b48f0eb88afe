//! `taskfold export`.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde_json::json;

use super::{App, files};
use crate::client::{Call, Client};
use crate::config::write_private;
use crate::exit::{Exit, Failure};
use crate::print::Progress;

/// Export the workspace.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  taskfold export -o tasks.json
  taskfold export --format csv > tasks.csv
  taskfold export --format events -o history.jsonl --force")]
pub(crate) struct Export {
    /// What to write
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
    /// Into this file, in a directory that exists [default: standard output]
    #[arg(long, short = 'o', value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write over a file that exists
    #[arg(long, short = 'f', requires = "output")]
    force: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Complete: can be imported again
    Json,
    /// A table for spreadsheets
    Csv,
    /// iCalendar
    Ics,
    /// The raw history
    Events,
}

impl Export {
    /// Runs it.
    pub(crate) async fn run(self, app: &App, client: &Client) -> Result<(), Failure> {
        if let Some(path) = &self.output {
            self.refuse(path)?;
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
            app.screen.raw(&reply.body)?;
            return complete(app).await;
        };
        // Written beside it and then renamed: nobody sees half a file.
        write_private(path, &reply.body)
            .map_err(|error| Failure::doing(&path.display().to_string(), error))?;
        let bytes = reply.body.len();
        if app.screen.json {
            app.screen
                .value(&json!({ "file": path, "format": format, "bytes": bytes }))?;
        } else {
            app.screen
                .note(&format!("{bytes} bytes in {}", path.display()));
        }
        complete(app).await
    }

    /// Asked before the work begins: a file that is there stays, and no directory is made.
    fn refuse(&self, path: &Path) -> Result<(), Failure> {
        let shown = path.display();
        if path.is_dir() {
            return Err(Failure::usage(format!("{shown} is a directory")));
        }
        if path.exists() && !self.force {
            return Err(Failure::new(Exit::Conflict, format!("{shown} exists"))
                .hint("--force writes over it"));
        }
        let parent = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        match parent {
            Some(parent) if !parent.is_dir() => Err(Failure::not_found(format!(
                "there is no directory {}",
                parent.display()
            ))
            .hint("make it first, or name another file")),
            Some(_) | None => Ok(()),
        }
    }
}

/// An export is taken for a copy of all there is: it must not end well when something is missing.
async fn complete(app: &App) -> Result<(), Failure> {
    if files::waiting(app).await {
        let message = "the export is not complete: some events cannot be applied";
        return Err(Failure::new(Exit::CheckFailed, message).hint("taskfold deadletters list"));
    }
    Ok(())
}
