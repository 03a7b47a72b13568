//! The one task that writes to a link: everything that is queued, in one go.

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use tokio::io::{AsyncWrite, AsyncWriteExt};

use super::queue::{Batch, Work};
use super::shared::SharedLink;
use super::tuning::Coalescer;

/// The kernel takes more, but a batch seldom has more.
const SLICES_MAX: usize = 64;
/// How writing ended.
#[derive(Debug, Default)]
pub(crate) struct Written {
    /// Calls that have not been handed to the kernel completely, so the other end cannot have seen them.
    pub(crate) unsent: Vec<u64>,
    pub(crate) error: Option<io::Error>,
}

/// Writes until the link is stopped or the connection fails.
pub(crate) async fn write<W>(mut io: W, shared: Arc<SharedLink>) -> Written
where
    W: AsyncWrite + Unpin,
{
    let mut batch = Batch::default();
    let ended = shared.stop.run_until_cancelled(write_all(&mut io, &shared, &mut batch)).await;
    // From here on nothing is handed to the kernel, so what is unsent now stays so.
    let mut unsent = batch.unsent();
    unsent.extend(shared.queue().close());
    Written { unsent, error: ended.and_then(Result::err) }
}

async fn write_all<W>(io: &mut W, shared: &SharedLink, batch: &mut Batch) -> io::Result<()>
where
    W: AsyncWrite + Unpin,
{
    let mut coalescer = Coalescer::default();
    loop {
        match next_work(shared, &mut coalescer).await {
            Work::Finished => {
                io.shutdown().await?;
                // The other end closes when it has said everything; until then this end still reads.
                return std::future::pending().await;
            }
            Work::Some | Work::None => shared.queue().take(batch),
        }
        while !batch.is_empty() {
            write_some(io, batch).await?;
        }
        io.flush().await?;
    }
}

/// Waits until there is something to write, and a little for more of it.
async fn next_work(shared: &SharedLink, coalescer: &mut Coalescer) -> Work {
    let work = poll_fn(|cx| match shared.queue().poll_work(cx.waker()) {
        Work::None => Poll::Pending,
        work => Poll::Ready(work),
    });
    let work = work.await;
    if shared.calls.is_busy() {
        coalescer.wait(|| shared.queue().pushed()).await;
    }
    work
}

async fn write_some<W>(io: &mut W, batch: &mut Batch) -> io::Result<()>
where
    W: AsyncWrite + Unpin,
{
    let written = {
        let mut slices = [IoSlice::new(&[]); SLICES_MAX];
        let mut count = 0;
        for (slot, slice) in slices.iter_mut().zip(batch.rest()) {
            *slot = IoSlice::new(slice);
            count += 1;
        }
        let slices = &slices[..count];
        poll_fn(|cx| match slices {
            [slice] => Pin::new(&mut *io).poll_write(cx, slice),
            slices => Pin::new(&mut *io).poll_write_vectored(cx, slices),
        })
        .await?
    };
    if written == 0 {
        return Err(io::ErrorKind::WriteZero.into());
    }
    batch.advance(written);
    Ok(())
}
