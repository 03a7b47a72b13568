//! A method that can be called by handle.

use proc_macro2::Ident;
use syn::Visibility;
use syn::ext::IdentExt;

use super::attributes::Helpers;
use super::function::{self, Function, Surroundings};
use super::route::{self, Route};
use super::{batch, fingerprint};
use crate::diagnostics::Scope;
use crate::names::{self, MethodNames};
use crate::parse;

/// A method with a receiver.
pub(crate) struct Method {
    pub(crate) function: Function,
    pub(crate) names: MethodNames,
    /// As it is known at run time.
    pub(crate) name: String,
    pub(crate) visibility: Visibility,
    pub(crate) routes: Vec<Route>,
    /// `#[idempotent]`: whether a call may run again where it is not known whether it has run.
    pub(crate) idempotent: bool,
    /// Which arguments and result it has, as one number.
    pub(crate) signature: u64,
    /// Whether this is `__call__`.
    pub(crate) is_call: bool,
    /// Whether this is `__call__` in a deployment with a route prefix.
    pub(crate) is_entry: bool,
}

// === impl Method ===

impl Method {
    /// Whether it answers requests over HTTP. Then what it takes and gives need not cross by handle.
    pub(crate) fn is_reachable(&self) -> bool {
        self.is_entry || !self.routes.is_empty()
    }
}

/// What the attribute says that matters to a method.
pub(super) struct Mount {
    /// Whether there is a `route_prefix`, right or wrong.
    pub(super) has_prefix: bool,
}

/// Reads a method. What is wrong with it is reported. `None` if no item can be named after it.
pub(super) fn read(
    function: &parse::Function,
    deployment: &Ident,
    mount: &Mount,
    surroundings: &Surroundings,
    scope: &Scope<'_>,
) -> Option<Method> {
    let ident = &function.signature.ident;
    let name = ident.unraw().to_string();
    let is_call = name == names::CALL;
    let is_entry = is_call && mount.has_prefix;
    let helpers = Helpers::read(&function.attributes, scope);
    let routes = route::read(&helpers, is_call, mount, scope);
    batch::refuse_http(&helpers, is_entry, &name, scope);
    let names = MethodNames::new(deployment, ident);
    if names.is_none() {
        scope.report(ident, "the call enum has a variant for each method, and no variant can be named after this one; begin the name with a letter");
    }
    let mut read = function::read(function, &helpers, surroundings, scope);
    route::check_paths(&read.arguments, &routes, scope);
    if is_entry || !routes.is_empty() {
        route::check_extractors(&read.arguments, scope);
    }
    let idempotent = helpers.idempotent.is_some() && can_be_repeated(&read, scope);
    read.is_wrong |= scope.failed();
    Some(Method {
        signature: fingerprint::signature(&read),
        names: names?,
        name,
        visibility: function.visibility.clone(),
        function: read,
        routes,
        idempotent,
        is_call,
        is_entry,
    })
}

/// Whether a call can be made again from the same arguments, as far as can be seen. If not, that is reported.
fn can_be_repeated(function: &Function, scope: &Scope<'_>) -> bool {
    let request = function.arguments.iter().find(|argument| argument.extractor() == "Request");
    if let Some(request) = request {
        scope.report(
            &request.owned,
            "a request is read once, so the call cannot be repeated; remove `#[idempotent]`, or take what you need of it, such as `Json<T>` or `Bytes`",
        );
    }
    request.is_none()
}
