//! Built anew when the files of the web app are: the macro that embeds them sees changed ones, but no new ones.

fn main() {
    println!("cargo:rerun-if-changed=files");
    println!("cargo:rerun-if-changed=build.rs");
}
