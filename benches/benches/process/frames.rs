//! The floor: frames of a length, a number and bytes. One task writes whatever is queued in one go, one
//! reads; the server runs a task for each call.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::{Buf, BufMut, Bytes, BytesMut};
use slab::Slab;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

use crate::Result;
use crate::load::{Contender, Echo};
use crate::peer::{self, Peer};

pub(crate) const ROLE: &str = "frames";

/// `len:u32 | id:u64`, where the length is that of the bytes that follow.
const HEAD_BYTES: usize = 12;
/// How many frames are queued before whoever sends has to wait.
const QUEUE: usize = 1024;
/// Shorter bodies are copied behind their head instead of being a slice of their own.
const COPIED_BYTES_MAX: usize = 4 << 10;
const READ_BYTES: usize = 64 << 10;

type Frame = (u64, Bytes);

// === the client ===

#[derive(Clone)]
struct Client {
    frames: mpsc::Sender<Frame>,
    pending: Arc<Pending>,
    /// Calls without an answer.
    open: Arc<AtomicUsize>,
    _peer: Peer,
}

#[derive(Default)]
struct Pending(Mutex<Slab<oneshot::Sender<Bytes>>>);

impl Pending {
    fn lock(&self) -> MutexGuard<'_, Slab<oneshot::Sender<Bytes>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Echo for Client {
    type Payload = Bytes;

    async fn echo(&self, payload: Bytes) -> Bytes {
        let (reply, answer) = oneshot::channel();
        let id = self.pending.lock().insert(reply);
        self.open.fetch_add(1, Relaxed);
        self.frames.send((id as u64, payload)).await.expect("the connection stays open");
        let answer = answer.await.expect("the server answers every call");
        self.open.fetch_sub(1, Relaxed);
        answer
    }
}

pub(crate) async fn contender() -> Result<Contender> {
    let (peer, socket) = peer::start(ROLE)?;
    let (read_half, write_half) = socket.into_split();
    let (frames, queued) = mpsc::channel(QUEUE);
    let (pending, open) = (Arc::new(Pending::default()), Arc::default());
    let answered = Arc::clone(&pending);
    let runtime = Handle::current();
    runtime.spawn(write(queued, Arc::clone(&open), write_half));
    runtime.spawn(read(read_half, move |id, body| {
        let reply = usize::try_from(id).ok().and_then(|id| answered.lock().try_remove(id));
        // A caller that has gone away wants no answer.
        reply.map(|reply| reply.send(body));
    }));
    Ok(Contender::new("frames by hand", Client { frames, pending, open, _peer: peer }).await)
}

// === the server ===

async fn echo(payload: Bytes) -> Bytes {
    payload
}

pub(crate) async fn serve(socket: UnixStream) -> io::Result<()> {
    let (read_half, write_half) = socket.into_split();
    let (replies, queued) = mpsc::channel(QUEUE);
    let open = Arc::new(AtomicUsize::new(0));
    let runtime = Handle::current();
    runtime.spawn(write(queued, Arc::clone(&open), write_half));
    read(read_half, move |id, body| {
        let (replies, open) = (replies.clone(), Arc::clone(&open));
        open.fetch_add(1, Relaxed);
        runtime.spawn(async move {
            let reply = echo(body).await;
            // Whether the other end is still there to read it is not this task's concern.
            let _ = replies.send((id, reply)).await;
            open.fetch_sub(1, Relaxed);
        });
    })
    .await
}

// === both ===

async fn write(
    mut frames: mpsc::Receiver<Frame>,
    open: Arc<AtomicUsize>,
    mut socket: OwnedWriteHalf,
) -> io::Result<()> {
    let (mut batch, mut out) = (Vec::with_capacity(QUEUE), Outgoing::default());
    while frames.recv_many(&mut batch, QUEUE).await > 0 {
        if open.load(Relaxed) > 1 {
            // Those that are about to send on this thread come along: without this, 256 callers have a
            // fifth of the calls. A lone caller does not wait.
            tokio::task::yield_now().await;
            while let Ok(frame) = frames.try_recv() {
                batch.push(frame);
            }
        }
        batch.drain(..).for_each(|frame| out.push(frame));
        out.seal();
        while out.has_remaining() {
            socket.write_buf(&mut out).await?;
        }
    }
    Ok(())
}

async fn read(mut socket: OwnedReadHalf, mut on_frame: impl FnMut(u64, Bytes)) -> io::Result<()> {
    let mut buffer = BytesMut::with_capacity(READ_BYTES);
    loop {
        let mut wanted = HEAD_BYTES;
        while let Some(mut head) = buffer.get(..HEAD_BYTES) {
            wanted = HEAD_BYTES + head.get_u32_le() as usize;
            let id = head.get_u64_le();
            if buffer.len() < wanted {
                break;
            }
            let mut frame = buffer.split_to(wanted).freeze();
            frame.advance(HEAD_BYTES);
            on_frame(id, frame);
            wanted = HEAD_BYTES;
        }
        if wanted > buffer.capacity() || buffer.capacity() - buffer.len() < COPIED_BYTES_MAX {
            buffer.reserve(READ_BYTES.max(wanted - buffer.len()));
        }
        if socket.read_buf(&mut buffer).await? == 0 {
            return Ok(());
        }
    }
}

/// What is on its way out: heads and short bodies in buffers, long bodies as they are.
#[derive(Default)]
struct Outgoing {
    chunks: VecDeque<Bytes>,
    open: BytesMut,
}

impl Outgoing {
    fn push(&mut self, (id, body): Frame) {
        let length = u32::try_from(body.len()).expect("payloads are short");
        self.open.put_u32_le(length);
        self.open.put_u64_le(id);
        if body.len() <= COPIED_BYTES_MAX {
            self.open.put_slice(&body);
        } else {
            self.seal();
            self.chunks.push_back(body);
        }
    }

    fn seal(&mut self) {
        if !self.open.is_empty() {
            self.chunks.push_back(self.open.split().freeze());
        }
    }
}

impl Buf for Outgoing {
    fn remaining(&self) -> usize {
        self.chunks.iter().map(Bytes::len).sum()
    }

    fn chunk(&self) -> &[u8] {
        self.chunks.front().map_or(&[], |chunk| &chunk[..])
    }

    fn advance(&mut self, mut count: usize) {
        while let Some(chunk) = self.chunks.front_mut() {
            if count < chunk.len() {
                return chunk.advance(count);
            }
            count -= chunk.len();
            self.chunks.pop_front();
        }
    }

    fn chunks_vectored<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        let pairs = slices.iter_mut().zip(&self.chunks);
        pairs.map(|(slice, chunk)| *slice = IoSlice::new(chunk)).count()
    }
}
