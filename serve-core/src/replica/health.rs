//! What a health check has shown.

/// The answer to a health check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Health {
    Passed,
    Failed(String),
    /// Nothing can be said: no answer, but calls succeed; or it could not be asked.
    Undecided,
}
