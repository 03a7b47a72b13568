//! A program on a terminal: what is to be seen on it, and who types there.

use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::fs::{Mode, OFlags, open};
use rustix::io::ioctl_fionread;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use tests::within_thread;
use vt100::Parser;

use super::program::{PATIENCE, PROGRAM, VARIABLES};

/// A program on a terminal of its own.
pub(super) struct Terminal {
    child: Child,
    keys: File,
    shown: Arc<Shown>,
    /// As long as it is open the terminal is there, whether or not the program has it.
    line: OwnedFd,
    reader: JoinHandle<()>,
}

struct Shown {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    parser: Parser,
    raw: Vec<u8>,
}

/// What is left when a program has ended.
pub(super) struct Ended {
    /// As a shell has it.
    pub(super) status: i32,
    /// The rows with something in them.
    pub(super) rows: Vec<String>,
    /// Lines that were too long for it, and which could have been folded between words.
    pub(super) overflown: Vec<String>,
    pub(super) raw: String,
}

fn size(number: u16) -> NonZeroU16 {
    NonZeroU16::new(number).expect("it is not zero")
}

impl Terminal {
    /// With so many columns and rows.
    pub(super) fn start(
        (columns, rows): (u16, u16),
        variables: &[(&str, &str)],
        arguments: &[&str],
    ) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
        grantpt(&master).expect("it is ours");
        unlockpt(&master).expect("it is ours");
        let name = ptsname(&master, Vec::new()).expect("it has a name");
        let name = name.to_str().expect("it is text");
        let line = open(name, OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty());
        let line = line.expect("it is there");
        let winsize = Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&master, winsize).expect("it has a size");
        let mut command = Command::new(env!("CARGO_BIN_EXE_on_terminal"));
        command.args([name, PROGRAM]).args(arguments).env("TERM", "xterm-256color");
        for variable in VARIABLES {
            command.env_remove(variable);
        }
        command.envs(variables.iter().copied());
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let child = command.spawn().expect("the program runs");
        let state = State { parser: Parser::new(size(rows), size(columns), 0), raw: Vec::new() };
        let shown = Arc::new(Shown { state: Mutex::new(state), changed: Condvar::new() });
        let mut screen = File::from(master);
        let keys = screen.try_clone().expect("a second way to it");
        let reader = std::thread::spawn({
            let shown = Arc::clone(&shown);
            move || {
                let mut bytes = [0; 4096];
                // It fails when the program and the test have let go of it.
                while let Ok(count @ 1..) = screen.read(&mut bytes) {
                    let mut state = shown.lock();
                    state.parser.process(&bytes[..count]);
                    state.raw.extend(&bytes[..count]);
                    shown.changed.notify_all();
                }
            }
        });
        Self { child, keys, shown, line, reader }
    }

    /// Waits until what is to be seen is so.
    #[track_caller]
    pub(super) fn until(&self, what: &str, is_so: impl Fn(&str) -> bool) {
        let mut state = self.shown.lock();
        loop {
            let contents = state.parser.screen().contents();
            if is_so(&contents) {
                return;
            }
            let (next, late) = self
                .shown
                .changed
                .wait_timeout(state, PATIENCE)
                .unwrap_or_else(PoisonError::into_inner);
            assert!(!late.timed_out(), "still waiting until {what}: {contents}");
            state = next;
        }
    }

    /// Types something.
    pub(super) fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).expect("somebody reads");
    }

    /// Waits until the program has read the lines that are to be seen as typed. Nothing tells of that, so this looks again
    /// and again.
    pub(super) fn until_read(&self) {
        let line = self.line.try_clone().expect("a second way to it");
        within_thread(PATIENCE, move || {
            while ioctl_fionread(&line).expect("it is a terminal") > 0 {
                std::thread::sleep(Duration::from_millis(5));
            }
        });
    }

    /// Waits until the program has ended.
    pub(super) fn end(mut self) -> Ended {
        within_thread(PATIENCE, move || {
            let status = self.child.wait().expect("it ends");
            drop((self.line, self.keys));
            self.reader.join().expect("it only reads");
            let state = self.shown.lock();
            let screen = state.parser.screen();
            let (_, columns) = screen.size();
            let mut shown: Vec<_> =
                screen.rows(0, columns.get()).map(|row| row.trim_end().to_owned()).collect();
            let last = shown.iter().rposition(|row| !row.is_empty()).map_or(0, |last| last + 1);
            shown.truncate(last);
            Ended {
                status: status_of(status),
                rows: shown,
                overflown: overflown(&screen.contents(), usize::from(columns.get())),
                raw: String::from_utf8_lossy(&state.raw).into_owned(),
            }
        })
    }
}

/// Of a text whose lines are as they were written.
fn overflown(text: &str, columns: usize) -> Vec<String> {
    let length = |text: &str| text.chars().count();
    let is_too_long = |line: &&str| {
        // The margin of a line that is folded.
        length(line) > columns && line.split(' ').all(|word| length(word) + 6 <= columns)
    };
    text.lines().filter(is_too_long).map(str::to_owned).collect()
}

fn status_of(status: ExitStatus) -> i32 {
    status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(-1)
}

impl Shown {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
