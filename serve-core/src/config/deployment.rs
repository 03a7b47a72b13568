//! Options of one deployment, their defaults and their bounds.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// How many replicas a deployment has.
///
/// ```
/// use serve_core::NumReplicas;
/// assert_eq!(NumReplicas::from(3), NumReplicas::Fixed(3));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumReplicas {
    /// Exactly this many.
    Fixed(u32),
    /// As many as the load asks for, within the bounds of [`AutoscalingConfig`].
    Auto,
}

impl From<u32> for NumReplicas {
    fn from(count: u32) -> Self {
        Self::Fixed(count)
    }
}

/// Where a replica runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Isolation {
    /// On the server's runtime, beside everything else: the fastest, and the default.
    #[default]
    Task,
    /// On a thread of its own with a runtime of its own: a replica that hogs its thread slows only itself.
    Thread,
    /// In a process of its own: a crash costs only that replica.
    Process,
}

/// What a caller over HTTP is told when the queue is full.
///
/// ```
/// use serve_core::Backpressure;
/// let mut backpressure = Backpressure::default();
/// assert_eq!(backpressure.status_code, 503);
/// backpressure.status_code = 429;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Backpressure {
    /// 503 (the default) or 429.
    pub status_code: u16,
    /// Sent as `Retry-After`, rounded up to whole seconds; none by default.
    pub retry_after: Option<Duration>,
}

impl Default for Backpressure {
    fn default() -> Self {
        Self { status_code: 503, retry_after: None }
    }
}

/// Bounds and pace of autoscaling.
///
/// ```
/// let autoscaling = serve_core::AutoscalingConfig::default();
/// assert_eq!((autoscaling.min_replicas, autoscaling.max_replicas), (1, 1));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AutoscalingConfig {
    /// Never fewer; 0 lets an idle deployment go away altogether. Default 1.
    pub min_replicas: u32,
    /// How many to start with; `min_replicas` if not given.
    pub initial_replicas: Option<u32>,
    /// Never more. Default 1 (100 with `num_replicas = "auto"`).
    pub max_replicas: u32,
    /// The load aimed at per replica. Default 2.
    pub target_ongoing_requests: f64,
    /// How long the load must ask for more before there is more. Default 30 s.
    pub upscale_delay: Duration,
    /// How long the load must ask for less before there is less. Default 600 s.
    pub downscale_delay: Duration,
    /// The same for the last replica; `downscale_delay` if not given.
    pub downscale_to_zero_delay: Option<Duration>,
    /// Scales the size of a step up. Default 1.
    pub upscaling_factor: f64,
    /// Scales the size of a step down. Default 1.
    pub downscaling_factor: f64,
    /// The window the load is averaged over. Default 30 s.
    pub look_back_period: Duration,
}

impl Default for AutoscalingConfig {
    fn default() -> Self {
        Self {
            min_replicas: 1,
            initial_replicas: None,
            max_replicas: 1,
            target_ongoing_requests: 2.0,
            upscale_delay: Duration::from_secs(30),
            downscale_delay: Duration::from_secs(600),
            downscale_to_zero_delay: None,
            upscaling_factor: 1.0,
            downscaling_factor: 1.0,
            look_back_period: Duration::from_secs(30),
        }
    }
}

/// The options of one deployment.
///
/// Every field says its default. The same names are arguments of `#[deployment(..)]` and builder
/// methods on [`Application`](crate::Application).
///
/// ```
/// let config = serve_core::DeploymentConfig::default();
/// assert_eq!(config.max_ongoing_requests, 100);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DeploymentConfig {
    /// The path under which HTTP requests reach it; none by default: reachable by handle only.
    pub route_prefix: Option<String>,
    /// Default 1.
    pub num_replicas: NumReplicas,
    /// How many requests run at once on one replica. Default 100. Too small wastes the replica while
    /// it waits for input and output; too large lets a burst share its memory and time too thinly.
    pub max_ongoing_requests: u32,
    /// How many may wait for a replica; one more is refused with `BackPressure`. Default 10 000.
    pub max_queued_requests: u32,
    /// Bounds of autoscaling; needed with [`NumReplicas::Auto`] only to differ from its defaults.
    pub autoscaling: Option<AutoscalingConfig>,
    /// Handed to the user's `reconfigure` before the first request; none by default.
    pub user_config: Option<serde_json::Value>,
    /// How often a running replica is asked for its health. Default 10 s.
    pub health_check_period: Duration,
    /// How long it may take to answer; no answer counts as a failure. Default 30 s.
    pub health_check_timeout: Duration,
    /// How long a replica that is being stopped may finish what it runs. Default 20 s.
    pub graceful_shutdown_timeout: Duration,
    /// The deadline of every request, counted from its arrival; none by default.
    pub request_timeout: Option<Duration>,
    /// How many constructors may fail before the deployment is given up. Default 20, and never more
    /// than three for each replica wanted.
    pub max_constructor_retry_count: u32,
    /// The share of the replicas that an update may replace at once, in percent. Default 20.
    pub rolling_update_percentage: u32,
    /// How many replicas an update may start beyond the wanted number, in percent. Default 0: stop
    /// one, then start one.
    pub max_surge_percent: u32,
    /// What a caller over HTTP is told when the queue is full.
    pub backpressure: Backpressure,
    /// Where a replica runs. Default [`Isolation::Task`].
    pub isolation: Isolation,
    /// Whether it must be able to run in another process.
    pub remote: bool,
    /// The GPUs that each replica's process may see, as `CUDA_VISIBLE_DEVICES`: it counts them from 0 in
    /// this order; none of them if the list is empty. By default it sees what the server sees. Needs
    /// [`Isolation::Process`], as all that follow.
    pub gpus: Option<Vec<u32>>,
    /// The processors that the threads of each replica's process run on. Default all that the server has.
    pub cpus: Option<Vec<u32>>,
    /// How many bytes of memory of its own (heap, stacks) each replica's process may have; none by
    /// default. An allocation beyond it fails, which ends a Rust program: the replica is replaced, and
    /// nothing else on the machine is short of memory.
    pub memory_limit: Option<u64>,
    /// The directory in which each replica's process starts. Default the server's; a relative path is
    /// taken from there.
    pub working_directory: Option<PathBuf>,
    /// Environment variables of each replica's process, besides those of the server. They are seen by
    /// whoever may look at the process, so they are no place for secrets.
    pub env: BTreeMap<String, String>,
}

impl Default for DeploymentConfig {
    fn default() -> Self {
        Self {
            route_prefix: None,
            num_replicas: NumReplicas::Fixed(1),
            max_ongoing_requests: 100,
            max_queued_requests: 10_000,
            autoscaling: None,
            user_config: None,
            health_check_period: Duration::from_secs(10),
            health_check_timeout: Duration::from_secs(30),
            graceful_shutdown_timeout: Duration::from_secs(20),
            request_timeout: None,
            max_constructor_retry_count: 20,
            rolling_update_percentage: 20,
            max_surge_percent: 0,
            backpressure: Backpressure::default(),
            isolation: Isolation::Task,
            remote: false,
            gpus: None,
            cpus: None,
            memory_limit: None,
            working_directory: None,
            env: BTreeMap::new(),
        }
    }
}

impl DeploymentConfig {
    /// Everything that is out of range, one sentence each; empty when all is well.
    pub(crate) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let mut require = |holds: bool, problem: &str| {
            if !holds {
                problems.push(problem.to_owned());
            }
        };
        require(self.num_replicas != NumReplicas::Fixed(0), "`num_replicas` is 0; use at least 1");
        require(self.max_ongoing_requests > 0, "`max_ongoing_requests` is 0; use at least 1");
        require(
            self.max_ongoing_requests <= ONGOING_MAX,
            "`max_ongoing_requests` is too large; use at most 1000000",
        );
        require(self.max_queued_requests > 0, "`max_queued_requests` is 0; use at least 1");
        require(
            matches!(self.backpressure.status_code, 429 | 503),
            "`backpressure.status_code` must be 503 or 429",
        );
        require(
            (1..=100).contains(&self.rolling_update_percentage),
            "`rolling_update_percentage` must be from 1 to 100",
        );
        require(self.max_surge_percent <= 100, "`max_surge_percent` must be from 0 to 100");
        require(!self.health_check_period.is_zero(), "`health_check_period` is zero");
        require(!self.health_check_timeout.is_zero(), "`health_check_timeout` is zero");
        require(self.request_timeout != Some(Duration::ZERO), "`request_timeout` is zero");
        require(self.cpus.as_ref().is_none_or(|cpus| !cpus.is_empty()), "`cpus` is empty");
        require(self.memory_limit != Some(0), "`memory_limit` is zero");
        if let Some(problem) = self.route_prefix.as_deref().and_then(route_prefix_problem) {
            problems.push(problem);
        }
        problems.extend(self.env.iter().filter_map(|(name, value)| variable_problem(name, value)));
        if self.isolation != Isolation::Process {
            problems.extend(self.of_processes().map(|option| {
                format!(
                    "`{option}` is set, but replicas share the server's process; add \
                     `isolation = \"process\"`"
                )
            }));
        }
        problems
    }

    /// The options that are set and mean something only to a process of its own.
    fn of_processes(&self) -> impl Iterator<Item = &'static str> {
        let set = [
            ("gpus", self.gpus.is_some()),
            ("cpus", self.cpus.is_some()),
            ("memory_limit", self.memory_limit.is_some()),
            ("working_directory", self.working_directory.is_some()),
            ("env", !self.env.is_empty()),
        ];
        set.into_iter().filter_map(|(option, is_set)| is_set.then_some(option))
    }

    /// Whether a replica of one would be just like a replica of the other but for what can be changed
    /// while it runs.
    pub(crate) fn has_same_process(&self, other: &Self) -> bool {
        self.isolation == other.isolation
            && self.gpus == other.gpus
            && self.cpus == other.cpus
            && self.memory_limit == other.memory_limit
            && self.working_directory == other.working_directory
            && self.env == other.env
    }

    /// How many replicas to start with.
    pub(crate) fn initial_replicas(&self) -> u32 {
        match self.num_replicas {
            NumReplicas::Fixed(count) => count,
            NumReplicas::Auto => {
                let bounds = self.autoscaling.clone().unwrap_or_default();
                bounds.initial_replicas.unwrap_or(bounds.min_replicas).max(1)
            }
        }
    }

    /// Ray Serve's rule: the configured count, but never more than three for each replica wanted.
    pub(crate) fn constructor_failures_max(&self, replicas: u32) -> u32 {
        self.max_constructor_retry_count.min(replicas.saturating_mul(3)).max(1)
    }
}

/// The counter of ongoing requests has room for this many with a wide margin.
const ONGOING_MAX: u32 = 1_000_000;

/// What is wrong with an environment variable, if anything is.
fn variable_problem(name: &str, value: &str) -> Option<String> {
    if name.is_empty() || name.contains(['=', '\0']) {
        return Some(format!("`env` has a variable named `{}`", name.escape_default()));
    }
    value.contains('\0').then(|| format!("`env` gives `{name}` a value with a zero byte"))
}

/// What is wrong with a route prefix, if anything is.
pub(crate) fn route_prefix_problem(prefix: &str) -> Option<String> {
    let problem = if !prefix.starts_with('/') {
        "must start with `/`"
    } else if prefix.len() > 1 && prefix.ends_with('/') {
        "must not end with `/`"
    } else if prefix.contains(['{', '}']) {
        "must not contain `{` or `}`"
    } else if prefix == "/-" || prefix.starts_with("/-/") {
        "must not start with `/-/`, which holds the server's own routes"
    } else {
        return None;
    };
    Some(format!("`route_prefix` is `{prefix}`; it {problem}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_in_range() {
        assert_eq!(DeploymentConfig::default().problems(), Vec::<String>::new());
    }

    #[test]
    fn all_problems_are_reported_at_once() {
        let config = DeploymentConfig {
            num_replicas: NumReplicas::Fixed(0),
            max_ongoing_requests: 0,
            rolling_update_percentage: 0,
            route_prefix: Some("api".into()),
            ..DeploymentConfig::default()
        };
        assert_eq!(config.problems().len(), 4);
    }

    #[test]
    fn what_only_a_process_has_is_refused_elsewhere() {
        let mut config = DeploymentConfig {
            gpus: Some(vec![0]),
            env: BTreeMap::from([("A".into(), "b".into())]),
            ..DeploymentConfig::default()
        };
        let problems = config.problems();
        assert_eq!(problems.len(), 2);
        assert!(problems[0].starts_with("`gpus` is set, but"), "{problems:?}");
        config.isolation = Isolation::Process;
        assert_eq!(config.problems(), Vec::<String>::new());
        config.env = BTreeMap::from([("A=".into(), "b".into()), ("B".into(), "\0".into())]);
        config.cpus = Some(Vec::new());
        assert_eq!(config.problems().len(), 3);
    }

    #[test]
    fn constructor_failures_are_bounded_by_three_for_each_replica() {
        let config = DeploymentConfig::default();
        assert_eq!(config.constructor_failures_max(1), 3);
        assert_eq!(config.constructor_failures_max(10), 20);
    }

    #[test]
    fn route_prefixes_follow_the_rules() {
        for good in ["/", "/a", "/a/b", "/a-b"] {
            assert_eq!(route_prefix_problem(good), None, "{good}");
        }
        for bad in ["", "a", "/a/", "/{x}", "/-", "/-/routes"] {
            assert!(route_prefix_problem(bad).is_some(), "{bad}");
        }
    }
}
