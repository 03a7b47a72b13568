//! What `#[deployment]` costs at compile time: crates of 1, 10 and 100 methods, with and without it.
//!
//! Each crate is a library that calls every one of its methods once, so that the code behind the handle is
//! compiled as well and not only written out. Measured is `cargo build` in the debug profile once the
//! dependencies are there: a whole compilation of the crate (nothing incremental), and an edit of one
//! method's body (incremental, as while developing). Nothing is linked.
//!
//! The first run builds the dependencies and takes a minute or two longer.

#![expect(clippy::print_stdout, reason = "a bench prints its results")]
#![expect(clippy::disallowed_methods, reason = "builds are measured in real time")]

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use benches::{Noise, Rounds, Table, unless_quick};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Crates come in pairs, the one without the attribute first.
const METHODS: [usize; 3] = [1, 10, 100];

fn main() -> Result<()> {
    let workspace = Workspace::generate()?;
    let rounds = unless_quick(3, 1);
    let sizes = unless_quick(&METHODS[..], &METHODS[..2]);
    println!("Medians of {rounds} interleaved rounds, in seconds.\n");
    for build in [Build::Whole, Build::Edit] {
        let noise = Noise::watch();
        let table = workspace.compare(build, sizes, rounds)?;
        println!("### {}\n\n{table}\n{noise}\n", build.title());
    }
    Ok(())
}

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Build {
    Whole,
    Edit,
}

impl Build {
    fn title(self) -> &'static str {
        match self {
            Self::Whole => "The whole crate",
            Self::Edit => "After an edit of one method",
        }
    }

    fn incremental(self) -> &'static str {
        match self {
            Self::Whole => "0",
            Self::Edit => "1",
        }
    }
}

/// Seconds.
#[derive(Clone, Copy, Default)]
struct Cost {
    wall: f64,
    user: f64,
}

// === the generated crates ===

/// A workspace with all the crates, below the target directory.
struct Workspace {
    root: PathBuf,
}

#[derive(Clone, Copy)]
struct Package {
    methods: usize,
    is_deployment: bool,
}

impl Package {
    fn all() -> impl Iterator<Item = Self> {
        METHODS
            .into_iter()
            .flat_map(|methods| [false, true].map(|is_deployment| Self { methods, is_deployment }))
    }

    fn name(self) -> String {
        let kind = if self.is_deployment { "deployment" } else { "plain" };
        format!("{kind}_{}", self.methods)
    }

    fn manifest(self, serve_core: &Path) -> String {
        format!(
            "[package]\nname = \"{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\nserve-core = {{ path = {serve_core:?} }}\n",
            self.name()
        )
    }

    /// The crate's source. `edit` changes the body of the first method.
    fn source(self, edit: usize) -> String {
        let (attribute, target, call) = match self.is_deployment {
            true => ("#[serve_core::deployment]\n", "GreeterHandle", ".remote"),
            false => ("", "Greeter", ""),
        };
        let mut methods = String::new();
        let mut calls = String::new();
        for method in 0..self.methods {
            let edit = if method == 0 { edit } else { 0 };
            let _ = writeln!(
                methods,
                "    pub async fn method_{method}(&self, name: String, count: u64) -> String {{\n        \
                     format!(\"Hello {{name}} {{count}} {edit}!\")\n    }}"
            );
            // The method of a deployment answers with a `Result`, the plain one with the text.
            let text = if self.is_deployment { ".unwrap_or_default()" } else { "" };
            let _ = writeln!(
                calls,
                "        all += &target.method_{method}{call}(String::from(\"Alice\"), {method}).await{text};"
            );
        }
        format!(
            "#[derive(Default)]\npub struct Greeter;\n\n{attribute}impl Greeter {{\n{methods}}}\n\n\
             pub fn call_all(target: {target}) \
             -> std::pin::Pin<Box<dyn Future<Output = String> + Send>> {{\n    \
             Box::pin(async move {{\n        let mut all = String::new();\n{calls}        all\n    }})\n}}\n"
        )
    }
}

impl Workspace {
    fn generate() -> Result<Self> {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("macro_cost");
        let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let workspace = Self { root };
        fs::create_dir_all(&workspace.root)?;
        // The same versions of everything as in this workspace; cargo takes out what is not needed.
        fs::copy(ours.join("Cargo.lock"), workspace.root.join("Cargo.lock"))?;
        let members = Vec::from_iter(Package::all().map(Package::name));
        let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n");
        fs::write(workspace.root.join("Cargo.toml"), manifest)?;
        for package in Package::all() {
            let folder = workspace.root.join(package.name());
            fs::create_dir_all(folder.join("src"))?;
            fs::write(folder.join("Cargo.toml"), package.manifest(&ours.join("serve-core")))?;
            workspace.write(package, 0)?;
        }
        Ok(workspace)
    }

    fn write(&self, package: Package, edit: usize) -> io::Result<()> {
        fs::write(self.root.join(package.name()).join("src/lib.rs"), package.source(edit))
    }

    // === measuring ===

    fn compare(&self, build: Build, sizes: &[usize], rounds: usize) -> Result<Table> {
        let packages: Vec<_> =
            Package::all().filter(|package| sizes.contains(&package.methods)).collect();
        // Dependencies first, and a first build of every crate, which the edits start from.
        for package in &packages {
            self.build(*package, build)?;
        }
        let mut edits = 0;
        let mut failure = None;
        let costs = Rounds::run(packages.len(), rounds, |index| {
            edits += 1;
            self.measure(packages[index], build, edits).unwrap_or_else(|error| {
                failure = Some(error);
                Cost::default()
            })
        });
        match failure {
            Some(failure) => Err(failure),
            None => Ok(table(&packages, &costs)),
        }
    }

    fn measure(&self, package: Package, build: Build, edit: usize) -> Result<Cost> {
        self.write(package, edit)?;
        let (user, begun) = (user_seconds_of_children(), Instant::now());
        self.build(package, build)?;
        let wall = begun.elapsed().as_secs_f64();
        let user =
            user_seconds_of_children().zip(user).map_or(f64::NAN, |(after, before)| after - before);
        Ok(Cost { wall, user })
    }

    fn build(&self, package: Package, build: Build) -> Result<()> {
        let output = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--package", &package.name()])
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", self.root.join("target"))
            .env("CARGO_INCREMENTAL", build.incremental())
            .output()?;
        match output.status.success() {
            true => Ok(()),
            false => Err(String::from_utf8_lossy(&output.stderr).into()),
        }
    }
}

/// Each pair in one row.
fn table(packages: &[Package], costs: &Rounds<Cost>) -> Table {
    let mut table = Table::new([
        "methods",
        "plain wall",
        "deployment wall",
        "added wall",
        "added wall a method",
        "plain user",
        "deployment user",
        "added user",
        "added user a method",
    ]);
    for (pair, packages) in packages.chunks_exact(2).enumerate() {
        let (plain, deployment) = (2 * pair, 2 * pair + 1);
        let methods = packages[0].methods;
        let mut row = vec![methods.to_string()];
        for figure in [|cost: &Cost| cost.wall, |cost: &Cost| cost.user] {
            let (plain, deployment) =
                (costs.median(plain, figure), costs.median(deployment, figure));
            let added = deployment - plain;
            row.extend([plain, deployment, added].map(|seconds| format!("{seconds:.2}")));
            row.push(format!("{:.4}", added / methods as f64));
        }
        table.row(row);
    }
    table
}

/// The user CPU time of all children that have ended, to a hundredth of a second. Linux only.
fn user_seconds_of_children() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The second field, the program's name, may hold anything; the fields after it hold no parenthesis.
    let (_, fields) = stat.rsplit_once(')')?;
    let ticks: f64 = fields.split_whitespace().nth(CHILDREN_USER - 3)?.parse().ok()?;
    Some(ticks / TICKS_A_SECOND)
}

/// The number of `cutime` among the fields of `/proc/<pid>/stat`, counted from one.
const CHILDREN_USER: usize = 16;
/// What Linux counts these times in, whatever its own clock.
const TICKS_A_SECOND: f64 = 100.0;
