//! The process as the system sees it, under the names that all Prometheus clients use. Linux alone tells.

use std::{fs, sync::atomic::AtomicU64};

use prometheus_client::{metrics::counter::Counter, registry::Registry};

use super::gauge;

/// What Linux counts times of processes in, whatever its kernel counts in.
const TICKS_PER_SECOND: u64 = 100;

pub(super) fn register(registry: &mut Registry) {
    if let Some(ticks) = cpu_ticks() {
        let cpu = Counter::<f64, AtomicU64>::default();
        #[expect(clippy::cast_precision_loss, reason = "exact for some million years")]
        cpu.inc_by(ticks as f64 / TICKS_PER_SECOND as f64);
        registry.register("process_cpu_seconds", "CPU time, in seconds", cpu);
    }
    let mut told = |name, help, value: Option<u64>| {
        if let Some(value) = value {
            gauge(registry, name, help, value);
        }
    };
    told("process_resident_memory_bytes", "Memory in use, in bytes", resident_bytes());
    told("process_open_fds", "Open files and sockets", open_files());
    told("process_max_fds", "Open files and sockets that there may be", most_open_files());
    told("process_start_time_seconds", "When it began, in seconds since 1970", started_at());
}

/// The fields of `/proc/self/stat` behind the name, which may have spaces; the first one is the third of proc(5).
fn stat() -> Option<Vec<u64>> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let (_, fields) = stat.rsplit_once(") ")?;
    Some(fields.split(' ').map(|field| field.trim().parse().unwrap_or(0)).collect())
}

fn cpu_ticks() -> Option<u64> {
    let fields = stat()?;
    Some(fields.get(11)? + fields.get(12)?)
}

fn started_at() -> Option<u64> {
    let boot = line("/proc/stat", "btime")?.trim().parse::<u64>().ok()?;
    Some(boot + stat()?.get(19)? / TICKS_PER_SECOND)
}

fn resident_bytes() -> Option<u64> {
    let kib: u64 = line("/proc/self/status", "VmRSS:")?.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1024)
}

fn open_files() -> Option<u64> {
    Some(fs::read_dir("/proc/self/fd").ok()?.count() as u64)
}

fn most_open_files() -> Option<u64> {
    line("/proc/self/limits", "Max open files")?.split_whitespace().next()?.parse().ok()
}

/// What is behind these words in the first line that begins with them.
fn line(file: &str, words: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    text.lines().find_map(|line| line.strip_prefix(words)).map(ToOwned::to_owned)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn linux_tells_all_of_it() {
        assert!(cpu_ticks().is_some());
        assert!(resident_bytes().is_some_and(|bytes| bytes > 1 << 20));
        let (open, most) = (open_files().unwrap(), most_open_files().unwrap());
        assert!((3..most).contains(&open), "{open} of {most}");
        assert!(started_at().is_some_and(|at| at > 1_700_000_000));
    }
}
