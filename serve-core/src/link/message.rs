//! What the frames say: calls, their answers, and what two processes tell each other besides.
//!
//! Headers are numbers of fixed size, and what has names is packed (`packed`), because both ends agree on a
//! protocol version before anything else is sent; bodies are opaque. No version may change the header of
//! HELLO. That of CALL has a layout for speed, see [`CallHead`].
//!
//! The header of an answer begins with room for two u32, how busy the replica is (calls that run and calls
//! that wait). It is 0 and not read as long as a replica has one caller, whose own permits say the same,
//! and sooner.
//!
//! The two ends number their calls apart (one even, one odd). **Every CALL is answered exactly once**,
//! by REPLY, END, ERROR or REJECT, also after CANCEL: the counts of `streams_max` rest on it.

use bytes::{Buf, Bytes};
use serde::{Deserialize, Serialize};

use super::body::Body;
use super::frame::{Frame, Kind};
use super::head::CallHead;
use crate::packed::{pack_into, unpack};

/// The versions of the protocol that this end speaks.
pub(crate) const PROTOCOL_MIN: u16 = 1;
/// See [`PROTOCOL_MIN`].
pub(crate) const PROTOCOL_MAX: u16 = 1;
/// What the header of an answer begins with.
const LOAD_BYTES: usize = 8;
/// The first bytes of a connection.
pub(crate) const MAGIC: u64 = u64::from_le_bytes(*b"serve-rs");

/// Everything that crosses a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Message {
    /// The first message in both directions, and only that.
    Hello(Hello),
    Call {
        stream: u64,
        head: CallHead,
        body: Body,
    },
    /// The result of a call that is no stream.
    Reply {
        stream: u64,
        body: Body,
    },
    /// One item of a stream; of a request over HTTP some bytes, in either direction, or none at its end.
    Item {
        stream: u64,
        body: Body,
    },
    /// The stream is complete. A stream that stops without it has failed.
    End {
        stream: u64,
    },
    /// The call failed; with [`WireError::App`] the body is the user's own error.
    Error {
        stream: u64,
        error: WireError,
        body: Body,
    },
    /// The caller has gone. Goes out after its CALL, never instead of it.
    Cancel {
        stream: u64,
    },
    /// The consumer of a stream has taken this many bytes; see [`super::Meter`].
    Credit {
        stream: u64,
        bytes: u32,
    },
    /// The replica is full; the call has not been executed.
    Reject {
        stream: u64,
    },
    Ping(u64),
    Pong(u64),
    /// Whoever sends it takes no more calls: from now on they are refused, and those under way are
    /// answered. To a replica its server says so last of all, when it needs no more of it.
    GoAway {
        reason: String,
    },
    /// From a caller: somebody wants to know when a replica takes the call. From a callee: one has.
    Assigned {
        stream: u64,
    },
    /// The user's own error in the place of an item. The stream goes on.
    ItemError {
        stream: u64,
        body: Body,
    },
}

/// Who the other end is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hello {
    pub(crate) magic: u64,
    pub(crate) proto_min: u16,
    pub(crate) proto_max: u16,
    pub(crate) build_id: String,
    pub(crate) methods: Vec<MethodEntry>,
}

/// A method that can be called here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MethodEntry {
    pub(crate) name: String,
    /// See `MethodInfo`.
    pub(crate) signature: u64,
}

/// Why a call failed: `CallError` without the user's own error, and what can only go wrong between
/// processes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum WireError {
    /// The user's own error, which is the body.
    App,
    BackPressure {
        num_queued: u64,
        max_queued: u64,
        retry_after_micros: Option<u64>,
        /// What clients over HTTP are to be told.
        status: Option<u16>,
    },
    DeploymentUnavailable,
    DeadlineExceeded,
    Cancelled,
    ReplicaDied {
        executed: WireExecuted,
    },
    Panicked {
        message: String,
    },
    Upstream {
        message: String,
    },
    Blocking,
    Transport {
        message: String,
    },
    BatchLength {
        expected: u64,
        got: u64,
    },
    /// The replica has no such method.
    UnknownMethod {
        method: u64,
    },
    /// The call was not executed, for a reason in words.
    NotSent {
        message: String,
    },
}

/// Whether a call that failed may have run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum WireExecuted {
    No,
    Maybe,
}

/// A frame that is well formed and makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MessageError {
    #[error("the header of a {0:?} frame cannot be decoded")]
    Header(Kind),
    #[error("a {0:?} frame has a body")]
    Body(Kind),
    #[error("the first frame is {0:?}, not Hello")]
    NotHello(Kind),
    #[error("a second Hello")]
    SecondHello,
}

// === impl Message ===

impl Message {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Hello(_) => Kind::Hello,
            Self::Call { .. } => Kind::Call,
            Self::Reply { .. } => Kind::Reply,
            Self::Item { .. } => Kind::Item,
            Self::End { .. } => Kind::End,
            Self::Error { .. } => Kind::Error,
            Self::Cancel { .. } => Kind::Cancel,
            Self::Credit { .. } => Kind::Credit,
            Self::Reject { .. } => Kind::Reject,
            Self::Ping(_) => Kind::Ping,
            Self::Pong(_) => Kind::Pong,
            Self::GoAway { .. } => Kind::GoAway,
            Self::Assigned { .. } => Kind::Assigned,
            Self::ItemError { .. } => Kind::ItemError,
        }
    }

    /// The call this is about; 0 for what concerns the connection.
    pub(crate) fn stream(&self) -> u64 {
        match self {
            Self::Hello(_) | Self::Ping(_) | Self::Pong(_) | Self::GoAway { .. } => 0,
            Self::Call { stream, .. }
            | Self::Reply { stream, .. }
            | Self::Item { stream, .. }
            | Self::End { stream, .. }
            | Self::Error { stream, .. }
            | Self::Cancel { stream }
            | Self::Credit { stream, .. }
            | Self::Reject { stream, .. }
            | Self::Assigned { stream }
            | Self::ItemError { stream, .. } => *stream,
        }
    }

    /// Appends the header.
    pub(crate) fn put_header(&self, out: &mut Vec<u8>) {
        match self {
            Self::Hello(hello) => hello.put_header(out),
            Self::Call { head, .. } => head.put(out),
            Self::Reply { .. } | Self::End { .. } | Self::Reject { .. } => {
                out.extend_from_slice(&[0; LOAD_BYTES]);
            }
            Self::Error { error, .. } => {
                out.extend_from_slice(&[0; LOAD_BYTES]);
                pack_into(error, out);
            }
            Self::Item { .. }
            | Self::ItemError { .. }
            | Self::Cancel { .. }
            | Self::Assigned { .. } => {}
            Self::Credit { bytes, .. } => out.extend_from_slice(&bytes.to_le_bytes()),
            Self::Ping(token) | Self::Pong(token) => out.extend_from_slice(&token.to_le_bytes()),
            Self::GoAway { reason } => out.extend_from_slice(reason.as_bytes()),
        }
    }

    /// What comes behind the header. That of HELLO, which is sent otherwise, is [`Hello::body`].
    pub(crate) fn body(&self) -> Option<&Body> {
        match self {
            Self::Call { body, .. }
            | Self::Reply { body, .. }
            | Self::Item { body, .. }
            | Self::ItemError { body, .. }
            | Self::Error { body, .. } => Some(body),
            Self::Hello(_)
            | Self::End { .. }
            | Self::Cancel { .. }
            | Self::Credit { .. }
            | Self::Reject { .. }
            | Self::Ping(_)
            | Self::Pong(_)
            | Self::GoAway { .. }
            | Self::Assigned { .. } => None,
        }
    }

    /// The message as one frame, however long it is.
    #[cfg(any(test, feature = "fuzzing"))]
    pub(crate) fn into_frame(self) -> Frame {
        let (kind, stream) = (self.kind(), self.stream());
        let mut header = Vec::new();
        self.put_header(&mut header);
        let body = match &self {
            Self::Hello(hello) => hello.body(),
            other => other.body().cloned().unwrap_or_default().into_bytes(),
        };
        let bytes = Bytes::new();
        let frame = Frame { kind, more: false, stream, size: None, header_len: 0, bytes };
        frame.with(&header, &body)
    }

    /// What a whole frame says.
    pub(crate) fn from_frame(frame: Frame) -> Result<Self, MessageError> {
        let Frame { kind, stream, .. } = frame;
        let has_body = matches!(
            kind,
            Kind::Hello | Kind::Call | Kind::Reply | Kind::Item | Kind::ItemError | Kind::Error
        );
        if !has_body && !frame.body().is_empty() {
            return Err(MessageError::Body(kind));
        }
        Ok(match kind {
            Kind::Hello => Self::Hello(Hello::take(frame.header(), frame.body())?),
            Kind::Call => {
                let head = CallHead::take(frame.header()).ok_or(MessageError::Header(kind))?;
                Self::Call { stream, head, body: frame.into_body().into() }
            }
            Kind::Reply => {
                take_nothing(kind, after_load(kind, frame.header())?)?;
                Self::Reply { stream, body: frame.into_body().into() }
            }
            Kind::Item => {
                take_nothing(kind, frame.header())?;
                Self::Item { stream, body: frame.into_body().into() }
            }
            Kind::End => {
                take_nothing(kind, after_load(kind, frame.header())?)?;
                Self::End { stream }
            }
            Kind::Error => {
                let error = take(kind, after_load(kind, frame.header())?)?;
                Self::Error { stream, error, body: frame.into_body().into() }
            }
            Kind::Cancel => {
                take_nothing(kind, frame.header())?;
                Self::Cancel { stream }
            }
            Kind::Credit => Self::Credit { stream, bytes: take_u32(kind, frame.header())? },
            Kind::Reject => {
                take_nothing(kind, after_load(kind, frame.header())?)?;
                Self::Reject { stream }
            }
            Kind::Ping => Self::Ping(take_u64(kind, frame.header())?),
            Kind::Pong => Self::Pong(take_u64(kind, frame.header())?),
            Kind::GoAway => {
                let reason = String::from_utf8(frame.header().to_vec());
                Self::GoAway { reason: reason.map_err(|_| MessageError::Header(kind))? }
            }
            Kind::ItemError => {
                take_nothing(kind, frame.header())?;
                Self::ItemError { stream, body: frame.into_body().into() }
            }
            Kind::Assigned => {
                take_nothing(kind, frame.header())?;
                Self::Assigned { stream }
            }
        })
    }
}

// === impl Hello ===

impl Hello {
    /// What this version of the protocol says of a process.
    pub(crate) fn new(build_id: String, methods: Vec<MethodEntry>) -> Self {
        let (proto_min, proto_max) = (PROTOCOL_MIN, PROTOCOL_MAX);
        Self { magic: MAGIC, proto_min, proto_max, build_id, methods }
    }

    /// What may never change, or versions could not refuse each other by name.
    fn put_header(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.magic.to_le_bytes());
        out.extend_from_slice(&self.proto_min.to_le_bytes());
        out.extend_from_slice(&self.proto_max.to_le_bytes());
    }

    /// What may, and what is too long for a header.
    pub(super) fn body(&self) -> Bytes {
        let mut out = Vec::new();
        pack_into(&(&self.build_id, &self.methods), &mut out);
        out.into()
    }

    /// A body of another version may look different, so it is left unread if there is none in common.
    fn take(mut header: &[u8], body: &[u8]) -> Result<Self, MessageError> {
        if header.len() < 12 {
            return Err(MessageError::Header(Kind::Hello));
        }
        let (magic, proto_min, proto_max) =
            (header.get_u64_le(), header.get_u16_le(), header.get_u16_le());
        let mut hello =
            Self { magic, proto_min, proto_max, build_id: String::new(), methods: Vec::new() };
        if hello.is_compatible() {
            (hello.build_id, hello.methods) = take(Kind::Hello, body)?;
        }
        Ok(hello)
    }

    /// Whether both ends can speak one version.
    pub(crate) fn is_compatible(&self) -> bool {
        self.magic == MAGIC && self.proto_min <= PROTOCOL_MAX && PROTOCOL_MIN <= self.proto_max
    }
}

// === numbers of fixed size, and what is packed ===

fn take<'a, T: Deserialize<'a>>(kind: Kind, bytes: &'a [u8]) -> Result<T, MessageError> {
    unpack(bytes).map_err(|_| MessageError::Header(kind))
}

fn take_u64(kind: Kind, bytes: &[u8]) -> Result<u64, MessageError> {
    bytes.try_into().map(u64::from_le_bytes).map_err(|_| MessageError::Header(kind))
}

fn take_u32(kind: Kind, bytes: &[u8]) -> Result<u32, MessageError> {
    bytes.try_into().map(u32::from_le_bytes).map_err(|_| MessageError::Header(kind))
}

fn take_nothing(kind: Kind, bytes: &[u8]) -> Result<(), MessageError> {
    if bytes.is_empty() { Ok(()) } else { Err(MessageError::Header(kind)) }
}

/// What is behind the load, which nobody reads so far.
fn after_load(kind: Kind, header: &[u8]) -> Result<&[u8], MessageError> {
    let (_, rest) = header.split_at_checked(LOAD_BYTES).ok_or(MessageError::Header(kind))?;
    Ok(rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::head::Form;
    use super::*;

    fn round(message: Message) -> Result<Message, MessageError> {
        Message::from_frame(message.into_frame())
    }

    fn head(form: Form) -> CallHead {
        CallHead { signature: 3, ..CallHead::new(7, form) }
    }

    #[test]
    fn every_kind_of_message_comes_back_as_it_was() {
        let body = Body::from("body");
        let stream = u64::MAX;
        let methods = vec![MethodEntry { name: "say_hello".into(), signature: 9 }];
        let messages = [
            Message::Hello(Hello::new("build".into(), methods)),
            Message::Call { stream, head: head(Form::Batched(4)), body: body.clone() },
            Message::Reply { stream, body: body.clone() },
            Message::Item { stream, body: body.clone() },
            Message::End { stream },
            Message::Error { stream, error: WireError::App, body },
            Message::Cancel { stream },
            Message::Credit { stream, bytes: 7 },
            Message::Reject { stream },
            Message::Ping(1),
            Message::Pong(u64::MAX),
            Message::GoAway { reason: "update".into() },
            Message::Assigned { stream },
            Message::ItemError { stream, body: "error".into() },
        ];
        assert_eq!(messages.iter().map(Message::kind).collect::<Vec<_>>(), Kind::ALL);
        for message in messages {
            assert_eq!(round(message.clone()), Ok(message));
        }
    }

    #[test]
    fn every_failure_comes_back_as_it_was() {
        let text = || "why".to_owned();
        let errors = [
            WireError::App,
            WireError::BackPressure {
                num_queued: 1,
                max_queued: 1,
                retry_after_micros: Some(u64::MAX),
                status: Some(429),
            },
            WireError::DeploymentUnavailable,
            WireError::DeadlineExceeded,
            WireError::Cancelled,
            WireError::ReplicaDied { executed: WireExecuted::No },
            WireError::ReplicaDied { executed: WireExecuted::Maybe },
            WireError::Panicked { message: text() },
            WireError::Upstream { message: text() },
            WireError::Blocking,
            WireError::Transport { message: text() },
            WireError::BatchLength { expected: 2, got: 3 },
            WireError::UnknownMethod { method: 5 },
            WireError::NotSent { message: text() },
        ];
        for error in errors {
            let message = Message::Error { stream: 1, error, body: Body::default() };
            assert_eq!(round(message.clone()), Ok(message));
        }
    }

    #[test]
    fn a_header_with_something_left_over_is_refused() {
        let frame = Message::Cancel { stream: 1 }.into_frame().with(b"x", b"");
        assert_eq!(Message::from_frame(frame), Err(MessageError::Header(Kind::Cancel)));
    }

    #[test]
    fn a_body_where_there_is_none_is_refused() {
        let frame = Message::Ping(1).into_frame();
        let header = frame.header().to_vec();
        let frame = frame.with(&header, b"x");
        let error = Message::from_frame(frame).unwrap_err();
        assert_eq!(error.to_string(), "a Ping frame has a body");
    }

    #[test]
    fn the_hello_of_an_unknown_version_is_understood_far_enough_to_refuse_it() {
        let (proto_min, proto_max) = (PROTOCOL_MAX + 1, PROTOCOL_MAX + 5);
        let hello = Hello { proto_min, proto_max, ..Hello::new("b".into(), vec![]) };
        let frame = Message::Hello(hello).into_frame();
        let header = frame.header().to_vec();
        let frame = frame.with(&header, &[0xff; 3]);
        let Ok(Message::Hello(hello)) = Message::from_frame(frame) else { panic!("refused") };
        assert_eq!((hello.proto_min, hello.proto_max), (proto_min, proto_max));
        assert!(!hello.is_compatible());
    }

    proptest! {
        #[test]
        fn arbitrary_headers_and_bodies_never_panic(
            kind in prop::sample::select(&Kind::ALL[..]),
            stream: u64,
            header in prop::collection::vec(any::<u8>(), 0..64),
            body in prop::collection::vec(any::<u8>(), 0..64),
        ) {
            let bytes = Bytes::new();
            let frame = Frame { kind, more: false, stream, size: None, header_len: 0, bytes };
            let _ = Message::from_frame(frame.with(&header, &body));
        }
    }
}
