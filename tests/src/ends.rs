//! A deployment whose methods end in every way that a call can, wherever its replicas run, and how those ends
//! shall be counted.

use std::time::Duration;

use futures::{StreamExt, future, stream};
use serve_core::prelude::*;

use crate::{SOON, fetch_text, until_so, within};

/// Ends in every way that a call can.
#[derive(Debug, Default)]
pub struct Ends;

#[deployment(route_prefix = "/ends")]
impl Ends {
    /// Answers.
    pub fn well(&self) -> u32 {
        1
    }

    /// Fails with an error of its own.
    pub fn badly(&self) -> Result<u32, String> {
        Err("no".to_owned())
    }

    /// Panics.
    pub fn panics(&self) -> u32 {
        panic!("as it is meant to")
    }

    /// Never ends by itself.
    pub async fn waits(&self) -> u32 {
        future::pending().await
    }

    /// So many items.
    pub async fn counts(&self, to: u32) -> impl Stream<Item = u32> {
        stream::iter(0..to)
    }

    /// Fails for zero alone.
    #[batch(max_batch_size = 4, batch_wait_timeout = "20ms")]
    pub fn together(&self, numbers: Vec<u32>) -> Vec<Result<u32, String>> {
        numbers.into_iter().map(|n| if n == 0 { Err("zero".to_owned()) } else { Ok(n) }).collect()
    }

    /// `?fail=client` is the client's fault, `?fail=server` the server's.
    pub async fn __call__(&self, request: Request) -> Result<String, HttpError> {
        match request.query_param("fail").as_deref() {
            Some("client") => Err(HttpError::bad_request("yours")),
            Some("server") => Err(HttpError::new(StatusCode::BAD_GATEWAY, "ours")),
            _ => Ok("well".to_owned()),
        }
    }

    /// Takes 40 ms.
    #[get("/slow")]
    pub async fn slow(&self) -> &'static str {
        tokio::time::sleep(Duration::from_millis(40)).await;
        "at last"
    }

    /// Sends one event, and then nothing for ever.
    #[get("/stream")]
    pub async fn stream(&self) -> impl Stream<Item = Event> {
        stream::iter([Event::default().data("first")]).chain(stream::pending())
    }
}

/// Makes each kind of call to the default application, and asserts that each is counted as what it was.
///
/// # Panics
///
/// A call ends otherwise than it should, or is counted otherwise.
pub async fn assert_that_counts_are_exact(serve: &Serve) {
    make_all_calls(serve).await;
    let all = [
        ("well", "ok", 400.0),
        ("badly", "error", 2.0),
        ("panics", "panicked", 1.0),
        ("waits", "cancelled", 1.0),
        ("waits", "timed_out", 1.0),
        ("counts", "ok", 1.0),
        ("together", "ok", 3.0),
        ("together", "error", 1.0),
        ("__call__", "ok", 2.0),
        ("__call__", "error", 1.0),
    ];
    // A call is counted when it has ended, which may be after its caller has gone.
    until_so("as many calls have been counted as were made", || {
        let text = serve.metrics();
        all.iter().all(|(method, end, count)| ended(&text, method, end) >= Some(*count))
    })
    .await;
    let text = serve.metrics();
    for (method, end, count) in all {
        assert_eq!(ended(&text, method, end), Some(count), "{method} {end}\n{text}");
    }
    let of_method = |name: &str, method: &str| {
        let labels = format!("application=\"default\",deployment=\"Ends\",method=\"{method}\"");
        value(&text, &format!("{name}{{{labels}}}"))
    };
    assert_eq!(of_method("serve_request_duration_seconds_count", "well"), Some(400.0), "{text}");
    assert_eq!(of_method("serve_batch_size_sum", "together"), Some(4.0), "{text}");
}

async fn make_all_calls(serve: &Serve) {
    let handle = serve.app_handle::<Ends>("default").expect("it runs");
    for _ in 0..200 {
        handle.well.remote().await.expect("it answers");
        handle.well.call().await.expect("it answers");
    }
    handle.badly.remote().await.expect_err("its own error");
    handle.badly.call().await.expect_err("its own error");
    handle.panics.remote().await.expect_err("it panics");
    let waiting = within(SOON, handle.waits.remote().assigned()).await.expect("it is sent");
    waiting.cancel();
    waiting.await.expect_err("it is cancelled");
    handle.waits.timeout(Duration::from_millis(50)).remote().await.expect_err("it is late");
    let items: Vec<_> = handle.counts.remote(5).collect().await;
    assert_eq!(items.len(), 5);
    let batch = (0..4).map(|n| handle.together.remote(n)).collect::<Vec<_>>();
    within(SOON, serve_core::get_async(batch)).await.expect_err("one of them is zero");
    for (path, status) in [("/ends", 200), ("/ends?fail=client", 400), ("/ends?fail=server", 502)] {
        assert_eq!(fetch_text(serve, path).await.0, status, "{path}");
    }
}

/// The calls of a method of the default application that ended so.
#[must_use]
pub fn ended(text: &str, method: &str, end: &str) -> Option<f64> {
    let labels = format!(
        "application=\"default\",deployment=\"Ends\",method=\"{method}\",outcome=\"{end}\""
    );
    value(text, &format!("serve_requests_total{{{labels}}}"))
}

/// The value of a series in what [`Serve::metrics`] shows: its name with its labels.
#[must_use]
pub fn value(text: &str, series: &str) -> Option<f64> {
    let line = text.lines().find(|line| line.starts_with(series))?;
    line.rsplit(' ').next()?.parse().ok()
}
