//! Tests that need a process of their own, because what they look at belongs to a whole process: its default
//! instances, its open descriptors, its children.

use std::process::Command;
use std::time::Duration;

use crate::within_thread;

/// Set in such a process.
const ALONE: &str = "SERVE_TEST_ALONE";

/// A guard against hanging.
const PATIENCE: Duration = Duration::from_secs(240);

/// Whether this is a process that runs one test alone.
#[must_use]
pub fn is_alone() -> bool {
    std::env::var_os(ALONE).is_some()
}

/// Runs this program again, with the one test of this name and these variables. The test finds out by
/// [`is_alone`] that it is there.
///
/// # Panics
///
/// The test fails there, or it does not exist.
pub fn run_alone(test: &str, variables: &[(&str, &str)]) {
    let program = std::env::current_exe().expect("this program has a path");
    let mut command = Command::new(program);
    command.args(["--exact", test, "--nocapture"]).env(ALONE, "1");
    command.envs(variables.iter().copied());
    let output = within_thread(PATIENCE, move || command.output()).expect("this program runs");
    let said =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    assert!(output.status.success(), "{}", said.join("\n"));
    assert!(said[0].contains("1 passed"), "{}", said.join("\n"));
}
