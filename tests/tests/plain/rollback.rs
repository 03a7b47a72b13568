//! Going back to what ran before.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use serve_core::Error;
use serve_core::prelude::*;
use tests::{SOON, start_without_http, stop, within};

struct Greeter {
    greeting: String,
}

#[deployment]
impl Greeter {
    fn new(greeting: String) -> Self {
        Self { greeting }
    }

    fn greet(&self) -> String {
        self.greeting.clone()
    }
}

async fn greeting(serve: &Serve) -> String {
    let handle = serve.app_handle::<Greeter>("default").unwrap();
    within(SOON, handle.greet.remote()).await.unwrap()
}

#[tokio::test]
async fn a_rollback_after_restarts_goes_back_to_what_ran_before_them() {
    let serve = start_without_http().await;
    within(SOON, serve.run(Greeter::bind("good"))).await.unwrap();
    within(SOON, serve.run(Greeter::bind("bad"))).await.unwrap();
    for _ in 0..3 {
        within(SOON, serve.restart("default", None)).await.unwrap();
    }
    within(SOON, serve.rollback("default")).await.unwrap();
    assert_eq!(greeting(&serve).await, "good");
    within(SOON, serve.rollback("default")).await.unwrap();
    assert_eq!(greeting(&serve).await, "bad", "the second undoes the first");
    stop(serve).await;
}

#[tokio::test]
async fn a_rollback_of_a_first_version_that_was_restarted_says_that_there_is_none() {
    let serve = start_without_http().await;
    within(SOON, serve.run(Greeter::bind("only"))).await.unwrap();
    within(SOON, serve.restart("default", None)).await.unwrap();
    let outcome = within(SOON, serve.rollback("default")).await;
    assert!(matches!(outcome, Err(Error::NoRollback { .. })), "{outcome:?}");
    stop(serve).await;
}
