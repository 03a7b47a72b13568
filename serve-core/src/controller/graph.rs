//! From a graph of bound deployments to a flat list of named ones: children first, names made unique,
//! options checked. Pure: nothing has been started when a graph is refused.

use std::collections::HashMap;
use std::sync::Arc;

use crate::application::AnyNode;
use crate::config::{Isolation, name_problem};
use crate::error::{Error, Result};
use crate::log;

/// The deployments of an application, callees before their callers; the last is the ingress.
pub(crate) struct Graph {
    pub(crate) application: Arc<str>,
    pub(crate) deployments: Vec<Named>,
}

pub(crate) struct Named {
    pub(crate) name: Arc<str>,
    pub(crate) node: Arc<dyn AnyNode>,
    /// The deployments that it holds a handle to.
    pub(crate) callees: Vec<Arc<str>>,
}

impl Graph {
    /// # Errors
    ///
    /// The application's name is not one, or a deployment's options are out of range.
    pub(crate) fn new(application: &str, ingress: &Arc<dyn AnyNode>) -> Result<Self> {
        if let Some(problem) = name_problem("application", application) {
            return Err(Error::InvalidName(problem));
        }
        let mut nodes = Vec::new();
        flatten(ingress, &mut nodes);
        let names = unique_names(&nodes);
        let name_of = |node: &Arc<dyn AnyNode>| Arc::clone(&names[&node.identity()]);
        let mut problems = Vec::new();
        let mut deployments = Vec::with_capacity(nodes.len());
        for node in &nodes {
            let name = name_of(node);
            problems.extend(check(&name, &**node));
            let callees = node.children().iter().map(name_of).collect();
            deployments.push(Named { name, node: Arc::clone(node), callees });
        }
        if !problems.is_empty() {
            return Err(Error::InvalidConfig { problems });
        }
        Ok(Self { application: application.into(), deployments })
    }

    /// Says which deployments are not called as they were bound.
    pub(crate) fn tell_names(&self) {
        for Named { name, node, .. } in &self.deployments {
            if **name != *node.name() {
                log::warn(format!(
                    "deployment `{}` is bound more than once; this one is `{name}`",
                    node.name()
                ))
                .emit();
            }
        }
    }

    pub(crate) fn ingress(&self) -> &Named {
        self.deployments.last().expect("an application has at least its ingress")
    }

    pub(crate) fn find(&self, name: &str) -> Option<&Named> {
        self.deployments.iter().find(|named| &*named.name == name)
    }
}

/// The deployments of an application, callees before their callers, under the names that they will have.
#[cfg(feature = "admin")]
pub(crate) fn named(ingress: &Arc<dyn AnyNode>) -> Vec<(Arc<str>, Arc<dyn AnyNode>)> {
    let mut nodes = Vec::new();
    flatten(ingress, &mut nodes);
    let names = unique_names(&nodes);
    nodes.into_iter().map(|node| (Arc::clone(&names[&node.identity()]), node)).collect()
}

/// Depth first, children before their parents, each node once.
fn flatten(node: &Arc<dyn AnyNode>, into: &mut Vec<Arc<dyn AnyNode>>) {
    if into.iter().any(|seen| seen.identity() == node.identity()) {
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
        taken.insert(name.clone());
        names.insert(node.identity(), name.into());
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
    let around = node.around();
    if !around.layers.is_empty() && (config.route_prefix.is_none() || !node.has_routes()) {
        problems.push(
            "it has a layer, but nothing that answers HTTP; give it a `route_prefix`, or leave the layer out"
                .to_owned(),
        );
    }
    problems.extend(around.keys.iter().flat_map(|keys| keys.problems()));
    problems.extend(name_problem("deployment", name));
    if config.isolation == Isolation::Process {
        problems.extend(node.obstacles_to_process());
    }
    problems.into_iter().map(|problem| format!("deployment `{name}`: {problem}")).collect()
}
