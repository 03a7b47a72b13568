//! Return types that only look like what they are for.

use syn::{GenericArgument, PathArguments, Type, TypeParamBound};

use super::types::{last_segment, peel, type_arguments};
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
