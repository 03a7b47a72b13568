//! What a connection is doing, so that it is closed when it does nothing, and never before.
//!
//! It is *busy* while a request, a response or a tunnel is under way on it ([`Busy`]); it *waits for a head*
//! from its beginning, and whenever part of a request's head has come ([`WatchedIo`] sees that); otherwise it
//! is *idle*. [`Watched`] closes it when it waits for a head or idles for too long.
//!
//! hyper's own timers would be armed anew for each request, which costs more than routing it.

mod activity;
mod body;
mod executor;
mod frames;
mod io;
mod places;
mod unstalled;
mod wait_limit;
mod watched;
mod wire;

pub(super) use activity::Activity;
pub(super) use body::{AnsweringBody, ReceivedBody};
pub(super) use executor::BusyExecutor;
pub(super) use io::WatchedIo;
pub(super) use places::{Place, Places};
pub(super) use unstalled::UnstalledIo;
pub(super) use watched::{Closed, ConnectionLimits, Watched};
pub(super) use wire::Wire;
