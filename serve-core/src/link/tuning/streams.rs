//! Tables by stream number, which every call looks into several times.

use std::collections::HashMap;

use foldhash::fast::RandomState;

/// What belongs to the streams of a link. The hash is seeded, because the other end chooses half of the
/// numbers.
pub(in crate::link) type Streams<V> = HashMap<u64, V, RandomState>;
