//! What is out of range among a deployment's options, for every use that is made of them.
//!
//! Durations have no upper bound: `Duration::MAX` says "never", see [`super::time`].

use std::time::Duration;

use super::{AutoscalingConfig, DeploymentConfig, Isolation, NumReplicas, canonical};

/// The counter of ongoing requests has room for this many with a wide margin.
const ONGOING_MAX: u32 = 1_000_000;

/// More than one machine can hold, and few enough to count them, and percents of them, in any integer.
pub(crate) const REPLICAS_MAX: u32 = 10_000;

/// Collects sentences.
struct Problems(Vec<String>);

impl Problems {
    fn require(&mut self, holds: bool, problem: impl Into<String>) {
        if !holds {
            self.0.push(problem.into());
        }
    }

    fn positive(&mut self, option: &str, duration: Option<Duration>) {
        self.require(duration != Some(Duration::ZERO), format!("`{option}` is zero"));
    }

    /// A count of replicas that is not zero.
    fn replicas(&mut self, option: &str, count: u32) {
        self.require(count > 0, format!("`{option}` is 0; use at least 1"));
        self.require(
            count <= REPLICAS_MAX,
            format!("`{option}` is too large; use at most {REPLICAS_MAX}"),
        );
    }

    fn factor(&mut self, option: &str, factor: f64) {
        // Neither is NaN, which is not above anything.
        let fits = factor > 0.0 && factor.is_finite();
        self.require(fits, format!("`{option}` is {factor}; it must be a number above 0"));
    }
}

impl DeploymentConfig {
    /// Everything that is out of range, one sentence each; empty when all is well.
    pub(crate) fn problems(&self) -> Vec<String> {
        let mut problems = Problems(Vec::new());
        if let NumReplicas::Fixed(count) = self.num_replicas {
            problems.replicas("num_replicas", count);
        }
        if let Some(autoscaling) = &self.autoscaling {
            autoscaling.check(&mut problems);
        }
        self.check_requests(&mut problems);
        self.check_updates(&mut problems);
        self.check_processes(&mut problems);
        problems.0.extend(self.route_prefix.as_deref().and_then(route_prefix_problem));
        problems.0
    }

    fn check_requests(&self, problems: &mut Problems) {
        let ongoing = self.max_ongoing_requests;
        problems.require(ongoing > 0, "`max_ongoing_requests` is 0; use at least 1");
        problems.require(
            ongoing <= ONGOING_MAX,
            format!("`max_ongoing_requests` is too large; use at most {ONGOING_MAX}"),
        );
        problems
            .require(self.max_queued_requests > 0, "`max_queued_requests` is 0; use at least 1");
        problems.require(
            matches!(self.backpressure.status_code, 429 | 503),
            "`backpressure.status_code` must be 503 or 429",
        );
        problems.positive("request_timeout", self.request_timeout);
        problems.require(self.max_body_size != Some(0), "`max_body_size` is zero");
    }

    fn check_updates(&self, problems: &mut Problems) {
        problems.positive("health_check_period", Some(self.health_check_period));
        problems.positive("health_check_timeout", Some(self.health_check_timeout));
        problems.positive("stuck_after", self.stuck_after);
        problems.positive("slow_start", self.slow_start);
        problems.require(
            self.max_requests_per_replica != Some(0),
            "`max_requests_per_replica` is 0; use at least 1",
        );
        problems.require(self.max_replica_memory != Some(0), "`max_replica_memory` is zero");
        problems.positive("constructor_timeout", Some(self.constructor_timeout));
        problems.positive("update_timeout", Some(self.update_timeout));
        problems.require(
            (1..=100).contains(&self.rolling_update_percentage),
            "`rolling_update_percentage` must be from 1 to 100",
        );
        problems
            .require(self.max_surge_percent <= 100, "`max_surge_percent` must be from 0 to 100");
    }

    fn check_processes(&self, problems: &mut Problems) {
        problems.require(self.cpus.as_ref().is_none_or(|cpus| !cpus.is_empty()), "`cpus` is empty");
        problems.require(self.memory_limit != Some(0), "`memory_limit` is zero");
        let directory = self.working_directory.as_ref();
        problems.require(
            directory.is_none_or(|path| !path.as_os_str().as_encoded_bytes().contains(&0)),
            "`working_directory` has a zero byte in it",
        );
        let variables = self.env.iter();
        problems.0.extend(variables.filter_map(|(name, value)| variable_problem(name, value)));
        if self.isolation != Isolation::Process {
            problems.0.extend(self.of_processes().map(|option| {
                format!(
                    "`{option}` is set, but replicas share the server's process; add \
                     `isolation = \"process\"`"
                )
            }));
        }
    }
}

impl AutoscalingConfig {
    fn check(&self, problems: &mut Problems) {
        let Self { min_replicas, initial_replicas, max_replicas, .. } = *self;
        problems.replicas("autoscaling.max_replicas", max_replicas);
        problems.require(
            min_replicas <= REPLICAS_MAX,
            format!("`autoscaling.min_replicas` is too large; use at most {REPLICAS_MAX}"),
        );
        problems.require(
            initial_replicas.is_none_or(|initial| initial <= REPLICAS_MAX),
            format!("`autoscaling.initial_replicas` is too large; use at most {REPLICAS_MAX}"),
        );
        self.check_order(problems);
        problems.factor("autoscaling.target_ongoing_requests", self.target_ongoing_requests);
        problems.factor("autoscaling.upscaling_factor", self.upscaling_factor);
        problems.factor("autoscaling.downscaling_factor", self.downscaling_factor);
        problems.positive("autoscaling.look_back_period", Some(self.look_back_period));
    }
}

impl AutoscalingConfig {
    /// Only what is in range is compared: one mistake is one sentence.
    fn check_order(&self, problems: &mut Problems) {
        let (min, max) = (self.min_replicas, self.max_replicas);
        if !(1..=REPLICAS_MAX).contains(&max) || min > REPLICAS_MAX {
            return;
        }
        problems.require(
            min <= max,
            format!(
                "`autoscaling.min_replicas` is {min} and `autoscaling.max_replicas` is {max}; the minimum \
                 must not be above the maximum"
            ),
        );
        let Some(initial) = self.initial_replicas.filter(|initial| *initial <= REPLICAS_MAX) else {
            return;
        };
        problems.require(
            min > max || (min..=max).contains(&initial),
            format!("`autoscaling.initial_replicas` is {initial}; it must be from {min} to {max}"),
        );
    }
}

/// What is wrong with an environment variable, if anything is.
fn variable_problem(name: &str, value: &str) -> Option<String> {
    if name.is_empty() || name.contains(['=', '\0']) {
        return Some(format!("`env` has a variable named `{}`", name.escape_default()));
    }
    value.contains('\0').then(|| format!("`env` gives `{name}` a value with a zero byte"))
}

/// What is wrong with a route prefix, if anything is.
pub(crate) fn route_prefix_problem(prefix: &str) -> Option<String> {
    let canonical = canonical(prefix);
    let problem = if !prefix.starts_with('/') {
        "must start with `/`"
    } else if prefix.len() > 1 && prefix.ends_with('/') {
        "must not end with `/`"
    } else if prefix.contains(['{', '}']) {
        "must not contain `{` or `}`"
    } else if canonical == "/-" || canonical.starts_with("/-/") {
        "must not start with `/-/`, which holds the server's own routes"
    } else {
        return None;
    };
    Some(format!("`route_prefix` is `{prefix}`; it {problem}"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

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
    fn route_prefixes_follow_the_rules() {
        for good in ["/", "/a", "/a/b", "/a-b"] {
            assert_eq!(route_prefix_problem(good), None, "{good}");
        }
        for bad in ["", "a", "/a/", "/{x}", "/-", "/-/routes"] {
            assert!(route_prefix_problem(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn never_is_a_duration_like_any_other() {
        let config = DeploymentConfig {
            health_check_period: Duration::MAX,
            health_check_timeout: Duration::MAX,
            graceful_shutdown_timeout: Duration::MAX,
            request_timeout: Some(Duration::MAX),
            stuck_after: Some(Duration::MAX),
            constructor_timeout: Duration::MAX,
            update_timeout: Duration::MAX,
            ..DeploymentConfig::default()
        };
        assert_eq!(config.problems(), Vec::<String>::new());
    }

    #[test]
    fn a_time_that_must_pass_is_not_zero() {
        let config = DeploymentConfig {
            health_check_period: Duration::ZERO,
            health_check_timeout: Duration::ZERO,
            request_timeout: Some(Duration::ZERO),
            stuck_after: Some(Duration::ZERO),
            constructor_timeout: Duration::ZERO,
            update_timeout: Duration::ZERO,
            ..DeploymentConfig::default()
        };
        let problems = config.problems();
        assert_eq!(problems.len(), 6, "{problems:?}");
        assert!(problems.contains(&"`update_timeout` is zero".to_owned()), "{problems:?}");
    }

    #[test]
    fn counts_of_replicas_are_bounded() {
        for (count, fits) in
            [(1, true), (REPLICAS_MAX, true), (REPLICAS_MAX + 1, false), (u32::MAX, false)]
        {
            let num_replicas = NumReplicas::Fixed(count);
            let config = DeploymentConfig { num_replicas, ..DeploymentConfig::default() };
            assert_eq!(config.problems().is_empty(), fits, "{count}");
        }
    }

    #[test]
    fn autoscaling_takes_numbers_that_can_be_reckoned_with() {
        let with = |change: fn(&mut AutoscalingConfig)| {
            let mut autoscaling = AutoscalingConfig::default();
            change(&mut autoscaling);
            DeploymentConfig { autoscaling: Some(autoscaling), ..DeploymentConfig::default() }
        };
        assert_eq!(with(|a| a.look_back_period = Duration::MAX).problems(), Vec::<String>::new());
        let bad: [fn(&mut AutoscalingConfig); 13] = [
            |a| a.target_ongoing_requests = f64::NAN,
            |a| a.target_ongoing_requests = 0.0,
            |a| a.upscaling_factor = f64::INFINITY,
            |a| a.downscaling_factor = -1.0,
            |a| a.look_back_period = Duration::ZERO,
            |a| a.max_replicas = 0,
            |a| a.max_replicas = u32::MAX,
            |a| a.min_replicas = u32::MAX,
            |a| a.initial_replicas = Some(u32::MAX),
            |a| a.min_replicas = 2,
            |a| (a.min_replicas, a.initial_replicas) = (4, Some(1)),
            |a| a.initial_replicas = Some(2),
            |a| (a.min_replicas, a.max_replicas, a.initial_replicas) = (2, 4, Some(1)),
        ];
        for (number, change) in bad.into_iter().enumerate() {
            let problems = with(change).problems();
            assert_eq!(problems.len(), 1, "{number}: {problems:?}");
            assert!(problems[0].starts_with("`autoscaling."), "{problems:?}");
        }
    }

    #[test]
    fn a_path_with_a_zero_byte_is_refused() {
        let config = DeploymentConfig {
            working_directory: Some("a\0b".into()),
            isolation: Isolation::Process,
            ..DeploymentConfig::default()
        };
        assert_eq!(config.problems(), ["`working_directory` has a zero byte in it"]);
    }
}
