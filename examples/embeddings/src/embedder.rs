//! From texts to unit vectors: tokenizer, encoder and pooling in one.

use std::fmt;
use std::fs;
use std::io;
use std::path::Path;

use candle_core::{D, DType, Device, Result as CandleResult, Tensor};
use candle_nn::VarBuilder;
use serde::de::DeserializeOwned;

use crate::bert::Bert;
use crate::config::{BertConfig, SentenceConfig};
use crate::error::{EmbedError, LoadError};
use crate::tokenizer::Tokenizer;

/// A model, ready to embed texts. Threads can share it.
pub struct Embedder {
    tokenizer: Tokenizer,
    bert: Bert,
}

impl Embedder {
    /// Loads the model in a directory (see the [crate](crate) for its files).
    ///
    /// # Errors
    ///
    /// A file is missing or damaged, or is for another kind of model.
    pub fn load(directory: &Path) -> Result<Self, LoadError> {
        let config: BertConfig = read_json(&directory.join("config.json"))?;
        let sentence: SentenceConfig = read_json(&directory.join("sentence_bert_config.json"))?;
        let vocabulary = read(&directory.join("vocab.txt"), fs::read)?;
        let tokenizer = Tokenizer::new(&vocabulary, sentence.max_seq_length)?;
        config.check(&sentence, tokenizer.pieces())?;

        // The bytes are gone once the tensors are made of them, the weights are not held twice.
        let weights = read(&directory.join("model.safetensors"), fs::read)?;
        let bert = VarBuilder::from_buffered_safetensors(weights, DType::F32, &Device::Cpu)
            .and_then(|weights| Bert::load(&config, &weights))
            .map_err(LoadError::Weights)?;
        Ok(Self { tokenizer, bert })
    }

    /// How many word pieces the model reads of a text: what embedding it costs.
    ///
    /// The marks for its begin and end are counted, so it is two for an empty text. What is longer
    /// than the model allows (256 for MiniLM) is cut, here and in [`embed`](Self::embed).
    #[must_use]
    pub fn tokens(&self, text: &str) -> usize {
        self.tokenizer.encode(text).len()
    }

    /// Embeds texts: a vector of length one for each, in their order.
    ///
    /// The texts are computed as one batch, each padded to the longest, so the cost is that of the
    /// longest times their number. With whom a text shares a batch does not change its vector,
    /// other than by rounding.
    ///
    /// # Errors
    ///
    /// The computation fails, which the texts cannot cause.
    pub fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, EmbedError> {
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        let (ids, mask) = self.batch(texts)?;
        let hidden = self.bert.forward(&ids, &mask)?;
        Ok(normalize(&mean(&hidden, &mask)?)?.to_vec2()?)
    }

    /// The ids of the pieces and the mask that tells them from padding, both (text, piece).
    fn batch(&self, texts: &[String]) -> CandleResult<(Tensor, Tensor)> {
        let encoded: Vec<_> = texts.iter().map(|text| self.tokenizer.encode(text)).collect();
        let longest = encoded.iter().map(Vec::len).max().unwrap_or(0);

        let (mut ids, mut mask) = (Vec::new(), Vec::new());
        for (row, text) in (1..).zip(encoded) {
            mask.resize(mask.len() + text.len(), 1_f32);
            mask.resize(row * longest, 0.0);
            ids.extend(text);
            ids.resize(row * longest, self.tokenizer.padding());
        }
        let shape = (texts.len(), longest);
        let ids = Tensor::from_vec(ids, shape, &Device::Cpu)?;
        Ok((ids, Tensor::from_vec(mask, shape, &Device::Cpu)?))
    }
}

impl fmt::Debug for Embedder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Embedder").finish_non_exhaustive()
    }
}

/// The mean of the pieces of each text, without its padding.
fn mean(hidden: &Tensor, mask: &Tensor) -> CandleResult<Tensor> {
    let sum = hidden.broadcast_mul(&mask.unsqueeze(D::Minus1)?)?.sum(1)?;
    // Not zero: a text has its marks at least.
    sum.broadcast_div(&mask.sum_keepdim(1)?)
}

/// Each row with length one, so that a scalar product is the cosine of an angle.
fn normalize(rows: &Tensor) -> CandleResult<Tensor> {
    let length = rows.sqr()?.sum_keepdim(1)?.sqrt()?;
    rows.broadcast_div(&length)
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, LoadError> {
    serde_json::from_slice(&read(path, fs::read)?)
        .map_err(|source| LoadError::Config { path: path.to_owned(), source })
}

fn read<'p, T>(path: &'p Path, read: fn(&'p Path) -> io::Result<T>) -> Result<T, LoadError> {
    read(path).map_err(|source| LoadError::Read { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> Embedder {
        Embedder::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("model/tiny")).unwrap()
    }

    fn texts() -> Vec<String> {
        let long = "the time of the year ".repeat(100);
        ["", "the", "What is the name of the river?", "水 ✨ naïve", &long, "the"]
            .map(str::to_owned)
            .to_vec()
    }

    #[test]
    fn there_is_a_vector_of_length_one_for_each_text() {
        let embeddings = shipped().embed(&texts()).unwrap();
        assert_eq!(embeddings.len(), texts().len());
        for embedding in embeddings {
            assert_eq!(embedding.len(), 32);
            let length = embedding.iter().map(|x| x * x).sum::<f32>().sqrt();
            assert!((length - 1.0).abs() < 1e-5, "{length}");
        }
    }

    #[test]
    fn a_text_has_the_same_vector_in_a_batch_as_alone() {
        let embedder = shipped();
        let together = embedder.embed(&texts()).unwrap();
        for (text, together) in texts().into_iter().zip(together) {
            let alone = embedder.embed(&[text]).unwrap().remove(0);
            for (alone, together) in alone.iter().zip(together) {
                assert!((alone - together).abs() < 1e-4, "{alone} {together}");
            }
        }
    }

    #[test]
    fn different_texts_have_different_vectors() {
        let embeddings = shipped().embed(&texts()).unwrap();
        assert_ne!(embeddings[1], embeddings[2]);
        let order = shipped().embed(&["you see me".to_owned(), "me see you".to_owned()]).unwrap();
        assert_ne!(order[0], order[1]);
    }

    #[test]
    fn no_texts_have_no_vectors() {
        assert!(shipped().embed(&[]).unwrap().is_empty());
    }

    #[test]
    fn tokens_count_the_marks_and_end_where_the_text_is_cut() {
        let embedder = shipped();
        assert_eq!(embedder.tokens(""), 2);
        assert_eq!(embedder.tokens("the name of the river"), 7);
        assert_eq!(embedder.tokens(&"the ".repeat(1000)), 64);
    }

    #[test]
    fn what_is_cut_does_not_change_the_vector() {
        let texts = ["the ".repeat(62), "the ".repeat(62) + "river"];
        let embeddings = shipped().embed(&texts).unwrap();
        assert_eq!(embeddings[0], embeddings[1]);
    }

    #[test]
    fn threads_can_share_an_embedder() {
        let embedder = shipped();
        let expected = embedder.embed(&texts()).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| assert_eq!(embedder.embed(&texts()).unwrap(), expected));
            }
        });
    }

    #[test]
    fn a_directory_without_a_model_is_refused_with_the_missing_file() {
        let error = Embedder::load(Path::new("/nowhere")).unwrap_err();
        assert!(matches!(error, LoadError::Read { .. }));
        assert!(error.to_string().starts_with("cannot read /nowhere/config.json: "), "{error}");
    }
}
