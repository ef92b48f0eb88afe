//! What roles in different processes say to each other, over HTTP: each message is signed for a short time
//! by the gateway that sends it, and checked by the role that gets it.

pub(crate) mod client;
mod keys;
mod server;
mod token;

use taskfold_contracts::ids::WorkspaceId;

pub use client::{Address, AddressError, Patience};
pub use keys::{KeyError, Signer, Verifier, generate};
pub use server::guarded;
pub(crate) use server::noted;
pub(crate) use token::Signed;

/// A message from the gateway to another role.
pub trait Asked {
    /// Who asks.
    fn principal(&self) -> crate::principal::Principal;
    /// What it is about: messages about the same are best sent to the same process, which then knows it.
    fn workspace(&self) -> Option<WorkspaceId>;
    /// Whether it does no harm when it is carried out twice.
    fn may_be_repeated(&self) -> bool;
    /// How long the answer may take.
    fn patience(&self) -> Patience;
}
