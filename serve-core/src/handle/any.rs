//! A handle without its type, as those have it who write and read handles among other values, and who take
//! calls from another process.

use std::any::Any;
use std::future::ready;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::chosen::Chosen;
use super::core::{Dispatched, HandleCore, Target};
use crate::call::{Failure, RequestInfo};
use crate::deployment::{Decoded, Deployment};
use crate::exchange::{AnyHandle, BatchOptions, ChosenHandle, Incoming};
use crate::id::DeploymentId;
use crate::info::TypeInfo;
use crate::replica::Instance;
use crate::router::Router;

/// A handle that leads to a deployment, see [`HandleCore::to_any`].
struct Typed<D: Deployment> {
    core: HandleCore<D>,
    id: DeploymentId,
}

impl<D: Deployment> HandleCore<D> {
    /// # Errors
    ///
    /// A mock, or a replica that has been chosen, stands behind the handle.
    pub(crate) fn to_any(&self) -> Result<Arc<dyn AnyHandle>, &'static str> {
        let id = self.id()?.clone();
        Ok(Arc::new(Typed { core: self.clone(), id }))
    }
}

/// A handle of type `D` again, if that is its type.
pub(crate) fn typed<D: Deployment>(handle: &dyn AnyHandle) -> Option<HandleCore<D>> {
    handle.as_any().downcast_ref::<HandleCore<D>>().cloned()
}

/// A handle to the deployment of this router.
pub(crate) fn any_handle<D: Deployment>(router: &Arc<Router<D>>) -> Arc<dyn AnyHandle> {
    Arc::new(Typed { core: HandleCore::new(router), id: router.id().clone() })
}

impl<D: Deployment> AnyHandle for Typed<D> {
    fn id(&self) -> &DeploymentId {
        &self.id
    }

    fn as_any(&self) -> &dyn Any {
        &self.core
    }

    fn call(&self, call: &Incoming<'_>) {
        let Some(method) = call.method(TypeInfo::of::<D>()) else { return };
        let Some(decoded) = call.decode::<D>(method) else { return };
        let Decoded { call: value, cell, .. } = decoded;
        let target = self.core.target.as_ref();
        let mut request = call.request_of_replica();
        if let Some(tracer) = target.router().and_then(Router::tracer) {
            request.go_on_with_span(tracer);
        }
        target.limit(&mut request);
        if let Dispatched::Assigned(_) = target.send_as_value(value, &cell, request) {
            cell.assign();
        }
    }

    fn configure_batch(&self, call: &Incoming<'_>) {
        match BatchOptions::from_bytes(&call.body) {
            Some(BatchOptions { method, change }) => {
                self.core.configure_batch(&method, change);
                call.acknowledge();
            }
            None => call.refuse_form(),
        }
    }

    fn choose(
        &self,
        mut request: RequestInfo,
    ) -> BoxFuture<'static, Result<ChosenHandle, Failure>> {
        let Some(router) = self.core.own_router().cloned() else {
            return Box::pin(ready(Err(Failure::DeploymentUnavailable)));
        };
        self.core.target.as_ref().limit(&mut request);
        Box::pin(async move { Ok(chosen(router.acquire(&request).await?)) })
    }

    fn choose_all(&self) -> Vec<ChosenHandle> {
        let all = self.core.own_router().map(|router| router.acquire_all());
        all.into_iter().flatten().map(chosen).collect()
    }
}

fn chosen<D: Deployment>(instance: Instance<D>) -> ChosenHandle {
    let replica = instance.replica();
    let (id, replica_id) = (replica.router().id().clone(), replica.site().name.replica.clone());
    let core = HandleCore { target: Target::Chosen(Chosen::new(instance)), options: None };
    ChosenHandle { replica_id, handle: Arc::new(Typed { core, id }) }
}
