//! A page of text that is made anew for each request.

use axum::response::IntoResponse;
use axum::routing::get;
use http::{StatusCode, header};

/// Answers `path` with what `text` makes, or with 503 where there is nothing to tell any more.
pub(crate) fn text_router(
    path: &str,
    content_type: &'static str,
    text: impl Fn() -> Option<String> + Clone + Send + Sync + 'static,
) -> axum::Router {
    let answer = move || {
        let text = text();
        async move {
            match text {
                Some(text) => ([(header::CONTENT_TYPE, content_type)], text).into_response(),
                None => (StatusCode::SERVICE_UNAVAILABLE, "The server has ended.").into_response(),
            }
        }
    };
    axum::Router::new().route(path, get(answer))
}
