#![doc = include_str!("../README.md")]

mod admin;
mod answer;
mod assets;
mod confirm;
mod cross_site;
mod entry;
mod fields;
mod flash;
mod form;
mod home;
mod input;
mod items;
mod landing;
mod list;
mod mailbox;
mod own_path;
mod pages;
mod reader;
mod refusal;
mod refusal_page;
mod routes;
mod settings;
mod site;
mod templates;
mod theme;
mod unsent;
mod visit;
mod web_client;
mod when;
mod words;

pub use landing::{ClientPages, nowhere};
pub use mailbox::{Visitors, mailbox};
pub use routes::{dashboard, too_many};
pub use site::{Dashboard, MailGoes, Settings};
pub use templates::{TemplateFault, TemplateFaults, Templates};
pub use web_client::{WebClient, WebClientError, web_client};
