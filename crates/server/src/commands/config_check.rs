//! `ironplate config check`. Faults were told while loading; what is left is to say what holds.

use crate::{config::Config, terminal::say};

pub(super) fn run(config: &Config) {
    say("The configuration is complete.\n");
    say(format_args!("  Environment  {}", config.environment));
    say(format_args!("  Address      http://{}", config.http.address));
    say(format_args!("  Database     {}", config.database.url));
    say(format_args!("  Front end    {}", config.web.frontend_host));
}
