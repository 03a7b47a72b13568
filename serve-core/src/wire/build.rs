//! Which build of a program this process is.

use std::path::Path;
use std::time::UNIX_EPOCH;

/// By this name a process finds the file that it runs, also when that has been replaced or removed.
const THIS_PROGRAM: &str = "/proc/self/exe";

/// Equal for processes that run the same file on one machine, which therefore need not compare anything.
/// Of others it means nothing: they compare their methods.
pub(crate) fn build_id() -> String {
    let here = Path::new(THIS_PROGRAM).metadata();
    let file = here.or_else(|_| std::env::current_exe().and_then(|file| file.metadata()));
    let Ok(file) = file else {
        // Equal to none.
        return format!("unknown-{:x}", fastrand::u64(..));
    };
    let written = file.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let version = env!("CARGO_PKG_VERSION");
    format!("{version}-{:x}-{:x}", file.len(), written.unwrap_or_default().as_nanos())
}
