//! Streams: a call whose result is many items, one after the other.
//!
//! A method that returns `impl Stream` produces into an [`Items`]. Behind that is either a bounded
//! buffer that a task fills and a [`ResponseStream`] empties (`remote`), or a slot for one item that
//! the reader itself has filled (`call`, and HTTP bodies): then nothing runs ahead and nobody is woken.

mod cell;
mod items;
mod reply;
mod response;

pub use items::Items;
pub use reply::StreamReply;
pub use response::{BlockingIter, ResponseStream};

pub(crate) use cell::StreamCell;
pub(crate) use items::{Pulled, pulled};
