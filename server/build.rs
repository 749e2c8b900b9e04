//! The folder of the built console exists before its files are embedded: one that is absent when a
//! debug build is compiled would never be read, even once it is there.
//! Knows where the folder is. Changes when the console is built elsewhere.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // Without it the server says that it has no console, which a checkout that cannot be written has not.
    if let Err(error) = std::fs::create_dir_all(DIST) {
        println!("cargo:warning={DIST} could not be made ({error}): this server has no console");
    }
    // A debug build reads the files when asked: only what is carried must be compiled again.
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo:rerun-if-changed={DIST}");
    }
}

const DIST: &str = "../console/dist";
