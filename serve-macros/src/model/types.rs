//! What the checks ask of a type: does it borrow, is it anonymous, is it a `Result`, is it `Self`.

use proc_macro2::{Group, Ident, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{GenericArgument, Lifetime, ParenthesizedGenericArguments, PathArguments, PathSegment};
use syn::{
    Path, TraitBound, Type, TypeFnPtr, TypeImplTrait, TypeParamBound, TypePtr, TypeReference,
    TypeTraitObject,
};

use super::argument::BoundAs;
use crate::diagnostics::Scope;
use crate::place::Place;
use crate::render::render;

/// Something in a type that cannot outlive the caller, or that has no name.
pub(super) enum Obstacle<'t> {
    /// `&str`
    Reference(&'t TypeReference),
    /// `Cow<'a, str>`, `Ref<'_, T>`
    Lifetime(&'t Lifetime),
    /// `impl Display`
    ImplTrait(&'t TypeImplTrait),
    /// `Cow<str>`, `MutexGuard<T>`: the lifetime is there and not written.
    Elided(&'t PathSegment),
    /// `str`, `[u8]`, `dyn Display`
    Unsized,
    /// `*mut u8`
    Pointer(&'t Type),
    /// `_`
    Infer(&'t Type),
    /// `Rc<T>`: with what it should be.
    OneThread(&'t PathSegment, &'static str),
    /// `Box<dyn Error>`: a trait object that may not be `Send`, with the box around it.
    NotSend(&'t TypeTraitObject),
}

/// What the table of methods says about a type.
#[derive(Clone)]
pub(crate) struct WireType {
    /// The type as its reader would write it.
    pub(crate) text: String,
    /// Where it was written.
    pub(crate) place: Place,
    /// A reference in it, which no bytes can be turned into. Such a type is not probed: the compiler would choose without
    /// regard to lifetimes, and then refuse its own choice.
    pub(crate) reference: Option<TokenStream>,
}

/// The first thing in a type that keeps it from being owned and named. `'static` does not.
pub(super) fn obstacle(ty: &Type) -> Option<Obstacle<'_>> {
    let whole = peel(ty);
    if matches!(whole, Type::Slice(_) | Type::TraitObject(_)) || is_str(whole) {
        return Some(Obstacle::Unsized);
    }
    target_obstacle(ty)
}

/// The same for what stands behind the `&` of an argument.
pub(super) fn target_obstacle(ty: &Type) -> Option<Obstacle<'_>> {
    let mut search = Search { found: None, is_wrapped: false };
    search.visit_type(ty);
    search.found
}

fn is_str(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("str"))
}

/// Whether the name stands somewhere in these tokens.
pub(crate) fn mentions(tokens: &TokenStream, name: &Ident) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == *name,
        TokenTree::Group(group) => mentions(&group.stream(), name),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// The first reference in a type, `'static` ones included: what no bytes can be turned into.
fn reference(ty: &Type) -> Option<&TypeReference> {
    let mut search = References { found: None };
    search.visit_type(ty);
    search.found
}

/// The type without the invisible and the written parentheses around it.
pub(super) fn peel(mut ty: &Type) -> &Type {
    loop {
        ty = match ty {
            Type::Group(group) => &group.elem,
            Type::Paren(paren) => &paren.elem,
            _ => return ty,
        };
    }
}

/// The last segment of a path type, as in `Result<T>` of `std::io::Result<T>`.
pub(super) fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match peel(ty) {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

/// Types that are called handles, and are none to a deployment.
const OTHER_HANDLES: &[&str] = &[
    "AbortHandle", "BorrowedHandle", "FileHandle", "JoinHandle", "OwnedHandle", "RawHandle", "RuntimeHandle", "SocketHandle",
    "TaskHandle", "ThreadHandle", "TimerHandle", "WindowHandle",
];

/// What `bind` takes for a parameter of this type. A handle is known by its name.
pub(super) fn bound_as(ty: &Type) -> BoundAs {
    let ty = peel(ty);
    if let Type::Array(array) = ty {
        return if is_handle(&array.elem) { BoundAs::Handles } else { BoundAs::Any };
    }
    let Some(segment) = last_segment(ty) else { return BoundAs::Any };
    let arguments = type_arguments(segment);
    match (segment.ident.to_string().as_str(), &arguments[..]) {
        ("Vec" | "Option", [element]) | ("HashMap" | "BTreeMap", [_, element]) if is_handle(element) => BoundAs::Handles,
        ("Arc" | "Box", [inner]) if matches!(peel(inner), Type::TraitObject(_)) => BoundAs::Coerced,
        _ => BoundAs::Any,
    }
}

/// `AHandle`, `Handle<A>`.
fn is_handle(ty: &Type) -> bool {
    let Some(segment) = last_segment(ty) else { return false };
    let name = segment.ident.to_string();
    if name == "Handle" {
        return type_arguments(segment).len() == 1;
    }
    name.ends_with("Handle") && !OTHER_HANDLES.contains(&name.as_str())
}

/// A type that only looks like what it is for: what a method should return instead, and how to say so.
pub(super) fn disguise(ty: &Type) -> Option<String> {
    let ty = peel(ty);
    let segment = last_segment(ty)?;
    let arguments = type_arguments(segment);
    let first = || arguments.first().map_or_else(|| "T".to_owned(), |ty| render(ty));
    match segment.ident.to_string().as_str() {
        "BoxStream" | "LocalBoxStream" | "ResponseStream" | "Receiver" | "UnboundedReceiver"
        | "ReceiverStream"
            if !arguments.is_empty() =>
        {
            let what = &segment.ident;
            Some(format!(
                "a `{what}` is an ordinary value here, and no stream of results; write `-> impl Stream<Item = {}>`",
                first()
            ))
        }
        "BoxFuture" | "LocalBoxFuture" => Some(format!(
            "a future is an ordinary value here, and the caller would have to poll it; write `async fn` and `-> {}`",
            first()
        )),
        "ObjectRef" if !arguments.is_empty() => Some(format!(
            "the result of another call is awaited where it is made; write `async fn` and `-> Result<{}, CallError>`",
            first()
        )),
        "Box" | "Pin" => match arguments.first().map(|ty| peel(ty)) {
            Some(Type::TraitObject(object)) => {
                object.bounds.iter().find_map(|bound| disguised_object(bound))
            }
            Some(inner) => disguise(inner)
                .filter(|_| matches!(last_segment(inner), Some(last) if last.ident == "Box")),
            None => None,
        },
        _ => None,
    }
}

fn disguised_object(bound: &TypeParamBound) -> Option<String> {
    let TypeParamBound::Trait(bound) = bound else { return None };
    let last = bound.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    let associated = arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::AssocType(associated) => Some(render(&associated.ty)),
        _ => None,
    })?;
    match last.ident.to_string().as_str() {
        "Stream" => Some(format!(
            "a boxed stream is an ordinary value here, and no stream of results; write `-> impl Stream<Item = {associated}>`"
        )),
        "Future" => Some(format!(
            "a future is an ordinary value here, and the caller would have to poll it; write `async fn` and `-> {associated}`"
        )),
        _ => None,
    }
}

/// Whether a type is called `Result`, whatever its path and parameters.
pub(super) fn is_result(ty: &Type) -> bool {
    last_segment(ty).is_some_and(|segment| segment.ident == "Result")
}

/// The `T` of a type called `Vec<T>`, whatever its path.
pub(super) fn vec_element(ty: &Type) -> Option<&Type> {
    let segment = last_segment(ty).filter(|segment| segment.ident == "Vec")?;
    match *type_arguments(segment) {
        [element] => Some(element),
        _ => None,
    }
}

/// The type arguments of a path segment: `[T, E]` of `Result<T, E>`.
pub(super) fn type_arguments(segment: &PathSegment) -> Vec<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return Vec::new();
    };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.collect()
}

/// Types of which every reader knows that they can go to another thread.
const PLAIN: &[&str] = &[
    "bool",
    "char",
    "f32",
    "f64",
    "i128",
    "i16",
    "i32",
    "i64",
    "i8",
    "isize",
    "str",
    "u128",
    "u16",
    "u32",
    "u64",
    "u8",
    "usize",
    "String",
    "PathBuf",
    "Duration",
    "Bytes",
    "Request",
    "Response",
    "StatusCode",
    "HttpError",
    "CallError",
    "Infallible",
    "Value",
];

/// Containers of which that is true if it is true of what they contain.
const PLAIN_CONTAINERS: &[&str] = &[
    "Vec", "Option", "Box", "HashMap", "BTreeMap", "HashSet", "BTreeSet", "VecDeque", "Json",
    "Query", "Path", "Form",
];

/// Whether a type is one value in a path: a number, a text, a truth.
pub(super) fn is_scalar(ty: &Type) -> bool {
    let is_known = |segment: &PathSegment| {
        segment.arguments.is_none()
            && (PLAIN[..17].contains(&segment.ident.to_string().as_str())
                || segment.ident == "String"
                || segment.ident == "Uuid")
    };
    last_segment(ty).is_some_and(is_known)
}

/// Whether a type is one of those. A type of the user's that has such a name is asked later, with more words.
pub(super) fn is_plain(ty: &Type) -> bool {
    match peel(ty) {
        Type::Tuple(tuple) => tuple.elems.iter().all(is_plain),
        Type::Array(array) => is_plain(&array.elem),
        Type::Slice(slice) => is_plain(&slice.elem),
        Type::Path(path) if path.qself.is_none() => {
            let Some(segment) = path.path.segments.last() else { return false };
            let name = segment.ident.to_string();
            let arguments = type_arguments(segment);
            match &segment.arguments {
                PathArguments::None => PLAIN.contains(&name.as_str()),
                _ => {
                    PLAIN_CONTAINERS.contains(&name.as_str()) && arguments.into_iter().all(is_plain)
                }
            }
        }
        // What a macro makes of it cannot be seen, and asked again would be reported again.
        Type::Macro(_) => true,
        _ => false,
    }
}

/// Types of which every reader knows that they are HTTP responses, or items of one.
const RESPONSES: &[&str] = &["Bytes", "Event", "Html", "HttpError", "Infallible", "Redirect", "Response", "Sse", "StatusCode", "String"];

/// The `T` of `Json<T>`.
pub(super) fn in_json(ty: &Type) -> Option<&Type> {
    let segment = last_segment(ty).filter(|segment| segment.ident == "Json")?;
    type_arguments(segment).first().copied()
}

/// Whether a type is one of those. `Json<T>` is if `T` can be written.
pub(super) fn is_response(ty: &Type) -> bool {
    if is_unit(ty) {
        return true;
    }
    let Some(segment) = last_segment(ty) else { return false };
    let name = segment.ident.to_string();
    if name == "Json" {
        return type_arguments(segment).into_iter().all(is_plain);
    }
    RESPONSES.contains(&name.as_str())
}

/// The same for an argument, which may be borrowed as a whole.
pub(super) fn is_plain_argument(ty: &Type) -> bool {
    match peel(ty) {
        Type::Reference(reference) => is_plain(&reference.elem),
        ty => is_plain(ty),
    }
}

pub(super) fn is_unit(ty: &Type) -> bool {
    matches!(peel(ty), Type::Tuple(tuple) if tuple.elems.is_empty())
}

/// Whether this is `Self`, or the deployment's own type by name.
pub(super) fn is_self(ty: &Type, deployment: &Ident) -> bool {
    last_segment(ty).is_some_and(|segment| segment.ident == "Self" || segment.ident == *deployment)
}

/// Whether this is `Self`, literally.
pub(super) fn is_self_keyword(ty: &Type) -> bool {
    matches!(peel(ty), Type::Path(path) if path.path.is_ident("Self"))
}

/// The tokens with `Self` replaced by the type it stands for, for use outside the user's block.
pub(super) fn without_self(tokens: impl ToTokens, self_type: &TokenStream) -> TokenStream {
    let mut output = TokenStream::new();
    let mut tokens = tokens.into_token_stream().into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(ident) if ident == "Self" => {
                let qualifies = matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == ':' && next.spacing() == Spacing::Joint);
                output.extend(if qualifies {
                    quote::quote!(<#self_type>)
                } else {
                    self_type.clone()
                });
            }
            TokenTree::Group(group) => {
                let mut inner =
                    Group::new(group.delimiter(), without_self(group.stream(), self_type));
                inner.set_span(group.span());
                output.extend([TokenTree::Group(inner)]);
            }
            token => output.extend([token]),
        }
    }
    output
}

/// What to write instead of `&T` in a place that must own it.
pub(super) fn owner_of(target: &Type) -> String {
    match peel(target) {
        Type::Slice(slice) => format!("Vec<{}>", render(&slice.elem)),
        Type::TraitObject(object) => format!("Box<{}>", sendable(object)),
        Type::Reference(inner) => owner_of(&inner.elem),
        target => match last_segment(target) {
            Some(segment) => owner_of_path(target, segment),
            None => render(target),
        },
    }
}

fn owner_of_path(target: &Type, segment: &PathSegment) -> String {
    let name = segment.ident.to_string();
    if !segment.arguments.is_none() {
        return render(target);
    }
    match name.as_str() {
        "str" => "String".to_owned(),
        "Path" => "std::path::PathBuf".to_owned(),
        "OsStr" => "std::ffi::OsString".to_owned(),
        "CStr" => "std::ffi::CString".to_owned(),
        _ => render(target),
    }
}

/// A trait object that can go to another thread: `dyn Display + Send + Sync`.
pub(super) fn sendable(object: &TypeTraitObject) -> String {
    let bounds = object.bounds.iter().map(|bound| render(bound));
    let mut bounds: Vec<_> = bounds.filter(|bound| !bound.starts_with('\'')).collect();
    for bound in ["Send", "Sync"] {
        if !bounds
            .iter()
            .any(|written| written == bound || bound == "Sync" && written.starts_with("Fn"))
        {
            bounds.push(bound.to_owned());
        }
    }
    format!("dyn {}", bounds.join(" + "))
}

/// Traits of the standard library that are not `Send` themselves.
const NOT_SEND: &[&str] = &[
    "Any", "Debug", "Display", "Error", "Fn", "FnMut", "FnOnce", "Future", "Iterator", "Read",
    "ToString", "Write",
];

/// Whether a trait object is seen not to be `Send`.
fn is_not_send(object: &TypeTraitObject) -> bool {
    let traits = object.bounds.iter().filter_map(|bound| match bound {
        TypeParamBound::Trait(bound) => bound.path.segments.last(),
        _ => None,
    });
    let names: Vec<_> = traits.map(|segment| segment.ident.to_string()).collect();
    !names.is_empty() && names.iter().all(|name| NOT_SEND.contains(&name.as_str()))
}

/// Types of the standard library with a lifetime that may be left out. Other types of these names have to be named in full.
fn hides_lifetime(path: &Path) -> Option<&PathSegment> {
    let segment = path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    if arguments.args.iter().any(|argument| matches!(argument, GenericArgument::Lifetime(_))) {
        return None;
    }
    let is_std =
        path.segments.len() > 2 && path.segments.first().is_some_and(|first| first.ident == "std");
    let name = segment.ident.to_string();
    let is_known = match name.as_str() {
        "MutexGuard" | "RwLockReadGuard" | "RwLockWriteGuard" => true,
        "Cow" => {
            let arguments = type_arguments(segment);
            is_std
                || arguments.iter().any(|ty| matches!(peel(ty), Type::Slice(_)) || is_str(peel(ty)))
        }
        "Ref" | "RefMut" | "Iter" | "IterMut" | "Drain" => is_std,
        _ => false,
    };
    is_known.then_some(segment)
}

struct References<'t> {
    found: Option<&'t TypeReference>,
}

struct Search<'t> {
    found: Option<Obstacle<'t>>,
    /// Whether the type stands in another of which it is not known what it does to it.
    is_wrapped: bool,
}

impl Obstacle<'_> {
    /// Whether it matters only where a value goes to another thread.
    pub(super) fn is_of_threads(&self) -> bool {
        matches!(self, Self::Pointer(_) | Self::OneThread(..) | Self::NotSend(_))
    }

    /// What is wrong with it and what to write instead, for those of which that is the same wherever they stand.
    pub(super) fn report(&self, scope: &Scope<'_>) {
        match self {
            Self::Elided(segment) => scope.report(
                segment,
                format_args!("a `{}` borrows, and a call outlives the borrows of its caller and of its replica; use an owned type", segment.ident),
            ),
            // The compiler says so itself, of the user's own function.
            Self::Unsized => scope.fail(),
            Self::Pointer(ty) => scope.report(ty, "a raw pointer cannot go to another thread; use an owned type, or an `Arc` to what it points to"),
            Self::Infer(ty) => scope.report(ty, "the type is part of the handle's type, so it cannot be left out; write it"),
            Self::OneThread(segment, instead) => scope.report(
                segment,
                format_args!("an `{}` stays on its thread, and a call goes to another; write `{instead}`", segment.ident),
            ),
            Self::NotSend(object) => scope.report(
                object,
                format_args!("this goes to another thread; write `{}`", sendable(object)),
            ),
            Self::Reference(_) | Self::Lifetime(_) | Self::ImplTrait(_) => {}
        }
    }
}

// === impl WireType ===

impl WireType {
    /// A type that was not written out.
    pub(super) fn called(text: &str, place: Place) -> Self {
        Self { text: text.to_owned(), place, reference: None }
    }

    pub(super) fn of(ty: &Type) -> Self {
        Self {
            text: render(ty),
            place: Place::of(ty),
            reference: reference(ty).map(ToTokens::to_token_stream),
        }
    }
}

// === impl References ===

impl<'t> Visit<'t> for References<'t> {
    fn visit_type_reference(&mut self, reference: &'t TypeReference) {
        self.found.get_or_insert(reference);
    }

    fn visit_type_fn_ptr(&mut self, _: &'t TypeFnPtr) {}

    fn visit_parenthesized_generic_arguments(&mut self, _: &'t ParenthesizedGenericArguments) {}
}

// === impl Search ===

impl<'t> Search<'t> {
    fn find(&mut self, obstacle: Obstacle<'t>) {
        self.found.get_or_insert(obstacle);
    }
}

impl<'t> Visit<'t> for Search<'t> {
    fn visit_type_reference(&mut self, reference: &'t TypeReference) {
        match &reference.lifetime {
            Some(lifetime) if lifetime.ident == "static" => {
                visit::visit_type_reference(self, reference);
            }
            Some(lifetime) => self.find(Obstacle::Lifetime(lifetime)),
            None => self.find(Obstacle::Reference(reference)),
        }
    }

    fn visit_lifetime(&mut self, lifetime: &'t Lifetime) {
        if lifetime.ident != "static" {
            self.find(Obstacle::Lifetime(lifetime));
        }
    }

    fn visit_type_impl_trait(&mut self, impl_trait: &'t TypeImplTrait) {
        self.find(Obstacle::ImplTrait(impl_trait));
    }

    fn visit_type_ptr(&mut self, _: &'t TypePtr) {}

    fn visit_type(&mut self, ty: &'t Type) {
        match ty {
            Type::Infer(_) => self.find(Obstacle::Infer(ty)),
            Type::Ptr(_) if !self.is_wrapped => self.find(Obstacle::Pointer(ty)),
            Type::TraitObject(object) if !self.is_wrapped && is_not_send(object) => {
                self.find(Obstacle::NotSend(object));
            }
            _ => {}
        }
        visit::visit_type(self, ty);
    }

    fn visit_path(&mut self, path: &'t Path) {
        if let Some(segment) = hides_lifetime(path) {
            self.find(Obstacle::Elided(segment));
        }
        let Some(last) = path.segments.last() else { return };
        let name = last.ident.to_string();
        if name == "Rc" && !last.arguments.is_none() && !self.is_wrapped {
            self.find(Obstacle::OneThread(last, "Arc"));
        }
        let outer = self.is_wrapped;
        self.is_wrapped |=
            !PLAIN_CONTAINERS.contains(&name.as_str()) && name != "Result" && name != "Arc";
        visit::visit_path(self, path);
        self.is_wrapped = outer;
    }

    // `fn(&str)`, `Box<dyn Fn(&str)>`, `Box<dyn for<'a> Visitor<'a>>` borrow nothing: their lifetimes are their own.

    fn visit_type_fn_ptr(&mut self, _: &'t TypeFnPtr) {}

    fn visit_parenthesized_generic_arguments(&mut self, _: &'t ParenthesizedGenericArguments) {}

    fn visit_trait_bound(&mut self, bound: &'t TraitBound) {
        if bound.lifetimes.is_none() {
            visit::visit_trait_bound(self, bound);
        }
    }
}
