//! What can go wrong around calls: starting, deploying, finding a deployment.
//!
//! The failure of a call itself is [`CallError`](crate::CallError); this type is for the code that
//! sets a server up, and for a `main` that wants one error type for everything (`?` works on both).

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// `Result` with [`Error`], for `main` and other code that sets a server up.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a server could not start, or an application could not be deployed, found or deleted.
///
/// ```
/// # async fn example() -> serve_core::Result<()> {
/// let error = serve_core::delete("no-such-application").await.unwrap_err();
/// assert_eq!(error.to_string(), "application `no-such-application` does not exist");
/// # Ok(()) }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address is taken or may not be used.
    #[error("cannot listen on http://{address}: {source}; {}", instead_of_address(source))]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// The host in [`HttpOptions`](crate::HttpOptions) is no address, and no name with an address of this
    /// machine.
    #[error(
        "cannot listen on the host `{host}`: {source}; HttpOptions::host (SERVE_HTTP_HOST) takes an address of \
         this machine, or a name for one, without a port: `127.0.0.1`, `localhost`, or `0.0.0.0` for all of IPv4"
    )]
    Host {
        /// The host asked for.
        host: String,
        /// What the resolver or the operating system said.
        #[source]
        source: io::Error,
    },
    /// A file of the certificate or of its key cannot be used.
    #[error("cannot use `{}` for TLS: {problem}", file.display())]
    Tls {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// One or more options are out of range; every one of them is named.
    #[error("invalid options: {}", problems.join("; "))]
    InvalidConfig {
        /// One sentence for each option, with the deployment it belongs to.
        problems: Vec<String>,
    },
    /// Two deployments want the same route prefix.
    #[error(
        "route prefix `{prefix}` of deployment `{deployment}` is already used by deployment `{owner}`"
    )]
    DuplicateRoute {
        /// The prefix in question.
        prefix: String,
        /// Who asked for it now.
        deployment: String,
        /// Who has it.
        owner: String,
    },
    /// The application's name is none: it is empty, too long, or has a letter that a name cannot have. The
    /// text says which.
    #[error("{0}")]
    InvalidName(String),
    /// The application did not reach `RUNNING`; the message holds the cause.
    #[error("deploying application `{application}` failed: {message}")]
    DeployFailed {
        /// The application.
        application: String,
        /// What failed, with the constructor's own error where it was that.
        message: String,
    },
    /// A later `run`, `restart` or `rollback` of the same application has taken its place. What that one
    /// wants counts.
    #[error("a later update of the same application has taken its place")]
    Superseded,
    /// The application is not (any more) what a change of it was asked for: somebody else has been faster, or it does
    /// not exist. Nothing has changed.
    #[error(
        "application `{application}` is not what the change was asked for: {message}; look at it again, and ask anew"
    )]
    Outdated {
        /// The application.
        application: String,
        /// What it is instead.
        message: String,
    },
    /// The admin API cannot be served as its options say. The text says what to write instead.
    #[error("the admin API cannot start: {problem}")]
    Admin {
        /// What is in the way.
        problem: String,
    },
    /// There is no earlier revision of the application to go back to, or its arguments are not kept.
    #[error("application `{application}` cannot be rolled back: {message}")]
    NoRollback {
        /// The application.
        application: String,
        /// Why not.
        message: String,
    },
    /// No application has this name.
    #[error("application `{0}` does not exist")]
    UnknownApplication(String),
    /// No deployment has this name (or type) there.
    #[error("deployment `{deployment}` does not exist{}{}", in_application(application.as_deref()), after_colon(searched.as_deref()))]
    UnknownDeployment {
        /// The deployment.
        deployment: String,
        /// The application searched, if one was named.
        application: Option<String>,
        /// Where `get_handle()` has looked and what runs there, and what to do about it.
        searched: Option<String>,
    },
    /// A deployment of that name exists, but it is of another Rust type.
    #[error("deployment `{deployment}` is not a `{expected}`")]
    WrongType {
        /// The deployment.
        deployment: String,
        /// The type that was asked for.
        expected: &'static str,
    },
    /// `current_handle()` was called where no request of that deployment is running.
    #[error("`{0}::current_handle()` works only inside a request of that deployment")]
    OutsideReplica(&'static str),
    /// A blocking function was called from asynchronous code, which would stop its thread.
    #[error("`{blocking}` blocks and was called inside asynchronous code; use `{instead}` there")]
    Blocking {
        /// What was called.
        blocking: &'static str,
        /// What to call instead.
        instead: &'static str,
    },
    /// An environment variable has a value that makes no sense.
    #[error("the environment variable {name} is `{value}`; use {expected}")]
    InvalidEnvironment {
        /// The variable.
        name: &'static str,
        /// Its value.
        value: String,
        /// What would make sense.
        expected: &'static str,
    },
    /// The option exists, but this build or platform does not offer it.
    #[error("{0}")]
    Unsupported(String),
    /// The server has been shut down.
    #[error("the server has been shut down")]
    Stopped,
    /// More than one thing went wrong at the same time: with several applications of a configuration, say.
    #[error("{}", lines(errors))]
    Several {
        /// Each of them.
        errors: Vec<Self>,
    },
    /// A call failed; see [`CallError`](crate::CallError).
    #[error("{0}")]
    Call(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// An input/output error, so that `?` works in `main`.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// What to do about an address that cannot be listened on.
fn instead_of_address(why: &io::Error) -> &'static str {
    match why.kind() {
        io::ErrorKind::AddrNotAvailable => {
            "HttpOptions::host (SERVE_HTTP_HOST) takes an address that this machine has; `0.0.0.0` means all of IPv4"
        }
        io::ErrorKind::PermissionDenied => {
            "ports below 1024 may need privileges; choose another with HttpOptions::port (SERVE_HTTP_PORT)"
        }
        _ => {
            "choose another port with HttpOptions::port (SERVE_HTTP_PORT), or 0 to let the system choose"
        }
    }
}

fn lines(errors: &[Error]) -> String {
    errors.iter().map(Error::to_string).collect::<Vec<_>>().join("\n")
}

#[cfg(feature = "admin")]
impl Error {
    /// # Errors
    ///
    /// There are some.
    pub(crate) fn all(mut errors: Vec<Self>) -> Result<()> {
        match errors.len() {
            0 => Ok(()),
            1 => Err(errors.remove(0)),
            _ => Err(Self::Several { errors }),
        }
    }
}

fn in_application(application: Option<&str>) -> String {
    application.map(|application| format!(" in application `{application}`")).unwrap_or_default()
}

fn after_colon(text: Option<&str>) -> String {
    text.map(|text| format!(": {text}")).unwrap_or_default()
}

/// Why user code that is not a call (a constructor, a health check) failed, as text.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct Failure(String);

impl Failure {
    /// Keeps the text; `anyhow` errors show their whole chain in this form.
    pub fn new(error: impl fmt::Display) -> Self {
        Self(format!("{error:#}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
