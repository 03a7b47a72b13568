//! The metrics of users' own, beside those of the server.
//!
//! What users write may have any name and any labels; what is shown is what Prometheus can read, and never takes a
//! name of ours, nor of each other.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use prometheus_client::encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;

use super::Sources;
use super::families::Family;
use super::openmetrics::OVERFLOW;
use crate::call::own_of_process;
use crate::config::{MetricsOptions, MetricsSpelling};
use crate::observe::{OwnKind, OwnMetrics, OwnValue, bounds};

type Labels = BTreeMap<String, String>;

/// A metric of the user's: of one name, and of one kind.
#[derive(Debug)]
struct OwnFamily {
    help: String,
    series: BTreeMap<Labels, OwnValue>,
    /// Which buckets its histograms have.
    bounds: &'static [f64],
}

/// By their names as they are shown.
#[derive(Debug, Default)]
pub(super) struct OwnFamilies(BTreeMap<(String, OwnKind), OwnFamily>);

/// Names of labels that are ours, or of the format's.
const RESERVED: [&str; 4] = ["application", "deployment", "replica", "le"];

pub(super) fn collect(sources: &Sources<'_>) -> OwnFamilies {
    let mut all = OwnFamilies::default();
    let spelling = sources.options.spelling;
    let of_process = own_of_process();
    // First, because descriptions are mostly there.
    if let Some(own) = &of_process {
        all.add(own, &[], spelling);
    }
    for (application, entry) in sources.directory.entries() {
        for deployment in entry.published.deployments() {
            for (replica, own) in deployment.host.meter().own() {
                let of_replica = [
                    ("application", &**application),
                    ("deployment", &**deployment.name),
                    ("replica", &*replica),
                ];
                all.add(&own, &of_replica, spelling);
            }
        }
    }
    if let Some(own) = &of_process {
        all.describe(&own.described(), spelling);
    }
    all.limit(sources.options);
    all
}

impl OwnFamilies {
    fn add(&mut self, own: &OwnMetrics, ours: &[(&str, &str)], spelling: MetricsSpelling) {
        for series in own.read() {
            let (id, value) = (series.id, series.value);
            let name = name_of(&id.name, id.kind, spelling);
            let family = self.0.entry((name, id.kind)).or_insert_with(|| OwnFamily {
                help: String::new(),
                series: BTreeMap::new(),
                bounds: bounds(&id.name),
            });
            let mut labels: Labels =
                id.labels.into_iter().map(|(name, value)| (label_name(&name), value)).collect();
            labels
                .extend(ours.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
            match family.series.get_mut(&labels) {
                Some(known) => known.plus(value),
                None => drop(family.series.insert(labels, value)),
            }
        }
        self.describe(&own.described(), spelling);
    }

    fn describe(&mut self, described: &BTreeMap<String, String>, spelling: MetricsSpelling) {
        for (name, text) in described {
            for kind in [OwnKind::Counter, OwnKind::Gauge, OwnKind::Histogram] {
                if let Some(family) = self.0.get_mut(&(name_of(name, kind, spelling), kind)) {
                    family.help.clone_from(text);
                }
            }
        }
    }

    /// Leaves out what another metric has the name of, and adds up what is more than so many series.
    fn limit(&mut self, options: &MetricsOptions) {
        let mut taken = BTreeSet::new();
        for family in Family::ALL {
            let names = [family.name(options.spelling), family.full_name(options.spelling)];
            names.iter().flatten().for_each(|name| taken.extend(samples(name, OwnKind::Histogram)));
        }
        self.0.retain(|(name, kind), _| {
            let samples = samples(name, *kind);
            let is_free = samples.iter().all(|sample| !taken.contains(sample));
            if is_free {
                taken.extend(samples);
            }
            is_free
        });
        for family in self.0.values_mut() {
            family.limit(options.max_series.max(1));
        }
    }

    pub(super) fn encode(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        for ((name, kind), family) in &self.0 {
            let kind = match kind {
                OwnKind::Counter => MetricType::Counter,
                OwnKind::Gauge => MetricType::Gauge,
                OwnKind::Histogram => MetricType::Histogram,
            };
            let mut metric = encoder.encode_descriptor(name, &help(&family.help), None, kind)?;
            for (labels, value) in &family.series {
                let labels: Vec<_> =
                    labels.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                write_value(metric.encode_family(&labels)?, value, family.bounds)?;
            }
        }
        Ok(())
    }
}

impl OwnFamily {
    fn limit(&mut self, max: usize) {
        if self.series.len() <= max {
            return;
        }
        let mut rest = std::mem::take(&mut self.series).into_iter();
        self.series.extend(rest.by_ref().take(max - 1));
        if let Some((labels, mut sum)) = rest.next() {
            rest.for_each(|(_, value)| sum.plus(value));
            let labels = labels.into_keys().map(|name| (name, OVERFLOW.to_owned())).collect();
            self.series.insert(labels, sum);
        }
    }
}

fn write_value(
    mut metric: MetricEncoder<'_>,
    value: &OwnValue,
    bounds: &'static [f64],
) -> fmt::Result {
    match value {
        OwnValue::Count(count) => metric.encode_counter::<NoLabelSet, u64, f64>(count, None),
        OwnValue::Gauge(gauge) => metric.encode_gauge(gauge),
        OwnValue::Spread(spread) => {
            let bounds = bounds.iter().copied().chain([f64::INFINITY]);
            let buckets: Vec<_> = bounds.zip(spread.buckets.iter().copied()).collect();
            let count = spread.buckets.iter().sum();
            metric.encode_histogram::<NoLabelSet>(spread.sum, count, &buckets, None)
        }
    }
}

/// The names that a metric takes: its own, and those of its samples.
fn samples(name: &str, kind: OwnKind) -> Vec<String> {
    let suffixes: &[&str] = match kind {
        OwnKind::Counter => &["", "_total"],
        OwnKind::Gauge => &[""],
        OwnKind::Histogram => &["", "_bucket", "_count", "_sum"],
    };
    suffixes.iter().map(|suffix| format!("{name}{suffix}")).collect()
}

/// A name as it is shown: with what Prometheus allows, without the suffix that counters get anyhow, and in Ray Serve's
/// spelling with the prefix that its users' metrics have.
fn name_of(name: &str, kind: OwnKind, spelling: MetricsSpelling) -> String {
    let name = match kind {
        OwnKind::Counter => name.strip_suffix("_total").unwrap_or(name),
        OwnKind::Gauge | OwnKind::Histogram => name,
    };
    match spelling {
        MetricsSpelling::Serve => allowed(name),
        MetricsSpelling::Ray => format!("ray_{}", allowed(name)),
    }
}

fn label_name(name: &str) -> String {
    let name = allowed(name);
    match RESERVED.contains(&&*name) || name.starts_with("__") {
        true => format!("exported_{name}"),
        false => name,
    }
}

/// With `_` for what may not be in a name.
fn allowed(name: &str) -> String {
    let letters = name.chars();
    let mut allowed: String =
        letters.map(|it| if it.is_ascii_alphanumeric() { it } else { '_' }).collect();
    if !allowed.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
        allowed.insert(0, '_');
    }
    allowed
}

/// A description as the format wants it, on one line.
fn help(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use metrics::{Key, Label};
    use prometheus_client::collector::Collector;
    use prometheus_client::encoding::text::encode;
    use prometheus_client::registry::Registry;

    use super::*;

    impl Collector for OwnFamilies {
        fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
            Self::encode(self, &mut encoder)
        }
    }

    fn key(name: &'static str, labels: &[(&'static str, &'static str)]) -> Key {
        let labels = labels.iter().map(|(name, value)| Label::new(*name, *value));
        Key::from_parts(name, labels.collect::<Vec<_>>())
    }

    /// Of what this counts, for a replica `a#0`.
    fn text(options: &MetricsOptions, count: impl FnOnce(&OwnMetrics)) -> String {
        let own = OwnMetrics::default();
        count(&own);
        let mut all = OwnFamilies::default();
        all.add(&own, &[("replica", "a#0")], options.spelling);
        all.limit(options);
        let mut registry = Registry::default();
        registry.register_collector(Box::new(all));
        let mut text = String::new();
        encode(&mut text, &registry).expect("it is text");
        text
    }

    #[test]
    fn names_become_such_as_prometheus_reads() {
        let count = |own: &OwnMetrics| {
            own.count(&key("my.tokens_total", &[("1st model", "a")]), 10, 2);
            own.set(&key("größe", &[]), 10, 1.5);
            own.describe("größe", "two\nlines");
        };
        let text = text(&MetricsOptions::default(), count);
        assert!(text.contains("my_tokens_total{_1st_model=\"a\",replica=\"a#0\"} 2\n"), "{text}");
        assert!(text.contains("gr__e{replica=\"a#0\"} 1.5\n"), "{text}");
        assert!(text.contains("# HELP gr__e two\\nlines\n"), "{text}");
    }

    #[test]
    fn labels_that_are_ours_stay_ours() {
        let labels = [("replica", "mine"), ("le", "mine"), ("__name__", "mine")];
        let count = |own: &OwnMetrics| own.count(&key("tokens", &labels), 10, 2);
        let text = text(&MetricsOptions::default(), count);
        let line = "tokens_total{exported___name__=\"mine\",exported_le=\"mine\",exported_replica=\"mine\",replica=\"a#0\"} 2";
        assert!(text.contains(line), "{text}");
    }

    #[test]
    fn no_name_is_used_twice() {
        let count = |own: &OwnMetrics| {
            own.count(&key("serve_requests", &[]), 10, 1);
            own.set(&key("serve_queue_wait_seconds_sum", &[]), 10, 1.0);
            own.count(&key("tokens", &[]), 10, 1);
            own.set(&key("tokens", &[]), 10, 1.0);
            own.set(&key("tokens_total", &[]), 10, 1.0);
            own.record(&key("words", &[]), 10, 1.0, 1);
            own.set(&key("words_sum", &[]), 10, 1.0);
        };
        let text = text(&MetricsOptions::default(), count);
        let families: Vec<_> = text.lines().filter(|line| line.starts_with("# TYPE")).collect();
        assert_eq!(families, ["# TYPE tokens counter", "# TYPE words histogram"]);
    }

    #[test]
    fn two_names_that_are_shown_alike_are_one_series() {
        let count = |own: &OwnMetrics| {
            own.count(&key("my.tokens", &[("a", "1"), ("b", "2")]), 10, 1);
            own.count(&key("my-tokens", &[("b", "2"), ("a", "1")]), 10, 2);
        };
        let text = text(&MetricsOptions::default(), count);
        assert!(text.contains("my_tokens_total{a=\"1\",b=\"2\",replica=\"a#0\"} 3\n"), "{text}");
    }

    #[test]
    fn rays_spelling_has_rays_prefix() {
        let count = |own: &OwnMetrics| own.record(&key("load_seconds", &[]), 10, 0.3, 1);
        let text = text(&MetricsOptions::ray(), count);
        let bucket = "ray_load_seconds_bucket{le=\"0.3\",replica=\"a#0\"} 1\n";
        assert!(text.contains(bucket), "{text}");
        assert!(text.contains("ray_load_seconds_sum{replica=\"a#0\"} 0.3\n"), "{text}");
    }

    #[test]
    fn what_is_beyond_the_maximum_is_added_up() {
        let count = |own: &OwnMetrics| {
            for user in ["a", "b", "c", "d", "e"] {
                own.count(&key("tokens", &[("user", user)]), 100, 1);
            }
        };
        let text = text(&MetricsOptions::default().max_series(3), count);
        assert!(text.contains("{replica=\"overflow\",user=\"overflow\"} 3\n"), "{text}");
        assert_eq!(text.matches("tokens_total{").count(), 3, "{text}");
    }
}
