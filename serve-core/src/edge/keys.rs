//! The keys that clients of an application have, and what each may do. Of a key itself only its hash is kept.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

use super::bucket::Rate;

/// The hash of a key.
#[derive(Clone, Copy)]
pub(crate) struct Digest([u8; 32]);

/// The hash of a key.
pub(crate) fn digest(key: &[u8]) -> Digest {
    Digest(Sha256::digest(key).into())
}

/// The keys of an application: whoever asks over HTTP needs one of them. See
/// [`Application::api_keys`](crate::Application::api_keys).
///
/// ```
/// use serve_core::{ApiKey, ApiKeys};
///
/// # fn secret(name: &str) -> String { name.to_owned() }
/// let keys = ApiKeys::default()
///     .key(ApiKey::new("web", secret("WEB_KEY")).rate(50.0).burst(100))
///     .key(ApiKey::new("nightly", secret("NIGHTLY_KEY")).max_ongoing_requests(4));
/// // Keys are nowhere to be seen.
/// assert_eq!(format!("{keys:?}"), r#"ApiKeys(["web", "nightly"])"#);
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct ApiKeys {
    pub(crate) keys: Vec<ApiKey>,
}

/// A key of a client's, with a name for people, and what it may do.
///
/// The key is hashed at once (SHA-256) and kept nowhere; the name is shown in logs and in the context of requests. By
/// default a key may do as much as it likes, in turn with others, see [`Application::api_keys`](crate::Application::api_keys).
///
/// ```
/// let key = serve_core::ApiKey::new("web", "correct horse battery staple").rate(0.5);
/// assert_eq!(key.name(), "web");
/// assert!(!format!("{key:?}").contains("horse"));
/// ```
#[derive(Clone)]
pub struct ApiKey {
    name: Arc<str>,
    digest: Digest,
    per_second: Option<f64>,
    burst: Option<u32>,
    max_ongoing: Option<u32>,
    /// The key can never come in a header.
    is_unusable: bool,
}

/// What a key may do.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct KeyLimits {
    pub(crate) rate: Option<Rate>,
    pub(crate) max_ongoing: Option<u32>,
}

// === impl Digest ===

impl Digest {
    /// Takes equally long whatever the two have in common.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.is(other)
    }
}

// === impl ApiKeys ===

impl ApiKeys {
    /// Adds a key. Two of one name, or two names of one key, are refused when the application is run.
    #[must_use]
    pub fn key(mut self, key: ApiKey) -> Self {
        self.keys.push(key);
        self
    }

    /// The names, in the order in which they were added.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(ApiKey::name)
    }

    /// Everything that is wrong with them, one sentence each.
    pub(crate) fn problems(&self) -> Vec<String> {
        let mut problems: Vec<_> = self.keys.iter().flat_map(ApiKey::problems).collect();
        if self.keys.is_empty() {
            problems.push(
                "`api_keys` has no key, so nobody could get in; add one, or leave it out"
                    .to_owned(),
            );
        }
        let mut names = BTreeSet::new();
        for (index, key) in self.keys.iter().enumerate() {
            if !names.insert(key.name()) {
                problems.push(format!("the API key `{}` is there twice", key.name));
            }
            let same = self.keys[..index].iter().find(|other| other.digest.is(&key.digest));
            if let Some(other) = same {
                problems.push(format!(
                    "the API keys `{}` and `{}` are the same; give each its own",
                    other.name, key.name
                ));
            }
        }
        problems
    }
}

impl fmt::Debug for ApiKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ApiKeys").field(&self.names().collect::<Vec<_>>()).finish()
    }
}

// === impl ApiKey ===

impl ApiKey {
    /// A key, as clients send it. It should be long and random: who guesses it is in.
    pub fn new(name: impl Into<String>, key: impl AsRef<str>) -> Self {
        let key = key.as_ref();
        // What is sent is trimmed on its way, and has no other letters.
        let is_usable = !key.is_empty() && key.bytes().all(|letter| letter.is_ascii_graphic());
        Self { is_unusable: !is_usable, ..Self::from_sha256(name, digest(key.as_bytes()).0) }
    }

    /// The same for somebody who knows only the key's SHA-256.
    ///
    /// ```
    /// let key = serve_core::ApiKey::from_sha256("web", [7; 32]);
    /// assert_eq!(key.name(), "web");
    /// ```
    pub fn from_sha256(name: impl Into<String>, sha256: [u8; 32]) -> Self {
        Self {
            name: name.into().into(),
            digest: Digest(sha256),
            per_second: None,
            burst: None,
            max_ongoing: None,
            is_unusable: false,
        }
    }

    /// How many requests a second it may make in the long run: over it 429, with `Retry-After`. May be below one. As many
    /// as it likes by default.
    #[must_use]
    pub fn rate(mut self, requests_per_second: f64) -> Self {
        self.per_second = Some(requests_per_second);
        self
    }

    /// How many it may make at once after a pause, with a [`rate`](Self::rate). By default what the rate gives in a
    /// second, and at least one. Too few refuses clients that load a page; too many lets the rate mean nothing.
    #[must_use]
    pub fn burst(mut self, requests: u32) -> Self {
        self.burst = Some(requests);
        self
    }

    /// How many requests it may have at once, those that wait counted, until the last byte of their responses: over it
    /// 429. As many as it likes by default.
    #[must_use]
    pub fn max_ongoing_requests(mut self, requests: u32) -> Self {
        self.max_ongoing = Some(requests);
        self
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn shared_name(&self) -> &Arc<str> {
        &self.name
    }

    pub(crate) fn digest(&self) -> Digest {
        self.digest
    }

    pub(crate) fn limits(&self) -> KeyLimits {
        let usual = || self.per_second.map_or(1, |rate| rate.ceil().clamp(1.0, 1e9) as u32);
        let burst = self.burst.unwrap_or_else(usual);
        let rate = self.per_second.and_then(|rate| Rate::new(rate, burst));
        KeyLimits { rate, max_ongoing: self.max_ongoing }
    }

    fn problems(&self) -> Vec<String> {
        let Self { name, per_second, .. } = self;
        let is_shown = !name.is_empty() && !name.contains(char::is_control);
        let burst = self.burst.unwrap_or(1);
        let is_rate = per_second.is_none_or(|rate| burst == 0 || Rate::new(rate, burst).is_some());
        let wrong = [
            (!is_shown, "needs a name without control characters".to_owned()),
            (
                self.is_unusable,
                "cannot come in a header: it is empty, or has letters that are not visible ASCII"
                    .to_owned(),
            ),
            (
                !is_rate,
                format!(
                    "has a rate of {} in a second; use a number above zero, at least one in a day",
                    per_second.unwrap_or_default()
                ),
            ),
            (self.burst == Some(0), "has a burst of 0; use at least 1".to_owned()),
            (
                self.burst.is_some() && per_second.is_none(),
                "has a burst and no rate; give it one, or leave the burst out".to_owned(),
            ),
            (
                self.max_ongoing == Some(0),
                "has `max_ongoing_requests` 0; use at least 1".to_owned(),
            ),
        ];
        let wrong = wrong.into_iter().filter(|(is_wrong, _)| *is_wrong);
        wrong.map(|(_, what)| format!("the API key `{name}` {what}")).collect()
    }
}

impl PartialEq for ApiKey {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.digest == other.digest
            && self.limits() == other.limits()
            && self.is_unusable == other.is_unusable
    }
}

/// Without the hash, which would help who guesses.
impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKey")
            .field("name", &self.name)
            .field("limits", &self.limits())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(keys: impl IntoIterator<Item = ApiKey>) -> Vec<String> {
        ApiKeys { keys: keys.into_iter().collect() }.problems()
    }

    #[test]
    fn keys_that_fit_have_no_problems() {
        let keys = [
            ApiKey::new("a", "k-1").rate(0.5),
            ApiKey::new("b", "k-2").rate(100.0).burst(1).max_ongoing_requests(1),
            ApiKey::from_sha256("c", [0; 32]),
        ];
        assert_eq!(problems(keys), [""; 0]);
    }

    #[test]
    fn everything_that_is_wrong_is_said_and_no_key_with_it() {
        let said = problems([
            ApiKey::new("a", "secret key").rate(0.0),
            ApiKey::new("a", "").burst(0).max_ongoing_requests(0),
            ApiKey::new("b\n", "twice"),
            ApiKey::new("c", "twice").rate(f64::NAN),
        ]);
        let expected = [
            "the API key `a` cannot come in a header",
            "the API key `a` has a rate of 0 in a second",
            "the API key `a` cannot come in a header",
            "has a burst of 0",
            "has a burst and no rate",
            "has `max_ongoing_requests` 0",
            "needs a name without control characters",
            "the API key `c` has a rate of NaN in a second",
            "the API key `a` is there twice",
            "are the same; give each its own",
        ];
        assert_eq!(said.len(), expected.len(), "{said:#?}");
        for (said, expected) in said.iter().zip(expected) {
            assert!(said.contains(expected), "{said}");
            assert!(!said.contains("secret") && !said.contains("twice;"), "{said}");
        }
        assert_eq!(problems([]).len(), 1);
    }

    #[test]
    fn the_usual_burst_is_what_a_second_gives() {
        assert_eq!(ApiKey::new("a", "k").rate(2.5).limits().rate, Rate::new(2.5, 3));
        assert_eq!(ApiKey::new("a", "k").rate(0.1).limits().rate, Rate::new(0.1, 1));
        assert_eq!(ApiKey::new("a", "k").limits(), KeyLimits::default());
    }
}
