//! The one task that writes to a link: everything that is queued, in one go.

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::time::Instant;

use super::link::Shared;
use super::queue::{Batch, Work};

/// The kernel takes more, but a batch seldom has more.
const SLICES_MAX: usize = 64;
/// What it may cost in time to have one more message come along: about what writing it alone would.
const COMPANY_WORTH: Duration = Duration::from_micros(5);
/// How often in a row it has to be not worth it: where the machine is busy, once means nothing.
const IN_VAIN_MAX: u32 = 3;
/// For how many bursts nobody is waited for then.
const BURSTS_ALONE: u32 = 32;

/// How writing ended.
#[derive(Debug, Default)]
pub(crate) struct Written {
    /// Calls that have not been handed to the kernel completely, so the other end cannot have seen them.
    pub(crate) unsent: Vec<u64>,
    pub(crate) error: Option<io::Error>,
}

/// Writes until the link is stopped or the connection fails.
pub(crate) async fn write<W>(mut io: W, shared: Arc<Shared>) -> Written
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

async fn write_all<W>(io: &mut W, shared: &Shared, batch: &mut Batch) -> io::Result<()>
where
    W: AsyncWrite + Unpin,
{
    let mut company = Company::default();
    loop {
        match next_work(shared, &mut company).await {
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
async fn next_work(shared: &Shared, company: &mut Company) -> Work {
    let work = poll_fn(|cx| match shared.queue().poll_work(cx.waker()) {
        Work::None => Poll::Pending,
        work => Poll::Ready(work),
    });
    let work = work.await;
    if shared.calls.is_busy() {
        company.wait(shared).await;
    }
    work
}

/// Whether what there is to write waits for company.
///
/// The first message of a burst wakes the writer before the others are sent, and what comes while it
/// writes is the beginning of the next. Where several calls are open, those that are about to send on the
/// same thread get the chance to come along: at 256 callers this is four times the calls. A lone caller
/// does not wait, and nobody does for long where threads are busy with something else, because then the
/// message would go out late and still alone.
#[derive(Debug, Default)]
struct Company {
    in_vain: u32,
    bursts_alone: u32,
}

impl Company {
    async fn wait(&mut self, shared: &Shared) {
        if self.bursts_alone > 0 {
            self.bursts_alone -= 1;
            return;
        }
        let (pushed, began) = (shared.queue().pushed(), Instant::now());
        tokio::task::yield_now().await;
        let gained = shared.queue().pushed().wrapping_sub(pushed);
        self.judge(is_worth(began.elapsed(), gained));
    }

    fn judge(&mut self, was_worth: bool) {
        self.in_vain = if was_worth { 0 } else { self.in_vain + 1 };
        if self.in_vain >= IN_VAIN_MAX {
            self.bursts_alone = BURSTS_ALONE;
        }
    }
}

fn is_worth(waited: Duration, gained: u32) -> bool {
    waited <= COMPANY_WORTH.saturating_mul(gained.saturating_add(1))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn company_is_worth_as_much_time_as_it_saves() {
        let worth = |micros, gained| is_worth(Duration::from_micros(micros), gained);
        assert!(worth(3, 0), "a glance costs little");
        assert!(!worth(30, 0));
        assert!(worth(300, 255));
        assert!(!worth(30_000, 255));
    }

    #[test]
    fn nobody_is_waited_for_after_it_was_in_vain_three_times_in_a_row() {
        let mut company = Company::default();
        let alone = |company: &mut Company, was_worth| {
            company.judge(was_worth);
            std::mem::take(&mut company.bursts_alone)
        };
        assert_eq!([false, false, true].map(|worth| alone(&mut company, worth)), [0, 0, 0]);
        assert_eq!([false, false, false].map(|worth| alone(&mut company, worth)), [0, 0, 32]);
        assert_eq!(alone(&mut company, false), 32, "one more try is enough");
        assert_eq!([true, false].map(|worth| alone(&mut company, worth)), [0, 0]);
    }
}
