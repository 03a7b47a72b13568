//! What a whole configuration would change, for people and programs to look at before it is done.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::plan::{Plan, PlannedAction};

/// What applying a configuration would change, see [`Serve::plan_apply`](crate::Serve::plan_apply).
///
/// ```
/// # fn example(serve: serve_core::Serve, config: serve_core::file::ServerConfig) {
/// let plan = serve.plan_apply(&config);
/// println!("{plan}");
/// assert!(plan.is_possible());
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[non_exhaustive]
pub struct ServerPlan {
    /// What becomes of each application: those of the configuration, then those that go.
    pub applications: Vec<Plan>,
    /// Why all of it would be refused; empty if it would not.
    pub problems: Vec<String>,
}

impl ServerPlan {
    /// Whether nothing would be refused.
    #[must_use]
    pub fn is_possible(&self) -> bool {
        self.problems.is_empty() && self.applications.iter().all(|plan| plan.problems.is_empty())
    }

    /// Whether something would change.
    #[must_use]
    pub fn changes_something(&self) -> bool {
        let mut changes = self.applications.iter().flat_map(|plan| &plan.deployments);
        changes.any(|change| change.action != PlannedAction::Untouched)
    }
}

impl fmt::Display for ServerPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problems = self.problems.iter().map(|problem| format!("refused: {problem}"));
        let all: Vec<_> =
            problems.chain(self.applications.iter().map(ToString::to_string)).collect();
        match &all[..] {
            [] => f.write_str("nothing runs, and nothing is to"),
            all => f.write_str(&all.join("\n")),
        }
    }
}
