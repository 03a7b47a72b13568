//! The series of one place, as many as there may be.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use foldhash::fast::RandomState;
use metrics::{Key, Label};

use super::cells::{Cell, CounterCell, GaugeCell, SpreadCell};
use super::series::{OwnBatch, OwnKind, OwnSeries, OwnValue, SeriesId};
use crate::packed::{Error, unpack};

/// The value of all labels of what has no series of its own.
const OVERFLOW: &str = "overflow";
/// So many metrics may have more series than there is room for, and so many descriptions are kept.
const NAMES_MAX: usize = 1000;

/// The user's own metrics in one place: of a replica, or outside of calls.
#[derive(Debug, Default)]
pub(crate) struct OwnMetrics {
    counters: Table<CounterCell>,
    gauges: Table<GaugeCell>,
    histograms: Table<SpreadCell>,
    described: Mutex<BTreeMap<String, String>>,
    /// What the replica's process has said last; as much as that has room for.
    far: Mutex<BTreeMap<SeriesId, OwnValue>>,
    /// Something has been counted since somebody asked.
    has_changed: AtomicBool,
}

/// The series of one kind of metric.
#[derive(Debug)]
struct Table<C>(RwLock<Cells<C>>);

#[derive(Debug)]
struct Cells<C> {
    each: HashMap<Key, C, RandomState>,
    /// What came when there was no room left, by metric.
    rest: HashMap<Key, C, RandomState>,
}

impl<C> Default for Table<C> {
    fn default() -> Self {
        Self(RwLock::new(Cells { each: HashMap::default(), rest: HashMap::default() }))
    }
}

// === impl OwnMetrics ===

impl OwnMetrics {
    pub(crate) fn count(&self, key: &Key, max: usize, count: u64) {
        self.counters.with(key, max, |cell| cell.add(count));
        self.note_change();
    }

    pub(crate) fn count_to(&self, key: &Key, max: usize, count: u64) {
        self.counters.with(key, max, |cell| cell.raise(count));
        self.note_change();
    }

    pub(crate) fn set(&self, key: &Key, max: usize, value: f64) {
        self.gauges.with(key, max, |cell| cell.set(value));
        self.note_change();
    }

    pub(crate) fn add(&self, key: &Key, max: usize, value: f64) {
        self.gauges.with(key, max, |cell| cell.add(value));
        self.note_change();
    }

    pub(crate) fn record(&self, key: &Key, max: usize, value: f64, times: u64) {
        self.histograms.with(key, max, |cell| cell.record(value, times));
        self.note_change();
    }

    pub(crate) fn describe(&self, name: &str, description: &str) {
        let mut described = lock(&self.described);
        if described.len() < NAMES_MAX || described.contains_key(name) {
            described.insert(name.to_owned(), description.to_owned());
        }
        drop(described);
        self.note_change();
    }

    /// Takes what the replica's process says: an [`OwnBatch`].
    ///
    /// # Errors
    ///
    /// It is none.
    pub(crate) fn take(&self, body: &[u8]) -> Result<(), Error> {
        let OwnBatch { described, series } = unpack(body)?;
        for (name, description) in described {
            self.describe(&name, &description);
        }
        lock(&self.far).extend(series.into_iter().map(|OwnSeries { id, value }| (id, value)));
        Ok(())
    }

    /// Whether there may be something new since this was asked last.
    pub(crate) fn has_changed(&self) -> bool {
        self.has_changed.swap(false, Relaxed)
    }

    pub(crate) fn described(&self) -> BTreeMap<String, String> {
        lock(&self.described).clone()
    }

    pub(crate) fn read(&self) -> Vec<OwnSeries> {
        let mut series = Vec::new();
        self.counters.read(OwnKind::Counter, &mut series);
        self.gauges.read(OwnKind::Gauge, &mut series);
        self.histograms.read(OwnKind::Histogram, &mut series);
        let far = lock(&self.far);
        series.extend(
            far.iter().map(|(id, value)| OwnSeries { id: id.clone(), value: value.clone() }),
        );
        series
    }

    /// Mostly a look, because a store would take the line from all other threads.
    fn note_change(&self) {
        if !self.has_changed.load(Relaxed) {
            self.has_changed.store(true, Relaxed);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

// === impl Table ===

impl<C: Cell> Table<C> {
    /// Shows the cell of this key to `touch`: one of its own, as long as there are no more than `max`.
    fn with(&self, key: &Key, max: usize, touch: impl Fn(&C)) {
        if let Some(cell) = self.0.read().unwrap_or_else(PoisonError::into_inner).each.get(key) {
            return touch(cell);
        }
        let mut cells = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if cells.each.len() < max || cells.each.contains_key(key) {
            let new = || C::new(key.name());
            return touch(cells.each.entry(key.to_retained()).or_insert_with(new));
        }
        let key = rest_of(key);
        if cells.rest.len() < NAMES_MAX || cells.rest.contains_key(&key) {
            let name = key.name().to_owned();
            touch(cells.rest.entry(key).or_insert_with(|| C::new(&name)));
        }
    }

    fn read(&self, kind: OwnKind, series: &mut Vec<OwnSeries>) {
        let cells = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let own = |(key, cell): (&Key, &C)| {
            let labels =
                key.labels().map(|label| (label.key().to_owned(), label.value().to_owned()));
            let id = SeriesId { name: key.name().to_owned(), kind, labels: labels.collect() };
            OwnSeries { id, value: cell.read() }
        };
        series.extend(cells.each.iter().chain(&cells.rest).map(own));
    }
}

/// The key of all series of a metric that find no room.
fn rest_of(key: &Key) -> Key {
    let labels = key.labels().map(|label| Label::new(label.key().to_owned(), OVERFLOW));
    Key::from_parts(key.name().to_owned(), labels.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packed::pack;

    fn key(user: usize) -> Key {
        Key::from_parts("tokens", vec![Label::new("user", user.to_string())])
    }

    #[test]
    fn what_finds_no_room_is_counted_together() {
        let own = OwnMetrics::default();
        (0..10).for_each(|user| own.count(&key(user), 3, 1));
        own.count(&key(1), 3, 5);
        own.count(&key(9), 3, 1);
        let count = |user: &str| {
            let of = |series: &OwnSeries| series.id.labels[0].1 == user;
            own.read().into_iter().find(of).map(|series| series.value)
        };
        assert_eq!(own.read().len(), 4);
        assert_eq!(count("1"), Some(OwnValue::Count(6)));
        assert_eq!(count(OVERFLOW), Some(OwnValue::Count(8)));
    }

    #[test]
    fn what_a_process_says_twice_counts_once() {
        let (there, here) = (OwnMetrics::default(), OwnMetrics::default());
        there.describe("tokens", "what was said");
        there.count(&key(1), 10, 2);
        assert!(there.has_changed() && !there.has_changed());
        let batch =
            OwnBatch { described: there.described().into_iter().collect(), series: there.read() };
        let body = pack(&batch).expect("it can be packed");
        here.take(&body).expect("it is a batch");
        here.take(&body).expect("it is a batch");
        assert_eq!((here.read(), here.described()), (there.read(), there.described()));
        here.take(b"no batch").expect_err("it is none");
    }

    #[test]
    fn what_many_threads_count_adds_up() {
        let own = OwnMetrics::default();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..1000).for_each(|user| own.count(&key(user % 20), 100, 1)));
            }
        });
        assert!(own.read().iter().all(|series| series.value == OwnValue::Count(400)));
    }
}
