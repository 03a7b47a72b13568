//! The guide has a table of all metrics.

use super::families::Family;
use crate::config::MetricsSpelling;

const PAGE: &str = include_str!("../docs/metrics.md");

/// The cells of the rows of a table that begins so.
fn rows(heading: &str) -> Vec<Vec<&str>> {
    let lines = PAGE.lines().skip_while(|line| *line != heading).skip(2);
    let rows = lines.take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

#[test]
fn the_guide_has_every_metric_with_both_names_and_its_meaning() {
    let rows = rows("| name | Ray Serve's name | labels | meaning |");
    let shown: Vec<_> =
        rows.iter().map(|row| [row[0], row[1], row[3]].map(str::to_owned)).collect();
    let cell = |name: Option<String>| name.map_or("–".to_owned(), |name| format!("`{name}`"));
    let known: Vec<_> = Family::ALL
        .iter()
        .map(|family| {
            let [ours, rays] = [MetricsSpelling::Serve, MetricsSpelling::Ray];
            let help = family.row().help.to_owned();
            [cell(family.full_name(ours)), cell(family.full_name(rays)), help]
        })
        .collect();
    assert_eq!(shown, known);
}
