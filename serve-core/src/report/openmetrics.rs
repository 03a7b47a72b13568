//! Metrics as OpenMetrics text.

use std::collections::BTreeMap;
use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::{Registry, Unit};

use super::families::{Family, MetricKind};
use super::metrics::{MetricValue, Series};
use super::own::OwnFamilies;
use crate::config::{MetricsOptions, MetricsSpelling};
use crate::observe::Histogram;

/// What the text is, as HTTP says it.
pub(crate) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The value of all labels of what has no series of its own.
pub(super) const OVERFLOW: &str = "overflow";

/// Metrics by family, in one spelling.
#[derive(Debug)]
struct Exposition {
    families: BTreeMap<Family, Vec<Series>>,
    own: OwnFamilies,
    spelling: MetricsSpelling,
}

/// The text of these series.
pub(super) fn text(
    mut families: BTreeMap<Family, Vec<Series>>,
    own: OwnFamilies,
    options: &MetricsOptions,
) -> String {
    for series in families.values_mut() {
        add_up_beyond(series, options.max_series.max(1));
    }
    let mut registry = Registry::default();
    let spelling = options.spelling;
    registry.register_collector(Box::new(Exposition { families, own, spelling }));
    let mut text = String::new();
    match encode(&mut text, &registry) {
        Ok(()) => text,
        // A string takes whatever it is given; nothing else can fail.
        Err(fmt::Error) => "# EOF\n".to_owned(),
    }
}

/// Adds up what is more than so many series in one whose labels say so.
fn add_up_beyond(series: &mut Vec<Series>, max: usize) {
    if series.len() <= max {
        return;
    }
    let rest = series.split_off(max - 1);
    let labels = rest.first().map(|first| first.labels.clone()).unwrap_or_default();
    let labels = labels.into_iter().map(|(name, _)| (name, OVERFLOW.to_owned())).collect();
    let values = rest.into_iter().map(|series| series.value);
    if let Some(value) = values.reduce(MetricValue::plus) {
        series.push(Series { labels, value });
    }
}

impl Collector for Exposition {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        for (family, series) in &self.families {
            let Some(name) = family.name(self.spelling) else { continue };
            let row = family.row();
            let (kind, unit) = match row.kind {
                MetricKind::Counter => (MetricType::Counter, None),
                MetricKind::Gauge => (MetricType::Gauge, None),
                MetricKind::Sizes => (MetricType::Histogram, None),
                MetricKind::Durations => match self.spelling {
                    MetricsSpelling::Serve => (MetricType::Histogram, Some(Unit::Seconds)),
                    MetricsSpelling::Ray => (MetricType::Histogram, None),
                },
            };
            let mut metric = encoder.encode_descriptor(&name, row.help, unit.as_ref(), kind)?;
            for Series { labels, value } in series {
                let scale = match (row.kind, self.spelling) {
                    (MetricKind::Durations, MetricsSpelling::Serve) => 1e9,
                    (MetricKind::Durations, MetricsSpelling::Ray) => 1e6,
                    (MetricKind::Counter | MetricKind::Gauge | MetricKind::Sizes, _) => 1.0,
                };
                write_value(metric.encode_family(labels)?, value, scale)?;
            }
        }
        self.own.encode(&mut encoder)
    }
}

fn write_value(mut metric: MetricEncoder<'_>, value: &MetricValue, scale: f64) -> fmt::Result {
    match value {
        MetricValue::Count(count) => metric.encode_counter::<NoLabelSet, u64, f64>(count, None),
        MetricValue::Gauge(gauge) => metric.encode_gauge(gauge),
        MetricValue::Histogram(histogram) => {
            let (sum, count) = (histogram.sum as f64 / scale, histogram.count());
            metric.encode_histogram::<NoLabelSet>(sum, count, &buckets(histogram, scale), None)
        }
    }
}

fn buckets(histogram: &Histogram, scale: f64) -> Vec<(f64, u64)> {
    let bounds = histogram.scale.iter().map(|&bound| bound as f64 / scale);
    bounds.chain([f64::INFINITY]).zip(histogram.buckets.iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counter(label: &str, count: u64) -> Series {
        Series { labels: vec![("replica", label.to_owned())], value: MetricValue::Count(count) }
    }

    #[test]
    fn what_is_beyond_the_maximum_is_added_up() {
        let series = (0..5).map(|number| counter(&number.to_string(), 1)).collect();
        let families = BTreeMap::from([(Family::ReplicaStarts, series)]);
        let options = MetricsOptions::default().max_series(3);
        let text = text(families, OwnFamilies::default(), &options);
        assert!(text.contains("serve_replica_starts_total{replica=\"1\"} 1\n"), "{text}");
        assert!(text.contains("serve_replica_starts_total{replica=\"overflow\"} 3\n"), "{text}");
        assert_eq!(text.matches("replica=").count(), 3, "{text}");
    }

    #[test]
    fn a_name_may_have_anything_in_it() {
        let families = BTreeMap::from([(Family::ReplicaStarts, vec![counter("a\"b\\c\nd", 1)])]);
        let text = text(families, OwnFamilies::default(), &MetricsOptions::default());
        assert!(text.contains(r#"{replica="a\"b\\c\nd"} 1"#), "{text}");
    }

    #[test]
    fn durations_are_seconds_or_milliseconds() {
        let mut histogram = Histogram::new(crate::observe::SECONDS);
        histogram.add(&histogram.clone());
        for (options, bound) in [
            (MetricsOptions::default(), "serve_queue_wait_seconds_bucket{le=\"0.001\""),
            (
                MetricsOptions::ray(),
                "ray_serve_request_router_fulfillment_time_ms_bucket{le=\"1.0\"",
            ),
        ] {
            let series =
                Series { labels: Vec::new(), value: MetricValue::Histogram(histogram.clone()) };
            let families = BTreeMap::from([(Family::QueueWait, vec![series])]);
            let text = text(families, OwnFamilies::default(), &options);
            assert!(text.contains(bound), "{text}");
            assert!(text.contains("le=\"+Inf\"} 0"), "{text}");
        }
    }
}
