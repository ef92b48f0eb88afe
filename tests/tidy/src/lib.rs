//! The rules of the repository that no other tool knows. A rule is a function from files to what is
//! wrong with them; each has a test on the repository and one on a bad sample.
#![cfg(test)]

mod edges;
mod order;
mod paths;
mod repository;
mod sizes;
mod source;
mod words;

/// Fails with everything that is wrong, one to a line.
fn assert_tidy(wrong: &[String]) {
    assert!(
        wrong.is_empty(),
        "{} found:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
