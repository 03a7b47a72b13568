//! What may be written on the command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use crate::file::parse_time;

/// Runs applications, and steers a server that runs them.
#[derive(Debug, Parser)]
#[command(version, disable_help_subcommand = true)]
pub(super) struct CommandLine {
    /// Writes JSON, for programs.
    #[arg(long, global = true)]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) server: ServerArguments,
    #[command(subcommand)]
    pub(super) verb: Verb,
}

/// Which server is asked.
#[derive(Debug, Args)]
#[command(next_help_heading = "A server that runs")]
pub(super) struct ServerArguments {
    /// The admin API of the server that is asked.
    #[arg(
        long,
        global = true,
        env = "SERVE_ADMIN_ADDRESS",
        default_value = "http://127.0.0.1:8265",
        value_name = "URL"
    )]
    pub(super) address: String,
    /// The token that it asks for.
    #[arg(long, global = true, env = "SERVE_ADMIN_TOKEN", hide_env_values = true)]
    pub(super) token: Option<String>,
    /// Whom to believe that a server at `https://` is the right one: a file of certificates in PEM form.
    #[arg(long, global = true, env = "SERVE_ADMIN_CA", value_name = "FILE")]
    pub(super) ca_certificate: Option<PathBuf>,
    /// How long its answer may take, `30s` say. By default a change takes as long as it takes, and everything else at
    /// most 30s. A change that has been asked for is made all the same.
    #[arg(long, global = true, value_parser = parse_time, value_name = "TIME")]
    pub(super) timeout: Option<Duration>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Runs the applications of a file, or one by the name of its builder.
    Run(RunArguments),
    /// Looks for everything that is wrong with a configuration, and runs nothing.
    Check {
        /// The file; `-` for the standard input.
        config: String,
    },
    /// Prints the JSON Schema of configurations, for editors.
    Schema,
    /// Prints completions for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Prints the page of the program for `man`, or writes one for each verb as well.
    Man {
        /// The directory for them; it is made if it is not there.
        directory: Option<PathBuf>,
    },
    /// Makes the server what a configuration says.
    Deploy {
        /// The file; `-` for the standard input.
        config: String,
        /// Only shows what would change.
        #[arg(long)]
        dry_run: bool,
        /// Returns when it is done, as without this.
        #[arg(long, conflicts_with = "no_wait")]
        wait: bool,
        /// Returns as soon as the server has taken it.
        #[arg(long)]
        no_wait: bool,
    },
    /// Shows what `deploy` would change, and why.
    Plan {
        /// The file; `-` for the standard input.
        config: String,
    },
    /// Shows the configurations of the applications that run.
    Config {
        /// Only this application.
        application: Option<String>,
    },
    /// Shows what runs.
    Status {
        /// Only this application, with its replicas.
        application: Option<String>,
        /// Shows it again every second.
        #[arg(long)]
        watch: bool,
    },
    /// Shows what has happened.
    Events {
        /// Goes on with what happens.
        #[arg(long, short)]
        follow: bool,
        /// Only what is about this application.
        #[arg(long)]
        application: Option<String>,
    },
    /// Pins the number of a deployment's replicas.
    Scale {
        /// The application.
        application: String,
        /// The deployment.
        deployment: String,
        /// How many.
        replicas: u32,
    },
    /// Ends a pin.
    Unpin {
        /// The application.
        application: String,
        /// The deployment.
        deployment: String,
    },
    /// Renews the replicas of an application, or of one of its deployments.
    Restart {
        /// The application.
        application: String,
        /// The deployment; all if there is none.
        deployment: Option<String>,
    },
    /// Goes back to the revision before.
    Rollback {
        /// The application.
        application: String,
    },
    /// Deletes an application.
    Delete {
        /// The application.
        application: String,
    },
    /// Says where the time of a slow request went.
    Explain {
        /// The id of the request, as in its `X-Request-ID`.
        request_id: String,
    },
    /// For whoever looks for a mistake.
    #[command(subcommand)]
    Debug(DebugVerb),
    /// Ends the server, in peace.
    Shutdown,
}

#[derive(Debug, Subcommand)]
pub(super) enum DebugVerb {
    /// Writes everything there is to see of the server into one file, without secrets.
    Dump {
        /// The file; `-` for the standard output.
        #[arg(long, short, default_value = "serve-dump.json")]
        output: String,
    },
}

#[derive(Debug, Args)]
pub(super) struct RunArguments {
    /// A file, or the name of a builder.
    #[arg(value_name = "CONFIG|APP")]
    pub(super) what: Option<String>,
    /// Sets an option: of a builder's argument (`greeting=Hi`), or of a file (`http.port=0`,
    /// `applications.hello.args.greeting=Hi`).
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) set: Vec<String>,
    /// The address to listen on, whatever the file says.
    #[arg(long)]
    pub(super) host: Option<String>,
    /// The port to listen on, whatever the file says; 0 for any.
    #[arg(long)]
    pub(super) port: Option<u16>,
    /// The port of the admin API, whatever the file says; 0 for any.
    #[arg(long)]
    pub(super) admin_port: Option<u16>,
    /// Reads the file again when it changes.
    #[arg(long)]
    pub(super) watch: bool,
}
