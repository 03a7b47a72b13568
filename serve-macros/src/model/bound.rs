//! What `bind` takes for an argument of the constructor, which is decided by how its type is written.

use syn::Type;

use super::types::{last_segment, peel, type_arguments};

/// What `bind` takes for an argument of the constructor.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum BoundAs {
    /// Whatever becomes the value.
    Any,
    /// `Arc<dyn Model>`: the value itself, so that an `Arc<Llama>` is one.
    Coerced,
    /// `Vec<AHandle>`: the same collection of bound deployments.
    Handles,
}

/// Types that are called handles, and are none to a deployment.
const OTHER_HANDLES: &[&str] = &[
    "AbortHandle",
    "BorrowedHandle",
    "FileHandle",
    "JoinHandle",
    "OwnedHandle",
    "RawHandle",
    "RuntimeHandle",
    "SocketHandle",
    "TaskHandle",
    "ThreadHandle",
    "TimerHandle",
    "WindowHandle",
];

/// `AHandle`, `Handle<A>`.
fn is_handle(ty: &Type) -> bool {
    let Some(segment) = last_segment(ty) else { return false };
    let name = segment.ident.to_string();
    if name == "Handle" {
        return type_arguments(segment).len() == 1;
    }
    name.ends_with("Handle") && !OTHER_HANDLES.contains(&name.as_str())
}

// === impl BoundAs ===

impl BoundAs {
    /// For an argument of this type. A handle is known by its name.
    pub(super) fn of(ty: &Type) -> Self {
        let ty = peel(ty);
        if let Type::Array(array) = ty {
            return if is_handle(&array.elem) { Self::Handles } else { Self::Any };
        }
        let Some(segment) = last_segment(ty) else { return Self::Any };
        let arguments = type_arguments(segment);
        match (segment.ident.to_string().as_str(), &arguments[..]) {
            ("Vec" | "Option", [element]) | ("HashMap" | "BTreeMap", [_, element])
                if is_handle(element) =>
            {
                Self::Handles
            }
            ("Arc" | "Box", [inner]) if matches!(peel(inner), Type::TraitObject(_)) => {
                Self::Coerced
            }
            _ => Self::Any,
        }
    }
}
