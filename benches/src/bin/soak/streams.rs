//! Streams of one second to a minute, by handle and over HTTP. Each ends whole, or was cut by a fault that
//! may cut it.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use futures_util::{Stream, StreamExt};
use http_body_util::BodyExt;
use hyper::Method;
use tokio::time::{Instant, sleep, timeout};

use crate::Failure;
use crate::client::Client;
use crate::counted::Counted;
use crate::ledger::Outcome;
use crate::place::Place;
use crate::report::{Fault, Kind, Wrong};
use crate::soak::{CALL_PATIENCE, Call, Soak};

/// How long a stream lasts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Length {
    /// One to five seconds.
    Short,
    /// Up to a minute, and then a pause, in which replicas can drain.
    Long,
}

/// How a stream is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    ToItsEnd,
    /// More is made than the reader takes.
    Slowly,
    /// Cancelled by handle, or the client closes the connection, after so many items.
    Until(u64),
}

struct Course {
    call: Call,
    manner: Manner,
    items: u64,
    pause: Duration,
    line_length: u64,
}

const PAUSE: Duration = Duration::from_millis(50);
/// Of a slow reader, for each item: with so much in flight that the server has to wait.
const SLOW_PAUSE: Duration = Duration::from_millis(10);
const SLOW_ITEMS: u64 = 400;
const SLOW_LENGTH: u64 = 8192;

/// One stream after the other, until it is over.
pub(crate) async fn read(
    soak: Arc<Soak>,
    place: Place,
    length: Length,
    mut random: Rng,
) -> Result<(), Failure> {
    loop {
        let kind = if random.bool() { Kind::StreamByHandle } else { Kind::StreamByHttp };
        let Some(call) = soak.open(place, kind) else { return Ok(()) };
        let course = Course::new(call, length, &soak, &mut random);
        match kind {
            Kind::StreamByHandle => course.by_handle(&soak).await?,
            _ => course.by_http(&soak).await?,
        }
        let rest = match length {
            Length::Short => random.u64(0..500),
            Length::Long => random.u64(5_000..20_000),
        };
        let left = soak.end.saturating_duration_since(Instant::now());
        sleep(Duration::from_millis(rest).min(left)).await;
    }
}

impl Course {
    fn new(call: Call, length: Length, soak: &Soak, random: &mut Rng) -> Self {
        let millis = match length {
            Length::Short => random.u64(1_000..5_000),
            Length::Long => random.u64(10_000..60_000),
        };
        let left = soak.end.saturating_duration_since(call.begun).max(Duration::from_secs(1));
        let lasting = Duration::from_millis(millis).min(left);
        let items = u64::try_from(lasting.as_millis() / PAUSE.as_millis()).unwrap_or(1);
        let manner = match random.u32(0..10) {
            0 => Manner::Until(random.u64(0..items)),
            1 if matches!(length, Length::Short) => Manner::Slowly,
            _ => Manner::ToItsEnd,
        };
        let course = Self { call, manner, items, pause: PAUSE, line_length: random.u64(0..300) };
        match (manner, call.kind) {
            (Manner::Slowly, _) => {
                soak.report.made(Fault::SlowReader);
                Self {
                    items: SLOW_ITEMS,
                    pause: Duration::ZERO,
                    line_length: SLOW_LENGTH,
                    ..course
                }
            }
            (Manner::Until(_), Kind::StreamByHandle) => {
                soak.report.made(Fault::CancelledStream);
                course
            }
            (Manner::Until(_), _) => {
                soak.report.made(Fault::VanishedClient);
                course
            }
            (Manner::ToItsEnd, _) => course,
        }
    }

    fn order(&self) -> (u64, u64, u64, u64) {
        let pause = u64::try_from(self.pause.as_micros()).unwrap_or(u64::MAX);
        (self.call.number, self.items, pause, self.line_length)
    }

    async fn by_handle(self, soak: &Soak) -> Result<(), Failure> {
        let mut stream = soak.handle(self.call.place)?.count.remote(self.order());
        let counted = Counted::new(self.call.number, self.line_length);
        let is_enough = self.follow(soak, counted, &mut stream).await;
        // Half of them by word, half by being dropped.
        if is_enough && self.call.number.is_multiple_of(2) {
            stream.cancel();
        }
        Ok(())
    }

    async fn by_http(self, soak: &Soak) -> Result<(), Failure> {
        let mut client = Client::connect(soak.address).await?;
        let (call, items, pause, length) = self.order();
        let path = format!("/{}/count/{call}/{items}/{pause}/{length}", self.call.place.name());
        let counted = Counted::new(call, length);
        match timeout(CALL_PATIENCE, client.send(Method::GET, &path)).await {
            Ok(Ok(response)) => {
                let mut body = response.into_body().into_data_stream();
                self.follow(soak, counted, &mut body).await;
            }
            Ok(Err(error)) => self.ended(soak, &counted, Some(&error.to_string())),
            Err(_) => soak.hung(self.call, "no head"),
        }
        Ok(())
    }

    /// Reads on to the end, or until that is enough: `true` then.
    async fn follow<T: AsRef<[u8]>, E: Debug>(
        &self,
        soak: &Soak,
        mut counted: Counted,
        items: &mut (impl Stream<Item = Result<T, E>> + Unpin),
    ) -> bool {
        while !self.is_enough(&counted) {
            match timeout(CALL_PATIENCE, items.next()).await {
                Ok(Some(Ok(item))) => self.take(soak, &mut counted, item.as_ref()),
                Ok(Some(Err(error))) => {
                    self.ended(soak, &counted, Some(&format!("{error:?}")));
                    return false;
                }
                Ok(None) => {
                    self.ended(soak, &counted, None);
                    return false;
                }
                Err(_) => {
                    soak.hung(self.call, "no item");
                    return false;
                }
            }
            self.rest().await;
        }
        soak.abandoned(self.call);
        true
    }

    fn is_enough(&self, counted: &Counted) -> bool {
        matches!(self.manner, Manner::Until(items) if counted.items() >= items)
    }

    async fn rest(&self) {
        if self.manner == Manner::Slowly {
            sleep(SLOW_PAUSE).await;
        }
    }

    fn take(&self, soak: &Soak, counted: &mut Counted, bytes: &[u8]) {
        let is_first = counted.items() == 0;
        if let Err(problem) = counted.feed(bytes) {
            soak.report.wrong(Wrong::Mismatched, format_args!("{:?}: {problem}", self.call));
        }
        if is_first && counted.items() > 0 {
            let Call { place, kind, begun, .. } = self.call;
            soak.report.answered(place, kind, begun.elapsed());
        }
    }

    /// The stream has ended: whole, or because its replica was killed, or for no reason.
    fn ended(&self, soak: &Soak, counted: &Counted, error: Option<&str>) {
        if error.is_none() && counted.is_whole(self.items) {
            return soak.close(self.call, Outcome::Answered);
        }
        let kills = soak.kills(self.call.place);
        // A stream that ends as if it were whole is never explained.
        let is_explained = error.is_some()
            && match counted.replica() {
                Some(replica) => kills.has(replica),
                None => kills.explain(self.call.begun),
            };
        match is_explained {
            true => soak.report.explained(),
            false => soak.report.wrong(
                Wrong::Cut,
                format_args!(
                    "{:?} on {:?} after {} of {} items and {:?}: {error:?}",
                    self.call,
                    counted.replica(),
                    counted.items(),
                    self.items,
                    self.call.begun.elapsed(),
                ),
            ),
        }
        soak.close(self.call, Outcome::Unknown);
    }
}
