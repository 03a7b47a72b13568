//! What OpenAPI 3.0 says otherwise than JSON Schema, and schemars leaves as it is.

use schemars::Schema;
use serde_json::{Value, json};

/// Makes a schema of JSON Schema one of OpenAPI 3.0.
pub(super) fn adapt(schema: &mut Schema) {
    // A bound that is not reached is a bound with a flag.
    for (exclusive, bound) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        if let Some(value) = schema.get(exclusive).filter(|value| value.is_number()).cloned() {
            schema.insert(bound.to_owned(), value);
            schema.insert(exclusive.to_owned(), Value::Bool(true));
        }
    }
    // There is one type, or a choice of schemas.
    if let Some(Value::Array(types)) = schema.get("type").cloned() {
        schema.remove("type");
        let choice: Vec<_> = types.into_iter().map(|one| json!({ "type": one })).collect();
        schema.insert("anyOf".to_owned(), choice.into());
    }
    // What has no value but null is said of the others.
    if let Some(Value::Array(choice)) = schema.get_mut("anyOf") {
        let before = choice.len();
        choice.retain(|one| !is_null(one));
        if choice.len() < before {
            schema.insert("nullable".to_owned(), Value::Bool(true));
        }
    }
    schemars::transform::transform_subschemas(&mut adapt, schema);
}

fn is_null(schema: &Value) -> bool {
    schema == &json!({ "type": "null" }) || schema == &json!({ "enum": [null], "nullable": true })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_3_0_does_not_know_is_said_otherwise() {
        for (schema, adapted) in [
            (
                json!({ "type": "number", "exclusiveMinimum": 0 }),
                json!({ "type": "number", "minimum": 0, "exclusiveMinimum": true }),
            ),
            (
                json!({ "items": { "type": ["string", "number"] } }),
                json!({ "items": { "anyOf": [{ "type": "string" }, { "type": "number" }] } }),
            ),
            (
                json!({ "anyOf": [{ "type": "string" }, { "type": "null" }] }),
                json!({ "anyOf": [{ "type": "string" }], "nullable": true }),
            ),
        ] {
            let mut schema = Schema::try_from(schema).unwrap();
            adapt(&mut schema);
            assert_eq!(*schema.as_value(), adapted);
        }
    }
}
