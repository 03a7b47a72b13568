//! Server-sent events of texts. By hand, because axum's own writer makes an event without `data` of an empty text, which
//! no client hears of, and two line breaks of `\r\n`.

use std::convert::Infallible;
use std::time::Duration;

use axum::response::Response;
use futures_core::Stream;
use futures_util::{StreamExt, stream};
use http::{HeaderValue, header};

use super::stream::chunks;

/// A connection on which nothing is said for so long gets a comment, so that nobody in between takes it for dead.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Answers with these events.
pub(super) fn respond(events: impl Stream<Item = String> + Send + 'static) -> Response {
    let kept_alive = stream::unfold(Box::pin(events), |mut events| async {
        let text = match tokio::time::timeout(KEEP_ALIVE, events.next()).await {
            Ok(event) => event?,
            Err(_) => ":\n\n".to_owned(),
        };
        Some((Ok::<_, Infallible>(text), events))
    });
    let mut response = chunks("text/event-stream", kept_alive);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// An event, with a name if it is not an ordinary one.
pub(super) fn event(name: Option<&str>, data: &str) -> String {
    let mut event = name.map_or_else(String::new, |name| format!("event: {name}\n"));
    for line in data.replace("\r\n", "\n").split(['\n', '\r']) {
        event.push_str("data: ");
        event.push_str(line);
        event.push('\n');
    }
    event.push('\n');
    event
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_text_is_an_event_with_data() {
        assert_eq!(event(None, ""), "data: \n\n");
    }

    #[test]
    fn every_kind_of_line_break_is_one() {
        let lines = "data: a\ndata: b\ndata: c\ndata: d\ndata: \n\n";
        assert_eq!(event(None, "a\r\nb\rc\nd\n"), lines);
    }

    #[test]
    fn a_name_comes_first() {
        assert_eq!(event(Some("error"), "no"), "event: error\ndata: no\n\n");
    }

    #[tokio::test(start_paused = true)]
    async fn who_has_nothing_to_say_is_kept_alive() {
        let events = stream::once(async {
            tokio::time::sleep(2 * KEEP_ALIVE + Duration::from_secs(1)).await;
            event(None, "late")
        });
        let body = axum::body::to_bytes(respond(events).into_body(), usize::MAX).await.unwrap();
        assert_eq!(body, ":\n\n:\n\ndata: late\n\n");
    }
}
