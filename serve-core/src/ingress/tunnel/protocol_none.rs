//! Without HTTP/2 there is no extended CONNECT.

use http::Extensions;

pub(super) fn of(_: &Extensions) -> Option<String> {
    None
}

pub(super) fn restore(_: &str, _: &mut Extensions) {}
