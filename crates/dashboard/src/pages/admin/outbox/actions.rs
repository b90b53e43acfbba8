//! Send mail again, or give it up.

use actix_web::web::Path;
use ironplate_application::Operator;
use ironplate_domain::MessageState;

use super::{LIST, id_of};
use crate::{
    crud::Confirm,
    request::{Form, OwnPath, Posted, Reader},
    shell::{Answer, Flash, Redirect},
    words,
};

pub(super) async fn retry(Posted { by: reader, .. }: Posted<Reader>, id: Path<String>) -> Answer {
    let (id, by) = (id_of(&id)?, operator(&reader));
    let is_retried = reader.run(|app| async move { app.outbox.retry(id, &by).await }).await?;
    let flash = if is_retried { Flash::MessageRetried } else { Flash::MessageNotRetried };
    Ok(Redirect::to(reader.back_to(LIST).as_str()).saying(flash).answer())
}

pub(super) async fn retry_dead(Posted { by: reader, .. }: Posted<Reader>) -> Answer {
    let by = operator(&reader);
    let retried = reader.run(|app| async move { app.outbox.retry_dead(&by).await }).await?;
    let flash = if retried > 0 { Flash::DeadRetried } else { Flash::NoneDead };
    Ok(Redirect::to(reader.back_to(LIST).as_str()).saying(flash).answer())
}

pub(super) async fn ask(reader: Reader, id: Path<String>) -> Answer {
    let (id, actor, client) = (id_of(&id)?, reader.actor(), reader.client.clone());
    let message = reader.run(|app| async move { app.outbox.look(actor, id, &client).await }).await?.message;
    let fate = if message.state == MessageState::Sent { "is forgotten" } else { "is never sent" };
    let confirm = Confirm {
        title: "Discard this mail?",
        text: format!("“{}” to {} {fate}.", words::mail(message.template), message.to),
        action: format!("/dashboard/outbox/{id}/discard"),
        verb: "Discard mail",
        back: format!("/dashboard/outbox?state={}", message.state.name()),
        ..Confirm::default()
    };
    confirm.page(&reader, "outbox", &Form::new()).answer()
}

pub(super) async fn discard(Posted { by: reader, form }: Posted<Reader>, id: Path<String>) -> Answer {
    let (id, by) = (id_of(&id)?, operator(&reader));
    reader.run(|app| async move { app.outbox.discard(id, &by).await }).await?;
    Ok(Redirect::to(OwnPath::of_list(form.text("back"), LIST).as_str()).saying(Flash::MessageDiscarded).answer())
}

fn operator(reader: &Reader) -> Operator {
    Operator { actor: Some(reader.actor()), client: reader.client.clone(), ..Operator::default() }
}
