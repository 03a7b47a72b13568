//! A method's HTTP routes: `#[get("/items/{id}", request_timeout = "5s")]`.

use proc_macro2::TokenStream;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, LitStr, Meta, Token};

use super::attributes::Helpers;
use super::method::{Method, Mount};
use super::options::{self, Setting};
use super::path;
use crate::diagnostics::{Diagnostics, Scope};
use crate::parse;

/// One route. A method may have several.
pub(crate) struct Route {
    pub(crate) verb: Verb,
    pub(crate) path: LitStr,
    pub(crate) settings: Vec<Setting>,
}

/// What stands in a route's parentheses.
struct Parts {
    path: LitStr,
    comma: Option<Token![,]>,
    rest: TokenStream,
}

/// The HTTP methods that have an attribute.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

/// Reads the route attributes of one method.
pub(super) fn read(
    helpers: &Helpers<'_>,
    is_call: bool,
    mount: &Mount,
    scope: &Scope<'_>,
) -> Vec<Route> {
    let mut routes = Vec::new();
    for (verb, attribute) in &helpers.routes {
        let attribute_name = verb.attribute();
        if is_call {
            scope.report(
                attribute,
                format_args!("`__call__` takes every request that no route takes; put `#[{attribute_name}]` on a method of another name"),
            );
        } else if !mount.has_prefix {
            scope.report(
                attribute,
                "a route needs a deployment that is reachable by HTTP; write `#[deployment(route_prefix = \"/\")]` on the block",
            );
        }
        routes.extend(read_route(*verb, attribute, scope));
    }
    routes
}

/// Reports routes of different methods that answer the same requests.
pub(super) fn check_duplicates(
    methods: &[Method],
    deployment: &impl std::fmt::Display,
    diagnostics: &Diagnostics,
) {
    let mut seen: Vec<(Verb, String, &Method)> = Vec::new();
    for method in methods {
        for route in &method.routes {
            let text = route.path.value();
            let shape = path::shape(&text);
            let earlier = seen.iter().find(|(verb, seen, earlier)| {
                let alternatives = !earlier.function.carried.cfg.is_empty()
                    && !method.function.carried.cfg.is_empty();
                *verb == route.verb && *seen == shape && !alternatives
            });
            if let Some((_, _, earlier)) = earlier {
                diagnostics.deployment(deployment).method(&method.name).report(
                    &route.path,
                    format_args!(
                        "`{}` already answers {} {text}; give one of the two another path",
                        earlier.name,
                        route.verb.constant()
                    ),
                );
            }
            seen.push((route.verb, shape, method));
        }
    }
}

fn read_route(verb: Verb, attribute: &Attribute, scope: &Scope<'_>) -> Option<Route> {
    let name = verb.attribute();
    let parsed = match &attribute.meta {
        Meta::List(list) => parts.parse2(list.tokens.clone()).ok(),
        Meta::Path(_) | Meta::NameValue(_) => None,
    };
    let Some(Parts { path, comma, rest }) = parsed else {
        scope.report(
            attribute,
            format_args!("a route is written with its path: `#[{name}(\"/items/{{id}}\")]`"),
        );
        return None;
    };
    if comma.is_none() && !rest.is_empty() {
        scope.report(&rest, "expected `,` between the path and its options");
    }
    let entries = parse::helper_arguments(rest, scope);
    let settings = options::read_route(&entries, name, scope);
    if let Err(message) = path::check_route(&path.value()) {
        scope.report(&path, format_args!("the path {message}"));
        return None;
    }
    Some(Route { verb, path, settings })
}

fn parts(input: ParseStream<'_>) -> syn::Result<Parts> {
    Ok(Parts { path: input.parse()?, comma: input.parse()?, rest: input.parse()? })
}

// === impl Verb ===

impl Verb {
    pub(crate) fn from_attribute(name: &str) -> Option<Self> {
        Some(match name {
            "get" => Self::Get,
            "post" => Self::Post,
            "put" => Self::Put,
            "patch" => Self::Patch,
            "delete" => Self::Delete,
            _ => return None,
        })
    }

    fn attribute(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Post => "post",
            Self::Put => "put",
            Self::Patch => "patch",
            Self::Delete => "delete",
        }
    }

    /// The constant of the runtime's `HttpMethod`.
    pub(crate) fn constant(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}
