#![doc = include_str!("../README.md")]

mod assets;
mod error;
mod list;
mod mail;
mod pages;
mod raw;
mod visitors;

use std::sync::Arc;

use actix_web::{
    HttpResponse, Route, guard,
    web::{self, Data, ServiceConfig},
};
use ironplate_application::ports::{BoxError, KeptMail, Mailbox};
use ironplate_domain::MessageId;

use error::MailboxError;
pub use visitors::Visitors;

/// Mounts the pages of this mailbox at `/dev/mailbox`; to all but these visitors there is nothing. Whoever sees them reads
/// every link in it, so mount them where nobody but a developer comes.
pub fn mailbox(mailbox: Arc<dyn Mailbox>, visitors: Visitors) -> impl Fn(&mut ServiceConfig) + Clone {
    let mailbox = Data::new(MailboxReader(mailbox));
    move |config| {
        let at = |path: &str| web::resource([path.to_owned(), format!("{path}/")]);
        let scope = web::scope("/dev/mailbox")
            .guard(visitors)
            .app_data(mailbox.clone())
            .service(at("").route(get().to(list::page)))
            .service(web::resource("/style.css").route(get().to(assets::style)))
            .service(web::resource("/icon.svg").route(get().to(assets::icon)))
            .service(at("/{id}").route(get().to(mail::page)))
            .service(at("/{id}/html").route(get().to(raw::html)))
            .service(at("/{id}/text").route(get().to(raw::text)))
            .service(at("/{id}/source").route(get().to(raw::source)))
            .default_service(web::to(|| async { Err::<HttpResponse, _>(MailboxError::Missing) }));
        config.service(scope);
    }
}

fn get() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// The mailbox, asked off the web workers, because files are read.
struct MailboxReader(Arc<dyn Mailbox>);

impl MailboxReader {
    async fn list(&self) -> Result<Vec<KeptMail>, MailboxError> {
        self.ask(|mailbox| mailbox.list()).await
    }

    /// The mail whose id the path has.
    async fn find(&self, id: &str) -> Result<KeptMail, MailboxError> {
        let id = MessageId(id.parse().map_err(|_| MailboxError::Missing)?);
        self.ask(move |mailbox| mailbox.find(id)).await?.ok_or(MailboxError::Missing)
    }

    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&dyn Mailbox) -> Result<T, BoxError> + Send + 'static,
    ) -> Result<T, MailboxError> {
        let mailbox = self.0.clone();
        let answer = web::block(move || question(&*mailbox)).await.map_err(|error| MailboxError::unreadable(&error))?;
        answer.map_err(|error| MailboxError::unreadable(&*error))
    }
}
