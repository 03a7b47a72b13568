//! Everything of an update that may run the user's code or take its time, done in the caller's task: what
//! has changed is found out, options and configurations are checked, hosts and recipes are made.
//!
//! What comes out is plain data for the controller to take or to refuse. If the application has changed
//! meanwhile it is refused, and prepared anew.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::document::{Document, Entry, MemberId};
use super::graph::{Graph, Named};
use super::host::Host;
use super::known::{Known, KnownRevision};
use super::plan::{Plan, PlannedAction, PlannedChange};
use super::workshop::Workshop;
use crate::application::{Comparison, Scope};
use crate::config::DeploymentConfig;
use crate::error::{Error, Result};
use crate::ingress::Mount;
use crate::panic::catch;

/// An update, ready to be taken.
pub(crate) struct Prepared {
    pub(crate) graph: Arc<Graph>,
    /// The state of the application that it has been compared with.
    pub(crate) expected: u64,
    /// Its number comes when it is taken.
    pub(crate) document: Document,
    pub(crate) hosts: BTreeMap<MemberId, Arc<Host>>,
    pub(crate) mounts: BTreeMap<Arc<str>, Mount>,
    pub(crate) plan: Plan,
}

/// Which deployments are made anew though nothing of them has changed.
#[derive(Clone, Debug, Default)]
pub(crate) enum Renewal {
    #[default]
    None,
    All,
    One(String),
}

/// What has been decided of one deployment.
struct Decision {
    entry: Entry,
    host: Arc<Host>,
    /// Its recipe is not known to the host.
    is_new: bool,
    change: PlannedChange,
}

/// # Errors
///
/// A `user_config` that does not fit, routes that overlap, arguments that cannot be encoded.
pub(crate) fn prepare(
    workshop: &Workshop,
    graph: &Arc<Graph>,
    known: Option<&Known>,
    renewal: &Renewal,
) -> Result<Prepared> {
    Preparation::decided(workshop, graph, known, renewal)?.finish()
}

/// What an update would do. Nothing is made for it.
///
/// # Errors
///
/// A `user_config` that does not fit, routes that overlap.
pub(crate) fn plan(workshop: &Workshop, graph: &Arc<Graph>, known: Option<&Known>) -> Result<Plan> {
    let preparation = Preparation::decided(workshop, graph, known, &Renewal::None)?;
    preparation.mounts()?;
    Ok(preparation.plan())
}

struct Preparation<'a> {
    workshop: &'a Workshop,
    known: Option<&'a Known>,
    renewal: &'a Renewal,
    graph: &'a Arc<Graph>,
    made: BTreeMap<Arc<str>, Decision>,
}

impl<'a> Preparation<'a> {
    fn decided(
        workshop: &'a Workshop,
        graph: &'a Arc<Graph>,
        known: Option<&'a Known>,
        renewal: &'a Renewal,
    ) -> Result<Self> {
        let mut preparation = Self { workshop, known, renewal, graph, made: BTreeMap::new() };
        let mut problems = Vec::new();
        for named in &graph.deployments {
            let decision = preparation.decide(named, &mut problems);
            preparation.made.insert(Arc::clone(&named.name), decision);
        }
        if problems.is_empty() { Ok(preparation) } else { Err(Error::InvalidConfig { problems }) }
    }

    fn plan(&self) -> Plan {
        let Self { graph, known, made, .. } = self;
        let mut changes: Vec<_> =
            graph.deployments.iter().map(|named| made[&named.name].change.clone()).collect();
        let before = known.and_then(|known| known.revisions.first()).into_iter();
        let gone = before.flat_map(|revision| {
            revision.document.entries.keys().filter(|name| !made.contains_key(*name))
        });
        changes.extend(gone.map(|name| PlannedChange {
            deployment: name.to_string(),
            action: PlannedAction::Remove,
            reasons: vec!["nobody holds a handle to it any more".to_owned()],
        }));
        Plan {
            application: graph.application.to_string(),
            deployments: changes,
            problems: Vec::new(),
        }
    }

    /// Callees come before their callers, so theirs are known.
    fn decide(&self, named: &Named, problems: &mut Vec<String>) -> Decision {
        let config = named.node.config();
        let mut reason = None;
        for (revision, entry, host) in self.candidates(named) {
            let why = match self.compare(named, revision, entry) {
                None => {
                    let is_same = (host, entry.version);
                    self.check(named, Some(&entry.config), problems);
                    return self.decision(named, entry.member, is_same, entry, Vec::new());
                }
                Some(why) => why,
            };
            reason.get_or_insert((why, entry.clone(), host));
        }
        self.check(named, None, problems);
        match reason {
            Some((why, before, host)) => {
                let mut reasons = vec![why];
                if config.is_exclusive() {
                    reasons
                        .push("exclusive: the old one stops before the new one starts".to_owned());
                }
                let made = (host, self.workshop.next_number());
                let mut decision = self.decision(named, before.member, made, &before, reasons);
                (decision.is_new, decision.change.action) = (true, PlannedAction::Replace);
                decision
            }
            None => self.start(named, problems),
        }
    }

    /// What runs or is on its way under that name and is of the same type.
    fn candidates<'b>(
        &'b self,
        named: &'b Named,
    ) -> impl Iterator<Item = (&'b KnownRevision, &'b Entry, Arc<Host>)> {
        let revisions = self.known.into_iter().flat_map(|known| &known.revisions);
        revisions.filter_map(move |revision| {
            let entry = revision.document.entries.get(&named.name)?;
            let before = revision.graph.find(&named.name)?;
            if before.node.deployment_type() != named.node.deployment_type() {
                return None;
            }
            let host = self.known?.hosts.get(&entry.member)?;
            Some((revision, entry, Arc::clone(host)))
        })
    }

    /// Why a replica of it would be another than one of `entry`.
    fn compare(&self, named: &Named, revision: &KnownRevision, entry: &Entry) -> Option<String> {
        let is_renewed = match self.renewal {
            Renewal::None => false,
            Renewal::All => true,
            Renewal::One(name) => **name == *named.name,
        };
        if is_renewed {
            return Some("restart".to_owned());
        }
        let before = revision.graph.find(&named.name)?;
        if let Comparison::Changed(why) | Comparison::Incomparable(why) =
            named.node.compare(&*before.node)
        {
            return Some(why);
        }
        if entry.config.user_config.is_some() && named.node.config().user_config.is_none() {
            return Some("`user_config` was removed".to_owned());
        }
        if named.callees != entry.callees {
            return Some("it calls other deployments".to_owned());
        }
        let moved = named.callees.iter().find(|callee| {
            let now = self.made.get(*callee).map(|made| made.entry.member);
            now != revision.document.entries.get(*callee).map(|entry| entry.member)
        });
        moved.map(|callee| format!("the deployment `{callee}` that it calls is another"))
    }

    fn check(
        &self,
        named: &Named,
        before: Option<&Arc<DeploymentConfig>>,
        problems: &mut Vec<String>,
    ) {
        let config = named.node.config();
        let is_known = before.is_some_and(|before| before.user_config == config.user_config);
        if let Some(user_config) = &config.user_config
            && !is_known
            && let Err(failure) = named.node.check_user_config(user_config)
        {
            problems.push(format!("deployment `{}`: {failure}", named.name));
        }
    }

    fn decision(
        &self,
        named: &Named,
        member: MemberId,
        (host, version): (Arc<Host>, u64),
        before: &Entry,
        mut reasons: Vec<String>,
    ) -> Decision {
        let mut config = Arc::new(named.node.config().clone());
        let (action, differences) = in_place(&before.config, &config);
        if *config == *before.config {
            config = Arc::clone(&before.config);
        }
        let (mut action, mut differences) = (action, differences);
        let around = named.node.around().downgrade();
        let policy = (named.node.policy() != before.policy).then_some("autoscaling_policy");
        for changed in policy.into_iter().chain(around.differences(&before.around)) {
            differences.push(format!("`{changed}` changed"));
            if action == PlannedAction::Untouched {
                action = PlannedAction::InPlace;
            }
        }
        if reasons.is_empty() {
            reasons = differences;
        }
        let change = PlannedChange { deployment: named.name.to_string(), action, reasons };
        let entry = Entry {
            member,
            version,
            config,
            is_checked: named.node.has_health_check(),
            callees: named.callees.clone(),
            policy: named.node.policy(),
            around,
        };
        Decision { entry, host, is_new: false, change }
    }

    fn start(&self, named: &Named, problems: &mut Vec<String>) -> Decision {
        let host = self.workshop.host(&self.graph.application, named);
        let entry = Entry {
            member: host.member(),
            version: self.workshop.next_number(),
            config: Arc::new(named.node.config().clone()),
            is_checked: named.node.has_health_check(),
            callees: named.callees.clone(),
            policy: named.node.policy(),
            around: named.node.around().downgrade(),
        };
        let revisions = self.known.into_iter().flat_map(|known| &known.revisions);
        let namesakes: Vec<_> =
            revisions.filter_map(|revision| revision.document.entries.get(&named.name)).collect();
        let has_namesake = !namesakes.is_empty();
        let exclusive = namesakes.iter().any(|entry| entry.config.is_exclusive());
        if exclusive || (has_namesake && named.node.config().is_exclusive()) {
            problems.push(format!(
                "deployment `{}` is exclusive and would be of another type, so both would run at once; \
                 delete the application first, or give it another name",
                named.name
            ));
        }
        let (action, reasons) = match has_namesake {
            true => (PlannedAction::Replace, vec!["another type".to_owned()]),
            false => (PlannedAction::Start, Vec::new()),
        };
        let change = PlannedChange { deployment: named.name.to_string(), action, reasons };
        Decision { entry, host, is_new: true, change }
    }

    fn failed(&self, deployment: &str, message: &str) -> Error {
        Error::DeployFailed {
            application: self.graph.application.to_string(),
            message: format!("deployment `{deployment}`: {message}"),
        }
    }

    /// What answers HTTP.
    fn mounts(&self) -> Result<BTreeMap<Arc<str>, Mount>> {
        let of_application = &self.graph.ingress().node.around().keys;
        let mut mounts = BTreeMap::new();
        for Named { name, node, .. } in &self.graph.deployments {
            let Decision { entry, host, .. } = &self.made[name];
            let Some(prefix) = &entry.config.route_prefix else { continue };
            let mount = node.mount(host.any_handle(), prefix);
            let Some(mount) = mount.map_err(|why| self.failed(name, &why))? else { continue };
            let keys = node.around().keys.as_ref().or(of_application.as_ref());
            let keys = keys.map(|keys| self.workshop.keys.table(&self.graph.application, keys));
            mounts.insert(Arc::clone(name), mount.with_keys(keys));
        }
        Ok(mounts)
    }

    /// Lets the hosts know what new replicas are made of.
    fn draw_blueprints(&self) -> Result<()> {
        let Self { graph, made, .. } = self;
        let mut scope = Scope::default();
        for named in &graph.deployments {
            scope.insert(&named.node, Arc::clone(made[&named.name].host.any_handle()));
        }
        for named in &graph.deployments {
            let Decision { entry, host, is_new, .. } = &made[&named.name];
            if *is_new {
                let blueprint = catch(|| named.node.blueprint(&scope, host.any_handle()))
                    .map_err(|panic| self.failed(&named.name, &format!("panicked: {panic}")))?
                    .map_err(|failure| self.failed(&named.name, &failure.to_string()))?;
                host.learn(entry.version, blueprint);
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<Prepared> {
        let (plan, mounts) = (self.plan(), self.mounts()?);
        self.draw_blueprints()?;
        let Self { graph, known, made, .. } = self;
        let mut entries = BTreeMap::new();
        let mut hosts = BTreeMap::new();
        for (name, decision) in made {
            hosts.insert(decision.entry.member, decision.host);
            entries.insert(name, decision.entry);
        }
        Ok(Prepared {
            graph: Arc::clone(graph),
            expected: known.map_or(0, |known| known.changes),
            document: Document { revision: 0, entries, ingress: Arc::clone(&graph.ingress().name) },
            hosts,
            mounts,
            plan,
        })
    }
}

/// What changes for replicas that stay.
fn in_place(before: &DeploymentConfig, after: &DeploymentConfig) -> (PlannedAction, Vec<String>) {
    let differences = before.differences(after);
    let action = match &differences[..] {
        [] => PlannedAction::Untouched,
        names if names.contains(&"user_config") => PlannedAction::Reconfigure,
        ["num_replicas"] => PlannedAction::Scale,
        _ => PlannedAction::InPlace,
    };
    let reason = |name: &&str| match *name {
        "num_replicas" => {
            format!("`num_replicas` {} → {}", before.initial_replicas(), after.initial_replicas())
        }
        name => format!("`{name}` changed"),
    };
    (action, differences.iter().map(reason).collect())
}
