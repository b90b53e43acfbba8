//! The ports of a program that sends no mail. With `Policy::sends_mail` off nothing is written, so nothing comes here.

use async_trait::async_trait;
use ironplate_application::ports::{
    MailRenderer, MailTransport, OutgoingMail, RenderError, RenderedMail, SendError, TemplateContext,
};

pub(crate) struct NoMail;

const REASON: &str = "this program sends no mail";

impl MailRenderer for NoMail {
    fn render(&self, context: &TemplateContext) -> Result<RenderedMail, RenderError> {
        Err(RenderError { template: context.template.name(), source: REASON.into() })
    }
}

#[async_trait]
impl MailTransport for NoMail {
    async fn send(&self, _: &OutgoingMail) -> Result<(), SendError> {
        Err(SendError::Permanent(REASON.to_owned()))
    }
}
