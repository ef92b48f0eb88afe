//! `taskfold completions`.

use clap_complete::Shell;

use super::App;
use crate::exit::Failure;

/// Print a completion script for a shell.
#[derive(Debug, clap::Args)]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    /// Runs it.
    pub(crate) fn run(self, app: &App, command: &mut clap::Command) -> Result<(), Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, command, "taskfold", &mut script);
        app.screen.raw(&script)
    }
}
