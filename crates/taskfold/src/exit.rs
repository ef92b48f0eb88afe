//! How a command ends: its exit code, and the one sentence that says why.

use std::io;

use serde_json::Value;

/// Exit codes. They are documented in `docs/guide/cli.md` and never change their meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Something failed that has no code of its own.
    Error = 1,
    /// The command line, the configuration or a value in them is wrong.
    Usage = 2,
    /// What was named does not exist.
    NotFound = 3,
    /// It contradicts the present state: somebody else was first, or the rules forbid it.
    Conflict = 4,
    /// No server was reached, or it does not let us in.
    Access = 5,
    /// A check found something wrong: `log verify`, `views rebuild --verify`, `doctor`, a backup.
    CheckFailed = 6,
}

/// Why a command did not do what it was asked to.
#[derive(Debug)]
pub(crate) struct Failure(Box<Reason>);

/// The parts of a [`Failure`].
#[derive(Debug)]
pub(crate) struct Reason {
    /// The code to leave with.
    pub exit: Exit,
    /// One sentence, without a full stop.
    pub message: String,
    /// Further lines: the fields that are wrong, the candidates.
    pub details: Vec<String>,
    /// What to do about it.
    pub hint: Option<String>,
    /// The server's answer, for `--json`.
    pub problem: Option<Value>,
    /// Whoever read our output went away; nothing is left to say.
    pub quiet: bool,
}

impl Failure {
    /// A failure with its sentence.
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self(Box::new(Reason {
            exit,
            message: message.into(),
            details: Vec::new(),
            hint: None,
            problem: None,
            quiet: false,
        }))
    }

    /// What was named does not exist.
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(Exit::NotFound, message)
    }

    /// A value that cannot be used.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// Anything else, with what was being done.
    pub(crate) fn doing(what: &str, error: impl std::fmt::Display) -> Self {
        Self::new(Exit::Error, format!("{what}: {error}"))
    }

    /// Says what to do about it.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Adds a line.
    #[must_use]
    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.details.push(detail.into());
        self
    }

    /// Keeps the server's answer.
    #[must_use]
    pub(crate) fn problem(mut self, problem: Value) -> Self {
        self.0.problem = Some(problem);
        self
    }

    /// The parts.
    pub(crate) fn reason(&self) -> &Reason {
        &self.0
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Failure {}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        let mut failure = Self::new(Exit::Error, error.to_string());
        failure.0.quiet = error.kind() == io::ErrorKind::BrokenPipe;
        failure
    }
}
