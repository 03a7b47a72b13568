//! Attributes on the user's functions: those that are ours, and those that carry over to generated items.

use proc_macro2::{Ident, Span, TokenTree};
use syn::{Attribute, Expr, ExprLit, Lit, Meta, MetaNameValue, parse_quote};

use super::route::Verb;
use crate::diagnostics::Scope;
use crate::nearest::distance;

/// Our own attributes. They are read and taken off before the compiler sees the function.
const HELPERS: &[&str] = &[
    "blocking",
    "batch",
    "idempotent",
    "get",
    "post",
    "put",
    "patch",
    "delete",
    "head",
    "options",
    "any",
];

/// HTTP verbs that somebody may try and that are no helpers.
const OTHER_VERBS: &[&str] = &["trace", "connect", "route", "ws", "websocket"];

/// Real attributes whose names come near to a helper's.
const BUILT_IN: &[&str] = &["path", "test"];

/// What a helper is called elsewhere, or half of what it is called.
const SYNONYMS: &[(&str, &str)] = &[
    ("batched", "batch"),
    ("batching", "batch"),
    ("block", "blocking"),
    ("spawn_blocking", "blocking"),
    ("cpu_bound", "blocking"),
    ("retry", "idempotent"),
    ("retryable", "idempotent"),
    ("idempotence", "idempotent"),
    ("idempotency", "idempotent"),
    ("ge", "get"),
    ("gett", "get"),
    ("pos", "post"),
    ("pots", "post"),
    ("pst", "post"),
    ("puts", "put"),
    ("del", "delete"),
];

/// Attributes of others that have no meaning on a method, with why.
const MISPLACED: &[(&str, &str, &str)] = &[
    ("tokio", "main", "a replica runs in a runtime already"),
    ("tokio", "test", "a method is no test"),
    ("actix_web", "main", "a replica runs in a runtime already"),
];

/// Our own attributes on one function.
#[derive(Default)]
pub(super) struct Helpers<'a> {
    pub(super) blocking: Option<&'a Attribute>,
    pub(super) routes: Vec<(Verb, &'a Attribute)>,
    pub(super) batch: Option<&'a Attribute>,
    pub(super) idempotent: Option<&'a Attribute>,
}

/// The user's attributes that belong on every item made from a function.
#[derive(Default)]
pub(crate) struct Carried {
    pub(crate) cfg: Vec<Attribute>,
    pub(crate) docs: Vec<Attribute>,
    /// The first paragraph of the docs: where the whole, with its examples, would only be there once more.
    pub(crate) summary: Vec<Attribute>,
    /// `#[doc(hidden)]`
    pub(crate) hidden: Option<Attribute>,
    pub(crate) deprecated: Option<Attribute>,
    /// `#[allow]`, and `#[expect]` as `#[allow]`: what is expected in the user's body is not found in the generated one.
    pub(crate) lints: Vec<Attribute>,
}

/// Whether an attribute is taken off: it is ours, or it is taken for ours and reported.
pub(crate) fn is_helper(attribute: &Attribute) -> bool {
    name(attribute)
        .is_some_and(|name| HELPERS.contains(&name.as_str()) || mistaken(&name).is_some())
        || conditional_helper(attribute).is_some()
        || misplaced(attribute).is_some()
}

/// Reports helper attributes on something that cannot have any.
pub(super) fn refuse_helpers(attributes: &[Attribute], scope: &Scope<'_>, because: &str) {
    for attribute in attributes.iter().filter(|attribute| is_helper(attribute)) {
        let name =
            attribute.path().segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        scope.report(attribute, format_args!("`#[{name}]` has no place here: {because}"));
    }
}

// === impl Helpers ===

impl<'a> Helpers<'a> {
    pub(super) fn read(attributes: &'a [Attribute], scope: &Scope<'_>) -> Self {
        let mut helpers = Self::default();
        for attribute in attributes {
            if let Some(advice) = misplaced(attribute) {
                scope.report(attribute, advice);
            }
            let Some(name) = name(attribute) else { continue };
            match name.as_str() {
                "blocking" => {
                    refuse_arguments(attribute, &name, scope);
                    once(&mut helpers.blocking, attribute, &name, scope);
                }
                "idempotent" => {
                    refuse_arguments(attribute, &name, scope);
                    once(&mut helpers.idempotent, attribute, &name, scope);
                }
                "batch" => once(&mut helpers.batch, attribute, &name, scope),
                "cfg_attr" => refuse_conditional_helper(attribute, scope),
                name => match (Verb::from_attribute(name), mistaken(name)) {
                    (Some(verb), _) => helpers.routes.push((verb, attribute)),
                    (None, Some(advice)) => scope.report(attribute, advice),
                    (None, None) => {}
                },
            }
        }
        helpers
    }
}

fn refuse_arguments(attribute: &Attribute, name: &str, scope: &Scope<'_>) {
    if !matches!(attribute.meta, Meta::Path(_)) {
        scope.report(&attribute.meta, format_args!("`#[{name}]` takes no arguments"));
    }
}

fn once<'a>(
    earlier: &mut Option<&'a Attribute>,
    attribute: &'a Attribute,
    name: &str,
    scope: &Scope<'_>,
) {
    if earlier.replace(attribute).is_some() {
        scope.report(attribute, format_args!("`#[{name}]` is given twice; remove one of the two"));
    }
}

// === impl Carried ===

impl Carried {
    pub(crate) fn read(attributes: &[Attribute]) -> Self {
        let mut carried = Self::default();
        for attribute in attributes {
            match name(attribute).unwrap_or_default().as_str() {
                "cfg" => carried.cfg.push(attribute.clone()),
                "cfg_attr" if is_conditional_doc(attribute) => carried.docs.push(attribute.clone()),
                "doc" if is_doc_hidden(attribute) => carried.hidden = Some(attribute.clone()),
                "doc" => carried.docs.push(attribute.clone()),
                "deprecated" => carried.deprecated = Some(attribute.clone()),
                "allow" => carried.lints.push(attribute.clone()),
                "expect" => carried.lints.extend(expect_to_allow(attribute)),
                _ => {}
            }
        }
        carried.summary = summary(&carried.docs);
        carried
    }
}

/// The docs up to the first empty line, if they begin with plain lines.
fn summary(docs: &[Attribute]) -> Vec<Attribute> {
    let is_text = |attribute: &&Attribute| match &attribute.meta {
        Meta::NameValue(MetaNameValue {
            value: Expr::Lit(ExprLit { lit: Lit::Str(text), .. }),
            ..
        }) => {
            let text = text.value();
            !text.trim().is_empty() && !text.contains("```") && !text.contains('\n')
        }
        _ => false,
    };
    docs.iter().take_while(is_text).cloned().collect()
}

/// The name of an attribute of one segment.
fn name(attribute: &Attribute) -> Option<String> {
    attribute.path().get_ident().map(Ident::to_string)
}

/// What to say where a name was meant to be one of ours.
fn mistaken(name: &str) -> Option<String> {
    if HELPERS.contains(&name) || BUILT_IN.contains(&name) {
        return None;
    }
    if OTHER_VERBS.contains(&name) {
        return Some(format!(
            "there is no `#[{name}]` here; routes are `#[get]`, `#[post]`, `#[put]`, `#[patch]`, `#[delete]`, `#[head]`, \
             `#[options]` and `#[any]`, and `__call__` takes every request that no route does"
        ));
    }
    let synonym = SYNONYMS.iter().find(|(synonym, _)| *synonym == name);
    if let Some((_, helper)) = synonym {
        return Some(format!("there is no `#[{name}]` here; did you mean `#[{helper}]`?"));
    }
    let lower = name.to_lowercase();
    // Short names are one letter away from too much; there only the case may be wrong.
    let near =
        |helper: &&&str| **helper == lower || helper.len() > 3 && distance(helper, name) == 1;
    let helper = HELPERS.iter().find(near)?;
    Some(format!("there is no `#[{name}]` here; did you mean `#[{helper}]`?"))
}

/// `#[serve_core::batch]`, `#[tokio::main]`: what to say of an attribute with a path.
fn misplaced(attribute: &Attribute) -> Option<String> {
    let segments: Vec<_> =
        attribute.path().segments.iter().map(|segment| segment.ident.to_string()).collect();
    let [first, last] = &segments[..] else { return None };
    if (first == "serve_core" || first == "serve") && HELPERS.contains(&last.as_str()) {
        return Some(format!(
            "`#[{last}]` is read by `#[deployment]` and has no path; write `#[{last}]`"
        ));
    }
    let known = MISPLACED.iter().find(|(of, name, _)| first == of && last == name)?;
    Some(format!("`#[{first}::{last}]` has no place here: {}; remove it", known.2))
}

/// `#[cfg_attr(unix, blocking)]`: the attribute is expanded before the condition is known.
fn refuse_conditional_helper(attribute: &Attribute, scope: &Scope<'_>) {
    let Some(helper) = conditional_helper(attribute) else {
        return;
    };
    scope.report(
        attribute,
        format_args!(
            "`#[{helper}]` cannot stand in `cfg_attr`; write the method twice, under `#[cfg(..)]` with `#[{helper}]` and \
             under `#[cfg(not(..))]` without"
        ),
    );
}

/// The helper that a `cfg_attr` applies.
fn conditional_helper(attribute: &Attribute) -> Option<Ident> {
    let names = conditional_names(attribute).into_iter();
    attribute
        .path()
        .is_ident("cfg_attr")
        .then_some(names)?
        .find(|name| HELPERS.contains(&name.to_string().as_str()))
}

/// `#[cfg_attr(docsrs, doc = "..")]`
fn is_conditional_doc(attribute: &Attribute) -> bool {
    conditional_names(attribute).first().is_some_and(|name| name == "doc")
}

/// The attributes that a `cfg_attr` applies.
fn conditional_names(attribute: &Attribute) -> Vec<Ident> {
    let Meta::List(list) = &attribute.meta else {
        return Vec::new();
    };
    let mut names = Vec::new();
    let mut after_comma = false;
    for token in list.tokens.clone() {
        match token {
            TokenTree::Ident(ident) if after_comma => names.push(ident),
            TokenTree::Punct(punct) if punct.as_char() == ',' => {
                after_comma = true;
                continue;
            }
            _ => {}
        }
        after_comma = false;
    }
    names
}

fn is_doc_hidden(attribute: &Attribute) -> bool {
    matches!(&attribute.meta, Meta::List(list) if list.tokens.to_string() == "hidden")
}

fn expect_to_allow(attribute: &Attribute) -> Option<Attribute> {
    let Meta::List(list) = &attribute.meta else {
        return None;
    };
    let allow = Ident::new("allow", Span::call_site());
    let lints = &list.tokens;
    Some(parse_quote!(#[#allow(#lints)]))
}
