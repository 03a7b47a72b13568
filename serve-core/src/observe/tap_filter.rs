//! Which calls a tap shows.

use serde::{Deserialize, Deserializer};

use super::tally::CALL_ENDS;
use super::{SeenCall, TapKind};

/// Which calls are shown, as the query of `GET /api/v1/tap` has it.
#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TapFilter {
    /// `request`: only requests over HTTP; `call`: only calls by handle.
    kind: Option<TapKind>,
    /// Only those of this application.
    application: Option<String>,
    /// Only those of deployments of this name.
    deployment: Option<String>,
    /// Only those of this method: of HTTP for requests, of the deployment for calls.
    method: Option<String>,
    /// Only those with this status, `404` or `5xx` say, or with this outcome: `ok`, `error`, `panicked`, `cancelled`,
    /// `timed_out`, `lost`.
    #[serde(deserialize_with = "status")]
    #[schemars(with = "Option<String>")]
    status: Option<StatusFilter>,
    /// Only those that took at least so many milliseconds.
    #[serde(deserialize_with = "millis")]
    #[schemars(range(min = 0))]
    min_latency_ms: Option<f64>,
    /// Which share of them, between 0 and 1. Default 1.
    #[serde(deserialize_with = "share")]
    #[schemars(range(min = 0, max = 1))]
    sample: f64,
    /// At most so many a second; how many more there are is told. Default 100, at most 10000.
    #[schemars(range(min = 1, max = 10_000))]
    max_per_second: u32,
}

#[derive(Clone, Debug)]
enum StatusFilter {
    Code(u16),
    /// 5 for 5xx.
    Class(u16),
    Outcome(&'static str),
}

/// More than anybody can look at; it bounds what a tap costs.
const PER_SECOND_MAX: u32 = 10_000;

impl Default for TapFilter {
    fn default() -> Self {
        Self {
            kind: None,
            application: None,
            deployment: None,
            method: None,
            status: None,
            min_latency_ms: None,
            sample: 1.0,
            max_per_second: 100,
        }
    }
}

impl TapFilter {
    pub(super) fn max_per_second(&self) -> u32 {
        self.max_per_second.clamp(1, PER_SECOND_MAX)
    }

    /// `drawn` is a random number below 1.
    pub(super) fn samples(&self, drawn: f64) -> bool {
        drawn < self.sample
    }

    pub(super) fn wants(&self, seen: &SeenCall<'_>) -> bool {
        let is = |wanted: &Option<String>, text: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted == text)
        };
        let method = self.method.as_ref();
        self.kind.is_none_or(|kind| kind == seen.kind)
            && is(&self.application, seen.application)
            && is(&self.deployment, seen.deployment)
            && method.is_none_or(|method| method.eq_ignore_ascii_case(seen.method))
            && self.status.as_ref().is_none_or(|status| status.is(seen))
            && self.min_latency_ms.is_none_or(|min| seen.took.as_secs_f64() * 1000.0 >= min)
    }
}

impl StatusFilter {
    fn parse(text: &str) -> Option<Self> {
        if let Some(class) = text.strip_suffix("xx") {
            return class.parse().ok().filter(|class| (1..=5).contains(class)).map(Self::Class);
        }
        if let Ok(code) = text.parse() {
            return (100..1000).contains(&code).then_some(Self::Code(code));
        }
        let ends = CALL_ENDS.into_iter().map(super::tally::CallEnd::name);
        ends.into_iter().find(|name| *name == text).map(Self::Outcome)
    }

    fn is(&self, seen: &SeenCall<'_>) -> bool {
        match self {
            Self::Code(code) => seen.status == Some(*code),
            Self::Class(class) => seen.status.is_some_and(|status| status / 100 == *class),
            Self::Outcome(outcome) => seen.outcome == *outcome,
        }
    }
}

fn status<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<StatusFilter>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    let parsed = StatusFilter::parse(&text).ok_or_else(|| {
        let what = "a status as `404`, a class of them as `5xx`, or an outcome: ok, error, panicked, cancelled, \
                    timed_out, lost";
        serde::de::Error::custom(format!("`{text}` is none; use {what}"))
    })?;
    Ok(Some(parsed))
}

fn millis<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let millis = Option::<f64>::deserialize(deserializer)?;
    match millis {
        Some(millis) if !(millis >= 0.0 && millis.is_finite()) => {
            Err(serde::de::Error::custom("use a number of milliseconds"))
        }
        millis => Ok(millis),
    }
}

fn share<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let share = f64::deserialize(deserializer)?;
    match (0.0..=1.0).contains(&share) {
        true => Ok(share),
        false => Err(serde::de::Error::custom("use a share between 0 and 1")),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;

    fn wants(query: serde_json::Value) -> bool {
        let filter: TapFilter = serde_json::from_value(query).unwrap();
        filter.wants(&SeenCall {
            kind: TapKind::Request,
            request_id: &"id",
            application: "shop",
            deployment: "Front",
            replica: None,
            method: "GET",
            path: Some("/front"),
            status: Some(502),
            outcome: "error",
            took: Duration::from_millis(20),
        })
    }

    #[test]
    fn a_filter_is_about_each_of_the_things_that_it_names() {
        for query in [
            json!({}),
            json!({ "kind": "request", "application": "shop", "deployment": "Front", "method": "get" }),
            json!({ "status": "502" }),
            json!({ "status": "5xx" }),
            json!({ "status": "error" }),
            json!({ "min_latency_ms": 20.0 }),
        ] {
            assert!(wants(query.clone()), "{query}");
        }
        for query in [
            json!({ "kind": "call" }),
            json!({ "application": "other" }),
            json!({ "deployment": "Model" }),
            json!({ "method": "POST" }),
            json!({ "status": "500" }),
            json!({ "status": "4xx" }),
            json!({ "status": "ok" }),
            json!({ "min_latency_ms": 21.0 }),
        ] {
            assert!(!wants(query.clone()), "{query}");
        }
    }

    #[test]
    fn what_is_no_filter_is_refused() {
        for query in [
            json!({ "status": "many" }),
            json!({ "status": "9xx" }),
            json!({ "status": "20" }),
            json!({ "sample": 2.0 }),
            json!({ "min_latency_ms": -1.0 }),
            json!({ "aplication": "shop" }),
        ] {
            assert!(serde_json::from_value::<TapFilter>(query.clone()).is_err(), "{query}");
        }
    }
}
