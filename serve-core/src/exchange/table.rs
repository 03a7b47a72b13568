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
    places: Vec<Option<(u64, V)>>,
    placed: usize,
    others: Streams<V>,
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
        if let Some(free @ None) = self.places.get_mut(place) {
            *free = Some((stream, value));
            self.placed += 1;
        } else {
            self.insert_elsewhere(stream, value);
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
        self.places.resize_with(places, || None);
        let all = before.into_all().chain([(stream, value)]);
        all.for_each(|(stream, value)| self.insert(stream, value));
    }

    #[inline]
    pub(super) fn get_mut(&mut self, stream: u64) -> Option<&mut V> {
        let place = self.place(stream);
        match self.places.get_mut(place) {
            Some(Some((placed, value))) if *placed == stream => Some(value),
            _ => self.others.get_mut(&stream),
        }
    }

    #[inline]
    pub(super) fn get(&self, stream: u64) -> Option<&V> {
        match self.places.get(self.place(stream)) {
            Some(Some((placed, value))) if *placed == stream => Some(value),
            _ => self.others.get(&stream),
        }
    }

    #[inline]
    pub(super) fn remove(&mut self, stream: u64) -> Option<V> {
        let place = self.place(stream);
        match self.places.get_mut(place) {
            Some(taken @ Some(_))
                if taken.as_ref().is_some_and(|(placed, _)| *placed == stream) =>
            {
                self.placed -= 1;
                taken.take().map(|(_, value)| value)
            }
            _ if self.others.is_empty() => None,
            _ => self.others.remove(&stream),
        }
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &V> {
        let placed = self.places.iter().flatten().map(|(_, value)| value);
        placed.chain(self.others.values())
    }

    pub(super) fn into_all(self) -> impl Iterator<Item = (u64, V)> {
        self.places.into_iter().flatten().chain(self.others)
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
            steps in prop::collection::vec((0..400_u64, any::<bool>()), 0..600),
        ) {
            let (mut table, mut ordinary) = (Table::default(), HashMap::new());
            for (step, (number, is_new)) in steps.into_iter().enumerate() {
                let stream = 2 * number + 1;
                if is_new && !ordinary.contains_key(&stream) {
                    table.insert(stream, step);
                    ordinary.insert(stream, step);
                } else {
                    prop_assert_eq!(table.get(stream), ordinary.get(&stream));
                    prop_assert_eq!(table.get_mut(stream), ordinary.get_mut(&stream));
                    prop_assert_eq!(table.remove(stream), ordinary.remove(&stream));
                }
            }
            let mut values: Vec<_> = table.values().copied().collect();
            values.sort_unstable();
            let mut ordinary_values: Vec<_> = ordinary.values().copied().collect();
            ordinary_values.sort_unstable();
            prop_assert_eq!(values, ordinary_values);
            prop_assert_eq!(table.into_all().collect::<HashMap<_, _>>(), ordinary);
        }
    }

    #[test]
    fn a_few_calls_that_last_do_not_let_it_grow() {
        let mut table = Table::default();
        (0..4).for_each(|stream| table.insert(2 * stream, ()));
        for stream in 4..1_000 {
            table.insert(2 * stream, ());
            assert_eq!(table.remove(2 * stream), Some(()));
        }
        assert_eq!(table.places.len(), PLACES_MIN);
        assert_eq!(table.into_all().count(), 4);
    }

    #[test]
    fn numbers_that_share_a_place_do_not_let_it_grow() {
        let mut table = Table::default();
        (1..100).for_each(|number| table.insert(number << 32, number));
        assert_eq!(table.places.len(), PLACES_MIN);
        (1..100).for_each(|number| assert_eq!(table.remove(number << 32), Some(number)));
    }
}
