//! The controller's task: one closed set of events, one place that waits, one that handles.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::application::{Application, Deployed};
use super::deployment_state::{DeploymentState, ReplicaNumber};
use super::directory::{Directory, Latest};
use super::host::{Host, HostParts};
use super::launch::Launcher;
use super::plan::{Plan, Planned};
use crate::deployment::Scope;
use crate::error::{Error, Result};
use crate::http::{Proxy, Route, RouteTable};
use crate::id::DeploymentId;
use crate::replica::{Pool, SlowClock};
use crate::tasks::Tasks;

/// Everything that can happen to the controller.
pub(crate) enum Event {
    Deploy {
        plan: Plan,
        done: oneshot::Sender<Result<()>>,
    },
    Delete {
        application: String,
        done: oneshot::Sender<Result<oneshot::Receiver<()>>>,
    },
    Kill {
        replica: String,
        done: oneshot::Sender<bool>,
    },
    Started {
        id: DeploymentId,
        incarnation: u64,
        number: ReplicaNumber,
        outcome: Result<(), String>,
    },
    Stopped {
        id: DeploymentId,
        incarnation: u64,
        number: ReplicaNumber,
    },
    /// A replica that ran has gone by itself.
    Died {
        id: DeploymentId,
        incarnation: u64,
        number: ReplicaNumber,
        message: String,
    },
    /// A replica that runs takes no more calls and wants to go.
    Leaving {
        id: DeploymentId,
        incarnation: u64,
        number: ReplicaNumber,
        message: String,
    },
    Health {
        id: DeploymentId,
        incarnation: u64,
        number: ReplicaNumber,
        outcome: Result<(), String>,
    },
    Reconfigured {
        id: DeploymentId,
        incarnation: u64,
        number: ReplicaNumber,
        outcome: Result<(), String>,
    },
}

pub(crate) type EventSender = mpsc::Sender<Event>;

/// Bounded, because every sender waits for its event to be taken or for an answer to it.
const EVENTS_MAX: usize = 1024;

/// What the controller needs of the server.
pub(crate) struct Controller {
    applications: BTreeMap<Arc<str>, Application>,
    incarnations: u64,
    events: mpsc::Receiver<Event>,
    sender: EventSender,
    tasks: Tasks,
    pool: Arc<Pool>,
    clock: SlowClock,
    launcher: Arc<dyn Launcher>,
    proxy: Proxy,
    directory: Arc<ArcSwap<Directory>>,
    forces_wire: bool,
}

/// For everybody else: the way to send events, and what the controller has published.
#[derive(Clone)]
pub(crate) struct ControllerHandle {
    events: EventSender,
    directory: Arc<ArcSwap<Directory>>,
    ended: CancellationToken,
}

impl Controller {
    pub(crate) fn start(
        tasks: &Tasks,
        pool: Arc<Pool>,
        proxy: Proxy,
        launcher: Arc<dyn Launcher>,
        forces_wire: bool,
    ) -> ControllerHandle {
        let (sender, events) = mpsc::channel(EVENTS_MAX);
        let ended = CancellationToken::new();
        let directory = Arc::<ArcSwap<Directory>>::default();
        let handle = ControllerHandle {
            events: sender.clone(),
            directory: Arc::clone(&directory),
            ended: ended.clone(),
        };
        let controller = Self {
            applications: BTreeMap::new(),
            incarnations: 0,
            events,
            sender,
            tasks: tasks.clone(),
            pool,
            clock: SlowClock::start(),
            launcher,
            proxy,
            directory,
            forces_wire,
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
            if let Some(event) = event {
                let ControlFlow::Continue(()) = self.handle_event(event) else { break };
            }
            self.reconcile();
        }
    }

    /// The next event, or `None` when it is time to look by ourselves.
    async fn next_event(&mut self) -> Option<Event> {
        match self.applications.values().filter_map(Application::wake_at).min() {
            None => self.events.recv().await,
            Some(at) => tokio::time::timeout_at(at, self.events.recv()).await.unwrap_or(None),
        }
    }

    fn handle_event(&mut self, event: Event) -> ControlFlow<()> {
        let now = Instant::now();
        match event {
            Event::Deploy { plan, done } => self.deploy(&plan, done),
            // Whoever asked may have stopped waiting for the answer; that is theirs to decide.
            Event::Delete { application, done } => drop(done.send(self.delete(application))),
            Event::Kill { replica, done } => drop(done.send(self.kill(&replica))),
            Event::Started { id, incarnation, number, outcome } => {
                if let Some(deployed) = self.deployed(&id, incarnation) {
                    if let Err(message) = &outcome {
                        tracing::error!(deployment = %id, "replica failed to start: {message}");
                    }
                    if let Some(action) = deployed.state.started(number, outcome, now) {
                        deployed.act(action);
                    }
                }
            }
            Event::Stopped { id, incarnation, number } => {
                if let Some(deployed) = self.deployed(&id, incarnation) {
                    deployed.state.stopped(number);
                }
            }
            Event::Died { id, incarnation, number, message } => {
                if let Some(deployed) = self.deployed(&id, incarnation) {
                    tracing::error!(deployment = %id, "{message}");
                    deployed.host.kill(number);
                    deployed.state.died(number, message);
                }
            }
            Event::Leaving { id, incarnation, number, message } => {
                if let Some(deployed) = self.deployed(&id, incarnation) {
                    tracing::warn!(deployment = %id, "{message}");
                    if let Some(action) = deployed.state.leaving(number, message) {
                        deployed.act(action);
                    }
                }
            }
            Event::Health { id, incarnation, number, outcome } => {
                if let Some(deployed) = self.deployed(&id, incarnation)
                    && let Some(action) = deployed.state.health(number, outcome, now)
                {
                    deployed.act(action);
                }
            }
            Event::Reconfigured { id, incarnation, number, outcome } => {
                if let Some(deployed) = self.deployed(&id, incarnation)
                    && let Some(action) = deployed.state.reconfigured(number, outcome)
                {
                    deployed.act(action);
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn reconcile(&mut self) {
        let now = Instant::now();
        for application in self.applications.values_mut() {
            application.reconcile(now);
        }
        let is_gone = |_: &Arc<str>, application: &mut Application| application.is_gone();
        let mut gone: Vec<_> = self.applications.extract_if(.., is_gone).collect();
        // Published first: whoever is told that it is done finds it done.
        self.directory.store(Arc::new(Directory::of(&self.applications)));
        for application in self.applications.values_mut() {
            application.answer_deploy_waiters();
        }
        for waiter in
            gone.iter_mut().flat_map(|(_, application)| application.delete_waiters.drain(..))
        {
            let _ = waiter.send(());
        }
    }

    // === deploy ===

    fn deploy(&mut self, plan: &Plan, done: oneshot::Sender<Result<()>>) {
        match self.prepare(plan) {
            Err(error) => drop(done.send(Err(error))),
            Ok(application) => {
                application.deploy_waiters.push(done);
                self.publish_routes();
            }
        }
    }

    /// Checks the plan against everything else and takes it over. Nothing changes if it is refused.
    fn prepare(&mut self, plan: &Plan) -> Result<&mut Application> {
        let routes = self.routes_without(&plan.application);
        check_routes(plan, &routes)?;
        let mut previous = self.applications.remove(&plan.application);
        let (hosts, scope) = self.hosts(plan, previous.as_ref());
        if let Err(message) = equip(plan, &hosts, &scope) {
            if let Some(previous) = previous {
                self.applications.insert(Arc::clone(&plan.application), previous);
            }
            let application = plan.application.as_ref().to_owned();
            return Err(Error::DeployFailed { application, message });
        }
        // A deletion that was under way is overtaken: what it waited for lives again.
        for waiter in previous.iter_mut().flat_map(|p| p.delete_waiters.drain(..)) {
            let _ = waiter.send(());
        }
        let mut deployments = BTreeMap::new();
        for (planned, host) in plan.deployments.iter().zip(hosts) {
            let before = previous.as_mut().and_then(|p| p.deployments.remove(&planned.name));
            let (deployed, retired) = take_over(planned, host, before);
            deployments.insert(Arc::clone(&planned.name), deployed);
            if let (Some(previous), Some(retired)) = (&mut previous, retired) {
                previous.retired.push(retired);
            }
        }
        let application = Application {
            name: Arc::clone(&plan.application),
            deployments,
            ingress: Arc::clone(&plan.ingress().name),
            deleting: false,
            retired: previous.as_mut().map_or_else(Vec::new, |previous| {
                let unused = std::mem::take(&mut previous.deployments);
                previous.retired.drain(..).chain(unused.into_values()).collect()
            }),
            deploy_waiters: previous
                .as_mut()
                .map_or_else(Vec::new, |p| p.deploy_waiters.split_off(0)),
            delete_waiters: Vec::new(),
        };
        Ok(self.applications.entry(Arc::clone(&plan.application)).or_insert(application))
    }

    /// A host for each deployment: the one it has, if it is the same type, else a new one.
    fn hosts(
        &mut self,
        plan: &Plan,
        previous: Option<&Application>,
    ) -> (Vec<Arc<dyn Host>>, Scope) {
        let mut scope = Scope::default();
        let mut hosts = Vec::with_capacity(plan.deployments.len());
        for planned in &plan.deployments {
            let before = previous.and_then(|p| p.deployments.get(&planned.name));
            let same_type = before
                .filter(|b| b.node.deployment_type() == planned.node.deployment_type())
                .map(|b| Arc::clone(&b.host));
            let host = same_type.unwrap_or_else(|| {
                self.incarnations += 1;
                planned.node.host(HostParts {
                    id: DeploymentId {
                        application: Arc::clone(&plan.application),
                        deployment: Arc::clone(&planned.name),
                    },
                    incarnation: self.incarnations,
                    tasks: self.tasks.clone(),
                    pool: Arc::clone(&self.pool),
                    clock: self.clock.clone(),
                    launcher: Arc::clone(&self.launcher),
                    events: self.sender.clone(),
                    directory: Arc::new(Latest(Arc::clone(&self.directory))),
                    forces_wire: self.forces_wire,
                })
            });
            scope.insert(&planned.node, Arc::clone(&host));
            hosts.push(host);
        }
        (hosts, scope)
    }

    // === routes ===

    /// Every route with its owner, as `application#deployment`, except those of one application.
    fn routes_without(&self, application: &str) -> BTreeMap<String, String> {
        self.applications
            .values()
            .filter(|other| !other.deleting && &*other.name != application)
            .flat_map(|other| other.deployments.values().map(move |d| (other, d)))
            .filter_map(|(other, d)| {
                let prefix = d.state.config().route_prefix.clone()?;
                Some((prefix, format!("{}#{}", other.name, d.name)))
            })
            .collect()
    }

    fn publish_routes(&self) {
        let mut routes = Vec::new();
        for application in self.applications.values().filter(|application| !application.deleting) {
            for deployed in application.deployments.values() {
                let Some(prefix) = &deployed.state.config().route_prefix else { continue };
                match deployed.host.http_target(prefix) {
                    Ok(None) => tracing::warn!(
                        "deployment `{}` has a route_prefix but neither `__call__` nor a route",
                        deployed.name
                    ),
                    Ok(Some(target)) => {
                        routes.push(Route::new(prefix, Arc::clone(&application.name), target));
                    }
                    Err(problem) => {
                        tracing::error!("routes of deployment `{}`: {problem}", deployed.name);
                    }
                }
            }
        }
        self.proxy.publish(RouteTable::new(routes));
    }

    // === the rest ===

    fn delete(&mut self, name: String) -> Result<oneshot::Receiver<()>> {
        let Some(application) = self.applications.get_mut(name.as_str()) else {
            return Err(Error::UnknownApplication(name));
        };
        let (sender, receiver) = oneshot::channel();
        application.deleting = true;
        application.delete_waiters.push(sender);
        self.publish_routes();
        Ok(receiver)
    }

    fn kill(&mut self, replica: &str) -> bool {
        for deployed in self.applications.values_mut().flat_map(|a| a.deployments.values_mut()) {
            let numbers = deployed.state.routable();
            let number = numbers.into_iter().find(|&n| deployed.host.replica_id(n) == replica);
            if let Some(number) = number {
                deployed.host.kill(number);
                deployed.state.died(number, format!("Replica {replica} was killed."));
                return true;
            }
        }
        false
    }

    fn deployed(&mut self, id: &DeploymentId, incarnation: u64) -> Option<&mut Deployed> {
        self.applications.get_mut(&id.application)?.of_incarnation(incarnation)
    }
}

/// Gives the hosts their constructors, once it is clear that the routes can be served.
fn equip(plan: &Plan, hosts: &[Arc<dyn Host>], scope: &Scope) -> std::result::Result<(), String> {
    for (planned, host) in plan.deployments.iter().zip(hosts) {
        if let Some(prefix) = &planned.node.config().route_prefix {
            let problem = |problem| format!("deployment `{}`: {problem}", planned.name);
            host.http_target(prefix).map_err(problem)?;
        }
    }
    for (planned, host) in plan.deployments.iter().zip(hosts) {
        let problem = |failure| format!("deployment `{}`: {failure}", planned.name);
        planned.node.equip(&**host, scope).map_err(problem)?;
    }
    Ok(())
}

/// Gives a deployment its new target; the second value is what it replaces altogether.
fn take_over(
    planned: &Planned,
    host: Arc<dyn Host>,
    before: Option<Deployed>,
) -> (Deployed, Option<Deployed>) {
    let config = planned.node.config().clone();
    host.configure(&config);
    let fresh = |host| Deployed {
        name: Arc::clone(&planned.name),
        node: Arc::clone(&planned.node),
        host,
        state: DeploymentState::new(config.clone(), planned.node.has_health_check()),
        callers: planned.callers.clone(),
    };
    match before {
        None => (fresh(host), None),
        Some(before) if before.host.incarnation() != host.incarnation() => {
            (fresh(host), Some(before))
        }
        Some(mut before) => {
            if planned.node.is_same_version(&*before.node) {
                for action in before.state.update(config) {
                    before.act(action);
                }
            } else {
                before.state.redeploy(config);
            }
            before.node = Arc::clone(&planned.node);
            before.callers.clone_from(&planned.callers);
            (before, None)
        }
    }
}

fn check_routes(plan: &Plan, others: &BTreeMap<String, String>) -> Result<()> {
    let mut own = BTreeMap::<&str, &str>::new();
    for planned in &plan.deployments {
        let Some(prefix) = planned.node.config().route_prefix.as_deref() else { continue };
        let owner = others.get(prefix).map(String::as_str).or_else(|| own.get(prefix).copied());
        if let Some(owner) = owner {
            return Err(Error::DuplicateRoute {
                prefix: prefix.to_owned(),
                deployment: planned.name.as_ref().to_owned(),
                owner: owner.to_owned(),
            });
        }
        own.insert(prefix, &planned.name);
    }
    Ok(())
}

/// However the task ends, by itself or because its runtime does, nobody is left waiting for it.
impl Drop for Controller {
    fn drop(&mut self) {
        for deployed in self.applications.values().flat_map(Application::all) {
            deployed.host.close();
            deployed.host.kill_all();
        }
        self.directory.store(Arc::default());
        self.pool.close();
    }
}

// === impl ControllerHandle ===

impl ControllerHandle {
    /// Sends an event and waits for its answer.
    ///
    /// # Errors
    ///
    /// [`Error::Stopped`] where there is no controller any more.
    pub(crate) async fn ask<T>(
        &self,
        event: impl FnOnce(oneshot::Sender<T>) -> Event,
    ) -> Result<T> {
        let (sender, receiver) = oneshot::channel();
        self.events.send(event(sender)).await.map_err(|_| Error::Stopped)?;
        receiver.await.map_err(|_| Error::Stopped)
    }

    /// What the controller has last published.
    pub(crate) fn directory(&self) -> Arc<Directory> {
        self.directory.load_full()
    }

    /// Whether the controller has ended, with its server or with its runtime.
    pub(crate) fn has_ended(&self) -> bool {
        self.ended.is_cancelled()
    }
}
