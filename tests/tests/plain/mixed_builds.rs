//! Two builds of one program, one as the server and one as its replica: they talk where they agree, and
//! calls of the rest are refused by name.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::process::Command;

const OLD: &str = env!("CARGO_BIN_EXE_mixed_old");
const NEW: &str = env!("CARGO_BIN_EXE_mixed_new");

/// What the server says of its calls.
fn serve(server: &str, replica: &str) -> Vec<String> {
    let output = Command::new(server).arg(replica).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said.lines().map(str::to_owned).collect()
}

fn refused(method: &str, what: &str) -> String {
    format!(
        "{method}: method `{method}` of deployment `Shop` was not executed: the replica is of \
         another build, {what} (executed: No)"
    )
}

#[test]
fn one_build_calls_all_of_its_methods() {
    let said = serve(OLD, OLD);
    let expected = [
        r#"build: "old, EUR""#,
        "price: 5",
        "stock: 5",
        r#"recall: "apple is recalled""#,
        r#"order: Order { item: "apple" }"#,
        "count: [0, 1, 2]",
        "price again: 5",
    ];
    assert_eq!(said, expected);
}

#[test]
fn an_old_server_calls_what_a_new_replica_still_has() {
    let said = serve(OLD, NEW);
    let expected = [
        r#"build: "new, EUR""#.to_owned(),
        "price: 5".to_owned(),
        refused("stock", "where it has other arguments or another result"),
        refused("recall", "which does not have it"),
        r#"order: Order { item: "apple" }"#.to_owned(),
        "count: [0, 1, 2]".to_owned(),
        "price again: 5".to_owned(),
    ];
    assert_eq!(said, expected);
}

#[test]
fn a_new_server_calls_what_an_old_replica_already_has() {
    let said = serve(NEW, OLD);
    let expected = [
        r#"build: "old, EUR""#.to_owned(),
        "price: 5".to_owned(),
        refused("stock", "where it has other arguments or another result"),
        refused("discount", "which does not have it"),
        // The old build knows nothing of the pieces, and the new one does without.
        r#"order: Order { pieces: 0, item: "apple" }"#.to_owned(),
        "count: [0, 1, 2]".to_owned(),
        "price again: 5".to_owned(),
    ];
    assert_eq!(said, expected);
}
