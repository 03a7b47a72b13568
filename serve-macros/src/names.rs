//! Every name that the macro makes up, in one place.

use proc_macro2::{Ident, Span};
use quote::format_ident;
use syn::ext::IdentExt;
use syn::{VisRestricted, Visibility};

/// What the generated inherent `impl` adds to the user's type. A method of the same name would be a second definition.
pub(crate) const GENERATED_CONSTRUCTORS: &[&str] = &["bind", "deploy", "deploy_blocking"];
/// The rest of it.
pub(crate) const GENERATED_HANDLES: &[&str] = &["get_handle", "current_handle"];

/// The constructor.
pub(crate) const NEW: &str = "new";
/// The method behind `handle.remote(..)` and the HTTP entry.
pub(crate) const CALL: &str = "__call__";
/// The user's health check.
pub(crate) const CHECK_HEALTH: &str = "check_health";
/// The method that takes a changed `user_config`.
pub(crate) const RECONFIGURE: &str = "reconfigure";
/// The method that is called when a replica has drained.
pub(crate) const ON_SHUTDOWN: &str = "on_shutdown";
/// The method that is called before a replica takes calls.
pub(crate) const WARM_UP: &str = "warm_up";
/// The field of a call that carries the way back.
pub(crate) const REPLY: &str = "reply";

/// The items generated for a deployment.
pub(crate) struct DeploymentNames {
    pub(crate) deployment: Ident,
    pub(crate) handle: Ident,
    pub(crate) methods: Ident,
    pub(crate) call: Ident,
    /// The runtime crate, where the user says how it is called.
    pub(crate) imported: Ident,
}

/// The items generated for a method.
pub(crate) struct MethodNames {
    /// The variant of the call enum.
    pub(crate) variant: Ident,
    /// The type of the handle's field.
    pub(crate) method: Ident,
    /// `SayHelloSpec`, out of the way of the user's types
    pub(crate) spec: Ident,
}

// === impl DeploymentNames ===

impl DeploymentNames {
    pub(crate) fn new(deployment: &Ident) -> Self {
        let base = deployment.unraw();
        Self {
            deployment: deployment.clone(),
            handle: format_ident!("{base}Handle", span = deployment.span()),
            methods: format_ident!("{base}Methods", span = deployment.span()),
            call: format_ident!("{base}Call", span = deployment.span()),
            imported: format_ident!("__{base}Crate", span = Span::call_site()),
        }
    }

    /// Of a type that a macro makes.
    pub(crate) fn macro_type(&self, index: usize) -> Ident {
        format_ident!("__{}Type{index}", self.deployment.unraw(), span = Span::call_site())
    }
}

// === impl MethodNames ===

impl MethodNames {
    /// `None` where the method's name has no letter to begin a type's name with, such as `__` or `_1`.
    pub(crate) fn new(deployment: &Ident, method: &Ident) -> Option<Self> {
        let base = deployment.unraw();
        let text = method.unraw().to_string();
        let camel = camel_case(&text);
        if !camel.starts_with(char::is_alphabetic) {
            return None;
        }
        Some(Self {
            variant: format_ident!("{}", not_keyword(&camel), span = method.span()),
            method: format_ident!("{base}{camel}Method", span = method.span()),
            spec: format_ident!("__{camel}Spec", span = method.span()),
        })
    }
}

/// `say_hello` to `SayHello`; `__call__` to `Call`.
pub(crate) fn camel_case(name: &str) -> String {
    let mut camel = String::new();
    for word in name.split('_') {
        let mut letters = word.chars();
        if let Some(first) = letters.next() {
            camel.extend(first.to_uppercase());
            camel.push_str(letters.as_str());
        }
    }
    camel
}

/// `Self` is the one keyword that looks like a variant.
fn not_keyword(camel: &str) -> &str {
    if camel == "Self" { "Self_" } else { camel }
}

/// The generated function that calls the user's function of this name.
pub(crate) fn invoke(function: &Ident) -> Ident {
    format_ident!("invoke_{}", function.unraw(), span = Span::call_site())
}

/// The generated function that reads what the user's `reconfigure` takes.
pub(crate) fn parse(function: &Ident) -> Ident {
    format_ident!("parse_{}", function.unraw(), span = Span::call_site())
}

/// A name for each argument of a function, if it has none: `arg0`, or with as many `_` after it as it takes to be the only one.
pub(crate) fn unnamed<'n>(written: impl Iterator<Item = Option<&'n Ident>>) -> Vec<Ident> {
    let written: Vec<_> = written.collect();
    let is_taken = |name: &String| written.iter().flatten().any(|written| written.unraw() == name);
    let names = (0..written.len()).map(|index| {
        let mut name = format!("arg{index}");
        while is_taken(&name) {
            name.push('_');
        }
        Ident::new(&name, Span::call_site())
    });
    names.collect()
}

/// A name of the user's in generated code: it stands where the user wrote it, and counts as generated, so that no lint of the
/// user's is about it.
pub(crate) fn again(written: &Ident) -> Ident {
    let mut again = written.clone();
    again.set_span(Span::call_site().located_at(written.span()));
    again
}

/// The same of a visibility: an item is taken to be of whoever wrote its first word.
pub(crate) fn visible_again(written: &Visibility) -> Visibility {
    let mut again = written.clone();
    if let Visibility::Public(keyword)
    | Visibility::Restricted(VisRestricted { pub_token: keyword, .. }) = &mut again
    {
        keyword.span = Span::call_site().located_at(keyword.span);
    }
    again
}

/// A local of the generated code that no name of the user's can meet, whatever the user calls an argument.
pub(crate) fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}
