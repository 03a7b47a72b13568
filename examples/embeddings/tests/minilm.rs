//! Whether the real model computes what it computes elsewhere.
//!
//! It is not shipped, so these tests pass without it and say so. The expected vectors are from an
//! independent computation of the same weights in double precision, with Hugging Face's own
//! tokenizer; the expected similarities are those in the documentation of Sentence Transformers.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::path::Path;

use embeddings::Embedder;

const SENTENCES: [&str; 3] =
    ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."];

/// The first features of each sentence.
const FEATURES: [[f32; 8]; 3] = [
    [0.01920, 0.12009, 0.15960, 0.06707, 0.05007, -0.02592, 0.05647, -0.09286],
    [-0.01869, 0.04152, 0.07432, 0.07843, 0.07557, -0.01251, 0.08836, -0.06979],
    [0.13650, 0.08227, -0.02526, 0.03045, 0.05331, 0.05081, 0.08616, 0.09999],
];

/// The cosine of each pair of sentences.
const SIMILARITIES: [(usize, usize, f32); 3] = [(0, 1, 0.6660), (0, 2, 0.1046), (1, 2, 0.1411)];

#[expect(clippy::print_stderr, reason = "a test that is skipped should say so")]
fn fetched() -> Option<Embedder> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("model/minilm");
    if !directory.is_dir() {
        eprintln!("skipped: fetch-model.sh has not been run");
        return None;
    }
    Some(Embedder::load(&directory).unwrap())
}

fn embed(embedder: &Embedder, texts: &[&str]) -> Vec<Vec<f32>> {
    let texts: Vec<_> = texts.iter().map(|&text| text.to_owned()).collect();
    embedder.embed(&texts).unwrap()
}

/// The cosine, as the vectors have length one.
fn similarity(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

#[test]
fn the_vectors_are_those_of_another_implementation() {
    let Some(embedder) = fetched() else { return };
    for (embedding, expected) in embed(&embedder, &SENTENCES).iter().zip(FEATURES) {
        assert_eq!(embedding.len(), 384);
        for (feature, expected) in embedding.iter().zip(expected) {
            assert!((feature - expected).abs() < 1e-4, "{feature} {expected}");
        }
    }
}

#[test]
fn the_similarities_are_those_that_are_published() {
    let Some(embedder) = fetched() else { return };
    let embeddings = embed(&embedder, &SENTENCES);
    for (one, other, expected) in SIMILARITIES {
        let similarity = similarity(&embeddings[one], &embeddings[other]);
        assert!((similarity - expected).abs() < 1e-4, "{similarity} {expected}");
    }
}

#[test]
fn a_sentence_is_closest_to_the_one_that_means_the_same() {
    let Some(embedder) = fetched() else { return };
    let pairs = [
        ("How do I reset my password?", "I forgot my login credentials and cannot sign in."),
        ("A man is playing the guitar.", "Someone makes music on a string instrument."),
        ("The bank raised its interest rates.", "Borrowing money has become more expensive."),
        ("The cat sleeps on the sofa.", "A kitten is napping on the couch."),
    ];
    let questions = embed(&embedder, &pairs.map(|(question, _)| question));
    let answers = embed(&embedder, &pairs.map(|(_, answer)| answer));
    for (index, question) in questions.iter().enumerate() {
        let closeness = |&other: &usize| similarity(question, &answers[other]);
        let closest = (0..answers.len()).max_by(|a, b| closeness(a).total_cmp(&closeness(b)));
        assert_eq!(closest, Some(index));
    }
}

#[test]
fn a_text_has_the_same_vector_in_a_batch_as_alone() {
    let Some(embedder) = fetched() else { return };
    let long = "A sentence that is longer than the model reads. ".repeat(50);
    let texts = ["", SENTENCES[0], &long, SENTENCES[1]];
    for (text, together) in texts.iter().zip(embed(&embedder, &texts)) {
        let alone = embed(&embedder, &[text]).remove(0);
        for (alone, together) in alone.iter().zip(together) {
            assert!((alone - together).abs() < 1e-4, "{alone} {together}");
        }
    }
}

#[test]
fn tokens_are_cut_at_256() {
    let Some(embedder) = fetched() else { return };
    assert_eq!(embedder.tokens(SENTENCES[0]), 8);
    assert_eq!(embedder.tokens(&"word ".repeat(1000)), 256);
}
