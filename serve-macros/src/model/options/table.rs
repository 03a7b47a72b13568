//! Every option and the kind of value it takes.

use std::ops::RangeInclusive;

/// An option's name and what it takes.
pub(super) struct Known {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
}

/// What an option takes, and with that how it is read.
pub(super) enum Kind {
    /// `name = "text"`: becomes the deployment's name.
    Name,
    /// `crate = "path"`.
    CratePath,
    /// `vis = "pub(crate)"`.
    Visibility,
    /// `"/api"`.
    RoutePrefix,
    /// An integer, or `"auto"`.
    Replicas,
    Count(RangeInclusive<u32>),
    /// A count whose field is an `Option`.
    OptionalCount(RangeInclusive<u32>),
    /// One of these integers.
    OneOf(&'static [u32]),
    /// A number above zero.
    Factor,
    Duration(Zero),
    /// A duration whose field is an `Option`.
    OptionalDuration(Zero),
    /// `cost = Self::tokens`: becomes a part of `#[batch]`.
    Function,
    /// JSON text.
    Json,
    /// `"task"`, `"thread"`, `"process"`.
    Isolation,
    /// `[0, 1]`, into an `Option<Vec<u32>>`.
    Numbers(Empty),
    /// A size in memory, whose field is an `Option`.
    OptionalSize,
    /// The size of something that is sent: in quotes, or as a number of bytes.
    Bytes,
    /// The same, whose field is an `Option`.
    OptionalBytes,
    /// `"models"`, into an `Option<PathBuf>`.
    Directory,
    /// `env(NAME = "value")`.
    Variables,
    /// No value.
    Flag,
    /// `key(options)`.
    Group {
        type_name: &'static str,
        optional: bool,
        known: &'static [Known],
        example: &'static str,
    },
}

/// Whether a list may be empty.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Empty {
    Allowed,
    Refused,
}

/// Whether a duration may be zero.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Zero {
    Allowed,
    Refused,
}

const ANY: RangeInclusive<u32> = 0..=u32::MAX;
const POSITIVE: RangeInclusive<u32> = 1..=u32::MAX;

/// The options of the attribute.
pub(super) const OPTIONS: &[Known] = &[
    known("name", Kind::Name),
    known("route_prefix", Kind::RoutePrefix),
    known("num_replicas", Kind::Replicas),
    known("max_ongoing_requests", Kind::Count(POSITIVE)),
    known("max_queued_requests", Kind::Count(POSITIVE)),
    known(
        "autoscaling",
        Kind::Group {
            type_name: "AutoscalingConfig",
            optional: true,
            known: AUTOSCALING,
            example: "autoscaling(min_replicas = 1, max_replicas = 10)",
        },
    ),
    known("user_config", Kind::Json),
    known("health_check_period", Kind::Duration(Zero::Refused)),
    known("health_check_timeout", Kind::Duration(Zero::Refused)),
    known("graceful_shutdown_timeout", Kind::Duration(Zero::Allowed)),
    known("request_timeout", Kind::OptionalDuration(Zero::Refused)),
    known("max_body_size", Kind::OptionalBytes),
    known("stuck_after", Kind::OptionalDuration(Zero::Refused)),
    known("slow_start", Kind::OptionalDuration(Zero::Refused)),
    known("max_requests_per_replica", Kind::OptionalCount(POSITIVE)),
    known("max_constructor_retry_count", Kind::Count(ANY)),
    known("constructor_timeout", Kind::Duration(Zero::Refused)),
    known("update_timeout", Kind::Duration(Zero::Refused)),
    known("rolling_update_percentage", Kind::Count(1..=100)),
    known("max_surge_percent", Kind::Count(0..=100)),
    known("exclusive", Kind::Flag),
    known(
        "backpressure",
        Kind::Group {
            type_name: "BackPressure",
            optional: false,
            known: BACKPRESSURE,
            example: "backpressure(status_code = 503, retry_after = \"1s\")",
        },
    ),
    known("isolation", Kind::Isolation),
    known("gpus", Kind::Numbers(Empty::Allowed)),
    known("cpus", Kind::Numbers(Empty::Refused)),
    known("memory_limit", Kind::OptionalSize),
    known("max_replica_memory", Kind::OptionalSize),
    known("working_directory", Kind::Directory),
    known("env", Kind::Variables),
    known("remote", Kind::Flag),
    known("crate", Kind::CratePath),
    known("vis", Kind::Visibility),
];

/// The options in `autoscaling(..)`.
pub(super) const AUTOSCALING: &[Known] = &[
    known("min_replicas", Kind::Count(ANY)),
    known("initial_replicas", Kind::OptionalCount(ANY)),
    known("max_replicas", Kind::Count(POSITIVE)),
    known("target_ongoing_requests", Kind::Factor),
    known("upscale_delay", Kind::Duration(Zero::Allowed)),
    known("downscale_delay", Kind::Duration(Zero::Allowed)),
    known("downscale_to_zero_delay", Kind::OptionalDuration(Zero::Allowed)),
    known("upscaling_factor", Kind::Factor),
    known("downscaling_factor", Kind::Factor),
    known("look_back_period", Kind::Duration(Zero::Refused)),
    known("dry_run", Kind::Flag),
];

const BACKPRESSURE: &[Known] = &[
    known("status_code", Kind::OneOf(&[503, 429])),
    known("retry_after", Kind::OptionalDuration(Zero::Allowed)),
];

/// The options of `#[batch(..)]`.
pub(super) const BATCH: &[Known] = &[
    known("max_batch_size", Kind::Count(POSITIVE)),
    known("batch_wait_timeout", Kind::Duration(Zero::Allowed)),
    known("max_concurrent_batches", Kind::Count(POSITIVE)),
    known("max_batch_cost", Kind::Count(POSITIVE)),
    known("cost", Kind::Function),
];

/// The options of `#[get(..)]` and its like, after the path.
pub(super) const ROUTE: &[Known] =
    &[known("request_timeout", Kind::Duration(Zero::Refused)), known("max_body_size", Kind::Bytes)];

const fn known(name: &'static str, kind: Kind) -> Known {
    Known { name, kind }
}

/// What other systems, and other tables of this one, call an option.
const SYNONYMS: &[(&str, &str)] = &[
    ("replicas", "num_replicas"),
    ("workers", "num_replicas"),
    ("num_workers", "num_replicas"),
    ("instances", "num_replicas"),
    ("prefix", "route_prefix"),
    ("path", "route_prefix"),
    ("route", "route_prefix"),
    ("base_path", "route_prefix"),
    ("timeout", "request_timeout"),
    ("request_timeout_s", "request_timeout"),
    ("deadline", "request_timeout"),
    ("max_body_bytes", "max_body_size"),
    ("body_limit", "max_body_size"),
    ("body_size", "max_body_size"),
    ("concurrency", "max_ongoing_requests"),
    ("max_concurrency", "max_ongoing_requests"),
    ("max_concurrent_queries", "max_ongoing_requests"),
    ("max_concurrent_requests", "max_ongoing_requests"),
    ("max_queue", "max_queued_requests"),
    ("max_queue_size", "max_queued_requests"),
    ("queue_size", "max_queued_requests"),
    ("num_gpus", "gpus"),
    ("gpu", "gpus"),
    ("num_cpus", "cpus"),
    ("cpu", "cpus"),
    ("memory", "memory_limit"),
    ("max_memory", "memory_limit"),
    ("cwd", "working_directory"),
    ("working_dir", "working_directory"),
    ("env_vars", "env"),
    ("config", "user_config"),
    ("shutdown_timeout", "graceful_shutdown_timeout"),
    ("scaling", "autoscaling"),
    ("min_size", "min_replicas"),
    ("max_size", "max_replicas"),
    ("min", "min_replicas"),
    ("max", "max_replicas"),
    ("target_num_ongoing_requests_per_replica", "target_ongoing_requests"),
    ("batch_size", "max_batch_size"),
    ("size", "max_batch_size"),
    ("wait", "batch_wait_timeout"),
    ("timeout", "batch_wait_timeout"),
    ("batch_wait_timeout_s", "batch_wait_timeout"),
    ("status", "status_code"),
    ("visibility", "vis"),
];

/// The option of this table that another name stands for.
pub(super) fn synonym(name: &str, table: &'static [Known]) -> Option<&'static str> {
    let mut known = SYNONYMS.iter().filter(|(other, _)| *other == name).map(|(_, known)| *known);
    known.find(|known| names(table).any(|name| name == *known))
}

/// The helper attribute that an option of a deployment's belongs to.
pub(super) fn elsewhere(name: &str, table: &'static [Known]) -> Option<&'static str> {
    let is_of_batch = is_of_deployment(table) && names(BATCH).any(|inner| inner == name);
    is_of_batch.then_some("#[batch(..)]")
}

/// Whether this is the table of the attribute itself.
pub(super) fn is_of_deployment(table: &[Known]) -> bool {
    names(table).any(|name| name == "route_prefix")
}

/// The names in a table, for messages.
pub(super) fn names(known: &[Known]) -> impl Iterator<Item = &'static str> {
    known.iter().map(|known| known.name)
}
