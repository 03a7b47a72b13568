//! How long the writer of a link waits for one more message before it writes.

use std::time::Duration;

use tokio::time::Instant;

/// What it may cost in time to have one more message come along: about what writing it alone would.
const MESSAGE_WORTH: Duration = Duration::from_micros(5);
/// How often in a row it must not be worth it: on a busy machine once means nothing.
const IN_VAIN_MAX: u32 = 3;
/// For how many bursts nobody is waited for then.
const BURSTS_ALONE: u32 = 32;

/// Whether what there is to write waits for more.
///
/// The first message of a burst wakes the writer before the others are sent, and what comes while it
/// writes is the beginning of the next. If several calls are open, those that are about to send on the
/// same thread get the chance to come along: at 256 callers this is four times the calls. A lone caller
/// does not wait, and nobody does for long if threads are busy with something else, because then the
/// message would go out late and still alone.
#[derive(Debug, Default)]
pub(in crate::link) struct Coalescer {
    in_vain: u32,
    bursts_alone: u32,
}

impl Coalescer {
    /// Lets others run once. `pushed` says how many messages have been queued so far.
    pub(in crate::link) async fn wait(&mut self, pushed: impl Fn() -> u32) {
        if self.bursts_alone > 0 {
            self.bursts_alone -= 1;
            return;
        }
        let (before, began) = (pushed(), Instant::now());
        tokio::task::yield_now().await;
        let gained = pushed().wrapping_sub(before);
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
    waited <= MESSAGE_WORTH.saturating_mul(gained.saturating_add(1))
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
        let mut coalescer = Coalescer::default();
        let alone = |coalescer: &mut Coalescer, was_worth| {
            coalescer.judge(was_worth);
            std::mem::take(&mut coalescer.bursts_alone)
        };
        assert_eq!([false, false, true].map(|worth| alone(&mut coalescer, worth)), [0, 0, 0]);
        assert_eq!([false, false, false].map(|worth| alone(&mut coalescer, worth)), [0, 0, 32]);
        assert_eq!(alone(&mut coalescer, false), 32, "one more try is enough");
        assert_eq!([true, false].map(|worth| alone(&mut coalescer, worth)), [0, 0]);
    }
}
