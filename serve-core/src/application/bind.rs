//! What `bind` gives.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use super::argument::{BoundTuple, Children};
use super::node::{AnyNode, Node, NodeIdentity};
use super::recipe::{AnyRecipe, Compare, Encode, Recipe};
use crate::autoscaling::SharedPolicy;
use crate::config::DeploymentConfig;
use crate::deployment::Deployment;
use crate::edge::Around;
use crate::error::Failure;

/// A deployment with its arguments, ready to [`run`](crate::run).
///
/// The methods override the options of the attribute. Passing the same value (a clone) twice is one
/// deployment; binding a type twice makes two, named `X` and `X_1`.
///
/// ```no_run
/// # use serve_core::prelude::*;
/// # struct Adder(i64);
/// # #[deployment] impl Adder { fn new(by: i64) -> Self { Self(by) } fn add(&self, x: i64) -> i64 { x + self.0 } }
/// # struct Ingress { adder: AdderHandle }
/// # #[deployment] impl Ingress {
/// #     fn new(adder: AdderHandle) -> Self { Self { adder } }
/// #     async fn __call__(&self, x: i64) -> Result<i64, CallError> { self.adder.add.remote(x).await }
/// # }
/// # async fn example() -> serve_core::Result<()> {
/// let app = Ingress::bind(Adder::bind(1).num_replicas(4)).max_ongoing_requests(10);
/// let handle = serve_core::run(app).await?;
/// assert_eq!(handle.remote(41).await?, 42);
/// # Ok(()) }
/// ```
#[must_use = "nothing runs until the application is passed to `run`"]
pub struct Application<D> {
    node: Arc<Node<D>>,
}

impl<D: Deployment> Application<D> {
    pub(crate) fn new<B, F, Fut>(
        arguments: B,
        construct: F,
        encode: Encode<B>,
        compare: Compare<B>,
    ) -> Self
    where
        B: BoundTuple,
        F: Fn(B::Values) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<D, Failure>> + Send + 'static,
    {
        let recipe: Arc<dyn AnyRecipe<D>> =
            Arc::new(Recipe { arguments, construct, encode, compare });
        let Children(children) = recipe.children();
        let (name, config) = (D::NAME.into(), D::config());
        Self {
            node: Arc::new(Node {
                identity: NodeIdentity::new(),
                name,
                version: None,
                origin: None,
                config,
                policy: None,
                around: Around::default(),
                children,
                recipe,
            }),
        }
    }

    pub(crate) fn into_node(self) -> Arc<dyn AnyNode> {
        self.node
    }

    /// The options as they are now.
    #[must_use]
    pub fn config(&self) -> &DeploymentConfig {
        &self.node.config
    }

    /// The name it will have, unless another deployment of the application has it too.
    #[must_use]
    pub fn deployment_name(&self) -> &str {
        &self.node.name
    }

    /// Overrides `name`.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.node).name = name.into().into();
        self
    }

    /// Says which version this is, for what cannot be compared.
    ///
    /// A deployment that is run again keeps its replicas where nothing has changed. Its arguments are compared: handles
    /// by the deployment that they lead to, an `Arc` by its pointer, everything by `PartialEq`. An argument that has none
    /// counts as changed each time, unless both sides name a version and agree. Another version is a change, whatever
    /// the arguments are.
    ///
    /// ```
    /// # use serve_core::prelude::*;
    /// # #[derive(Clone)] struct Weights; // has no `PartialEq`
    /// # struct Model(Weights);
    /// # #[deployment] impl Model { fn new(weights: Weights) -> Self { Self(weights) } fn ok(&self) {} }
    /// let app = Model::bind(Weights).version("2024-11");
    /// # let _ = app;
    /// ```
    pub fn version(mut self, version: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.node).version = Some(version.into().into());
        self
    }

    #[cfg(test)]
    pub(super) fn recipe(&self) -> Arc<dyn AnyRecipe<D>> {
        Arc::clone(&self.node.recipe)
    }

    pub(super) fn with(mut self, change: impl FnOnce(&mut DeploymentConfig)) -> Self {
        change(&mut Arc::make_mut(&mut self.node).config);
        self
    }

    pub(super) fn with_around(mut self, change: impl FnOnce(&mut Around)) -> Self {
        change(&mut Arc::make_mut(&mut self.node).around);
        self
    }

    pub(super) fn with_policy(mut self, policy: SharedPolicy) -> Self {
        Arc::make_mut(&mut self.node).policy = Some(policy);
        self
    }
}

impl<D> Clone for Application<D> {
    fn clone(&self) -> Self {
        Self { node: Arc::clone(&self.node) }
    }
}

impl<D> fmt::Debug for Application<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Application").field("name", &self.node.name).finish_non_exhaustive()
    }
}
