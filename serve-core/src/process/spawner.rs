//! Starts processes: sockets and pipes, the command, and the wait until the child has taken over.

use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::control::{self, First, Listener};
use super::forker::{Forked, Forker};
use super::message::{self, VARIABLE};
use super::output::Output;
use super::printer::{self, Printer};
use super::running::{Ending, Process};
use super::spec::{Description, Spec};
use super::test_entry::TestEntry;
use super::{Exit, SpawnError, Started, Stream, Unready, child};
use crate::pings::Health;
use crate::systemd;
use crate::tasks::Tasks;

/// A program by this name is the one that runs, also when its file has been replaced or removed.
const THIS_PROGRAM: &str = "/proc/self/exe";
/// A process that has closed its control socket without a word is given so long to end, so that the error
/// can say how it did.
const LAST_WORDS_TIME: Duration = Duration::from_secs(1);

/// Starts processes for replicas. Its thread ends with the last clone and the last process.
#[derive(Clone)]
pub(crate) struct Spawner {
    forker: Arc<Forker>,
    tasks: Tasks,
    printer: Printer,
}

/// The parent's ends of what connects it with a child.
struct Ends {
    control: UnixStream,
    data: UnixStream,
}

// === impl Spawner ===

impl Spawner {
    /// `tasks` run what watches the processes. They end with the processes, not when they are told to
    /// stop, so processes should be ended before.
    pub(crate) fn start(tasks: &Tasks) -> io::Result<Self> {
        let forker = Arc::new(Forker::start()?);
        let printer = Printer::start(&printer::inherit())?;
        Ok(Self { forker, tasks: tasks.clone(), printer })
    }

    /// Prints what processes print elsewhere than on this program's own output.
    #[cfg(test)]
    pub(crate) fn with_sink(mut self, sink: &super::Sink) -> io::Result<Self> {
        self.printer = Printer::start(sink)?;
        Ok(self)
    }

    /// Starts a process and waits until it has taken over. If the caller does not wait to the end, there
    /// is no process.
    pub(crate) async fn spawn(&self, spec: Spec) -> Result<Started, SpawnError> {
        if child::is_summoned() {
            return Err(SpawnError::InReplica);
        }
        let failed = |source| SpawnError::Start { replica: spec.replica.clone(), source };
        let (command, ends) = prepare(&spec).map_err(failed)?;
        let forked = self.forker.fork(command).await.map_err(failed)?;
        let (process, listener, health) =
            self.connect(forked, ends.control, &spec).map_err(failed)?;
        let listener = ready(&process, listener, &spec).await?;
        let (speaker, ending) = (process.speaker.clone(), process.ending.clone());
        drop(self.tasks.spawn(control::watch(speaker, listener, health, ending)));
        Ok(Started { process, data: ends.data })
    }

    /// Puts what was forked under watch. From now on dropping the process ends it.
    fn connect(
        &self,
        forked: Forked,
        control: UnixStream,
        spec: &Spec,
    ) -> io::Result<(Process, Listener, watch::Sender<Health>)> {
        let _runtime = self.tasks.runtime().enter();
        let ending = Ending(forked.exit);
        let replica: Arc<str> = Arc::from(&*spec.replica);
        let pipes = [
            (forked.stdout.map(OwnedFd::from), Stream::Stdout),
            (forked.stderr.map(OwnedFd::from), Stream::Stderr),
        ];
        for (pipe, stream) in pipes {
            let Some(pipe) = pipe else { continue };
            let output = Output::open(pipe, stream, Arc::clone(&replica), self.printer.clone())?;
            drop(self.tasks.spawn(output.forward(ending.clone())));
        }
        let (speaker, listener) = control::open(control)?;
        let (health, health_seen) = watch::channel(Health::Ok);
        let process = Process { killer: forked.killer, speaker, health: health_seen, ending };
        Ok((process, listener, health))
    }
}

impl fmt::Debug for Spawner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spawner").field("forker", &self.forker).finish_non_exhaustive()
    }
}

/// The command that starts the child, which holds the child's ends.
fn prepare(spec: &Spec) -> io::Result<(Command, Ends)> {
    let (control, control_theirs) = UnixStream::pair()?;
    let (data, data_theirs) = UnixStream::pair()?;
    data.set_nonblocking(true)?;
    message::send_data(&control, &data_theirs)?;

    let mut command = Command::new(spec.program.as_deref().unwrap_or(&this_program()?));
    let entry = TestEntry::of_this_program().filter(|_| spec.program.is_none());
    match (&spec.arguments, entry) {
        (Some(arguments), _) => command.args(arguments),
        (None, Some(entry)) => command.args(entry.arguments()),
        (None, None) => command.args(std::env::args_os().skip(1)),
    };
    // What `ps` shows. A program that wants to find itself asks for the file that runs.
    command.arg0(spec.title());
    if let Some(gpus) = &spec.gpus {
        let gpus: Vec<_> = gpus.iter().map(u32::to_string).collect();
        command.env("CUDA_VISIBLE_DEVICES", gpus.join(","));
    }
    for variable in systemd::VARIABLES {
        command.env_remove(variable);
    }
    command.envs(spec.env.iter().map(|(name, value)| (name, value)));
    command.env(VARIABLE, OsStr::new(&Description::new(spec).to_text()));
    if let Some(directory) = &spec.working_directory {
        // What the system says of it sounds as if there were no program.
        if !directory.is_dir() {
            let message = format!("there is no directory `{}`", directory.display());
            return Err(io::Error::new(io::ErrorKind::NotADirectory, message));
        }
        command.current_dir(directory);
    }
    command.process_group(0);
    command.stdin(OwnedFd::from(control_theirs)).stdout(Stdio::piped()).stderr(Stdio::piped());
    if spec.arguments.is_none() && entry.is_some() {
        // Nobody wants to read how many tests it runs. It prints elsewhere when it has taken over.
        command.stdout(Stdio::null());
    }
    Ok((command, Ends { control, data }))
}

fn this_program() -> io::Result<PathBuf> {
    let program = Path::new(THIS_PROGRAM);
    if program.exists() { Ok(program.to_owned()) } else { std::env::current_exe() }
}

/// Waits until the child has taken over.
async fn ready(
    process: &Process,
    mut listener: Listener,
    spec: &Spec,
) -> Result<Listener, SpawnError> {
    let first = async {
        let mut first = pin!(listener.first());
        let heard = tokio::select! {
            biased;
            heard = &mut first => heard,
            // What it has said before is still in the socket.
            _ = process.exited() => {
                let heard = tokio::time::timeout(LAST_WORDS_TIME, first).await;
                heard.unwrap_or(First::Nothing)
            }
        };
        match heard {
            First::Nothing => Err(end_of(process).await),
            heard => Ok(heard),
        }
    };
    let first = tokio::time::timeout(spec.start_timeout, first).await.unwrap_or(Err(None));
    let replica = spec.replica.clone();
    match first {
        Ok(First::Ready) => Ok(listener),
        Ok(First::Failed(reason)) => Err(SpawnError::SetUp { replica, reason }),
        Ok(First::Nothing) | Err(None) => {
            let unready = Unready::Silent(spec.start_timeout);
            Err(SpawnError::NotTakenOver { replica, unready })
        }
        Err(Some(exit)) => Err(SpawnError::NotTakenOver { replica, unready: Unready::Ended(exit) }),
    }
}

/// How a process ended that has closed its control socket; `None` if it has not.
async fn end_of(process: &Process) -> Option<Exit> {
    tokio::time::timeout(LAST_WORDS_TIME, process.exited()).await.ok()
}
