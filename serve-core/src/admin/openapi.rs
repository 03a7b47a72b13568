//! The document that describes all routes to programs that write clients.
//!
//! OpenAPI 3.1, whose schemas are JSON Schema; or 3.0 for generators that know no other.

use http::Method;
use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::VERSION;
use super::endpoint::{AdminAnswer, DescribedAnswer, Endpoint, json as answer};
use super::openapi_3_0;
use super::problem::ApiProblem;
use super::reading::AdminRequest;
use super::routes;
use super::server::Admin;

#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct WhichVersion {
    /// Of OpenAPI.
    #[serde(default)]
    version: OpenApiVersion,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
enum OpenApiVersion {
    #[serde(rename = "3.0")]
    Three,
    #[default]
    #[serde(rename = "3.1")]
    ThreeOne,
}

pub(super) fn endpoints() -> Vec<Endpoint> {
    let path = "/api/v1/openapi.json";
    vec![
        Endpoint::new(Method::GET, path, "getOpenApi", "This document", show)
            .query::<WhichVersion>()
            .answers::<Map<String, Value>>(200, "An OpenAPI document"),
    ]
}

async fn show(_: Admin, asked: AdminRequest) -> AdminAnswer {
    let WhichVersion { version } = asked.query()?;
    answer(&document(version))
}

fn document(version: OpenApiVersion) -> Value {
    let (number, settings) = match version {
        OpenApiVersion::Three => {
            ("3.0.3", SchemaSettings::openapi3().with_transform(openapi_3_0::adapt))
        }
        OpenApiVersion::ThreeOne => ("3.1.0", SchemaSettings::draft2020_12()),
    };
    let settings = settings.with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator =
        settings.for_serialize().with_transform(shorten_descriptions).into_generator();
    let mut paths = Map::new();
    for endpoint in routes::endpoints() {
        let operation = operation(&endpoint, &mut generator);
        let item = paths.entry(endpoint.path).or_insert_with(|| json!({}));
        item[endpoint.method.as_str().to_ascii_lowercase()] = operation;
    }
    let problem = generator.subschema_for::<ApiProblem>();
    let schemas = generator.take_definitions(true);
    json!({
        "openapi": number,
        "info": {
            "title": "serve: the admin API",
            "version": VERSION,
            "description": "What there is to see of a server, and to change of it.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {
                "Problem": {
                    "description": "What is wrong, and what to do about it",
                    "content": { "application/problem+json": { "schema": problem } },
                },
            },
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
        // A server may ask for a token, or for none.
        "security": [{}, { "token": [] }],
    })
}

fn operation(endpoint: &Endpoint, generator: &mut SchemaGenerator) -> Value {
    let mut operation = json!({
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "parameters": parameters(endpoint, generator),
        "responses": responses(endpoint, generator),
    });
    if !endpoint.details.is_empty() {
        operation["description"] = endpoint.details.into();
    }
    if let Some(make) = endpoint.body {
        let schema = make(generator);
        let content = json!({ "application/json": { "schema": schema } });
        operation["requestBody"] = json!({ "required": true, "content": content });
    }
    operation
}

fn parameters(endpoint: &Endpoint, generator: &mut SchemaGenerator) -> Vec<Value> {
    let names = endpoint.path.split('/').filter_map(|part| {
        let name = part.strip_prefix('{')?.strip_suffix('}')?;
        let schema = json!({ "type": "string" });
        Some(json!({ "name": name, "in": "path", "required": true, "schema": schema }))
    });
    let mut parameters: Vec<_> = names.collect();
    if let Some(make) = endpoint.query {
        parameters.extend(in_query(make(generator)));
    }
    if endpoint.is_conditional {
        let tag = "The change is made only if the application is still what this `ETag` was given for; `*`: if it exists.";
        let none = "With `*` the change is made only if the application does not exist.";
        for (name, description) in [("If-Match", tag), ("If-None-Match", none)] {
            let schema = match name {
                "If-Match" => json!({ "type": "string" }),
                _ => json!({ "type": "string", "enum": ["*"] }),
            };
            parameters.push(
                json!({ "name": name, "in": "header", "description": description, "schema": schema }),
            );
        }
    }
    parameters
}

/// The fields of a type as parameters.
fn in_query(mut schema: Schema) -> Vec<Value> {
    schemars::transform::transform_subschemas(&mut shorten_descriptions, &mut schema);
    let Some(Value::Object(fields)) = schema.remove("properties") else { return Vec::new() };
    let parameter = |(name, mut schema): (String, Value)| {
        let description = schema.as_object_mut().and_then(|schema| schema.remove("description"));
        // A query has no null: what is optional may be missing.
        if let Some(types) = schema.get_mut("type")
            && let Some(kind) = types.as_array().and_then(|types| types.first()).cloned()
        {
            *types = kind;
        }
        if let Some(choice) = schema.get("anyOf").and_then(Value::as_array)
            && let [one] =
                &choice.iter().filter(|one| one["type"] != "null").collect::<Vec<_>>()[..]
        {
            schema = (*one).clone();
        }
        if let Some(schema) = schema.as_object_mut() {
            schema.remove("nullable");
            schema.retain(|name, value| name != "default" || !value.is_null());
        }
        let mut parameter = json!({ "name": name, "in": "query", "schema": schema });
        if let Some(description) = description {
            parameter["description"] = description;
        }
        parameter
    };
    fields.into_iter().map(parameter).collect()
}

fn responses(endpoint: &Endpoint, generator: &mut SchemaGenerator) -> Map<String, Value> {
    let mut responses = Map::new();
    for DescribedAnswer { status, description, content } in &endpoint.answers {
        let mut response = json!({ "description": description });
        if let Some((media_type, make)) = content {
            response["content"] = json!({ *media_type: { "schema": make(generator) } });
        }
        responses.insert(status.to_string(), response);
    }
    // What any route may answer, before it is asked or instead.
    let always = [400, 401, 403, 421, 500, 503];
    for status in always.iter().chain(&endpoint.refusals) {
        let problem = json!({ "$ref": "#/components/responses/Problem" });
        responses.entry(status.to_string()).or_insert(problem);
    }
    responses
}

/// Documentation for Rust has examples and links in Rust; the document has neither.
fn shorten_descriptions(schema: &mut Schema) {
    if let Some(Value::String(description)) = schema.get_mut("description") {
        let text = description.split("\n\n```").next().unwrap_or_default();
        *description = without_links(text.trim());
    }
    schemars::transform::transform_subschemas(&mut shorten_descriptions, schema);
}

/// `[this](there)` becomes `this`.
fn without_links(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(middle) = rest.find("](") {
        let (before, after) = rest.split_at(middle);
        let Some(end) = after.find(')') else { break };
        plain.push_str(&before.replacen('[', "", 1));
        rest = &after[end + 1..];
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const VERSIONS: [OpenApiVersion; 2] = [OpenApiVersion::Three, OpenApiVersion::ThreeOne];

    /// Every `$ref` in a value.
    fn references(value: &Value, into: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => fields.iter().for_each(|(name, value)| match value {
                Value::String(to) if name == "$ref" => drop(into.insert(to.clone())),
                value => references(value, into),
            }),
            Value::Array(items) => items.iter().for_each(|item| references(item, into)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    #[test]
    fn the_document_has_every_route_and_no_other() {
        let routes: BTreeSet<_> = routes::endpoints()
            .iter()
            .map(|it| (it.path.to_owned(), it.method.as_str().to_ascii_lowercase()))
            .collect();
        for version in VERSIONS {
            let document = document(version);
            let paths = document["paths"].as_object().unwrap();
            let documented: BTreeSet<_> = paths
                .iter()
                .flat_map(|(path, item)| {
                    item.as_object().unwrap().keys().map(|it| (path.clone(), it.clone()))
                })
                .collect();
            assert_eq!(documented, routes);
        }
    }

    #[test]
    fn whatever_the_document_refers_to_is_in_it() {
        for version in VERSIONS {
            let document = document(version);
            let mut all = BTreeSet::new();
            references(&document, &mut all);
            assert!(all.len() > 10, "{all:?}");
            for reference in all {
                let pointer = reference.trim_start_matches('#');
                assert!(document.pointer(pointer).is_some(), "{reference}");
            }
        }
    }

    #[test]
    fn operations_have_names_of_their_own() {
        let mut names: Vec<_> = routes::endpoints().iter().map(|it| it.name).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
    }

    #[test]
    fn descriptions_have_no_rust_in_them() {
        let text = document(OpenApiVersion::ThreeOne).to_string();
        assert!(!text.contains("```") && !text.contains("crate::"), "{text}");
        assert_eq!(without_links("See [`a`](crate::A), or [b](B)."), "See `a`, or b.");
    }
}
