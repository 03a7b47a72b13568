//! `serve`: steers a server that runs. It knows no applications itself; a program that does is made with
//! `serve_core::cli()`.

use std::process::ExitCode;

fn main() -> ExitCode {
    serve_core::cli().main()
}
