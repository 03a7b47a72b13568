//! What the framework promises, as usual tests. All of it is one program: to link one takes as long as to link
//! each of many.
//!
//! So tests share a process, and run side by side. What belongs to a whole process, like the default
//! instances that plain threads find, is for tests in a process of their own: see `tests::own_process`.

mod admin;
mod admin_apply;
mod admin_guard;
mod admin_live;
mod affinity;
mod api_keys;
mod autoscaling;
mod batching;
mod binding;
mod calls;
mod chaos;
mod cli;
mod client_addr;
mod config_apply;
mod config_file;
mod conformance;
mod connections;
mod default_instance;
mod edge_limits;
mod hooks;
mod hosts;
mod http;
mod http_streams;
mod in_front;
mod layers;
mod listening;
mod many_connections;
mod mixed_builds;
mod mocks;
mod multiplexing;
mod odd_messages;
mod own_metrics;
mod page;
mod production;
mod resilience;
mod rollback;
mod route_options;
mod routing;
mod scheduler;
mod shaped_errors;
mod sight;
mod streams;
mod test_replicas;
mod tls;
mod updates;
mod wire_calls;

// At the top, where the name of its test has no module.
serve_core::test_replicas!();
