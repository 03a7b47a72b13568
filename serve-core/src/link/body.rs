//! The body of a message. On its way out it may have two parts, so that many bytes at its end need not be
//! copied behind what comes before them; as it arrives it is one.

use bytes::{Bytes, BytesMut};

/// Bytes in one piece or two. The second is boxed, because few bodies have one and every call moves this.
#[derive(Clone, Debug, Default)]
pub(crate) struct Body {
    front: Bytes,
    back: Option<Box<Bytes>>,
}

impl Body {
    pub(crate) const EMPTY: Self = Self { front: Bytes::new(), back: None };

    pub(crate) fn new(front: Bytes, back: Bytes) -> Self {
        Self { front, back: (!back.is_empty()).then(|| Box::new(back)) }
    }

    pub(crate) fn len(&self) -> usize {
        self.front.len() + self.back.as_ref().map_or(0, |back| back.len())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Splits off this many bytes; there are at least as many.
    pub(crate) fn split_to(&mut self, bytes: usize) -> Self {
        let front = self.front.split_to(bytes.min(self.front.len()));
        let rest = bytes - front.len();
        let back = self.back.as_mut().map(|back| back.split_to(rest)).unwrap_or_default();
        self.back.take_if(|back| back.is_empty());
        Self::new(front, back)
    }

    /// What there is, in order.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &Bytes> {
        std::iter::once(&self.front).chain(self.back.as_deref())
    }

    /// All of it in one piece, which is a copy if there are two.
    pub(crate) fn into_bytes(self) -> Bytes {
        let Self { front, back: Some(back) } = self else { return self.front };
        let mut whole = BytesMut::with_capacity(front.len() + back.len());
        whole.extend_from_slice(&front);
        whole.extend_from_slice(&back);
        whole.freeze()
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self { front: bytes, back: None }
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Bytes::from(text).into()
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Bytes::from(text).into()
    }
}

impl PartialEq for Body {
    fn eq(&self, other: &Self) -> bool {
        self.clone().into_bytes() == other.clone().into_bytes()
    }
}

impl Eq for Body {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_split_wherever_its_parts_meet() {
        let whole = Body::new("ab".into(), "cde".into());
        for at in 0..=5 {
            let mut rest = whole.clone();
            let begin = rest.split_to(at);
            assert_eq!((begin.len(), rest.len()), (at, 5 - at));
            let both = [begin.into_bytes(), rest.into_bytes()].concat();
            assert_eq!(both, b"abcde");
        }
        assert_eq!(whole, Body::from("abcde"));
    }
}
