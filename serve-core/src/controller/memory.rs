//! How much memory a process has.

/// Resident memory of a process in bytes; `None` where the system does not say.
#[cfg(target_os = "linux")]
pub(crate) fn memory_of(pid: u32) -> Option<u64> {
    let numbers = std::fs::read_to_string(format!("/proc/{pid}/statm")).ok()?;
    let pages: u64 = numbers.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages * rustix::param::page_size() as u64)
}

/// Resident memory of a process in bytes; `None` where the system does not say.
#[cfg(not(target_os = "linux"))]
pub(crate) fn memory_of(_: u32) -> Option<u64> {
    None
}
