//! Options of a bound deployment, as methods. They override those of the attribute; what each means is told at
//! [`DeploymentConfig`].

use std::path::PathBuf;
use std::time::Duration;

use super::Application;
use crate::autoscaling::{AutoscalingPolicy, SharedPolicy};
#[expect(unused_imports, reason = "for the documentation")]
use crate::config::DeploymentConfig;
use crate::config::{AutoscalingConfig, BackPressure, Isolation, NumReplicas};
use crate::deployment::Deployment;

impl<D: Deployment> Application<D> {
    /// Overrides `route_prefix`. The attribute must have one too, for it decides whether the entry over
    /// HTTP is compiled; where it has none, `run` says so.
    pub fn route_prefix(self, prefix: impl Into<String>) -> Self {
        let prefix = prefix.into();
        self.with(|config| config.route_prefix = Some(prefix))
    }

    /// Overrides `num_replicas`: a number, which ends autoscaling, or [`NumReplicas::Auto`] for as many as the load
    /// asks for.
    pub fn num_replicas(self, replicas: impl Into<NumReplicas>) -> Self {
        let replicas = replicas.into();
        self.with(|config| {
            config.num_replicas = replicas;
            if let NumReplicas::Fixed(_) = replicas {
                config.autoscaling = None;
            }
        })
    }

    /// Overrides `autoscaling`, and sets [`NumReplicas::Auto`].
    pub fn autoscaling(self, autoscaling: AutoscalingConfig) -> Self {
        self.with(|config| {
            config.num_replicas = NumReplicas::Auto;
            config.autoscaling = Some(autoscaling);
        })
    }

    /// Lets a policy of yours decide how many replicas there are, instead of the default formula, and sets
    /// [`NumReplicas::Auto`]. What it says is brought within `min_replicas` and `max_replicas`; one that panics or takes
    /// longer than 100 ms changes nothing, which is an event and a line of the log.
    ///
    /// ```
    /// use serve_core::prelude::*;
    /// use serve_core::{AutoscalingConfig, AutoscalingContext, ScalingDecision};
    ///
    /// # #[derive(Default)]
    /// # struct Greeter;
    /// # #[deployment]
    /// # impl Greeter {
    /// #     fn hello(&self) {}
    /// # }
    /// let app = Greeter::bind()
    ///     .autoscaling(AutoscalingConfig::default().max_replicas(8))
    ///     .autoscaling_policy(|context: &AutoscalingContext| {
    ///         let calls = context.ongoing + context.queued;
    ///         ScalingDecision::replicas(1 + calls as u32 / 10).because(format!("{calls} calls"))
    ///     });
    /// ```
    pub fn autoscaling_policy(self, policy: impl AutoscalingPolicy + 'static) -> Self {
        let policy = SharedPolicy::new(policy);
        self.with(|config| config.num_replicas = NumReplicas::Auto).with_policy(policy)
    }

    /// Lets autoscaling decide and tell, and carries nothing out: see
    /// [`AutoscalingConfig::dry_run`](field@AutoscalingConfig::dry_run).
    pub fn dry_run(self, dry_run: bool) -> Self {
        self.with(|config| {
            let scaling = config.scaling().unwrap_or_default();
            config.autoscaling = Some(scaling.dry_run(dry_run));
        })
    }

    /// Overrides `max_ongoing_requests`.
    pub fn max_ongoing_requests(self, requests: u32) -> Self {
        self.with(|config| config.max_ongoing_requests = requests)
    }

    /// Overrides `max_queued_requests`.
    pub fn max_queued_requests(self, requests: u32) -> Self {
        self.with(|config| config.max_queued_requests = requests)
    }

    /// Overrides `user_config`.
    pub fn user_config(self, config: serde_json::Value) -> Self {
        self.with(|options| options.user_config = Some(config))
    }

    /// Overrides `health_check_period`.
    pub fn health_check_period(self, period: Duration) -> Self {
        self.with(|config| config.health_check_period = period)
    }

    /// Overrides `health_check_timeout`.
    pub fn health_check_timeout(self, timeout: Duration) -> Self {
        self.with(|config| config.health_check_timeout = timeout)
    }

    /// Overrides `graceful_shutdown_timeout`.
    pub fn graceful_shutdown_timeout(self, timeout: Duration) -> Self {
        self.with(|config| config.graceful_shutdown_timeout = timeout)
    }

    /// Overrides `request_timeout`.
    pub fn request_timeout(self, timeout: Duration) -> Self {
        self.with(|config| config.request_timeout = Some(timeout))
    }

    /// Overrides `max_body_size`, in bytes.
    pub fn max_body_size(self, bytes: u64) -> Self {
        self.with(|config| config.max_body_size = Some(bytes))
    }

    /// Overrides `stuck_after`.
    pub fn stuck_after(self, time: Duration) -> Self {
        self.with(|config| config.stuck_after = Some(time))
    }

    /// Overrides `slow_start`.
    pub fn slow_start(self, time: Duration) -> Self {
        self.with(|config| config.slow_start = Some(time))
    }

    /// Overrides `max_requests_per_replica`.
    pub fn max_requests_per_replica(self, requests: u32) -> Self {
        self.with(|config| config.max_requests_per_replica = Some(requests))
    }

    /// Overrides `max_replica_memory`, in bytes.
    pub fn max_replica_memory(self, bytes: u64) -> Self {
        self.with(|config| config.max_replica_memory = Some(bytes))
    }

    /// Overrides `constructor_timeout`.
    pub fn constructor_timeout(self, timeout: Duration) -> Self {
        self.with(|config| config.constructor_timeout = timeout)
    }

    /// Overrides `update_timeout`.
    pub fn update_timeout(self, timeout: Duration) -> Self {
        self.with(|config| config.update_timeout = timeout)
    }

    /// Overrides `max_constructor_retry_count`.
    pub fn max_constructor_retry_count(self, count: u32) -> Self {
        self.with(|config| config.max_constructor_retry_count = count)
    }

    /// Overrides `rolling_update_percentage`.
    pub fn rolling_update_percentage(self, percentage: u32) -> Self {
        self.with(|config| config.rolling_update_percentage = percentage)
    }

    /// Overrides `max_surge_percent`.
    pub fn max_surge_percent(self, percent: u32) -> Self {
        self.with(|config| config.max_surge_percent = percent)
    }

    /// Overrides `exclusive`.
    pub fn exclusive(self, exclusive: bool) -> Self {
        self.with(|config| config.exclusive = exclusive)
    }

    /// Overrides `backpressure`.
    pub fn backpressure(self, backpressure: BackPressure) -> Self {
        self.with(|config| config.backpressure = backpressure)
    }

    /// Overrides `isolation`.
    pub fn isolation(self, isolation: Isolation) -> Self {
        self.with(|config| config.isolation = isolation)
    }

    /// Overrides `gpus`: the GPUs that each replica's process may see.
    pub fn gpus(self, gpus: impl IntoIterator<Item = u32>) -> Self {
        self.with(|config| config.gpus = Some(gpus.into_iter().collect()))
    }

    /// Overrides `cpus`: the processors that each replica's process runs on.
    pub fn cpus(self, cpus: impl IntoIterator<Item = u32>) -> Self {
        self.with(|config| config.cpus = Some(cpus.into_iter().collect()))
    }

    /// Overrides `memory_limit`, in bytes.
    pub fn memory_limit(self, bytes: u64) -> Self {
        self.with(|config| config.memory_limit = Some(bytes))
    }

    /// Overrides `working_directory`.
    pub fn working_directory(self, directory: impl Into<PathBuf>) -> Self {
        let directory = directory.into();
        self.with(|config| config.working_directory = Some(directory))
    }

    /// Sets one more variable in the environment of each replica's process, or another value for one.
    pub fn env(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let (name, value) = (name.into(), value.into());
        self.with(|config| drop(config.env.insert(name, value)))
    }
}
