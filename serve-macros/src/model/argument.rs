//! One argument: what the handle takes for it, and how it reaches the user's function.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, FnArg, PatType, Path, Signature, Type};

use super::bound::BoundAs;
use super::function::Surroundings;
use super::pattern::{self, Pattern};
use super::types::{self, WireType};
use super::{known, obstacle, owned};
use crate::diagnostics::Scope;
use crate::place::Place;

/// `name: &str`, `Json(item): Json<Item>`.
pub(crate) struct Argument {
    pub(crate) ident: Ident,
    /// What the handle takes and the call carries.
    pub(crate) owned: TokenStream,
    /// What an HTTP request is extracted into: `Json<Item>`.
    pub(crate) extracted: TokenStream,
    pub(crate) wire: WireType,
    pub(crate) pass: Pass,
    /// Where the type was written, for what the compiler has to say about it.
    pub(crate) place: Place,
    /// Whether every reader knows that it can go to another thread.
    pub(crate) is_plain: bool,
    /// Whether its type is wrong and has been reported. Then callers may pass anything, so that they are not told as well.
    pub(crate) is_unknown: bool,
    /// What `bind` takes for it.
    pub(crate) bound: BoundAs,
    /// What its type is short for, if that is what a macro makes. See [`Argument::name_macro`].
    pub(crate) written: Option<TokenStream>,
}

/// How the owned value becomes what the function takes.
pub(crate) enum Pass {
    /// `T`: as it is.
    Value,
    /// `&str`, `&[T]`: borrowed, the compiler finds the way.
    Deref,
    /// `&T`: borrowed as this type.
    Borrow(TokenStream),
    /// `Json(item): Json<Item>`: wrapped again by this constructor.
    Wrap(Path),
}

/// Wrappers whose values serde reads from a request.
const READERS: &[&str] = &["Json", "Query", "Path", "Form"];

/// How an argument is read whose pattern is right.
type ReadPattern = fn(&PatType, Pattern<'_>, &Surroundings, &Scope<'_>) -> Option<Argument>;

/// A function's arguments without its receiver.
pub(super) fn typed(signature: &Signature) -> Vec<&PatType> {
    let typed = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(typed),
        FnArg::Receiver(_) => None,
    });
    typed.collect()
}

/// Reads one argument. Where something is wrong with it, that is reported, and its type is unknown. `unnamed` names it if it
/// is `_`.
pub(super) fn read(
    typed: &PatType,
    unnamed: &Ident,
    surroundings: &Surroundings,
    scope: &Scope<'_>,
) -> Argument {
    read_with(read_named, typed, unnamed, surroundings, scope)
}

/// Reads the argument of a batch, as the one item of it that a call gives.
pub(super) fn read_batched(
    typed: &PatType,
    unnamed: &Ident,
    surroundings: &Surroundings,
    scope: &Scope<'_>,
) -> Argument {
    read_with(read_item, typed, unnamed, surroundings, scope)
}

fn read_with(
    read: ReadPattern,
    typed: &PatType,
    unnamed: &Ident,
    surroundings: &Surroundings,
    scope: &Scope<'_>,
) -> Argument {
    refuse_cfg(&typed.attrs, scope);
    pattern::read(&typed.pat, unnamed, scope)
        .and_then(|pattern| read(typed, pattern, surroundings, scope))
        .unwrap_or_else(|| Argument::unknown(typed, unnamed, surroundings))
}

fn read_named(
    typed: &PatType,
    pattern: Pattern<'_>,
    surroundings: &Surroundings,
    scope: &Scope<'_>,
) -> Option<Argument> {
    let (ident, ty, wrapper) = match pattern {
        Pattern::Name(ident) => (ident, &*typed.ty, None),
        // `RawQuery(query): RawQuery`: there is no type inside that a caller could pass instead.
        Pattern::Wrapper(pattern, ident) if pattern::is_bare(pattern, &typed.ty) => {
            (ident, &*typed.ty, None)
        }
        Pattern::Wrapper(pattern, ident) => {
            (ident, pattern::wrapped_type(pattern, &typed.ty, scope)?, Some(&pattern.path))
        }
    };
    let mut owned = if wrapper.is_some() {
        owned::owned_value(ty, scope)?
    } else {
        owned::owned_type(ty, &surroundings.private, scope)?
    };
    let mut extracted = owned.tokens.clone();
    if let Some(path) = wrapper {
        owned.pass = Pass::Wrap(path.clone());
        extracted = typed.ty.to_token_stream();
    }
    Some(Argument {
        ident,
        owned: types::without_self(owned.tokens, &surroundings.self_type),
        extracted: types::without_self(extracted, &surroundings.self_type),
        wire: owned.wire,
        place: Place::of(ty),
        is_plain: known::is_plain_argument(ty),
        is_unknown: false,
        bound: BoundAs::of(&typed.ty),
        written: None,
        pass: match owned.pass {
            Pass::Borrow(target) => {
                Pass::Borrow(types::without_self(target, &surroundings.self_type))
            }
            pass => pass,
        },
    })
}

fn read_item(
    typed: &PatType,
    pattern: Pattern<'_>,
    surroundings: &Surroundings,
    scope: &Scope<'_>,
) -> Option<Argument> {
    let ident = match pattern {
        Pattern::Name(ident) => ident,
        Pattern::Wrapper(wrapper, ident) => {
            scope.report(
                wrapper,
                format_args!("a batch comes from calls by handle and not from a request; take `{ident}: Vec<T>`"),
            );
            return None;
        }
    };
    let ty = types::peel(&typed.ty);
    let Some(item) = types::vec_element(ty) else {
        let advice = match ty {
            Type::Reference(reference) => obstacle::owner_of(&reference.elem),
            _ => "Vec<T>".to_owned(),
        };
        scope.report(
            ty,
            format_args!("a batch owns the items of many calls, one of each; take `{advice}`"),
        );
        return None;
    };
    let owned = owned::owned_value(item, scope)?;
    let tokens = types::without_self(owned.tokens, &surroundings.self_type);
    Some(Argument {
        ident,
        owned: tokens.clone(),
        extracted: tokens,
        wire: owned.wire,
        pass: owned.pass,
        place: Place::of(item),
        is_plain: known::is_plain(item),
        is_unknown: false,
        bound: BoundAs::of(&typed.ty),
        written: None,
    })
}

fn refuse_cfg(attributes: &[Attribute], scope: &Scope<'_>) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")) {
        scope.report(
            attribute,
            "an argument cannot come and go with a `#[cfg]`; put it on two versions of the method",
        );
    }
}

// === impl Argument ===

impl Argument {
    /// The name of the wrapper that a request is taken apart into: `Json` of `Json(item): Json<Item>`.
    fn wrapper(&self) -> Option<&Ident> {
        match &self.pass {
            Pass::Wrap(path) => path.segments.last().map(|last| &last.ident),
            Pass::Value | Pass::Deref | Pass::Borrow(_) => None,
        }
    }

    /// Whether it is what axum finds in the path.
    pub(super) fn is_path(&self) -> bool {
        self.wrapper().is_some_and(|name| name == "Path")
    }

    /// Whether it is what a request's text is read into, by serde.
    pub(crate) fn is_read(&self) -> bool {
        self.wrapper().is_some_and(|name| READERS.iter().any(|reader| name == reader))
    }

    /// The name of the type that a request is taken apart into: `Json` of `Json<T>`.
    pub(super) fn extractor(&self) -> String {
        let ty = syn::parse2::<Type>(self.extracted.clone()).ok();
        let segment = ty.as_ref().and_then(types::last_segment);
        segment.map(|segment| segment.ident.to_string()).unwrap_or_default()
    }

    /// Whether its type has no arguments, or is a container of the standard library, which is no extractor. If it is wrong,
    /// then it is so by itself, and not by what stands in it.
    pub(crate) fn is_plain_extractor(&self) -> bool {
        let ty = syn::parse2::<Type>(self.extracted.clone()).ok();
        ty.as_ref().is_some_and(known::is_plain_extractor)
    }

    /// How many values it takes from the path, if that can be seen: a struct takes what has the names of its fields.
    pub(super) fn path_values(&self) -> Option<usize> {
        let ty: Type = syn::parse2(self.owned.clone()).ok()?;
        match types::peel(&ty) {
            Type::Tuple(tuple) => Some(tuple.elems.len()),
            ty => known::is_scalar(ty).then_some(1),
        }
    }

    /// Names a type that a macro makes. Nobody can see that type here, and what is wrong with it would be reported wherever the
    /// macro is called.
    pub(super) fn name_macro(&mut self, name: &Ident) {
        let is_macro = syn::parse2::<Type>(self.owned.clone())
            .is_ok_and(|ty| matches!(types::peel(&ty), Type::Macro(_)));
        if is_macro {
            let name = self.place.at(name.to_token_stream());
            self.extracted = name.clone();
            self.written = Some(std::mem::replace(&mut self.owned, name));
        }
    }

    /// One about whose type nothing is known.
    pub(super) fn unknown(typed: &PatType, unnamed: &Ident, surroundings: &Surroundings) -> Self {
        Self::wrong(
            pattern::name(&typed.pat).unwrap_or(unnamed).clone(),
            Place::of(&typed.ty),
            surroundings,
        )
    }

    /// One whose type is wrong.
    pub(super) fn wrong(ident: Ident, place: Place, surroundings: &Surroundings) -> Self {
        let private = &surroundings.private;
        let unknown = quote!(#private::Unknown);
        Self {
            ident,
            owned: unknown.clone(),
            extracted: unknown,
            wire: WireType::called("_", place),
            pass: Pass::Value,
            place,
            is_plain: true,
            is_unknown: true,
            bound: BoundAs::Any,
            written: None,
        }
    }
}
