//! Whom the remote verbs ask.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::BoxStream;

use super::failure::VerbOutcome;
use super::progress::Watched;
use super::verbs::ServerArguments;
use crate::client::AdminClient;
use crate::observe::Event;

pub(super) type BoxedEvents = BoxStream<'static, Event>;

pub(super) fn client(arguments: &ServerArguments) -> VerbOutcome<AdminClient> {
    let mut client = AdminClient::new(&arguments.address)?;
    if let Some(token) = &arguments.token {
        client = client.token(token);
    }
    if let Some(file) = &arguments.ca_certificate {
        client = client.ca_certificate(file)?;
    }
    Ok(match arguments.timeout {
        // Zero is not for ever.
        Some(timeout) => client.timeout(timeout.max(Duration::from_millis(1))),
        None => client,
    })
}

/// What happens on the server from now on, for `screen` to show. It shows as well, before anything is asked for, that there
/// is a server which answers: changes are waited for without end.
pub(super) async fn watched(client: &AdminClient) -> VerbOutcome<Watched<BoxedEvents>> {
    let last = client.last_event().await?;
    let events = client.events(Some(last)).await?.filter_map(async |event| event.ok()).boxed();
    Ok(Watched::of(events).of_server(client.clone(), last))
}
