//! Options that somebody sets beside a file: `http.port=0`, `applications.hello.args.greeting=Hi`.

use super::text::parse_yaml;
use super::tree::{Key, TreeNode, TreeValue};

/// Sets what a path leads to, and makes the tables on the way that are not there.
///
/// # Errors
///
/// The path leads through what has no parts, or the value is none.
pub(super) fn set(root: &mut TreeNode, path: &str, value: &str) -> Result<(), String> {
    let mut value = parse_yaml(value).map_err(|error| error.message)?;
    forget_places(&mut value);
    let mut node = root;
    for step in path.split('.') {
        if step.is_empty() {
            return Err("the name of an option is empty; write `a.b=value`".to_owned());
        }
        node = child(node, step)?;
    }
    *node = value;
    Ok(())
}

fn child<'n>(node: &'n mut TreeNode, step: &str) -> Result<&'n mut TreeNode, String> {
    if node.kind == TreeValue::Null {
        node.kind = TreeValue::Map(Vec::new());
    }
    let noun = node.noun();
    match &mut node.kind {
        TreeValue::Map(entries) => {
            let place = entries.iter().position(|(key, _)| key.name == step);
            let place = place.unwrap_or_else(|| {
                let key = Key { span: None, name: step.to_owned() };
                entries.push((key, TreeNode { span: None, kind: TreeValue::Null }));
                entries.len() - 1
            });
            Ok(&mut entries[place].1)
        }
        TreeValue::List(items) => {
            let named = items.iter().position(|item| item.name() == Some(step));
            let place = named.or_else(|| step.parse().ok()).filter(|place| *place < items.len());
            place.map(|place| &mut items[place]).ok_or_else(|| {
                format!("`{step}` is neither the name nor the place of an entry of the list")
            })
        }
        _ => Err(format!("what `{step}` should be in is {noun}")),
    }
}

/// They are those of another text.
fn forget_places(node: &mut TreeNode) {
    node.span = None;
    match &mut node.kind {
        TreeValue::List(items) => items.iter_mut().for_each(forget_places),
        TreeValue::Map(entries) => entries.iter_mut().for_each(|(key, value)| {
            key.span = None;
            forget_places(value);
        }),
        _ => {}
    }
}

impl TreeNode {
    /// Of a table that has one.
    fn name(&self) -> Option<&str> {
        let TreeValue::Map(entries) = &self.kind else { return None };
        let (_, name) = entries.iter().find(|(key, _)| key.name == "name")?;
        match &name.kind {
            TreeValue::Text(name) => Some(name),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn tree() -> TreeNode {
        parse_yaml("applications: [{ name: a }, { name: b, args: { x: 1 } }]").unwrap()
    }

    #[test]
    fn options_are_set_by_names_and_places() {
        let mut root = tree();
        for (path, value) in
            [("http.port", "0"), ("applications.b.args.x", "[2, yes]"), ("applications.0.app", "z")]
        {
            set(&mut root, path, value).unwrap();
        }
        assert_eq!(
            Value::from(&root),
            json!({
                "applications": [{ "name": "a", "app": "z" }, { "name": "b", "args": { "x": [2, "yes"] } }],
                "http": { "port": 0 },
            })
        );
    }

    #[test]
    fn what_cannot_be_set_is_refused_with_the_reason() {
        for (path, value, why) in [
            ("a..b", "1", "the name of an option is empty; write `a.b=value`"),
            (
                "applications.c.x",
                "1",
                "`c` is neither the name nor the place of an entry of the list",
            ),
            ("applications.a.name.x", "1", "what `x` should be in is text"),
        ] {
            assert_eq!(set(&mut tree(), path, value), Err(why.to_owned()));
        }
        assert!(set(&mut tree(), "a", "[").is_err());
    }
}
