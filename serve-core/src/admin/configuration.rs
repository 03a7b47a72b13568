//! Applications by their configuration: one, all of them, and what that would change.

use http::{Method, StatusCode};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde_json::Value;

use super::applications::ApplicationList;
use super::applications::{NoQuery, Wait, listed, shown};
use super::deploy::{Deploying, begin, misread};
use super::endpoint::{AdminAnswer, Endpoint, json};
use super::problem::{ApiProblem, Mistake};
use super::reading::AdminRequest;
use super::server::Admin;
use crate::controller::{Plan, ServerPlan};
use crate::file::{ApplicationConfig, ServerConfig};
use crate::serve::Serve;

/// The configuration in force, as it is shown.
#[derive(Debug, Serialize)]
struct InForce<Sections> {
    /// Of the server itself, if it was started with a configuration.
    #[serde(flatten)]
    sections: Sections,
    applications: Vec<ApplicationConfig>,
}

/// Stands for a configuration in the OpenAPI document: its schema is that of the reader's own table.
struct ApplicationBody;

impl JsonSchema for ApplicationBody {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ApplicationConfig".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        portable(ApplicationConfig::schema())
    }
}

/// The same for a whole one.
struct AllBody;

impl JsonSchema for AllBody {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ServerConfig".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mut schema = ServerConfig::schema();
        if let Some(schema) = schema.as_object_mut() {
            schema.remove("$schema");
        }
        portable(schema)
    }
}

/// Without what many programs that read such documents cannot do: patterns that look ahead, and options that exclude each
/// other. The reader knows it all the same, and says more about it than a schema.
fn portable(mut schema: Value) -> Schema {
    simplify(&mut schema);
    Schema::try_from(schema).unwrap_or_default()
}

fn simplify(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            fields.retain(|name, value| match (&**name, &*value) {
                ("pattern", Value::String(pattern)) => !pattern.contains("(?"),
                ("allOf", Value::Array(all)) => all.iter().any(|one| one.get("not").is_none()),
                _ => true,
            });
            fields.values_mut().for_each(simplify);
        }
        Value::Array(items) => items.iter_mut().for_each(simplify),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

const APPLICATION: &str = "/api/v1/applications/{app}";

pub(super) fn endpoints() -> Vec<Endpoint> {
    let one = "A new one is started. Of one that runs, only what has changed is replaced, in the careful way of all updates: \
               what serves goes on until the new one has proven itself. References (`${NAME}`, `file:..`) are followed in \
               the server's process.";
    let all = "As with each of them alone; applications that were deployed by a configuration and are not among these are \
               deleted. What the program runs by itself is left alone. If anything is wrong with any of them, nothing is \
               changed. It is what a file says; sections about the server itself (`http`, `admin`, ..) have to be what \
               they are, because they change only with a restart.";
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
        Endpoint::new(Method::POST, "/api/v1/plan", "planApplications", "What a `PUT` of all would change", plan_all)
            .details("Nothing is done. What would be refused stands in `problems`.")
            .query::<NoQuery>()
            .takes::<AllBody>()
            .answers::<ServerPlan>(200, "The plan")
            .refuses(&[422]),
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

/// A whole one. What it does not say of the server is as it is: who deploys applications need not repeat it.
fn read_all(serve: &Serve, text: &str) -> Result<ServerConfig, ApiProblem> {
    let config = serve.builders().read_json(text).map_err(|error| misread(&error))?;
    Ok(config.over_sections(serve.shelf().sections()))
}

async fn put_one(admin: Admin, asked: AdminRequest) -> AdminAnswer {
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

async fn plan(admin: Admin, asked: AdminRequest) -> AdminAnswer {
    let NoQuery {} = asked.query()?;
    let name = asked.application().to_owned();
    let config = read(&name, &asked.text().await?)?;
    json(&admin.serve()?.plan_config(&config))
}

async fn config(admin: Admin, asked: AdminRequest) -> AdminAnswer {
    let NoQuery {} = asked.query()?;
    let serve = admin.serve()?;
    let (sections, applications) = (serve.shelf().sections(), serve.application_configs());
    json(&InForce { sections, applications })
}

async fn plan_all(admin: Admin, asked: AdminRequest) -> AdminAnswer {
    let NoQuery {} = asked.query()?;
    let text = asked.text().await?;
    let serve = admin.serve()?;
    json(&serve.plan_apply(&read_all(&serve, &text)?))
}

async fn put_all(admin: Admin, asked: AdminRequest) -> AdminAnswer {
    let wait: Wait = asked.query()?;
    let text = asked.text().await?;
    // Not held while the change is waited for.
    let serve = admin.serve()?;
    let config = read_all(&serve, &text)?;
    if let Err(problem) = serve.check_sections(&config) {
        let detail = "the configuration does not fit this server; nothing has changed";
        let mistakes = vec![Mistake::new(problem)];
        return Err(ApiProblem::new(StatusCode::BAD_REQUEST, "invalid", detail).with(mistakes));
    }
    drop(serve);
    let deploying = Deploying::apply(&admin, config, text);
    if !wait.waits() {
        return listed(&admin, StatusCode::ACCEPTED);
    }
    deploying.done().await?;
    listed(&admin, StatusCode::OK)
}
