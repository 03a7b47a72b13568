//! The calls that a replica has cut off, for whoever has to say so.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// So many requests are named; the rest is counted.
const NAMED_MAX: usize = 10;

/// What was running when the replica could wait no longer. Noted by each call as it ends, so that nobody
/// has to keep a list of what runs.
#[derive(Debug, Default)]
pub(crate) struct CutCalls(Mutex<Cut>);

#[derive(Debug, Default)]
struct Cut {
    methods: BTreeMap<&'static str, usize>,
    requests: Vec<String>,
}

impl CutCalls {
    /// A call of this method, and the id of its request.
    pub(crate) fn note(&self, method: &'static str, id: &str) {
        let mut cut = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *cut.methods.entry(method).or_default() += 1;
        if !id.is_empty() && cut.requests.len() < NAMED_MAX {
            cut.requests.push(id.to_owned());
        }
    }
}

impl fmt::Display for CutCalls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cut = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (index, (method, count)) in cut.methods.iter().enumerate() {
            write!(f, "{}{count} of `{method}`", if index == 0 { "" } else { ", " })?;
        }
        if !cut.requests.is_empty() {
            write!(f, "; requests {}", cut.requests.join(", "))?;
        }
        Ok(())
    }
}
