//! What the framework promises of replicas in processes, as one program whose `main` begins with `init`.
//!
//! Tests run side by side, as many as there are processors. One that looks at what belongs to the whole
//! process, like its open descriptors, runs in a process of its own: `process_tests! { alone: .. }`.

mod containment;
mod edge;
mod edge_routes;
mod half_close;
mod logs;
mod own_metrics;
mod process_batches;
mod process_bodies;
mod process_chosen;
mod process_deaths;
mod process_drain;
mod process_handles;
mod process_http;
mod process_options;
mod process_sight;
mod process_tcp;
mod process_updates;
mod processes;
mod same_everywhere;
mod same_values;
mod time_parts;
mod traces;

fn main() {
    // Servers that tests start in processes of their own. What those listen with may come before `init`.
    if let Some(role) = logs::role() {
        return logs::play(&role);
    }
    serve_core::init();
    if processes::is_server() {
        return processes::serve();
    }
    if edge::is_server() {
        return edge::serve();
    }
    // Those that take longest begin first, so that nothing has to wait for them in the end.
    let trials = [
        containment::trials(),
        process_deaths::trials(),
        process_http::trials(),
        process_updates::trials(),
        process_tcp::trials(),
        logs::trials(),
        process_batches::trials(),
        process_chosen::trials(),
        process_bodies::trials(),
        process_drain::trials(),
        edge::trials(),
        half_close::trials(),
        edge_routes::trials(),
        own_metrics::trials(),
        process_handles::trials(),
        process_options::trials(),
        process_sight::trials(),
        same_everywhere::trials(),
        same_values::trials(),
        time_parts::trials(),
        traces::trials(),
        processes::trials(),
    ];
    tests::processes::run(trials.into_iter().flatten().collect())
}
