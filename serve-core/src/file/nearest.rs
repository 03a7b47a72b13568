//! "Did you mean": the nearest of a list of names.

/// The candidate that `name` most likely stands for, if one is near enough to be worth proposing.
pub(super) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let threshold = 1 + name.chars().count() / 4;
    let lower = name.to_lowercase();
    let candidates: Vec<_> = candidates.into_iter().collect();
    let near = candidates.iter().map(|candidate| {
        // Half a name, or one with something behind it, is near: `min`, `autoscaling_options`.
        let is_part = candidate.strip_prefix(name).is_some_and(|rest| rest.starts_with('_'))
            || name.strip_prefix(candidate).is_some_and(|rest| rest.starts_with('_'));
        let distance = strsim::damerau_levenshtein(&lower, &candidate.to_lowercase());
        (if is_part { 1 } else { distance }, *candidate)
    });
    let near = near.filter(|(distance, _)| *distance <= threshold);
    let near = near.min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate);
    near.or_else(|| the_only_end(name, &candidates))
}

/// The only candidate that ends so: `replicas` for `num_replicas`.
fn the_only_end<'a>(name: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let mut ends = candidates
        .iter()
        .filter(|candidate| candidate.strip_suffix(name).is_some_and(|rest| rest.ends_with('_')));
    ends.next().filter(|_| ends.next().is_none()).copied()
}

/// What to write instead of a name that nobody knows: the nearest, or all there are.
pub(super) fn instead<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    none: &str,
) -> String {
    let candidates: Vec<_> = candidates.into_iter().collect();
    match nearest(name, candidates.iter().copied()) {
        Some(near) => format!("write `{near}`"),
        None if candidates.is_empty() => none.to_owned(),
        None => {
            let all: Vec<_> = candidates.iter().map(|name| format!("`{name}`")).collect();
            format!("there are {}", all.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_proposed_and_others_listed() {
        let names = ["num_replicas", "name", "Greeter"];
        assert_eq!(nearest("num_replica", names), Some("num_replicas"));
        assert_eq!(nearest("greeter", names), Some("Greeter"));
        assert_eq!(nearest("nmae", names), Some("name"));
        assert_eq!(nearest("replicas", names), Some("num_replicas"));
        assert_eq!(nearest("workers", names), None);
        assert_eq!(instead("x", ["a1", "b2"], ""), "there are `a1`, `b2`");
        assert_eq!(instead("x", [], "there is none"), "there is none");
    }
}
