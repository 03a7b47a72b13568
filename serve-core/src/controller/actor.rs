//! The controller's task: one closed set of events, one place that waits, one that handles.
//!
//! Nothing of the user's runs here on purpose. Should something break all the same, it breaks one event
//! of one application: the task goes on.

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::application::Application;
use super::deployment_state::ReplicaNumber;
use super::directory::{Directory, Entry};
use super::document::MemberId;
use super::handle::ControllerHandle;
use super::host::Happened;
use super::launch::Launcher;
use super::prepare::Prepared;
use super::pulse::ControllerPulse;
use super::scaling::PolicyAnswer;
use super::tag::Expected;
use super::workshop::Workshop;
use crate::error::{Error, Result};
use crate::ingress::{KeyStates, Proxy, RouteTable};
use crate::observe::{Draft, EventKind, EventLog, Tracer};
use crate::panic::catch;
use crate::replica::Pool;
use crate::site::SlowClock;
use crate::tasks::Tasks;

/// Everything that can happen to the controller.
pub(crate) enum ControllerEvent {
    /// An update has been prepared; it is answered with what to wait for.
    Submit {
        prepared: Box<Prepared>,
        cause: String,
        done: oneshot::Sender<Submitted>,
    },
    Delete {
        application: Arc<str>,
        expected: Expected,
        by: Option<Instant>,
        done: oneshot::Sender<Result<oneshot::Receiver<()>>>,
    },
    Scale {
        application: Arc<str>,
        deployment: String,
        replicas: Option<u32>,
        expected: Expected,
        done: oneshot::Sender<Result<oneshot::Receiver<Result<()>>>>,
    },
    /// A policy of the user's has been asked how many replicas there should be.
    Decided {
        application: Arc<str>,
        member: MemberId,
        answer: PolicyAnswer,
    },
    /// A call has come to a deployment without replicas.
    Demand {
        application: Arc<str>,
        member: MemberId,
    },
    /// The server is being shut down.
    End {
        done: oneshot::Sender<()>,
    },
    Kill {
        replica: String,
        done: oneshot::Sender<bool>,
    },
    /// Something has happened to a replica.
    Replica {
        application: Arc<str>,
        member: MemberId,
        number: ReplicaNumber,
        what: Happened,
    },
}

/// What became of an update that was submitted.
pub(crate) enum Submitted {
    Taken(oneshot::Receiver<Result<()>>),
    /// The application has changed since it was prepared.
    Outdated,
    Refused(Error),
}

pub(crate) type EventSender = mpsc::Sender<ControllerEvent>;

/// Bounded, because every sender waits for its event to be taken or for an answer to it.
const EVENTS_MAX: usize = 1024;

/// How the controller does its work.
pub(crate) struct Options {
    pub(crate) forces_wire: bool,
    pub(crate) events: EventLog,
    /// `None` where no request is traced.
    pub(crate) tracer: Option<Arc<Tracer>>,
    /// Whether calls are counted.
    pub(crate) counts_calls: bool,
}

/// What the controller needs of the server.
pub(crate) struct Controller {
    applications: BTreeMap<Arc<str>, Application>,
    receiver: mpsc::Receiver<ControllerEvent>,
    workshop: Arc<Workshop>,
    tasks: Tasks,
    pool: Arc<Pool>,
    proxy: Proxy,
    directory: Arc<ArcSwap<Directory>>,
    /// The server is being shut down: nothing is deployed any more.
    is_ending: bool,
}

impl Controller {
    pub(crate) fn start(
        tasks: &Tasks,
        pool: Arc<Pool>,
        proxy: Proxy,
        launcher: Arc<dyn Launcher>,
        options: Options,
    ) -> ControllerHandle {
        let (sender, receiver) = mpsc::channel(EVENTS_MAX);
        let ended = CancellationToken::new();
        let directory = Arc::<ArcSwap<Directory>>::default();
        let workshop = Arc::new(Workshop {
            numbers: 0.into(),
            tasks: tasks.clone(),
            pool: Arc::clone(&pool),
            clock: SlowClock::start(tasks),
            launcher,
            reports: sender.clone(),
            directory: Arc::clone(&directory),
            forces_wire: options.forces_wire,
            events: options.events,
            taps: proxy.taps().clone(),
            tracer: options.tracer,
            pulse: ControllerPulse::default(),
            counts_calls: options.counts_calls,
            keys: KeyStates::default(),
        });
        let handle = ControllerHandle {
            events: sender,
            directory: Arc::clone(&directory),
            workshop: Arc::clone(&workshop),
            ended: ended.clone(),
        };
        let applications = BTreeMap::new();
        let controller = Self {
            applications,
            receiver,
            workshop,
            tasks: tasks.clone(),
            pool,
            proxy,
            directory,
            is_ending: false,
        };
        // However the task ends, also with its runtime, whoever asks learns of it.
        let ended = ended.drop_guard();
        let stop = tasks.stop_token().clone();
        drop(tasks.spawn(async move {
            let _ended = ended;
            controller.run(stop).await;
        }));
        handle
    }

    async fn run(mut self, stop: CancellationToken) {
        loop {
            let event = tokio::select! {
                () = stop.cancelled() => break,
                event = self.next_event() => event,
            };
            let begun = Instant::now();
            if let Some(event) = event {
                self.guard(event);
            }
            // Also after an event: many of one application must not make another late.
            self.wake();
            self.workshop.pulse.note(begun.elapsed());
        }
    }

    /// The next event, or `None` when it is time to look by ourselves.
    async fn next_event(&mut self) -> Option<ControllerEvent> {
        let wake_at = Application::wake_at;
        match self.applications.values().filter_map(wake_at).min() {
            None => self.receiver.recv().await,
            Some(at) => tokio::time::timeout_at(at, self.receiver.recv()).await.unwrap_or(None),
        }
    }

    /// Looks at the applications for which it is time.
    fn wake(&mut self) {
        let now = Instant::now();
        let is_due = |application: &&Application| application.wake_at().is_some_and(|at| at <= now);
        let due = self.applications.values().filter(is_due);
        let due: Vec<_> = due.map(|application| Arc::clone(&application.name)).collect();
        for name in due {
            self.contain(&name, |this| this.reconcile(&name));
        }
    }

    /// Handles an event; what breaks is its application's.
    fn guard(&mut self, event: ControllerEvent) {
        let name = self.concerns(&event);
        self.contain(&name, |this| {
            this.handle_event(event);
            this.reconcile(&name);
        });
    }

    fn contain(&mut self, name: &Arc<str>, work: impl FnOnce(&mut Self)) {
        let Err(message) = catch(|| work(self)) else { return };
        let message = format!("the controller panicked: {message}");
        self.workshop
            .events
            .tell(Draft::error(EventKind::InternalError, message.as_str()).application(name));
        if let Some(application) = self.applications.get_mut(name) {
            application.broke(&message);
            application.answer();
        }
    }

    /// The application that an event is about.
    fn concerns(&self, event: &ControllerEvent) -> Arc<str> {
        match event {
            ControllerEvent::Submit { prepared, .. } => Arc::clone(&prepared.graph.application),
            ControllerEvent::Delete { application, .. }
            | ControllerEvent::Scale { application, .. }
            | ControllerEvent::Decided { application, .. }
            | ControllerEvent::Demand { application, .. }
            | ControllerEvent::Replica { application, .. } => Arc::clone(application),
            ControllerEvent::End { .. } => Arc::from(""),
            ControllerEvent::Kill { replica, .. } => {
                let name = replica.split('#').next().unwrap_or_default();
                self.applications
                    .get_key_value(name)
                    .map_or_else(|| Arc::from(name), |(name, _)| Arc::clone(name))
            }
        }
    }

    fn handle_event(&mut self, event: ControllerEvent) {
        let now = Instant::now();
        match event {
            // Whoever asked may have stopped waiting for the answer; that is theirs to decide.
            ControllerEvent::Submit { prepared, cause, done } => {
                drop(done.send(self.submit(*prepared, &cause, now)));
            }
            ControllerEvent::Delete { application, expected, by, done } => {
                let deleted = self.expect(&application, &expected).map(|found| found.delete(by));
                self.publish_routes();
                drop(done.send(deleted));
            }
            ControllerEvent::Scale { application, deployment, replicas, expected, done } => {
                let found = self.expect(&application, &expected);
                drop(done.send(found.and_then(|found| found.pin(&deployment, replicas))));
            }
            ControllerEvent::Decided { application, member, answer } => {
                if let Some(application) = self.applications.get_mut(&application) {
                    application.decided(member, answer, now);
                }
            }
            ControllerEvent::Demand { application, member } => {
                if let Some(application) = self.applications.get_mut(&application) {
                    application.demanded(member, now);
                }
            }
            ControllerEvent::End { done } => {
                self.is_ending = true;
                let _ = done.send(());
            }
            ControllerEvent::Kill { replica, done } => {
                let mut applications = self.applications.values_mut();
                let killed = applications.any(|application| application.kill(&replica, now));
                let _ = done.send(killed);
            }
            ControllerEvent::Replica { application, member, number, what } => {
                if let Some(application) = self.applications.get_mut(&application) {
                    application.happened(member, number, what, now);
                }
            }
        }
    }

    /// An application, if it is what a change of it is asked for.
    fn expect(&mut self, name: &Arc<str>, expected: &Expected) -> Result<&mut Application> {
        let found = self.applications.get_mut(name);
        let tag = found.as_ref().and_then(|found| found.tag());
        expected.check(name, tag.as_ref())?;
        found.ok_or_else(|| Error::UnknownApplication(name.to_string()))
    }

    /// Takes an update, if it has been prepared for what there is and its routes are free. Nothing
    /// changes if it is refused.
    fn submit(&mut self, prepared: Prepared, cause: &str, now: Instant) -> Submitted {
        let name = Arc::clone(&prepared.graph.application);
        let changes = self.applications.get(&name).map_or(0, Application::changes);
        let refused = if self.is_ending {
            Some(Submitted::Refused(Error::Stopped))
        } else if changes != prepared.expected {
            Some(Submitted::Outdated)
        } else {
            self.directory.load().check_routes(&prepared.graph).err().map(Submitted::Refused)
        };
        if let Some(refused) = refused {
            // What it holds is the user's.
            self.tasks.dispose((prepared.graph, prepared.hosts, prepared.mounts));
            return refused;
        }
        let (workshop, tasks) = (&self.workshop, &self.tasks);
        let application = self
            .applications
            .entry(Arc::clone(&name))
            .or_insert_with(|| Application::new(&name, workshop, tasks));
        let (sender, receiver) = oneshot::channel();
        if application.submit(prepared, cause, sender, now) {
            self.publish_routes();
        }
        Submitted::Taken(receiver)
    }

    fn reconcile(&mut self, name: &Arc<str>) {
        let Some(application) = self.applications.get_mut(name) else { return };
        let routes_changed = application.reconcile(Instant::now());
        let gone = match application.state.is_gone() {
            true => self.applications.remove(name),
            false => None,
        };
        if routes_changed {
            self.publish_routes();
        }
        // Published first: whoever is told that it is done finds it done.
        let entry = self.applications.get(name).map(Entry::of);
        let directory = self.directory.load().with(name, entry);
        self.tasks.dispose(self.directory.swap(Arc::new(directory)));
        if let Some(application) = self.applications.get_mut(name) {
            application.answer();
        }
        if let Some(mut gone) = gone {
            self.workshop.events.tell(gone.last_words());
            gone.answer_deleted();
            self.tasks.dispose(gone);
        }
    }

    fn publish_routes(&self) {
        let routes = self.applications.values().flat_map(Application::routes);
        self.proxy.publish(RouteTable::new(routes.collect()));
    }
}

/// However the task ends, by itself or because its runtime does, nobody is left waiting for it.
impl Drop for Controller {
    fn drop(&mut self) {
        for application in self.applications.values() {
            application.hosts.values().for_each(|host| host.kill_all());
        }
        self.tasks.dispose(self.directory.swap(Arc::default()));
        self.tasks.dispose(std::mem::take(&mut self.applications));
        self.pool.close();
        self.workshop.events.close();
    }
}
