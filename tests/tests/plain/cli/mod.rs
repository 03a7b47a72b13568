//! The command line, as the processes that users start.

mod program;
mod scripted;
mod terminal;

mod bad_servers;
mod json;
mod on_terminal;
mod pages;
mod secrets;
mod under_load;
mod verbs;
