//! Sends the items of a stream as fast as its reader takes them.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Poll, ready};

use super::Hosted;
use crate::deployment::Deployment;
use crate::wire::{Answered, ItemSource, Message, Window, WindowClosed};

/// Takes an item whenever there is credit for it. Dropping the source cancels the call.
pub(super) async fn pump<D: Deployment>(
    hosted: Arc<Hosted<D>>,
    stream: u64,
    mut items: Box<dyn ItemSource>,
    window: Arc<Window>,
) {
    loop {
        let next = poll_fn(|context| match ready!(window.poll_ready(context)) {
            Ok(()) => items.poll_next(context).map(Ok),
            Err(WindowClosed) => Poll::Ready(Err(WindowClosed)),
        });
        let item = match next.await {
            Ok(Some(Answered::Value(body))) => body,
            Ok(Some(last)) => return hosted.answer(stream, last),
            Ok(None) => return hosted.end(stream),
            Err(WindowClosed) => return hosted.cancelled(stream),
        };
        window.spend(item.len());
        hosted.send(Message::Item { stream, body: item });
    }
}
