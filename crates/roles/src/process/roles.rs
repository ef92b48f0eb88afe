//! Which roles a process has, and what they need.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a process can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The door: HTTP, accounts, live sockets.
    Gateway,
    /// Decides and appends to the log.
    Command,
    /// Answers from the views.
    Query,
    /// Keeps the views.
    Processor,
    /// Fires reminders.
    Notifier,
}

impl Role {
    /// All of them: what a process is unless it is told otherwise.
    pub const ALL: [Self; 5] = [
        Self::Gateway,
        Self::Command,
        Self::Query,
        Self::Processor,
        Self::Notifier,
    ];

    /// As it is written in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Command => "command",
            Self::Query => "query",
            Self::Processor => "processor",
            Self::Notifier => "notifier",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// There is no such role.
#[derive(Debug, thiserror::Error)]
#[error("there is no role {0:?}: gateway, command, query, processor, notifier")]
pub struct UnknownRole(String);

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        let found = Self::ALL.into_iter().find(|role| role.name() == text);
        found.ok_or_else(|| UnknownRole(text.to_owned()))
    }
}

/// What is missing, in the words of the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Lack {
    /// A process is something.
    #[error("a process needs a role: gateway, command, query, processor, notifier")]
    Role,
    /// This role has nobody to send commands to.
    #[error("role {0} needs upstream.command, or --role command in the same process")]
    Command(Role),
    /// The gateway has nobody to send reads to.
    #[error("role gateway needs upstream.query, or --role query in the same process")]
    Query,
    /// Nobody can send this role messages.
    #[error(
        "role {0} without the gateway in the same process needs serve.internal_listen, on which it \
         takes messages"
    )]
    Listener(Role),
    /// Messages between processes are signed.
    #[error("messages between processes are signed: that needs internal.keys (taskfold keys new)")]
    Keys,
    /// The views are in a file of the process that keeps them.
    #[error(
        "role {has} needs --role {needs} in the same process: the views are in a file of theirs"
    )]
    Views {
        /// The role that is there.
        has: Role,
        /// The one that is not.
        needs: Role,
    },
    /// A log in a file has one process.
    #[error(
        "a database in files is for one process with all roles; roles of their own need \
         store.kind = \"postgres\""
    )]
    Files,
}

/// Who there is to talk to.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Around {
    pub(super) command: bool,
    pub(super) query: bool,
    pub(super) listens: bool,
    pub(super) keys: bool,
    /// Whether views are where all processes reach them.
    pub(super) shared_views: bool,
}

/// The first thing that these roles lack.
pub(super) fn check(roles: &BTreeSet<Role>, around: Around) -> Result<(), Lack> {
    let has = |role| roles.contains(&role);
    if roles.is_empty() {
        return Err(Lack::Role);
    }
    for (has_one, needs) in [
        (Role::Query, Role::Processor),
        (Role::Processor, Role::Query),
        (Role::Notifier, Role::Processor),
    ] {
        if has(has_one) && !has(needs) && !around.shared_views {
            let has = has_one;
            return Err(Lack::Views { has, needs });
        }
    }
    if has(Role::Gateway) {
        if !has(Role::Command) && !around.command {
            return Err(Lack::Command(Role::Gateway));
        }
        if !has(Role::Query) && !around.query {
            return Err(Lack::Query);
        }
    } else if !around.listens {
        let mut reached = [Role::Command, Role::Query].into_iter();
        if let Some(reached) = reached.find(|role| has(*role)) {
            return Err(Lack::Listener(reached));
        }
    }
    if has(Role::Notifier) && !has(Role::Command) && !around.command {
        return Err(Lack::Command(Role::Notifier));
    }
    let sends = (has(Role::Gateway) && !(has(Role::Command) && has(Role::Query)))
        || (has(Role::Notifier) && !has(Role::Command));
    if (sends || around.listens) && !around.keys {
        return Err(Lack::Keys);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(roles: &[Role], around: Around) -> Result<(), Lack> {
        check(&roles.iter().copied().collect(), around)
    }

    #[test]
    fn what_is_missing_is_named() {
        use Role::{Command, Gateway, Notifier, Processor, Query};
        let alone = Around::default();
        let command = Around {
            command: true,
            ..alone
        };
        let both = Around {
            query: true,
            ..command
        };
        let listens = Around {
            listens: true,
            ..alone
        };
        assert_eq!(of(&[], alone), Err(Lack::Role));
        assert_eq!(of(&Role::ALL, alone), Ok(()));
        assert_eq!(of(&Role::ALL, listens), Err(Lack::Keys));
        assert_eq!(of(&[Gateway], alone), Err(Lack::Command(Gateway)));
        assert_eq!(of(&[Gateway], command), Err(Lack::Query));
        assert_eq!(of(&[Gateway, Command], alone), Err(Lack::Query));
        assert_eq!(of(&[Gateway], both), Err(Lack::Keys));
        let keys = true;
        assert_eq!(of(&[Gateway], Around { keys, ..both }), Ok(()));
        assert_eq!(of(&[Command], alone), Err(Lack::Listener(Command)));
        assert_eq!(of(&[Command], listens), Err(Lack::Keys));
        assert_eq!(of(&[Command], Around { keys, ..listens }), Ok(()));
        let (has, needs) = (Query, Processor);
        assert_eq!(of(&[Query], listens), Err(Lack::Views { has, needs }));
        let (has, needs) = (Processor, Query);
        assert_eq!(of(&[Processor], listens), Err(Lack::Views { has, needs }));
        assert_eq!(of(&[Query, Processor], alone), Err(Lack::Listener(Query)));
        let (has, needs) = (Notifier, Processor);
        assert_eq!(of(&[Notifier], command), Err(Lack::Views { has, needs }));
        let heard = Around { keys, ..listens };
        let three = [Query, Processor, Notifier];
        assert_eq!(of(&three, heard), Err(Lack::Command(Notifier)));
        let told = Around {
            command: true,
            ..heard
        };
        assert_eq!(of(&three, told), Ok(()));
        let unsigned = Around {
            keys: false,
            ..told
        };
        assert_eq!(of(&three, unsigned), Err(Lack::Keys));
        assert_eq!(of(&[Query, Processor], heard), Ok(()));
        let shared_views = true;
        let heard = Around {
            shared_views,
            ..heard
        };
        assert_eq!(of(&[Query], heard), Ok(()));
        let unheard = Around {
            shared_views,
            ..alone
        };
        assert_eq!(of(&[Query], unheard), Err(Lack::Listener(Query)));
        assert_eq!(
            of(&[Processor], unheard),
            Ok(()),
            "nobody sends it messages"
        );
    }

    #[test]
    fn roles_have_names() {
        for role in Role::ALL {
            assert_eq!(role.name().parse::<Role>().ok(), Some(role));
        }
        let unknown = "postman".parse::<Role>().unwrap_err();
        assert!(unknown.to_string().contains("\"postman\""), "{unknown}");
    }
}
