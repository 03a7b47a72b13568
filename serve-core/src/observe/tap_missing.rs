//! What there is of taps in a program without the feature `admin`: nobody watches.

use std::fmt;
use std::time::Duration;

#[derive(Clone, Default)]
pub(crate) struct Taps;

pub(crate) enum TapKind {
    Request,
    Call,
}

/// Nobody wants to know.
#[expect(dead_code, reason = "nobody looks")]
pub(crate) struct SeenCall<'a> {
    pub(crate) kind: TapKind,
    pub(crate) request_id: &'a dyn fmt::Display,
    pub(crate) application: &'a str,
    pub(crate) deployment: &'a str,
    pub(crate) replica: Option<&'a str>,
    pub(crate) method: &'a str,
    pub(crate) path: Option<&'a str>,
    pub(crate) status: Option<u16>,
    pub(crate) outcome: &'static str,
    pub(crate) took: Duration,
}

#[expect(clippy::unused_self, reason = "those of the feature have somebody to ask")]
impl Taps {
    #[inline]
    pub(crate) fn is_on(&self) -> bool {
        false
    }

    pub(crate) fn tell(&self, _: SeenCall<'_>) {}
}
