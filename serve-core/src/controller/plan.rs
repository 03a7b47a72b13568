//! From a graph of bound deployments to a flat list of named ones: children first, names made unique,
//! options checked. Pure: nothing has been started when a plan is refused.

use std::collections::HashMap;
use std::sync::Arc;

use crate::config::{Isolation, NumReplicas};
use crate::deployment::AnyNode;
use crate::deployment::address;
use crate::error::{Error, Result};

/// The deployments of an application, callees before their callers; the last is the ingress.
pub(crate) struct Plan {
    pub(crate) application: Arc<str>,
    pub(crate) deployments: Vec<Planned>,
}

pub(crate) struct Planned {
    pub(crate) name: Arc<str>,
    pub(crate) node: Arc<dyn AnyNode>,
    /// The deployments that hold a handle to it.
    pub(crate) callers: Vec<Arc<str>>,
}

impl Plan {
    /// # Errors
    ///
    /// The application's name is not one, or a deployment's options are out of range.
    pub(crate) fn new(application: &str, ingress: &Arc<dyn AnyNode>) -> Result<Self> {
        if application.is_empty() || application.contains('#') {
            return Err(Error::InvalidName(application.to_owned()));
        }
        let mut nodes = Vec::new();
        flatten(ingress, &mut nodes);
        let names = unique_names(&nodes);
        let mut problems = Vec::new();
        let mut deployments = Vec::with_capacity(nodes.len());
        for node in &nodes {
            let name = Arc::clone(&names[&address(node)]);
            problems.extend(check(&name, &**node));
            let callers = nodes
                .iter()
                .filter(|caller| caller.children().iter().any(|c| address(c) == address(node)))
                .map(|caller| Arc::clone(&names[&address(caller)]))
                .collect();
            deployments.push(Planned { name, node: Arc::clone(node), callers });
        }
        if !problems.is_empty() {
            return Err(Error::InvalidConfig { problems });
        }
        Ok(Self { application: application.into(), deployments })
    }

    pub(crate) fn ingress(&self) -> &Planned {
        self.deployments.last().expect("an application has at least its ingress")
    }
}

/// Depth first, children before their parents, each node once.
fn flatten(node: &Arc<dyn AnyNode>, into: &mut Vec<Arc<dyn AnyNode>>) {
    if into.iter().any(|seen| address(seen) == address(node)) {
        return;
    }
    for child in node.children() {
        flatten(child, into);
    }
    into.push(Arc::clone(node));
}

/// `X`, `X_1`, `X_2`, … in the order in which they are bound.
fn unique_names(nodes: &[Arc<dyn AnyNode>]) -> HashMap<usize, Arc<str>> {
    let mut names = HashMap::new();
    let mut taken = std::collections::HashSet::<String>::new();
    for node in nodes {
        let candidates = (1..).map(|number| format!("{}_{number}", node.name()));
        let name = std::iter::once(node.name().to_owned())
            .chain(candidates)
            .find(|name| !taken.contains(name))
            .expect("there are more numbers than deployments");
        if name != node.name() {
            tracing::warn!(
                "deployment `{}` is bound more than once; this one is `{name}`",
                node.name()
            );
        }
        taken.insert(name.clone());
        names.insert(address(node), name.into());
    }
    names
}

/// Everything wrong with one deployment's options.
fn check(name: &str, node: &dyn AnyNode) -> Vec<String> {
    let config = node.config();
    let mut problems = config.problems();
    if config.route_prefix.is_some() && !node.has_routes() {
        problems.push(
            "`route_prefix` is set, but nothing answers HTTP: give `#[deployment(route_prefix = ..)]` one \
             too, and write `__call__` or a route"
                .to_owned(),
        );
    }
    if name.is_empty() || name.contains('#') {
        problems.push("`name` must not be empty or contain `#`".to_owned());
    }
    if config.isolation == Isolation::Process {
        problems.extend(node.obstacles_to_process());
    }
    if config.num_replicas == NumReplicas::Auto {
        tracing::warn!(
            "deployment `{name}`: autoscaling is not available in this version; it keeps its initial replicas"
        );
    }
    problems.into_iter().map(|problem| format!("deployment `{name}`: {problem}")).collect()
}
