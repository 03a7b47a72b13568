//! The request that `__call__` may take: an `http::Request` with what handlers usually want of it.

use std::error::Error;
use std::net::IpAddr;
use std::ops::Deref;

use axum::body::{Body, BodyDataStream};
use axum::extract::{FromRequest, Query};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError};
use serde::de::DeserializeOwned;

use super::client::ClientAddr;
use super::error::HttpError;
use super::slow::BodyTooSlow;

/// An HTTP request. Dereferences to [`http::Request`] for everything not named here.
///
/// ```
/// use serve_core::{HttpError, Request};
///
/// async fn greet(request: Request) -> Result<String, HttpError> {
///     let name = request.query_param("name").unwrap_or_else(|| "world".to_owned());
///     Ok(format!("Hello {name}!"))
/// }
/// ```
#[derive(Debug)]
pub struct Request {
    inner: http::Request<Body>,
}

impl Request {
    /// The value of the first query parameter of that name, percent-decoded.
    #[must_use]
    pub fn query_param(&self, name: &str) -> Option<String> {
        let query = self.inner.uri().query()?;
        form_urlencoded::parse(query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// The whole query as a type of yours.
    ///
    /// # Errors
    ///
    /// 400 where the query does not fit; the text says which parameter.
    pub fn query<T: DeserializeOwned>(&self) -> Result<T, HttpError> {
        let query = Query::try_from_uri(self.inner.uri()).map_err(|rejection| {
            // Its source names the parameter.
            let why = rejection.source().map_or_else(|| rejection.body_text(), ToString::to_string);
            HttpError::bad_request(format!("invalid query: {why}"))
        })?;
        Ok(query.0)
    }

    /// The value of a header, if it is there and is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.inner.headers().get(name)?.to_str().ok()
    }

    /// Who has sent it, as far as that is known, which it is by our own listener; see [`ClientAddr`].
    #[must_use]
    pub fn client_addr(&self) -> Option<IpAddr> {
        ClientAddr::of(self.inner.extensions()).map(|ClientAddr(client)| client)
    }

    /// The full path, route prefix included.
    #[must_use]
    pub fn path(&self) -> &str {
        self.inner.uri().path()
    }

    /// The body as JSON. The content type is not looked at; use the `Json` extractor to insist on it.
    ///
    /// # Errors
    ///
    /// 400 where it is not JSON or does not fit the type, 413 where it is larger than the server allows.
    pub async fn json<T: DeserializeOwned>(self) -> Result<T, HttpError> {
        let bytes = self.bytes().await?;
        serde_json::from_slice(&bytes)
            .map_err(|error| HttpError::bad_request(format!("invalid JSON body: {error}")))
    }

    /// The body as text.
    ///
    /// # Errors
    ///
    /// 400 where it is not UTF-8, 413 where it is larger than the server allows.
    pub async fn text(self) -> Result<String, HttpError> {
        String::from_utf8(self.bytes().await?.into())
            .map_err(|_| HttpError::bad_request("the body is not UTF-8"))
    }

    /// The whole body.
    ///
    /// # Errors
    ///
    /// 413 where it is larger than the server allows, 408 where nothing of it came for
    /// [`body_read_timeout`](crate::HttpOptions::body_read_timeout), 400 where the connection broke off.
    pub async fn bytes(self) -> Result<Bytes, HttpError> {
        match self.inner.into_body().collect().await {
            Ok(body) => Ok(body.to_bytes()),
            Err(error) if is_too_large(&error) => Err(HttpError::payload_too_large()),
            Err(error) if is_too_slow(&error) => Err(HttpError::body_too_slow()),
            Err(error) => Err(HttpError::bad_request(format!("cannot read the body: {error}"))),
        }
    }

    /// The body as it arrives, piece by piece.
    pub fn stream(self) -> BodyDataStream {
        self.inner.into_body().into_data_stream()
    }

    /// The plain [`http::Request`].
    #[must_use]
    pub fn into_inner(self) -> http::Request<Body> {
        self.inner
    }
}

/// Whether reading a body ended at the limit.
pub(crate) fn is_too_large(error: &axum::Error) -> bool {
    has_cause::<LengthLimitError>(error)
}

/// Whether reading a body ended because nothing of it came.
pub(crate) fn is_too_slow(error: &axum::Error) -> bool {
    has_cause::<BodyTooSlow>(error)
}

fn has_cause<E: Error + 'static>(error: &axum::Error) -> bool {
    let mut source = Some(error as &(dyn Error + 'static));
    while let Some(error) = source {
        if error.is::<E>() {
            return true;
        }
        source = error.source();
    }
    false
}

impl From<http::Request<Body>> for Request {
    fn from(inner: http::Request<Body>) -> Self {
        Self { inner }
    }
}

impl Deref for Request {
    type Target = http::Request<Body>;

    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}

impl<S: Send + Sync> FromRequest<S> for Request {
    type Rejection = std::convert::Infallible;

    async fn from_request(request: http::Request<Body>, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self { inner: request })
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Page {
        number: u32,
    }

    fn query(uri: &str) -> Result<u32, String> {
        let request = http::Request::builder().uri(uri).body(Body::empty()).unwrap();
        let page = Request { inner: request }.query::<Page>();
        page.map(|page| page.number).map_err(|error| error.to_string())
    }

    #[test]
    fn a_query_that_does_not_fit_is_refused_by_the_name_of_its_parameter() {
        assert_eq!(query("/?number=7"), Ok(7));
        assert_eq!(
            query("/?number=x"),
            Err("400 Bad Request: invalid query: number: invalid digit found in string".to_owned())
        );
        assert_eq!(
            query("/"),
            Err("400 Bad Request: invalid query: missing field `number`".to_owned())
        );
    }
}
