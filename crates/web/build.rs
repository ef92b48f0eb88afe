//! A release is built anew when the files of the web app are: the macro that embeds them sees changed ones, but no new
//! ones. Other builds read them from where they are.

#[allow(clippy::disallowed_methods, reason = "Cargo says it so")]
fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo:rerun-if-changed=files");
    }
}
