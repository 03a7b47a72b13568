//! The JSON Schema of a configuration, from the same table that the reader goes by.

use serde_json::{Map, Value, json};

use super::table::{Empty, Field, OptionTable, Presence, Spelling, Unit, ValueKind, Zero};

/// What a reference looks like, which any value but a table or a list may be.
const REFERENCE: &str = r"\$\{[A-Za-z0-9_]+(:-[^}]*)?\}|^file:/[^/]";
const TIME: &str = r"^[0-9]+(\.[0-9]+)?\s*(ms|s|m|h)$";
const TIME_ABOVE_ZERO: &str = r"^(?=.*[1-9])[0-9]+(\.[0-9]+)?\s*(ms|s|m|h)$";
const SIZE: &str = r"^(?=.*[1-9])[0-9]+(\.[0-9]+)?\s*([KMGT]i?)?B$";
/// What is not the server's own, and no pattern.
const PREFIX: &str = r"^(/|(?!/-(/|$))(/[^{}/]+)+)$";
const NAME: &str = r"^[^#/\x00-\x1f\x7f]+$";

/// The schema of a table.
pub(super) fn of_table(table: &OptionTable) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    let mut exclusions = Vec::new();
    for field in table.fields {
        properties.insert(field.name.to_owned(), of_field(field));
        let spellings = field.ray.iter();
        properties.extend(
            spellings
                .clone()
                .map(|spelling| (spelling.name.to_owned(), of_spelling(field, spelling))),
        );
        // Two ways to write one option do not go together.
        exclusions.extend(
            spellings.map(|spelling| json!({ "not": { "required": [field.name, spelling.name] } })),
        );
        if field.presence == Presence::Required {
            required.push(field.name);
        }
    }
    let mut schema = json!({
        "type": "object", "properties": properties, "additionalProperties": false
    });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    if !exclusions.is_empty() {
        schema["allOf"] = json!(exclusions);
    }
    schema
}

fn of_field(field: &Field) -> Value {
    let mut schema = nullable(field, of_kind(&field.kind));
    schema["description"] = json!(field.doc);
    schema
}

fn of_spelling(field: &Field, spelling: &Spelling) -> Value {
    let schema = match (spelling.unit, &field.kind) {
        (Unit::Seconds, ValueKind::Time(Zero::Refused)) => {
            or_reference(&json!({ "type": "number", "exclusiveMinimum": 0 }))
        }
        (Unit::Seconds, _) => or_reference(&json!({ "type": "number", "minimum": 0 })),
        (Unit::Same, kind) => of_kind(kind),
    };
    let mut schema = nullable(field, schema);
    schema["description"] = json!(format!("Ray Serve's way to write `{}`.", field.name));
    schema
}

fn nullable(field: &Field, schema: Value) -> Value {
    match (field.presence, &field.kind) {
        (Presence::Nullable, kind) if !matches!(kind, ValueKind::Any) => {
            json!({ "anyOf": [schema, { "type": "null" }] })
        }
        _ => schema,
    }
}

fn of_kind(kind: &ValueKind) -> Value {
    match kind {
        ValueKind::Flag => or_reference(&json!({ "type": "boolean" })),
        ValueKind::Text | ValueKind::Secret => json!({ "type": "string" }),
        ValueKind::Name => {
            or_reference(&json!({ "type": "string", "pattern": NAME, "maxLength": 200 }))
        }
        ValueKind::Prefix => or_reference(&json!({ "type": "string", "pattern": PREFIX })),
        ValueKind::Count { min, max } => {
            or_reference(&json!({ "type": "integer", "minimum": min, "maximum": max }))
        }
        ValueKind::Replicas { max } => or_reference(&json!({
            "anyOf": [{ "type": "integer", "minimum": 1, "maximum": max }, { "const": "auto" }]
        })),
        ValueKind::Factor => or_reference(&json!({ "type": "number", "exclusiveMinimum": 0 })),
        ValueKind::Time(Zero::Allowed) => {
            or_reference(&json!({ "type": "string", "pattern": TIME }))
        }
        ValueKind::Time(Zero::Refused) => {
            or_reference(&json!({ "type": "string", "pattern": TIME_ABOVE_ZERO }))
        }
        ValueKind::Size => or_reference(&json!({
            "anyOf": [{ "type": "integer", "minimum": 1 }, { "type": "string", "pattern": SIZE }]
        })),
        ValueKind::OneOf(names) => {
            let upper = names.iter().map(|name| name.to_uppercase());
            let all: Vec<_> = names.iter().map(|name| (*name).to_owned()).chain(upper).collect();
            or_reference(&json!({ "enum": all }))
        }
        ValueKind::Codes(codes) => or_reference(&json!({ "enum": codes })),
        ValueKind::Numbers(empty) => json!({
            "type": "array",
            "items": or_reference(&json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX })),
            "minItems": u8::from(*empty == Empty::Refused),
        }),
        ValueKind::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        ValueKind::Variables => json!({
            "type": "object", "additionalProperties": { "type": ["string", "number", "boolean"] }
        }),
        ValueKind::Any => json!({}),
        ValueKind::Table(table) => of_table(table),
        ValueKind::List(table) => json!({ "type": "array", "items": of_table(table) }),
    }
}

fn or_reference(schema: &Value) -> Value {
    json!({ "anyOf": [schema, { "type": "string", "pattern": REFERENCE }] })
}
