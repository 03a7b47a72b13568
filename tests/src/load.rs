//! Callers in the background, of whom not one may fail.

use std::fmt::Debug;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use tokio::task::JoinHandle;

use crate::{SOON, spawn, within};

/// Callers that go on until they are told to stop. Drop it only by [`end`](Self::end), which is where a
/// failed call fails the test.
#[derive(Debug)]
#[must_use = "a call that fails is found out about by `end`"]
pub struct Load<T> {
    is_over: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
    callers: Vec<JoinHandle<Vec<T>>>,
}

impl<T: Debug + PartialEq + Send + 'static> Load<T> {
    /// So many callers, each of whom makes one call after the other.
    pub fn start<F, E>(callers: usize, call: impl Fn() -> F + Clone + Send + 'static) -> Self
    where
        F: Future<Output = Result<T, E>> + Send,
        E: Debug + Send,
    {
        let (is_over, answered) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
        let caller = |_| {
            let (is_over, answered) = (Arc::clone(&is_over), Arc::clone(&answered));
            let call = call.clone();
            spawn(async move {
                let mut answers = Vec::new();
                while !is_over.load(SeqCst) {
                    let answer = call().await.expect("no call fails");
                    if answers.last() != Some(&answer) {
                        answers.push(answer);
                    }
                    answered.fetch_add(1, SeqCst);
                    // Others have work to do, too, and machines are small.
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                answers
            })
        };
        Self { callers: (0..callers).map(caller).collect(), is_over, answered }
    }

    /// Waits until so many more calls have been answered.
    pub async fn answers(&self, count: usize) {
        let before = self.answered.load(SeqCst);
        let answering = async {
            while self.answered.load(SeqCst) < before + count {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        within(SOON, answering).await;
    }

    /// Ends it, and gives back what each caller was answered, without repetitions.
    ///
    /// # Panics
    ///
    /// A call has failed.
    pub async fn end(self) -> Vec<Vec<T>> {
        self.is_over.store(true, SeqCst);
        let mut answers = Vec::new();
        for caller in self.callers {
            answers.push(within(SOON, caller).await.expect("no caller has panicked"));
        }
        answers
    }
}
