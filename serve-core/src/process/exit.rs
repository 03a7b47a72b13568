//! How a process ended, in words that say what to look for.

use std::fmt;

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// It ended by itself.
    Code(i32),
    /// A signal ended it: a crash, somebody's kill, or the kernel that needed memory.
    Signal { number: i32, core_dumped: bool },
    /// It is gone, and something else in this process has waited for it first.
    Unknown,
}

// === impl Exit ===

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, core_dumped) = match *self {
            Self::Code(code) => return write!(f, "exited with code {code}"),
            Self::Unknown => return f.write_str("ended, nobody knows how"),
            Self::Signal { number, core_dumped } => (number, core_dumped),
        };
        write!(f, "was killed by signal {number}")?;
        if let Some(name) = name(number) {
            write!(f, " ({name})")?;
        }
        if core_dumped { f.write_str(", core dumped") } else { Ok(()) }
    }
}

#[cfg(target_os = "linux")]
impl From<std::process::ExitStatus> for Exit {
    fn from(status: std::process::ExitStatus) -> Self {
        use std::os::unix::process::ExitStatusExt;

        match (status.code(), status.signal()) {
            (Some(code), _) => Self::Code(code),
            (None, Some(number)) => Self::Signal { number, core_dumped: status.core_dumped() },
            (None, None) => Self::Unknown,
        }
    }
}

/// The signals that end processes and have the same number on every architecture of Linux we know.
fn name(number: i32) -> Option<&'static str> {
    Some(match number {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        5 => "SIGTRAP",
        6 => "SIGABRT",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        14 => "SIGALRM",
        15 => "SIGTERM",
        // These differ on MIPS and SPARC only.
        7 => "SIGBUS",
        10 => "SIGUSR1",
        12 => "SIGUSR2",
        24 => "SIGXCPU",
        25 => "SIGXFSZ",
        31 => "SIGSYS",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::Exit;

    #[test]
    fn an_exit_is_named() {
        let signal = |number, core_dumped| Exit::Signal { number, core_dumped };
        for (exit, words) in [
            (Exit::Code(0), "exited with code 0"),
            (Exit::Code(3), "exited with code 3"),
            (signal(9, false), "was killed by signal 9 (SIGKILL)"),
            (signal(11, true), "was killed by signal 11 (SIGSEGV), core dumped"),
            (signal(40, false), "was killed by signal 40"),
            (Exit::Unknown, "ended, nobody knows how"),
        ] {
            assert_eq!(exit.to_string(), words);
        }
    }
}
