//! An argument's pattern: where its name comes from.

use proc_macro2::Ident;
use quote::format_ident;
use syn::ext::IdentExt;
use syn::{Pat, PatTupleStruct, Path, Type};

use super::types;
use crate::diagnostics::Scope;
use crate::names;
use crate::render::render;

/// An argument's pattern, once it is known to be one that has a name.
pub(super) enum Pattern<'p> {
    Name(Ident),
    Wrapper(&'p PatTupleStruct, Ident),
}

/// The name that an argument has, if it is `name`, `mut name` or `Json(name)`.
pub(super) fn name(pattern: &Pat) -> Option<&Ident> {
    match pattern {
        Pat::Ident(name) => Some(&name.ident),
        Pat::TupleStruct(wrapper) if wrapper.elems.len() == 1 => {
            wrapper.elems.first().and_then(name)
        }
        Pat::Paren(paren) => name(&paren.pat),
        _ => None,
    }
}

/// Reports an argument of the name that a call has for its result, and gives it another.
fn refuse_reply<'p>(pattern: Pattern<'p>, scope: &Scope<'_>) -> Pattern<'p> {
    let renamed = |ident: Ident| {
        if ident.unraw() != names::REPLY {
            return ident;
        }
        scope.report(&ident, "`reply` is the field of the call that carries the result; give the argument another name");
        format_ident!("{}_", ident.unraw(), span = ident.span())
    };
    match pattern {
        Pattern::Name(ident) => Pattern::Name(renamed(ident)),
        Pattern::Wrapper(wrapper, ident) => Pattern::Wrapper(wrapper, renamed(ident)),
    }
}

/// The pattern of an argument, or a report of what keeps it from having a name.
pub(super) fn read<'p>(
    pattern: &'p Pat,
    unnamed: &Ident,
    scope: &Scope<'_>,
) -> Option<Pattern<'p>> {
    written(pattern, unnamed, scope).map(|pattern| refuse_reply(pattern, scope))
}

fn written<'p>(pattern: &'p Pat, unnamed: &Ident, scope: &Scope<'_>) -> Option<Pattern<'p>> {
    if let Some(ident) = plain_name(pattern, unnamed) {
        return Some(Pattern::Name(ident));
    }
    if let Pat::TupleStruct(wrapper) = pattern
        && let Some(inner) = wrapper.elems.first().filter(|_| wrapper.elems.len() == 1)
    {
        if let Some(ident) = plain_name(inner, unnamed) {
            return Some(Pattern::Wrapper(wrapper, ident));
        }
        // `Path((a, b))`: taken apart by the method itself.
        if is_irrefutable(inner) {
            return Some(Pattern::Wrapper(wrapper, named_after(&wrapper.path, unnamed)));
        }
        let wrapper = render(&wrapper.path);
        scope.report(
            inner,
            format_args!("an argument needs one name, which its caller sees; bind the whole value, `{wrapper}(value): {wrapper}<..>`, and take it apart in the body"),
        );
        return None;
    }
    scope.report(
        pattern,
        "an argument needs a name, which its caller sees; write `name: T`, or `Json(name): Json<T>` for an extractor, and \
         take it apart in the body",
    );
    None
}

/// `Path` becomes `path`.
fn named_after(path: &Path, unnamed: &Ident) -> Ident {
    let last = path.segments.last().filter(|last| last.ident != "Self");
    let Some(last) = last else { return unnamed.clone() };
    let mut name = String::new();
    for letter in last.ident.to_string().chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    Ident::new(&name, last.ident.span())
}

/// Whether a pattern takes a value apart and fits each.
fn is_irrefutable(pattern: &Pat) -> bool {
    match pattern {
        Pat::Ident(name) => name.subpat.is_none() && name.by_ref.is_none(),
        Pat::Wild(_) | Pat::Rest(_) => true,
        Pat::Tuple(tuple) => tuple.elems.iter().all(is_irrefutable),
        Pat::Paren(paren) => is_irrefutable(&paren.pat),
        Pat::Struct(fields) => fields.fields.iter().all(|field| is_irrefutable(&field.pat)),
        _ => false,
    }
}

/// The name of `name`, `mut name` and `_`.
fn plain_name(pattern: &Pat, unnamed: &Ident) -> Option<Ident> {
    match pattern {
        Pat::Ident(name) if name.by_ref.is_none() && name.subpat.is_none() => {
            Some(name.ident.clone())
        }
        Pat::Wild(_) => Some(unnamed.clone()),
        _ => None,
    }
}

/// Whether the type is the pattern's own, without parameters.
pub(super) fn is_bare(pattern: &PatTupleStruct, ty: &Type) -> bool {
    let wrapper = pattern.path.segments.last();
    types::last_segment(ty).is_some_and(|segment| {
        segment.arguments.is_none() && wrapper.is_some_and(|wrapper| wrapper.ident == segment.ident)
    })
}

/// The `T` of `Json(item): Json<T>`.
pub(super) fn wrapped_type<'t>(
    pattern: &PatTupleStruct,
    ty: &'t Type,
    scope: &Scope<'_>,
) -> Option<&'t Type> {
    let wrapper = pattern.path.segments.last()?;
    let inner = types::last_segment(ty)
        .filter(|segment| segment.ident == wrapper.ident)
        .map(types::type_arguments);
    if let Some([inner]) = inner.as_deref() {
        return Some(inner);
    }
    let name = &wrapper.ident;
    scope.report(ty, format_args!("the type of the pattern `{name}(..)` is written `{name}<T>`, with the one type that callers by handle pass"));
    None
}
