//! Return types that only look like what they are for.

use syn::{Type, TypeImplTrait, TypeParamBound};

use super::types::{associated_type, last_segment, named_bound, peel, type_arguments};
use crate::render::render;

/// A type that only looks like what it is for: what a method should return instead, and how to say so.
pub(super) fn disguise(ty: &Type) -> Option<String> {
    let ty = peel(ty);
    let segment = last_segment(ty)?;
    let arguments = type_arguments(segment);
    let first = || arguments.first().map_or_else(|| "T".to_owned(), render);
    match segment.ident.to_string().as_str() {
        "BoxStream" | "LocalBoxStream" | "Receiver" | "UnboundedReceiver" | "ReceiverStream"
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
            Some(Type::TraitObject(object)) => object.bounds.iter().find_map(disguised_object),
            Some(inner) => disguise(inner)
                .filter(|_| matches!(last_segment(inner), Some(last) if last.ident == "Box")),
            None => None,
        },
        _ => None,
    }
}

fn disguised_object(bound: &TypeParamBound) -> Option<String> {
    let (name, bound) = named_bound(bound)?;
    match name.as_str() {
        "Stream" => Some(format!(
            "a boxed stream is an ordinary value here, and no stream of results; write `-> impl Stream<Item = {}>`",
            render(associated_type(bound, "Item")?)
        )),
        "Future" => Some(format!(
            "a future is an ordinary value here, and the caller would have to poll it; write `async fn` and `-> {}`",
            render(associated_type(bound, "Output")?)
        )),
        _ => None,
    }
}

/// `impl Iterator<Item = T>`, `impl Future<Output = T>`: the type, and what to write instead.
pub(super) fn anonymous(ty: &Type) -> Option<(&TypeImplTrait, String)> {
    let Type::ImplTrait(impl_trait) = peel(ty) else { return None };
    let advice = impl_trait.bounds.iter().find_map(|bound| {
        let (name, bound) = named_bound(bound)?;
        match name.as_str() {
            "Iterator" | "IntoIterator" => {
                let item = render(associated_type(bound, "Item")?);
                Some(format!(
                    "an iterator stays on its replica; return `Vec<{item}>`, or `impl Stream<Item = {item}>` to send item by item"
                ))
            }
            "Future" => {
                let output = render(associated_type(bound, "Output")?);
                Some(format!("write `async fn` and `-> {output}`"))
            }
            _ => None,
        }
    })?;
    Some((impl_trait, advice))
}
