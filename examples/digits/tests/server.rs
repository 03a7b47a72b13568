//! Drives the example as its user would: images over HTTP and by handle.

use std::path::{Path, PathBuf};

use digits::{Digits, MODEL};
use serve_core::{CallError, HttpOptions, Serve};

fn sample(name: &str) -> Vec<u8> {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name);
    std::fs::read(path).unwrap()
}

async fn serve() -> (Serve, digits::DigitsHandle, String) {
    let options = HttpOptions::default().port(0);
    let serve = Serve::builder().http(options).start().await.unwrap();
    let handle = serve.run(Digits::bind(MODEL)).await.unwrap();
    let url = format!("http://{}/digits", serve.http_addr().unwrap());
    (serve, handle, url)
}

#[tokio::test]
async fn every_sample_is_read_over_http() {
    let (serve, _, url) = serve().await;
    let client = reqwest::Client::new();
    for digit in 0..10 {
        let png = sample(&format!("{digit}.png"));
        let answer = client.post(&url).body(png).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let prediction: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(prediction["digit"], digit);
    }
    serve.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_is_no_image_is_the_clients_fault_and_explained() {
    let (serve, handle, url) = serve().await;
    let answer = reqwest::Client::new().post(&url).body("not a png").send().await.unwrap();
    assert_eq!(answer.status(), 422);
    assert_eq!(answer.text().await.unwrap(), "this is not a PNG image");
    assert!(matches!(handle.classify.remote(b"nor this").await, Err(CallError::App(_))));
    serve.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_handle_reads_many_at_once() {
    let (serve, handle, _) = serve().await;
    let references: Vec<_> =
        (0..10).map(|digit| handle.classify.remote(sample(&format!("{digit}.png")))).collect();
    let read: Vec<u8> = serve_core::get_async(references)
        .await
        .unwrap()
        .into_iter()
        .map(|prediction| prediction.digit)
        .collect();
    assert_eq!(read, (0..10).collect::<Vec<u8>>());
    serve.shutdown().await.unwrap();
}
