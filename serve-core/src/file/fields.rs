//! The tables of an application's options: what a configuration may say, and what it means.

use super::table::{Empty, Field, Kind, Presence, Spelling, Table, Unit, Zero};
use crate::config::REPLICAS_MAX;

const ANY: u64 = u32::MAX as u64;

/// An application.
pub(super) const APPLICATION: Table = Table {
    of: "an application",
    fields: &[
        required("name", Kind::Name, "The name of the application."),
        optional(
            "app",
            Kind::Name,
            "The builder that makes it: a name from `.app(name, builder)`. Default: the builder that is called as the \
             application is.",
        ),
        nullable(
            "route_prefix",
            Kind::Prefix,
            "The path under which the application's ingress answers HTTP; `null` for none. Default: what the program says.",
        ),
        optional("args", Kind::Any, "The argument of the builder. Default: none."),
        optional(
            "deployments",
            Kind::List(&DEPLOYMENT),
            "Options of the application's deployments. What is not here is as the program says.",
        ),
    ],
    foreign: &[
        (
            "import_path",
            "name a builder of the program instead: `app: hello` for `.app(\"hello\", ..)`",
        ),
        (
            "runtime_env",
            "a program is compiled; give variables to a deployment with `isolation: process` and `env`",
        ),
        ("logging_config", "the log is the server's: write `logging` at the top of the file"),
        ("host", "the address is the server's: write `http: { host: .. }` at the top of the file"),
        ("port", "the port is the server's: write `http: { port: .. }` at the top of the file"),
        (
            "autoscaling_policy",
            "leave it out; a policy is code: `.autoscaling_policy(..)` in the builder",
        ),
        ("external_scaler_enabled", "leave it out; `scale` works always"),
    ],
};

/// A deployment of an application.
pub(super) const DEPLOYMENT: Table = Table {
    of: "a deployment",
    fields: &[
        required("name", Kind::Name, "The deployment, by its name in the application."),
        nullable(
            "route_prefix",
            Kind::Prefix,
            "The path under which it answers HTTP; `null` for none. Default: none, reachable by handle only.",
        ),
        optional(
            "num_replicas",
            Kind::Replicas { max: REPLICAS_MAX as u64 },
            "How many replicas it has; `auto` for as many as the load asks for. Default 1.",
        ),
        count(
            "max_ongoing_requests",
            1,
            1_000_000,
            "How many requests run at once on one replica. Default 100.",
        ),
        count(
            "max_queued_requests",
            1,
            ANY,
            "How many may wait for a replica; one more is refused. Default 10000.",
        ),
        Field {
            name: "autoscaling",
            kind: Kind::Table(&AUTOSCALING),
            presence: Presence::Nullable,
            doc: "Bounds and pace of autoscaling, which goes with `num_replicas: auto`. Default: none.",
            ray: &[same("autoscaling_config")],
        },
        nullable(
            "user_config",
            Kind::Any,
            "Handed to the deployment's `reconfigure`. Default: none.",
        ),
        time(
            "health_check_period",
            Zero::Refused,
            &[seconds("health_check_period_s")],
            "How often a replica is asked for its health. Default 10s.",
        ),
        time(
            "health_check_timeout",
            Zero::Refused,
            &[seconds("health_check_timeout_s")],
            "How long it may take to answer. Default 30s.",
        ),
        time(
            "graceful_shutdown_timeout",
            Zero::Allowed,
            &[seconds("graceful_shutdown_timeout_s")],
            "How long a replica that is being stopped may finish what it runs. Default 20s.",
        ),
        perhaps_time(
            "request_timeout",
            Zero::Refused,
            &[seconds("request_timeout_s")],
            "The deadline of every request. Default: none.",
        ),
        perhaps_time(
            "stuck_after",
            Zero::Refused,
            &[],
            "How long a handler may run before its replica is replaced. Default: for ever.",
        ),
        perhaps_time(
            "slow_start",
            Zero::Refused,
            &[],
            "For how long a new replica is given less than its share. Default: none.",
        ),
        nullable(
            "max_requests_per_replica",
            Kind::Count { min: 1, max: ANY },
            "After how many requests a replica is replaced. Default: never.",
        ),
        nullable(
            "max_replica_memory",
            Kind::Size,
            "With how much memory a replica's process is replaced. Default: never.",
        ),
        count(
            "max_constructor_retry_count",
            0,
            ANY,
            "How many constructors may fail before the deployment is given up. Default 20.",
        ),
        time(
            "constructor_timeout",
            Zero::Refused,
            &[],
            "How long a constructor may take. Default 10m.",
        ),
        time(
            "update_timeout",
            Zero::Refused,
            &[],
            "How long an update may take in all. Default 30m.",
        ),
        count(
            "rolling_update_percentage",
            1,
            100,
            "The share of the replicas that an update may replace at once, in percent. Default 20.",
        ),
        count(
            "max_surge_percent",
            0,
            100,
            "How many replicas an update may start beyond the wanted number, in percent. Default 25.",
        ),
        optional(
            "exclusive",
            Kind::Flag,
            "Whether there must never be two of a replica at once. Default false.",
        ),
        Field {
            name: "backpressure",
            kind: Kind::Table(&BACKPRESSURE),
            presence: Presence::Optional,
            doc: "What a caller over HTTP is told when the queue is full.",
            ray: &[same("backpressure_config")],
        },
        optional(
            "isolation",
            Kind::OneOf(&["task", "thread", "process"]),
            "Where a replica runs. Default `task`.",
        ),
        optional(
            "remote",
            Kind::Flag,
            "Whether it must be able to run in another process. Default false.",
        ),
        nullable(
            "gpus",
            Kind::Numbers(Empty::Allowed),
            "The GPUs that each replica's process may see. Default: those that the server sees.",
        ),
        nullable(
            "cpus",
            Kind::Numbers(Empty::Refused),
            "The processors that each replica's process runs on. Default: all.",
        ),
        nullable(
            "memory_limit",
            Kind::Size,
            "How much memory of its own each replica's process may have. Default: no limit.",
        ),
        nullable(
            "working_directory",
            Kind::Text,
            "The directory in which each replica's process starts. Default: the server's.",
        ),
        optional(
            "env",
            Kind::Variables,
            "Environment variables of each replica's process, besides those of the server.",
        ),
    ],
    foreign: &[
        (
            "ray_actor_options",
            "leave it out; with `isolation: process` there are `gpus: [0]`, `cpus: [0, 1]` and `memory_limit: 2GiB`",
        ),
        ("runtime_env", "write the variables as `env`, with `isolation: process`"),
        ("num_gpus", "write which: `gpus: [0]`, with `isolation: process`"),
        ("num_cpus", "write which: `cpus: [0, 1]`, with `isolation: process`"),
        ("memory", "write `memory_limit: 2GiB`, with `isolation: process`"),
        (
            "graceful_shutdown_wait_loop_s",
            "leave it out; a replica says itself when it has finished",
        ),
        ("logging_config", "the log is the server's: write `logging` at the top of the file"),
        ("request_router_config", "leave it out; the router has no probes and no back-off to set"),
        ("placement_group_bundles", "leave it out; replicas run on this machine"),
        ("placement_group_strategy", "leave it out; replicas run on this machine"),
        ("placement_group_bundle_label_selector", "leave it out; replicas run on this machine"),
        ("max_replicas_per_node", "leave it out; replicas run on this machine"),
        ("gang_scheduling_config", "leave it out; replicas start one by one"),
        ("deployment_actors", "leave it out; bind what replicas share as a deployment of its own"),
        ("max_concurrent_queries", "write `max_ongoing_requests`"),
        ("version", "leave it out; what has changed is found by comparing"),
    ],
};

/// Autoscaling.
pub(super) const AUTOSCALING: Table = Table {
    of: "`autoscaling`",
    fields: &[
        count(
            "min_replicas",
            0,
            REPLICAS_MAX as u64,
            "Never fewer; 0 lets an idle deployment go away altogether. Default 1.",
        ),
        nullable(
            "initial_replicas",
            Kind::Count { min: 0, max: REPLICAS_MAX as u64 },
            "How many to start with. Default: `min_replicas`.",
        ),
        count("max_replicas", 1, REPLICAS_MAX as u64, "Never more. Default 1."),
        optional(
            "target_ongoing_requests",
            Kind::Factor,
            "The load aimed at for each replica. Default 2.",
        ),
        time(
            "upscale_delay",
            Zero::Allowed,
            &[seconds("upscale_delay_s")],
            "How long the load must ask for more. Default 30s.",
        ),
        time(
            "downscale_delay",
            Zero::Allowed,
            &[seconds("downscale_delay_s")],
            "How long the load must ask for less. Default 10m.",
        ),
        perhaps_time(
            "downscale_to_zero_delay",
            Zero::Allowed,
            &[seconds("downscale_to_zero_delay_s")],
            "How long the last replica must have nothing to do. Default: `downscale_delay`.",
        ),
        optional("upscaling_factor", Kind::Factor, "Scales the size of a step up. Default 1."),
        optional("downscaling_factor", Kind::Factor, "Scales the size of a step down. Default 1."),
        time(
            "look_back_period",
            Zero::Refused,
            &[seconds("look_back_period_s")],
            "The window the load is averaged over. Default 30s.",
        ),
        optional("dry_run", Kind::Flag, "Whether decisions are only logged. Default false."),
    ],
    foreign: &[
        (
            "metrics_interval_s",
            "leave it out; the load is looked at once a second, and at once when calls wait for a first replica",
        ),
        ("upscale_smoothing_factor", "write `upscaling_factor`"),
        ("downscale_smoothing_factor", "write `downscaling_factor`"),
        ("smoothing_factor", "write `upscaling_factor` and `downscaling_factor`"),
        ("target_num_ongoing_requests_per_replica", "write `target_ongoing_requests`"),
        ("aggregation_function", "leave it out; the load is a mean over `look_back_period`"),
        ("policy", "leave it out; a policy is code: `.autoscaling_policy(..)` in the builder"),
    ],
};

/// Backpressure.
pub(super) const BACKPRESSURE: Table = Table {
    of: "`backpressure`",
    fields: &[
        optional("status_code", Kind::Codes(&[503, 429]), "The status of the answer. Default 503."),
        perhaps_time(
            "retry_after",
            Zero::Allowed,
            &[seconds("retry_after_s")],
            "Sent as `Retry-After`, rounded up to whole seconds. Default: none.",
        ),
    ],
    foreign: &[],
};

const fn field(name: &'static str, kind: Kind, presence: Presence, doc: &'static str) -> Field {
    Field { name, kind, presence, doc, ray: &[] }
}

pub(super) const fn required(name: &'static str, kind: Kind, doc: &'static str) -> Field {
    field(name, kind, Presence::Required, doc)
}

pub(super) const fn optional(name: &'static str, kind: Kind, doc: &'static str) -> Field {
    field(name, kind, Presence::Optional, doc)
}

pub(super) const fn nullable(name: &'static str, kind: Kind, doc: &'static str) -> Field {
    field(name, kind, Presence::Nullable, doc)
}

const fn count(name: &'static str, min: u64, max: u64, doc: &'static str) -> Field {
    optional(name, Kind::Count { min, max }, doc)
}

pub(super) const fn time(
    name: &'static str,
    zero: Zero,
    ray: &'static [Spelling],
    doc: &'static str,
) -> Field {
    Field { name, kind: Kind::Time(zero), presence: Presence::Optional, doc, ray }
}

pub(super) const fn perhaps_time(
    name: &'static str,
    zero: Zero,
    ray: &'static [Spelling],
    doc: &'static str,
) -> Field {
    Field { name, kind: Kind::Time(zero), presence: Presence::Nullable, doc, ray }
}

pub(super) const fn seconds(name: &'static str) -> Spelling {
    Spelling { name, unit: Unit::Seconds }
}

pub(super) const fn same(name: &'static str) -> Spelling {
    Spelling { name, unit: Unit::Same }
}
