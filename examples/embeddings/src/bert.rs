//! The BERT encoder: from the ids of word pieces to a vector for each of them.
//!
//! The names in quotes are those of the tensors in the file. Dropout and the pooler are left out:
//! the one is for training, the other for a task that sentence embeddings do not need.

use candle_core::{D, Result, Tensor};
use candle_nn::ops::softmax_last_dim;
use candle_nn::{Embedding, LayerNorm, Linear, Module, VarBuilder};
use candle_nn::{embedding, layer_norm, linear};

use crate::config::BertConfig;

/// The encoder.
pub(crate) struct Bert {
    words: Embedding,
    positions: Tensor,
    norm: LayerNorm,
    layers: Vec<Layer>,
}

impl Bert {
    /// Takes the weights that the configuration asks for.
    pub(crate) fn load(config: &BertConfig, weights: &VarBuilder) -> Result<Self> {
        let hidden = config.hidden_size;
        let embeddings = weights.pp("embeddings");
        let table = |rows, name: &str| embeddings.get((rows, hidden), name);

        let positions = table(config.max_position_embeddings, "position_embeddings.weight")?;
        let types = table(config.type_vocab_size, "token_type_embeddings.weight")?;
        let layer = |index| Layer::load(config, &weights.pp("encoder.layer").pp(index));
        Ok(Self {
            words: embedding(config.vocab_size, hidden, embeddings.pp("word_embeddings"))?,
            // There is one sentence at a time, so each piece is of the first type.
            positions: positions.broadcast_add(&types.get(0)?)?,
            norm: layer_norm(hidden, config.layer_norm_eps, embeddings.pp("LayerNorm"))?,
            layers: (0..config.num_hidden_layers).map(layer).collect::<Result<_>>()?,
        })
    }

    /// Encodes a batch. `ids` and `mask` are (text, piece), the result (text, piece, feature). The
    /// mask is 1 for a piece of text and 0 for padding; what comes out for padding has no meaning.
    pub(crate) fn forward(&self, ids: &Tensor, mask: &Tensor) -> Result<Tensor> {
        let positions = self.positions.narrow(0, 0, ids.dim(1)?)?;
        let embedded = self.words.forward(ids)?.broadcast_add(&positions)?;
        // Added to a score before the softmax, so that nothing attends to padding. It is the same
        // for each head and for each piece that attends.
        let bias = mask.affine(1e9, -1e9)?.unsqueeze(1)?.unsqueeze(1)?;

        let first = self.norm.forward(&embedded)?;
        self.layers.iter().try_fold(first, |hidden, layer| layer.forward(&hidden, &bias))
    }
}

/// One layer: the pieces look at each other, then each is transformed alone.
struct Layer {
    attention: Attention,
    attention_norm: LayerNorm,
    widen: Linear,
    narrow: Linear,
    norm: LayerNorm,
}

impl Layer {
    fn load(config: &BertConfig, weights: &VarBuilder) -> Result<Self> {
        let (hidden, wide) = (config.hidden_size, config.intermediate_size);
        let norm = |name| layer_norm(hidden, config.layer_norm_eps, weights.pp(name));
        Ok(Self {
            attention: Attention::load(config, &weights.pp("attention"))?,
            attention_norm: norm("attention.output.LayerNorm")?,
            widen: linear(hidden, wide, weights.pp("intermediate.dense"))?,
            narrow: linear(wide, hidden, weights.pp("output.dense"))?,
            norm: norm("output.LayerNorm")?,
        })
    }

    fn forward(&self, hidden: &Tensor, bias: &Tensor) -> Result<Tensor> {
        let attended = self.attention.forward(hidden, bias)?;
        let hidden = self.attention_norm.forward(&(attended + hidden)?)?;
        let transformed = self.narrow.forward(&self.widen.forward(&hidden)?.gelu_erf()?)?;
        self.norm.forward(&(transformed + hidden)?)
    }
}

/// Attention with several heads, each of which has its share of the features.
struct Attention {
    query: Linear,
    key: Linear,
    value: Linear,
    output: Linear,
    heads: usize,
}

impl Attention {
    fn load(config: &BertConfig, weights: &VarBuilder) -> Result<Self> {
        let square = |name| linear(config.hidden_size, config.hidden_size, weights.pp(name));
        Ok(Self {
            query: square("self.query")?,
            key: square("self.key")?,
            value: square("self.value")?,
            output: square("output.dense")?,
            heads: config.num_attention_heads,
        })
    }

    #[expect(clippy::cast_precision_loss, reason = "a head has far fewer than 2^52 features")]
    fn forward(&self, hidden: &Tensor, bias: &Tensor) -> Result<Tensor> {
        let query = self.split(&self.query.forward(hidden)?)?;
        let key = self.split(&self.key.forward(hidden)?)?;
        let value = self.split(&self.value.forward(hidden)?)?;

        let scale = (query.dim(D::Minus1)? as f64).sqrt();
        let scores = (query.matmul(&key.t()?)? / scale)?;
        let weights = softmax_last_dim(&scores.broadcast_add(bias)?)?;
        let context = weights.matmul(&value)?;
        self.output.forward(&context.transpose(1, 2)?.flatten_from(2)?)
    }

    /// From (text, piece, feature) to (text, head, piece, feature of the head).
    fn split(&self, hidden: &Tensor) -> Result<Tensor> {
        let (texts, pieces, features) = hidden.dims3()?;
        let split = hidden.reshape((texts, pieces, self.heads, features / self.heads))?;
        split.transpose(1, 2)?.contiguous()
    }
}
