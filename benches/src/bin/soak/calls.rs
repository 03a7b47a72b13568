//! Calls that have one answer: by handle and over connections that are kept alive.

use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use hyper::Method;
use serve_core::CallError;
use tokio::time::{sleep, timeout};

use crate::Failure;
use crate::client::{Client, is_death};
use crate::place::Place;
use crate::report::{Fault, Kind, Wrong};
use crate::soak::{CALL_PATIENCE, Call, Soak};
use crate::worker::WorkerHandle;

/// The longest pause between two calls of one caller.
const PAUSE_MILLIS: u64 = 80;
/// How long a call works, at most.
const WORK_MICROS: u64 = 10_000;

fn pause(random: &mut Rng) -> Duration {
    Duration::from_millis(random.u64(0..PAUSE_MILLIS))
}

/// One call after the other, until it is over.
pub(crate) async fn by_handle(
    soak: Arc<Soak>,
    place: Place,
    mut random: Rng,
) -> Result<(), Failure> {
    let handle = soak.handle(place)?;
    while let Some(call) = soak.open(place, Kind::Handle) {
        let work = (call.number, random.u64(0..WORK_MICROS));
        match random.u32(0..20) {
            0 => cancelled(&soak, &handle, call, work, &mut random).await,
            1 => dropped(&soak, &handle, call, work, &mut random).await,
            2..10 => tell(&soak, call, timeout(CALL_PATIENCE, handle.work.call(work)).await.ok()),
            _ => tell(&soak, call, timeout(CALL_PATIENCE, handle.work.remote(work)).await.ok()),
        }
        sleep(pause(&mut random)).await;
    }
    Ok(())
}

fn tell(soak: &Soak, call: Call, outcome: Option<Result<String, CallError>>) {
    match outcome {
        Some(Ok(answer)) => soak.answered(call, &answer),
        Some(Err(error)) => soak.failed(call, &error),
        None => soak.hung(call, "no answer"),
    }
}

async fn cancelled(
    soak: &Soak,
    handle: &WorkerHandle,
    call: Call,
    work: (u64, u64),
    random: &mut Rng,
) {
    soak.report.made(Fault::CancelledCall);
    let reference = handle.work.remote(work);
    sleep(Duration::from_micros(random.u64(0..WORK_MICROS))).await;
    reference.cancel();
    match timeout(CALL_PATIENCE, reference).await.ok() {
        Some(Err(CallError::Cancelled)) => soak.abandoned(call),
        outcome => tell(soak, call, outcome),
    }
}

async fn dropped(
    soak: &Soak,
    handle: &WorkerHandle,
    call: Call,
    work: (u64, u64),
    random: &mut Rng,
) {
    soak.report.made(Fault::DroppedCall);
    let patience = Duration::from_micros(random.u64(0..WORK_MICROS));
    match timeout(patience, handle.work.call(work)).await {
        Ok(outcome) => tell(soak, call, Some(outcome)),
        Err(_) => soak.abandoned(call),
    }
}

/// One request after the other, until it is over.
pub(crate) async fn by_http(soak: Arc<Soak>, place: Place, mut random: Rng) -> Result<(), Failure> {
    let mut client = Client::connect(soak.address).await?;
    while let Some(call) = soak.open(place, Kind::Http) {
        let path = format!("/{}/work/{}/{}", place.name(), call.number, random.u64(0..WORK_MICROS));
        let asking = client.ask(Method::POST, &path);
        if random.u32(0..100) == 0 {
            soak.report.made(Fault::VanishedClient);
            let patience = Duration::from_micros(random.u64(0..WORK_MICROS));
            match timeout(patience, asking).await {
                Ok(outcome) => told(&soak, call, Some(outcome)),
                Err(_) => soak.abandoned(call),
            }
            client = Client::connect(soak.address).await?;
        } else {
            let outcome = timeout(CALL_PATIENCE, asking).await.ok();
            let is_answered = matches!(outcome, Some(Ok(_)));
            told(&soak, call, outcome);
            if !is_answered {
                client = Client::connect(soak.address).await?;
            }
        }
        sleep(pause(&mut random)).await;
    }
    Ok(())
}

fn told(soak: &Soak, call: Call, outcome: Option<Result<String, Failure>>) {
    match outcome {
        Some(Ok(answer)) => soak.answered(call, &answer),
        Some(Err(error)) => {
            match is_death(&error) && soak.kills(call.place).explain(call.begun) {
                true => soak.report.explained(),
                false => {
                    let after = call.begun.elapsed();
                    let text = format_args!("{call:?} after {after:?}: {error}");
                    soak.report.wrong(Wrong::Failed, text);
                }
            }
            soak.abandoned(call);
        }
        None => soak.hung(call, "no answer"),
    }
}
