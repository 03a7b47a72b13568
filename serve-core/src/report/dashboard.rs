//! Our Grafana dashboard shows every metric, and none that does not exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::families::Family;
use crate::config::MetricsSpelling;

fn dashboard() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../grafana/serve.json");
    let text = fs::read_to_string(path).expect("it is there");
    serde_json::from_str(&text).expect("it is JSON")
}

fn panels(dashboard: &Value) -> impl Iterator<Item = &Value> {
    dashboard["panels"].as_array().into_iter().flatten()
}

/// The expressions of all panels, and those that fill the choices.
fn expressions(dashboard: &Value) -> Vec<&str> {
    let of_panels = panels(dashboard)
        .flat_map(|panel| panel["targets"].as_array().into_iter().flatten())
        .map(|target| &target["expr"]);
    let choices = dashboard["templating"]["list"].as_array().into_iter().flatten();
    let of_choices = choices.filter(|it| it["type"] == "query").map(|it| &it["query"]["query"]);
    of_panels.chain(of_choices).map(|text| text.as_str().expect("text")).collect()
}

/// The metrics that an expression names, without what a histogram adds.
fn metrics(expression: &str) -> impl Iterator<Item = &str> {
    let is_of_name = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let words = expression.split(move |character| !is_of_name(character));
    words.filter(|word| word.starts_with("serve_")).map(|word| {
        let suffixes = ["_bucket", "_count", "_sum"];
        suffixes.iter().find_map(|suffix| word.strip_suffix(suffix)).unwrap_or(word)
    })
}

#[test]
fn every_metric_has_a_panel_and_every_panel_a_metric() {
    let dashboard = dashboard();
    let shown: BTreeSet<_> = expressions(&dashboard).into_iter().flat_map(metrics).collect();
    let names = Family::ALL.iter().filter_map(|family| family.full_name(MetricsSpelling::Serve));
    let names: Vec<_> = names.collect();
    let known: BTreeSet<_> = names.iter().map(String::as_str).collect();
    assert_eq!(shown, known);
}

#[test]
fn every_panel_says_what_it_shows_and_has_a_place_of_its_own() {
    let dashboard = dashboard();
    let mut places = BTreeSet::new();
    for panel in panels(&dashboard) {
        let title = panel["title"].as_str().expect("a title");
        let place = &panel["gridPos"];
        let number = |name: &str| place[name].as_u64().expect("a number");
        for x in number("x")..number("x") + number("w") {
            for y in number("y")..number("y") + number("h") {
                assert!(x < 24 && places.insert((x, y)), "{title} lies on another panel");
            }
        }
        if panel["type"] != "row" {
            let description = panel["description"].as_str().unwrap_or_default();
            assert!(description.ends_with('.'), "{title}: {description:?}");
            let targets = panel["targets"].as_array().expect("queries");
            assert!(targets.iter().all(|it| !it["legendFormat"].is_null()), "{title}");
        }
    }
}
