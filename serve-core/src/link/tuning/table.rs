//! The open calls of one end by their stream.

use super::Streams;

/// A table of calls, which every call is put into and looked for in.
///
/// An end numbers its calls in order, and they end in about that order. So each number has a place, which
/// is mostly free again when it comes round: no hashing, and memory that is walked through. A call that
/// finds its place taken, because another lasts long, goes into an ordinary table.
#[derive(Debug)]
pub(crate) struct Table<V> {
    /// A power of two of them, or none.
    places: Vec<Bucket<V>>,
    others: Streams<V>,
}

/// Room for one call.
#[derive(Debug)]
struct Bucket<V> {
    stream: u64,
    value: Option<V>,
}

/// What is in a table.
pub(crate) trait Occupant {
    /// Whether another may take its place though nobody has removed it.
    fn is_over(&self) -> bool;
}

const PLACES_MIN: usize = 16;

impl<V> Default for Table<V> {
    fn default() -> Self {
        Self { places: Vec::new(), others: Streams::default() }
    }
}

impl<V: Occupant> Table<V> {
    /// Puts a call in that is not there yet.
    #[inline]
    pub(crate) fn insert(&mut self, stream: u64, value: V) {
        let place = self.place(stream);
        match self.places.get_mut(place) {
            Some(place) if place.is_free() => *place = Bucket { stream, value: Some(value) },
            _ => self.insert_elsewhere(stream, value),
        }
    }

    /// It grows if many find no place, not for the few that last.
    #[cold]
    fn insert_elsewhere(&mut self, stream: u64, value: V) {
        if self.others.len() >= self.places.len() / 4 {
            self.others.retain(|_, other| !other.is_over());
        }
        if self.others.len() < self.places.len() / 4 {
            self.others.insert(stream, value);
            return;
        }
        let places = (self.places.len() * 2).max(PLACES_MIN);
        let before = std::mem::take(self);
        self.places.resize_with(places, || Bucket { stream: 0, value: None });
        for (stream, value) in before.into_all().chain([(stream, value)]) {
            let place = self.place(stream);
            match &mut self.places[place] {
                place if place.is_free() => *place = Bucket { stream, value: Some(value) },
                _ => drop(self.others.insert(stream, value)),
            }
        }
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, stream: u64) -> Option<&mut V> {
        let place = self.place(stream);
        match self.places.get_mut(place) {
            Some(place) if place.stream == stream => place.value.as_mut(),
            _ if self.others.is_empty() => None,
            _ => self.others.get_mut(&stream),
        }
    }

    #[inline]
    pub(crate) fn get(&self, stream: u64) -> Option<&V> {
        match self.places.get(self.place(stream)) {
            Some(place) if place.stream == stream => place.value.as_ref(),
            _ if self.others.is_empty() => None,
            _ => self.others.get(&stream),
        }
    }

    #[inline]
    pub(crate) fn remove(&mut self, stream: u64) -> Option<V> {
        let place = self.place(stream);
        match self.places.get_mut(place) {
            Some(place) if place.stream == stream => {
                place.stream = 0;
                place.value.take()
            }
            _ if self.others.is_empty() => None,
            _ => self.others.remove(&stream),
        }
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &V> {
        let placed = self.places.iter().filter_map(|place| place.value.as_ref());
        placed.chain(self.others.values()).filter(|value| !value.is_over())
    }

    pub(crate) fn into_all(self) -> impl Iterator<Item = (u64, V)> {
        let placed = self.places.into_iter().filter_map(|place| Some((place.stream, place.value?)));
        placed.chain(self.others).filter(|(_, value)| !value.is_over())
    }

    /// All the calls of one end are odd or all are even.
    fn place(&self, stream: u64) -> usize {
        (stream / 2) as usize & self.places.len().wrapping_sub(1)
    }
}

impl<V: Occupant> Bucket<V> {
    fn is_free(&self) -> bool {
        self.value.as_ref().is_none_or(Occupant::is_over)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    impl Occupant for usize {
        fn is_over(&self) -> bool {
            *self == OVER
        }
    }

    const OVER: usize = usize::MAX;

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
                        // Whether it is still there does not matter, and nobody asks.
                        if let Some(value) = table.get_mut(stream) {
                            *value = OVER;
                        }
                        ordinary.remove(&stream);
                        continue;
                    }
                    1 => {
                        let removed = table.remove(stream).filter(|value| !value.is_over());
                        prop_assert_eq!(removed, ordinary.remove(&stream));
                    }
                    _ if table.get(stream).is_some() => {}
                    _ => {
                        table.insert(stream, step);
                        ordinary.insert(stream, step);
                    }
                }
                let found = table.get(stream).filter(|value| !value.is_over());
                prop_assert_eq!(found, ordinary.get(&stream));
            }
            prop_assert_eq!(table.into_all().collect::<HashMap<_, _>>(), ordinary);
        }
    }

    #[test]
    fn a_few_calls_that_last_do_not_let_it_grow() {
        let mut table = Table::default();
        (1..5).for_each(|stream| table.insert(2 * stream, 1));
        for stream in 5..1_000 {
            table.insert(2 * stream, 1);
            assert_eq!(table.remove(2 * stream), Some(1));
        }
        assert_eq!(table.places.len(), PLACES_MIN);
        assert_eq!(table.into_all().count(), 4);
    }

    #[test]
    fn what_is_over_makes_room_without_being_removed() {
        let mut table = Table::default();
        (1..5).for_each(|stream| table.insert(2 * stream, 1));
        for stream in 5..1_000 {
            table.insert(2 * stream, OVER);
        }
        assert_eq!(table.places.len(), PLACES_MIN);
        assert!(table.others.len() <= PLACES_MIN / 4);
        assert_eq!(table.into_all().count(), 4);
    }

    #[test]
    fn it_grows_with_the_calls_that_are_open() {
        let mut table = Table::default();
        (1..1_000).for_each(|stream| table.insert(2 * stream, 1));
        assert!(table.places.len() <= 2_048 && table.others.len() <= table.places.len() / 4);
        (1..1_000).for_each(|stream| assert_eq!(table.remove(2 * stream), Some(1)));
        assert_eq!(table.into_all().count(), 0);
    }
}
