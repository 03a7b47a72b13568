//! What an update would do, for people and programs to look at before it is done.

use std::fmt;

use serde::Serialize;

use crate::error::Error;

/// What running an application would change, see [`Serve::plan`](crate::Serve::plan).
///
/// It is what a `run` at the same moment would do: both come from the same comparison.
///
/// ```
/// # use serve_core::prelude::*;
/// # #[derive(Default)] struct Greeter;
/// # #[deployment] impl Greeter { fn say_hello(&self, name: &str) -> String { format!("Hello {name}!") } }
/// # async fn example(serve: Serve) {
/// let plan = serve.plan("greeter", &Greeter::bind());
/// println!("{plan}");
/// assert!(plan.problems.is_empty());
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "admin", derive(serde::Deserialize, schemars::JsonSchema))]
#[non_exhaustive]
pub struct Plan {
    /// The application.
    pub application: String,
    /// Callees before their callers, then what goes.
    pub deployments: Vec<PlannedChange>,
    /// Why it would be refused; empty if it would not.
    pub problems: Vec<String>,
}

/// What would become of one deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "admin", derive(serde::Deserialize, schemars::JsonSchema))]
#[non_exhaustive]
pub struct PlannedChange {
    /// The deployment.
    pub deployment: String,
    /// What would be done.
    pub action: PlannedAction,
    /// Why, and what it means.
    pub reasons: Vec<String>,
}

/// What an update does with a deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "admin", derive(serde::Deserialize, schemars::JsonSchema))]
pub enum PlannedAction {
    /// It is new.
    Start,
    /// New replicas take the place of the old ones; what those hold in memory is lost.
    Replace,
    /// The replicas stay and are given another `user_config`.
    Reconfigure,
    /// The replicas stay, and there will be more or fewer.
    Scale,
    /// The replicas stay; options that apply in place change.
    InPlace,
    /// Nothing happens to it.
    Untouched,
    /// It goes.
    Remove,
}

#[cfg(feature = "admin")]
impl Plan {
    pub(crate) fn new(application: &str, deployments: Vec<PlannedChange>) -> Self {
        Self { application: application.to_owned(), deployments, problems: Vec::new() }
    }
}

#[cfg(feature = "admin")]
impl PlannedChange {
    pub(crate) fn new(deployment: &str, action: PlannedAction, reason: String) -> Self {
        Self { deployment: deployment.to_owned(), action, reasons: vec![reason] }
    }
}

impl Plan {
    /// Of an update that would be refused.
    pub(crate) fn refused(application: &str, error: &Error) -> Self {
        let problems = match error {
            Error::InvalidConfig { problems } => problems.clone(),
            error => vec![error.to_string()],
        };
        Self { application: application.to_owned(), deployments: Vec::new(), problems }
    }
}

/// A plan is there at once; it can be awaited all the same, so that code which asks a server in another
/// process, where it takes a while, reads no different.
impl IntoFuture for Plan {
    type Output = Self;
    type IntoFuture = std::future::Ready<Self>;

    fn into_future(self) -> Self::IntoFuture {
        std::future::ready(self)
    }
}

impl fmt::Display for PlannedAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Start => "Start",
            Self::Replace => "Replace",
            Self::Reconfigure => "Reconfigure",
            Self::Scale => "Scale",
            Self::InPlace => "InPlace",
            Self::Untouched => "Untouched",
            Self::Remove => "Remove",
        })
    }
}

impl fmt::Display for PlannedChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<11} {}", self.action, self.deployment)?;
        if !self.reasons.is_empty() {
            write!(f, ": {}", self.reasons.join("; "))?;
        }
        Ok(())
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "application {}", self.application)?;
        for change in &self.deployments {
            write!(f, "\n  {change}")?;
        }
        for problem in &self.problems {
            write!(f, "\n  refused: {problem}")?;
        }
        Ok(())
    }
}
