//! `ironplate config check`. Faults were told while loading; what is left is to say what holds.

use crate::config::Config;

pub(super) fn run(config: &Config) {
    println!("The configuration is complete.\n");
    println!("  Environment  {}", config.environment);
    println!("  Address      http://{}", config.http.address);
    println!("  Database     {}", config.database.url);
    println!("  Front end    {}", config.web.frontend_host);
}
