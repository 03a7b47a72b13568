//! The whole program: what a user's `main` is made of.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use clap::FromArgMatches;
use clap::error::ErrorKind;

use super::examples::command;
use super::failure::{USAGE, VerbFailure, VerbOutcome};
use super::screen::Screen;
use super::verbs::{CommandLine, Verb};
use super::{ask, check, deploy, look, man, run, steer};
use crate::config::HttpOptions;
use crate::file::{ApplicationBuilder, Builders};
use crate::serve::{Serve, ServeBuilder};

/// What is blocking when all is done may go on for so long.
const LAST_WORDS_TIME: Duration = Duration::from_millis(500);

/// A program with a command line, see [`cli`].
#[derive(Debug, Default)]
#[must_use = "nothing happens until `main` is called"]
pub struct Cli {
    builders: Builders,
    server: Option<ServeBuilder>,
}

/// A command line around your applications: `run` them as a file says or by name, `check` a file, and steer a server
/// that runs. See the [guide](crate::guide::cli).
///
/// ```no_run
/// use std::process::ExitCode;
/// use serve_core::prelude::*;
///
/// struct Greeter(String);
///
/// #[deployment(route_prefix = "/")]
/// impl Greeter {
///     fn new(greeting: String) -> Self {
///         Self(greeting)
///     }
///
///     async fn __call__(&self) -> String {
///         self.0.clone()
///     }
/// }
///
/// #[derive(serde::Deserialize)]
/// struct HelloArgs {
///     greeting: String,
/// }
///
/// fn main() -> ExitCode {
///     serve_core::cli().app("hello", |args: HelloArgs| Greeter::bind(args.greeting)).main()
/// }
/// // $ hello run hello --set greeting=Hi
/// // $ hello run serve.yaml
/// ```
pub fn cli() -> Cli {
    Cli::default()
}

impl Cli {
    /// Adds a builder: a function that makes an application, for `run` and for files to name. See [`ApplicationBuilder`].
    pub fn app<Signature: 'static>(
        mut self,
        name: impl Into<String>,
        builder: impl ApplicationBuilder<Signature>,
    ) -> Self {
        self.builders = self.builders.app(name, builder);
        self
    }

    /// What `run` starts the server with, where the file says nothing else: layers, TLS, traces. By default a server as
    /// [`HttpOptions::from_env`](crate::HttpOptions::from_env) says.
    ///
    /// ```
    /// use serve_core::{HttpOptions, Serve};
    ///
    /// let http = HttpOptions::default().host("0.0.0.0");
    /// let program = serve_core::cli().server(Serve::builder().http(http));
    /// ```
    pub fn server(mut self, server: ServeBuilder) -> Self {
        self.server = Some(server);
        self
    }

    /// Does what the arguments of the process ask for. It makes a runtime of its own, so it belongs into a plain `fn main`;
    /// and it begins with [`init`](crate::init), so replicas may be in processes.
    ///
    /// The status that it returns is for `main` to return:
    ///
    /// | status | means |
    /// |---|---|
    /// | 0 | done |
    /// | 1 | failed: an application could not be started, a change was refused, the server is of another version |
    /// | 2 | the arguments are wrong |
    /// | 3 | there is no such application, deployment or request |
    /// | 4 | it was not done within `--timeout`; it is done all the same |
    /// | 69 | no server answers |
    /// | 77 | the server wants a token, or another one |
    /// | 78 | the configuration is wrong |
    /// | 130 | interrupted |
    #[must_use = "return it from `main`, or the status of the process says that all is well"]
    pub fn main(self) -> ExitCode {
        crate::hosting::init();
        let program = program_name();
        let arguments = command(&program)
            .try_get_matches()
            .and_then(|mut matches| CommandLine::from_arg_matches_mut(&mut matches));
        let arguments = match arguments {
            Ok(arguments) => arguments,
            Err(error) => {
                // Help goes to the standard output, complaints to the other.
                drop(error.print());
                let is_help =
                    matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
                return ExitCode::from(if is_help { 0 } else { USAGE });
            }
        };
        let screen = Screen::new(arguments.json);
        match self.execute(&program, arguments, &screen) {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => {
                screen.complain(&failure);
                ExitCode::from(failure.status)
            }
        }
    }

    fn execute(self, program: &str, arguments: CommandLine, screen: &Screen) -> VerbOutcome {
        self.builders.validate()?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let outcome = runtime.block_on(async {
            let CommandLine { server, verb, .. } = arguments;
            match verb {
                Verb::Run(arguments) => {
                    let server = match self.server {
                        Some(server) => server,
                        None => Serve::builder().http(HttpOptions::from_env()?),
                    };
                    run::run(server, self.builders, arguments, screen).await
                }
                Verb::Check { config } => check::check(&self.builders, &config, screen),
                Verb::Schema => check::schema(screen),
                Verb::Completions { shell } => check::completions(program, shell, screen),
                Verb::Man { directory } => man::man(program, directory.as_deref(), screen),
                verb => {
                    let client = ask::client(&server)?;
                    let asking = async {
                        match verb {
                            verb @ (Verb::Status { .. }
                            | Verb::Events { .. }
                            | Verb::Explain { .. }
                            | Verb::Debug { .. }) => look::look(&client, verb, screen).await,
                            verb @ (Verb::Deploy { .. }
                            | Verb::Plan { .. }
                            | Verb::Config { .. }) => deploy::deploy(&client, verb, screen).await,
                            verb => steer::steer(&client, verb, screen).await,
                        }
                    };
                    tokio::select! {
                        // It listens before anything is waited for.
                        biased;
                        interrupted = tokio::signal::ctrl_c() => {
                            interrupted?;
                            Err(VerbFailure::interrupted())
                        }
                        outcome = asking => outcome,
                    }
                }
            }
        });
        // A runtime that is dropped waits for blocking methods, which may go on for ever. They have had their time.
        runtime.shutdown_timeout(LAST_WORDS_TIME);
        outcome
    }
}

/// As it was started.
fn program_name() -> String {
    let path = std::env::args_os().next().unwrap_or_default();
    let name = Path::new(&path).file_name().unwrap_or_default().to_string_lossy();
    if name.is_empty() { "serve".to_owned() } else { name.into_owned() }
}
