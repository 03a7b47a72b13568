//! The labels that the guide says metrics have.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The names of labels by that of their metric, in one of the columns of names.
fn table(column: usize) -> BTreeMap<String, BTreeSet<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../serve-core/src/docs/metrics.md");
    let page = fs::read_to_string(path).unwrap();
    let rows = page.lines().filter(|line| line.starts_with('|') && line.contains("serve_"));
    let rows = rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>());
    let named = rows.filter(|row| row[column].starts_with('`'));
    let labels = |cell: &str| {
        let labels = cell.split(", ").filter(|label| *label != "–");
        labels.map(str::to_owned).collect()
    };
    named.map(|row| (row[column].trim_matches('`').to_owned(), labels(row[2]))).collect()
}

/// Those in a text of metrics, without what a histogram adds.
fn shown(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut histograms = BTreeSet::new();
    let mut shown = BTreeMap::<_, BTreeSet<_>>::new();
    for line in text.lines() {
        if let Some(name) =
            line.strip_prefix("# TYPE ").and_then(|it| it.strip_suffix(" histogram"))
        {
            histograms.insert(name.to_owned());
        }
        let Some((series, _)) = line.rsplit_once(' ').filter(|_| !line.starts_with('#')) else {
            continue;
        };
        let (name, labels) = series.split_once('{').unwrap_or((series, ""));
        let base = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
        let name = base.filter(|base| histograms.contains(*base)).unwrap_or(name);
        let labels = labels.trim_end_matches('}').split("\",");
        let names = labels.filter_map(|label| label.split_once('=')).map(|(name, _)| name);
        let names = names.filter(|name| *name != "le").map(str::to_owned);
        shown.entry(name.to_owned()).or_default().extend(names);
    }
    shown
}

/// Every metric of that column occurs, with the labels that the guide says, and no other one does.
pub(super) fn assert_is_as_the_guide_says(column: usize, text: &str) {
    let mut shown = shown(text);
    shown.retain(|name, _| ["serve_", "ray_serve_"].iter().any(|ours| name.starts_with(ours)));
    assert_eq!(shown, table(column));
}
