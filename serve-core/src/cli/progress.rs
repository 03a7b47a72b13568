//! Applications coming up, replica by replica.

use futures_core::Stream;
use futures_util::{FutureExt, StreamExt};

use super::failure::VerbOutcome;
use super::screen::{Screen, Tone};
use crate::observe::{Event, EventKind};

/// Shows what happens while `work` is under way. That nobody reads it any more is no reason to stop.
pub(super) async fn shown_while<T>(
    mut events: impl Stream<Item = Event> + Unpin,
    screen: &Screen,
    work: impl Future<Output = T>,
) -> T {
    let mut work = std::pin::pin!(work);
    let output = loop {
        tokio::select! {
            // What has happened before the end is shown before it.
            biased;
            Some(event) = events.next() => drop(show(&event, screen)),
            output = &mut work => break output,
        }
    };
    // Without waiting for more.
    while let Some(Some(event)) = events.next().now_or_never() {
        drop(show(&event, screen));
    }
    output
}

pub(super) fn show(event: &Event, screen: &Screen) -> VerbOutcome {
    if screen.json {
        return screen.value_line(event);
    }
    match tone(event.kind) {
        Some(tone) => screen.line(line(event, tone, screen)),
        None => Ok(()),
    }
}

/// An event in one line.
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
    match about.is_empty() {
        true => format!("{mark} {}", event.message),
        false => format!("{mark} {about}: {}", event.message),
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
