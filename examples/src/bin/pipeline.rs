//! A pipeline of three deployments: unfinished results as arguments, and a batch in the middle.
//!
//! Every stage starts at once and gets its argument when the stage before is done; a failure anywhere is
//! the failure of the whole. The middle stage is batched: it sees the texts of many requests together.
//!
//! Run with `cargo run -p examples --bin pipeline`, then `curl -d 'Hello, hello world' localhost:8000/`.

use std::collections::BTreeMap;

use serve_core::prelude::*;

#[derive(Default)]
struct Cleaner;

#[deployment]
impl Cleaner {
    fn clean(&self, text: &str) -> String {
        text.chars().filter(|c| c.is_alphanumeric() || c.is_whitespace()).collect()
    }
}

#[derive(Default)]
struct Counter;

#[deployment(num_replicas = 2)]
impl Counter {
    /// Callers pass one text and get one count; the method sees up to 16 of them at a time.
    #[batch(max_batch_size = 16)]
    #[blocking]
    fn count(&self, texts: Vec<String>) -> Vec<BTreeMap<String, usize>> {
        let count = |text: &String| {
            text.split_whitespace().fold(BTreeMap::new(), |mut counts, word| {
                *counts.entry(word.to_lowercase()).or_default() += 1;
                counts
            })
        };
        texts.iter().map(count).collect()
    }
}

#[derive(Default)]
struct Judge;

#[deployment]
impl Judge {
    fn most_frequent(&self, counts: BTreeMap<String, usize>) -> Result<String, String> {
        let most = counts.into_iter().max_by_key(|(_, count)| *count);
        most.map(|(word, count)| format!("{word}: {count}")).ok_or("there are no words".to_owned())
    }
}

struct Pipeline {
    cleaner: CleanerHandle,
    counter: CounterHandle,
    judge: JudgeHandle,
}

#[deployment(route_prefix = "/")]
impl Pipeline {
    fn new(cleaner: CleanerHandle, counter: CounterHandle, judge: JudgeHandle) -> Self {
        Self { cleaner, counter, judge }
    }

    async fn __call__(&self, text: String) -> Result<String, CallError<String>> {
        let cleaned = self.cleaner.clean.remote(text);
        let counts = self.counter.count.remote(cleaned);
        self.judge.most_frequent.remote(counts).await
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt::init();
    let app = Pipeline::bind(Cleaner::bind(), Counter::bind(), Judge::bind());
    let handle = serve_core::run(app).await?;
    println!("by handle: {}", handle.remote("Hello, hello world").await?);
    println!("by HTTP:   curl -d 'Hello, hello world' localhost:8000/");
    serve_core::wait_for_shutdown().await?;
    Ok(())
}
