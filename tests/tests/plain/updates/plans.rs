//! A plan is what is done: compared with the replicas before and after.

use proptest::prelude::*;
use serve_core::prelude::*;
use serve_core::{Isolation, PlannedAction, ReplicaState, ServeStatus};
use tests::{SOON, start_without_http, stop, until_status, within};

struct Leaf;

#[deployment]
impl Leaf {
    fn new(_version: u8) -> Self {
        Self
    }

    fn ping(&self) {}

    fn reconfigure(&self, _config: u8) -> Result<(), String> {
        Ok(())
    }
}

struct Root {
    leaf: LeafHandle,
}

#[deployment]
impl Root {
    fn new(_version: u8, leaf: LeafHandle) -> Self {
        Self { leaf }
    }

    async fn ping(&self) -> Result<(), CallError> {
        self.leaf.ping.remote().await
    }
}

#[derive(Clone, Copy, Debug)]
struct Wanted {
    root: u8,
    root_ongoing: u32,
    leaf: WantedLeaf,
}

#[derive(Clone, Copy, Debug)]
struct WantedLeaf {
    version: u8,
    has_other_name: bool,
    replicas: u32,
    config: Option<u8>,
    is_exclusive: bool,
    is_on_thread: bool,
}

impl Wanted {
    fn app(self) -> Application<Root> {
        let leaf = Leaf::bind(self.leaf.version)
            .name(if self.leaf.has_other_name { "Other" } else { "Leaf" })
            .num_replicas(self.leaf.replicas)
            .exclusive(self.leaf.is_exclusive)
            .isolation(if self.leaf.is_on_thread { Isolation::Thread } else { Isolation::Task });
        let config = self.leaf.config.into_iter();
        let leaf = config.fold(leaf, |leaf, config| leaf.user_config(config.into()));
        Root::bind(self.root, leaf).max_ongoing_requests(self.root_ongoing)
    }
}

fn wanted() -> impl Strategy<Value = Wanted> {
    let flags = (prop::bool::weighted(0.2), prop::bool::weighted(0.2), prop::bool::weighted(0.2));
    let leaf = (0..2_u8, 1..3_u32, prop::option::of(0..2_u8), flags);
    let leaf = leaf.prop_map(|(version, replicas, config, flags)| {
        let (has_other_name, is_exclusive, is_on_thread) = flags;
        WantedLeaf { version, has_other_name, replicas, config, is_exclusive, is_on_thread }
    });
    (0..2_u8, 1..3_u32, leaf).prop_map(|(root, root_ongoing, leaf)| Wanted {
        root,
        root_ongoing,
        leaf,
    })
}

fn running(status: &ServeStatus, deployment: &str) -> Vec<String> {
    let deployment = status.applications["default"].deployments.get(deployment);
    let replicas = deployment.into_iter().flat_map(|deployment| &deployment.replicas);
    let running = replicas.filter(|replica| replica.state == ReplicaState::Running);
    running.map(|replica| replica.id.clone()).collect()
}

fn kept(before: &[String], after: &[String]) -> usize {
    before.iter().filter(|id| after.contains(id)).count()
}

async fn compare(steps: Vec<Wanted>) {
    let serve = start_without_http().await;
    for step in steps {
        let before = serve.status();
        let plan = serve.plan("default", &step.app());
        assert_eq!(plan.problems, Vec::<String>::new(), "{step:?}");
        let handle = within(SOON, serve.run(step.app())).await.unwrap();
        within(SOON, handle.ping.remote()).await.unwrap();
        // What goes does so when those that called it have ended.
        let is_removed =
            |change: &&serve_core::PlannedChange| change.action == PlannedAction::Remove;
        let removed: Vec<_> = plan.deployments.iter().filter(is_removed).collect();
        let after = until_status(&serve, |status| {
            removed.iter().all(|change| running(status, &change.deployment).is_empty())
        })
        .await;
        for change in &plan.deployments {
            let name = &*change.deployment;
            let old = match before.applications.is_empty() {
                true => Vec::new(),
                false => running(&before, name),
            };
            let new = running(&after, name);
            let (stayed, least) = (kept(&old, &new), old.len().min(new.len()));
            let fits = match change.action {
                PlannedAction::Start => old.is_empty() && !new.is_empty(),
                PlannedAction::Remove => !old.is_empty() && new.is_empty(),
                PlannedAction::Replace => !old.is_empty() && !new.is_empty() && stayed == 0,
                PlannedAction::Untouched => old == new,
                PlannedAction::Scale => old.len() != new.len() && stayed == least,
                PlannedAction::InPlace | PlannedAction::Reconfigure => stayed == least,
            };
            assert!(fits, "{change:?}: {old:?} → {new:?} by {step:?}");
        }
        let again = serve.plan("default", &step.app());
        let is_untouched =
            |change: &serve_core::PlannedChange| change.action == PlannedAction::Untouched;
        assert!(again.deployments.iter().all(is_untouched), "{again}");
    }
    stop(serve).await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_plan_is_what_is_done(steps in prop::collection::vec(wanted(), 2..6)) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(compare(steps));
    }
}
