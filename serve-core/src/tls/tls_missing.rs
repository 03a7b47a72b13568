//! What there is of TLS in a program without the feature `tls`: nothing that could be made.

use std::io;
use std::path::Path;
use std::sync::Arc;

use tokio::net::TcpStream;

use crate::error::{Error, Result};
use crate::observe::EventLog;
use crate::tasks::Tasks;

#[derive(Debug)]
pub(crate) enum Tls {}

pub(crate) type TlsStream<S> = S;

impl Tls {
    pub(crate) fn load(_certificate: &Path, _key: &Path) -> Result<Self> {
        Err(Error::Unsupported("HTTPS needs the feature `tls` of serve-core".to_owned()))
    }

    pub(crate) fn watch(self: &Arc<Self>, _tasks: &Tasks, _events: &EventLog) {
        match **self {}
    }

    pub(crate) async fn accept<S>(
        &self,
        _stream: TcpStream,
        _wrap: impl FnOnce(TcpStream) -> S,
    ) -> io::Result<TlsStream<S>> {
        match *self {}
    }
}
