//! `taskfold serve`.

use crate::cli::App;
use crate::exit::Failure;

/// Run the server until it is told to stop (SIGTERM or Ctrl-C).
#[derive(Debug, clap::Args)]
pub struct Serve {
    /// Address and port; port 0 takes a free one [default: 127.0.0.1:7400]
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
}

/// Runs it.
pub async fn run(app: &App) -> Result<(), Failure> {
    let _ = app;
    Ok(())
}
