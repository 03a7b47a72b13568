//! Runs every case of `ui/`.

use std::process::Command;

/// What is legal compiles, and runs.
#[test]
fn pass() {
    trybuild::TestCases::new().pass("ui/pass/*/*.rs");
}

/// What is wrong is refused, with these words.
///
/// Half of the words are the compiler's, and change with its version; they are those of the oldest one that the
/// workspace supports, and are compared on that one alone.
#[test]
fn fail() {
    if is_oldest_supported_compiler() {
        trybuild::TestCases::new().compile_fail("ui/fail/*/*.rs");
    }
}

fn is_oldest_supported_compiler() -> bool {
    let compiler = option_env!("RUSTC").unwrap_or("rustc");
    let output =
        Command::new(compiler).arg("--version").output().expect("the compiler tells its version");
    let version = String::from_utf8_lossy(&output.stdout);
    version.starts_with(concat!("rustc ", env!("CARGO_PKG_RUST_VERSION"), "."))
}
