//! What goes wrong, as RFC 9457 has it.

use std::fmt;

use axum::response::IntoResponse;
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};

use crate::web::HttpResponse;

/// Why the admin API refuses a request: the body of every answer that is an error, `application/problem+json`.
///
/// ```
/// # async fn example(client: serve_core::AdminClient) {
/// if let Err(serve_core::ClientError::Refused(problem)) = client.restart("shop", None).await {
///     println!("{} ({}): {}", problem.title, problem.status, problem.detail);
/// }
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[non_exhaustive]
pub struct ApiProblem {
    /// What kind it is, for programs: `urn:serve:` and a word that stays.
    #[serde(rename = "type")]
    pub kind: String,
    /// What the status means.
    pub title: String,
    /// The status of the answer.
    pub status: u16,
    /// What is wrong with this request, and what to do about it.
    pub detail: String,
    /// What is wrong with what was sent, one by one, if it is that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Mistake>,
}

/// One thing that is wrong with what was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[non_exhaustive]
pub struct Mistake {
    /// What is wrong, and what to write instead.
    pub message: String,
    /// Where in the document, `deployments[0].num_replicas` say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// In which line of the text, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// In which column of the line, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
}

const KIND: &str = "urn:serve:";

impl ApiProblem {
    pub(super) fn new(status: StatusCode, kind: &str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("{KIND}{kind}"),
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            errors: Vec::new(),
        }
    }

    /// What was sent is wrong in these places.
    pub(super) fn with(mut self, errors: Vec<Mistake>) -> Self {
        self.errors = errors;
        self
    }

    pub(super) fn gone() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "stopped", "the server has been shut down")
    }
}

impl Mistake {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }
}

impl fmt::Display for ApiProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)?;
        self.errors.iter().try_for_each(|mistake| write!(f, "\n  {mistake}"))
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(f, "{line}:{column}: ")?;
        }
        if let Some(at) = &self.at {
            write!(f, "{at}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl IntoResponse for ApiProblem {
    fn into_response(self) -> HttpResponse {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_string(&self).unwrap_or_default();
        let headers = [(header::CONTENT_TYPE, "application/problem+json")];
        let mut response = (status, headers, body).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let asked = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, asked);
        }
        response
    }
}
