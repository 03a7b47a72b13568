//! Who gets in and who does not.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::runtime::Handle;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;

use super::super::invitation::{Invitation, TcpInvitation, read_invitation};
use super::identity::{Authority, connector};
use super::{Tcp, TransportError};
use crate::link::{Connection, Transport};
use crate::tasks::Tasks;

/// A server that awaits a process.
struct Awaiting {
    tcp: Tcp,
    invitation: TcpInvitation,
    arrival: tokio::task::JoinHandle<Connection>,
}

impl Awaiting {
    async fn start() -> Self {
        let tasks = Tasks::new(Handle::current());
        let tcp = Tcp::new(&tasks).unwrap();
        let (invitation, arrival) = invite(&tcp, &tasks).await;
        Self { tcp, invitation, arrival }
    }

    /// The process that is awaited comes after whatever has happened, and is let in.
    async fn assert_lets_in_its_process(self) {
        let mut far = join(self.invitation).await.unwrap();
        let mut near = self.arrival.await.unwrap();
        let ping = async {
            near.write.write_all(b"ping").await.unwrap();
            near.write.flush().await.unwrap();
        };
        let mut heard = [0; 4];
        let (_, ()) = tokio::join!(far.read.read_exact(&mut heard), ping);
        assert_eq!(&heard, b"ping");
    }
}

async fn join(invitation: TcpInvitation) -> Result<Connection, TransportError> {
    super::join(invitation, &Tasks::new(Handle::current())).await
}

async fn invite(tcp: &Tcp, tasks: &Tasks) -> (TcpInvitation, tokio::task::JoinHandle<Connection>) {
    let (near, far) = UnixStream::pair().unwrap();
    let connecting = tcp.connect(line(near), "Greeter#1");
    let arrival = tasks.spawn(async { connecting.await.unwrap() });
    match read_invitation(&mut line(far)).await.unwrap() {
        Invitation::Tcp(invitation) => (invitation, arrival),
        Invitation::Stay => panic!("not over TCP"),
    }
}

fn line(io: UnixStream) -> Connection {
    let (read, write) = io.into_split();
    Connection::new(read, write)
}

/// With TLS 1.3 a client learns that it was refused when it first reads.
async fn refusal(connection: &mut Connection) -> String {
    connection.read.read_u8().await.unwrap_err().to_string()
}

#[tokio::test]
async fn the_process_that_is_awaited_is_let_in() {
    Awaiting::start().await.assert_lets_in_its_process().await;
}

#[tokio::test]
async fn nobody_listens_when_it_has_come() {
    let awaiting = Awaiting::start().await;
    let address = awaiting.invitation.address;
    assert!(address.ip().is_loopback());
    awaiting.assert_lets_in_its_process().await;
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_stranger_is_refused_and_harms_nobody() {
    let awaiting = Awaiting::start().await;
    let mut stranger = TcpStream::connect(awaiting.invitation.address).await.unwrap();
    stranger.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    // An alert, or a reset; in any case the end.
    let _ = stranger.read_to_end(&mut answer).await;
    assert!(answer.len() < 16, "{answer:?}");
    awaiting.assert_lets_in_its_process().await;
}

#[tokio::test]
async fn a_stranger_who_says_nothing_holds_up_nobody() {
    let awaiting = Awaiting::start().await;
    let _silent = TcpStream::connect(awaiting.invitation.address).await.unwrap();
    awaiting.assert_lets_in_its_process().await;
}

#[tokio::test]
async fn a_certificate_of_another_authority_is_refused() {
    let awaiting = Awaiting::start().await;
    let stranger = Authority::new().unwrap().issue("Greeter#1").unwrap();
    let mut forged = awaiting.invitation.clone();
    forged.certificate = stranger.certificate.to_vec();
    forged.private_key = stranger.private_key;
    let why = refusal(&mut join(forged).await.unwrap()).await;
    assert!(why.contains("UnknownCA") || why.contains("DecryptError"), "{why}");
    awaiting.assert_lets_in_its_process().await;
}

#[tokio::test]
async fn a_server_of_another_authority_is_refused() {
    let awaiting = Awaiting::start().await;
    let mut elsewhere = awaiting.invitation.clone();
    elsewhere.authority = Authority::new().unwrap().certificate().to_vec();
    let why = join(elsewhere).await.unwrap_err().to_string();
    assert!(why.starts_with("the other end was refused: invalid peer certificate"), "{why}");
    awaiting.assert_lets_in_its_process().await;
}

#[tokio::test]
async fn the_certificate_of_another_replica_is_refused() {
    let awaiting = Awaiting::start().await;
    let (other, arrival) = invite(&awaiting.tcp, &Tasks::new(Handle::current())).await;
    let mut misled = other;
    misled.address = awaiting.invitation.address;
    // The connection is closed without a word more.
    let why = refusal(&mut join(misled).await.unwrap()).await;
    assert!(why.contains("close_notify") || why.contains("eof") || why.contains("reset"), "{why}");
    arrival.abort();
    awaiting.assert_lets_in_its_process().await;
}

#[tokio::test]
async fn a_replica_can_be_no_server() {
    let tasks = Tasks::new(Handle::current());
    let tcp = Tcp::new(&tasks).unwrap();
    let (invitation, arrival) = invite(&tcp, &tasks).await;
    let authority = Authority::new().unwrap();
    let posing = authority.issue("Greeter#2").unwrap();
    let acceptor = authority.acceptor_as(&posing).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut misled = invitation;
    misled.address = listener.local_addr().unwrap();
    misled.authority = authority.certificate().to_vec();
    let accepting = async {
        let (stream, _) = listener.accept().await.unwrap();
        drop(acceptor.accept(stream).await);
    };
    let (joined, ()) = tokio::join!(join(misled), accepting);
    let why = joined.unwrap_err().to_string();
    assert!(why.contains("invalid peer certificate"), "{why}");
    arrival.abort();
}

#[tokio::test]
async fn an_end_that_speaks_no_protocol_by_name_is_refused() {
    let awaiting = Awaiting::start().await;
    let (name, config) = connector(&awaiting.invitation).unwrap();
    let mut config = ClientConfig::clone(&config);
    config.alpn_protocols.clear();
    let stream = TcpStream::connect(awaiting.invitation.address).await.unwrap();
    let connector = TlsConnector::from(std::sync::Arc::new(config));
    let mut stream = connector.connect(name, stream).await.unwrap();
    assert!(stream.read_u8().await.is_err());
    awaiting.assert_lets_in_its_process().await;
}

#[tokio::test]
async fn a_connection_that_is_cut_in_its_handshake_harms_nobody() {
    let awaiting = Awaiting::start().await;
    let all = u64::MAX;
    for (there, back) in [(0, all), (1, all), (5, all), (200, all), (all, 0), (all, 5), (all, 500)]
    {
        let proxy = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut through = awaiting.invitation.clone();
        through.address = proxy.local_addr().unwrap();
        let cutting = async {
            let (mut near, _) = proxy.accept().await.unwrap();
            let mut far = TcpStream::connect(awaiting.invitation.address).await.unwrap();
            let ((near_read, mut near_write), (far_read, mut far_write)) =
                (near.split(), far.split());
            let (mut there, mut back) = (near_read.take(there), far_read.take(back));
            tokio::select! {
                _ = tokio::io::copy(&mut there, &mut far_write) => {}
                _ = tokio::io::copy(&mut back, &mut near_write) => {}
            }
        };
        let (joined, ()) = tokio::join!(join(through), cutting);
        let why = joined.map(drop).unwrap_err().to_string();
        assert!(why.starts_with("the other end was refused: "), "{there}, {back}: {why}");
    }
    awaiting.assert_lets_in_its_process().await;
}

#[tokio::test]
async fn whoever_gives_up_waiting_does_not_listen() {
    let awaiting = Awaiting::start().await;
    awaiting.arrival.abort();
    let _ = awaiting.arrival.await;
    let closed = async {
        while TcpStream::connect(awaiting.invitation.address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), closed).await.unwrap();
}
