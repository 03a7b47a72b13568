//! Applications coming up, replica by replica.
//!
//! What has happened is a line each, which stays. On a terminal a last line, which does not, says what is still under way.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_core::Stream;
use futures_util::stream::Fuse;
use futures_util::{FutureExt, StreamExt};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::failure::VerbOutcome;
use super::screen::{Screen, Tone};
use super::text::tame;
use crate::client::AdminClient;
use crate::observe::{Event, EventKind};

const DRAW_EVERY: Duration = Duration::from_secs(1);
/// A server that has answered is not far behind with its events.
const REST_TIMEOUT: Duration = Duration::from_secs(5);

/// Events that come from somewhere, and which of them are shown.
pub(super) struct Watched<S> {
    events: Fuse<S>,
    /// Only those of this application.
    about: Option<String>,
    /// Whom they come from, if not from this process: they may be later than an answer that they lead to.
    server: Option<AdminClient>,
    /// The number of the last event that has come, whether or not it is shown.
    seen: u64,
    pub(super) is_silent: bool,
}

impl<S: Stream<Item = Event> + Unpin> Watched<S> {
    pub(super) fn of(events: S) -> Self {
        Self { events: events.fuse(), about: None, server: None, seen: 0, is_silent: false }
    }

    /// Of a server elsewhere, after the event of this number.
    pub(super) fn of_server(self, server: AdminClient, seen: u64) -> Self {
        Self { server: Some(server), seen, ..self }
    }

    pub(super) fn about(self, application: &str) -> Self {
        Self { about: Some(application.to_owned()), ..self }
    }

    fn take(&mut self, event: &Event, last_line: &mut LastLine<'_>) {
        self.seen = event.number;
        if !self.is_silent && (self.about.is_none() || self.about == event.application) {
            last_line.after(event);
        }
    }
}

/// Shows what happens while `work` is under way. That nobody reads it any more is no reason to stop.
pub(super) async fn shown_while<T>(
    mut watched: Watched<impl Stream<Item = Event> + Unpin>,
    screen: &Screen,
    work: impl Future<Output = T>,
) -> T {
    let mut work = std::pin::pin!(work);
    let mut last_line = LastLine { screen, underway: Underway::default() };
    let mut ticks = interval(DRAW_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let output = loop {
        tokio::select! {
            // What has happened before the end is shown before it.
            biased;
            Some(event) = watched.events.next() => watched.take(&event, &mut last_line),
            output = &mut work => break output,
            _ = ticks.tick(), if screen.can_redraw() => last_line.draw(),
        }
    };
    // It is for the eyes alone, and so not worth a long wait.
    drop(timeout(REST_TIMEOUT, rest(&mut watched, &mut last_line)).await);
    output
}

/// What has happened already and has not come yet.
async fn rest(
    watched: &mut Watched<impl Stream<Item = Event> + Unpin>,
    last_line: &mut LastLine<'_>,
) {
    let last = match &watched.server {
        Some(server) if !watched.is_silent => server.last_event().await.unwrap_or(0),
        _ => 0,
    };
    while watched.seen < last {
        let Some(event) = watched.events.next().await else { return };
        watched.take(&event, last_line);
    }
    // Of this process everything is there.
    while let Some(Some(event)) = watched.events.next().now_or_never() {
        watched.take(&event, last_line);
    }
}

/// Goes when it is dropped, also where somebody has interrupted.
struct LastLine<'a> {
    screen: &'a Screen,
    underway: Underway,
}

impl LastLine<'_> {
    /// The event, and what is under way after it.
    fn after(&mut self, event: &Event) {
        drop(show(event, self.screen));
        self.underway.note(event, Instant::now());
        self.draw();
    }

    fn draw(&self) {
        match self.underway.line(Instant::now()) {
            Some(line) if self.screen.can_redraw() => self.screen.draw(&line),
            _ => self.screen.erase(),
        }
    }
}

impl Drop for LastLine<'_> {
    fn drop(&mut self) {
        self.screen.erase();
    }
}

/// What has begun and is not over.
#[derive(Default)]
struct Underway(BTreeMap<String, Change>);

struct Change {
    begun: Instant,
    /// Replicas that have come up since.
    started: usize,
    is_deletion: bool,
}

impl Underway {
    fn note(&mut self, event: &Event, now: Instant) {
        let Some(application) = &event.application else { return };
        match event.kind {
            EventKind::UpdateStarted | EventKind::DeletionStarted => {
                let is_deletion = event.kind == EventKind::DeletionStarted;
                let change = Change { begun: now, started: 0, is_deletion };
                self.0.insert(application.clone(), change);
            }
            EventKind::ReplicaStarted => {
                if let Some(change) = self.0.get_mut(application) {
                    change.started += 1;
                }
            }
            EventKind::UpdateFinished
            | EventKind::UpdateFailed
            | EventKind::Untouched
            | EventKind::Deleted => drop(self.0.remove(application)),
            _ => {}
        }
    }

    fn line(&self, now: Instant) -> Option<String> {
        let changes = self.0.iter().map(|(name, Change { begun, started, is_deletion })| {
            let seconds = now.duration_since(*begun).as_secs();
            match (is_deletion, started) {
                (true, _) => format!("{name} finishes what it has, {seconds}s"),
                (false, 1) => format!("{name}: 1 replica up, {seconds}s"),
                (false, started) => format!("{name}: {started} replicas up, {seconds}s"),
            }
        });
        let changes: Vec<_> = changes.collect();
        (!changes.is_empty()).then(|| format!("… {}", changes.join("; ")))
    }
}

pub(super) fn show(event: &Event, screen: &Screen) -> VerbOutcome {
    if screen.json {
        return screen.value_line(event);
    }
    match tone(event.kind) {
        Some(tone) => screen.text(line(event, tone, screen)),
        None => Ok(()),
    }
}

/// An event in a line, or in as many as its message has.
pub(super) fn line(event: &Event, tone: Tone, screen: &Screen) -> String {
    let application = event.application.as_deref().unwrap_or_default();
    let about = match (&event.replica, &event.deployment) {
        // Its id has the other names in it.
        (Some(replica), _) => replica.clone(),
        (None, Some(deployment)) => format!("{application}/{deployment}"),
        (None, None) => application.to_owned(),
    };
    let mark = screen.paint(
        tone,
        match tone {
            Tone::Good => "+",
            Tone::Bad => "!",
            _ => "-",
        },
    );
    let message: Vec<_> = event.message.lines().map(tame).collect();
    let message = message.join("\n    ");
    match about.is_empty() {
        true => format!("{mark} {message}"),
        false => format!("{mark} {}: {message}", tame(&about)),
    }
}

/// What is worth a line while something comes up.
fn tone(kind: EventKind) -> Option<Tone> {
    match kind {
        EventKind::ReplicaStarted | EventKind::UpdateFinished | EventKind::Deleted => {
            Some(Tone::Good)
        }
        EventKind::UpdateFailed
        | EventKind::ReplicaStartFailed
        | EventKind::ReplicaDied
        | EventKind::ReconfigureRefused
        | EventKind::InternalError => Some(Tone::Bad),
        EventKind::UpdateStarted
        | EventKind::Untouched
        | EventKind::DeletionStarted
        | EventKind::Reconfigured => Some(Tone::Dim),
        _ => None,
    }
}

/// The same for a list of all that has happened.
pub(super) fn tone_of_any(kind: EventKind) -> Tone {
    tone(kind).unwrap_or(Tone::Dim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_last_line_says_what_has_begun_and_is_not_over() {
        let mut underway = Underway::default();
        let begun = Instant::now();
        let mut note = |application: &str, kind: EventKind| {
            let event = serde_json::json!({
                "number": 1, "at": 0.0, "kind": kind, "application": application, "deployment": null,
                "replica": null, "revision": null, "message": "", "caused_by": null,
            });
            let event: Event = serde_json::from_value(event).unwrap();
            underway.note(&event, begun);
            underway.line(begun + Duration::from_secs(7))
        };
        assert_eq!(note("shop", EventKind::ReplicaStarted), None);
        let line = note("shop", EventKind::UpdateStarted);
        assert_eq!(line.as_deref(), Some("… shop: 0 replicas up, 7s"));
        let line = note("shop", EventKind::ReplicaStarted);
        assert_eq!(line.as_deref(), Some("… shop: 1 replica up, 7s"));
        let line = note("old", EventKind::DeletionStarted);
        assert_eq!(line.as_deref(), Some("… old finishes what it has, 7s; shop: 1 replica up, 7s"));
        let line = note("shop", EventKind::UpdateFinished);
        assert_eq!(line.as_deref(), Some("… old finishes what it has, 7s"));
        assert_eq!(note("old", EventKind::Deleted), None);
    }
}
