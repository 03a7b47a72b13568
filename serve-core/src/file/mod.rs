//! Configuration: applications that are described by a file or over the API, and made by builders of the program.
//!
//! A text becomes a *tree* of values that know where they stand (`tree`), whatever it is written in. One *table* of
//! options (`fields`) says what may be in it, and the reader goes through both at once (`read`, `scalar`), so that
//! everything that is wrong is found in one go, with what to write instead (`problem`). What comes out are typed options
//! (`given`), which are carried over to those that the program has given (`overrides`), and builders (`builders`), which
//! make applications of them.

mod application;
mod builder;
mod builders;
mod problem;
mod server;
mod shelf;

mod fields;
mod schema;
mod table;

mod document;
#[cfg(feature = "cli")]
mod load;
#[cfg(feature = "cli")]
mod raw;
mod read;
mod refer;
mod scalar;
mod sections;
#[cfg(feature = "cli")]
mod set;
#[cfg(feature = "cli")]
mod text;
mod tree;

mod args;
mod given;
mod nearest;
mod overrides;
mod quantity;

#[cfg(test)]
mod options_page;
#[cfg(test)]
mod tests;

pub use application::ApplicationConfig;
pub use builder::{ApplicationBuilder, IntoApplication};
pub use builders::Builders;
pub(crate) use given::GivenOptions;
#[cfg(feature = "cli")]
pub(crate) use quantity::time as parse_time;
#[cfg(feature = "cli")]
pub(crate) use raw::RawConfig;
pub(crate) use sections::AdminSection;
pub(crate) use server::MadeApplication;
pub(crate) use shelf::Shelf;

pub use problem::{ConfigError, Position, Problem};
pub use server::{LogFormat, ServerConfig, Verbosity};
