//! Applications: what there is, and what is done with one as a whole.

use std::collections::BTreeMap;

use axum::response::IntoResponse;
use http::{HeaderValue, Method, StatusCode, header};
use serde::{Deserialize, Serialize};

use super::deploy::Deploying;
use super::endpoint::{AdminAnswer, Endpoint, json_as};
use super::problem::ApiProblem;
use super::reading::AdminRequest;
use super::server::Admin;
use crate::controller::Underway;
use crate::error::Error;
use crate::report::ApplicationSnapshot;

/// All applications, as `GET /api/v1/applications` tells them.
///
/// ```
/// # async fn example(client: serve_core::AdminClient) -> Result<(), serve_core::ClientError> {
/// for (name, application) in &client.applications().await?.applications {
///     println!("{name}: {}", application.status);
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[non_exhaustive]
pub struct ApplicationList {
    /// By name.
    pub applications: BTreeMap<String, ApplicationSnapshot>,
}

/// Whether a change is waited for.
#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Wait {
    /// With `false` the answer is 202 as soon as the change has been taken; else it says what has become of it.
    #[serde(default = "yes")]
    #[schemars(default = "yes")]
    wait: bool,
}

fn yes() -> bool {
    true
}

/// Nothing is asked for in the query.
#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NoQuery {}

const APPLICATION: &str = "/api/v1/applications/{app}";

pub(super) fn endpoints() -> Vec<Endpoint> {
    let restart = "Makes new replicas of the same revision, in the same careful way as an update.";
    let rollback = "Goes back to the last revision that ran before and was made of something else, in the same careful \
                    way as an update.";
    vec![
        Endpoint::new(
            Method::GET,
            "/api/v1/applications",
            "listApplications",
            "All applications",
            list,
        )
        .query::<NoQuery>()
        .answers::<ApplicationList>(200, "All applications at this moment"),
        Endpoint::new(Method::GET, APPLICATION, "getApplication", "An application", show)
            .query::<NoQuery>()
            .answers::<ApplicationSnapshot>(
                200,
                "The application at this moment; its `ETag` is what `If-Match` takes",
            )
            .refuses(&[404]),
        Endpoint::new(
            Method::DELETE,
            APPLICATION,
            "deleteApplication",
            "Deletes an application",
            delete,
        )
        .details("Its routes go at once, its deployments when they have finished what they run.")
        .query::<Wait>()
        .conditional()
        .answers_nothing(204, "It is gone")
        .answers_nothing(202, "It is going, and nobody waits for it")
        .refuses(&[404]),
        Endpoint::new(
            Method::POST,
            "/api/v1/applications/{app}/restart",
            "restartApplication",
            "Renews all replicas of an application",
            restart_all,
        )
        .details(restart)
        .changes(),
        Endpoint::new(
            Method::POST,
            "/api/v1/applications/{app}/rollback",
            "rollBackApplication",
            "Goes back to the revision before",
            roll_back,
        )
        .details(rollback)
        .changes(),
    ]
}

impl Endpoint {
    /// What all changes of an application have in common.
    pub(super) fn changes(self) -> Self {
        self.query::<Wait>()
            .conditional()
            .answers::<ApplicationSnapshot>(200, "The change is made; the application as it is now")
            .answers::<ApplicationSnapshot>(202, "The change is taken, and nobody waits for it")
            .refuses(&[404, 409, 422])
    }
}

async fn list(admin: Admin, asked: AdminRequest) -> AdminAnswer {
    let NoQuery {} = asked.query()?;
    listed(&admin, StatusCode::OK)
}

/// All applications.
pub(super) fn listed(admin: &Admin, status: StatusCode) -> AdminAnswer {
    json_as(status, &ApplicationList { applications: admin.serve()?.snapshot().applications })
}

async fn show(admin: Admin, asked: AdminRequest) -> AdminAnswer {
    let NoQuery {} = asked.query()?;
    shown(&admin, asked.application(), StatusCode::OK)
}

async fn delete(admin: Admin, asked: AdminRequest) -> AdminAnswer {
    let Wait { wait } = asked.query()?;
    let going = Deploying::delete(&admin, asked.application(), asked.expected()?).await?;
    if !wait {
        return Ok(StatusCode::ACCEPTED.into_response());
    }
    going.done().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn restart_all(admin: Admin, asked: AdminRequest) -> AdminAnswer {
    let Wait { wait } = asked.query()?;
    let controller = admin.serve()?.controller().clone();
    let change = controller.restart(asked.application(), None, &asked.expected()?).await?;
    changed(&admin, asked.application(), change, wait).await
}

async fn roll_back(admin: Admin, asked: AdminRequest) -> AdminAnswer {
    let Wait { wait } = asked.query()?;
    let back = Deploying::roll_back(&admin, asked.application(), &asked.expected()?).await?;
    if !wait {
        return shown(&admin, asked.application(), StatusCode::ACCEPTED);
    }
    back.done().await?;
    shown(&admin, asked.application(), StatusCode::OK)
}

/// Waits for a change that has been taken, if its client does, and shows what there is then.
pub(super) async fn changed(
    admin: &Admin,
    application: &str,
    change: Underway,
    waits: bool,
) -> AdminAnswer {
    if !waits {
        return shown(admin, application, StatusCode::ACCEPTED);
    }
    change.done().await?;
    shown(admin, application, StatusCode::OK)
}

/// An application, with its tag.
pub(super) fn shown(admin: &Admin, application: &str, status: StatusCode) -> AdminAnswer {
    let mut snapshot = admin.serve()?.snapshot();
    let unknown = || ApiProblem::from(Error::UnknownApplication(application.to_owned()));
    let found = snapshot.applications.remove(application).ok_or_else(unknown)?;
    let mut response = json_as(status, &found)?;
    let tag = found.tag.map(|tag| HeaderValue::from_str(&format!("\"{tag}\"")));
    if let Some(Ok(tag)) = tag {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

impl Wait {
    pub(super) fn waits(&self) -> bool {
        self.wait
    }
}
