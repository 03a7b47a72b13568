//! Drives the example as its user would: sentences over HTTP and by handle. With the tiny model, so that
//! it is the same whether or not the real one has been fetched.

use std::path::{Path, PathBuf};

use embeddings::{Answer, Ask, Embeddings, EmbeddingsHandle};
use serve_core::{HttpOptions, Serve};

fn tiny() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("model/tiny")
}

async fn serve() -> (Serve, EmbeddingsHandle, String) {
    let options = HttpOptions::default().port(0);
    let serve = Serve::builder().http(options).start().await.expect("a free port");
    let handle = serve.run(Embeddings::bind(tiny())).await.expect("the tiny model");
    let url = format!("http://{}/embed", serve.http_addr().expect("HTTP is on"));
    (serve, handle, url)
}

fn ask(texts: &[&str]) -> Ask {
    Ask { texts: texts.iter().map(|&text| text.to_owned()).collect() }
}

fn is_close(one: &[f32], other: &[f32]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| (one - other).abs() < 1e-4)
}

#[tokio::test]
async fn sentences_over_http_have_the_vectors_that_a_handle_gets() {
    let (serve, handle, url) = serve().await;
    let texts = ["The cat sits on the mat.", "A dog barks.", ""];
    let answer = reqwest::Client::new().post(&url).json(&ask(&texts)).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let Answer { embeddings } = answer.json().await.unwrap();
    assert_eq!(embeddings.len(), texts.len());
    for (text, embedding) in texts.into_iter().zip(&embeddings) {
        assert!(is_close(&handle.embed.remote(text).await.unwrap(), embedding), "{text}");
    }
    serve.shutdown().await.unwrap();
}

#[tokio::test]
async fn each_of_many_callers_gets_the_vector_of_its_own_sentence() {
    let (serve, handle, _) = serve().await;
    let texts: Vec<String> = (0..100).map(|n| "cat ".repeat(n % 7 + 1)).collect();
    let all = texts.iter().map(|text| handle.embed.remote(text));
    let all: Vec<Vec<f32>> = serve_core::get_async(all).await.unwrap();
    for (index, embedding) in all.iter().enumerate() {
        assert!(is_close(embedding, &all[index % 7]), "{index}");
    }
    serve.shutdown().await.unwrap();
}

#[tokio::test]
async fn too_much_at_a_time_is_refused_with_the_limit() {
    let (serve, _, url) = serve().await;
    let post = |ask: Ask| reqwest::Client::new().post(&url).json(&ask).send();
    let many = post(ask(&["a"; 257])).await.unwrap();
    assert_eq!(many.status(), 422);
    assert_eq!(many.text().await.unwrap(), "257 texts are too many; send at most 256");
    let long = post(Ask { texts: vec!["a".repeat(9000)] }).await.unwrap();
    assert_eq!(long.text().await.unwrap(), "text 0 has 9000 bytes; send at most 8192");
    serve.shutdown().await.unwrap();
}
