//! From the block to a [`Deployment`]: sorts the functions by role and checks what concerns several of them.

use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Path, Visibility, parse_quote};

use super::function::Surroundings;
use super::method::{self, Method, Mount};
use super::options::{self, Options};
use super::{Constructor, Deployment, Header, Hook, NamesFree, Sharing};
use super::{attributes, constructor, fingerprint, header, hook, route, widest};
use crate::diagnostics::{Diagnostics, Scope};
use crate::names;
use crate::parse::{self, Block, Entry, Item};

/// What the functions of the block turned out to be.
struct Roles<'b> {
    methods: Vec<Method>,
    constructors: Vec<Constructor>,
    health_checks: Vec<Hook>,
    reconfigures: Vec<Hook>,
    warm_ups: Vec<Hook>,
    shutdowns: Vec<Hook>,
    /// Every `new`, also a wrong one.
    constructors_written: Vec<&'b parse::Function>,
    /// Whether there is a method that was left out because no item can be named after it.
    methods_wrong: bool,
    names_free: NamesFree,
}

impl Roles<'_> {
    /// Whoever may call the constructor or a method has a handle.
    fn visibility(&self) -> Visibility {
        let constructors = self.constructors_written.iter().map(|function| &function.visibility);
        widest(self.methods.iter().map(|method| &method.visibility).chain(constructors))
    }
}

/// What it takes to sort a function.
struct Lowering<'l> {
    header: &'l Header,
    scope: &'l Scope<'l>,
    surroundings: Surroundings,
    mount: Mount,
}

/// Lowers the block. `None` if there is nothing to generate for.
pub(crate) fn lower(
    entries: &[Entry],
    block: &Block,
    diagnostics: &Diagnostics,
) -> Option<Deployment> {
    let header = header::read(block, diagnostics);
    let scope = match &header {
        Some(header) => diagnostics.deployment(&header.names.deployment),
        None => diagnostics.attribute(),
    };
    let options = options::read(entries, &scope);
    let header = header?;
    let crate_path: Path = match &options.crate_path {
        Some(_) => header.names.imported.clone().into(),
        None => parse_quote!(::serve_core),
    };
    if header.is_wrong {
        diagnostics.mute();
    }
    let lowering = Lowering {
        header: &header,
        scope: &scope,
        surroundings: Surroundings::new(&header.self_type, &crate_path, header.is_wrong),
        mount: Mount { has_prefix: entries.iter().any(|entry| entry.key == "route_prefix") },
    };
    let mut roles = Roles::new();
    for item in &block.items {
        if let Item::Function(function) = item {
            lowering.sort(function, &mut roles);
        }
    }
    roles.constructors.extend(constructor::default_beside(&roles.constructors_written));
    check_collisions(&mut roles.methods, &header, &scope);
    fingerprint::refuse_colliding_ids(&roles.methods, &scope);
    route::check_duplicates(&roles.methods, &header.names.deployment, diagnostics);
    check_something_to_call(block, &roles, &scope);
    check_user_config(&options, &roles, &scope);
    if diagnostics.is_empty() {
        check_prefix(entries, &roles, &scope);
    }
    route::warn_of_prefixes(&roles.methods, &options, &scope);
    if options.needs_wire() {
        check_wire_types(&roles.methods, &scope);
    }
    Some(assemble(header, options, crate_path, roles))
}

fn assemble(
    header: Header,
    options: Options,
    crate_path: Path,
    mut roles: Roles<'_>,
) -> Deployment {
    // What only the runtime calls need not be there where it is wrong.
    for hooks in [
        &mut roles.health_checks,
        &mut roles.reconfigures,
        &mut roles.warm_ups,
        &mut roles.shutdowns,
    ] {
        hooks.retain(|hook| !hook.function.is_wrong);
    }
    name_macros(&header, &mut roles);
    let hooks = roles.health_checks.iter().chain(&roles.reconfigures);
    let hooks = hooks.chain(&roles.warm_ups).chain(&roles.shutdowns);
    let hooks = hooks.map(|hook| &hook.function);
    let functions = roles.methods.iter().map(|method| &method.function).chain(hooks);
    Deployment {
        sharing: Sharing::of(functions.filter_map(|function| function.access)),
        needs_wire: options.needs_wire(),
        name: options.name.unwrap_or_else(|| header.names.deployment.unraw().to_string()),
        visibility: options.visibility.unwrap_or_else(|| roles.visibility()),
        crate_path,
        crate_written: options.crate_path,
        header,
        settings: options.settings,
        methods: roles.methods,
        names_free: roles.names_free,
        constructors: roles.constructors,
        health_checks: roles.health_checks,
        reconfigures: roles.reconfigures,
        warm_ups: roles.warm_ups,
        shutdowns: roles.shutdowns,
    }
}

/// Gives a name to each type of an argument that a macro makes. A block with parameters has none: an alias must use all of its
/// own.
fn name_macros(header: &Header, roles: &mut Roles<'_>) {
    if header.is_generic() {
        return;
    }
    let methods = roles.methods.iter_mut().map(|method| &mut method.function);
    let constructors = roles.constructors.iter_mut().filter_map(Constructor::function_mut);
    let arguments = methods.chain(constructors).flat_map(|function| &mut function.arguments);
    for (index, argument) in arguments.enumerate() {
        argument.name_macro(&header.names.macro_type(index));
    }
}

// === impl Roles ===

impl Roles<'_> {
    fn new() -> Self {
        Self {
            methods: Vec::new(),
            constructors: Vec::new(),
            health_checks: Vec::new(),
            reconfigures: Vec::new(),
            warm_ups: Vec::new(),
            shutdowns: Vec::new(),
            constructors_written: Vec::new(),
            methods_wrong: false,
            names_free: NamesFree { constructors: true, handles: true },
        }
    }
}

// === impl Lowering ===

impl Lowering<'_> {
    /// Finds out what a function is for, and reads it as that.
    fn sort<'b>(&self, function: &'b parse::Function, roles: &mut Roles<'b>) {
        let name = function.signature.ident.unraw().to_string();
        let scope = self.scope.method(&name);
        let has_receiver = function.signature.receiver().is_some();
        match name.as_str() {
            name if names::GENERATED_CONSTRUCTORS.contains(&name)
                || names::GENERATED_HANDLES.contains(&name) =>
            {
                self.refuse_generated_name(function, name, &scope, roles);
            }
            names::NEW => {
                roles.constructors_written.push(function);
                let read = constructor::read(
                    function,
                    &self.header.names.deployment,
                    &self.surroundings,
                    &scope,
                );
                roles.constructors.push(read);
            }
            names::CALL | names::CHECK_HEALTH | names::RECONFIGURE | names::WARM_UP
                if !has_receiver =>
            {
                scope.report(
                    &function.signature.ident,
                    "it runs on an instance; take `&self` or `&mut self` first",
                );
                roles.methods_wrong |= name == names::CALL;
            }
            names::ON_SHUTDOWN if !has_receiver => scope.report(
                &function.signature.ident,
                "it runs on an instance; take `&self`, `&mut self` or `self` first",
            ),
            names::ON_SHUTDOWN => {
                roles.shutdowns.push(hook::on_shutdown(function, &self.surroundings, &scope));
            }
            names::WARM_UP => {
                roles.warm_ups.push(hook::warm_up(function, &self.surroundings, &scope));
            }
            names::CHECK_HEALTH => {
                let read = hook::check_health(function, &self.surroundings, &scope);
                roles.health_checks.push(read);
            }
            names::RECONFIGURE => {
                let read = hook::reconfigure(function, &self.surroundings, &scope);
                roles.reconfigures.push(read);
            }
            _ if has_receiver => {
                hook::check_name(function, &name, &scope);
                self.method(function, &scope, roles);
            }
            _ => attributes::refuse_helpers(
                &function.attributes,
                &scope,
                "this function has no receiver, so it is not called by handle; take `&self`",
            ),
        }
    }

    fn method(&self, function: &parse::Function, scope: &Scope<'_>, roles: &mut Roles<'_>) {
        let read = method::read(
            function,
            &self.header.names.deployment,
            &self.mount,
            &self.surroundings,
            scope,
        );
        // A wrong route is reported and missing, and the method is there all the same.
        roles.methods_wrong |= read.is_none();
        roles.methods.extend(read);
    }

    fn refuse_generated_name(
        &self,
        function: &parse::Function,
        name: &str,
        scope: &Scope<'_>,
        roles: &mut Roles<'_>,
    ) {
        roles.methods_wrong = true;
        if names::GENERATED_HANDLES.contains(&name) {
            roles.names_free.handles = false;
        } else {
            roles.names_free.constructors = false;
        }
        let deployment = &self.header.names.deployment;
        scope.report(
            &function.signature.ident,
            format_args!(
                "the attribute generates `{deployment}::{name}`; give this function another name"
            ),
        );
    }
}

// === checks of several functions ===

/// `call` and `__call__`, `ab_c` and `ab__c`: different methods, one variant. The later one is left out.
fn check_collisions(methods: &mut Vec<Method>, header: &Header, scope: &Scope<'_>) {
    let mut kept: Vec<Method> = Vec::new();
    for method in methods.drain(..) {
        let earlier = kept.iter().find(|earlier| {
            let alternatives =
                !earlier.function.carried.cfg.is_empty() && !method.function.carried.cfg.is_empty();
            earlier.names.variant == method.names.variant && !alternatives
        });
        match earlier {
            // Two functions of one name are the compiler's to report.
            Some(earlier) if earlier.name == method.name => {}
            Some(earlier) => scope.method(&method.name).report(
                &method.function.ident,
                format_args!(
                    "`{}` and `{}` both become `{}::{}`; give one of the two another name",
                    earlier.name, method.name, header.names.call, method.names.variant
                ),
            ),
            None => kept.push(method),
        }
    }
    *methods = kept;
}

/// `#[deployment] impl Greeter {}`
fn check_something_to_call(block: &Block, roles: &Roles<'_>, scope: &Scope<'_>) {
    if roles.methods.is_empty() && !roles.methods_wrong {
        scope.report(
            block.self_type.to_token_stream(),
            "there is nothing to call: no function in this block takes `&self` or `&mut self`; add a method, such as \
             `async fn __call__(&self, request: Request) -> Response`",
        );
    }
}

/// `#[deployment(remote)]` with `&'static str` in a signature.
fn check_wire_types(methods: &[Method], scope: &Scope<'_>) {
    for Method { function, name, .. } in methods.iter().filter(|method| !method.is_reachable()) {
        let arguments = function.arguments.iter().map(|argument| &argument.wire);
        let results = [Some(&function.output.wire), function.output.error_wire.as_ref()];
        for reference in arguments
            .chain(results.into_iter().flatten())
            .filter_map(|wire| wire.reference.as_ref())
        {
            scope.method(name).report(
                reference,
                "the deployment is `remote`, and a reference cannot leave the process; take an owned type, such as `String` for `&'static str`",
            );
        }
    }
}

/// `#[deployment(route_prefix = "/api")]` without a method that answers requests.
fn check_prefix(entries: &[Entry], roles: &Roles<'_>, scope: &Scope<'_>) {
    let Some(entry) = entries.iter().find(|entry| entry.key == "route_prefix") else { return };
    if roles.methods.is_empty()
        || roles.methods_wrong
        || roles.methods.iter().any(Method::is_reachable)
    {
        return;
    }
    let nearly = roles.methods.iter().find(|method| method.name.replace('_', "") == "call");
    match nearly {
        Some(method) => scope.method(&method.name).report(
            &method.function.ident,
            "requests are answered by `__call__`; did you mean that?",
        ),
        None => scope.report(
            &entry.key,
            "nothing answers requests; add `async fn __call__(&self, request: Request) -> Response`, or a method with a route such as `#[get(\"/\")]`",
        ),
    }
}

/// `user_config` without a `reconfigure` to take it.
fn check_user_config(options: &Options, roles: &Roles<'_>, scope: &Scope<'_>) {
    if let Some(setting) = options.setting("user_config")
        && roles.reconfigures.is_empty()
    {
        scope.report(
            &setting.key,
            "nothing takes the `user_config`; add `async fn reconfigure(&mut self, config: C) -> Result<(), E>` to the block",
        );
    }
}
