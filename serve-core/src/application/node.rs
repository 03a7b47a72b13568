//! Nodes of an application's graph: a deployment's name, options and recipe, with its type and without.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

use super::Blueprint;
use super::compare::Comparison;
use super::recipe::{AnyRecipe, Prepared};
use crate::autoscaling::{PolicyRef, SharedPolicy};
use crate::config::{DeploymentConfig, Isolation};
use crate::deployment::{Deployment, UserConfig};
use crate::edge::Around;
use crate::error::Failure;
use crate::exchange::{AnyHandle, Resolve, with_resolver};
use crate::handle::{Handle, HandleCore, HandleTable, typed_handle};
use crate::info::TypeInfo;
use crate::ingress::Mount;
use crate::panic::catch;
use crate::router::{AnyRouter, Router, RouterParts};

pub(super) struct Node<D> {
    pub(super) identity: NodeIdentity,
    pub(super) name: Arc<str>,
    pub(super) version: Option<Arc<str>>,
    /// What a configuration says of its application's arguments, if it was made for one.
    pub(super) origin: Option<Arc<str>>,
    pub(super) config: DeploymentConfig,
    pub(super) policy: Option<SharedPolicy>,
    pub(super) around: Around,
    pub(super) children: Vec<Arc<dyn AnyNode>>,
    pub(super) recipe: Arc<dyn AnyRecipe<D>>,
}

/// Which node it is: a clone is another, the same node with other options is not.
pub(super) struct NodeIdentity(Arc<()>);

/// What a configuration changes of a node.
#[cfg(feature = "admin")]
pub(crate) struct Configured {
    pub(crate) config: DeploymentConfig,
    pub(crate) origin: Arc<str>,
    /// Those of the node, configured as well.
    pub(crate) children: Vec<Arc<dyn AnyNode>>,
}

/// A node of the graph without its type.
pub(crate) trait AnyNode: Send + Sync {
    /// Two references are the same node if this is the same.
    fn identity(&self) -> usize;
    fn name(&self) -> &str;
    fn config(&self) -> &DeploymentConfig;
    /// The same node with other options.
    #[cfg(feature = "admin")]
    fn configured(&self, with: Configured) -> Arc<dyn AnyNode>;
    /// Who decides how many replicas there are, if that is the user's.
    fn policy(&self) -> Option<PolicyRef>;
    /// What it has around its routes.
    fn around(&self) -> &Around;
    fn children(&self) -> &[Arc<dyn AnyNode>];
    fn deployment_type(&self) -> TypeId;
    fn has_health_check(&self) -> bool;
    fn has_routes(&self) -> bool;
    /// What a replica of it has that a replica of `before` has not. Of a bound deployment among the arguments, that is
    /// its type and the name it was bound with. Runs the user's `PartialEq`, inside a catch.
    fn compare(&self, before: &dyn AnyNode) -> Comparison;
    /// Whether the deployment's `reconfigure` can take this. Runs the user's `Deserialize`, inside a catch.
    fn check_user_config(&self, config: &serde_json::Value) -> Result<(), Failure>;
    fn as_any(&self) -> &dyn Any;
    /// Why its replicas cannot be in processes of their own, if they cannot.
    fn obstacles_to_process(&self) -> Vec<String>;
    /// A router for calls of it.
    fn router(&self, parts: RouterParts) -> Arc<dyn AnyRouter>;
    /// The arguments of the constructor as bytes, with the handles of the children filled in. Runs the user's
    /// `Serialize`, inside a catch.
    fn encode_arguments(&self, scope: &Scope) -> Result<ArgumentBytes, Failure>;
    /// What answers requests to the deployment of this handle below `prefix`, if it has routes. Runs the user's layers,
    /// inside a catch.
    ///
    /// # Errors
    ///
    /// Two of the routes overlap, or a layer panicked.
    fn mount(&self, own: &Arc<dyn AnyHandle>, prefix: &str) -> Result<Option<Mount>, String>;
    /// What replicas of it are made of, with the handles filled in. Runs nothing of the user's but `Serialize`, for
    /// replicas in processes.
    fn blueprint(&self, scope: &Scope, own: &Arc<dyn AnyHandle>) -> Result<Blueprint, Failure>;
}

/// Handles to the deployments of an application's nodes, by the node's identity.
#[derive(Default)]
pub struct Scope {
    handles: HashMap<usize, Arc<dyn AnyHandle>>,
}

/// The arguments of a constructor for another process.
#[derive(Clone)]
pub(crate) struct ArgumentBytes {
    pub(crate) bytes: Bytes,
    /// The handles among them.
    pub(crate) handles: Vec<Arc<dyn AnyHandle>>,
}

// === impl Scope ===

impl Scope {
    pub(crate) fn insert(&mut self, node: &Arc<dyn AnyNode>, handle: Arc<dyn AnyHandle>) {
        self.handles.insert(node.identity(), handle);
    }

    /// A handle to the deployment of this node.
    pub(super) fn handle<D: Deployment>(&self, node: &Arc<dyn AnyNode>) -> Option<Handle<D>> {
        let handle = self.handles.get(&node.identity())?;
        typed_handle(&**handle).map(Handle::new)
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Scope").field(&self.handles.len()).finish()
    }
}

// === impl NodeIdentity ===

impl NodeIdentity {
    pub(super) fn new() -> Self {
        Self(Arc::default())
    }
}

// === impl Node ===

impl<D> Clone for Node<D> {
    fn clone(&self) -> Self {
        Self {
            identity: NodeIdentity::new(),
            name: Arc::clone(&self.name),
            version: self.version.clone(),
            origin: self.origin.clone(),
            config: self.config.clone(),
            policy: self.policy.clone(),
            around: self.around.clone(),
            children: self.children.clone(),
            recipe: Arc::clone(&self.recipe),
        }
    }
}

impl<D: Deployment> Node<D> {
    fn prepare(&self, scope: &Scope) -> Result<Arc<dyn Prepared<D>>, Failure> {
        Arc::clone(&self.recipe).prepare(scope)
    }

    fn compare_versions(&self, before: &Self) -> Comparison {
        match (self.version.as_deref(), before.version.as_deref()) {
            (now, before) if now == before => Comparison::Same,
            (now, before) => {
                let shown = |version: Option<&str>| match version {
                    Some(version) => format!("`{version}`"),
                    None => "none".to_owned(),
                };
                Comparison::Changed(format!("version {} → {}", shown(before), shown(now)))
            }
        }
    }

    fn compare_arguments(&self, before: &Self) -> Comparison {
        if Arc::ptr_eq(&self.recipe, &before.recipe) {
            return Comparison::Same;
        }
        match self.recipe.compare(before.recipe.arguments()) {
            // Here that is somebody's word: both versions are the same, or there is none.
            Comparison::Incomparable(_) if self.version.is_some() => Comparison::Same,
            // The same builder with the same arguments.
            Comparison::Incomparable(_) if self.has_origin_of(before) => Comparison::Same,
            comparison => comparison,
        }
    }

    fn has_origin_of(&self, before: &Self) -> bool {
        self.origin.is_some() && self.origin == before.origin
    }

    fn compare_options(&self, before: &Self) -> Comparison {
        let options = self.config.fixed_options_that_differ(&before.config);
        options
            .into_iter()
            .map(|option| Comparison::Changed(format!("`{option}` changed")))
            .fold(Comparison::Same, Comparison::and)
    }
}

impl<D: Deployment> AnyNode for Node<D> {
    fn identity(&self) -> usize {
        Arc::as_ptr(&self.identity.0) as usize
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn config(&self) -> &DeploymentConfig {
        &self.config
    }

    #[cfg(feature = "admin")]
    fn configured(&self, with: Configured) -> Arc<dyn AnyNode> {
        let Configured { config, origin, children } = with;
        let identity = NodeIdentity(Arc::clone(&self.identity.0));
        Arc::new(Self { identity, config, origin: Some(origin), children, ..self.clone() })
    }

    fn policy(&self) -> Option<PolicyRef> {
        self.policy.as_ref().map(SharedPolicy::downgrade)
    }

    fn around(&self) -> &Around {
        &self.around
    }

    fn children(&self) -> &[Arc<dyn AnyNode>] {
        &self.children
    }

    fn deployment_type(&self) -> TypeId {
        TypeId::of::<D>()
    }

    fn has_health_check(&self) -> bool {
        D::HAS_HEALTH_CHECK
    }

    fn has_routes(&self) -> bool {
        !D::ROUTES.is_empty()
    }

    fn compare(&self, before: &dyn AnyNode) -> Comparison {
        let Some(before) = before.as_any().downcast_ref::<Self>() else {
            return Comparison::Changed("another type".to_owned());
        };
        let versions = self.compare_versions(before);
        // What the user calls another version needs no further reasons.
        let arguments = match versions {
            Comparison::Same => self.compare_arguments(before),
            changed => changed,
        };
        arguments.and(self.compare_options(before))
    }

    fn check_user_config(&self, config: &serde_json::Value) -> Result<(), Failure> {
        let config = UserConfig(config.clone());
        catch(|| D::check_user_config(&config)).unwrap_or_else(|panic| {
            Err(Failure::new(format_args!("reading `user_config` panicked: {panic}")))
        })
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn obstacles_to_process(&self) -> Vec<String> {
        crate::hosting::obstacles(TypeInfo::of::<D>())
    }

    fn router(&self, parts: RouterParts) -> Arc<dyn AnyRouter> {
        Router::<D>::new(parts)
    }

    fn encode_arguments(&self, scope: &Scope) -> Result<ArgumentBytes, Failure> {
        let prepared = self.prepare(scope)?;
        let carried = Arc::new(HandleTable::default());
        let resolver: Arc<dyn Resolve> = Arc::<HandleTable>::clone(&carried);
        let encoded =
            catch(|| with_resolver(&resolver, || prepared.encode())).map_err(|panic| {
                Failure::new(format_args!("encoding its arguments panicked: {panic}"))
            })?;
        let bytes = encoded.map_err(Failure::new)?;
        Ok(ArgumentBytes { bytes, handles: carried.handles() })
    }

    fn mount(&self, own: &Arc<dyn AnyHandle>, prefix: &str) -> Result<Option<Mount>, String> {
        match typed_handle::<D>(&**own).as_ref().and_then(HandleCore::own_router) {
            Some(router) => crate::ingress::mount(router, prefix, &self.around.layers),
            None => Ok(None),
        }
    }

    fn blueprint(&self, scope: &Scope, own: &Arc<dyn AnyHandle>) -> Result<Blueprint, Failure> {
        if self.config.isolation == Isolation::Process {
            return self.encode_arguments(scope).map(Blueprint::Process);
        }
        let prepared = self.prepare(scope)?;
        let core = typed_handle::<D>(&**own);
        let router = core.as_ref().and_then(HandleCore::own_router);
        let router = router.ok_or_else(|| Failure::new("it is of another type"))?;
        Ok(Blueprint::here(prepared, router))
    }
}
