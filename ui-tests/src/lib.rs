//! The cases are in `ui/pass`, `ui/accept` and `ui/fail`, by topic; `tests/ui.rs` runs them.
//!
//! One idea per file, and the file's first comment says which. `cargo test -p ui-tests -- --bless` writes the
//! expected messages; read them before committing: each points at the user's token and says what to write instead.
