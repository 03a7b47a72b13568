//! Applications by their configuration: one, all of them, and what that would change.

use http::{Method, StatusCode};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::applications::ApplicationList;
use super::applications::{NoQuery, Wait, listed, shown};
use super::deploy::{Deploying, begin, misread};
use super::endpoint::{Answer, Endpoint, json};
use super::problem::{ApiProblem, Mistake};
use super::reading::Asked;
use super::server::Admin;
use crate::controller::{Expected, Plan};
use crate::file::ApplicationConfig;

/// All applications that are described by a configuration: the body of `PUT /api/v1/applications`, and the answer of
/// `GET /api/v1/config`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    applications: Vec<Box<RawValue>>,
}

/// The same as it is shown.
#[derive(Debug, Serialize)]
struct InForce {
    applications: Vec<ApplicationConfig>,
}

/// Stands for a configuration in the OpenAPI document: its schema is that of the reader's own table.
struct ApplicationBody;

impl JsonSchema for ApplicationBody {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ApplicationConfig".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        Schema::try_from(ApplicationConfig::schema()).unwrap_or_default()
    }
}

#[derive(JsonSchema)]
#[schemars(rename = "Applications", deny_unknown_fields)]
#[expect(dead_code, reason = "it stands for others in the document")]
struct AllBody {
    /// Whatever else was deployed by a configuration is deleted.
    applications: Vec<ApplicationBody>,
}

const APPLICATION: &str = "/api/v1/applications/{app}";

pub(super) fn endpoints() -> Vec<Endpoint> {
    let one = "A new one is started. Of one that runs, only what has changed is replaced, in the careful way of all updates: \
               what serves goes on until the new one has proven itself. References (`${NAME}`, `file:..`) are followed in \
               the server's process.";
    let all = "As with each of them alone; applications that were deployed by a configuration and are not among these are \
               deleted. What the program runs by itself is left alone. If anything is wrong with any of them, nothing is \
               changed.";
    vec![
        Endpoint::new(Method::PUT, APPLICATION, "putApplication", "Makes an application what is sent", put_one)
            .details(one)
            .takes::<ApplicationBody>()
            .changes(),
        Endpoint::new(
            Method::POST,
            "/api/v1/applications/{app}/plan",
            "planApplication",
            "What a `PUT` would change, and why",
            plan,
        )
        .details("Nothing is done. What would be refused stands in `problems`.")
        .query::<NoQuery>()
        .takes::<ApplicationBody>()
        .answers::<Plan>(200, "The plan"),
        Endpoint::new(
            Method::PUT,
            "/api/v1/applications",
            "putApplications",
            "Makes all applications what is sent",
            put_all,
        )
        .details(all)
        .query::<Wait>()
        .takes::<AllBody>()
        .answers::<ApplicationList>(200, "All changes are made; the applications as they are now")
        .answers::<ApplicationList>(202, "The changes are taken, and nobody waits for them")
        .refuses(&[409, 422]),
        Endpoint::new(Method::GET, "/api/v1/config", "getConfig", "The configuration in force", config)
            .details(
                "What was deployed by a configuration, as it was sent: with its references, and without secrets.",
            )
            .query::<NoQuery>()
            .answers::<AllBody>(200, "The configuration"),
    ]
}

/// One that is given under a name.
fn read(name: &str, text: &str) -> Result<ApplicationConfig, ApiProblem> {
    ApplicationConfig::from_json_as(name, text).map_err(|error| misread(&error))
}

async fn put_one(admin: Admin, asked: Asked) -> Answer {
    let wait: Wait = asked.query()?;
    let (name, expected) = (asked.application().to_owned(), asked.expected()?);
    let text = asked.text().await?;
    let deploying = begin(&admin, read(&name, &text)?, text, &expected).await?;
    if !wait.waits() {
        return shown(&admin, &name, StatusCode::ACCEPTED);
    }
    deploying.done().await?;
    shown(&admin, &name, StatusCode::OK)
}

async fn plan(admin: Admin, asked: Asked) -> Answer {
    let NoQuery {} = asked.query()?;
    let name = asked.application().to_owned();
    let config = read(&name, &asked.text().await?)?;
    json(&admin.serve()?.plan_config(&config))
}

async fn config(admin: Admin, asked: Asked) -> Answer {
    let NoQuery {} = asked.query()?;
    json(&InForce { applications: admin.serve()?.application_configs() })
}

async fn put_all(admin: Admin, asked: Asked) -> Answer {
    let wait: Wait = asked.query()?;
    let Wanted { applications } = asked.json().await?;
    let wanted = read_all(&admin, &applications)?;
    remove_others(&admin, &wanted, wait.waits()).await?;
    let (mut underway, mut failures) = (Vec::new(), Vec::new());
    for (config, text) in wanted {
        let name = config.name().to_owned();
        match begin(&admin, config, text, &Expected::Any).await {
            Ok(deploying) => underway.push((name, deploying)),
            Err(problem) => failures.push(failed(&name, &problem)),
        }
    }
    if wait.waits() {
        for (name, deploying) in underway {
            if let Err(problem) = deploying.done().await {
                failures.push(failed(&name, &problem));
            }
        }
    }
    if failures.is_empty() {
        return listed(&admin, if wait.waits() { StatusCode::OK } else { StatusCode::ACCEPTED });
    }
    let detail = "some applications are not what was sent; what served before serves";
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    Err(ApiProblem::new(status, "deploy-failed", detail).with(failures))
}

fn failed(name: &str, problem: &ApiProblem) -> Mistake {
    Mistake { at: Some(name.to_owned()), ..Mistake::new(problem.to_string()) }
}

/// Each with its text. Everything that is wrong with any of them is told at once.
fn read_all(
    admin: &Admin,
    applications: &[Box<RawValue>],
) -> Result<Vec<(ApplicationConfig, String)>, ApiProblem> {
    let serve = admin.serve()?;
    let (mut wanted, mut mistakes) = (Vec::<(ApplicationConfig, String)>::new(), Vec::new());
    for (index, text) in applications.iter().enumerate() {
        let at = format!("applications[{index}]");
        let read = ApplicationConfig::from_json(text.get());
        let checked = read.and_then(|mut config| {
            serve.builders().check(&mut config)?;
            Ok(config)
        });
        match checked {
            Err(error) => mistakes.extend(misread(&error).errors.into_iter().map(|mistake| {
                let inner = mistake.at.map(|inner| format!(".{inner}")).unwrap_or_default();
                Mistake { at: Some(format!("{at}{inner}")), ..mistake }
            })),
            Ok(config) if wanted.iter().any(|(other, _)| other.name() == config.name()) => {
                let message = format!("application `{}` is there twice", config.name());
                mistakes.push(Mistake { at: Some(format!("{at}.name")), ..Mistake::new(message) });
            }
            Ok(config) => wanted.push((config, text.get().to_owned())),
        }
    }
    if mistakes.is_empty() {
        return Ok(wanted);
    }
    let detail = "the configuration is not valid; nothing has changed";
    Err(ApiProblem::new(StatusCode::BAD_REQUEST, "invalid", detail).with(mistakes))
}

/// Deletes what was deployed by a configuration and is not wanted any more. Its routes go at once, so others may have
/// them.
async fn remove_others(
    admin: &Admin,
    wanted: &[(ApplicationConfig, String)],
    waits: bool,
) -> Result<(), ApiProblem> {
    let configs = admin.serve()?.application_configs();
    let gone = configs.iter().filter(|it| wanted.iter().all(|(one, _)| one.name() != it.name()));
    let mut going = Vec::new();
    for config in gone {
        going.push(Deploying::delete(admin, config.name(), Expected::Any).await?);
    }
    if waits {
        for deletion in going {
            deletion.done().await?;
        }
    }
    Ok(())
}
