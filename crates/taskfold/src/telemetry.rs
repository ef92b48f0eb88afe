//! Logs of the process, on standard error.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;

use crate::config::{LogFormat, ProcessLog};

/// Begins to log. Called once, before anything is logged.
///
/// # Errors
/// `log.level` is neither a level nor a list of directives.
pub(crate) fn begin(settings: &ProcessLog) -> Result<(), ParseError> {
    let filter = EnvFilter::builder().parse(&settings.level)?;
    let json = match settings.format {
        LogFormat::Json => true,
        LogFormat::Human => false,
        LogFormat::Auto => !io::stderr().is_terminal(),
    };
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr);
    // A second subscriber can only be one that was set before us; its lines are as good as ours.
    let _ = if json {
        builder.json().flatten_event(true).try_init()
    } else {
        builder
            .compact()
            .with_ansi(io::stderr().is_terminal())
            .try_init()
    };
    Ok(())
}
