//! Types that are known by their names. What is said of them here is never relied on: it spares the compiler a question, or
//! decides what to say.

use syn::{PathArguments, Type};

use super::types::{is_unit, last_segment, peel, type_arguments};

/// The language's own, each of which is one value in a path.
const PRIMITIVES: &[&str] = &[
    "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "str", "u128", "u16",
    "u32", "u64", "u8", "usize",
];

/// Others of which every reader knows that they can go to another thread.
const PLAIN: &[&str] = &[
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
pub(super) const PLAIN_CONTAINERS: &[&str] = &[
    "Vec", "Option", "Box", "HashMap", "BTreeMap", "HashSet", "BTreeSet", "VecDeque", "Json",
    "Query", "Path", "Form",
];

/// Containers that axum does not take from a request.
const COLLECTIONS: &[&str] =
    &["Vec", "Box", "HashMap", "BTreeMap", "HashSet", "BTreeSet", "VecDeque"];

/// Whether what is wrong with a type as an extractor is the type itself, and not what stands in it.
pub(super) fn is_plain_extractor(ty: &Type) -> bool {
    match peel(ty) {
        Type::Tuple(_) | Type::Array(_) => true,
        Type::Path(path) if path.qself.is_none() => path.path.segments.last().is_some_and(|last| {
            last.arguments.is_none() || COLLECTIONS.iter().any(|name| last.ident == name)
        }),
        _ => false,
    }
}

/// Whether a type is one value in a path: a number, a text, a truth.
pub(super) fn is_scalar(ty: &Type) -> bool {
    last_segment(ty).filter(|segment| segment.arguments.is_none()).is_some_and(|segment| {
        let name = segment.ident.to_string();
        PRIMITIVES.contains(&name.as_str()) || ["String", "Uuid"].contains(&name.as_str())
    })
}

/// Whether every reader knows that a type can go to another thread. A type of the user's that has such a name is asked
/// later, with more words.
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
                PathArguments::None => {
                    [PRIMITIVES, PLAIN].iter().any(|names| names.contains(&name.as_str()))
                }
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

/// Whether a type may be an alias of something else, as far as its name goes.
pub(super) fn may_be_alias(ty: &Type) -> bool {
    let Some(segment) = last_segment(ty) else { return false };
    !is_plain(ty)
        && segment.ident != "Self"
        && !PLAIN_CONTAINERS.iter().any(|name| segment.ident == name)
}

/// Types of which every reader knows that they are HTTP responses, or items of one.
const RESPONSES: &[&str] = &[
    "Bytes",
    "Event",
    "Html",
    "HttpError",
    "Infallible",
    "Redirect",
    "Response",
    "Sse",
    "StatusCode",
    "String",
];

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
