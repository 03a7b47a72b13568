//! Changes that are remembered: what the server will be after a restart goes with what it is.
//!
//! Each goes on in a task of its own once it has been taken, so a client that leaves loses nothing but the answer.

use std::future::Future;

use http::StatusCode;

use super::problem::{ApiProblem, Mistake};
use super::server::Admin;
use crate::controller::{Expected, Underway};
use crate::file::{ApplicationConfig, ConfigError, ServerConfig};

/// A change on its way.
pub(super) struct Deploying(tokio::task::JoinHandle<Result<(), ApiProblem>>);

impl Deploying {
    /// Goes on with a change that has been taken, and remembers it when it is made.
    fn go_on<F, Fut>(admin: &Admin, change: Underway, remember: F) -> Self
    where
        F: FnOnce(Admin) -> Fut + Send + 'static,
        Fut: Future<Output = Result<(), ApiProblem>> + Send,
    {
        let kept = admin.clone();
        Self(admin.tasks().spawn(async move {
            change.done().await?;
            remember(kept).await
        }))
    }

    /// Waits until it is made.
    pub(super) async fn done(self) -> Result<(), ApiProblem> {
        self.0.await.map_err(|_| ApiProblem::gone())?
    }

    /// Makes all applications what a configuration says, of which this is the text. What of it was deployed is
    /// remembered, also if the rest was not.
    pub(super) fn apply(admin: &Admin, config: ServerConfig, text: String) -> Self {
        let admin = admin.clone();
        let tasks = admin.tasks().clone();
        Self(tasks.spawn(async move {
            let serve = admin.serve()?;
            let outcome = serve.apply(&config).await;
            let status = serve.status();
            let deployed = config.applications().iter().filter_map(|config| {
                let name = config.name();
                let is_deployed = serve.application_config(name).as_ref() == Some(config);
                let revision = status.applications.get(name)?.revision?;
                is_deployed.then(|| (name.to_owned(), revision))
            });
            let deployed = deployed.collect();
            drop(serve);
            admin.kept().keep_all(&text, &deployed).await?;
            Ok(outcome?)
        }))
    }

    pub(super) async fn delete(
        admin: &Admin,
        name: &str,
        expected: Expected,
    ) -> Result<Self, ApiProblem> {
        let controller = admin.serve()?.controller().clone();
        let change = controller.delete(name, expected, None).await?;
        let name = name.to_owned();
        Ok(Self::go_on(admin, change, move |admin: Admin| async move {
            admin.serve()?.shelf().forget(&name);
            admin.kept().forget(&name).await
        }))
    }

    pub(super) async fn roll_back(
        admin: &Admin,
        name: &str,
        expected: &Expected,
    ) -> Result<Self, ApiProblem> {
        let controller = admin.serve()?.controller().clone();
        let target =
            controller.directory().entry(name).and_then(|it| it.before.as_ref().map(|it| it.0));
        let change = controller.rollback(name, expected).await?;
        let name = name.to_owned();
        Ok(Self::go_on(admin, change, move |admin: Admin| async move {
            let serve = admin.serve()?;
            let revision = serve.history(&name).last().map_or(0, |last| last.number);
            let before = admin.kept().return_to(&name, target.unwrap_or(0), revision).await?;
            let config = before.and_then(|text| {
                let mut config = ApplicationConfig::from_json_as(&name, &text).ok()?;
                serve.builders().check(&mut config).ok()?;
                Some(config)
            });
            match config {
                Some(config) => serve.shelf().keep(config),
                None => serve.shelf().doubt(&name),
            }
            Ok(())
        }))
    }
}

/// Begins to make an application what a configuration says, if it is what is expected. Its text is remembered when it
/// serves.
pub(super) async fn begin(
    admin: &Admin,
    mut config: ApplicationConfig,
    text: String,
    expected: &Expected,
) -> Result<Deploying, ApiProblem> {
    let change = {
        let serve = admin.serve()?;
        let node = serve.builders().build(&mut config).map_err(|error| misread(&error))?;
        let cause = "configuration over the API";
        let change = serve.begin_run(config.name(), node, cause, expected).await?;
        // Only now: where the change is refused, the application is not a configuration's to delete.
        serve.shelf().expect(config.name());
        change
    };
    Ok(Deploying::go_on(admin, change, move |admin: Admin| async move {
        let serve = admin.serve()?;
        let name = config.name().to_owned();
        let revision = serve.status().applications.get(&name).and_then(|it| it.revision);
        serve.shelf().keep(config);
        serve.tell_ready().await;
        drop(serve);
        admin.kept().keep(&name, revision.unwrap_or(0), text).await
    }))
}

/// Everything that is wrong with a configuration.
pub(super) fn misread(error: &ConfigError) -> ApiProblem {
    let mistakes = error.problems().iter().map(|problem| Mistake {
        message: match &problem.help {
            Some(help) => format!("{}; {help}", problem.message),
            None => problem.message.clone(),
        },
        at: (!problem.path.is_empty()).then(|| problem.path.clone()),
        line: problem.position.map(|position| position.line),
        column: problem.position.map(|position| position.column),
    });
    let detail = "the configuration is not valid; nothing has changed";
    ApiProblem::new(StatusCode::BAD_REQUEST, "invalid", detail).with(mistakes.collect())
}
