//! Who asks, as the roles tell each other.

use serde::{Deserialize, Serialize};
use taskfold_contracts::ids::UserId;
use taskfold_contracts::values::Actor;

/// Somebody whose proof the gateway has checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principal {
    /// The person.
    pub user_id: UserId,
    /// Whether a program acts for them, through a token.
    pub agent: bool,
}

impl Principal {
    /// As the log names them.
    pub fn actor(self) -> Actor {
        if self.agent {
            Actor::Agent(self.user_id)
        } else {
            Actor::User(self.user_id)
        }
    }
}
