//! The protocol that an extended CONNECT of HTTP/2 asks for.

use http::Extensions;
use hyper::ext::Protocol;

/// The protocol as text.
pub(super) fn of(extensions: &Extensions) -> Option<String> {
    extensions.get::<Protocol>().map(|protocol| protocol.as_str().to_owned())
}

/// Makes it part of a request again.
pub(super) fn restore(protocol: &str, extensions: &mut Extensions) {
    // The text came from the extension itself.
    extensions.insert(Protocol::from(protocol));
}
