//! The tables of an application's options: what a configuration may say, and what it means.

use super::table::{Empty, Field, OptionTable, Presence, Spelling, Unit, ValueKind, Zero};
use crate::config::REPLICAS_MAX;

const ANY: u64 = u32::MAX as u64;

/// The whole file.
pub(super) const SERVER: OptionTable = OptionTable {
    of: "a configuration",
    fields: &[
        Field {
            name: "http",
            kind: ValueKind::Table(&HTTP),
            presence: Presence::Optional,
            doc: "The server that applications answer on.",
            ray: &[same("http_options")],
        },
        optional(
            "admin",
            ValueKind::Table(&ADMIN),
            "The server for whoever looks after the applications. Default: none.",
        ),
        Field {
            name: "logging",
            kind: ValueKind::Table(&LOGGING),
            presence: Presence::Optional,
            doc: "What is logged, and how.",
            ray: &[same("logging_config")],
        },
        optional("metrics", ValueKind::Table(&METRICS), "What is counted."),
        time(
            "shutdown_timeout",
            Zero::Allowed,
            &[],
            "How long a shutdown may take in all. Default 25s.",
        ),
        time(
            "shutdown_delay",
            Zero::Allowed,
            &[],
            "For how long a shutdown goes on as ever while `/-/ready` says 503. Default 0s.",
        ),
        required(
            "applications",
            ValueKind::List(&APPLICATION),
            "What runs. Applications of an earlier configuration that are not here are deleted.",
        ),
    ],
    foreign: &[
        ("proxy_location", "leave it out; there is one server, on this machine"),
        ("grpc_options", "leave it out; there is no gRPC"),
        ("controller_options", "leave it out; set variables in the environment of the program"),
        ("tracing_config", "leave it out; traces are set in the program: `.traces(..)`"),
        ("target_capacity", "leave it out; write `num_replicas` as it is to be"),
    ],
};

/// The HTTP server.
pub(super) const HTTP: OptionTable = OptionTable {
    of: "`http`",
    fields: &[
        optional("enabled", ValueKind::Flag, "Whether there is a server at all. Default true."),
        optional(
            "host",
            ValueKind::Text,
            "The address or name to listen on; `0.0.0.0` for all of IPv4. Default `127.0.0.1`.",
        ),
        count("port", 0, 65_535, "The port to listen on; 0 for any. Default 8000."),
        optional(
            "tls",
            ValueKind::Table(&TLS),
            "Speaks HTTPS; needs the feature `tls`. Default: plain HTTP.",
        ),
        optional(
            "proxy_protocol",
            ValueKind::Texts,
            "Networks whose connections begin with a header of the PROXY protocol. Default: none.",
        ),
        optional(
            "trusted_proxies",
            ValueKind::Texts,
            "Networks of proxies that are believed who their client is. Default: none.",
        ),
        nullable(
            "max_connections",
            ValueKind::Count { min: 1, max: ANY },
            "How many connections may be open; others wait. Default: three quarters of the descriptors that the process may have.",
        ),
        perhaps_time(
            "request_timeout",
            Zero::Refused,
            &[seconds("request_timeout_s")],
            "The deadline of every request. Default: none.",
        ),
        optional(
            "trust_request_timeout",
            ValueKind::Flag,
            "Whether a request may shorten its deadline. Default true.",
        ),
        time(
            "keep_alive_timeout",
            Zero::Allowed,
            &[seconds("keep_alive_timeout_s")],
            "How long an idle connection is kept. Default 90s.",
        ),
        time(
            "header_read_timeout",
            Zero::Refused,
            &[],
            "How long the head of a request may take to come. Default 10s.",
        ),
        optional("max_body_bytes", ValueKind::Size, "The largest request body. Default 64MiB."),
        time(
            "write_timeout",
            Zero::Refused,
            &[],
            "How long a client may take before it reads on. Default 60s.",
        ),
        time(
            "body_read_timeout",
            Zero::Refused,
            &[],
            "How long the next piece of a request's body may take to come. Default 60s.",
        ),
        optional(
            "http1_max_head_bytes",
            ValueKind::Size,
            "How many bytes the head of a request of HTTP/1 may have. Default 408KiB.",
        ),
        count(
            "http1_max_headers",
            1,
            ANY,
            "How many headers a request of HTTP/1 may have. Default 100.",
        ),
        count(
            "http2_max_header_list_size",
            1,
            ANY,
            "How many bytes the headers of a request of HTTP/2 may have. Default 16384.",
        ),
        count(
            "http2_max_concurrent_streams",
            1,
            ANY,
            "How many requests may be under way on one connection of HTTP/2. Default 200.",
        ),
        count(
            "http2_max_pending_accept_reset_streams",
            0,
            ANY,
            "How many requests of HTTP/2 may have been reset by the client before they were begun. Default 20.",
        ),
        count(
            "http2_max_local_error_reset_streams",
            0,
            ANY,
            "How many requests of HTTP/2 may have been reset for errors of the client's. Default 1024.",
        ),
    ],
    foreign: &[
        ("location", "leave it out; there is one server, on this machine"),
        ("ssl_certfile", "write `tls: { certificate: .., key: .. }`"),
        ("ssl_keyfile", "write `tls: { certificate: .., key: .. }`"),
        ("ssl_keyfile_password", "leave it out, and write a key without one"),
        ("ssl_ca_certs", "leave it out; clients are not asked for certificates"),
        ("root_path", "write it in the `route_prefix` of each application"),
        ("access_log", "write `logging: { access_log: true }`"),
        ("num_cpus", "leave it out; the server shares the program's runtime"),
    ],
};

/// The admin server.
pub(super) const ADMIN: OptionTable = OptionTable {
    of: "`admin`",
    fields: &[
        optional("host", ValueKind::Text, "The address to listen on. Default `127.0.0.1`."),
        count("port", 0, 65_535, "The port to listen on; 0 for any. Default 8265."),
        optional(
            "token",
            ValueKind::Secret,
            "What whoever asks has to send; needed if others than this machine can. Best written as `${NAME}` or `file:/path`.",
        ),
        optional(
            "insecure",
            ValueKind::Flag,
            "Whether others than this machine may ask without a token and TLS. Default false.",
        ),
        optional(
            "state",
            ValueKind::Text,
            "The file in which the server remembers what was deployed over the API. Default: it does not.",
        ),
        optional(
            "allowed_hosts",
            ValueKind::Texts,
            "Names by which clients may call it, besides its address. Default: none.",
        ),
        optional(
            "tls",
            ValueKind::Table(&TLS),
            "Speaks HTTPS; needs the feature `tls`. Default: plain HTTP.",
        ),
    ],
    foreign: &[],
};

/// A certificate.
pub(super) const TLS: OptionTable = OptionTable {
    of: "`tls`",
    fields: &[
        required(
            "certificate",
            ValueKind::Text,
            "The file with the chain, in PEM form, the server's own certificate first.",
        ),
        required(
            "key",
            ValueKind::Text,
            "The file with its key, in PEM form, without a passphrase.",
        ),
    ],
    foreign: &[],
};

/// The log.
pub(super) const LOGGING: OptionTable = OptionTable {
    of: "`logging`",
    fields: &[
        Field {
            name: "level",
            kind: ValueKind::OneOf(&["off", "error", "warn", "info", "debug", "trace"]),
            presence: Presence::Optional,
            doc: "What is logged: lines of this level and above. Default `info`.",
            ray: &[same("log_level")],
        },
        Field {
            name: "format",
            kind: ValueKind::OneOf(&["text", "json"]),
            presence: Presence::Optional,
            doc: "How a line is written. Default `text`.",
            ray: &[same("encoding")],
        },
        Field {
            name: "access_log",
            kind: ValueKind::Flag,
            presence: Presence::Optional,
            doc: "Whether each request over HTTP is a line. Default false.",
            ray: &[same("enable_access_log")],
        },
    ],
    foreign: &[
        (
            "logs_dir",
            "leave it out; the log goes to the standard error, for whoever starts the program to keep",
        ),
        ("additional_log_standard_attrs", "leave it out; every line has its fields"),
    ],
};

/// Metrics.
pub(super) const METRICS: OptionTable = OptionTable {
    of: "`metrics`",
    fields: &[
        optional("enabled", ValueKind::Flag, "Whether calls are counted. Default true."),
        optional(
            "spelling",
            ValueKind::OneOf(&["serve", "ray"]),
            "Which names and units metrics have: ours, or Ray Serve's. Default `serve`.",
        ),
        count("max_series", 1, ANY, "How many series one metric may have. Default 10000."),
    ],
    foreign: &[],
};

/// An application.
pub(super) const APPLICATION: OptionTable = OptionTable {
    of: "an application",
    fields: &[
        required("name", ValueKind::Name, "The name of the application."),
        optional(
            "app",
            ValueKind::Name,
            "The builder that makes it: a name from `.app(name, builder)`. Default: the builder that is called as the \
             application is.",
        ),
        nullable(
            "route_prefix",
            ValueKind::Prefix,
            "The path under which the application's ingress answers HTTP; `null` for none. Default: what the program says.",
        ),
        optional("args", ValueKind::Any, "The argument of the builder. Default: none."),
        optional(
            "deployments",
            ValueKind::List(&DEPLOYMENT),
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
pub(super) const DEPLOYMENT: OptionTable = OptionTable {
    of: "a deployment",
    fields: &[
        required("name", ValueKind::Name, "The deployment, by its name in the application."),
        nullable(
            "route_prefix",
            ValueKind::Prefix,
            "The path under which it answers HTTP; `null` for none. Default: none, reachable by handle only.",
        ),
        optional(
            "num_replicas",
            ValueKind::Replicas { max: REPLICAS_MAX as u64 },
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
            kind: ValueKind::Table(&AUTOSCALING),
            presence: Presence::Nullable,
            doc: "Bounds and pace of autoscaling, which goes with `num_replicas: auto`. Default: none.",
            ray: &[same("autoscaling_config")],
        },
        nullable(
            "user_config",
            ValueKind::Any,
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
            ValueKind::Count { min: 1, max: ANY },
            "After how many requests a replica is replaced. Default: never.",
        ),
        nullable(
            "max_body_size",
            ValueKind::Size,
            "The largest body of a request over HTTP. Default: what `http.max_body_bytes` says.",
        ),
        nullable(
            "max_replica_memory",
            ValueKind::Size,
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
            ValueKind::Flag,
            "Whether there must never be two of a replica at once. Default false.",
        ),
        Field {
            name: "backpressure",
            kind: ValueKind::Table(&BACKPRESSURE),
            presence: Presence::Optional,
            doc: "What a caller over HTTP is told when the queue is full.",
            ray: &[same("backpressure_config")],
        },
        optional(
            "isolation",
            ValueKind::OneOf(&["task", "thread", "process"]),
            "Where a replica runs. Default `task`.",
        ),
        optional(
            "remote",
            ValueKind::Flag,
            "Whether it must be able to run in another process. Default false.",
        ),
        nullable(
            "gpus",
            ValueKind::Numbers(Empty::Allowed),
            "The GPUs that each replica's process may see. Default: those that the server sees.",
        ),
        nullable(
            "cpus",
            ValueKind::Numbers(Empty::Refused),
            "The processors that each replica's process runs on. Default: all.",
        ),
        nullable(
            "memory_limit",
            ValueKind::Size,
            "How much memory of its own each replica's process may have. Default: no limit.",
        ),
        nullable(
            "working_directory",
            ValueKind::Text,
            "The directory in which each replica's process starts. Default: the server's.",
        ),
        optional(
            "env",
            ValueKind::Variables,
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
pub(super) const AUTOSCALING: OptionTable = OptionTable {
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
            ValueKind::Count { min: 0, max: REPLICAS_MAX as u64 },
            "How many to start with. Default: `min_replicas`.",
        ),
        count("max_replicas", 1, REPLICAS_MAX as u64, "Never more. Default 1."),
        optional(
            "target_ongoing_requests",
            ValueKind::Factor,
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
        optional("upscaling_factor", ValueKind::Factor, "Scales the size of a step up. Default 1."),
        optional(
            "downscaling_factor",
            ValueKind::Factor,
            "Scales the size of a step down. Default 1.",
        ),
        time(
            "look_back_period",
            Zero::Refused,
            &[seconds("look_back_period_s")],
            "The window the load is averaged over. Default 30s.",
        ),
        optional("dry_run", ValueKind::Flag, "Whether decisions are only logged. Default false."),
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

/// What a caller is told when the queue is full.
pub(super) const BACKPRESSURE: OptionTable = OptionTable {
    of: "`backpressure`",
    fields: &[
        optional(
            "status_code",
            ValueKind::Codes(&[503, 429]),
            "The status of the answer. Default 503.",
        ),
        perhaps_time(
            "retry_after",
            Zero::Allowed,
            &[seconds("retry_after_s")],
            "Sent as `Retry-After`, rounded up to whole seconds. Default: none.",
        ),
    ],
    foreign: &[],
};

const fn field(
    name: &'static str,
    kind: ValueKind,
    presence: Presence,
    doc: &'static str,
) -> Field {
    Field { name, kind, presence, doc, ray: &[] }
}

pub(super) const fn required(name: &'static str, kind: ValueKind, doc: &'static str) -> Field {
    field(name, kind, Presence::Required, doc)
}

pub(super) const fn optional(name: &'static str, kind: ValueKind, doc: &'static str) -> Field {
    field(name, kind, Presence::Optional, doc)
}

pub(super) const fn nullable(name: &'static str, kind: ValueKind, doc: &'static str) -> Field {
    field(name, kind, Presence::Nullable, doc)
}

const fn count(name: &'static str, min: u64, max: u64, doc: &'static str) -> Field {
    optional(name, ValueKind::Count { min, max }, doc)
}

pub(super) const fn time(
    name: &'static str,
    zero: Zero,
    ray: &'static [Spelling],
    doc: &'static str,
) -> Field {
    Field { name, kind: ValueKind::Time(zero), presence: Presence::Optional, doc, ray }
}

pub(super) const fn perhaps_time(
    name: &'static str,
    zero: Zero,
    ray: &'static [Spelling],
    doc: &'static str,
) -> Field {
    Field { name, kind: ValueKind::Time(zero), presence: Presence::Nullable, doc, ray }
}

pub(super) const fn seconds(name: &'static str) -> Spelling {
    Spelling { name, unit: Unit::Seconds }
}

pub(super) const fn same(name: &'static str) -> Spelling {
    Spelling { name, unit: Unit::Same }
}
