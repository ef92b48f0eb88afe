//! How a command ends: its exit code, and the one sentence that says why.

use std::io;

use serde_json::{Map, Value, json};

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

impl Exit {
    /// The code as the process gives it.
    pub(crate) fn number(self) -> u8 {
        self as u8
    }

    /// How the API would say it: status, title and stable name.
    fn as_problem(self) -> (u16, &'static str, &'static str) {
        match self {
            Self::Error => (500, "Failed", "failed"),
            Self::Usage => (422, "Wrong input", "invalid"),
            Self::NotFound => (404, "Not Found", "not_found"),
            Self::Conflict => (409, "Conflict", "conflict"),
            Self::Access => (401, "No access", "no_access"),
            Self::CheckFailed => (500, "Check failed", "check_failed"),
        }
    }
}

/// Where the documentation of a problem's code is, as in the API's own problems.
const PROBLEMS: &str = "https://taskfold.dev/problems/";

/// A place in something that was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// What was typed there: `filter`, `sort`, `due`.
    pub field: &'static str,
    /// The character at which it is wrong, from 1.
    pub column: Option<usize>,
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
    /// The value that is wrong, when it is one.
    pub place: Option<Place>,
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
            place: None,
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

    /// Names the value that is wrong, and the character at which it is.
    #[must_use]
    pub(crate) fn at(mut self, field: &'static str, column: Option<usize>) -> Self {
        self.0.place = Some(Place { field, column });
        self
    }

    /// Says a name in the place of an id.
    #[must_use]
    pub(crate) fn naming(mut self, id: &str, name: &str) -> Self {
        self.0.message = self.0.message.replace(id, name);
        self
    }

    /// Keeps the server's answer.
    #[must_use]
    pub(crate) fn problem(mut self, problem: Value) -> Self {
        self.0.problem = Some(problem);
        self
    }

    /// The failure as the API says failures (RFC 9457), whoever found it: the server's own words when
    /// there are any, and what only the command line knows (`exit`, `hint`, `details`).
    pub(crate) fn to_problem(&self) -> Value {
        let reason = self.reason();
        let mut problem = match &reason.problem {
            Some(Value::Object(told)) => told.clone(),
            Some(_) | None => self.own_problem(),
        };
        problem.insert("exit".to_owned(), json!(reason.exit.number()));
        if let Some(hint) = &reason.hint {
            problem.insert("hint".to_owned(), json!(hint));
        }
        Value::Object(problem)
    }

    fn own_problem(&self) -> Map<String, Value> {
        let reason = self.reason();
        let (status, title, code) = reason.exit.as_problem();
        let mut problem = Map::new();
        problem.insert("type".to_owned(), json!(format!("{PROBLEMS}{code}")));
        problem.insert("title".to_owned(), json!(title));
        problem.insert("status".to_owned(), json!(status));
        problem.insert("detail".to_owned(), json!(reason.message));
        problem.insert("code".to_owned(), json!(code));
        if let Some(Place { field, column }) = &reason.place {
            let mut error = json!({ "field": field, "code": code, "message": reason.message });
            if let Some(column) = column {
                error["column"] = json!(column);
            }
            problem.insert("errors".to_owned(), json!([error]));
        }
        if !reason.details.is_empty() {
            problem.insert("details".to_owned(), json!(reason.details));
        }
        problem
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
