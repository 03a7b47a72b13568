//! Load over HTTP/1.1: a closed loop on each connection, kept alive, nothing pipelined, with a request
//! made once and a reader that looks no closer than it must.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::Latencies;

/// A request, and how its answer ends.
#[derive(Clone, Copy, Debug)]
pub struct Exchange {
    /// The request as it is sent.
    pub request: &'static [u8],
    /// The last bytes of every answer.
    pub answer_end: &'static [u8],
}

/// A server under load.
#[derive(Clone)]
pub struct Loaded {
    address: SocketAddr,
    tls: Option<TlsConnector>,
}

impl Loaded {
    /// One that speaks TLS, by the name of `localhost`.
    #[must_use]
    pub fn tls(address: SocketAddr, connector: TlsConnector) -> Self {
        Self { address, tls: Some(connector) }
    }

    async fn connect(&self) -> io::Result<Box<dyn Duplex>> {
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let Some(connector) = &self.tls else { return Ok(Box::new(stream)) };
        let name = ServerName::try_from("localhost").map_err(io::Error::other)?;
        Ok(Box::new(connector.connect(name, stream).await?))
    }
}

impl From<SocketAddr> for Loaded {
    fn from(address: SocketAddr) -> Self {
        Self { address, tls: None }
    }
}

impl fmt::Debug for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Loaded").field(&self.address).finish()
    }
}

/// What bytes go both ways on.
trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// Answers a second, and latencies in microseconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct HttpSample {
    /// Answers a second.
    pub rate: f64,
    /// Median.
    pub p50: f64,
    /// 99th percentile.
    pub p99: f64,
    /// Median of the time to the first byte after the head, or with it.
    pub first_p50: f64,
}

/// Opens the connections, then drives all of them for the time of `slice`.
///
/// # Errors
///
/// The server does not answer with 200, or closes a connection.
pub fn drive(
    load: &Runtime,
    server: impl Into<Loaded>,
    connections: usize,
    slice: Duration,
    exchange: Exchange,
) -> io::Result<HttpSample> {
    drive_after(load, server, connections, slice, exchange, || ())
}

/// The same, with something done when all connections are open and the load begins.
///
/// # Errors
///
/// As [`drive`].
#[expect(clippy::disallowed_methods, reason = "latencies are measured in real time")]
pub fn drive_after(
    load: &Runtime,
    server: impl Into<Loaded>,
    connections: usize,
    slice: Duration,
    exchange: Exchange,
    begin: impl FnOnce(),
) -> io::Result<HttpSample> {
    let server = server.into();
    let run = async {
        let mut clients = Vec::new();
        for _ in 0..connections {
            clients.push(Client::connect(&server, exchange).await?);
        }
        begin();
        let begun = Instant::now();
        let start = |client: Client| load.spawn(client.run(begun + slice));
        let mut all = Vec::new();
        for client in Vec::from_iter(clients.into_iter().map(start)) {
            all.extend(client.await.map_err(io::Error::other)??);
        }
        Ok::<_, io::Error>((all, begun.elapsed()))
    };
    let (all, elapsed) = load.block_on(run)?;
    let (mut latencies, mut firsts) = (Latencies::new(), Latencies::new());
    for &(first, whole) in &all {
        firsts.record_nanos(first.into());
        latencies.record_nanos(whole.into());
    }
    Ok(HttpSample {
        rate: all.len() as f64 / elapsed.as_secs_f64(),
        p50: latencies.micros_at(0.5),
        p99: latencies.micros_at(0.99),
        first_p50: firsts.micros_at(0.5),
    })
}

/// One connection, asking again as soon as it has been answered.
struct Client {
    stream: Box<dyn Duplex>,
    buffer: Box<[u8]>,
    exchange: Exchange,
}

#[expect(clippy::disallowed_methods, reason = "latencies are measured in real time")]
impl Client {
    /// Connects and makes a first request, so that every later one finds the server ready.
    async fn connect(server: &Loaded, exchange: Exchange) -> io::Result<Self> {
        let stream = server.connect().await?;
        let mut client = Self { stream, buffer: vec![0; 64 * 1024].into(), exchange };
        client.ask().await?;
        Ok(client)
    }

    /// The time to the first byte and to the last of every answer, in nanoseconds.
    async fn run(mut self, end: Instant) -> io::Result<Vec<(u32, u32)>> {
        let mut latencies = Vec::new();
        let mut begun = Instant::now();
        while begun < end {
            let first = self.ask().await?;
            let answered = Instant::now();
            latencies.push((nanos(first - begun), nanos(answered - begun)));
            begun = answered;
        }
        Ok(latencies)
    }

    /// One request and its answer, which is known by its end and is followed by nothing. When the first of
    /// its body came.
    async fn ask(&mut self) -> io::Result<Instant> {
        self.stream.write_all(self.exchange.request).await?;
        // TLS may have kept something.
        self.stream.flush().await?;
        let (mut length, mut first) = (0, None);
        loop {
            // Long answers are not kept whole: the head has been looked at, and the end is short.
            if length > self.buffer.len() / 2 {
                let kept = self.exchange.answer_end.len();
                self.buffer.copy_within(length - kept..length, 0);
                length = kept;
            }
            match self.stream.read(&mut self.buffer[length..]).await? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                read => length += read,
            }
            if first.is_none() {
                if !self.buffer.starts_with(b"HTTP/1.1 200 ") {
                    return Err(io::Error::other("the answer is not 200 OK"));
                }
                // A head alone is no answer yet.
                let is_head = self.buffer[..length].ends_with(b"\r\n\r\n");
                first = (!is_head).then(Instant::now);
            }
            if self.buffer[..length].ends_with(self.exchange.answer_end) {
                return Ok(first.unwrap_or_else(Instant::now));
            }
        }
    }
}

fn nanos(duration: Duration) -> u32 {
    u32::try_from(duration.as_nanos()).unwrap_or(u32::MAX)
}
