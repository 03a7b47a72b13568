//! Requests that are traced: what a collector of OpenTelemetry gets of them, wherever the replicas are.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::time::Duration;

use futures::{StreamExt, stream};
use serve_core::prelude::*;
use serve_core::{Isolation, TraceOptions, context};
use tests::spans::{CollectedSpan, Collector};
use tests::{SOON, client, process_tests, spawn, stop, until_so, url, within};

#[derive(Default)]
struct Model;

#[deployment(max_ongoing_requests = 1, max_queued_requests = 2, remote)]
impl Model {
    async fn predict(&self, x: u32) -> u32 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        x
    }

    fn fails(&self) -> Result<u32, String> {
        Err("no".to_owned())
    }

    async fn count(&self, to: u32) -> impl Stream<Item = u32> {
        stream::iter(0..to)
    }

    #[batch(max_batch_size = 2, batch_wait_timeout = "10s")]
    async fn embed(&self, numbers: Vec<u32>) -> Vec<u32> {
        numbers
    }

    async fn waits(&self) -> u32 {
        tokio::time::sleep(Duration::from_secs(3600)).await;
        1
    }

    /// What it would send to another service.
    async fn sends(&self) -> Option<(String, Option<String>)> {
        let context = context()?;
        Some((context.trace_parent()?.to_owned(), context.trace_state().map(str::to_owned)))
    }
}

struct Front {
    model: ModelHandle,
}

#[deployment(route_prefix = "/front", remote)]
impl Front {
    fn new(model: ModelHandle) -> Self {
        Self { model }
    }

    #[get("/sum")]
    async fn sum(&self) -> Result<String, CallError> {
        let (one, two) = (self.model.predict.remote(1), self.model.predict.remote(2));
        Ok((one.await? + two.await?).to_string())
    }

    #[get("/stream")]
    async fn stream(&self) -> String {
        let items: Vec<_> = self.model.count.remote(3).collect().await;
        items.len().to_string()
    }

    #[get("/batch")]
    async fn batch(&self) -> Result<String, CallError> {
        let (one, two) = (self.model.embed.remote(1), self.model.embed.remote(2));
        Ok((one.await? + two.await?).to_string())
    }

    #[get("/fails")]
    async fn fails(&self) -> Result<String, HttpError> {
        let failed = self.model.fails.remote().await;
        failed.map(|n| n.to_string()).map_err(|_| HttpError::new(StatusCode::BAD_GATEWAY, "no"))
    }

    /// One runs, two wait, one is refused.
    #[get("/expires")]
    async fn expires(&self) -> Result<String, CallError> {
        let runs = self.model.predict.remote(1);
        let late = self.model.predict.timeout(Duration::from_millis(1)).remote(2).await;
        let late = matches!(late, Err(CallError::DeadlineExceeded));
        Ok(format!("{}", runs.await? * u32::from(late)))
    }

    #[get("/refused")]
    async fn refused(&self) -> String {
        let calls: Vec<_> = (0..4).map(|n| self.model.predict.remote(n)).collect();
        let mut refused = 0;
        for call in calls {
            refused += u32::from(call.await.is_err());
        }
        refused.to_string()
    }

    #[get("/waits")]
    async fn waits(&self) -> Result<String, CallError> {
        Ok(self.model.waits.remote().await?.to_string())
    }

    #[get("/sends")]
    async fn sends(&self) -> Result<String, CallError> {
        let own = context().and_then(|it| it.trace_parent().map(str::to_owned));
        let inner = self.model.sends.remote().await?;
        Ok(format!("{own:?} {inner:?}"))
    }
}

process_tests! {
    a_call_and_what_it_waits_for_are_below_the_request
    a_stream_has_a_span
    a_batch_is_below_its_first_item_and_knows_the_others
    what_fails_is_an_error
    a_call_that_is_refused_is_an_error
    a_client_that_leaves_ends_all_that_it_waits_for
    a_request_that_waits_for_a_replica_has_a_span_for_that
    a_call_that_expires_in_the_queue_has_a_span
    a_trace_that_a_client_has_begun_goes_on_and_is_passed_on
    a_client_that_wants_no_trace_gets_none
    the_next_request_obeys_a_changed_share
    calls_by_handle_are_traced_without_http
    a_collector_that_is_not_there_is_told_of_and_harms_nobody
    a_collector_that_never_answers_holds_up_neither_requests_nor_the_end
    options_that_cannot_be_are_refused_by_name
}

const EVERYWHERE: [Isolation; 3] = [Isolation::Task, Isolation::Thread, Isolation::Process];
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const CALLER: &str = "b7ad6b7169203331";

async fn start_traced(collector: &Collector, ratio: f64) -> Serve {
    start_sending(collector.url(), ratio).await
}

async fn start_sending(endpoint: String, ratio: f64) -> Serve {
    let traces =
        TraceOptions::default().endpoint(endpoint).service_name("of-a-test").sample_ratio(ratio);
    let builder = Serve::builder().http(HttpOptions::default().port(0)).traces(traces);
    within(SOON, builder.start()).await.unwrap()
}

async fn run(serve: &Serve, isolation: Isolation) -> FrontHandle {
    let model = Model::bind().isolation(isolation);
    within(SOON, serve.run(Front::bind(model).isolation(isolation))).await.unwrap()
}

async fn get(serve: &Serve, path: &str, headers: &[(&str, &str)]) -> String {
    let mut request = client().get(url(serve, path));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = within(SOON, request.send()).await.unwrap();
    within(SOON, response.text()).await.unwrap()
}

/// What one request over HTTP leaves with the collector, with replicas there.
async fn traced(isolation: Isolation, path: &str) -> (Collector, String) {
    let collector = Collector::start().await;
    let serve = start_traced(&collector, 1.0).await;
    run(&serve, isolation).await;
    let answer = get(&serve, path, &[]).await;
    stop(serve).await;
    let spans = collector.spans();
    let traces: std::collections::BTreeSet<_> = spans.iter().map(|span| &span.trace).collect();
    assert_eq!(traces.len(), 1, "one trace: {spans:#?}");
    let known = |parent: &str| spans.iter().any(|span| span.id == parent);
    let lost: Vec<_> =
        spans.iter().filter(|it| !it.parent.is_empty() && !known(&it.parent)).collect();
    assert!(lost.is_empty(), "no parent is missing: {lost:#?}");
    assert!(collector.services().iter().all(|name| name == "of-a-test"));
    (collector, answer)
}

/// The span of the request, and that of the method that answers it.
fn top(collector: &Collector, route: &str, method: &str) -> (CollectedSpan, CollectedSpan) {
    let (request, method) = (collector.only(route), collector.only(method));
    assert!(request.is_server && request.parent.is_empty(), "{request:?}");
    assert_eq!(method.parent, request.id);
    assert!(request.contains(&method), "{request:?} {method:?}");
    (request, method)
}

async fn a_call_and_what_it_waits_for_are_below_the_request() {
    for isolation in EVERYWHERE {
        let (collector, answer) = traced(isolation, "/front/sum").await;
        assert_eq!(answer, "3");
        let (request, method) = top(&collector, "GET /front", "Front.sum");
        assert_eq!(request.attributes["http.request.method"], "GET");
        assert_eq!(request.attributes["url.path"], "/front/sum");
        assert_eq!(request.attributes["http.route"], "/front");
        assert_eq!(request.attributes["http.response.status_code"], "200");
        assert_eq!(request.attributes["serve.request_id"].len(), 36);
        let calls = collector.named("Model.predict");
        assert_eq!(calls.len(), 2, "{isolation:?}: {:#?}", collector.spans());
        for call in &calls {
            assert_eq!(call.parent, method.id, "{isolation:?}");
            assert!(method.contains(call) && !call.is_error && !call.is_server);
            assert_eq!(call.attributes["serve.outcome"], "ok");
            assert_eq!(call.attributes["serve.application"], "default");
            assert!(call.attributes["serve.replica"].contains("Model"), "{call:?}");
            assert!(call.ended - call.begun >= 19_000_000, "{call:?}");
        }
        let waited = collector.only("queue Model");
        let second = calls.iter().find(|call| call.id == waited.parent).unwrap();
        assert!(second.contains(&waited), "{second:?} {waited:?}");
        assert_eq!(collector.spans().len(), 5, "{isolation:?}: {:#?}", collector.spans());
    }
}

async fn a_stream_has_a_span() {
    for isolation in EVERYWHERE {
        let (collector, answer) = traced(isolation, "/front/stream").await;
        assert_eq!(answer, "3");
        let (_, method) = top(&collector, "GET /front", "Front.stream");
        let stream = collector.only("Model.count");
        assert_eq!((&*stream.parent, stream.is_error), (&*method.id, false), "{isolation:?}");
        assert_eq!(stream.attributes["serve.outcome"], "ok");
    }
}

async fn a_batch_is_below_its_first_item_and_knows_the_others() {
    for isolation in EVERYWHERE {
        let (collector, answer) = traced(isolation, "/front/batch").await;
        assert_eq!(answer, "3");
        let (_, method) = top(&collector, "GET /front", "Front.batch");
        let items = collector.named("Model.embed");
        assert_eq!(items.len(), 2, "{isolation:?}: {:#?}", collector.spans());
        assert!(items.iter().all(|item| item.parent == method.id && !item.is_error));
        let batch = collector.only("batch Model.embed");
        assert_eq!(batch.attributes["serve.batch_size"], "2");
        let (first, others): (Vec<_>, Vec<_>) =
            items.iter().partition(|item| item.id == batch.parent);
        assert_eq!(first.len(), 1, "{isolation:?}");
        assert_eq!(batch.links, [others[0].id.clone()]);
    }
}

async fn what_fails_is_an_error() {
    for isolation in EVERYWHERE {
        let (collector, answer) = traced(isolation, "/front/fails").await;
        assert_eq!(answer, "no");
        let (request, method) = top(&collector, "GET /front", "Front.fails");
        let call = collector.only("Model.fails");
        assert!(request.is_error && method.is_error && call.is_error, "{isolation:?}");
        assert_eq!(request.attributes["http.response.status_code"], "502");
        assert_eq!(call.attributes["serve.outcome"], "error");
    }
}

async fn a_call_that_is_refused_is_an_error() {
    for isolation in EVERYWHERE {
        let (collector, answer) = traced(isolation, "/front/refused").await;
        assert_eq!(answer, "1");
        let calls = collector.named("Model.predict");
        let (refused, served): (Vec<_>, Vec<_>) = calls.iter().partition(|call| call.is_error);
        assert_eq!((refused.len(), served.len()), (1, 3), "{isolation:?}: {calls:#?}");
        assert!(!refused[0].attributes.contains_key("serve.replica"), "it never had one");
    }
}

async fn a_client_that_leaves_ends_all_that_it_waits_for() {
    for isolation in EVERYWHERE {
        let collector = Collector::start().await;
        let serve = start_traced(&collector, 1.0).await;
        run(&serve, isolation).await;
        let asking = spawn(client().get(url(&serve, "/front/waits")).send());
        until_so("its call runs", || {
            let deployments = &serve.snapshot().applications["default"].deployments;
            deployments["Model"].ongoing == 1
        })
        .await;
        asking.abort();
        until_so("nothing runs", || {
            let deployments = &serve.snapshot().applications["default"].deployments;
            deployments.values().all(|deployment| deployment.ongoing == 0)
        })
        .await;
        stop(serve).await;
        let (request, method) = top(&collector, "GET /front", "Front.waits");
        let call = collector.only("Model.waits");
        assert_eq!(call.parent, method.id, "{isolation:?}");
        assert!(request.is_error, "{request:?}");
        for span in [&method, &call] {
            assert_eq!(span.attributes["serve.outcome"], "cancelled", "{isolation:?}");
        }
    }
}

async fn a_request_that_waits_for_a_replica_has_a_span_for_that() {
    for isolation in EVERYWHERE {
        let collector = Collector::start().await;
        let serve = start_traced(&collector, 1.0).await;
        let model = Model::bind().isolation(isolation);
        let app = Front::bind(model).isolation(isolation).max_ongoing_requests(1);
        within(SOON, serve.run(app)).await.unwrap();
        let (one, two) = (get(&serve, "/front/sum", &[]), get(&serve, "/front/sum", &[]));
        let (one, two) = futures::join!(one, two);
        assert_eq!((&*one, &*two), ("3", "3"));
        stop(serve).await;
        let waited = collector.only("queue Front");
        let second = collector.spans().into_iter().find(|it| it.id == waited.parent).unwrap();
        assert_eq!(second.name, "Front.sum", "{isolation:?}");
        assert!(second.contains(&waited), "{second:?} {waited:?}");
    }
}

async fn a_call_that_expires_in_the_queue_has_a_span() {
    for isolation in EVERYWHERE {
        let (collector, answer) = traced(isolation, "/front/expires").await;
        assert_eq!(answer, "1");
        let calls = collector.named("Model.predict");
        let ends: Vec<_> = calls.iter().map(|call| &*call.attributes["serve.outcome"]).collect();
        assert!(ends.len() == 2 && ends.contains(&"ok"), "{isolation:?}: {calls:#?}");
        // Its caller in a process gives it up at its deadline, and may be heard before the server's own clock.
        let expired = calls.iter().find(|call| call.attributes["serve.outcome"] != "ok").unwrap();
        assert!(["timed_out", "cancelled"].contains(&&*expired.attributes["serve.outcome"]));
        assert!(!expired.attributes.contains_key("serve.replica"), "it never had one");
        let waited = collector.only("queue Model");
        assert_eq!(waited.parent, expired.id, "{isolation:?}");
    }
}

async fn a_trace_that_a_client_has_begun_goes_on_and_is_passed_on() {
    for isolation in EVERYWHERE {
        let collector = Collector::start().await;
        // Of those without a trace none is traced.
        let serve = start_traced(&collector, 0.0).await;
        run(&serve, isolation).await;
        let parent = format!("00-{TRACE}-{CALLER}-01");
        let headers = [("traceparent", &*parent), ("tracestate", "vendor=1")];
        let sent = get(&serve, "/front/sends", &headers).await;
        get(&serve, "/front/sends", &[]).await;
        stop(serve).await;
        let spans = collector.spans();
        assert_eq!(spans.len(), 3, "{isolation:?}: {spans:#?}");
        assert!(spans.iter().all(|span| span.trace == TRACE && span.state == "vendor=1"));
        assert_eq!(collector.only("GET /front").parent, CALLER);
        let [own, inner] = ["Front.sends", "Model.sends"].map(|name| collector.only(name).id);
        let (own, inner) = (format!("00-{TRACE}-{own}-01"), format!("00-{TRACE}-{inner}-01"));
        let expected = format!(r#"Some("{own}") Some(("{inner}", Some("vendor=1")))"#);
        assert_eq!(sent, expected, "{isolation:?}");
    }
}

async fn a_client_that_wants_no_trace_gets_none() {
    for isolation in EVERYWHERE {
        let collector = Collector::start().await;
        let serve = start_traced(&collector, 1.0).await;
        run(&serve, isolation).await;
        let parent = format!("00-{TRACE}-{CALLER}-00");
        let sent = get(&serve, "/front/sends", &[("traceparent", &parent)]).await;
        stop(serve).await;
        assert_eq!(sent, format!(r#"Some("{parent}") Some(("{parent}", None))"#), "{isolation:?}");
        assert_eq!(collector.spans(), []);
    }
}

/// Operators' demand 19: a changed sampler is obeyed, also by replicas that run.
async fn the_next_request_obeys_a_changed_share() {
    for isolation in EVERYWHERE {
        let collector = Collector::start().await;
        let serve = start_traced(&collector, 0.0).await;
        run(&serve, isolation).await;
        get(&serve, "/front/sum?first", &[]).await;
        serve.set_trace_sample_ratio(1.0).unwrap();
        assert_eq!(serve.trace_sample_ratio(), Some(1.0));
        get(&serve, "/front/sum", &[]).await;
        serve.set_trace_sample_ratio(0.0).unwrap();
        get(&serve, "/front/sum?last", &[]).await;
        assert!(serve.set_trace_sample_ratio(2.0).unwrap_err().to_string().contains("between 0"));
        stop(serve).await;
        assert_eq!(collector.named("GET /front").len(), 1, "{isolation:?}");
        assert_eq!(collector.named("Model.predict").len(), 2, "{isolation:?}");
    }
}

async fn calls_by_handle_are_traced_without_http() {
    for isolation in EVERYWHERE {
        let collector = Collector::start().await;
        let serve = start_traced(&collector, 1.0).await;
        let front = run(&serve, isolation).await;
        within(SOON, front.sum.remote()).await.unwrap();
        within(SOON, front.sum.call()).await.unwrap();
        stop(serve).await;
        let fronts = collector.named("Front.sum");
        assert_eq!(fronts.len(), 2, "{isolation:?}: {:#?}", collector.spans());
        assert!(fronts.iter().all(|front| front.parent.is_empty()), "{fronts:#?}");
        for front in fronts {
            let calls = collector.named("Model.predict").into_iter();
            assert_eq!(calls.filter(|call| call.parent == front.id).count(), 2, "{isolation:?}");
        }
    }
}

async fn a_collector_that_is_not_there_is_told_of_and_harms_nobody() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let serve = start_sending(format!("http://{nobody}"), 1.0).await;
    run(&serve, Isolation::Task).await;
    assert_eq!(get(&serve, "/front/sum", &[]).await, "3");
    stop(serve).await;
}

async fn a_collector_that_never_answers_holds_up_neither_requests_nor_the_end() {
    // Connections are taken by the system, and nobody reads them.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let serve = start_sending(endpoint, 1.0).await;
    run(&serve, Isolation::Task).await;
    assert_eq!(get(&serve, "/front/sum", &[]).await, "3");
    stop(serve).await;
    drop(silent);
}

async fn options_that_cannot_be_are_refused_by_name() {
    let traces = TraceOptions::default().endpoint("collector:4318").sample_ratio(-1.0);
    let error = Serve::builder().traces(traces).start().await.unwrap_err().to_string();
    assert!(error.contains("`collector:4318`") && error.contains("sample_ratio"), "{error}");
    let serve = tests::start_without_http().await;
    let error = serve.set_trace_sample_ratio(0.5).unwrap_err().to_string();
    assert!(error.contains("Serve::builder().traces(..)"), "{error}");
    assert_eq!(serve.trace_sample_ratio(), None);
    stop(serve).await;
}
