//! The order in which entries are served: first come, first served for each client, and the clients in turn.
//!
//! A client is whoever has a key of an application's. Those without one share a lane, which is all there is where nobody
//! has any.

use std::collections::VecDeque;
use std::sync::Arc;

use super::wait_queue::WaitEntry;

pub(super) struct Lanes<T> {
    /// Of those without a key.
    open: VecDeque<T>,
    /// One for each key that has entries; none is empty.
    keyed: Vec<Keyed<T>>,
    /// Whose turn it is: 0 is `open`, and 1 the first of `keyed`.
    turn: usize,
    len: usize,
}

struct Keyed<T> {
    key: Arc<str>,
    entries: VecDeque<T>,
}

impl<T> Default for Lanes<T> {
    fn default() -> Self {
        Self { open: VecDeque::new(), keyed: Vec::new(), turn: 0, len: 0 }
    }
}

impl<T: WaitEntry> Lanes<T> {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Adds an entry at the end of its lane.
    pub(super) fn push_back(&mut self, entry: T) {
        self.len += 1;
        let index = self.lane_for(&entry);
        self.lane_mut(index).push_back(entry);
    }

    /// Puts an entry back to where it was taken, and gives its lane the turn again. Of several the first that was taken
    /// is put back last.
    pub(super) fn push_front(&mut self, entry: T) {
        self.len += 1;
        let index = self.lane_for(&entry);
        self.lane_mut(index).push_front(entry);
        self.turn = index;
    }

    /// Takes whoever is next, and gives the turn to the next lane. Entries on the way that nobody waits for any more go
    /// with it: they are no turn.
    pub(super) fn pop_front(&mut self, void: &mut Vec<T>) -> Option<T> {
        if self.keyed.is_empty() {
            let entry = self.open.pop_front()?;
            self.len -= 1;
            return Some(entry);
        }
        loop {
            let index = self.next_turn();
            let entry = self.take_from(index)?;
            if entry.is_live() {
                return Some(entry);
            }
            void.push(entry);
            if self.keyed.is_empty() {
                return self.pop_front(void);
            }
            // The same lane again, if there is something left in it.
            self.turn = index;
        }
    }

    /// Any entry, in no order.
    pub(super) fn pop_any(&mut self) -> Option<T> {
        let index = if self.open.is_empty() { self.keyed.len() } else { 0 };
        self.take_from(index)
    }

    /// Makes room for an entry, if its lane is shorter than another: takes the last of the longest. Says what it took, of
    /// which at most one is live.
    pub(super) fn make_room_for(&mut self, entry: &T) -> Vec<T> {
        let mut taken = Vec::new();
        while taken.iter().all(|taken: &T| !taken.is_live()) {
            let lengths = (0..=self.keyed.len()).map(|index| (self.length(index), index));
            let Some((longest, index)) = lengths.max() else { break };
            let own = self.index_of(entry).map_or(0, |index| self.length(index));
            if longest <= own + 1 {
                break;
            }
            // It has more than one, so it stays, and whose turn it is does too.
            taken.extend(self.lane_mut(index).pop_back());
            self.len -= 1;
        }
        taken
    }

    /// Takes out what nobody waits for any more.
    pub(super) fn sweep(&mut self) -> Vec<T> {
        let mut void = Vec::new();
        let mut sweep = |lane: &mut VecDeque<T>| {
            let (live, gone): (Vec<_>, Vec<_>) =
                std::mem::take(lane).into_iter().partition(T::is_live);
            *lane = live.into();
            void.extend(gone);
        };
        sweep(&mut self.open);
        self.keyed.iter_mut().for_each(|lane| sweep(&mut lane.entries));
        self.keyed.retain(|lane| !lane.entries.is_empty());
        self.turn = self.turn.min(self.keyed.len());
        self.len -= void.len();
        void
    }

    /// Everybody, in the order in which they would be served.
    pub(super) fn in_turn(&self) -> impl Iterator<Item = &T> {
        // One lane is not looked at in turns.
        let (alone, lanes) = match self.keyed.len() {
            0 => (usize::MAX, 0),
            keyed => (0, keyed + 1),
        };
        let turns = (0..lanes).map(|index| self.length(index)).max().unwrap_or_default();
        let in_turn = (0..turns).flat_map(move |turn| {
            (0..lanes).filter_map(move |offset| self.lane((self.turn + offset) % lanes).get(turn))
        });
        self.open.iter().take(alone).chain(in_turn)
    }

    /// The next lane from `turn` on that has an entry; `open` if none has.
    fn next_turn(&self) -> usize {
        let turn = if self.turn > self.keyed.len() { 0 } else { self.turn };
        if turn == 0 && self.open.is_empty() { 1.min(self.keyed.len()) } else { turn }
    }

    /// Takes an entry from a lane, whose turn is over with that.
    fn take_from(&mut self, index: usize) -> Option<T> {
        let entry = self.lane_mut(index).pop_front()?;
        self.len -= 1;
        self.turn = index + 1;
        if index > 0 && self.length(index) == 0 {
            self.keyed.remove(index - 1);
            self.turn = index;
        }
        if self.turn > self.keyed.len() {
            self.turn = 0;
        }
        Some(entry)
    }

    fn index_of(&self, entry: &T) -> Option<usize> {
        let Some(key) = entry.key() else { return Some(0) };
        self.keyed.iter().position(|lane| lane.key == *key).map(|index| index + 1)
    }

    /// The lane that it belongs in, which is made if there is none.
    fn lane_for(&mut self, entry: &T) -> usize {
        self.index_of(entry).unwrap_or_else(|| {
            let key = entry.key().cloned().unwrap_or_default();
            self.keyed.push(Keyed { key, entries: VecDeque::new() });
            self.keyed.len()
        })
    }

    fn lane_mut(&mut self, index: usize) -> &mut VecDeque<T> {
        match index.checked_sub(1) {
            None => &mut self.open,
            Some(keyed) => &mut self.keyed[keyed].entries,
        }
    }

    fn lane(&self, index: usize) -> &VecDeque<T> {
        match index.checked_sub(1) {
            None => &self.open,
            Some(keyed) => &self.keyed[keyed].entries,
        }
    }

    fn length(&self, index: usize) -> usize {
        self.lane(index).len()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Weak;

    use proptest::prelude::*;

    use super::*;
    use crate::call::QueueWatch;
    use crate::router::WaitQueue;

    #[derive(Clone, Debug, PartialEq)]
    struct Entry {
        key: Option<Arc<str>>,
        number: u32,
        is_live: bool,
    }

    impl WaitEntry for Entry {
        fn enter(&self, _: Weak<dyn QueueWatch>) -> bool {
            true
        }

        fn leave(&self) -> bool {
            self.is_live
        }

        fn is_live(&self) -> bool {
            self.is_live
        }

        fn key(&self) -> Option<&Arc<str>> {
            self.key.as_ref()
        }
    }

    /// `a1` is of the key `a`, `-1` of none, `a1!` is void.
    fn entry(text: &str) -> Entry {
        let (key, rest) = text.split_at(1);
        Entry {
            key: (key != "-").then(|| key.into()),
            number: rest.trim_end_matches('!').parse().unwrap(),
            is_live: !rest.ends_with('!'),
        }
    }

    fn text(entry: &Entry) -> String {
        format!("{}{}", entry.key.as_deref().unwrap_or("-"), entry.number)
    }

    fn lanes(entries: &str) -> Lanes<Entry> {
        let mut lanes = Lanes::default();
        entries.split_whitespace().for_each(|text| lanes.push_back(entry(text)));
        lanes
    }

    fn served(mut lanes: Lanes<Entry>) -> String {
        let mut served = Vec::new();
        while let Some(entry) = lanes.pop_front(&mut Vec::new()) {
            served.push(text(&entry));
        }
        assert_eq!(lanes.len(), 0);
        served.join(" ")
    }

    #[test]
    fn whoever_has_no_key_is_served_in_the_order_of_coming() {
        assert_eq!(served(lanes("-1 -2 -3")), "-1 -2 -3");
    }

    #[test]
    fn keys_are_served_in_turn() {
        assert_eq!(served(lanes("a1 a2 a3 a4 b1 b2")), "a1 b1 a2 b2 a3 a4");
        assert_eq!(served(lanes("a1 a2 a3 b1 -1 -2")), "-1 a1 b1 -2 a2 a3");
    }

    #[test]
    fn a_newcomer_waits_for_one_of_each() {
        let mut lanes = lanes("a1 a2 a3 a4 b1 b2");
        let first = lanes.pop_front(&mut Vec::new()).unwrap();
        assert_eq!(text(&first), "a1");
        lanes.push_back(entry("c1"));
        assert_eq!(served(lanes), "b1 c1 a2 b2 a3 a4");
    }

    #[test]
    fn what_nobody_waits_for_takes_no_turn() {
        assert_eq!(served(lanes("a1! a2! a3 a4 b1 b2!")), "a3 b1 a4");
    }

    #[test]
    fn the_order_that_is_shown_is_the_order_of_serving() {
        let lanes = lanes("a1 a2 a3 b1 -1 -2");
        let shown = lanes.in_turn().map(text).collect::<Vec<_>>().join(" ");
        assert_eq!(shown, served(lanes));
    }

    #[test]
    fn room_is_made_at_the_end_of_the_longest_lane() {
        let mut lanes = lanes("a1 a2 a3 a4! b1");
        let gone = |gone: Vec<Entry>| gone.iter().map(text).collect::<Vec<_>>().join(" ");
        assert_eq!(gone(lanes.make_room_for(&entry("b2"))), "a4 a3");
        // Both would have two.
        assert_eq!(gone(lanes.make_room_for(&entry("b2"))), "");
        assert_eq!(gone(lanes.make_room_for(&entry("a5"))), "");
        assert_eq!(gone(lanes.make_room_for(&entry("c1"))), "a2");
        assert_eq!(served(lanes), "a1 b1");
    }

    #[test]
    fn who_has_left_makes_no_room() {
        let queue = WaitQueue::new();
        for text in ["a1", "a2!", "a3!", "b1"] {
            assert_eq!(queue.push(entry(text), 4), Ok(Vec::new()));
        }
        assert_eq!(queue.push(entry("b2"), 4), Err((4, entry("b2"))));
        assert_eq!(queue.push(entry("a4"), 4), Err((4, entry("a4"))));
    }

    #[test]
    fn a_batch_that_is_cut_takes_no_turn_of_whoever_is_next() {
        let mut lanes = lanes("a1 b1 a2 b2 a3 b3");
        let mut cut = Vec::new();
        for _ in 0..6 {
            cut.extend(lanes.pop_front(&mut Vec::new()));
            // The one that has no room any more.
            let next = lanes.pop_front(&mut Vec::new());
            next.into_iter().for_each(|next| lanes.push_front(next));
        }
        let cut: Vec<_> = cut.iter().map(text).collect();
        assert_eq!(cut.join(" "), "a1 b1 a2 b2 a3 b3");
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_each_lane_keeps_its_order(
            steps in prop::collection::vec((0_u8..7, 0_usize..4, any::<bool>()), 1..200),
        ) {
            let keys: [Option<Arc<str>>; 4] = [None, Some("a".into()), Some("b".into()), Some("c".into())];
            let (mut lanes, mut number) = (Lanes::default(), 0);
            let mut expected: [VecDeque<Entry>; 4] = Default::default();
            for (step, key, is_live) in steps {
                match step {
                    0..4 => {
                        number += 1;
                        let entry = Entry { key: keys[key].clone(), number, is_live };
                        lanes.push_back(entry.clone());
                        expected[key].push_back(entry);
                    }
                    4 | 5 => {
                        let mut gone = Vec::new();
                        let taken = lanes.pop_front(&mut gone);
                        gone.extend(taken);
                        for entry in gone {
                            let index = keys.iter().position(|key| *key == entry.key).unwrap();
                            prop_assert_eq!(expected[index].pop_front(), Some(entry));
                        }
                    }
                    _ => {
                        lanes.sweep();
                        expected.iter_mut().for_each(|lane| lane.retain(|entry| entry.is_live));
                    }
                }
                let left: usize = expected.iter().map(VecDeque::len).sum();
                prop_assert_eq!(lanes.len(), left);
                prop_assert_eq!(lanes.in_turn().count(), left);
            }
            let left: usize = expected.iter().map(VecDeque::len).sum();
            let any = std::iter::from_fn(|| lanes.pop_any());
            prop_assert_eq!(any.count(), left);
        }
    }
}
