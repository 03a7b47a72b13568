//! What is said of a request before its HTTP/1.1 form, and both ways between the two.

use std::net::{IpAddr, SocketAddr};

use axum::body::{Body, HttpBody};
use axum::extract::{ConnectInfo, DefaultBodyLimit};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Request, Version, header};
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use serde::{Deserialize, Serialize};

use super::upload::{Gate, Received, Upload};
use super::{CUT, protocol};
use crate::ingress::keys::hide_keys;
use crate::packed::{self, pack, unpack};
use crate::web::{ClientAddr, HttpRequest};

/// What HTTP/1.1 would not say of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Opening {
    version: HttpVersion,
    /// hyper wants to know when there are many.
    pub(super) headers: usize,
    body: Crossing,
    /// What an extended CONNECT asks for.
    protocol: Option<String>,
    /// Who the client is, if that is known.
    client: Option<SocketAddr>,
    /// Who it is behind a proxy.
    client_behind: Option<IpAddr>,
}

/// The version that the client spoke.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum HttpVersion {
    Http10,
    Http11,
    Http2,
}

/// How a body crosses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Crossing {
    /// There is none. If nothing said so, what says it on the way is not the client's.
    Nothing { is_said: bool },
    /// In chunks, because then it may end with [`CUT`]. The client's own way to say how long it is comes back at the far end:
    /// a length, or else chunks if they were the client's too. `left` is how long it is, if that is certain.
    Chunks { length: Option<u64>, left: Option<u64>, are_said: bool },
}

/// A request ready to be sent.
pub(super) struct Outbound {
    pub(super) request: Request<Upload>,
    pub(super) opening: Opening,
    /// Resolves to the client's connection, should it become something else.
    pub(super) upgrade: OnUpgrade,
    pub(super) has_body: bool,
}

/// What it takes to send a request once more.
pub(super) struct SecondCopy(Parts, Opening);

impl Outbound {
    /// `None` where it has a body, which is gone once it has been sent, or asks for another protocol.
    pub(super) fn repeat(&self) -> Option<SecondCopy> {
        let asks_for_more = self.request.headers().contains_key(header::UPGRADE)
            || self.request.method() == Method::CONNECT;
        if self.has_body || asks_for_more {
            return None;
        }
        let mut again = Request::new(());
        *again.method_mut() = self.request.method().clone();
        *again.uri_mut() = self.request.uri().clone();
        *again.version_mut() = self.request.version();
        *again.headers_mut() = self.request.headers().clone();
        Some(SecondCopy(again.into_parts().0, self.opening.clone()))
    }
}

impl SecondCopy {
    pub(super) fn outbound(&self) -> Outbound {
        let Self(parts, opening) = self;
        let mut request = Request::from_parts(parts.clone(), Upload::new(Body::empty(), None));
        let upgrade = hyper::upgrade::on(&mut request);
        Outbound { request, opening: opening.clone(), upgrade, has_body: false }
    }
}

impl Opening {
    pub(super) fn encode(&self) -> Bytes {
        pack(self).expect("plain data of known length is always encoded").into()
    }

    /// # Errors
    ///
    /// It was written by another version of this.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, packed::Error> {
        unpack(bytes)
    }

    /// The request as the client sent it.
    pub(super) fn restore(&self, request: Request<Incoming>) -> HttpRequest {
        let (mut parts, body) = request.into_parts();
        parts.version = self.version.into();
        if let Some(protocol) = &self.protocol {
            protocol::restore(protocol, &mut parts.extensions);
        }
        if let Some(client) = self.client {
            parts.extensions.insert(ConnectInfo(client));
        }
        let headers = &mut parts.headers;
        if let Some(client) = self.client_behind {
            parts.extensions.insert(ClientAddr(client));
        }
        let (is_said, length) = match self.body {
            Crossing::Nothing { is_said } => (is_said, None),
            Crossing::Chunks { length, are_said, .. } => (are_said, length),
        };
        if !is_said {
            headers.remove(header::CONTENT_LENGTH);
            headers.remove(header::TRANSFER_ENCODING);
        }
        if let Some(length) = length {
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        }
        let body = match self.body {
            Crossing::Nothing { .. } => Body::new(body),
            Crossing::Chunks { left, .. } => {
                retract_cut(headers);
                Body::new(Received::new(body, left))
            }
        };
        let mut request = Request::from_parts(parts, body);
        hide_keys(request.headers_mut());
        // The proxy's own limit is the one that counts.
        DefaultBodyLimit::disable().apply(&mut request);
        request
    }
}

/// Makes a request one of HTTP/1.1.
pub(super) fn prepare(mut request: HttpRequest) -> Outbound {
    let upgrade = hyper::upgrade::on(&mut request);
    let (mut parts, body) = request.into_parts();
    let has_body = !body.is_end_stream();
    let headers = &mut parts.headers;
    let are_chunks = headers.contains_key(header::TRANSFER_ENCODING);
    let crossing = if has_body {
        let said = headers.remove(header::CONTENT_LENGTH);
        let length = said.and_then(|length| length.to_str().ok()?.parse().ok());
        Crossing::Chunks { length, left: body.size_hint().exact(), are_said: are_chunks }
    } else {
        Crossing::Nothing { is_said: are_chunks || headers.contains_key(header::CONTENT_LENGTH) }
    };
    let opening = Opening {
        version: parts.version.into(),
        headers: parts.headers.len(),
        body: crossing,
        protocol: protocol::of(&parts.extensions),
        client: parts.extensions.get().map(|ConnectInfo(client)| *client),
        client_behind: parts.extensions.get().map(|ClientAddr(client)| *client),
    };
    if has_body {
        let chunked = HeaderValue::from_static("chunked");
        parts.headers.entry(header::TRANSFER_ENCODING).or_insert(chunked);
        parts.headers.append(header::TRAILER, HeaderValue::from_static(CUT.as_str()));
    }
    parts.version = Version::HTTP_11;
    parts.extensions.clear();
    let gate = (has_body && expects_continue(&parts)).then(Gate::new);
    let mut request = Request::from_parts(parts, Upload::new(body, gate.clone()));
    if let Some(gate) = gate {
        hyper::ext::on_informational(&mut request, move |_| gate.open());
    }
    Outbound { request, opening, upgrade, has_body }
}

/// Whether the client sends the body only when it is told to.
fn expects_continue(parts: &Parts) -> bool {
    // Of several lines hyper goes by the last, at the far end too.
    let expected = parts.headers.get_all(header::EXPECT).iter().next_back();
    expected.is_some_and(|expected| expected.as_bytes().eq_ignore_ascii_case(b"100-continue"))
}

/// Takes back the announcement of [`CUT`]; the client's own stay.
fn retract_cut(headers: &mut HeaderMap) {
    let header::Entry::Occupied(announced) = headers.entry(header::TRAILER) else { return };
    let (_, announced) = announced.remove_entry_mult();
    let others: Vec<_> = announced.filter(|value| value != CUT.as_str()).collect();
    for other in others {
        headers.append(header::TRAILER, other);
    }
}

// === impl HttpVersion ===

impl From<Version> for HttpVersion {
    fn from(version: Version) -> Self {
        match version {
            Version::HTTP_09 | Version::HTTP_10 => Self::Http10,
            Version::HTTP_2 | Version::HTTP_3 => Self::Http2,
            _ => Self::Http11,
        }
    }
}

impl From<HttpVersion> for Version {
    fn from(version: HttpVersion) -> Self {
        match version {
            HttpVersion::Http10 => Self::HTTP_10,
            HttpVersion::Http11 => Self::HTTP_11,
            HttpVersion::Http2 => Self::HTTP_2,
        }
    }
}
