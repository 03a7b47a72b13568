//! Our metrics as Prometheus itself reads them: a server with a known load is scraped, and every query of our
//! dashboard, and of Ray Serve's, answers with the right figures.
//!
//! It wants the program `prometheus`, which Debian has in a package of that name.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

mod dashboard;
mod guide;
mod load;
mod scraper;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use dashboard::Query;
use load::{
    BADLY, BATCH, BATCHES, CANCELLED, CROWD, FAILED_PAGES, LATER_PAGES, Loaded, ODD_NAME, PAGES,
    SLOW_PAGES, WELL,
};
use scraper::{Prometheus, Sample};
use serve_core::MetricsOptions;

serve_core::test_replicas!();

/// What the queries answer.
type Answers = BTreeMap<String, Vec<Sample>>;

/// What a query is to answer for every series that has these labels.
struct Figure {
    query: &'static str,
    labels: &'static [(&'static str, &'static str)],
    value: Value,
}

enum Value {
    /// Exactly.
    Is(f64),
    /// So many in the last five minutes, a second.
    Rate(u32),
    /// So many in the last five minutes.
    Increase(u32),
    /// More than the first and no more than the second.
    Within(f64, f64),
}

use Value::{Increase, Is, Rate, Within};

impl Value {
    fn fits(&self, found: f64) -> bool {
        // From some seconds Prometheus concludes to what came shortly before and after them.
        let about = |count: f64, found: f64| (count * 0.999..count * 1.4).contains(&found);
        match *self {
            Is(value) => (found - value).abs() < 1e-9,
            Rate(count) => about(count.into(), found * 300.0),
            Increase(count) => about(count.into(), found),
            Within(low, high) => found > low && found <= high,
        }
    }
}

impl std::fmt::Display for Figure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { query, labels, value } = self;
        match value {
            Is(value) => write!(f, "{query} {labels:?} is {value}"),
            Rate(count) => write!(f, "{query} {labels:?} is {count} in five minutes"),
            Increase(count) => write!(f, "{query} {labels:?} is about {count}"),
            Within(low, high) => write!(f, "{query} {labels:?} is between {low} and {high}"),
        }
    }
}

macro_rules! figures {
    ($($query:literal $({ $($label:ident = $of:literal),* })?: $value:expr;)*) => {
        &[$(Figure {
            query: $query,
            labels: &[$($((stringify!($label), $of)),*)?],
            value: $value,
        }),*]
    };
}

/// What is right while requests are held.
const HELD: &[Figure] = figures! {
    "Requests under way A" {route = "/narrow"}: Is(3.0);
    "Waiting calls A" {deployment = "Narrow"}: Is(2.0);
    "Running calls by replica A" {deployment = "Narrow"}: Is(1.0);
};

/// What is right when everything has happened.
const DONE: &[Figure] = figures! {
    "Applications A" {application = "quick", status = "RUNNING"}: Is(1.0);
    "Deployments A" {deployment = "Quick", status = "HEALTHY"}: Is(1.0);
    "Requests A": Rate(PAGES + FAILED_PAGES + SLOW_PAGES + LATER_PAGES);
    "Failed calls A": Within(0.01, 0.2);
    "Replicas missing A": Is(1.0);
    "Requests by route A" {route = "/quick"}: Rate(PAGES + FAILED_PAGES);
    "Errors by route A" {route = "/quick", status_code = "502"}: Rate(FAILED_PAGES);
    "Latency by route A" {route = "/slow"}: Within(0.5, 1.0);
    "Latency by route B" {route = "/slow"}: Within(0.5, 1.0);
    "Latency by route C" {route = "/slow"}: Within(0.5, 1.0);
    "Calls by method A" {deployment = "Quick", method = "well"}: Rate(WELL);
    "Failed calls by method A" {deployment = "Quick", method = "badly", outcome = "error"}: Rate(BADLY);
    "Cancelled calls by method A" {deployment = "Quick", method = "lingers"}: Rate(CANCELLED);
    "Duration by method A" {deployment = "Slow"}: Within(0.5, 1.0);
    "Duration by method B" {deployment = "Slow"}: Within(0.5, 1.0);
    "Duration by method C" {deployment = "Slow"}: Within(0.5, 1.0);
    // Two waited for as long as the requests were held, for which three scrapes were waited for.
    "Time in the queue A" {deployment = "Narrow"}: Within(0.5, 60.0);
    "Time in the queue B" {deployment = "Narrow"}: Within(0.5, 60.0);
    "Time in the queue C" {deployment = "Narrow"}: Within(0.5, 60.0);
    "Refused and expired calls A" {deployment = "Narrow"}: Rate(CROWD - 3);
    "Refused and expired calls B" {deployment = "Quick"}: Is(0.0);
    "Replicas by state A" {deployment = "Quick", state = "RUNNING"}: Is(1.0);
    "Replicas by state B" {deployment = "Ill"}: Is(3.0);
    "Starts and ends A" {deployment = "Far"}: Increase(1);
    "Starts and ends B" {deployment = "Ill"}: Within(0.9, 100.0);
    "Starts and ends C" {deployment = "Far"}: Increase(1);
    "Health A" {deployment = "Ill"}: Increase(1);
    "Health B" {deployment = "Ill"}: Increase(1);
    "Health C" {deployment = "Ill"}: Is(1.0);
    "Time to start A" {deployment = "Far"}: Within(0.5, 10.0);
    "Time to start B" {deployment = "Far"}: Within(0.5, 10.0);
    "Time to start C" {deployment = "Far"}: Within(0.5, 10.0);
    "Time to stop A" {deployment = "Slow"}: Within(0.0, 5.0);
    "Time to stop B" {deployment = "Slow"}: Within(0.0, 5.0);
    "Time to stop C" {deployment = "Slow"}: Within(0.0, 5.0);
    "Autoscaling policies that failed A" {application = "undecided"}: Within(0.9, 1000.0);
    "Calls by replica A" {deployment = "Quick"}:
        Rate(WELL + BADLY + CANCELLED + PAGES + FAILED_PAGES + BATCHES * BATCH);
    "Failed calls by replica A" {deployment = "Quick"}: Rate(BADLY + FAILED_PAGES);
    "Memory and models by replica A" {deployment = "Far"}: Within(1e6, 1e10);
    "Memory and models by replica B" {deployment = "Models"}: Is(2.0);
    "Calls in a batch A" {method = "together"}: Is(4.0);
    "Calls in a batch B" {method = "together"}: Rate(BATCHES);
    "Wait for company A" {method = "together"}: Within(0.0, 1.0);
    "Wait for company B" {method = "together"}: Within(0.0, 1.0);
    "Wait for company C" {method = "together"}: Within(0.0, 1.0);
    "Duration of batches A" {method = "together"}: Within(0.5, 1.0);
    "Duration of batches B" {method = "together"}: Within(0.5, 1.0);
    "Duration of batches C" {method = "together"}: Within(0.5, 1.0);
    // The first load has begun the series.
    "Models loaded and dropped A" {deployment = "Models"}: Rate(1);
    "Models loaded and dropped B" {deployment = "Models"}: Is(0.0);
    "Models that were there A" {deployment = "Models"}: Is(2.0 / 3.0);
    "Time to load a model A" {deployment = "Models"}: Within(0.0, 0.005);
    "Time to load a model B" {deployment = "Models"}: Within(0.0, 0.005);
    "Time to load a model C" {deployment = "Models"}: Within(0.0, 0.005);
    "Rounds A": Within(0.0, 1000.0);
    "Duration of a round A": Within(0.0, 1.0);
    "Events A": Within(5.0, 1000.0);
};

const RAYS_HELD: &[Figure] = figures! {
    "Queue size per deployment" {deployment = "Narrow"}: Is(2.0);
    "Ongoing HTTP requests" {route = "/narrow"}: Is(3.0);
    "Processing queries per replica" {deployment = "Narrow"}: Is(1.0);
};

const RAYS_DONE: &[Figure] = figures! {
    "QPS per application" {route = "/quick"}: Rate(PAGES + FAILED_PAGES);
    "Error QPS per application" {route = "/quick", error_code = "502"}: Rate(FAILED_PAGES);
    "Error QPS of HTTP per deployment" {deployment = "Quick"}: Rate(FAILED_PAGES);
    "Replicas per deployment" {deployment = "Ill"}: Is(2.0);
    "QPS per deployment" {deployment = "Quick"}:
        Rate(WELL + BADLY + CANCELLED + PAGES + FAILED_PAGES + BATCHES * BATCH);
    "Error QPS per deployment" {deployment = "Quick"}: Rate(BADLY + FAILED_PAGES);
    "QPS per replica" {deployment = "Quick"}:
        Rate(WELL + BADLY + CANCELLED + PAGES + FAILED_PAGES + BATCHES * BATCH);
    "Error QPS per replica" {deployment = "Quick"}: Rate(BADLY + FAILED_PAGES);
    "Control loop duration": Within(0.0, 1.0);
    "Number of control loops": Within(1.0, 1e6);
    "Multiplexed models per replica" {deployment = "Models"}: Is(2.0);
    "Models loaded per replica" {deployment = "Models"}: Rate(1);
    "Models unloaded per replica" {deployment = "Models"}: Is(0.0);
    "Hit rate of models per replica" {deployment = "Models"}: Is(2.0 / 3.0);
    "P99 of loading a model" {deployment = "Models"}: Within(0.0, 5.0);
    "Replica starts" {deployment = "Far"}: Rate(1);
    "Batches" {deployment = "Quick"}: Rate(BATCHES);
    "Batch size": Is(4.0);
    "P50" {route = "/slow"}: Within(500.0, 1000.0);
    "P90" {route = "/slow"}: Within(500.0, 1000.0);
    "P99" {route = "/slow"}: Within(500.0, 1000.0);
    "P50 of a deployment" {deployment = "Slow"}: Within(500.0, 1000.0);
    "P90 of a deployment" {deployment = "Slow"}: Within(500.0, 1000.0);
    "P99 of a deployment" {deployment = "Slow"}: Within(500.0, 1000.0);
    "P99 of a replica" {deployment = "Slow"}: Within(500.0, 1000.0);
    "P99 in the queue" {deployment = "Narrow"}: Within(500.0, 60_000.0);
};

/// What each series is to say that Prometheus was shown last: all that has happened.
const COUNTS: [(&str, u32); 10] = [
    (r#"serve_requests_total{method="well",outcome="ok"}"#, WELL + 1),
    (r#"serve_requests_total{method="badly",outcome="error"}"#, BADLY + 1),
    (r#"serve_requests_total{method="lingers",outcome="cancelled"}"#, CANCELLED),
    (r#"serve_requests_total{method="together",outcome="ok"}"#, (BATCHES + 1) * BATCH),
    (r#"serve_http_requests_total{route="/quick",status_code="200"}"#, PAGES + 1),
    (r#"serve_http_requests_total{route="/quick",status_code="502"}"#, FAILED_PAGES + 1),
    (r#"serve_http_request_duration_seconds_count{route="/slow"}"#, SLOW_PAGES + LATER_PAGES + 1),
    (r#"serve_refused_requests_total{deployment="Narrow"}"#, CROWD - 3),
    // The user's own.
    (OWN, 2 * (WELL + 1)),
    (r#"words_seconds_bucket{deployment="Quick",le="1.0"}"#, WELL + 1),
];

/// With a label that is ours, and a value that has to be escaped.
const OWN: &str =
    r#"words_said_total{deployment="Quick",exported_replica="mine",quote="a\"b\\c\nd"}"#;

const RAYS_COUNTS: [(&str, u32); 5] = [
    (r#"ray_serve_num_http_requests_total{route="/quick",status_code="200"}"#, PAGES + 1),
    (
        r#"ray_serve_num_http_error_requests_total{route="/quick",error_code="502"}"#,
        FAILED_PAGES + 1,
    ),
    (r#"ray_serve_deployment_error_counter_total{deployment="Quick"}"#, BADLY + FAILED_PAGES + 2),
    (r#"ray_words_said_total{deployment="Quick"}"#, 2 * (WELL + 1)),
    (r#"ray_serve_http_request_latency_ms_count{route="/slow"}"#, SLOW_PAGES + LATER_PAGES + 1),
];

async fn ask_all(prometheus: &Prometheus, queries: &[Query]) -> Answers {
    let mut answers = Answers::new();
    for Query { name, expression } in queries {
        let answer = prometheus.ask(expression).await.unwrap();
        answers.insert(name.clone(), answer);
    }
    answers
}

/// What is not right, in words.
fn problems(answers: &Answers, figures: &[Figure]) -> Vec<String> {
    let problem = |figure: &Figure| {
        let samples = answers.get(figure.query).map(Vec::as_slice).unwrap_or_default();
        let has = |sample: &Sample, name: &str, value: &str| {
            sample.labels.get(name).is_some_and(|found| found == value)
        };
        let of_labels = samples
            .iter()
            .filter(|sample| figure.labels.iter().all(|(name, value)| has(sample, name, value)));
        // Of a replica that has gone nothing has come since.
        let values = of_labels.map(|sample| sample.value);
        let found: Vec<_> = values.filter(|value| !value.is_nan()).collect();
        let fit = !found.is_empty() && found.iter().all(|&value| figure.value.fits(value));
        (!fit).then(|| format!("{figure}, but was {found:?}"))
    };
    figures.iter().filter_map(problem).collect()
}

/// Everything happens while Prometheus looks: what the queries answer while requests are held, and in the end.
async fn load(loaded: &Loaded, prometheus: &Prometheus, queries: &[Query]) -> (Answers, Answers) {
    prometheus.scrape(2).await;
    let crowd = async {
        let mut statuses = loaded.pages("/narrow", CROWD).await;
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 200, 200, 503, 503]);
    };
    let meanwhile = async {
        loaded.until(|_| loaded.deployment("narrow", "Narrow").refused == 2).await;
        loaded.call(WELL, BADLY).await;
        loaded.cancel(CANCELLED).await;
        assert_eq!(loaded.pages("/quick", PAGES).await, [200; PAGES as usize]);
        assert_eq!(loaded.pages("/quick?fail", FAILED_PAGES).await, [502; FAILED_PAGES as usize]);
        loaded.pages("/slow", SLOW_PAGES).await;
        loaded.load_models(1).await;
        loaded.crash().await;
        loaded.fall_ill().await;
        // A replica's own series end with it, and begin with its successor.
        prometheus.scrape(1).await;
        loaded.serve.restart("slow", None).await.unwrap();
        prometheus.scrape(1).await;
        loaded.pages("/slow", LATER_PAGES).await;
        // One that is there, and one that is not. The first is asked for once more in the end.
        loaded.load_models(2).await;
        prometheus.scrape(3).await;
        let held = ask_all(prometheus, queries).await;
        loaded.open();
        held
    };
    let ((), held) = tokio::join!(crowd, meanwhile);
    loaded.batches(BATCHES).await;
    loaded.until(|_| loaded.deployment("far", "Far").running == 1).await;
    prometheus.scrape(6).await;
    (held, ask_all(prometheus, queries).await)
}

/// Prometheus has taken every line, and has nothing to say against it.
async fn assert_it_is_taken(prometheus: &Prometheus, text: &str) {
    assert_eq!(prometheus.target().await, ("up".to_owned(), String::new()));
    assert_eq!(prometheus.log(), "");
    let odd = prometheus.ask(r#"{job="serve",application=~"od.*"}"#).await.unwrap();
    assert!(
        !odd.is_empty() && odd.iter().all(|it| it.labels["application"] == ODD_NAME),
        "{odd:?}"
    );
    let names: BTreeSet<_> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split(['{', ' ']).next())
        .collect();
    let known = prometheus.ask(r#"count by (__name__) ({job="serve"})"#).await.unwrap();
    let known: BTreeSet<_> =
        known.iter().map(|sample| sample.labels["__name__"].as_str()).collect();
    let unknown: Vec<_> = names.difference(&known).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

struct Case {
    options: MetricsOptions,
    /// Where the guide has the names.
    column: usize,
    queries: Vec<Query>,
    held: &'static [Figure],
    done: &'static [Figure],
    counts: &'static [(&'static str, u32)],
}

impl Case {
    async fn check(self) {
        let Self { options, column, queries, held, done, counts } = self;
        let figures = || held.iter().chain(done);
        let expected: BTreeSet<_> = figures().map(|figure| figure.query.to_owned()).collect();
        let asked: BTreeSet<_> = queries.iter().map(|query| query.name.clone()).collect();
        assert_eq!(expected, asked, "every query has a figure");
        let loaded = Loaded::start(options).await;
        let prometheus = Prometheus::start(loaded.metrics).await;
        let watched = load(&loaded, &prometheus, &queries);
        let answers = tokio::time::timeout(Duration::from_secs(120), watched).await;
        let (while_held, in_the_end) = answers.expect("it ends");
        let mut problems = [problems(&while_held, held), problems(&in_the_end, done)].concat();
        for (series, count) in counts {
            let found = prometheus.ask(&format!("sum({series})")).await.unwrap();
            if !matches!(&found[..], [it] if Is((*count).into()).fits(it.value)) {
                problems.push(format!("{series} is {count}, but was {found:?}"));
            }
        }
        assert!(problems.is_empty(), "{problems:#?}\n{}", loaded.serve.metrics());
        assert_it_is_taken(&prometheus, &loaded.serve.metrics()).await;
        guide::assert_is_as_the_guide_says(column, &loaded.serve.metrics());
        drop(prometheus);
        loaded.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_query_of_our_dashboard_answers_with_the_right_figures() {
    let (options, queries) = (MetricsOptions::default(), dashboard::ours());
    Case { options, column: 0, queries, held: HELD, done: DONE, counts: &COUNTS }.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_query_of_rays_dashboards_answers_with_the_right_figures() {
    let (options, queries) = (MetricsOptions::ray(), dashboard::rays());
    Case { options, column: 1, queries, held: RAYS_HELD, done: RAYS_DONE, counts: &RAYS_COUNTS }
        .check()
        .await;
}
