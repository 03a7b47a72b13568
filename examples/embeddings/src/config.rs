//! The shape of a model, as its files tell it.
//!
//! Only the fields that change the computation are read. What is not computed here, like an
//! activation other than GELU, is refused when the model is loaded.

use serde::Deserialize;

use crate::error::LoadError;

/// `config.json`, in the spelling of the file.
#[derive(Debug, Deserialize)]
pub(crate) struct BertConfig {
    pub(crate) vocab_size: usize,
    pub(crate) hidden_size: usize,
    pub(crate) num_hidden_layers: usize,
    pub(crate) num_attention_heads: usize,
    pub(crate) intermediate_size: usize,
    pub(crate) max_position_embeddings: usize,
    pub(crate) type_vocab_size: usize,
    pub(crate) layer_norm_eps: f64,
    #[serde(rename = "hidden_act")]
    _hidden_act: Activation,
}

/// The one activation there is: naming another is an error of the file.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Activation {
    Gelu,
}

/// `sentence_bert_config.json`: how the model was trained on sentences.
#[derive(Debug, Deserialize)]
pub(crate) struct SentenceConfig {
    /// Longer texts are cut, as the model has not learned from them.
    pub(crate) max_seq_length: usize,
}

impl BertConfig {
    /// Refuses what could only fail later, in the middle of a computation.
    pub(crate) fn check(&self, sentence: &SentenceConfig, pieces: usize) -> Result<(), LoadError> {
        let Self { vocab_size, hidden_size, num_attention_heads: heads, .. } = *self;
        let (length, positions) = (sentence.max_seq_length, self.max_position_embeddings);
        let contradiction = if heads == 0 || !hidden_size.is_multiple_of(heads) {
            format!("{heads} attention heads cannot share {hidden_size} features")
        } else if !(3..=positions).contains(&length) {
            // The two marks and one piece of text are the least.
            format!("a text has up to {length} pieces, not from 3 to {positions}")
        } else if pieces > vocab_size {
            format!("the vocabulary has {pieces} pieces, the model {vocab_size}")
        } else {
            return Ok(());
        };
        Err(LoadError::Contradiction(contradiction))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> BertConfig {
        let shipped = include_str!("../model/tiny/config.json");
        serde_json::from_str(shipped).unwrap()
    }

    fn refusal(config: &BertConfig, max_seq_length: usize, pieces: usize) -> String {
        config.check(&SentenceConfig { max_seq_length }, pieces).unwrap_err().to_string()
    }

    #[test]
    fn heads_that_cannot_share_the_features_are_refused() {
        for num_attention_heads in [0, 5] {
            let refusal = refusal(&BertConfig { num_attention_heads, ..config() }, 16, 10);
            assert!(refusal.ends_with("attention heads cannot share 32 features"), "{refusal}");
        }
    }

    #[test]
    fn a_length_that_leaves_no_text_or_has_no_positions_is_refused() {
        for length in [0, 2, config().max_position_embeddings + 1] {
            let refusal = refusal(&config(), length, 10);
            assert!(refusal.contains(&format!("up to {length} pieces")), "{refusal}");
        }
    }

    #[test]
    fn a_vocabulary_larger_than_the_model_is_refused() {
        let refusal = refusal(&config(), 16, 30_522);
        assert!(refusal.contains("the vocabulary has 30522 pieces"), "{refusal}");
    }

    #[test]
    fn an_activation_that_is_not_computed_is_refused() {
        let shipped = include_str!("../model/tiny/config.json");
        let other = shipped.replace("\"gelu\"", "\"relu\"");
        let error = serde_json::from_str::<BertConfig>(&other).unwrap_err();
        assert!(error.to_string().contains("unknown variant `relu`"), "{error}");
    }
}
