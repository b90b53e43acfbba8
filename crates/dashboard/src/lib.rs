#![doc = include_str!("../README.md")]

mod crud;
mod fault;
mod fault_pages;
mod headers;
mod landing;
mod pages;
mod request;
mod resources;
mod routes;
mod shell;
mod words;

pub use fault_pages::too_many;
pub use landing::nowhere;
pub use routes::dashboard;
pub use shell::{ClientPages, Dashboard, DashboardSettings, MailDestination, TemplateFault, TemplateFaults, Templates};
