//! A body that is made on a replica's own thread, and sent by the server's.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame as BodyFrame};
use http_body_util::BodyExt;
use tokio::sync::mpsc;

use super::held::Cut;
use super::sent::SentBody;
use crate::call::{Executed, Failure};
use crate::ingress::SentResponse;
use crate::tasks::{OwnedTask, Tasks};

type Piece = Result<BodyFrame<Bytes>, axum::Error>;

/// How many pieces may be on their way; another waits to be.
const ON_THEIR_WAY_MAX: usize = 1;

/// Lets a streaming body be made where `tasks` run; the client's going away ends it.
pub(crate) fn carry(response: SentResponse, tasks: &Tasks) -> SentResponse {
    if response.body().size_hint().exact().is_some() {
        return response;
    }
    response.map(|body| {
        let (sender, pieces) = mpsc::channel(ON_THEIR_WAY_MAX);
        let body = body.into_axum();
        SentBody::plain(Body::new(CarriedBody {
            pieces,
            _making: OwnedTask(tasks.spawn(make(body, sender))),
        }))
    })
}

/// Sends all pieces, and `None` after the last.
async fn make(mut body: Body, sender: mpsc::Sender<Option<Piece>>) {
    loop {
        let piece = body.frame().await;
        let is_last = piece.is_none();
        // Without a receiver there is no client either.
        if sender.send(piece).await.is_err() || is_last {
            return;
        }
    }
}

struct CarriedBody {
    pieces: mpsc::Receiver<Option<Piece>>,
    _making: OwnedTask<()>,
}

impl HttpBody for CarriedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<BodyFrame<Bytes>, axum::Error>>> {
        let cut = || axum::Error::new(Cut(Failure::ReplicaDied { executed: Executed::Maybe }));
        // The thread may end before the body has: what was sent until then is not all of it.
        Poll::Ready(ready!(self.pieces.poll_recv(context)).unwrap_or_else(|| Some(Err(cut()))))
    }
}
