//! A method's HTTP routes: `#[get("/items/{id}", request_timeout = "5s")]`.

use proc_macro2::TokenStream;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, LitStr, Meta, Token};

use super::argument::Argument;
use super::attributes::Helpers;
use super::method::{Method, Mount};
use super::options::{self, Options, Setpoint, Setting};
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
    Head,
    Options,
    /// Every method that no other route of the path takes.
    Any,
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
            let scope = diagnostics.deployment(deployment).method(&method.name);
            let beside = || {
                seen.iter().filter(|(_, _, earlier)| {
                    earlier.function.carried.cfg.is_empty()
                        || method.function.carried.cfg.is_empty()
                })
            };
            if let Some((_, _, earlier)) =
                beside().find(|(verb, seen, _)| *verb == route.verb && *seen == shape)
            {
                scope.report(
                    &route.path,
                    format_args!(
                        "`{}` already answers {} {text}; give one of the two another path",
                        earlier.name,
                        route.verb.shown()
                    ),
                );
            } else if let Some((_, _, earlier)) =
                beside().find(|(_, seen, _)| path::overlap(seen, &shape))
            {
                scope.report(
                    &route.path,
                    format_args!(
                        "{text} has a parameter where a route of `{}` has the rest of the path, or the other way round; make one of \
                         the two longer, or take the rest apart in one method",
                        earlier.name
                    ),
                );
            }
            seen.push((route.verb, shape, method));
        }
    }
}

/// Reports a `Path` that does not fit the method's routes: each request would be answered with an error.
pub(super) fn check_paths(arguments: &[Argument], routes: &[Route], scope: &Scope<'_>) {
    let paths: Vec<_> = arguments.iter().filter(|argument| argument.is_path()).collect();
    if let [_, second, ..] = paths[..]
        && !routes.is_empty()
    {
        scope.report(
            &second.extracted,
            "all parameters of a path come at once; take one `Path((a, b)): Path<(A, B)>`, or a struct with a field for each",
        );
        return;
    }
    let ([argument], Some(count)) =
        (&paths[..], paths.first().and_then(|argument| argument.path_values()))
    else {
        return;
    };
    for route in routes {
        let text = route.path.value();
        let found = path::parameters(&text).len();
        if found == 0 {
            scope.report(&argument.extracted, format_args!("`{text}` has no parameter; write one, such as `\"{}/{{{}}}\"`, or remove the `Path`", text.trim_end_matches('/'), argument.ident));
        } else if found != count {
            let plural = |count: usize| {
                if count == 1 { "1 parameter".to_owned() } else { format!("{count} parameters") }
            };
            scope.report(
                &argument.extracted,
                format_args!("`{text}` has {}, and the `Path` takes {count}", plural(found)),
            );
        }
    }
}

/// Extractors that take the body, or may.
const OF_BODY: &[&str] =
    &["Body", "Bytes", "Form", "Json", "Multipart", "Request", "String", "RawForm", "HttpRequest"];

/// Reports what no request can be taken apart into.
pub(super) fn check_extractors(arguments: &[Argument], scope: &Scope<'_>) {
    let Some((last, leading)) = arguments.split_last() else { return };
    for argument in leading.iter().filter(|argument| !argument.is_unknown) {
        let name = argument.extractor();
        if !OF_BODY.contains(&name.as_str()) {
            continue;
        }
        if OF_BODY.contains(&last.extractor().as_str()) {
            scope.report(&argument.extracted, format_args!("a request has one body, and `{}` takes it as well; take it once, as the last argument", last.extractor()));
        } else {
            scope.report(
                &argument.extracted,
                format_args!("`{name}` takes the body, so it comes last"),
            );
        }
    }
    for argument in arguments.iter().filter(|argument| argument.extractor() == "State") {
        scope.report(
            &argument.extracted,
            "a deployment's fields are its state; read `self.field` instead",
        );
    }
}

/// Warns of `#[get("/api/items")]` below `route_prefix = "/api"`, which answers `/api/api/items`.
pub(super) fn warn_of_prefixes(methods: &[Method], options: &Options, scope: &Scope<'_>) {
    let Some(Setpoint::OptionalText(prefix)) =
        options.setting("route_prefix").map(|setting| &setting.value)
    else {
        return;
    };
    let routes =
        methods.iter().flat_map(|method| method.routes.iter().map(move |route| (method, route)));
    for (method, route) in routes.filter(|_| prefix != "/") {
        let path = route.path.value();
        let Some(rest) = path.strip_prefix(prefix.as_str()) else { continue };
        if rest.is_empty() || rest.starts_with('/') {
            let shorter = if rest.is_empty() { "/" } else { rest };
            scope.method(&method.name).warn(
                &route.path,
                "THE_PREFIX_IS_THERE_TWICE",
                format_args!("a route stands below the prefix, so this one is `{prefix}{path}`; write `{shorter}`"),
            );
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
    if let Ok(second) = syn::parse2::<LitStr>(rest.clone()) {
        scope.report(
            &second,
            format_args!(
                "a route has one path; write another attribute below: `#[{name}({})]`",
                second.token()
            ),
        );
        return None;
    }
    let entries = parse::helper_arguments(rest, "request_timeout = \"5s\"", scope);
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
            "head" => Self::Head,
            "options" => Self::Options,
            "any" => Self::Any,
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
            Self::Head => "head",
            Self::Options => "options",
            Self::Any => "any",
        }
    }

    /// The constant of the runtime's `HttpMethod`; `None` for every method.
    pub(crate) fn constant(self) -> Option<&'static str> {
        match self {
            Self::Get => Some("GET"),
            Self::Post => Some("POST"),
            Self::Put => Some("PUT"),
            Self::Patch => Some("PATCH"),
            Self::Delete => Some("DELETE"),
            Self::Head => Some("HEAD"),
            Self::Options => Some("OPTIONS"),
            Self::Any => None,
        }
    }

    /// For messages.
    fn shown(self) -> &'static str {
        self.constant().unwrap_or("every other method of")
    }
}
