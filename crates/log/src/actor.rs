//! The stored form of an actor: one byte for the kind, then the person's id.

use taskfold_contracts::ids::UserId;
use taskfold_contracts::values::Actor;

/// The bytes, as an array and how much of it counts.
pub(crate) fn encode(actor: Actor) -> ([u8; 17], usize) {
    let mut bytes = [0_u8; 17];
    let (kind, user) = match actor {
        Actor::System => return (bytes, 1),
        Actor::User(user) => (1, user),
        Actor::Agent(user) => (2, user),
    };
    bytes[0] = kind;
    bytes[1..].copy_from_slice(user.as_bytes());
    (bytes, 17)
}

/// The bytes, to compare with or to keep.
pub(crate) fn bytes(actor: Actor) -> Vec<u8> {
    let (bytes, length) = encode(actor);
    bytes[..length].to_vec()
}

/// The actor that [`encode`] wrote.
pub(crate) fn decode(bytes: &[u8]) -> Option<Actor> {
    match bytes {
        [0] => Some(Actor::System),
        [1, user @ ..] => UserId::from_slice(user).map(Actor::User),
        [2, user @ ..] => UserId::from_slice(user).map(Actor::Agent),
        _ => None,
    }
}
