//! Tables by stream number, which every call looks into several times.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher};

/// What belongs to the streams of a link.
pub(crate) type Streams<V> = HashMap<u64, V, StreamHash>;

/// Hashes numbers by two multiplications, which takes a fraction of the time of the usual hash.
///
/// The first is by a random number, because the other end chooses half of the streams.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StreamHash {
    odd: u64,
}

/// See [`StreamHash`].
#[derive(Debug)]
pub(crate) struct StreamHasher {
    odd: u64,
    hash: u64,
}

impl Default for StreamHash {
    fn default() -> Self {
        Self { odd: fastrand::u64(..) | 1 }
    }
}

impl BuildHasher for StreamHash {
    type Hasher = StreamHasher;

    fn build_hasher(&self) -> StreamHasher {
        StreamHasher { odd: self.odd, hash: 0 }
    }
}

/// An odd number whose multiples are spread evenly: 2^64 by the golden ratio.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// Both halves of a product in one, because a table looks at the lowest bits and at the highest.
fn folded(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right);
    product as u64 ^ (product >> 64) as u64
}

impl Hasher for StreamHasher {
    #[inline]
    fn write_u64(&mut self, number: u64) {
        self.hash = folded(folded(number ^ self.hash, self.odd), GOLDEN);
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64((*byte).into()));
    }

    #[inline]
    fn finish(&self) -> u64 {
        self.hash
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn numbers_in_a_row_and_apart_get_hashes_that_differ_at_both_ends() {
        let hash = StreamHash::default();
        for step in [1, 2, 64] {
            let hashes = Vec::from_iter((0..1_000_u64).map(|number| hash.hash_one(number * step)));
            let different =
                |part: fn(&u64) -> u64| hashes.iter().map(part).collect::<HashSet<_>>().len();
            assert!(different(|hash| hash & 0xfff) > 500, "step {step}");
            assert!(different(|hash| hash >> 57) > 60, "step {step}");
        }
    }
}
