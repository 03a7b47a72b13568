//! A call that has just ended, as whoever saw it tells of it to those who watch. They make of it what they keep.

use std::fmt;
use std::time::Duration;

use super::TapKind;

/// Borrowed, so that it costs nothing if nobody wants it.
#[derive(Clone, Copy)]
#[cfg_attr(not(feature = "admin"), expect(dead_code, reason = "nobody watches"))]
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
