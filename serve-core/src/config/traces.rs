//! Options of the spans that requests have.

use super::deployment::setters;

/// Which requests are traced, and where their spans go: to a collector that speaks OTLP over HTTP, such as OpenTelemetry's
/// own, Jaeger, Tempo.
///
/// What the environment says as `OTEL_EXPORTER_OTLP_…` counts where nothing is set here. See [the
/// guide](crate::guide::traces).
///
/// ```
/// use serve_core::{Serve, TraceOptions};
///
/// let traces = TraceOptions::default().endpoint("http://collector:4318").sample_ratio(0.01);
/// let builder = Serve::builder().traces(traces);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TraceOptions {
    /// The collector's URL, without the path `/v1/traces`. Default: what `OTEL_EXPORTER_OTLP_ENDPOINT` says, else
    /// `http://localhost:4318`. Without TLS: a collector is mostly near.
    pub endpoint: Option<String>,
    /// Which share of requests is traced, between 0 and 1. Default 1, all of them: each costs about half a microsecond for
    /// each of its calls. A request that comes with a `traceparent` is traced if that says so, whatever the share; 0 traces no
    /// others. [`Serve::set_trace_sample_ratio`](crate::Serve::set_trace_sample_ratio) changes it while the server runs.
    pub sample_ratio: f64,
    /// What the spans are said to be of. Default: what `OTEL_SERVICE_NAME` says, else the name of the program.
    pub service_name: Option<String>,
}

impl Default for TraceOptions {
    fn default() -> Self {
        Self { endpoint: None, sample_ratio: 1.0, service_name: None }
    }
}

impl TraceOptions {
    /// Sets [`endpoint`](field@Self::endpoint).
    #[must_use]
    pub fn endpoint(self, endpoint: impl Into<String>) -> Self {
        Self { endpoint: Some(endpoint.into()), ..self }
    }

    /// Sets [`service_name`](field@Self::service_name).
    #[must_use]
    pub fn service_name(self, name: impl Into<String>) -> Self {
        Self { service_name: Some(name.into()), ..self }
    }

    setters! {
        sample_ratio: f64;
    }

    /// What is wrong with them.
    pub(crate) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if let Err(problem) = check_ratio(self.sample_ratio) {
            problems.push(problem);
        }
        if let Some(endpoint) = &self.endpoint {
            let uri = endpoint.parse::<http::Uri>().ok();
            let is_plain =
                uri.is_some_and(|uri| uri.scheme_str() == Some("http") && uri.host().is_some());
            if !is_plain {
                problems.push(format!(
                    "TraceOptions::endpoint is `{endpoint}`; it takes the URL of a collector, such as \
                     `http://localhost:4318`; for one behind TLS let a collector on this machine pass the spans on"
                ));
            }
        }
        problems
    }
}

/// # Errors
///
/// It is no share.
pub(crate) fn check_ratio(ratio: f64) -> Result<(), String> {
    match (0.0..=1.0).contains(&ratio) {
        true => Ok(()),
        false => Err(format!(
            "the share of traced requests (sample_ratio) is {ratio}; it must be between 0 (none) and 1 (all)"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_named_with_what_to_write() {
        assert!(TraceOptions::default().problems().is_empty());
        let good = TraceOptions::default().endpoint("http://[::1]:4318/").sample_ratio(0.0);
        assert!(good.problems().is_empty());
        for ratio in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            let problems = TraceOptions::default().sample_ratio(ratio).problems();
            assert!(problems[0].contains("between 0 (none) and 1 (all)"), "{problems:?}");
        }
        for endpoint in ["", "localhost:4318", "https://collector", "http://", "ftp://collector"] {
            let problems = TraceOptions::default().endpoint(endpoint).problems();
            assert!(problems[0].contains("http://localhost:4318"), "{endpoint}: {problems:?}");
        }
    }
}
