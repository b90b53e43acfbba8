//! Where the process runs, and the variables it was given.

use std::{collections::BTreeMap, ffi::OsStr, fmt, process, time::Duration};

use super::{Faults, variables::without_quotes};
use crate::{cli::Overrides, service_manager::ServiceManager};

/// Where the process runs. Only production demands secrets; nowhere is one weak by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Environment {
    Development,
    Test,
    Production,
}

impl Environment {
    /// From the flag, else `ENVIRONMENT`, else development.
    pub(super) fn choose(variables: &BTreeMap<String, String>, overrides: &Overrides, faults: &mut Faults) -> Self {
        let given = overrides.environment.as_ref().or_else(|| variables.get("ENVIRONMENT"));
        match given.map_or("", |text| without_quotes("ENVIRONMENT", text, faults)) {
            "" | "development" | "local" => Self::Development,
            "test" => Self::Test,
            "production" | "staging" => Self::Production,
            other => {
                let problem = format!("{other:?} is no environment");
                faults.add("ENVIRONMENT", problem, "development (or local), test, production (or staging)");
                // The strictest, so that a slip of the pen can't loosen anything.
                Self::Production
            }
        }
    }

    pub(crate) fn is_production(self) -> bool {
        self == Self::Production
    }

    /// Whether what happens here is somebody's concern.
    pub(super) fn is_watched(self) -> bool {
        !matches!(self, Self::Development | Self::Test)
    }

    /// What the environment changes of the defaults.
    pub(super) fn settings(self) -> &'static str {
        match self {
            Self::Development => include_str!("../../../../config/development.toml"),
            Self::Test => include_str!("../../../../config/test.toml"),
            Self::Production => include_str!("../../../../config/production.toml"),
        }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Development => "development",
            Self::Test => "test",
            Self::Production => "production",
        })
    }
}

/// The variables of the process; an empty one counts as unset. One that is no text is none of ours, or becomes a value
/// that is refused where it is read.
#[expect(clippy::disallowed_methods, reason = "this is where the environment is read")]
pub(super) fn variables() -> BTreeMap<String, String> {
    let texts = std::env::vars_os().map(|(name, value)| (lossy(&name), lossy(&value)));
    texts.filter(|(_, value)| !value.is_empty()).collect()
}

/// What `sd_notify(3)` and `sd_watchdog_enabled(3)` lay down. It is no setting: whoever starts the process gives it.
#[expect(clippy::disallowed_methods, reason = "this is where the environment is read")]
pub(crate) fn service_manager() -> Option<ServiceManager> {
    let socket = std::env::var_os("NOTIFY_SOCKET").filter(|socket| !socket.is_empty())?;
    let number = |name| std::env::var(name).ok()?.parse::<u64>().ok();
    let is_ours = number("WATCHDOG_PID").is_none_or(|pid| pid == u64::from(process::id()));
    let patience = number("WATCHDOG_USEC").filter(|micros| *micros > 0 && is_ours).map(Duration::from_micros);
    Some(ServiceManager { socket, patience })
}

fn lossy(text: &OsStr) -> String {
    text.to_string_lossy().into_owned()
}
