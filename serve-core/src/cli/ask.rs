//! Whom the remote verbs ask.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::BoxStream;

use super::failure::VerbOutcome;
use super::screen::Screen;
use super::verbs::ServerArguments;
use crate::client::AdminClient;
use crate::observe::Event;

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

/// What happens on the server from now on. It shows as well, before anything is asked for, that there is a server which
/// answers: changes are waited for without end.
pub(super) async fn watched(client: &AdminClient) -> VerbOutcome<BoxStream<'static, Event>> {
    Ok(client.events(None).await?.filter_map(async |event| event.ok()).boxed())
}

/// The same of one application, for people to see.
pub(super) async fn watched_of(
    client: &AdminClient,
    application: &str,
    screen: &Screen,
) -> VerbOutcome<BoxStream<'static, Event>> {
    let events = watched(client).await?;
    if screen.json {
        // The answer is one value, and not one of several.
        return Ok(futures_util::stream::empty().boxed());
    }
    let application = application.to_owned();
    let is_about =
        move |event: &Event| std::future::ready(event.application.as_ref() == Some(&application));
    Ok(events.filter(is_about).boxed())
}
