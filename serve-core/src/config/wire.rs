//! A switch for tests: whether calls go through bytes although nothing makes them.

/// Whether the environment has `SERVE_FORCE_WIRE=1`.
pub(crate) fn forces_wire() -> bool {
    std::env::var_os("SERVE_FORCE_WIRE").is_some_and(|value| value == "1")
}
