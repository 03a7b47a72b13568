//! "Did you mean": the nearest of a list of names.

/// The candidate that `name` most likely stands for, if one is near enough to be worth proposing.
///
/// A name that goes on where a candidate ends (`health_check_period_s`, `autoscaling_config`) counts as near: these are
/// the spellings of other systems.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let threshold = 1 + name.chars().count() / 4;
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let continued = candidate.len() >= 4
                && (name.starts_with(&format!("{candidate}_"))
                    || candidate.starts_with(&format!("{name}_")));
            let distance = if continued { 1 } else { distance(name, candidate) };
            (distance <= threshold).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Edits between two names: insert, delete, replace, or swap two neighbours.
pub(crate) fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    let mut rows = vec![(0..=right.len()).collect::<Vec<_>>()];
    for (i, from) in left.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, to) in right.iter().enumerate() {
            let replaced = rows[i][j] + usize::from(from != to);
            let mut best = replaced.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *from == right[j - 1] && left[i - 1] == *to {
                best = best.min(rows[i - 1][j - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[left.len()][right.len()]
}
