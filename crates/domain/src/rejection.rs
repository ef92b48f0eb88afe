//! Why a command is refused.

use taskfold_contracts::ids::StreamId;
use taskfold_contracts::values::Role;

/// One field that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct FieldError {
    /// Where, such as `title` or `commands[2].tags[0]`.
    pub field: String,
    /// A stable name of what is wrong, such as `too_long`.
    pub code: &'static str,
    /// The same for people.
    pub message: String,
}

impl FieldError {
    /// A field that is wrong.
    pub fn new(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            code,
            message: message.into(),
        }
    }
}

/// A command that is refused; nothing happened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// There is no such thing in this workspace, or the caller may not know of it.
    #[error("no {what} {id}")]
    NotFound {
        /// `task`, `list`, `workspace`, `member`, `invitation`, `filter`, `comment`, `user`.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// The caller's role does not allow it.
    #[error("this needs the role {}", needs.as_str())]
    Forbidden {
        /// The least role that does.
        needs: Role,
    },
    /// Fields are wrong; all of them are named.
    #[error("{}", listed(.0))]
    Invalid(Vec<FieldError>),
    /// The command is well formed but today's state does not allow it.
    #[error("{message}")]
    Conflict {
        /// A stable name, such as `cycle`, `last_owner`, `nothing_to_undo`.
        code: &'static str,
        /// The same for people.
        message: String,
    },
}

fn listed(errors: &[FieldError]) -> String {
    errors
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}

impl Rejection {
    pub(crate) fn not_found(what: &'static str, id: impl std::fmt::Display) -> Self {
        Self::NotFound {
            what,
            id: format!("{id}"),
        }
    }

    pub(crate) fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::Conflict {
            code,
            message: message.into(),
        }
    }

    pub(crate) fn invalid(field: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, code, message)])
    }

    /// An id that a client chose is that of something else. Where that is, and whether it is deleted, is not
    /// told: it may be in a workspace that the client knows nothing of.
    pub fn id_taken(id: StreamId) -> Self {
        Self::conflict("id_taken", format!("the id {id} is taken"))
    }

    /// The same, with each field put behind `prefix`, such as `commands[2]`.
    pub(crate) fn within(self, prefix: &str) -> Self {
        match self {
            Self::Invalid(mut errors) => {
                for error in &mut errors {
                    error.field = format!("{prefix}.{}", error.field);
                }
                Self::Invalid(errors)
            }
            Self::Conflict { code, message } => Self::Conflict {
                code,
                message: format!("{prefix}: {message}"),
            },
            other @ (Self::NotFound { .. } | Self::Forbidden { .. }) => other,
        }
    }
}

/// Gathers the fields that are wrong, so that all are named at once.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<FieldError>);

impl Faults {
    pub(crate) fn add(&mut self, field: &str, code: &'static str, message: impl Into<String>) {
        self.0.push(FieldError::new(field, code, message));
    }

    /// The value, or its default when it is wrong: the default never leaves, as [`Faults::end`] fails.
    pub(crate) fn take<T: Default>(&mut self, checked: Result<T, FieldError>) -> T {
        checked.unwrap_or_else(|error| {
            self.0.push(error);
            T::default()
        })
    }

    /// The value when it is right.
    pub(crate) fn good<T>(&mut self, checked: Result<T, FieldError>) -> Option<T> {
        checked.map_err(|error| self.0.push(error)).ok()
    }

    pub(crate) fn end(self) -> Result<(), Rejection> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Rejection::Invalid(self.0))
        }
    }
}
