//! Which methods the far side has. Another build of the program may lack some, or mean something else by
//! their names: calls of these are refused here, by name, and all others go their way.

use crate::call::Failure;
use crate::info::{MethodInfo, TypeInfo};
use crate::link::{Hello, MethodEntry};
use crate::log;
use crate::wire::build_id;

/// Where the far side differs from this build; empty where both are the same build, as they mostly are.
#[derive(Debug, Default)]
pub(crate) struct Methods(Box<[Different]>);

#[derive(Debug)]
struct Different {
    name: &'static str,
    is_there: bool,
}

// === impl Methods ===

impl Methods {
    /// What the far side says of itself, against what the type is here.
    pub(crate) fn compare(info: &TypeInfo, peer: &Hello) -> Self {
        if peer.build_id == build_id() {
            return Self::default();
        }
        let different = differences(info.methods, &peer.methods);
        if !different.is_empty() {
            let name = info.name;
            log::warn(format!(
                "a replica of `{name}` is of another build, with other methods: {different:?}"
            ))
            .emit();
        }
        Self(different)
    }

    /// A method, if a call of it means the same on the far side.
    ///
    /// # Errors
    ///
    /// Says what is different. The call has not been executed.
    pub(crate) fn find(
        &self,
        info: &'static TypeInfo,
        name: &str,
    ) -> Result<&'static MethodInfo, Failure> {
        if let Some(different) = self.0.iter().find(|different| different.name == name) {
            return Err(Failure::NotSent(match different.is_there {
                true => other_signature(info, name),
                false => refusal(info, name, "which does not have it"),
            }));
        }
        method_of(info, name)
    }
}

/// What is known of a method here.
///
/// # Errors
///
/// There is none of this name. Generated code does not ask for one.
pub(crate) fn method_of(
    info: &'static TypeInfo,
    name: &str,
) -> Result<&'static MethodInfo, Failure> {
    let method = info.methods.iter().find(|method| method.name == name);
    method.ok_or_else(|| Failure::NotSent(format!("`{}` has no method `{name}`", info.name)))
}

/// What is said of a call whose method has another signature at the other end.
pub(crate) fn other_signature(info: &TypeInfo, method: &str) -> String {
    refusal(info, method, "where it has other arguments or another result")
}

fn refusal(info: &TypeInfo, method: &str, what: &str) -> String {
    let deployment = info.name;
    format!(
        "method `{method}` of deployment `{deployment}` was not executed: the replica is of another \
         build, {what}"
    )
}

fn differences(here: &'static [MethodInfo], there: &[MethodEntry]) -> Box<[Different]> {
    let difference = |method: &'static MethodInfo| {
        let entry = there.iter().find(|entry| entry.name == method.name);
        let is_same = entry.is_some_and(|entry| entry.signature == method.signature);
        (!is_same).then_some(Different { name: method.name, is_there: entry.is_some() })
    };
    here.iter().filter_map(difference).collect()
}

#[cfg(test)]
mod tests {
    use super::differences;
    use crate::info::MethodInfo;
    use crate::link::MethodEntry;

    #[test]
    fn methods_are_compared_by_name_and_not_by_place() {
        const HERE: &[MethodInfo] = &[
            MethodInfo::named("kept", 1),
            MethodInfo::named("retyped", 2),
            MethodInfo::named("removed", 3),
        ];
        let entry = |name: &str, signature| MethodEntry { name: name.to_owned(), signature };
        let there = [entry("added", 3), entry("retyped", 4), entry("kept", 1)];
        let found = differences(HERE, &there);
        let found: Vec<_> = found.iter().map(|found| (found.name, found.is_there)).collect();
        assert_eq!(found, [("retyped", true), ("removed", false)]);
    }
}
