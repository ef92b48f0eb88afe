//! The views, from outside.
