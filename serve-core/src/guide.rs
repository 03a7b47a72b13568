//! Pages that tell how to use it, where that takes more than the documentation of one item.
//!
//! What may be written in a block, each kind with its usual mistakes and what the compiler says to them:
//!
//! - [Methods and arguments](methods_and_arguments)
//! - [Results and errors](results_and_errors)
//! - [Streams](streams)
//! - [Batches](batches)
//! - [The constructor and graphs of deployments](constructors_and_graphs)
//! - [Routes and `__call__`](routes)
//! - [Hooks](hooks): `check_health`, `reconfigure`, `warm_up`, `on_shutdown`
//! - [Attributes and generics](attributes_and_generics): `#[blocking]`, `#[idempotent]`, visibility, `#[cfg]`, macros
//!
//! What it takes to run it:
//!
//! - [Layers, errors and keys](layers_errors_and_keys)
//! - [Redeploy and scale](redeploy_and_scale)
//! - [Autoscaling](autoscaling)
//! - [Processes](processes)
//! - [At the edge](at_the_edge): TLS, limits, what stands in front
//! - [Metrics](metrics)
//! - [Operating](operating): what there is to see and to change, and what each event means
//! - [One file](mod@file): a server and its applications as YAML or TOML, with the feature `cli`
//! - [The command line](cli) of your program
//! - [The admin API](admin): the same over HTTP, with the feature `admin`
//! - [In production](in_production): a checklist, systemd, containers, Kubernetes
//! - [Where did the time go](where_the_time_goes)
//! - [Traces](traces)
//! - [Mocks and tests](mocks_and_tests)
//! - [Coming from Ray Serve](coming_from_ray_serve)

#[doc = include_str!("docs/methods.md")]
pub mod methods_and_arguments {}

#[doc = include_str!("docs/results.md")]
pub mod results_and_errors {}

#[doc = include_str!("docs/streams.md")]
pub mod streams {}

#[doc = include_str!("docs/batches.md")]
pub mod batches {}

#[doc = include_str!("docs/graphs.md")]
pub mod constructors_and_graphs {}

#[doc = include_str!("docs/routes.md")]
pub mod routes {}

#[doc = include_str!("docs/hooks.md")]
pub mod hooks {}

#[doc = include_str!("docs/attributes.md")]
pub mod attributes_and_generics {}

#[doc = include_str!("docs/edge_routes.md")]
pub mod layers_errors_and_keys {}

#[doc = include_str!("docs/redeploy.md")]
pub mod redeploy_and_scale {}

#[doc = include_str!("docs/autoscaling.md")]
pub mod autoscaling {}

#[doc = include_str!("docs/processes.md")]
pub mod processes {}

#[doc = include_str!("docs/edge.md")]
pub mod at_the_edge {}

#[doc = include_str!("docs/metrics.md")]
pub mod metrics {}

#[doc = include_str!("docs/operating.md")]
pub mod operating {}

#[doc = include_str!("docs/admin.md")]
pub mod admin {}

#[doc = include_str!("docs/file.md")]
#[doc = include_str!("docs/file_options.md")]
pub mod file {}

#[doc = include_str!("docs/cli.md")]
pub mod cli {}

#[doc = include_str!("docs/in_production.md")]
pub mod in_production {}

#[doc = include_str!("docs/where_the_time_goes.md")]
pub mod where_the_time_goes {}

#[doc = include_str!("docs/traces.md")]
pub mod traces {}

#[doc = include_str!("docs/testing.md")]
pub mod mocks_and_tests {}

#[doc = include_str!("docs/ray_serve.md")]
pub mod coming_from_ray_serve {}
