//! What there is of taps in a program without the feature `admin`: nobody watches.

use super::SeenCall;

#[derive(Clone, Default)]
pub(crate) struct Taps;

#[derive(Clone, Copy)]
pub(crate) enum TapKind {
    Request,
    Call,
}

#[expect(clippy::unused_self, reason = "those of the feature have somebody to ask")]
impl Taps {
    #[inline]
    pub(crate) fn is_on(&self) -> bool {
        false
    }

    pub(crate) fn tell(&self, _: SeenCall<'_>) {}
}
