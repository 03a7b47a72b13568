//! The open calls of one end by their stream.

use crate::wire::Streams;

/// A table of calls, which every call is put into, found in and taken from.
///
/// An end numbers its calls in order, and they end in about that order. So each number has a place, which
/// is mostly free again when it comes round: no hashing, and memory that is walked through. Who finds the
/// place taken, because a call lasts long, goes into an ordinary table.
#[derive(Debug)]
pub(super) struct Table<V> {
    /// A power of two of them, or none.
    places: Vec<Place<V>>,
    placed: usize,
    others: Streams<V>,
}

/// Room for one call.
#[derive(Debug)]
struct Place<V> {
    /// Zero where it is free: that is the number of the connection itself.
    stream: u64,
    value: Option<V>,
}

const PLACES_MIN: usize = 16;

impl<V> Default for Table<V> {
    fn default() -> Self {
        Self { places: Vec::new(), placed: 0, others: Streams::default() }
    }
}

impl<V> Table<V> {
    /// Puts a call in that is not there yet.
    #[inline]
    pub(super) fn insert(&mut self, stream: u64, value: V) {
        let place = self.place(stream);
        match self.places.get_mut(place) {
            Some(place) if place.stream == 0 => {
                place.stream = stream;
                place.value = Some(value);
                self.placed += 1;
            }
            _ => self.insert_elsewhere(stream, value),
        }
    }

    /// It grows where many calls are open at once; not for the few that last.
    #[cold]
    fn insert_elsewhere(&mut self, stream: u64, value: V) {
        if self.placed * 2 < self.places.len() {
            self.others.insert(stream, value);
            return;
        }
        let places = (self.places.len() * 2).max(PLACES_MIN);
        let before = std::mem::take(self);
        self.places.resize_with(places, || Place { stream: 0, value: None });
        let all = before.into_all().chain([(stream, value)]);
        all.for_each(|(stream, value)| self.insert(stream, value));
    }

    #[inline]
    pub(super) fn get_mut(&mut self, stream: u64) -> Option<&mut V> {
        let place = self.place(stream);
        match self.places.get_mut(place) {
            Some(place) if place.stream == stream => place.value.as_mut(),
            _ if self.others.is_empty() => None,
            _ => self.others.get_mut(&stream),
        }
    }

    #[inline]
    pub(super) fn get(&self, stream: u64) -> Option<&V> {
        match self.places.get(self.place(stream)) {
            Some(place) if place.stream == stream => place.value.as_ref(),
            _ if self.others.is_empty() => None,
            _ => self.others.get(&stream),
        }
    }

    #[inline]
    pub(super) fn remove(&mut self, stream: u64) -> Option<V> {
        match self.vacate(stream) {
            Some(value) => value.take(),
            None => self.others.remove(&stream),
        }
    }

    /// Removes a call whose value is of no more use, but leaves that where it is until another takes its
    /// place. So where one thread puts calls in and others end them, memory goes back to the thread it came
    /// from, and they do not meet at a lock of the allocator.
    #[inline]
    pub(super) fn forget(&mut self, stream: u64) {
        if self.vacate(stream).is_none() {
            self.others.remove(&stream);
        }
    }

    fn vacate(&mut self, stream: u64) -> Option<&mut Option<V>> {
        let place = self.place(stream);
        let place = self.places.get_mut(place).filter(|place| place.stream == stream)?;
        place.stream = 0;
        self.placed -= 1;
        Some(&mut place.value)
    }

    pub(super) fn into_all(self) -> impl Iterator<Item = (u64, V)> {
        let placed = self.places.into_iter().filter(|place| place.stream != 0);
        let placed = placed.filter_map(|place| Some((place.stream, place.value?)));
        placed.chain(self.others)
    }

    /// All the calls of one end are odd or all are even.
    fn place(&self, stream: u64) -> usize {
        (stream / 2) as usize & self.places.len().wrapping_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_holds_what_an_ordinary_table_would(
            steps in prop::collection::vec((0..400_u64, 0..4_u8), 0..600),
        ) {
            let (mut table, mut ordinary) = (Table::default(), HashMap::new());
            for (step, (number, what)) in steps.into_iter().enumerate() {
                let stream = 2 * number + 1;
                match what {
                    0 => {
                        table.forget(stream);
                        ordinary.remove(&stream);
                    }
                    1 => prop_assert_eq!(table.remove(stream), ordinary.remove(&stream)),
                    _ if ordinary.contains_key(&stream) => {}
                    _ => {
                        table.insert(stream, step);
                        ordinary.insert(stream, step);
                    }
                }
                prop_assert_eq!(table.get(stream), ordinary.get(&stream));
                prop_assert_eq!(table.get_mut(stream), ordinary.get_mut(&stream));
            }
            prop_assert_eq!(table.into_all().collect::<HashMap<_, _>>(), ordinary);
        }
    }

    #[test]
    fn a_few_calls_that_last_do_not_let_it_grow() {
        let mut table = Table::default();
        (1..5).for_each(|stream| table.insert(2 * stream, ()));
        for stream in 5..1_000 {
            table.insert(2 * stream, ());
            assert_eq!(table.remove(2 * stream), Some(()));
        }
        assert_eq!(table.places.len(), PLACES_MIN);
        assert_eq!(table.into_all().count(), 4);
    }

    #[test]
    fn what_is_forgotten_is_dropped_when_its_place_is_taken() {
        let value = std::sync::Arc::new(());
        let mut table = Table::default();
        table.insert(2, std::sync::Arc::clone(&value));
        table.forget(2);
        assert!(table.get(2).is_none() && table.remove(2).is_none());
        assert_eq!(std::sync::Arc::strong_count(&value), 2);
        table.insert(2 + 2 * PLACES_MIN as u64, std::sync::Arc::default());
        assert_eq!(std::sync::Arc::strong_count(&value), 1);
    }

    #[test]
    fn numbers_that_share_a_place_do_not_let_it_grow() {
        let mut table = Table::default();
        (1..100).for_each(|number| table.insert(number << 32, number));
        assert_eq!(table.places.len(), PLACES_MIN);
        (1..100).for_each(|number| assert_eq!(table.remove(number << 32), Some(number)));
    }
}
