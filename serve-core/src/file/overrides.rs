//! Options of a file, carried over to those that the program has given: file over builder over attribute over default.

use super::given::{Given, GivenOptions};
use crate::config::{AutoscalingConfig, BackPressure, DeploymentConfig, Isolation, NumReplicas};

/// Carries the options of a deployment over. All others stay.
pub(super) fn configure(config: &mut DeploymentConfig, options: &GivenOptions) {
    for (name, given) in &options.0 {
        set(config, name, given);
    }
    // As with the builder's methods: bounds mean autoscaling, and a number ends it.
    match (options.get("autoscaling"), options.get("num_replicas")) {
        (Some(Given::Table(_)), _) => config.num_replicas = NumReplicas::Auto,
        (None, Some(Given::Count(_))) => config.autoscaling = None,
        _ => {}
    }
}

/// One option. The reader has found that it fits.
fn set(config: &mut DeploymentConfig, name: &str, given: &Given) {
    match name {
        "name" => {}
        "route_prefix" => config.route_prefix = given.text(),
        "num_replicas" => {
            config.num_replicas = match given {
                Given::Count(_) => NumReplicas::Fixed(given.number()),
                _ => NumReplicas::Auto,
            }
        }
        "max_ongoing_requests" => config.max_ongoing_requests = given.number(),
        "max_queued_requests" => config.max_queued_requests = given.number(),
        "autoscaling" => match given {
            Given::Table(options) => {
                let mut scaling = config.scaling().unwrap_or_default();
                options.0.iter().for_each(|(name, given)| scale(&mut scaling, name, given));
                config.autoscaling = Some(scaling);
            }
            _ => config.autoscaling = None,
        },
        "user_config" => config.user_config = given.value(),
        "health_check_period" => config.health_check_period = given.time().unwrap_or_default(),
        "health_check_timeout" => config.health_check_timeout = given.time().unwrap_or_default(),
        "graceful_shutdown_timeout" => {
            config.graceful_shutdown_timeout = given.time().unwrap_or_default();
        }
        "request_timeout" => config.request_timeout = given.time(),
        "stuck_after" => config.stuck_after = given.time(),
        "slow_start" => config.slow_start = given.time(),
        "max_requests_per_replica" => {
            config.max_requests_per_replica = given.count().and_then(|count| count.try_into().ok());
        }
        "max_replica_memory" => config.max_replica_memory = given.count(),
        "max_body_size" => config.max_body_size = given.count(),
        "max_constructor_retry_count" => config.max_constructor_retry_count = given.number(),
        "constructor_timeout" => config.constructor_timeout = given.time().unwrap_or_default(),
        "update_timeout" => config.update_timeout = given.time().unwrap_or_default(),
        "rolling_update_percentage" => config.rolling_update_percentage = given.number(),
        "max_surge_percent" => config.max_surge_percent = given.number(),
        "exclusive" => config.exclusive = given.flag(),
        "backpressure" => {
            if let Given::Table(options) = given {
                let backpressure = &mut config.backpressure;
                options.0.iter().for_each(|(name, given)| press_back(backpressure, name, given));
            }
        }
        "isolation" => {
            config.isolation = match given.text().as_deref() {
                Some("process") => Isolation::Process,
                Some("thread") => Isolation::Thread,
                _ => Isolation::Task,
            }
        }
        "remote" => config.remote = given.flag(),
        "gpus" => config.gpus = given.numbers(),
        "cpus" => config.cpus = given.numbers(),
        "memory_limit" => config.memory_limit = given.count(),
        "working_directory" => config.working_directory = given.text().map(Into::into),
        "env" => {
            if let Given::Variables(variables) = given {
                let variables = variables.iter();
                config.env.extend(variables.map(|(name, text)| (name.clone(), text.value.clone())));
            }
        }
        _ => unknown(name),
    }
}

fn scale(scaling: &mut AutoscalingConfig, name: &str, given: &Given) {
    match name {
        "min_replicas" => scaling.min_replicas = given.number(),
        "initial_replicas" => {
            scaling.initial_replicas = given.count().and_then(|count| count.try_into().ok());
        }
        "max_replicas" => scaling.max_replicas = given.number(),
        "target_ongoing_requests" => scaling.target_ongoing_requests = given.factor(),
        "upscale_delay" => scaling.upscale_delay = given.time().unwrap_or_default(),
        "downscale_delay" => scaling.downscale_delay = given.time().unwrap_or_default(),
        "downscale_to_zero_delay" => scaling.downscale_to_zero_delay = given.time(),
        "upscaling_factor" => scaling.upscaling_factor = given.factor(),
        "downscaling_factor" => scaling.downscaling_factor = given.factor(),
        "look_back_period" => scaling.look_back_period = given.time().unwrap_or_default(),
        "dry_run" => scaling.dry_run = given.flag(),
        _ => unknown(name),
    }
}

fn press_back(backpressure: &mut BackPressure, name: &str, given: &Given) {
    match name {
        "status_code" => {
            backpressure.status_code = u16::try_from(given.number()).unwrap_or(503);
        }
        "retry_after" => backpressure.retry_after = given.time(),
        _ => unknown(name),
    }
}

/// A test sets every option of the table.
fn unknown(name: &str) {
    debug_assert!(false, "the table has an option `{name}` that nobody carries over");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::document::ConfigDocument;
    use crate::file::fields::DEPLOYMENT;
    use crate::file::problem::Problems;
    use crate::file::read::Reader;
    use crate::file::refer::SYSTEM;
    use crate::file::tree::Path;

    fn read(json: &str) -> GivenOptions {
        let (document, mut problems) = (ConfigDocument::json(json).unwrap(), Problems::default());
        let mut reader = Reader { sources: &SYSTEM, problems: &mut problems };
        let options = reader.table(&DEPLOYMENT, &document.root, &Path::default());
        problems.into_result(&document).unwrap();
        options
    }

    /// One of each; every value is another than the default.
    const ALL: &str = r#"{
        "name": "Greeter", "route_prefix": "/x", "max_ongoing_requests": 7,
        "num_replicas": "auto",
        "max_queued_requests": 8, "user_config": { "a": 1 }, "health_check_period": "1s",
        "health_check_timeout": "2s", "graceful_shutdown_timeout": "3s", "request_timeout": "4s",
        "stuck_after": "5s", "slow_start": "6s", "max_requests_per_replica": 9,
        "max_replica_memory": "1GiB", "max_body_size": "1MiB", "max_constructor_retry_count": 1, "constructor_timeout": "1m",
        "update_timeout": "2m", "rolling_update_percentage": 50, "max_surge_percent": 60,
        "exclusive": true, "isolation": "process", "remote": true, "gpus": [0], "cpus": [1, 2],
        "memory_limit": "2GiB", "working_directory": "/tmp", "env": { "A": "b" },
        "backpressure": { "status_code": 429, "retry_after": "1s" },
        "autoscaling": {
            "min_replicas": 2, "initial_replicas": 3, "max_replicas": 4, "target_ongoing_requests": 1.5,
            "upscale_delay": "1s", "downscale_delay": "2s", "downscale_to_zero_delay": "3s",
            "upscaling_factor": 2.0, "downscaling_factor": 0.5, "look_back_period": "4s", "dry_run": true
        }
    }"#;

    #[test]
    fn every_option_of_the_table_is_carried_over() {
        let options = read(ALL);
        let mut config = DeploymentConfig::default();
        configure(&mut config, &options);
        let mut differences = config.differences(&DeploymentConfig::default());
        let mut names: Vec<_> = DEPLOYMENT.names().filter(|name| *name != "name").collect();
        differences.sort_unstable();
        names.sort_unstable();
        assert_eq!(differences, names);
        let scaling = AutoscalingConfig::default();
        let all = format!("{:?}", config.autoscaling);
        for part in format!("{scaling:?}").trim_matches(|c| c != '{' && c != '}').split(", ") {
            assert!(!all.contains(part), "{part} is as before");
        }
        assert_eq!(config.problems(), Vec::<String>::new());
    }

    #[test]
    fn what_the_file_does_not_say_stays() {
        let scaling = AutoscalingConfig::default().min_replicas(2).max_replicas(5);
        let before = DeploymentConfig {
            num_replicas: NumReplicas::Auto,
            autoscaling: Some(scaling),
            max_ongoing_requests: 7,
            ..DeploymentConfig::default()
        };
        let mut config = before.clone();
        configure(&mut config, &read(r#"{ "name": "X", "autoscaling": { "max_replicas": 9 } }"#));
        let bounds = config.scaling().map(|scaling| (scaling.min_replicas, scaling.max_replicas));
        assert_eq!((bounds, config.max_ongoing_requests), (Some((2, 9)), 7));
        let mut config = before;
        configure(&mut config, &read(r#"{ "name": "X", "num_replicas": 3 }"#));
        assert_eq!((config.num_replicas, config.scaling()), (NumReplicas::Fixed(3), None));
    }

    #[test]
    fn ray_serves_spellings_mean_the_same() {
        let mut config = DeploymentConfig::default();
        configure(
            &mut config,
            &read(
                r#"{ "name": "X", "health_check_period_s": 2.5, "num_replicas": "auto",
                    "autoscaling_config": { "upscale_delay_s": 3, "max_replicas": 4 } }"#,
            ),
        );
        assert_eq!(config.health_check_period.as_millis(), 2500);
        assert_eq!(config.autoscaling.map(|scaling| scaling.upscale_delay.as_secs()), Some(3));
    }

    #[test]
    fn what_was_read_is_written_so_that_it_can_be_read_again() {
        let options = read(ALL);
        assert_eq!(read(&serde_json::to_string(&options).unwrap()), options);
    }
}
