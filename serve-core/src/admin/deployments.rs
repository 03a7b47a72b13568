//! Single deployments: how many replicas one has, and new ones in their place.

use http::Method;
use serde::{Deserialize, Serialize};

use super::applications::{Wait, changed};
use super::endpoint::{AdminAnswer, Endpoint};
use super::reading::AdminRequest;
use super::server::Admin;

/// How many replicas a deployment shall have: the body of
/// `POST /api/v1/applications/{app}/deployments/{deployment}/scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScaleRequest {
    /// How many, at least 1.
    #[schemars(range(min = 1))]
    pub num_replicas: u32,
}

pub(super) fn endpoints() -> Vec<Endpoint> {
    let scale = "The pin wins over what is declared and over what the load asks for, until `unpin`, or until another \
                 number is declared.";
    vec![
        Endpoint::new(
            Method::POST,
            "/api/v1/applications/{app}/deployments/{deployment}/scale",
            "scaleDeployment",
            "Pins the number of replicas",
            scale_to,
        )
        .details(scale)
        .takes::<ScaleRequest>()
        .changes(),
        Endpoint::new(
            Method::POST,
            "/api/v1/applications/{app}/deployments/{deployment}/unpin",
            "unpinDeployment",
            "Ends a pin",
            unpin,
        )
        .details(
            "From then on there are as many replicas as the load asks for, or as are declared.",
        )
        .changes(),
        Endpoint::new(
            Method::POST,
            "/api/v1/applications/{app}/deployments/{deployment}/restart",
            "restartDeployment",
            "Renews the replicas of one deployment",
            restart,
        )
        .changes(),
    ]
}

async fn scale_to(admin: Admin, asked: AdminRequest) -> AdminAnswer {
    let wait: Wait = asked.query()?;
    let (application, deployment) = names(&asked);
    let expected = asked.expected()?;
    let ScaleRequest { num_replicas } = asked.json().await?;
    let controller = admin.serve()?.controller().clone();
    let change = controller.scale(&application, &deployment, Some(num_replicas), expected).await?;
    changed(&admin, &application, change, wait.waits()).await
}

async fn unpin(admin: Admin, asked: AdminRequest) -> AdminAnswer {
    let wait: Wait = asked.query()?;
    let (application, deployment) = names(&asked);
    let controller = admin.serve()?.controller().clone();
    let change = controller.scale(&application, &deployment, None, asked.expected()?).await?;
    changed(&admin, &application, change, wait.waits()).await
}

async fn restart(admin: Admin, asked: AdminRequest) -> AdminAnswer {
    let wait: Wait = asked.query()?;
    let (application, deployment) = names(&asked);
    let controller = admin.serve()?.controller().clone();
    let change = controller.restart(&application, Some(&deployment), &asked.expected()?).await?;
    changed(&admin, &application, change, wait.waits()).await
}

fn names(asked: &AdminRequest) -> (String, String) {
    (asked.application().to_owned(), asked.deployment().to_owned())
}
