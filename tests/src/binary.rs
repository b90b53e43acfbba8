//! The binary under test: the one that `IRONPLATE_TEST_BINARY` names, such as a release; or the one that cargo built for these tests; or else
//! built once as whoever asks was built.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

use serde_json::Value;

pub(crate) fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    #[expect(clippy::disallowed_methods, reason = "cargo, or whoever runs the tests, says it in the environment")]
    let said = || env::var_os("IRONPLATE_TEST_BINARY").or_else(|| env::var_os("CARGO_BIN_EXE_ironplate"));
    BINARY.get_or_init(|| said().map_or_else(build, PathBuf::from))
}

fn build() -> PathBuf {
    // <target folder>/<profile>/deps/<this test>
    let this_test = env::current_exe().expect("a test knows its own path");
    let profile_folder = this_test.ancestors().nth(2).expect("a test lies in deps");
    let target_folder = profile_folder.parent().expect("a profile's folder lies in the target folder");
    let profile = match profile_folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(name) => name,
    };
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["build", "--package", "ironplate-server", "--bin", "ironplate", "--message-format", "json"])
        .args(["--profile", profile])
        .arg("--target-dir")
        .arg(target_folder)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit());
    #[expect(clippy::disallowed_methods, reason = "what a child process must not inherit")]
    for (name, _) in env::vars_os() {
        // What cargo tells this test about its package would make other packages' build scripts run again.
        let told = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_CRATE_"];
        if told.iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
            cargo.env_remove(name);
        }
    }
    let built = cargo.output().expect("cargo runs");
    assert!(built.status.success(), "the binary does not build");
    String::from_utf8_lossy(&built.stdout).lines().find_map(executable).expect("cargo names the binary")
}

fn executable(message: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).ok()?;
    let named_so = message["target"]["name"] == "ironplate";
    message["executable"].as_str().filter(|_| named_so).map(PathBuf::from)
}
