//! How fast the views are rebuilt.
fn main() {}
