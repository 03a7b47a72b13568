//! One function of the user's that generated code calls, and how to call it.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{GenericParam, PatType, Receiver, Safety, Signature};

use super::argument::{self, Argument};
use super::attributes::{Carried, Helpers};
use super::batch::{self, Batch};
use super::output::{self, Audience, Output, Written};
use super::pattern;
use super::receiver::{self, Access};
use super::{stream, types};
use crate::diagnostics::Scope;
use crate::names;
use crate::parse;

/// The most arguments a function can have: the tuples of the runtime end here.
const ARGUMENTS_MAX: usize = 12;

/// A function of the user's.
pub(crate) struct Function {
    pub(crate) ident: Ident,
    /// The generated function that calls this one.
    pub(crate) invoke: Ident,
    pub(crate) carried: Carried,
    /// `None` where there is no receiver.
    pub(crate) access: Option<Access>,
    pub(crate) run: Run,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) output: Output,
    pub(crate) shape: Shape,
    /// Whether something about it is wrong and has been reported. It is there as if the advice had been followed, so that
    /// what uses it is not reported as well; nothing calls the user's function.
    pub(crate) is_wrong: bool,
}

/// Where a function runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Run {
    /// `fn`
    Sync,
    /// `async fn`
    Async,
    /// `#[blocking] fn`
    Blocking,
}

/// How many values a function gives, and for how many calls. The arguments and the output are those of one call.
pub(crate) enum Shape {
    /// One value for one call.
    Value,
    /// `impl Stream<Item = T>`: many values for one call.
    Stream,
    /// `#[batch]`: values for many calls at once.
    Batch(Batch),
}

/// What every function of the block shares.
pub(super) struct Surroundings {
    /// What `Self` stands for.
    pub(super) self_type: TokenStream,
    /// `::serve_core::__private`, where the owned types of borrowed ones are named.
    pub(super) private: TokenStream,
    /// Whether the block cannot have any method, which has been reported.
    pub(super) are_wrong: bool,
}

/// Reads a function. What is wrong with it is reported.
pub(super) fn read(
    function: &parse::Function,
    helpers: &Helpers<'_>,
    surroundings: &Surroundings,
    scope: &Scope<'_>,
) -> Function {
    read_with(function, helpers, surroundings, (receiver::read, Audience::Caller), scope)
}

/// The same for one that the system calls: what it returns goes to nobody else.
pub(super) fn read_system(
    function: &parse::Function,
    helpers: &Helpers<'_>,
    surroundings: &Surroundings,
    scope: &Scope<'_>,
) -> Function {
    read_with(function, helpers, surroundings, (receiver::read, Audience::System), scope)
}

/// The same for one that nothing comes after, so that it may use up the instance.
pub(super) fn read_last(
    function: &parse::Function,
    helpers: &Helpers<'_>,
    surroundings: &Surroundings,
    scope: &Scope<'_>,
) -> Function {
    read_with(function, helpers, surroundings, (receiver::read_last, Audience::System), scope)
}

/// Which receivers a function may have.
type ReadReceiver = fn(&Receiver, &Scope<'_>) -> Option<Access>;

fn read_with(
    function: &parse::Function,
    helpers: &Helpers<'_>,
    surroundings: &Surroundings,
    (receiver, audience): (ReadReceiver, Audience),
    scope: &Scope<'_>,
) -> Function {
    let signature = &function.signature;
    check_qualifiers(signature, scope);
    for attribute in &function.stray {
        let name = attribute.path().get_ident().map(ToString::to_string).unwrap_or_default();
        scope.report(
            attribute,
            format_args!("there is no `#[{name}]` here; an argument is taken from a request by its type, as in `Path(id): Path<u64>`, `Query(query): Query<T>` or `Json(body): Json<T>`"),
        );
    }
    let is_stream = stream::is_returned(signature);
    if is_stream {
        stream::refuse_helpers(helpers, scope);
    }
    let run = run(signature, helpers, scope);
    let access = signature.receiver().map(|written| receiver(written, scope));
    let (arguments, (output, shape)) = match helpers.batch.filter(|_| !is_stream) {
        Some(attribute) => batch::read(attribute, signature, surroundings, scope),
        None => (
            arguments(signature, function.is_broken, surroundings, scope),
            match function.is_broken || is_own(signature, &signature.output) {
                true => (Output::unit(&signature.ident), Shape::Value),
                false => output::read(signature, audience, &surroundings.self_type, scope),
            },
        ),
    };
    check_generics(signature, scope);
    Function {
        ident: signature.ident.clone(),
        invoke: names::invoke(&signature.ident),
        carried: Carried::read(&function.attributes),
        access: access.flatten(),
        run,
        arguments,
        output,
        shape,
        is_wrong: surroundings.are_wrong || function.is_broken || scope.failed(),
    }
}

fn run(signature: &Signature, helpers: &Helpers<'_>, scope: &Scope<'_>) -> Run {
    match (helpers.blocking, signature.asyncness) {
        (Some(attribute), Some(_)) => {
            scope.report(
                attribute,
                "`#[blocking]` moves a plain `fn` to a thread of its own; remove `async`, or remove `#[blocking]` and block \
                 in a `tokio::task::spawn_blocking` inside",
            );
            Run::Blocking
        }
        (Some(_), None) => Run::Blocking,
        (None, Some(_)) => Run::Async,
        (None, None) => Run::Sync,
    }
}

fn arguments(
    signature: &Signature,
    is_broken: bool,
    surroundings: &Surroundings,
    scope: &Scope<'_>,
) -> Vec<Argument> {
    let typed = argument::typed(signature);
    if let Some(extra) = typed.get(ARGUMENTS_MAX) {
        scope.report(
            extra,
            format_args!(
                "a call takes {ARGUMENTS_MAX} arguments at most; take them together as one struct"
            ),
        );
    }
    let typed = &typed[..typed.len().min(ARGUMENTS_MAX)];
    let unnamed = names::unnamed(typed.iter().map(|typed| pattern::name(&typed.pat)));
    let arguments = typed.iter().zip(&unnamed);
    let is_unknown = |typed: &PatType| is_broken || is_own(signature, &typed.ty);
    let arguments = arguments.map(|(typed, unnamed)| match is_unknown(typed) {
        true => Argument::unknown(typed, unnamed, surroundings),
        false => argument::read(typed, unnamed, surroundings, scope),
    });
    let mut arguments: Vec<_> = arguments.collect();
    // The compiler reports that two have one name.
    for later in 1..arguments.len() {
        if arguments[..later]
            .iter()
            .any(|earlier| earlier.ident.unraw() == arguments[later].ident.unraw())
        {
            arguments[later].ident = unnamed[later].clone();
        }
    }
    arguments
}

fn check_qualifiers(signature: &Signature, scope: &Scope<'_>) {
    if let Safety::Unsafe(token) = &signature.safety {
        scope.report(token, "a call may come from anywhere, so there is nobody to keep the promise of an `unsafe fn`; make it safe");
    }
    if let Some(abi) = &signature.abi {
        scope.report(abi, "a deployment's methods are ordinary functions; remove the `extern`");
    }
    if let Some(variadic) = &signature.variadic {
        scope.report(variadic.dots, "a call has a fixed number of arguments; take a `Vec<T>`");
    }
}

/// Whether a type names a parameter of the function's own, which means nothing outside. That it has one is reported.
fn is_own(signature: &Signature, ty: &impl ToTokens) -> bool {
    let tokens = ty.to_token_stream();
    signature.generics.params.iter().any(|parameter| match parameter {
        GenericParam::Lifetime(_) => false,
        GenericParam::Type(parameter) => types::mentions(&tokens, &parameter.ident),
        GenericParam::Const(parameter) => types::mentions(&tokens, &parameter.ident),
    })
}

/// Lifetimes are reported where they are used; here only those that nothing else has complained of.
fn check_generics(signature: &Signature, scope: &Scope<'_>) {
    for parameter in &signature.generics.params {
        match parameter {
            GenericParam::Lifetime(lifetime) if !scope.failed() => scope.report(
                lifetime,
                "a call outlives its caller's borrows; leave the lifetime out, and borrow arguments as `&str`, `&[T]` or `&T`",
            ),
            GenericParam::Lifetime(_) => {}
            GenericParam::Type(_) | GenericParam::Const(_) => scope.report(
                parameter,
                "the call is an enum, so a method cannot have type parameters of its own; take a concrete type, or move the \
                 parameter to the block: `impl<T> ..`",
            ),
        }
    }
    if let Some(clause) = &signature.generics.where_clause {
        scope.report(clause, "a method that only exists for some types cannot be called by handle; move the clause to the block");
    }
}

// === impl Function ===

impl Function {
    /// What `#[batch]` says, if it is there.
    pub(crate) fn batch(&self) -> Option<&Batch> {
        match &self.shape {
            Shape::Batch(batch) => Some(batch),
            Shape::Value | Shape::Stream => None,
        }
    }

    /// Whether every reader knows all of its types, and that everybody may see them.
    pub(crate) fn is_plain(&self) -> bool {
        let is_plain = |(value, error): &(Written, Option<Written>)| {
            value.is_plain && error.as_ref().is_none_or(|error| error.is_plain)
        };
        self.arguments.iter().all(|argument| argument.is_plain)
            && self.output.sides.as_ref().is_some_and(is_plain)
    }
}

// === impl Surroundings ===

impl Surroundings {
    pub(super) fn new(self_type: &TokenStream, crate_path: &syn::Path, are_wrong: bool) -> Self {
        let private = quote!(#crate_path::__private);
        Self { self_type: self_type.clone(), private, are_wrong }
    }
}
