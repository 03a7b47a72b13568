//! The other programs of these tests, and how a test talks to them.

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustix::process::{Pid, Resource, Rlimit, Signal, getpid, getrlimit, kill_process, setrlimit};
use rustix::thread::sched_getaffinity;
use tokio::runtime::Handle;
use tokio::time::Instant;

use crate::process::{Process, Sink, Spawner, Spec, Start, Started, Stream, take_over};
use crate::tasks::Tasks;

/// What nothing in these tests takes, however busy the machine is.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);
/// The way of a child that does not take over.
pub(super) const FORGET: &str = "SERVE_TEST_FORGET";
/// What the program in the middle does.
pub(super) const MIDDLE: &str = "SERVE_TEST_MIDDLE";

/// A child and the conversation with it.
pub(super) struct Peer {
    pub(super) process: Process,
    data: BufReader<UnixStream>,
}

/// Lines that children printed: replica, stream and text.
pub(super) type Printed = Arc<Mutex<Vec<(String, Stream, String)>>>;

// === impl Peer ===

impl Peer {
    pub(super) async fn start(spec: Spec) -> Self {
        Self::start_by(&spawner(), spec).await
    }

    pub(super) async fn start_by(spawner: &Spawner, spec: Spec) -> Self {
        let Started { process, data } = spawner.spawn(spec).await.unwrap();
        data.set_nonblocking(false).unwrap();
        data.set_read_timeout(Some(PATIENCE)).unwrap();
        Self { process, data: BufReader::new(data) }
    }

    pub(super) fn tell(&mut self, command: &str) {
        writeln!(self.data.get_mut(), "{command}").unwrap();
    }

    pub(super) fn ask(&mut self, command: &str) -> String {
        self.tell(command);
        let mut reply = String::new();
        self.data.read_line(&mut reply).unwrap();
        reply.trim_end().to_owned()
    }

    pub(super) fn has_closed_data(&mut self) -> bool {
        self.data.read(&mut [0]).is_ok_and(|length| length == 0)
    }
}

/// A spawner whose children's lines are dropped.
pub(super) fn spawner() -> Spawner {
    let sink: Sink = Arc::new(|_| {});
    printing_spawner().with_sink(&sink).unwrap()
}

pub(super) fn printing_spawner() -> Spawner {
    Spawner::start(&Tasks::new(Handle::current())).unwrap()
}

/// A spawner whose children's lines are kept.
pub(super) fn recording_spawner() -> (Spawner, Printed) {
    let printed = Printed::default();
    let kept = Arc::clone(&printed);
    let sink: Sink = Arc::new(move |line| {
        let line = (line.replica.to_owned(), line.stream, line.text.to_owned());
        kept.lock().unwrap().push(line);
    });
    (spawner().with_sink(&sink).unwrap(), printed)
}

/// This program again, as `child_entry` and nothing else.
pub(super) fn spec() -> Spec {
    let mut spec = Spec::new("Greeter#1", "the description");
    spec.arguments = Some(arguments("child_entry"));
    spec
}

/// This program again, as `middle_entry` and nothing else.
pub(super) fn middle(what: &str) -> Command {
    middle_at(&std::env::current_exe().unwrap(), what)
}

/// The same, from another file.
pub(super) fn middle_at(program: &Path, what: &str) -> Command {
    let mut command = Command::new(program);
    command.args(arguments("middle_entry")).env(MIDDLE, what).stdout(Stdio::piped());
    command
}

fn arguments(test: &str) -> Vec<OsString> {
    let name = format!("{}::{test}", module_path!().split_once("::").unwrap().1);
    [&*name, "--exact", "--nocapture", "--test-threads=1"].map(OsString::from).to_vec()
}

pub(super) fn pid(id: u32) -> Pid {
    Pid::from_raw(i32::try_from(id).unwrap()).unwrap()
}

/// Not even a zombie is left.
pub(super) fn is_gone(pid: u32) -> bool {
    !Path::new(&format!("/proc/{pid}")).exists()
}

/// A zombie may be left, if it is not for us to wait for it.
pub(super) fn is_dead(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"));
    stat.map_or(true, |stat| stat.rsplit(')').next().unwrap().trim_start().starts_with('Z'))
}

pub(super) fn wait_for(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "never: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The same where the runtime has to go on meanwhile.
pub(super) async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "never: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[test]
fn child_entry() {
    if let Ok(way) = std::env::var(FORGET) {
        return forget(&way);
    }
    if std::env::var_os(crate::process::message::VARIABLE).is_none() {
        return;
    }
    // No file for a crash that is meant.
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }).unwrap();
    match take_over() {
        Some(start) => obey(&start),
        None => say(&mut io::stdout(), "this is not a replica"),
    }
}

fn forget(way: &str) {
    say(&mut io::stdout(), &format!("pid {}", std::process::id()));
    match way {
        "sleep" => std::thread::sleep(PATIENCE),
        "spawn" => {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            let error = runtime.block_on(async { spawner().spawn(spec()).await.unwrap_err() });
            say(&mut io::stderr(), &error.to_string());
        }
        _ => {}
    }
}

fn say(to: &mut dyn Write, text: &str) {
    to.write_all(format!("\n{text}\n").as_bytes()).unwrap();
    to.flush().unwrap();
}

/// What a child does for each line it is told.
#[expect(clippy::exit, reason = "it is told to")]
fn obey(start: &Start) {
    start.data.set_nonblocking(false).unwrap();
    let mut data = start.data.try_clone().unwrap();
    let mut kept = Vec::new();
    for line in BufReader::new(&start.data).lines().map_while(Result::ok) {
        let (command, rest) = line.split_once(' ').unwrap_or((&line, ""));
        let reply = match command {
            "echo" => rest.to_owned(),
            "print" => {
                say(&mut io::stdout(), rest);
                "printed".to_owned()
            }
            "complain" => {
                say(&mut io::stderr(), rest);
                "complained".to_owned()
            }
            "exit" => std::process::exit(rest.parse().unwrap()),
            "abort" => std::process::abort(),
            // The standard library's handler lets the second one pass.
            "crash" => loop {
                kill_process(getpid(), Signal::SEGV).unwrap();
            },
            "stop" => {
                kill_process(getpid(), Signal::STOP).unwrap();
                continue;
            }
            "allocate" => {
                kept.push(vec![1_u8; rest.parse().unwrap()]);
                "allocated".to_owned()
            }
            "leave-when-asked" => {
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                return runtime.block_on(start.quit.cancelled());
            }
            question => answer(question, rest, start),
        };
        writeln!(data, "{reply}").unwrap();
    }
    std::thread::sleep(PATIENCE);
}

#[expect(clippy::zombie_processes, reason = "what it starts outlives it, if nobody kills it")]
fn answer(question: &str, rest: &str, start: &Start) -> String {
    match question {
        "description" => format!("{}, {}", start.replica, start.description),
        "variable" => std::env::var(rest).unwrap_or_else(|_| "unset".to_owned()),
        "directory" => std::env::current_dir().unwrap().display().to_string(),
        "processors" => {
            let set = sched_getaffinity(None).unwrap();
            format!("{:?}", (0..1024).filter(|cpu| set.is_set(*cpu)).collect::<Vec<_>>())
        }
        "memory" => format!("{:?}", getrlimit(Resource::Data).maximum),
        "standard-input" => {
            let mut text = String::new();
            io::stdin().read_to_string(&mut text).unwrap();
            format!("{text:?}")
        }
        "name" => std::fs::read_to_string("/proc/self/comm").unwrap().trim_end().to_owned(),
        "take-over" => format!("{}", take_over().is_some()),
        "start" => {
            let child = Command::new("sleep").arg("1000").spawn().unwrap();
            child.id().to_string()
        }
        "start-self" => {
            let mut again = Command::new(std::env::current_exe().unwrap());
            let output = again.args(std::env::args_os().skip(1)).output().unwrap();
            String::from_utf8(output.stdout).unwrap().replace('\n', " ")
        }
        _ => panic!("nobody knows how to {question}"),
    }
}

#[test]
fn middle_entry() {
    let Ok(what) = std::env::var(MIDDLE) else { return };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    match &*what {
        "leave" => runtime.block_on(super::orphans::leave(false)),
        "leave-stopped" => runtime.block_on(super::orphans::leave(true)),
        "repeat" => runtime.block_on(super::end::repeat()),
        "remove-yourself" => runtime.block_on(super::start::remove_yourself()),
        _ => panic!("nobody knows how to {what}"),
    }
}
