//! What there is of TLS in a program without the feature `tls`: nothing that could be made.

use std::io;
use std::path::Path;
use std::sync::Arc;

use tokio::io::Empty;
use tokio::net::TcpStream;

use crate::error::{Error, Result};
use crate::observe::EventLog;
use crate::tasks::Tasks;

#[derive(Debug)]
pub(crate) enum Tls {}

pub(crate) type TlsStream = Empty;

impl Tls {
    pub(crate) fn load(_certificate: &Path, _key: &Path) -> Result<Self> {
        Err(Error::Unsupported("HTTPS needs the feature `tls` of serve-core".to_owned()))
    }

    pub(crate) fn watch(self: &Arc<Self>, _tasks: &Tasks, _events: &EventLog) {
        match **self {}
    }

    pub(crate) async fn accept(&self, _stream: TcpStream) -> io::Result<TlsStream> {
        match *self {}
    }
}
