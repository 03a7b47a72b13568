//! Whom the remote verbs ask.

use std::time::Duration;

use super::failure::VerbOutcome;
use super::verbs::{ServerArguments, WaitArguments};
use crate::client::AdminClient;

pub(super) fn client(arguments: &ServerArguments) -> VerbOutcome<AdminClient> {
    let client = AdminClient::new(&arguments.address)?;
    Ok(match &arguments.token {
        Some(token) => client.token(token),
        None => client,
    })
}

/// One that waits as long as it is told to.
pub(super) fn patient(client: &AdminClient, wait: &WaitArguments) -> AdminClient {
    match wait.timeout {
        // Zero is not for ever.
        Some(timeout) => client.clone().timeout(timeout.max(Duration::from_millis(1))),
        None => client.clone(),
    }
}
