//! Send mail again, or give it up.

use actix_web::web::Path;
use ironplate_application::Operator;
use ironplate_domain::{MessageId, MessageState};

use super::LIST;
use crate::{
    crud::Confirm,
    request::{Form, OwnPath, PostedForm, SessionUser, resource::id_of},
    shell::{Flash, PageResult, Redirect},
    words,
};

pub(super) async fn retry(PostedForm { by: user, .. }: PostedForm<SessionUser>, id: Path<String>) -> PageResult {
    let (id, by) = (id_of(&id, MessageId)?, operator(&user));
    let is_retried = user.run(|app| async move { app.outbox.retry(id, &by).await }).await?;
    let flash = if is_retried { Flash::MessageRetried } else { Flash::MessageNotRetried };
    Ok(Redirect::to(user.back_to(LIST).as_str()).saying(flash).answer())
}

pub(super) async fn retry_dead(PostedForm { by: user, .. }: PostedForm<SessionUser>) -> PageResult {
    let by = operator(&user);
    let retried = user.run(|app| async move { app.outbox.retry_dead(&by).await }).await?;
    let flash = if retried > 0 { Flash::DeadRetried } else { Flash::NoneDead };
    Ok(Redirect::to(user.back_to(LIST).as_str()).saying(flash).answer())
}

pub(super) async fn ask(user: SessionUser, id: Path<String>) -> PageResult {
    let id = id_of(&id, MessageId)?;
    let message =
        user.act(|app, actor, client| async move { app.outbox.look(actor, id, &client).await }).await?.message;
    let fate = if message.state == MessageState::Sent { "is forgotten" } else { "is never sent" };
    let confirm = Confirm {
        title: "Discard this mail?".into(),
        text: format!("“{}” to {} {fate}.", words::mail(message.template), message.to),
        action: format!("/dashboard/outbox/{id}/discard"),
        verb: "Discard mail".into(),
        back: format!("/dashboard/outbox?state={}", message.state.name()),
        ..Confirm::default()
    };
    confirm.page(&user, "outbox", &Form::new()).answer()
}

pub(super) async fn discard(PostedForm { by: user, form }: PostedForm<SessionUser>, id: Path<String>) -> PageResult {
    let (id, by) = (id_of(&id, MessageId)?, operator(&user));
    user.run(|app| async move { app.outbox.discard(id, &by).await }).await?;
    Ok(Redirect::to(OwnPath::of_list(form.text("back"), LIST).as_str()).saying(Flash::MessageDiscarded).answer())
}

fn operator(user: &SessionUser) -> Operator {
    Operator { actor: Some(user.actor()), client: user.client.clone(), ..Operator::default() }
}
