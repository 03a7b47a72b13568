//! TOML into the tree.

use std::ops::Range;

use serde_json::Number;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::SyntaxError;
use crate::file::tree::{Key, TreeNode, TreeValue};

/// # Errors
///
/// It is no TOML: each place where it is not.
pub(in crate::file) fn parse(text: &str) -> Result<TreeNode, Vec<SyntaxError>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut errors: Vec<_> = errors.into_iter().map(|error| refused(&error)).collect();
    let span = table.span();
    let kind = of_table(table.into_inner(), &mut errors);
    if errors.is_empty() { Ok(TreeNode { span: Some(span), kind }) } else { Err(errors) }
}

fn refused(error: &toml::de::Error) -> SyntaxError {
    let span = error.span().unwrap_or_default();
    SyntaxError::new(span, format_args!("this is no TOML: {}", error.message()))
}

fn of_table(table: DeTable<'_>, errors: &mut Vec<SyntaxError>) -> TreeValue {
    let entries = table.into_iter().map(|(key, value)| {
        let key = Key { span: Some(key.span()), name: key.into_inner().into_owned() };
        (key, of_value(value, errors))
    });
    TreeValue::Map(entries.collect())
}

fn of_value(value: Spanned<DeValue<'_>>, errors: &mut Vec<SyntaxError>) -> TreeNode {
    let span = value.span();
    let mut misfit = |span: &Range<usize>, what: &str| {
        errors.push(SyntaxError::new(span.clone(), format_args!("this number {what}")));
        TreeValue::Null
    };
    let kind = match value.into_inner() {
        DeValue::String(text) => TreeValue::Text(text.into_owned()),
        DeValue::Boolean(flag) => TreeValue::Flag(flag),
        DeValue::Datetime(time) => TreeValue::Text(time.to_string()),
        DeValue::Integer(integer) => match i64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(integer) => TreeValue::Number(integer.into()),
            Err(_) => misfit(&span, "is too large"),
        },
        DeValue::Float(float) => match float.as_str().parse().ok().and_then(Number::from_f64) {
            Some(number) => TreeValue::Number(number),
            None => misfit(&span, "is none that an option takes"),
        },
        DeValue::Array(items) => {
            TreeValue::List(items.into_iter().map(|item| of_value(item, errors)).collect())
        }
        DeValue::Table(table) => of_table(table, errors),
    };
    TreeNode { span: Some(span), kind }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn values_are_what_toml_says() {
        let text = "[http]\nport = 0x1F\nx = [1.5, -2, true, 'a']\n[[applications]]\nname = \"a\"\n[[applications]]\nname = \"b\"\n";
        let node = parse(text).unwrap();
        assert_eq!(
            Value::from(&node),
            json!({
                "http": { "port": 31, "x": [1.5, -2, true, "a"] },
                "applications": [{ "name": "a" }, { "name": "b" }],
            })
        );
    }

    #[test]
    fn all_that_is_no_toml_is_told() {
        let errors = parse("a = 1\na = 2\nb = 99999999999999999999\nc = nan\n").unwrap_err();
        let said: Vec<_> = errors.iter().map(|error| error.message.as_str()).collect();
        assert_eq!(
            said,
            [
                "this is no TOML: duplicate key",
                "this number is too large",
                "this number is none that an option takes",
            ]
        );
    }
}
