//! Options of one deployment, their defaults and their bounds.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// `max_replicas` with `num_replicas = "auto"` and nothing else, as in Ray Serve.
const AUTO_MAX: u32 = 100;

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

/// A setter for each field, to be chained.
macro_rules! setters {
    ($($field:ident: $type:ty $(=> $some:path)?;)*) => {$(
        #[doc = concat!("Sets [`", stringify!($field), "`](field@Self::", stringify!($field), ").")]
        #[must_use]
        pub fn $field(mut self, $field: $type) -> Self {
            self.$field = $($some)?($field);
            self
        }
    )*};
}

pub(super) use setters;

/// What a caller over HTTP is told when the queue is full.
///
/// ```
/// use serve_core::BackPressure;
/// assert_eq!(BackPressure::default().status_code, 503);
/// let too_many = BackPressure::default().status_code(429);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BackPressure {
    /// 503 (the default) or 429.
    pub status_code: u16,
    /// Sent as `Retry-After`, rounded up to whole seconds; none by default.
    pub retry_after: Option<Duration>,
}

impl Default for BackPressure {
    fn default() -> Self {
        Self { status_code: 503, retry_after: None }
    }
}

impl BackPressure {
    setters! {
        status_code: u16;
        retry_after: Duration => Some;
    }
}

/// Bounds and pace of autoscaling; the guide has [a page](crate::guide::autoscaling) about it.
///
/// ```
/// let autoscaling = serve_core::AutoscalingConfig::default().max_replicas(8);
/// assert_eq!((autoscaling.min_replicas, autoscaling.max_replicas), (1, 8));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AutoscalingConfig {
    /// Never fewer; 0 lets an idle deployment go away altogether. Default 1.
    pub min_replicas: u32,
    /// How many to start with; `min_replicas` if not given, and at least one.
    pub initial_replicas: Option<u32>,
    /// Never more. Default 1; 100 where `num_replicas = "auto"` stands alone.
    pub max_replicas: u32,
    /// The load aimed at per replica: calls that it runs, that wait, and that would be there if they had not been refused.
    /// Default 2. It should be well below `max_ongoing_requests`, or the load must queue before there is more.
    pub target_ongoing_requests: f64,
    /// How long the load must ask for more without interruption before there is more. Default 30 s. Too short starts
    /// replicas for every whim; too long lets calls wait. A burst that asks for at least twice as many is followed after
    /// 2 s, or half the time that a replica takes to start, if that is longer; and the first call to a deployment without
    /// replicas at once.
    pub upscale_delay: Duration,
    /// How long the load must ask for less before there is less: then there are as many as it has asked for at most in
    /// that time. Default 600 s. Too short stops replicas that the next wave needs; too long pays for idle ones.
    pub downscale_delay: Duration,
    /// How long the last replica must have nothing to do before it goes, counted from when it is the last;
    /// `downscale_delay` if not given.
    pub downscale_to_zero_delay: Option<Duration>,
    /// Scales the size of a step up. Default 1. Below 1 there are more steps, each after its own delay; above 1 there is
    /// room to spare, for a look-back period at least.
    pub upscaling_factor: f64,
    /// Scales the size of a step down. Default 1. Below 1 there are more steps, each after its own delay. Above 1 it
    /// changes nothing: never do more go than the load can spare, nor more than half.
    pub downscaling_factor: f64,
    /// The window the load is averaged over; longer than an hour counts as an hour. Default 30 s. Too short follows noise;
    /// too long sees neither a load that comes nor one that goes.
    pub look_back_period: Duration,
    /// Whether decisions are only logged and the number of replicas stays. Default `false`.
    pub dry_run: bool,
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
            dry_run: false,
        }
    }
}

impl AutoscalingConfig {
    setters! {
        min_replicas: u32;
        initial_replicas: u32 => Some;
        max_replicas: u32;
        target_ongoing_requests: f64;
        upscale_delay: Duration;
        downscale_delay: Duration;
        downscale_to_zero_delay: Duration => Some;
        upscaling_factor: f64;
        downscaling_factor: f64;
        look_back_period: Duration;
        dry_run: bool;
    }

    /// How many replicas to start with.
    fn initial(&self) -> u32 {
        self.initial_replicas.unwrap_or(self.min_replicas)
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
    /// The path under which HTTP requests reach it; none by default: reachable by handle only. It is compared with what a
    /// client sends decoded, so `/größe` is found as `/gr%C3%B6%C3%9Fe`, and both are one prefix.
    pub route_prefix: Option<String>,
    /// Default 1.
    pub num_replicas: NumReplicas,
    /// How many requests run at once on one replica. Default 100. Too small wastes the replica while
    /// it waits for input and output; too large lets a burst share its memory and time too thinly.
    pub max_ongoing_requests: u32,
    /// How many may wait for a replica; one more is refused with `BackPressure`. Default 10 000.
    pub max_queued_requests: u32,
    /// Bounds of autoscaling; needed with [`NumReplicas::Auto`] only to differ from its defaults.
    /// Where it is given, `num_replicas` means nothing.
    pub autoscaling: Option<AutoscalingConfig>,
    /// Handed to the user's `reconfigure` before the first request; none by default.
    pub user_config: Option<serde_json::Value>,
    /// How often a running replica is asked for its health. Default 10 s.
    pub health_check_period: Duration,
    /// How long it may take to answer; no answer counts as a failure. Default 30 s.
    pub health_check_timeout: Duration,
    /// How long a replica that is being stopped may finish what it runs. Default 20 s.
    pub graceful_shutdown_timeout: Duration,
    /// The deadline of every request, counted from its arrival; none by default. A route may have another.
    pub request_timeout: Option<Duration>,
    /// The largest body of a request over HTTP, in bytes; a larger one is answered with 413. By default what the server
    /// allows, see [`HttpOptions::max_body_bytes`](field@crate::HttpOptions::max_body_bytes); this may be more or less, and a
    /// route may have another. Too large a size lets one client fill the memory of a handler that reads whole bodies.
    pub max_body_size: Option<u64>,
    /// How long a handler may run; one that runs longer makes its replica unhealthy, so the replica is
    /// replaced. Streams may run for ever. None by default: too short a time replaces replicas that only
    /// have much to do.
    pub stuck_after: Option<Duration>,
    /// For how long a new replica is spared: beside others it begins with one request at a time and has the full
    /// `max_ongoing_requests` only after this time. None by default. Worth it where the first requests are slow because
    /// caches are cold; too long a time leaves the work to the others.
    pub slow_start: Option<Duration>,
    /// After how many requests a replica is replaced by a new one, which is looked at once a second: one at a time, and
    /// each serves until its successor does. None by default. For what leaks or fragments; too few make replicas start all
    /// the time.
    pub max_requests_per_replica: Option<u32>,
    /// With how many bytes of resident memory a replica's process is replaced by a new one, in the same way. None by
    /// default; needs [`Isolation::Process`]. Unlike `memory_limit` it costs no request.
    pub max_replica_memory: Option<u64>,
    /// How many constructors may fail before the deployment is given up. Default 20, and never more
    /// than three for each replica wanted.
    pub max_constructor_retry_count: u32,
    /// How long a constructor may take; one that takes longer has failed. Default 10 min. Too short a
    /// time fails replicas that load much; too long a one lets `run` wait for what will never come.
    pub constructor_timeout: Duration,
    /// How long an update may take in all, with every wait in it; one that takes longer is rolled back.
    /// Default 30 min.
    pub update_timeout: Duration,
    /// The share of the replicas that an update may replace at once, in percent. Default 20.
    pub rolling_update_percentage: u32,
    /// How many replicas an update may start beyond the wanted number, in percent, rounded up: so at
    /// least one. Default 25. What is there serves until the new replicas do, and meanwhile both need
    /// memory. With 0 an update stops old replicas before it starts new ones, as with `exclusive`.
    pub max_surge_percent: u32,
    /// For what there must never be two of at once: a device, a port, side effects. An update stops old
    /// replicas before it starts new ones, so it may serve with fewer for a while, and finds out only then
    /// whether the new ones work. Default `false`; `gpus` imply it.
    pub exclusive: bool,
    /// What a caller over HTTP is told when the queue is full.
    pub backpressure: BackPressure,
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
            max_body_size: None,
            stuck_after: None,
            slow_start: None,
            max_requests_per_replica: None,
            max_replica_memory: None,
            max_constructor_retry_count: 20,
            constructor_timeout: Duration::from_mins(10),
            update_timeout: Duration::from_mins(30),
            rolling_update_percentage: 20,
            max_surge_percent: 25,
            exclusive: false,
            backpressure: BackPressure::default(),
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
    /// The options that are set and mean something only to a process of its own.
    pub(super) fn of_processes(&self) -> impl Iterator<Item = &'static str> {
        let set = [
            ("gpus", self.gpus.is_some()),
            ("cpus", self.cpus.is_some()),
            ("memory_limit", self.memory_limit.is_some()),
            ("max_replica_memory", self.max_replica_memory.is_some()),
            ("working_directory", self.working_directory.is_some()),
            ("env", !self.env.is_empty()),
        ];
        set.into_iter().filter_map(|(option, is_set)| is_set.then_some(option))
    }

    /// The options that differ and that a running replica cannot take over.
    pub(crate) fn fixed_options_that_differ(&self, other: &Self) -> Vec<&'static str> {
        const FIXED: [&str; 6] =
            ["isolation", "gpus", "cpus", "memory_limit", "working_directory", "env"];
        let differences = self.differences(other).into_iter();
        differences.filter(|option| FIXED.contains(option)).collect()
    }

    /// The names of all options that differ.
    pub(crate) fn differences(&self, other: &Self) -> Vec<&'static str> {
        macro_rules! names {
            ($($name:ident)*) => {{
                // Named one by one, so that a new option is not forgotten here.
                let Self { $($name),* } = self;
                [$((stringify!($name), *$name != other.$name)),*]
            }};
        }
        let differs = names!(
            route_prefix num_replicas max_ongoing_requests max_queued_requests autoscaling
            user_config health_check_period health_check_timeout graceful_shutdown_timeout
            request_timeout max_constructor_retry_count constructor_timeout update_timeout
            rolling_update_percentage max_surge_percent exclusive backpressure isolation remote
            gpus cpus memory_limit working_directory env stuck_after slow_start
            max_requests_per_replica max_replica_memory max_body_size
        );
        differs.into_iter().filter_map(|(option, differs)| differs.then_some(option)).collect()
    }

    /// Whether an update stops old replicas before it starts new ones.
    pub(crate) fn is_exclusive(&self) -> bool {
        self.exclusive
            || self.max_surge_percent == 0
            || self.gpus.as_ref().is_some_and(|gpus| !gpus.is_empty())
    }

    /// What autoscaling goes by; `None` if the number of replicas is fixed. `num_replicas = "auto"` alone means 1 to 100.
    pub(crate) fn scaling(&self) -> Option<AutoscalingConfig> {
        match (&self.autoscaling, self.num_replicas) {
            (Some(autoscaling), _) => Some(autoscaling.clone()),
            (None, NumReplicas::Auto) => Some(AutoscalingConfig::default().max_replicas(AUTO_MAX)),
            (None, NumReplicas::Fixed(_)) => None,
        }
    }

    /// How many replicas to start with.
    pub(crate) fn initial_replicas(&self) -> u32 {
        match (self.scaling(), self.num_replicas) {
            (None, NumReplicas::Fixed(count)) => count,
            (scaling, _) => scaling.unwrap_or_default().initial().max(1),
        }
    }

    /// Ray Serve's rule: the configured count, but never more than three for each replica wanted.
    pub(crate) fn constructor_failures_max(&self, replicas: u32) -> u32 {
        self.max_constructor_retry_count.min(replicas.saturating_mul(3)).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constructor_failures_are_bounded_by_three_for_each_replica() {
        let config = DeploymentConfig::default();
        assert_eq!(config.constructor_failures_max(1), 3);
        assert_eq!(config.constructor_failures_max(10), 20);
    }

    #[test]
    fn auto_without_bounds_means_one_to_a_hundred() {
        let auto = |autoscaling| {
            let num_replicas = NumReplicas::Auto;
            DeploymentConfig { num_replicas, autoscaling, ..DeploymentConfig::default() }
        };
        let bounds = |config: &DeploymentConfig| {
            config.scaling().map(|scaling| (scaling.min_replicas, scaling.max_replicas))
        };
        assert_eq!(bounds(&auto(None)), Some((1, 100)));
        assert_eq!(bounds(&auto(Some(AutoscalingConfig::default().max_replicas(3)))), Some((1, 3)));
        assert_eq!(bounds(&DeploymentConfig::default()), None);
        let started = AutoscalingConfig::default().max_replicas(9).initial_replicas(4);
        assert_eq!(auto(Some(started)).initial_replicas(), 4);
    }

    #[test]
    fn an_update_surges_unless_there_must_never_be_two() {
        let with = |change: fn(&mut DeploymentConfig)| {
            let mut config = DeploymentConfig::default();
            change(&mut config);
            config.is_exclusive()
        };
        assert!(!with(|_| {}));
        assert!(with(|config| config.exclusive = true));
        assert!(with(|config| config.max_surge_percent = 0));
        assert!(with(|config| config.gpus = Some(vec![0])));
        assert!(!with(|config| config.gpus = Some(Vec::new())));
    }
}
