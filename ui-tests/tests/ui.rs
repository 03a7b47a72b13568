//! Runs every case of `ui/`. The messages are those of one compiler version, so they are compared on that one only.

/// What is legal compiles, and runs.
#[test]
fn pass() {
    trybuild::TestCases::new().pass("ui/pass/*/*.rs");
}

/// What is wrong is refused, with these words.
#[test]
fn fail() {
    trybuild::TestCases::new().compile_fail("ui/fail/*/*.rs");
}
