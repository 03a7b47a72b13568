//! Which models there are, as `/v1/models` lists them.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;

use crate::error::ApiError;

/// The one that generates.
pub(crate) const ALICE: &str = "alice-trigrams";
/// The one that embeds.
pub(crate) const LETTERS: &str = "letter-trigrams";

/// A list, of models or of anything else.
#[derive(Debug, Serialize)]
pub struct List<T> {
    object: &'static str,
    data: Vec<T>,
}

/// A model that is served here.
#[derive(Clone, Debug, Serialize)]
pub struct Card {
    id: &'static str,
    object: &'static str,
    created: u64,
    owned_by: &'static str,
}

/// All models, since the server has them.
#[derive(Debug)]
pub(crate) struct Models([Card; 2]);

// === impl List ===

impl<T> List<T> {
    pub(crate) fn of(data: impl IntoIterator<Item = T>) -> Self {
        Self { object: "list", data: data.into_iter().collect() }
    }
}

// === impl Models ===

impl Models {
    pub(crate) fn new() -> Self {
        let created = now();
        Self([ALICE, LETTERS].map(|id| Card { id, object: "model", created, owned_by: "serve" }))
    }

    pub(crate) fn all(&self) -> List<Card> {
        List::of(self.0.clone())
    }

    pub(crate) fn find(&self, id: &str) -> Result<&Card, ApiError> {
        self.0.iter().find(|card| card.id == id).ok_or_else(|| ApiError::no_model(id))
    }
}

/// As OpenAI tells the time: in whole seconds.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}
