//! Something that is said once, for whoever waits to hear it.

use std::sync::OnceLock;

use tokio_util::sync::CancellationToken;

/// A word that has been said, or will be, or never is. Only the first counts.
#[derive(Debug, Default)]
pub(crate) struct OnceSignal {
    text: OnceLock<String>,
    is_said: CancellationToken,
}

impl OnceSignal {
    pub(super) fn say(&self, text: String) {
        if self.text.set(text).is_ok() {
            self.is_said.cancel();
        }
    }

    pub(crate) fn is_said(&self) -> bool {
        self.text.get().is_some()
    }

    /// Waits until it has been said.
    pub(crate) async fn said(&self) -> &str {
        self.is_said.cancelled().await;
        self.text.get().map_or("", String::as_str)
    }
}
