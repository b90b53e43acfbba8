//! `ironplate config check`. Faults were told while loading; what is left is to say what holds.

use crate::{config::Config, failure::Failure, terminal::say};

pub(super) fn run(config: &Config) -> Result<(), Failure> {
    // Connects to nothing, but reads what the address says of TLS.
    ironplate_persistence::open(&config.database.url, config.database.options)
        .map_err(|error| Failure::because("DATABASE_URL", &error))?;
    say("The configuration is complete.\n");
    say(format_args!("  Environment  {}", config.environment));
    say(format_args!("  Address      http://{}", config.http.address));
    say(format_args!("  Database     {}", config.database.url));
    say(format_args!("  Front end    {}", config.web.frontend_host));
    say(format_args!("  Mail         {}", config.mail.transport));
    Ok(())
}
