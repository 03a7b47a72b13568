//! Configurations and a running server: which builders it has, what a configuration would change, and changing it.

mod application;
mod builders;
mod server;
mod whole;
