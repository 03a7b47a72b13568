//! `run`: a server of this process, as a file says.

use std::net::SocketAddr;
use std::path::Path;

use tracing_subscriber::filter::LevelFilter;

use super::failure::{NOT_FOUND, VerbFailure, VerbOutcome};
use super::progress::{Watched, shown_while};
use super::reload::{Reload, RunSource};
use super::screen::{Screen, Tone};
use super::verbs::RunArguments;
use crate::admin::AdminOptions;
use crate::file::{Builders, LogFormat, ServerConfig, Verbosity};
use crate::serve::{Serve, ServeBuilder};
use crate::shutdown_signal::unless_again;

/// Looked for where nothing is named.
const FILES: [&str; 3] = ["serve.yaml", "serve.yml", "serve.toml"];

pub(super) async fn run(
    server: ServeBuilder,
    builders: Builders,
    arguments: RunArguments,
    screen: &Screen,
) -> VerbOutcome {
    let watch = arguments.watch;
    let source = source(&builders, arguments)?;
    // A file says whether there is an admin API, or the program does. Else there is one, or the other verbs would find
    // nobody.
    let server = match source {
        RunSource::Application { .. } if server.companion().is_none() => {
            server.admin(AdminOptions::default().or_elsewhere())
        }
        _ => server,
    };
    // Before the file is read, so that no change of it is missed.
    let reload = Reload::new(source, watch)?;
    let config = reload.read(&builders)?;
    log(&config, screen);
    // One for all of the time, or a signal between two of them would be lost. From the beginning, because the first
    // process of a container is not ended by a signal that it does not listen for: it never hears of it.
    let mut signalled = std::pin::pin!(crate::shutdown_signal());
    let serve = tokio::select! {
        biased;
        () = &mut signalled => return Err(VerbFailure::interrupted()),
        serve = server.apps(builders).start_empty(&config) => serve?,
    };
    let events = serve.events();
    let starting = shown_while(Watched::of(events), screen, serve.apply(&config));
    let shut_down = async || unless_again(async || serve.shutdown().await).await;
    let started = tokio::select! {
        applied = starting => applied.map_err(VerbFailure::from),
        () = &mut signalled => Err(VerbFailure::interrupted()),
    };
    if let Err(failure) = started {
        shut_down().await?;
        return Err(failure);
    }
    // Whoever does not read it does not want to know.
    drop(where_to_look(&serve, screen));
    tokio::select! {
        () = signalled => Ok(shut_down().await?),
        never = reload.whenever_asked(&serve, screen) => match never {},
    }
}

/// What there is to run.
fn source(builders: &Builders, arguments: RunArguments) -> VerbOutcome<RunSource> {
    let RunArguments { what, set, host, port, admin_port, .. } = arguments;
    let names: Vec<_> = builders.names().collect();
    let what = match (what, &names[..]) {
        (Some(what), _) => what,
        (None, _) if let Some(file) = FILES.iter().find(|file| Path::new(file).exists()) => {
            (*file).to_owned()
        }
        (None, [only]) => (*only).to_owned(),
        (None, _) => {
            let names = names.join(", ");
            return Err(VerbFailure::usage(format!(
                "name a file, or one of the applications of this program: {names}"
            )));
        }
    };
    let mut sets = Vec::new();
    let is_builder = names.contains(&what.as_str());
    for set in set {
        let Some((key, value)) = set.split_once('=') else {
            // It may be a secret, so it is not repeated.
            return Err(VerbFailure::usage("a `--set` has no `=`; write `--set key=value`"));
        };
        let key = match is_builder {
            true => format!("applications.0.args.{key}"),
            false => key.to_owned(),
        };
        sets.push((key, value.to_owned()));
    }
    let quoted = |host: String| format!("{host:?}");
    sets.extend(host.map(|host| ("http.host".to_owned(), quoted(host))));
    sets.extend(port.map(|port| ("http.port".to_owned(), port.to_string())));
    sets.extend(admin_port.map(|port| ("admin.port".to_owned(), port.to_string())));
    if !is_builder && what != "-" && !Path::new(&what).exists() {
        let names = match names.is_empty() {
            true => "this program has no applications".to_owned(),
            false => format!("the applications of this program are: {}", names.join(", ")),
        };
        let message =
            format!("there is no file `{what}`, and no application of that name; {names}");
        return Err(VerbFailure::new(NOT_FOUND, message));
    }
    Ok(match is_builder {
        true => RunSource::Application { name: what, sets },
        false => RunSource::File { path: what.into(), sets },
    })
}

/// Lines go to the standard error. Where the program listens to its log itself, nothing is done here.
fn log(config: &ServerConfig, screen: &Screen) {
    let level = match config.log_level() {
        // What happens is shown anyway.
        None if screen.is_watched() => Verbosity::Warn,
        level => level.unwrap_or_default(),
    };
    let level = match level {
        Verbosity::Off => LevelFilter::OFF,
        Verbosity::Error => LevelFilter::ERROR,
        Verbosity::Warn => LevelFilter::WARN,
        Verbosity::Info => LevelFilter::INFO,
        Verbosity::Debug => LevelFilter::DEBUG,
        Verbosity::Trace => LevelFilter::TRACE,
    };
    let writer = screen.clone();
    let lines = tracing_subscriber::fmt().with_max_level(level).with_writer(move || writer.log());
    let installed = match config.log_format() {
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
        LogFormat::Text => lines.with_ansi(screen.has_error_colours()).try_init(),
    };
    // There is one already.
    drop(installed);
}

fn where_to_look(serve: &Serve, screen: &Screen) -> VerbOutcome {
    let snapshot = serve.snapshot();
    let http = serve.http_addr();
    let admin = serve.admin_addr();
    if screen.json {
        return screen
            .value_line(&serde_json::json!({ "ready": true, "http": http, "admin": admin }));
    }
    for (name, application) in &snapshot.applications {
        let at = match (http, &application.route_prefix) {
            (Some(http), Some(prefix)) => format!("http://{}{prefix}", shown(http)),
            _ => "by handle only".to_owned(),
        };
        let status = screen.paint(Tone::Good, application.status.to_string());
        screen.text(format!("{} {status} {at}", screen.paint(Tone::Strong, name)))?;
    }
    if let Some(admin) = admin {
        screen.text(format!("the admin API is at http://{}/api/v1", shown(admin)))?;
    }
    if snapshot.applications.is_empty() {
        screen.text("nothing runs yet")?;
    }
    screen.text("Ctrl-C ends it")
}

/// An address that a client can use: nobody is called by an address that means all.
fn shown(address: SocketAddr) -> SocketAddr {
    let mut address = address;
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}
