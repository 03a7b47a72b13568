// What both builds of the shop have in common. `mixed_old.rs` and `mixed_new.rs` include it and add the
// block of methods of their version; the test `mixed_builds` lets one be the server and the other its
// replica.

/// `mixed_old program`: a server whose replicas are that program. Says what became of each call.
#[expect(clippy::print_stdout, reason = "it is what the test reads")]
fn main() {
    serve_core::init();
    let program = std::env::args().nth(1).expect("the program of the replicas");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let builder = Serve::builder().http(HttpOptions::disabled()).process_program(program);
        let serve = builder.start().await.expect("a server");
        match serve.run(Shop::bind("EUR")).await {
            Ok(shop) => {
                for line in ask(&shop).await {
                    println!("{line}");
                }
            }
            Err(error) => println!("deploy: {error}"),
        }
        serve.shutdown().await.expect("an end");
    });
}

fn line<T: std::fmt::Debug>(name: &str, outcome: Result<T, CallError>) -> String {
    match outcome {
        Ok(value) => format!("{name}: {value:?}"),
        Err(error) => format!("{name}: {error} (executed: {:?})", error.executed()),
    }
}
