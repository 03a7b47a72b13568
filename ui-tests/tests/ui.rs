//! Compiles every case of `ui/` and compares what the compiler says with the file beside it.
//!
//! - `fail/`: what is wrong is refused, with these words. Half of them are the compiler's and change with its version; they are
//!   those of the oldest one that the workspace supports, and are compared on that one alone.
//! - `pass/`: what is legal compiles, and runs.
//! - `accept/`: what is legal compiles.
//!
//! `cargo test -p ui-tests -- --bless` writes the files; read the difference before committing it. A part of a path picks cases.

use std::path::{Path, PathBuf};

use ui_test::color_eyre::Result;
use ui_test::custom_flags::edition::Edition;
use ui_test::custom_flags::run::Run;
use ui_test::custom_flags::rustfix::RustfixMode;
use ui_test::dependencies::DependencyBuilder;
use ui_test::spanned::Spanned;
use ui_test::{Args, CommandBuilder, Config, status_emitter};

fn main() -> Result<()> {
    let args = Args::test()?;
    let mut configs = vec![config("ui/pass", 0), config("ui/accept", 0)];
    let run = Run { exit_code: 0, output_conflict_handling: None };
    configs[0].comment_defaults.base().set_custom("run", run);
    if is_oldest_supported_compiler() {
        configs.push(config("ui/fail", 1));
    }
    for config in &mut configs {
        config.with_args(&args);
    }
    ui_test::run_tests_generic(
        configs,
        ui_test::default_file_filter,
        ui_test::default_per_file_config,
        status_emitter::Text::quiet(),
    )
}

fn config(cases: &str, exit_status: i32) -> Config {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut config = Config::rustc(folder.join(cases));
    // Relative ones would be those of the folder that the test runs in.
    config.out_dir = target().join("ui");
    config.path_stderr_filter(&folder.join("ui"), "$WORKSPACE");
    // Where the compiler's library, the registry's crates and ours say something, their lines may move.
    config.stderr_filter("/[^ \\n]*/library/(core|alloc|std)/", "$$RUST/$1/");
    config.stderr_filter("/[^ \\n]*/registry/src/[^/]+/", "$$CARGO/");
    config.stderr_filter(
        "(?m)^( +(?:-->|:::) (?:[$](?:CARGO|RUST)|serve-core)[^ \\n]*[.]rs):[0-9]+:[0-9]+",
        "$1",
    );
    config.stderr_filter("(?m)^ *[0-9]+( [|+~-])", "LL$1");
    config.stderr_filter("(?m)^ +([|=]|-->|:::)", "   $1");
    config.stderr_filter("and [0-9]+ others", "and $$N others");
    config.stderr_filter("[^ \\n]*[.]long-type-[0-9]+[.]txt", "$$LONG_TYPE");
    let defaults = config.comment_defaults.base();
    defaults.exit_status = Spanned::dummy(exit_status).into();
    defaults.require_annotations = Spanned::dummy(false).into();
    defaults.set_custom("edition", Edition("2024".to_owned()));
    defaults.set_custom("rustfix", RustfixMode::Disabled);
    defaults.set_custom("dependencies", dependencies(folder));
    config
}

/// What the cases are compiled against, built once for all of them.
fn dependencies(folder: &Path) -> DependencyBuilder {
    let mut program = CommandBuilder::cargo();
    program.args = ["build", "--target-dir"].map(Into::into).to_vec();
    program.args.push(target().join("ui/dependencies").into());
    program.out_dir_flag = None;
    DependencyBuilder {
        crate_manifest_path: folder.join("Cargo.toml"),
        program,
        ..DependencyBuilder::default()
    }
}

fn target() -> PathBuf {
    let program = std::env::current_exe().unwrap_or_default();
    // `target/debug/deps/ui-..`
    program.ancestors().nth(3).map(Path::to_owned).unwrap_or_else(|| PathBuf::from("target"))
}

fn is_oldest_supported_compiler() -> bool {
    let compiler = option_env!("RUSTC").unwrap_or("rustc");
    let output = std::process::Command::new(compiler).arg("--version").output();
    let output = output.expect("the compiler tells its version");
    let version = String::from_utf8_lossy(&output.stdout);
    version.starts_with(concat!("rustc ", env!("CARGO_PKG_RUST_VERSION"), "."))
}
