//! What clients ask, in OpenAI's words, and what of it can be done here. What cannot is refused: an option that is
//! ignored is an answer to another question.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::ApiError;
use crate::model::Sampling;
use crate::stop::Stop;

/// How many tokens there are if nobody says …
const TOKENS: usize = 1024;
/// … and how many there may be.
const TOKENS_MAX: usize = 1_000_000;
const STOPS_MAX: usize = 4;
const INPUTS_MAX: usize = 2048;

/// `POST /v1/chat/completions`
#[derive(Debug, Deserialize)]
pub struct ChatAsk {
    messages: Vec<Message>,
    #[serde(flatten)]
    pub(crate) options: Options,
}

#[derive(Debug, Deserialize)]
struct Message {
    #[serde(rename = "role")]
    _role: Role,
    content: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Role {
    Developer,
    System,
    User,
    Assistant,
    Tool,
}

/// `POST /v1/completions`
#[derive(Debug, Deserialize)]
pub struct TextAsk {
    pub(crate) prompt: String,
    #[serde(flatten)]
    pub(crate) options: Options,
}

/// What both of them have.
#[derive(Debug, Deserialize)]
pub(crate) struct Options {
    pub(crate) model: String,
    #[serde(alias = "max_completion_tokens")]
    max_tokens: Option<usize>,
    temperature: Option<f64>,
    seed: Option<i64>,
    stop: Option<OneOrMany>,
    n: Option<u32>,
    stream: Option<bool>,
    stream_options: Option<StreamOptions>,
    /// Who asks, which makes no difference.
    #[serde(rename = "user")]
    _user: Option<String>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
struct StreamOptions {
    #[serde(default)]
    include_usage: bool,
}

/// `POST /v1/embeddings`
#[derive(Debug, Deserialize)]
pub struct EmbeddingAsk {
    pub(crate) model: String,
    input: OneOrMany,
    #[serde(default)]
    pub(crate) encoding_format: Encoding,
    #[serde(rename = "user")]
    _user: Option<String>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

/// How a vector is written.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Encoding {
    #[default]
    Float,
    Base64,
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected a string or a list of strings")]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// How a completion is sent.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Delivery {
    Whole,
    Stream { include_usage: bool },
}

// === impl ChatAsk ===

impl ChatAsk {
    /// The model continues texts, so a conversation is one.
    pub(crate) fn prompt(&self) -> String {
        let said: Vec<_> = self.messages.iter().map(|message| &*message.content).collect();
        said.join("\n")
    }

    /// In a chat an answer is a paragraph.
    pub(crate) fn stop(&self) -> Result<Stop, ApiError> {
        self.options.stop_with(Some("\n"))
    }
}

// === impl Options ===

impl Options {
    pub(crate) fn sampling(&self) -> Result<Sampling, ApiError> {
        self.check()?;
        Ok(Sampling {
            max_tokens: self.max_tokens.unwrap_or(TOKENS),
            temperature: self.temperature.unwrap_or(1.0),
            seed: self.seed.map_or_else(|| fastrand::u64(..), i64::cast_unsigned),
        })
    }

    pub(crate) fn delivery(&self) -> Delivery {
        match (self.stream, &self.stream_options) {
            (Some(true), options) => Delivery::Stream {
                include_usage: options.as_ref().is_some_and(|options| options.include_usage),
            },
            (Some(false) | None, _) => Delivery::Whole,
        }
    }

    pub(crate) fn stop(&self) -> Result<Stop, ApiError> {
        self.stop_with(None)
    }

    fn stop_with(&self, another: Option<&str>) -> Result<Stop, ApiError> {
        let mut sequences = self.stop.as_ref().map(OneOrMany::to_vec).unwrap_or_default();
        if sequences.len() > STOPS_MAX || sequences.iter().any(String::is_empty) {
            let message = format!("use at most {STOPS_MAX} sequences, none of them empty");
            return Err(ApiError::invalid("stop", message));
        }
        sequences.extend(another.map(str::to_owned));
        Ok(Stop::at(sequences))
    }

    fn check(&self) -> Result<(), ApiError> {
        refuse(&self.others)?;
        if self.max_tokens.is_some_and(|tokens| !(1..=TOKENS_MAX).contains(&tokens)) {
            return Err(ApiError::invalid("max_tokens", format!("use 1 to {TOKENS_MAX}")));
        }
        if self.temperature.is_some_and(|temperature| !(0.0..=2.0).contains(&temperature)) {
            return Err(ApiError::invalid("temperature", "use 0 to 2"));
        }
        if self.n.is_some_and(|n| n != 1) {
            return Err(ApiError::invalid("n", "use 1, because this server gives one choice"));
        }
        Ok(())
    }
}

// === impl EmbeddingAsk ===

impl EmbeddingAsk {
    pub(crate) fn texts(&self) -> Result<Vec<String>, ApiError> {
        refuse(&self.others)?;
        let texts = self.input.to_vec();
        if texts.is_empty() || texts.len() > INPUTS_MAX || texts.iter().any(String::is_empty) {
            let message = format!("use 1 to {INPUTS_MAX} texts, none of them empty");
            return Err(ApiError::invalid("input", message));
        }
        Ok(texts)
    }
}

// === impl OneOrMany ===

impl OneOrMany {
    fn to_vec(&self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text.clone()],
            Self::Many(texts) => texts.clone(),
        }
    }
}

/// What nobody here knows.
fn refuse(others: &Map<String, Value>) -> Result<(), ApiError> {
    match others.keys().next() {
        Some(name) => Err(ApiError::invalid(name.clone(), "this server has no such option")),
        None => Ok(()),
    }
}
