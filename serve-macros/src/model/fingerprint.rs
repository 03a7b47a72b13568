//! Numbers by which two builds of a program tell whether they mean the same method.

use super::function::{Function, Shape};
use crate::diagnostics::Scope;
use crate::model::Method;

/// What a method's name is on the wire. The runtime computes the same.
pub(super) fn method_id(name: &str) -> u64 {
    fnv_1a(name)
}

/// A hash of everything that both ends of a call must agree on, as it is written: the names and types of
/// the arguments in their order, what comes back, and in which form. Docs, bodies, attributes and the
/// order of the methods are not in it, and neither is what the types consist of: their fields have names.
pub(super) fn signature(function: &Function) -> u64 {
    let form = match function.shape {
        Shape::Value => "value",
        Shape::Stream => "stream",
        Shape::Batch(_) => "batch",
    };
    let mut text = format!("{form}(");
    for argument in &function.arguments {
        text.extend([&argument.ident.to_string(), ": ", &argument.wire.text, ", "]);
    }
    let error = function.output.error_wire.as_ref().map_or("", |error| &error.text);
    text.extend([") -> ", &function.output.wire.text, " ! ", error]);
    fnv_1a(&text)
}

/// Two names with one number: a call of one would be taken for one of the other.
pub(super) fn refuse_colliding_ids(methods: &[Method], scope: &Scope<'_>) {
    let names: Vec<_> = methods.iter().map(|method| &*method.name).collect();
    for (earlier, later) in colliding(&names, method_id) {
        scope.method(names[later]).report(
            &methods[later].function.ident,
            format_args!(
                "`{}` and `{}` happen to have the same number between processes; give one of the two another name",
                names[earlier], names[later]
            ),
        );
    }
}

/// The pairs of different names that `id` does not tell apart.
fn colliding(names: &[&str], id: impl Fn(&str) -> u64) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for (later, name) in names.iter().enumerate() {
        let same = |other: &&str| *other != *name && id(other) == id(name);
        pairs.extend(names[..later].iter().position(same).map(|earlier| (earlier, later)));
    }
    pairs
}

fn fnv_1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::{colliding, method_id};

    #[test]
    fn the_number_of_a_method_is_fnv_1a_and_never_changes() {
        assert_eq!(method_id(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(method_id("foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn different_names_with_one_number_are_found() {
        let length = |name: &str| name.len() as u64;
        assert_eq!(colliding(&["ab", "abc", "cd", "ab"], length), [(0, 2), (2, 3)]);
        assert_eq!(colliding(&["ab", "abc", "ab"], length), []);
    }
}
