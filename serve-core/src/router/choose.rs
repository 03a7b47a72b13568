//! Which replica gets the next call: the one with the fewest ongoing requests among those with room.
//!
//! Up to eight replicas are all looked at, which is exact and cheaper than two random numbers; more
//! are sampled twice ("the power of two choices", Mitzenmacher 2001). Ties are broken at random, so
//! that idle replicas share the load.

/// The load of one replica as its slot shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Load {
    /// What replicas are compared by: the requests that it has, and more than any other has if others
    /// are preferred to it.
    pub(crate) rank: u32,
    pub(crate) has_room: bool,
}

/// Up to this many replicas are all looked at.
const SCAN_MAX: usize = 8;

/// The index of the replica to try, or `None` if none of `count` has room.
pub(crate) fn choose(count: usize, load: impl Fn(usize) -> Load) -> Option<usize> {
    match count {
        0 => None,
        1 => load(0).has_room.then_some(0),
        2..=SCAN_MAX => least_loaded(count, fastrand::usize(..count), load),
        _ => {
            let (first, second) = two_distinct(count);
            match (load(first), load(second)) {
                (one, other) if one.has_room && (one.rank <= other.rank || !other.has_room) => {
                    Some(first)
                }
                (_, other) if other.has_room => Some(second),
                // Both full says little about the rest: only a full scan may send the call to the queue.
                _ => least_loaded(count, fastrand::usize(..count), load),
            }
        }
    }
}

/// Scans all, beginning at `start`, which decides between equals.
#[inline]
fn least_loaded(count: usize, start: usize, load: impl Fn(usize) -> Load) -> Option<usize> {
    let mut best: Option<(usize, u32)> = None;
    for step in 0..count {
        let index = if start + step < count { start + step } else { start + step - count };
        let Load { rank, has_room } = load(index);
        if has_room && best.is_none_or(|(_, least)| rank < least) {
            best = Some((index, rank));
        }
    }
    best.map(|(index, _)| index)
}

fn two_distinct(count: usize) -> (usize, usize) {
    let first = fastrand::usize(..count);
    let second = fastrand::usize(..count - 1);
    (first, if second >= first { second + 1 } else { second })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loads(ongoing: &[u32], max: u32) -> impl Fn(usize) -> Load {
        move |index| Load { rank: ongoing[index], has_room: ongoing[index] < max }
    }

    #[test]
    fn the_least_loaded_of_a_few_is_chosen() {
        assert_eq!(choose(3, loads(&[2, 1, 3], 10)), Some(1));
    }

    #[test]
    fn a_full_replica_is_never_chosen() {
        for _ in 0..100 {
            assert_eq!(choose(3, loads(&[5, 5, 4], 5)), Some(2));
            let many: Vec<u32> = (0..20).map(|i| if i == 13 { 4 } else { 5 }).collect();
            assert_eq!(choose(20, loads(&many, 5)), Some(13));
        }
    }

    #[test]
    fn nothing_is_chosen_where_all_are_full() {
        assert_eq!(choose(0, loads(&[], 1)), None);
        assert_eq!(choose(1, loads(&[1], 1)), None);
        assert_eq!(choose(20, loads(&[1; 20], 1)), None);
    }

    #[test]
    fn equals_share_the_load() {
        let mut seen = [0; 4];
        for _ in 0..400 {
            seen[choose(4, loads(&[0; 4], 1)).unwrap()] += 1;
        }
        assert!(seen.iter().all(|&count| count > 40), "{seen:?}");
    }
}
