//! From a text to the ids of its word pieces, as uncased BERT models read them.
//!
//! The parts are put together here instead of being read from `tokenizer.json`. So they have known
//! types that cannot fail on a text, and nothing in a text is taken for a mark: `[SEP]` from a
//! stranger is five letters in brackets.

use tokenizers::decoders::wordpiece::WordPiece as Decoder;
use tokenizers::models::wordpiece::WordPiece;
use tokenizers::normalizers::BertNormalizer;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
use tokenizers::processors::bert::BertProcessing;
use tokenizers::{Model, TokenizerBuilder, TokenizerImpl, TruncationParams};

use crate::error::LoadError;

/// The tokenizer of one model.
pub(crate) struct Tokenizer {
    parts: Parts,
    padding: u32,
}

type Parts = TokenizerImpl<WordPiece, BertNormalizer, BertPreTokenizer, BertProcessing, Decoder>;

impl Tokenizer {
    /// Makes one of `vocab.txt`: a piece on each line, its id the number of the line. A text is cut
    /// to `length_max` pieces, its marks for begin and end among them.
    pub(crate) fn new(vocabulary: &[u8], length_max: usize) -> Result<Self, LoadError> {
        let model = WordPiece::read_bytes(vocabulary)
            .and_then(|pieces| WordPiece::builder().vocab(pieces).build())
            .map_err(LoadError::Vocabulary)?;
        let id = |piece| model.token_to_id(piece).ok_or(LoadError::MissingPiece(piece));
        let mark = |piece: &'static str| Ok((piece.to_owned(), id(piece)?));
        let (begin, end, padding) = (mark("[CLS]")?, mark("[SEP]")?, id("[PAD]")?);
        // Not used here, but it makes sure that no word is an error.
        id("[UNK]")?;

        let cut = TruncationParams { max_length: length_max, ..TruncationParams::default() };
        let parts = TokenizerBuilder::new()
            .with_model(model)
            .with_normalizer(Some(BertNormalizer::default()))
            .with_pre_tokenizer(Some(BertPreTokenizer))
            .with_post_processor(Some(BertProcessing::new(end, begin)))
            .with_decoder(Some(Decoder::default()))
            .with_truncation(Some(cut))
            .build()
            .map_err(LoadError::Vocabulary)?;
        Ok(Self { parts, padding })
    }

    /// How many pieces there are.
    pub(crate) fn pieces(&self) -> usize {
        self.parts.get_model().get_vocab_size()
    }

    /// What a shorter text is filled up with in a batch.
    pub(crate) fn padding(&self) -> u32 {
        self.padding
    }

    /// The pieces of a text, from the mark for its begin to the one for its end.
    pub(crate) fn encode(&self, text: &str) -> Vec<u32> {
        let encoding = self.parts.encode_fast(text, true);
        encoding
            .expect("only an unknown word can fail, and `new` found a piece for it")
            .get_ids()
            .to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VOCABULARY: &str =
        "[PAD]\n[UNK]\n[CLS]\n[SEP]\nun\n##aff\n##able\nthe\n!\n[\n]\ncafe\n水\nsep\n##s";

    /// The pieces in the spelling of the vocabulary.
    fn pieces(length_max: usize, text: &str) -> String {
        let tokenizer = Tokenizer::new(VOCABULARY.as_bytes(), length_max).unwrap();
        let ids = tokenizer.encode(text).into_iter();
        let spelled = ids.map(|id| VOCABULARY.lines().nth(id as usize).unwrap());
        spelled.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn texts_are_split_into_the_longest_pieces_of_the_vocabulary() {
        let table = [
            ("", ""),
            (" \t\r\n", ""),
            ("the unaffable", "the un ##aff ##able "),
            ("THE Café", "the cafe "),
            ("the!the水水", "the ! the 水 水 "),
            ("t\u{0}h\u{200b}e\u{fffd}", "the "),
            ("the unxable ✨", "the [UNK] [UNK] "),
            ("the [SEP] the", "the [ sep ] the "),
        ];
        for (text, expected) in table {
            assert_eq!(pieces(100, text), format!("[CLS] {expected}[SEP]"), "{text:?}");
        }
    }

    #[test]
    fn a_long_text_is_cut_and_keeps_its_marks() {
        assert_eq!(pieces(3, "unaffable the"), "[CLS] un [SEP]");
        assert_eq!(pieces(6, "unaffable the the"), "[CLS] un ##aff ##able the [SEP]");
    }

    #[test]
    fn a_vocabulary_without_a_mark_is_refused() {
        for piece in ["[PAD]", "[UNK]", "[CLS]", "[SEP]"] {
            let vocabulary = VOCABULARY.replacen(piece, "other", 1);
            let error = Tokenizer::new(vocabulary.as_bytes(), 100).err().unwrap();
            assert_eq!(error.to_string(), format!("the vocabulary has no {piece}"));
        }
    }

    #[test]
    fn a_vocabulary_that_is_not_text_is_refused() {
        let error = Tokenizer::new(b"\xff\xfe", 100).err().unwrap();
        assert!(matches!(error, LoadError::Vocabulary(_)));
    }
}
