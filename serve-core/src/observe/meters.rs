//! What is counted of HTTP requests, by route.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{Method, StatusCode};

use super::tally::{CallEnd, Counters, Label, Took, Totals};

/// The requests of one route: its prefix, never a path.
#[derive(Debug)]
pub(crate) struct RouteMeter {
    pub(crate) application: Arc<str>,
    pub(crate) route: Arc<str>,
    /// Who answers; `None` for requests that nobody does.
    pub(crate) deployment: Option<Arc<str>>,
    counters: Arc<Counters>,
}

/// Which route it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RouteName<'a> {
    pub(crate) application: &'a Arc<str>,
    pub(crate) route: &'a Arc<str>,
    pub(crate) deployment: &'a Arc<str>,
}

/// The methods that have a label of their own; every other is `OTHER`, because clients can make up any.
const METHODS: [&str; 9] =
    ["OTHER", "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "CONNECT"];

/// What nginx and Ray Serve call a request whose client has gone.
pub(crate) const CLIENT_GONE: u16 = 499;

/// A route at one moment.
#[derive(Debug, Default)]
pub(crate) struct RouteTotals {
    pub(crate) ongoing: u64,
    /// By method and status.
    pub(crate) answered: BTreeMap<(&'static str, u16), Totals>,
}

impl RouteMeter {
    fn new(RouteName { application, route, deployment }: RouteName<'_>) -> Self {
        Self {
            application: Arc::clone(application),
            route: Arc::clone(route),
            deployment: Some(Arc::clone(deployment)),
            counters: Arc::default(),
        }
    }

    fn is_of(&self, name: &RouteName<'_>) -> bool {
        self.application == *name.application
            && self.route == *name.route
            && self.deployment.as_ref() == Some(name.deployment)
    }

    /// A request of this method has come.
    pub(crate) fn arrived(&self, method: u8) {
        self.counters.count(Label::Arrived(method), CallEnd::Ok, Took::AtOnce);
    }

    /// Its response has been sent, or, without a status, its client has gone before.
    pub(crate) fn answered(&self, method: u8, status: Option<StatusCode>, took: Duration) {
        let (outcome, status) = match status {
            None => (CallEnd::Cancelled, CLIENT_GONE),
            Some(status) if status.is_server_error() => (CallEnd::Error, status.as_u16()),
            Some(status) => (CallEnd::Ok, status.as_u16()),
        };
        self.counters.count(Label::Answered(method, status), outcome, Took::Exactly(took));
    }

    pub(crate) fn read(&self) -> RouteTotals {
        let mut totals = RouteTotals::default();
        let mut arrived = 0;
        for (label, counted) in self.counters.read() {
            match label {
                Label::Arrived(_) => arrived += counted.count(),
                Label::Answered(method, status) => {
                    let method = METHODS[usize::from(method)];
                    totals.answered.entry((method, status)).or_default().add(&counted);
                }
                Label::Method(_) => {}
            }
        }
        let answered: u64 = totals.answered.values().map(Totals::count).sum();
        totals.ongoing = arrived.saturating_sub(answered);
        totals
    }
}

/// The number of a method in [`RouteMeter`].
pub(crate) fn method_number(method: &Method) -> u8 {
    let place = METHODS.iter().skip(1).position(|known| method == *known);
    place.and_then(|place| u8::try_from(place + 1).ok()).unwrap_or(0)
}

/// The meters of all routes of a server. One that is published again keeps its counts.
#[derive(Debug)]
pub(crate) struct Meters {
    routes: Mutex<Vec<Arc<RouteMeter>>>,
    /// Requests that no route is for.
    pub(crate) unmatched: Arc<RouteMeter>,
}

impl Default for Meters {
    fn default() -> Self {
        let counters = Arc::default();
        let unmatched =
            RouteMeter { application: "".into(), route: "".into(), deployment: None, counters };
        Self { routes: Mutex::default(), unmatched: Arc::new(unmatched) }
    }
}

impl Meters {
    /// Meters for these routes, in their order; those of all others end.
    pub(crate) fn keep(&self, routes: &[RouteName<'_>]) -> Vec<Arc<RouteMeter>> {
        let mut kept = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        let meter = |name: &RouteName<'_>| {
            let same = kept.iter().find(|meter| meter.is_of(name));
            same.cloned().unwrap_or_else(|| Arc::new(RouteMeter::new(*name)))
        };
        let meters: Vec<_> = routes.iter().map(meter).collect();
        kept.clone_from(&meters);
        meters
    }

    pub(crate) fn routes(&self) -> Vec<Arc<RouteMeter>> {
        self.routes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_knows_what_is_under_way_and_what_has_been_answered() {
        let meters = Meters::default();
        let (application, route, deployment) = ("a".into(), "/api".into(), "A".into());
        let name = RouteName { application: &application, route: &route, deployment: &deployment };
        let [meter] = &meters.keep(&[name])[..] else { panic!("one route") };
        let get = method_number(&Method::GET);
        (0..3).for_each(|_| meter.arrived(get));
        meter.answered(get, Some(StatusCode::OK), Duration::from_millis(1));
        meter.answered(get, None, Duration::from_millis(1));
        let read = meters.keep(&[name])[0].read();
        assert_eq!(read.ongoing, 1);
        let statuses: Vec<_> = read.answered.keys().copied().collect();
        assert_eq!(statuses, [("GET", 200), ("GET", CLIENT_GONE)]);
        assert!(meters.keep(&[]).is_empty() && meters.routes().is_empty());
    }

    #[test]
    fn a_method_that_somebody_has_made_up_has_no_label_of_its_own() {
        assert_eq!(METHODS[usize::from(method_number(&Method::OPTIONS))], "OPTIONS");
        let made_up = Method::from_bytes(b"BREW").expect("a method");
        assert_eq!(METHODS[usize::from(method_number(&made_up))], "OTHER");
    }
}
