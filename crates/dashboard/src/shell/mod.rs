//! What every page is made of.

pub(crate) mod assets;
pub(crate) mod at_hand;
pub(crate) mod client_pages;
pub(crate) mod cookies;
mod flash;
mod page;
mod redirect;
mod script_answer;
mod site;
mod templates;
mod theme;

pub use client_pages::ClientPages;
pub(crate) use flash::Flash;
pub(crate) use page::{PageResponse, PageResult};
pub(crate) use redirect::Redirect;
pub(crate) use script_answer::{for_script, refused_for_script};
pub use site::{Dashboard, DashboardSettings, MailDestination};
pub(crate) use site::{Shell, Site};
pub use templates::{TemplateFault, TemplateFaults, Templates};
pub(crate) use theme::Theme;
