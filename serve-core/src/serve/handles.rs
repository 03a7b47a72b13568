//! Handles to what runs.

use std::sync::Arc;

use super::Serve;
use crate::deployment::Deployment;
use crate::error::{Error, Result};
use crate::exchange::AnyHandle;
use crate::handle::{Handle, typed_handle};

impl Serve {
    /// A handle to the ingress deployment of an application.
    ///
    /// # Errors
    ///
    /// No application has that name, or its ingress is not a `D`.
    pub fn app_handle<D: Deployment>(&self, application: &str) -> Result<Handle<D>> {
        let host = self.inner.controller.directory().ingress(application)?;
        typed(&**host.any_handle(), application)
    }

    /// A handle to a deployment of an application.
    ///
    /// # Errors
    ///
    /// There is none of that name, or it is not a `D`.
    pub fn deployment_handle<D: Deployment>(
        &self,
        deployment: &str,
        application: &str,
    ) -> Result<Handle<D>> {
        let host = self.inner.controller.directory().deployment(deployment, application)?;
        typed(&**host.any_handle(), deployment)
    }

    /// A handle to the deployment of this name, in whatever application.
    pub(crate) fn handle_anywhere(&self, deployment: &str) -> Result<Arc<dyn AnyHandle>> {
        let host = self.inner.controller.directory().anywhere(deployment)?;
        Ok(Arc::clone(host.any_handle()))
    }
}

pub(crate) fn typed<D: Deployment>(handle: &dyn AnyHandle, name: &str) -> Result<Handle<D>> {
    match typed_handle(handle) {
        Some(core) => Ok(Handle::new(core)),
        None => Err(Error::WrongType {
            deployment: name.to_owned(),
            expected: std::any::type_name::<D>(),
        }),
    }
}
