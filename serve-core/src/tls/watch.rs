//! Takes a new certificate when its files have changed.
//!
//! It asks for them once a second. A watcher would have to follow the symbolic links by which Kubernetes exchanges a
//! whole folder, and hears nothing of a network's file system.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::runtime::Handle;

use super::accept::{PairFiles, Tls};
use super::pair::load;
use crate::error::Error;
use crate::observe::{Draft, EventKind, EventLog};

const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What tells files from the ones that were there before, links followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stamp([Option<FileStamp>; 2]);

#[derive(Clone, Debug, PartialEq, Eq)]
struct FileStamp {
    modified: Option<SystemTime>,
    length: u64,
    /// A file that was put in another's place may have its length and time.
    number: u64,
}

/// What is known of the files.
#[derive(Debug)]
struct Known {
    stamp: Stamp,
    /// The pair of this stamp is not in force.
    refused: Option<Refused>,
}

/// How often a pair has been refused. The first time is not told: one file may be there and the other on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refused {
    Once,
    AndTold,
}

/// What is to be done after a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Nothing,
    Load,
}

impl Stamp {
    pub(super) fn of(files: &PairFiles) -> Self {
        Self([&files.certificate, &files.key].map(|file| FileStamp::of(file)))
    }
}

impl FileStamp {
    fn of(file: &Path) -> Option<Self> {
        let metadata = fs::metadata(file).ok()?;
        Some(Self {
            modified: metadata.modified().ok(),
            length: metadata.len(),
            number: number_of(&metadata),
        })
    }
}

#[cfg(unix)]
fn number_of(metadata: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn number_of(_: &fs::Metadata) -> u64 {
    0
}

impl Known {
    fn look(&mut self, stamp: &Stamp) -> Step {
        if self.stamp != *stamp {
            *self = Self { stamp: stamp.clone(), refused: None };
            return Step::Load;
        }
        match self.refused {
            // Perhaps it was written to while it was read.
            Some(Refused::Once) => Step::Load,
            Some(Refused::AndTold) | None => Step::Nothing,
        }
    }

    /// Whether a pair that cannot be used is to be told.
    fn is_told(&mut self) -> bool {
        let is_again = self.refused.is_some();
        self.refused = Some(if is_again { Refused::AndTold } else { Refused::Once });
        is_again
    }
}

pub(super) async fn watch(tls: Arc<Tls>, loaded: Stamp, runtime: Handle, events: EventLog) {
    let mut known = Known { stamp: loaded, refused: None };
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let (tls, events) = (Arc::clone(&tls), events.clone());
        // The files may be on a network.
        let looked = runtime.spawn_blocking(move || {
            look(&tls, &mut known, &events);
            known
        });
        // It ends with its runtime.
        let Ok(after) = looked.await else { return };
        known = after;
    }
}

fn look(tls: &Tls, known: &mut Known, events: &EventLog) {
    if known.look(&Stamp::of(&tls.files)) == Step::Nothing {
        return;
    }
    match load(&tls.files) {
        Ok(config) => {
            tls.current.store(Arc::new(config));
            known.refused = None;
            let file = tls.files.certificate.display();
            let message = format!("new connections get the new certificate of `{file}`");
            events.tell(Draft::info(EventKind::CertificateReloaded, message));
        }
        Err(error) if known.is_told() => tell_refused(events, &error),
        Err(_) => {}
    }
}

fn tell_refused(events: &EventLog, error: &Error) {
    let message = format!("{error}; the certificate that was there before stays in force");
    events.tell(Draft::warn(EventKind::CertificateRefused, message));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(length: u64) -> Stamp {
        Stamp([Some(FileStamp { modified: None, length, number: 1 }), None])
    }

    #[test]
    fn a_pair_is_loaded_when_it_has_changed_and_once_more_if_it_is_refused() {
        let mut known = Known { stamp: stamp(1), refused: None };
        assert_eq!(known.look(&stamp(1)), Step::Nothing);
        assert_eq!(known.look(&stamp(2)), Step::Load);
        assert!(!known.is_told(), "the other file may be on its way");
        assert_eq!(known.look(&stamp(2)), Step::Load);
        assert!(known.is_told());
        assert_eq!(known.look(&stamp(2)), Step::Nothing, "it stays as it is");
        assert_eq!(known.look(&stamp(3)), Step::Load);
        assert_eq!(known.look(&stamp(3)), Step::Nothing, "it was taken");
    }
}
