//! Who a client is by its key, and whether it may ask now.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::response::IntoResponse;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use http_body::{Frame as BodyFrame, SizeHint};
use tokio::time::Instant;

use super::SentResponse;
use super::body::SentBody;
use crate::edge::{ApiKeys, Bucket, Digest, FrameworkErrorKind, KeyLimits, digest};
use crate::web::{HttpError, HttpResponse};

static X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");
/// For how long a client with too many requests is told to wait: nobody knows when one of them ends.
const A_MOMENT: Duration = Duration::from_secs(1);

/// The keys that an application knows.
pub(crate) struct KeyTable(Box<[Arc<KnownKey>]>);

pub(super) struct KnownKey {
    name: Arc<str>,
    digest: Digest,
    limits: KeyLimits,
    state: Arc<KeyState>,
}

/// What a key has used. It outlives updates as long as the key does.
#[derive(Default)]
struct KeyState {
    bucket: Mutex<Bucket>,
    ongoing: AtomicU32,
}

/// What all keys of a server have used, by application and name.
#[derive(Default)]
pub(crate) struct KeyStates(Mutex<HashMap<KeyName, Weak<KeyState>>>);

/// The application and the name.
type KeyName = (Arc<str>, Arc<str>);

/// What came of looking for a key in a request.
#[derive(Clone)]
pub(super) enum Access {
    Known(Arc<KnownKey>),
    NoKey,
    UnknownKey,
}

/// A request of a key's, until its response has been sent.
pub(super) struct KeyHold(Arc<KeyState>);

// === impl KeyStates ===

impl KeyStates {
    /// The keys of an application, with what those of the same names have used.
    pub(crate) fn table(&self, application: &Arc<str>, keys: &ApiKeys) -> Arc<KeyTable> {
        let mut states = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        states.retain(|_, state| state.strong_count() > 0);
        let known = keys.keys.iter().map(|key| {
            let name = Arc::clone(key.shared_name());
            let place = states.entry((Arc::clone(application), Arc::clone(&name))).or_default();
            let state = place.upgrade().unwrap_or_default();
            *place = Arc::downgrade(&state);
            Arc::new(KnownKey { name, digest: key.digest(), limits: key.limits(), state })
        });
        Arc::new(KeyTable(known.collect()))
    }
}

// === impl KeyTable ===

impl KeyTable {
    /// Looks for a key among the headers, where it is hidden from whoever prints them.
    pub(super) fn identify(&self, headers: &mut HeaderMap) -> Access {
        hide_keys(headers);
        let plain = headers.get_all(&X_API_KEY).iter().map(HeaderValue::as_bytes);
        let bearer = headers.get_all(header::AUTHORIZATION).iter().filter_map(bearer);
        let mut access = Access::NoKey;
        for key in plain.chain(bearer) {
            match self.find(&digest(key)) {
                Some(known) => return Access::Known(Arc::clone(known)),
                None => access = Access::UnknownKey,
            }
        }
        access
    }

    /// Compares with all of them, whichever it is.
    fn find(&self, digest: &Digest) -> Option<&Arc<KnownKey>> {
        self.0.iter().fold(None, |found, key| if key.digest.is(digest) { Some(key) } else { found })
    }
}

fn bearer(value: &HeaderValue) -> Option<&[u8]> {
    let (scheme, key) = value.as_bytes().split_at_checked(7)?;
    scheme.eq_ignore_ascii_case(b"bearer ").then(|| key.trim_ascii())
}

/// Lets nobody print the values of headers that keys come in.
pub(super) fn hide_keys(headers: &mut HeaderMap) {
    for name in [&X_API_KEY, &header::AUTHORIZATION] {
        if let header::Entry::Occupied(mut values) = headers.entry(name) {
            values.iter_mut().for_each(|value| value.set_sensitive(true));
        }
    }
}

// === impl Access ===

impl Access {
    /// The key's name, if it is known.
    pub(super) fn name(&self) -> Option<&Arc<str>> {
        match self {
            Self::Known(key) => Some(&key.name),
            Self::NoKey | Self::UnknownKey => None,
        }
    }

    /// Lets a request in.
    ///
    /// # Errors
    ///
    /// The answer if it may not come in, or not now.
    pub(super) fn admit(self, now: Instant) -> Result<KeyHold, Box<HttpResponse>> {
        match self {
            Self::Known(key) => key.admit(now).map_err(|error| Box::new(error.into_response())),
            Self::NoKey => Err(unauthorized(
                "This needs an API key: send it as `Authorization: Bearer <key>` or `x-api-key: <key>`.",
                "Bearer",
            )),
            Self::UnknownKey => Err(unauthorized(
                "The API key is not known here.",
                "Bearer error=\"invalid_token\"",
            )),
        }
    }
}

fn unauthorized(message: &'static str, challenge: &'static str) -> Box<HttpResponse> {
    let error = HttpError::unauthorized(message).made(FrameworkErrorKind::Unauthorized);
    Box::new(([(header::WWW_AUTHENTICATE, challenge)], error).into_response())
}

// === impl KnownKey ===

impl KnownKey {
    fn admit(&self, now: Instant) -> Result<KeyHold, HttpError> {
        let Self { name, limits, state, .. } = self;
        let most = limits.max_ongoing.unwrap_or(u32::MAX);
        let Some(hold) = KeyHold::new(state, most) else {
            let message = format!("The API key `{name}` has all of its {most} requests under way.");
            return Err(too_many(message, A_MOMENT));
        };
        let Some(rate) = limits.rate else { return Ok(hold) };
        let mut bucket = state.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        match bucket.take(rate, now) {
            Ok(()) => Ok(hold),
            Err(wait) => Err(too_many(format!("The API key `{name}` asks too often."), wait)),
        }
    }
}

fn too_many(message: String, wait: Duration) -> HttpError {
    HttpError::new(StatusCode::TOO_MANY_REQUESTS, message)
        .with_retry_after(wait)
        .made(FrameworkErrorKind::TooManyRequests)
}

// === impl KeyHold ===

impl KeyHold {
    /// `None` where there are as many as there may be.
    fn new(state: &Arc<KeyState>, most: u32) -> Option<Self> {
        let one_more = |ongoing| (ongoing < most).then(|| ongoing + 1);
        state.ongoing.fetch_update(Relaxed, Relaxed, one_more).ok()?;
        Some(Self(Arc::clone(state)))
    }

    /// Keeps the hold until the answer has been sent.
    pub(super) async fn until_sent(self, answer: BoxFuture<'static, SentResponse>) -> SentResponse {
        let response = answer.await;
        if response.body().is_end_stream() {
            return response;
        }
        response.map(|body| SentBody::plain(Body::new(HeldByKey { body, _hold: self })))
    }
}

impl Drop for KeyHold {
    fn drop(&mut self) {
        self.0.ongoing.fetch_sub(1, Relaxed);
    }
}

/// A body that is made while it is sent.
struct HeldByKey {
    body: SentBody,
    _hold: KeyHold,
}

impl HttpBody for HeldByKey {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<BodyFrame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edge::ApiKey;

    fn table(states: &KeyStates, keys: impl IntoIterator<Item = ApiKey>) -> Arc<KeyTable> {
        let keys = keys.into_iter().fold(ApiKeys::default(), ApiKeys::key);
        states.table(&"app".into(), &keys)
    }

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        let line = |(name, value): &(&'static str, &str)| {
            (HeaderName::from_static(name), value.parse().unwrap())
        };
        lines.iter().map(line).collect()
    }

    fn whose(table: &KeyTable, lines: &[(&'static str, &str)]) -> Option<String> {
        table.identify(&mut headers(lines)).name().map(ToString::to_string)
    }

    fn status(table: &KeyTable, key: &str, now: Instant) -> (u16, Option<KeyHold>) {
        match table.identify(&mut headers(&[("x-api-key", key)])).admit(now) {
            Ok(hold) => (200, Some(hold)),
            Err(answer) => (answer.status().as_u16(), None),
        }
    }

    #[test]
    fn a_key_comes_in_either_header() {
        let table =
            table(&KeyStates::default(), [ApiKey::new("a", "k-a"), ApiKey::new("b", "k-b")]);
        let a = Some("a".to_owned());
        assert_eq!(whose(&table, &[("x-api-key", "k-a")]), a);
        assert_eq!(whose(&table, &[("authorization", "Bearer k-a")]), a);
        assert_eq!(whose(&table, &[("authorization", "bearer  k-a")]), a);
        assert_eq!(whose(&table, &[("authorization", "Basic k-a")]), None);
        assert_eq!(whose(&table, &[("authorization", "Bearer")]), None);
        assert_eq!(whose(&table, &[("authorization", "Bearer other"), ("x-api-key", "k-a")]), a);
        assert_eq!(whose(&table, &[("authorization", "Bearer k-a"), ("x-api-key", "other")]), a);
        assert_eq!(whose(&table, &[("x-api-key", "other")]), None);
        assert_eq!(whose(&table, &[]), None);
    }

    #[test]
    fn headers_that_have_had_a_key_do_not_show_it() {
        let table = table(&KeyStates::default(), [ApiKey::new("a", "k-a")]);
        let mut headers = headers(&[("x-api-key", "k-a"), ("authorization", "Bearer k-b")]);
        table.identify(&mut headers);
        let shown = format!("{headers:?}");
        assert!(!shown.contains("k-"), "{shown}");
    }

    #[test]
    fn who_has_no_key_is_told_how_to_send_one() {
        let table = table(&KeyStates::default(), [ApiKey::new("a", "k-a")]);
        let refused = |lines| {
            let Err(answer) = table.identify(&mut headers(lines)).admit(Instant::now()) else {
                panic!("it is let in");
            };
            let challenge = answer.headers()[header::WWW_AUTHENTICATE].to_str().unwrap().to_owned();
            (answer.status().as_u16(), challenge)
        };
        assert_eq!(refused(&[]), (401, "Bearer".to_owned()));
        let unknown = refused(&[("x-api-key", "k-b")]);
        assert_eq!(unknown, (401, "Bearer error=\"invalid_token\"".to_owned()));
    }

    #[test]
    fn a_key_has_so_many_requests_at_once() {
        let keys = [ApiKey::new("a", "k-a").max_ongoing_requests(2)];
        let (table, now) = (table(&KeyStates::default(), keys), Instant::now());
        let (_, first) = status(&table, "k-a", now);
        let (_, second) = status(&table, "k-a", now);
        assert_eq!(status(&table, "k-a", now).0, 429);
        drop(first);
        let (third, _third) = status(&table, "k-a", now);
        assert_eq!(third, 200);
        drop(second);
    }

    #[test]
    fn what_a_key_has_used_outlives_an_update_that_keeps_its_name() {
        let (states, now) = (KeyStates::default(), Instant::now());
        let slow = |key: &str| ApiKey::new("a", key).rate(0.1);
        let before = table(&states, [slow("k-1")]);
        assert_eq!(status(&before, "k-1", now).0, 200);
        // Another key of that name: the client has changed it, and is no other.
        let after = table(&states, [slow("k-2")]);
        assert_eq!(status(&after, "k-2", now).0, 429);
        assert_eq!(status(&after, "k-1", now).0, 401);
        drop((before, after));
        let anew = table(&states, [slow("k-2")]);
        assert_eq!(status(&anew, "k-2", now).0, 200);
    }
}
