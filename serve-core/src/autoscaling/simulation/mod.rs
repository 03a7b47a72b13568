//! What the decision is worth: the same loads under ours and under those of Ray Serve, Kubernetes and Knative.
//!
//! `cargo test -p serve-core --lib autoscaling::simulation -- --nocapture` prints the table. Everything is drawn from a seed,
//! so it is the same each time.

mod loads;
mod rivals;
mod world;

use std::time::Duration;

use rivals::{Hpa, Kpa, Ours, Ray};
use world::{Outcome, Strategy, run};

/// Seconds that a replica takes until it serves.
const STARTUPS: [f64; 3] = [0.5, 5.0, 30.0];

fn strategies() -> Vec<(&'static str, Box<dyn Strategy>)> {
    let minute = Duration::from_mins(1);
    vec![
        ("ours", Box::new(Ours::new(rivals::config()))),
        ("ours, down after 60 s", Box::new(Ours::new(rivals::config().downscale_delay(minute)))),
        ("Ray Serve", Box::<Ray>::default()),
        ("Kubernetes HPA", Box::<Hpa>::default()),
        ("Knative KPA", Box::<Kpa>::default()),
    ]
}

struct Row {
    load: &'static str,
    startup: f64,
    strategy: &'static str,
    outcome: Outcome,
}

fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for load in loads::all() {
        for startup in STARTUPS {
            rows.extend(strategies().into_iter().map(|(name, mut strategy)| Row {
                load: load.name,
                startup,
                strategy: name,
                outcome: run(&load, startup, &mut *strategy),
            }));
        }
    }
    rows
}

#[expect(clippy::print_stdout, reason = "a table for whoever asks for it")]
fn print(rows: &[Row]) {
    println!(
        "{:<7} {:>7} {:<22} {:>10} {:>8} {:>7} {:>9} {:>7} {:>8}",
        "load",
        "startup",
        "strategy",
        "replica-s",
        "calls",
        "refused",
        "p99 wait",
        "late",
        "changes"
    );
    for Row { load, startup, strategy, outcome } in rows {
        let Outcome { replica_seconds, calls, refused, wait_p99, late, changes } = outcome;
        println!(
            "{load:<7} {startup:>6.1}s {strategy:<22} {replica_seconds:>10.0} {calls:>8} {refused:>7} \
             {wait_p99:>8.1}s {late:>7} {changes:>8}"
        );
    }
}

/// Over all loads, for one time to start.
fn total(rows: &[Row], strategy: &str, startup: f64, figure: fn(&Outcome) -> u64) -> u64 {
    let rows = rows.iter().filter(|row| row.strategy == strategy);
    let rows = rows.filter(|row| row.startup.total_cmp(&startup).is_eq());
    rows.map(|row| figure(&row.outcome)).sum()
}

/// Of single loads this is not true: whether a burst finds replicas that an earlier one has left is chance.
#[test]
fn fewer_calls_are_refused_or_late_than_under_ray_serve() {
    let rows = rows();
    print(&rows);
    for startup in STARTUPS {
        for figure in [|of: &Outcome| of.refused, |of: &Outcome| of.late] {
            let ours = total(&rows, "ours", startup, figure);
            let rays = total(&rows, "Ray Serve", startup, figure);
            assert!(ours < rays, "{startup} s: {ours}, {rays}");
        }
    }
}
