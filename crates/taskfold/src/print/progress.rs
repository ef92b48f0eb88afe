//! Progress of long work: on standard error, and only on a terminal.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar or a spinner. Clones are the same one; it vanishes when the last of them is dropped.
#[derive(Debug, Clone)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// A bar towards `total` of `what`.
    pub(crate) fn bar(what: &str, total: u64, quiet: bool) -> Self {
        Self::new(
            ProgressBar::no_length(),
            what,
            quiet,
            "{msg} {bar:30} {pos}/{len} {eta}",
        )
        .sized(total)
    }

    /// A spinner for work whose size is not known.
    pub(crate) fn spinner(what: &str, quiet: bool) -> Self {
        let progress = Self::new(
            ProgressBar::new_spinner(),
            what,
            quiet,
            "{spinner} {msg} {elapsed}",
        );
        progress.0.enable_steady_tick(Duration::from_millis(120));
        progress
    }

    fn new(bar: ProgressBar, what: &str, quiet: bool, template: &str) -> Self {
        if quiet || !io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        Self(bar)
    }

    fn sized(self, total: u64) -> Self {
        if total > 0 {
            self.0.set_length(total);
        }
        self
    }

    /// So much of `all` is done.
    pub(crate) fn at(&self, done: u64, all: u64) {
        self.0.set_length(all);
        self.0.set_position(done);
    }

    /// Takes it off the screen.
    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
