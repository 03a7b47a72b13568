//! A command line around the applications of a program: it runs them as a file says, and steers a server that runs.
//!
//! Verbs that need no server come first (`run`, `check`, `schema`, `completions`, `man`); the others ask the admin API of one, by
//! its client. Nothing is computed here that cannot be asked for; what is here is words, and exit statuses.

mod program;
mod verbs;

mod examples;
mod man;

mod failure;
mod screen;

mod check;
mod run;

mod ask;
mod deploy;
mod look;
mod steer;

mod progress;
mod reload;
mod table;
mod text;

pub use program::{Cli, cli};
