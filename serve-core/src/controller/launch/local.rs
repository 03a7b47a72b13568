//! Processes on this machine, children of this one.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::net::UnixStream;

use super::{Launched, Launcher, ReplicaProcess};
use crate::error::Failure;
use crate::link::{Connection, ProcessTransport, Transport};
use crate::process::{Exit, Process, Spawner, Spec, Started};
use crate::tasks::Tasks;

/// How long a process that has taken over may take to connect.
const CONNECT_PATIENCE: Duration = Duration::from_secs(10);

/// What a server says of all its processes.
#[derive(Clone, Debug, Default)]
pub(crate) struct ProcessOptions {
    pub(crate) transport: ProcessTransport,
    /// Another program than this one.
    pub(crate) program: Option<PathBuf>,
}

/// Starts processes on this machine. What it takes to do so is made when the first is wanted.
#[derive(Clone)]
pub(crate) struct LocalProcesses {
    options: ProcessOptions,
    tasks: Tasks,
    equipment: Arc<Mutex<Option<Equipment>>>,
}

#[derive(Clone)]
struct Equipment {
    spawner: Spawner,
    transport: Arc<dyn Transport>,
}

// === impl LocalProcesses ===

impl LocalProcesses {
    pub(crate) fn new(options: ProcessOptions, tasks: &Tasks) -> Self {
        Self { options, tasks: tasks.clone(), equipment: Arc::default() }
    }

    fn equipment(&self) -> Result<Equipment, Failure> {
        let mut equipment = self.equipment.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(equipment) = &*equipment {
            return Ok(equipment.clone());
        }
        let spawner = Spawner::start(&self.tasks).map_err(Failure::new)?;
        let transport = self.options.transport.make(&self.tasks).map_err(Failure::new)?;
        Ok(equipment.insert(Equipment { spawner, transport }).clone())
    }

    async fn launch_here(&self, mut spec: Spec) -> Result<Launched, Failure> {
        let Equipment { spawner, transport } = self.equipment()?;
        spec.program = self.options.program.clone().or(spec.program);
        let replica = spec.replica.clone();
        let Started { process, data } = spawner.spawn(spec).await.map_err(Failure::new)?;
        let (read, write) = UnixStream::from_std(data).map_err(Failure::new)?.into_split();
        let connecting = transport.connect(Connection::new(read, write), &replica);
        let connected = tokio::select! {
            connected = tokio::time::timeout(CONNECT_PATIENCE, connecting) => connected,
            exit = process.exited() => {
                return Err(Failure::new(format_args!("its process {exit} before it connected")));
            }
        };
        let connection = connected
            .map_err(|_| {
                Failure::new(format_args!(
                    "its process did not connect within {CONNECT_PATIENCE:?}"
                ))
            })?
            .map_err(Failure::new)?;
        Ok(Launched { process: Box::new(process), connection })
    }
}

impl Launcher for LocalProcesses {
    fn launch(&self, spec: Spec) -> BoxFuture<'_, Result<Launched, Failure>> {
        self.launch_here(spec).boxed()
    }
}

// === impl Process ===

impl ReplicaProcess for Process {
    fn pid(&self) -> Option<u32> {
        Some(self.pid())
    }

    fn exited(&self) -> BoxFuture<'_, Exit> {
        self.exited().boxed()
    }

    fn hung(&self) -> BoxFuture<'_, ()> {
        self.hung().boxed()
    }

    fn quit(&self) {
        self.quit();
    }

    fn kill(&self) {
        self.kill();
    }
}
