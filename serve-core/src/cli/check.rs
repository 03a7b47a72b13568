//! Verbs about texts alone.

use super::examples::command;
use super::failure::VerbOutcome;
use super::screen::{Screen, Tone};
use crate::file::{Builders, ServerConfig};

pub(super) fn check(builders: &Builders, path: &str, screen: &Screen) -> VerbOutcome {
    let has_builders = builders.names().next().is_some();
    let config = match has_builders {
        true => builders.read(path)?,
        // The program `serve` knows no applications.
        false => ServerConfig::read(path)?,
    };
    if screen.json {
        return screen.value(&config);
    }
    let names: Vec<_> =
        config.applications().iter().map(|application| application.name()).collect();
    let what = match &names[..] {
        [] => "no applications".to_owned(),
        names => names.join(", "),
    };
    screen.text(format!("{} {path}: {what}", screen.paint(Tone::Good, "fine")))?;
    if !has_builders {
        screen.note("builders, their arguments and names of deployments are not checked: this program has none");
    }
    Ok(())
}

pub(super) fn schema(screen: &Screen) -> VerbOutcome {
    screen.value(&ServerConfig::schema())
}

pub(super) fn completions(
    program: &str,
    shell: clap_complete::Shell,
    screen: &Screen,
) -> VerbOutcome {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(program), program, &mut script);
    screen.line(String::from_utf8_lossy(&script).trim_end())
}
