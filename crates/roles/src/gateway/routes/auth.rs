//! Registering and signing in.

pub(super) mod login;
mod logout;
mod register;

use super::{Endpoint, endpoints};

pub(super) fn all() -> Vec<Endpoint> {
    endpoints![login, logout, register]
}
