//! What of a hosted replica depends on its type: how its value is made, and how its calls are read.

use std::marker::PhantomData;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;

use super::batch::Outcomes;
use crate::batching::Cells;
use crate::call::{CallToken, ErasedCall, RequestInfo};
use crate::codec::DecodeError;
use crate::deployment::{Constructing, Decoded, Deployment};
use crate::error::Failure;
use crate::exchange::Incoming;
use crate::id::DeploymentId;
use crate::info::{MethodInfo, TypeInfo};
use crate::ingress::Granted;
use crate::replica::{AnyReplica, Job, Replica, ReplicaParts};
use crate::router::{Router, RouterParts};
use crate::tasks::Tasks;
use crate::wire::Answer;

/// The type that a process has a replica of.
pub(crate) trait HostedType: Send + Sync {
    fn info(&self) -> &'static TypeInfo;
    /// The replica that these arguments make; the user's constructor runs when that is polled.
    ///
    /// # Errors
    ///
    /// They are not the constructor's.
    fn construct(
        &self,
        arguments: &Bytes,
        id: DeploymentId,
        tasks: Tasks,
        parts: ReplicaParts,
    ) -> Result<Making, DecodeError>;
}

/// A constructor at work.
pub(crate) type Making = BoxFuture<'static, Result<Arc<dyn HostedReplica>, Failure>>;

/// A replica that takes calls out of bytes.
pub(crate) trait HostedReplica: AnyReplica {
    /// A call of this method as a job. `None` where it has been answered: there is no room, or it cannot be read.
    fn take(&self, call: &Incoming<'_>, method: &MethodInfo) -> Option<Job>;
    /// Runs calls of the batched method of this index together.
    fn take_batch(&self, call: &Incoming<'_>, index: usize, arguments: Vec<Bytes>);
    /// A permit for a request over HTTP.
    fn grant(&self, request: &RequestInfo) -> Option<Box<dyn Granted>>;
}

/// The type `D`.
pub(super) struct TypeOf<D>(pub(super) PhantomData<fn() -> D>);

impl<D: Deployment> HostedType for TypeOf<D> {
    fn info(&self) -> &'static TypeInfo {
        TypeInfo::of::<D>()
    }

    fn construct(
        &self,
        arguments: &Bytes,
        id: DeploymentId,
        tasks: Tasks,
        parts: ReplicaParts,
    ) -> Result<Making, DecodeError> {
        let Constructing(constructing) = D::construct(arguments)?;
        Ok(Box::pin(async move {
            let value = constructing.await?;
            let router = Router::new(RouterParts::unobserved(id, tasks));
            Ok(Replica::new(value, &router, parts) as Arc<dyn HostedReplica>)
        }))
    }
}

impl<D: Deployment> HostedReplica for Replica<D> {
    fn take(&self, call: &Incoming<'_>, method: &MethodInfo) -> Option<Job> {
        let request = call.request();
        let Some(instance) = self.router().try_acquire(&request) else {
            call.reject();
            return None;
        };
        match call.decode_guarded::<D>(method) {
            // The answer tells the parent that there is room again, also where nobody waits for it.
            Some(Decoded { call, cell, guard }) => {
                Some(instance.answering(guard).into_job(call, cell, request))
            }
            None => {
                instance.forfeit();
                None
            }
        }
    }

    fn take_batch(&self, call: &Incoming<'_>, index: usize, arguments: Vec<Bytes>) {
        if const { D::BATCHES.is_empty() } {
            return;
        }
        let method = D::BATCHES[index].method;
        let Some(instance) = self.router().try_batch_slot(index) else { return call.reject() };
        let outcomes = Outcomes::new(call, arguments.len());
        let (mut calls, mut cells) = (Vec::new(), Vec::new());
        for (place, arguments) in arguments.into_iter().enumerate() {
            let mut answer = Answer::far(Arc::<Outcomes>::clone(&outcomes), place as u64);
            let decode = || D::decode(method, &arguments, &mut answer);
            match call.peer.with_handles(decode) {
                Ok(call) => {
                    let CallToken(cell) = D::parts(&call).watched();
                    cells.push(cell);
                    calls.push(call);
                }
                Err(error) => outcomes.refuse(place, &error),
            }
        }
        if calls.is_empty() {
            return;
        }
        let cells: Arc<dyn ErasedCall> = Arc::new(Cells::new(cells));
        call.runs(&cells);
        let instance = instance.until_the_end(outcomes);
        instance.start_cut_batch(method, calls, cells, call.head.request());
    }

    fn grant(&self, request: &RequestInfo) -> Option<Box<dyn Granted>> {
        Some(Box::new(self.router().try_acquire(request)?))
    }
}
