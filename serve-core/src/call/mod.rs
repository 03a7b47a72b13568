//! A call on its way: its arguments, the context it runs in, its reply and the reference to it.

mod arg;
mod budget;
mod cell;
mod context;
mod error;
mod error_form;
mod home;
mod lent;
mod lines;
mod noting;
mod object_ref;
mod park;
#[cfg(feature = "metrics")]
mod recorder;
#[cfg(not(feature = "metrics"))]
#[path = "recorder_missing.rs"]
mod recorder;
mod refusal;
mod replies;
mod reply;
mod result;
mod shared;
mod stream;
mod turn;
mod wait;
mod wanted;

pub use arg::{Arg, IntoArg};
pub use context::{RequestContext, context};
pub use error::{CallError, Executed, Upstream};
pub use object_ref::ObjectRef;
pub use reply::{CallToken, Reply};
pub use shared::SharedRef;
pub use stream::{BlockingIter, Items, ResponseStream, StreamReply};
pub use wait::{get, get_async, wait, wait_async};

pub(crate) use arg::borrowed_forms;
pub use arg::{IntoArgs, Resolved};
pub(crate) use budget::RetryBudget;
pub(crate) use cell::{
    CallCell, ErasedCall, InlineClaim, InlineRun, OnCancel, QueueWatch, Sender, address, stop_at,
    stop_late,
};
pub(crate) use context::{CallScope, Extras, Request as RequestInfo, request_line, with_frame};
pub(crate) use error::Failure;
pub(crate) use home::{in_server, own_server};
pub use lent::{Lent, OwnedOf, ToOwnedOf};
pub(crate) use noting::note_arguments_read;
pub(crate) use park::{block_in_task, block_on, is_polling_a_task};
#[cfg(feature = "metrics")]
pub(crate) use recorder::{OwnOfProcess, install_replica_recorder, own_of_process};
pub(crate) use recorder::{install_recorder, own_series_max};
pub(crate) use refusal::{RefusalTo, note_refusal, take_refusal};
pub use replies::{BatchError, BatchOutcome, BatchValues, ItemOf, Replies};
pub(crate) use reply::{ReplySink, answer_from_mock, drop_because, refuse, why_dropped};
pub use result::{
    CallResult, CallResultOf, ErrOf, ObjectRefOf, OkOf, ReplyOf, ResponseStreamOf, ResultLike,
    SentResult, StreamReplyOf,
};
pub(crate) use stream::{Pulled, StreamCell, pulled};
pub(crate) use turn::{poll_turn, turn};
pub(crate) use wanted::unless_stopped;
