//! The system's own calls of user code: the constructor, the configuration, the warm-up, the health check, the last
//! words. A panic there is a failure.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{AnyReplica, HookCall};
use crate::contained::{Contained, ContainedFuture, discard};
use crate::deployment::UserConfig;
use crate::error::Failure;
use crate::info::{ShutdownHook, TypeInfo};
use crate::site::ReplicaHealth;

/// How one of the system's own calls waits for the user's value.
#[derive(Debug, Default)]
pub(crate) struct Hook {
    entered: Notify,
}

/// A call that waits to run alone keeps all others out, so it gives up its place after this long, lets
/// others run for as long, and tries again.
const EXCLUSIVE_PATIENCE: Duration = Duration::from_secs(1);

impl Hook {
    /// The value is there.
    pub(crate) fn enter(&self) {
        self.entered.notify_one();
    }

    /// Waits for exclusive access without keeping others out for long.
    pub(crate) async fn exclusively<Guard, Avoided, Wait: Future<Output = Guard>>(
        &self,
        avoid: impl Fn() -> Avoided,
        wait: impl Fn() -> Wait,
    ) -> Guard {
        loop {
            let avoided = avoid();
            if let Ok(guard) = tokio::time::timeout(EXCLUSIVE_PATIENCE, wait()).await {
                return guard;
            }
            drop(avoided);
            tokio::time::sleep(EXCLUSIVE_PATIENCE).await;
        }
    }
}

/// Runs a constructor where it holds up nobody: many load a model for seconds without an await. One that
/// awaits ends with `end`; one that does not ends when it ends.
pub(crate) async fn on_own_thread<T: Send + 'static>(
    runtime: &Handle,
    end: CancellationToken,
    constructing: BoxFuture<'static, Result<T, Failure>>,
) -> Result<T, Failure> {
    let there = runtime.clone();
    let constructing = async move {
        tokio::select! {
            biased;
            constructed = guarded(constructing) => constructed,
            () = end.cancelled_owned() => Err(Failure::new("it was stopped")),
        }
    };
    // Nobody may be left to take it.
    let construct = move || Contained::new(there.block_on(constructing));
    match runtime.spawn_blocking(construct).await {
        Ok(outcome) => outcome.into_inner(),
        Err(error) => Err(Failure::new(error)),
    }
}

/// Hands the user's type its configuration, within `patience`. It has a context there, so that `current_handle()` works.
pub(crate) async fn reconfigure(
    replica: Arc<dyn AnyReplica>,
    config: UserConfig,
    patience: Duration,
) -> Result<(), Failure> {
    let given = replica.call_hook(HookCall::Reconfigure(config), &Arc::default());
    let late = || Err(Failure::new(format_args!("it did not end within {patience:?}")));
    tokio::time::timeout(patience, guarded(given)).await.unwrap_or_else(|_| late())
}

/// Lets a replica warm up before it takes calls, if it wants to: on a thread of its own, because that may compute for
/// seconds.
pub(crate) async fn warm_up(
    replica: &Arc<dyn AnyReplica>,
    end: CancellationToken,
) -> Result<(), Failure> {
    if !replica.info().has_warm_up {
        return Ok(());
    }
    let warming = Arc::clone(replica).call_hook(HookCall::WarmUp, &Arc::default());
    let warmed = on_own_thread(&replica.pool().runtime().clone(), end, warming).await;
    warmed.map_err(|failure| Failure::new(format_args!("`warm_up` failed: {failure}")))
}

/// Asks the user's health check. The time runs from when the check has the value, and its end means
/// nothing if a call has succeeded meanwhile: then the replica is busy, not sick.
pub(crate) async fn check_health(
    replica: &Arc<dyn AnyReplica>,
    timeout: Duration,
) -> ReplicaHealth {
    if let Some(complaint) = replica.site().stuck.complaint() {
        return ReplicaHealth::Failed(complaint);
    }
    let TypeInfo { has_health_check, is_locked, .. } = *replica.info();
    if !has_health_check {
        return ReplicaHealth::Passed;
    }
    let hook = Arc::<Hook>::default();
    let standing = &replica.site().standing;
    standing.watch();
    let check = Arc::clone(replica).call_hook(HookCall::CheckHealth, &hook);
    let time_is_up = async {
        if is_locked && tokio::time::timeout(timeout, hook.entered.notified()).await.is_err() {
            // Something else runs alone there, which is no reason to end it.
            return ReplicaHealth::Undecided;
        }
        tokio::time::sleep(timeout).await;
        ReplicaHealth::no_answer(standing.has_succeeded(), timeout)
    };
    let check = pin!(guarded(check));
    tokio::select! {
        biased;
        outcome = check => match outcome {
            Ok(()) => ReplicaHealth::Passed,
            Err(failure) => ReplicaHealth::Failed(failure.to_string()),
        },
        health = time_is_up => health,
    }
}

/// How long a value that has nothing to say is waited for.
const GLANCE: Duration = Duration::from_millis(100);

/// Lets a replica that has no calls any more say its last words, if it has any, and ends its value. That runs
/// where it may block. What awaits ends with `patience`; what blocks cannot be ended, so whoever waits for
/// it has a clock too.
///
/// # Errors
///
/// The user's own, or a panic.
pub(crate) async fn shut_down(
    replica: Arc<dyn AnyReplica>,
    patience: Duration,
) -> Result<(), Failure> {
    let runtime = replica.pool().runtime().clone();
    let on_shutdown = replica.info().on_shutdown;
    let mut spoken = Ok(());
    if on_shutdown == ShutdownHook::Borrowed {
        let speaking = Arc::clone(&replica).call_hook(HookCall::OnShutdown, &Arc::default());
        spoken = guarded(speaking).await;
    }
    // Somebody may still look at the replica for a moment, or keep a place there for as long as they like.
    let patience_for_value = match on_shutdown {
        ShutdownHook::Owned => patience,
        ShutdownHook::Borrowed | ShutdownHook::None => GLANCE.min(patience),
    };
    let Ok(Ok(value)) = tokio::time::timeout(patience_for_value, replica.inherit()).await else {
        return spoken;
    };
    let there = runtime.clone();
    let ended = runtime.spawn_blocking(move || match on_shutdown {
        ShutdownHook::Owned => there.block_on(async {
            let words = guarded(value.last_words());
            // Later than whoever waits, who says so.
            tokio::time::timeout(patience, words).await.unwrap_or(Ok(()))
        }),
        ShutdownHook::Borrowed | ShutdownHook::None => {
            discard(value);
            Ok(())
        }
    });
    match ended.await {
        Ok(ended) => spoken.and(ended),
        Err(error) => Err(Failure::new(error)),
    }
}

/// A panic in user code is a failure with its text.
pub(crate) async fn guarded<T>(
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let panicked = |message| Err(Failure::new(format_args!("panicked: {message}")));
    ContainedFuture::new(work).await.unwrap_or_else(panicked)
}
