//! What a client has asked: names in the path, the query, what it expects, and the body.

use std::collections::HashMap;

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Path, Query};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use super::problem::{ApiProblem, Mistake};
use crate::controller::Expected;
use crate::web::HttpRequest;

/// The largest body. A configuration of a hundred applications has a tenth of it.
const BODY_BYTES_MAX: usize = 1 << 20;

/// A request that has found its route.
pub(super) struct AdminRequest {
    names: HashMap<String, String>,
    parts: Parts,
    body: Body,
}

impl<S: Send + Sync> FromRequest<S> for AdminRequest {
    type Rejection = ApiProblem;

    async fn from_request(request: HttpRequest, state: &S) -> Result<Self, ApiProblem> {
        let (mut parts, body) = request.into_parts();
        let names = Path::<HashMap<String, String>>::from_request_parts(&mut parts, state).await;
        let names = match names {
            Ok(Path(names)) => names,
            Err(error) => return Err(invalid("path", error.body_text())),
        };
        Ok(Self { names, parts, body })
    }
}

fn invalid(what: &str, why: impl Into<String>) -> ApiProblem {
    ApiProblem::new(StatusCode::BAD_REQUEST, &format!("invalid-{what}"), why)
}

impl AdminRequest {
    /// The application in its path.
    pub(super) fn application(&self) -> &str {
        self.name("app")
    }

    /// The deployment in its path.
    pub(super) fn deployment(&self) -> &str {
        self.name("deployment")
    }

    fn name(&self, name: &str) -> &str {
        self.names.get(name).map_or("", String::as_str)
    }

    pub(super) fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    pub(super) fn query<T: DeserializeOwned>(&self) -> Result<T, ApiProblem> {
        match Query::<T>::try_from_uri(&self.parts.uri) {
            Ok(Query(query)) => Ok(query),
            Err(error) => Err(invalid("query", error.body_text())),
        }
    }

    /// What the application has to be for the change to be made.
    pub(super) fn expected(&self) -> Result<Expected, ApiProblem> {
        let tags = |name: header::HeaderName| {
            let values = self.headers().get_all(name).into_iter();
            let texts = values.map(|value| value.to_str().unwrap_or("")).collect::<Vec<_>>();
            (!texts.is_empty()).then(|| texts.join(","))
        };
        match (tags(header::IF_MATCH), tags(header::IF_NONE_MATCH)) {
            (None, None) => Ok(Expected::Any),
            (None, Some(star)) if star.trim() == "*" => Ok(Expected::Missing),
            (Some(star), None) if star.trim() == "*" => Ok(Expected::Exists),
            (Some(tags), None) => Ok(Expected::OneOf(tags.split(',').filter_map(tag).collect())),
            (_, Some(_)) => {
                let why = "`If-None-Match` takes `*` alone, and not beside `If-Match`";
                Err(invalid("precondition", why))
            }
        }
    }

    /// What its body says, which has to be JSON.
    pub(super) async fn json<T: DeserializeOwned>(self) -> Result<T, ApiProblem> {
        let bytes = self.bytes().await?;
        let mut text = serde_json::Deserializer::from_slice(&bytes);
        let value = serde_path_to_error::deserialize(&mut text).map_err(|error| {
            let path = error.path().to_string();
            wrong(error.inner(), Some(path).filter(|path| path != "."))
        })?;
        text.end().map_err(|error| wrong(&error, None))?;
        Ok(value)
    }

    /// Its body, which has to be JSON, as it is written.
    pub(super) async fn text(self) -> Result<String, ApiProblem> {
        let text = String::from_utf8(self.bytes().await?.into());
        text.map_err(|_| invalid("body", "the body is no UTF-8"))
    }

    /// Its body, as it has come.
    pub(super) async fn bytes(self) -> Result<Bytes, ApiProblem> {
        let kind = self.headers().get(header::CONTENT_TYPE);
        let kind = kind.map(|kind| kind.to_str().unwrap_or("").to_ascii_lowercase());
        let essence = kind.as_deref().unwrap_or("").split(';').next().unwrap_or("").trim();
        if essence != "application/json" && !essence.ends_with("+json") {
            let detail = format!("the body is `{essence}`; send JSON, as `application/json`");
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            return Err(ApiProblem::new(status, "unsupported-media-type", detail));
        }
        match Limited::new(self.body, BODY_BYTES_MAX).collect().await {
            Ok(body) => Ok(body.to_bytes()),
            Err(error) if error.is::<LengthLimitError>() => {
                let detail = format!("the body is longer than {BODY_BYTES_MAX} bytes");
                Err(ApiProblem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail))
            }
            Err(error) => Err(invalid("body", format!("the body cannot be read: {error}"))),
        }
    }
}

/// A tag as a header has it: `"3.0-5f"`, `W/"3.0-5f"`; or a bare `3`, for people.
fn tag(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.strip_prefix("W/").unwrap_or(text).trim_matches('"');
    (!text.is_empty()).then(|| text.to_owned())
}

fn wrong(error: &serde_json::Error, at: Option<String>) -> ApiProblem {
    let whole = error.to_string();
    // Which says where, and so do we.
    let message = whole.rsplit_once(" at line ").map_or(&*whole, |(message, _)| message);
    let place = (error.line() > 0).then(|| (error.line(), error.column()));
    let mistake = Mistake {
        message: message.to_owned(),
        at,
        line: place.map(|(line, _)| line),
        column: place.map(|(_, column)| column),
    };
    invalid("body", format!("the body is not what is asked for: {mistake}")).with(vec![mistake])
}
