//! What keeps a type from being carried by a call, and what to write instead.

use syn::visit::{self, Visit};
use syn::{
    GenericArgument, Lifetime, ParenthesizedGenericArguments, Path, PathArguments, PathSegment,
    TraitBound, Type, TypeFnPtr, TypeImplTrait, TypePtr, TypeReference, TypeTraitObject,
};

use super::known::PLAIN_CONTAINERS;
use super::types::{last_segment, named_bound, peel, type_arguments};
use crate::diagnostics::Scope;
use crate::render::render;

/// Something in a type that cannot outlive the caller, cannot go to another thread, or has no name or size.
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
    /// `Rc<T>`
    OneThread(&'t PathSegment),
    /// `dyn Error`: a trait object that may not be `Send`.
    NotSend(&'t TypeTraitObject),
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
    let bounds = object.bounds.iter().map(render);
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
    let names: Vec<_> =
        object.bounds.iter().filter_map(named_bound).map(|(name, _)| name).collect();
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

struct Search<'t> {
    found: Option<Obstacle<'t>>,
    /// Whether the type stands in another of which it is not known what it does to it.
    is_wrapped: bool,
}

impl Obstacle<'_> {
    /// Whether it matters only where a value goes to another thread.
    pub(super) fn is_of_threads(&self) -> bool {
        matches!(self, Self::Pointer(_) | Self::OneThread(_) | Self::NotSend(_))
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
            Self::OneThread(rc) => scope.report(rc, "an `Rc` stays on its thread, and a call goes to another; write `Arc`"),
            Self::NotSend(object) => scope.report(
                object,
                format_args!("this goes to another thread; write `{}`", sendable(object)),
            ),
            Self::Reference(_) | Self::Lifetime(_) | Self::ImplTrait(_) => {}
        }
    }
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
            self.find(Obstacle::OneThread(last));
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
