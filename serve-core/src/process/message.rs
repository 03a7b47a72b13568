//! What is said on the control socket: single bytes, and one descriptor.
//!
//! A message is one byte, so there is nothing to cut or to join. Only [`FAILED`] is followed by more: a
//! text, until the child closes its end.

use std::io::{self, IoSlice, IoSliceMut, Read};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;

use rustix::cmsg_space;
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};

/// Parent to child, before anything else: here is your data socket.
const DATA: u8 = b'D';
/// Child to parent: I have taken over.
pub(super) const READY: u8 = b'R';
/// Child to parent: I could not, and this is why.
pub(super) const FAILED: u8 = b'F';
/// Parent to child: are you there?
pub(super) const PING: u8 = b'P';
/// Child to parent: yes.
pub(super) const PONG: u8 = b'O';
/// Parent to child: please end.
pub(super) const QUIT: u8 = b'Q';

/// The name of the environment variable that makes a program a replica.
pub(super) const VARIABLE: &str = "SERVE_REPLICA";

/// Puts `data` into the control socket, where the child finds it once it takes over.
pub(super) fn send_data(control: &UnixStream, data: &UnixStream) -> io::Result<()> {
    let descriptors = [data.as_fd()];
    let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(1))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    let has_room = ancillary.push(SendAncillaryMessage::ScmRights(&descriptors));
    debug_assert!(has_room, "the space is for one descriptor");
    sendmsg(control, &[IoSlice::new(&[DATA])], &mut ancillary, SendFlags::NOSIGNAL)?;
    Ok(())
}

/// Takes the data socket out of the control socket.
pub(super) fn receive_data(control: &UnixStream) -> io::Result<UnixStream> {
    let mut byte = [0];
    let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(1))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let mut buffers = [IoSliceMut::new(&mut byte)];
    recvmsg(control, &mut buffers, &mut ancillary, RecvFlags::CMSG_CLOEXEC)?;
    let descriptor = ancillary.drain().find_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut descriptors) => descriptors.next(),
        _ => None,
    });
    let missing = || io::Error::new(io::ErrorKind::InvalidData, "there is no data socket");
    descriptor.filter(|_| byte == [DATA]).map(OwnedFd::into).ok_or_else(missing)
}

/// Reads messages that have arrived into `buffer`. `None` if there are none so far.
pub(super) fn read<'a>(mut control: &UnixStream, buffer: &'a mut [u8]) -> Option<Heard<'a>> {
    loop {
        match control.read(buffer) {
            Ok(0) => return Some(Heard::End),
            Ok(length) => return Some(Heard::Messages(&buffer[..length])),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // What a timeout is called, too.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return None,
            Err(_) => return Some(Heard::End),
        }
    }
}

/// What was read.
#[derive(Debug)]
pub(super) enum Heard<'a> {
    Messages(&'a [u8]),
    /// The other side has ended, or the socket is broken, which comes to the same.
    End,
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::os::unix::net::UnixStream;

    use super::{receive_data, send_data};

    #[test]
    fn a_socket_crosses_and_what_follows_is_untouched() {
        let (parent, child) = UnixStream::pair().unwrap();
        let (mut data, theirs) = UnixStream::pair().unwrap();
        send_data(&parent, &theirs).unwrap();
        (&parent).write_all(b"PQ").unwrap();
        drop(theirs);

        let mut received = receive_data(&child).unwrap();
        received.write_all(b"hello").unwrap();
        let mut text = [0; 5];
        data.read_exact(&mut text).unwrap();
        assert_eq!(&text, b"hello");
        let mut rest = [0; 2];
        (&child).read_exact(&mut rest).unwrap();
        assert_eq!(&rest, b"PQ");
    }

    #[test]
    fn anything_else_is_no_data_socket() {
        let (parent, child) = UnixStream::pair().unwrap();
        (&parent).write_all(b"D").unwrap();
        assert!(receive_data(&child).is_err());
    }
}
