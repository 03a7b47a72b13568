//! Replicas in processes of a program of usual tests, which has no `main` that could begin with `init`.

use serve_core::prelude::*;
use tests::{SOON, start_without_http, within};

#[derive(Default)]
struct Native;

#[deployment(isolation = "process")]
impl Native {
    fn pid(&self) -> u32 {
        std::process::id()
    }

    fn arguments(&self) -> Vec<String> {
        std::env::args().skip(1).collect()
    }
}

#[tokio::test]
async fn a_replica_lives_in_a_process_under_the_usual_harness() {
    let handle = within(SOON, Native::deploy()).await.unwrap();
    assert_ne!(within(SOON, handle.pid.remote()).await.unwrap(), std::process::id());
    within(SOON, serve_core::shutdown()).await.unwrap();
}

#[tokio::test]
async fn its_process_runs_no_other_test() {
    let serve = start_without_http().await;
    let handle = within(SOON, serve.run(Native::bind())).await.unwrap();
    let arguments = within(SOON, handle.arguments.remote()).await.unwrap();
    assert_eq!(arguments, ["--exact", "serve_replica", "--nocapture"]);
    within(SOON, serve.shutdown()).await.unwrap();
}
