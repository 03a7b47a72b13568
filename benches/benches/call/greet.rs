//! What every contender can do: greet. And the work itself, which is the same for all.

use std::future::Future;

/// One way to call `say_hello`. Each caller has a clone.
pub(crate) trait Greet: Clone + Send + Sync + 'static {
    fn greet(&mut self, name: &'static str) -> impl Future<Output = String> + Send;

    /// The clone of the caller of this number.
    fn for_caller(&self, _number: usize) -> Self {
        self.clone()
    }
}

/// The method. The caller's own `String` for `name` and this one are the user's two allocations.
pub(crate) fn say_hello(name: &str) -> String {
    format!("Hello {name}!")
}

/// Spreads the calls of a design that knows only one replica over several: each caller goes round.
#[derive(Clone)]
pub(crate) struct RoundRobin<G> {
    replicas: Vec<G>,
    next: usize,
}

impl<G> RoundRobin<G> {
    pub(crate) fn new(replicas: Vec<G>) -> Self {
        Self { replicas, next: 0 }
    }
}

impl<G: Greet> Greet for RoundRobin<G> {
    async fn greet(&mut self, name: &'static str) -> String {
        self.next = (self.next + 1) % self.replicas.len();
        self.replicas[self.next].greet(name).await
    }

    /// Callers begin at different replicas, or all would move from one to the next together.
    fn for_caller(&self, number: usize) -> Self {
        Self { replicas: self.replicas.clone(), next: number }
    }
}
