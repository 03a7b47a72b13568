//! The deployment that embeds: texts with the same groups of three letters have vectors that are close.

use serve_core::prelude::*;

/// How many features a vector has.
pub(crate) const DIMENSIONS: usize = 256;

/// Turns texts into vectors.
#[derive(Debug, Default)]
pub struct Embedder;

#[deployment]
impl Embedder {
    /// The vector of one text, of unit length. It is made together with others that wait, of whatever request.
    #[batch(max_batch_size = 64)]
    #[expect(clippy::needless_pass_by_value, reason = "a batched method is given its items")]
    pub fn embed(&self, texts: Vec<String>) -> Vec<Vec<f32>> {
        texts.iter().map(|text| embedding(text)).collect()
    }
}

/// How often each group of three letters is there, the groups dealt out to the features by their hash.
fn embedding(text: &str) -> Vec<f32> {
    // An empty one has a group as well.
    let letters: Vec<char> = format!("  {text} ").to_lowercase().chars().collect();
    let mut features = vec![0.0_f32; DIMENSIONS];
    letters.windows(3).for_each(|group| features[hash(group) % DIMENSIONS] += 1.0);
    let length = features.iter().map(|feature| feature * feature).sum::<f32>().sqrt();
    features.iter().map(|feature| feature / length).collect()
}

/// FNV-1a, because that of the standard library may change with its version.
fn hash(letters: &[char]) -> usize {
    let step = |hash: u32, &letter: &char| (hash ^ u32::from(letter)).wrapping_mul(0x0100_0193);
    letters.iter().fold(0x811c_9dc5, step) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closeness(one: &str, other: &str) -> f32 {
        embedding(one).iter().zip(embedding(other)).map(|(one, other)| one * other).sum()
    }

    #[test]
    fn texts_of_the_same_letters_are_closer_than_others() {
        let (rabbit, rabbits, cat) = ("a white rabbit", "White rabbits", "Do cats eat bats?");
        assert!(closeness(rabbit, rabbits) > closeness(rabbit, cat));
    }

    #[test]
    fn every_vector_has_unit_length() {
        for text in ["", "a", "ж→", &"long ".repeat(1000)] {
            assert!((closeness(text, text) - 1.0).abs() < 1e-5, "{text}");
        }
    }
}
