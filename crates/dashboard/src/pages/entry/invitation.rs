//! Answer an invitation to an organisation, behind a mailed link. Looking changes nothing, because mail scanners look, too.
//!
//! It is accepted in the account of its address alone, or that account is made here. Everybody else is told what they can do.

use actix_web::HttpRequest;
use ironplate_application::invitations::{InvitationKey, InvitedSignUp, LinkedOffer, NewMember};
use ironplate_domain::{FullName, Password, TokenSecret};
use serde::Serialize;

use super::log_in;
use crate::{
    fault::{PageError, Rejection},
    pages::organizations::{
        enter,
        received::{OfferView, accept, decline},
    },
    request::{Form, PostedForm, RequestContext, SessionUser, address},
    shell::{Flash, PageResult, Redirect},
};

/// What the visitor can do.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    /// Answer it: they are logged in, and the address is theirs.
    Answer,
    /// Log out first: the account that they are logged in to is another one.
    LogOut,
    /// Log in first.
    LogIn,
    /// Sign up by it.
    SignUp,
    /// Ask for another one.
    Invalid,
}

#[derive(Serialize)]
struct InvitationPage {
    state: State,
    offer: Option<OfferView>,
    /// Whose account is in use.
    user: Option<String>,
    here: String,
    /// Where whoever is logged out goes on.
    on: String,
}

impl State {
    const fn of(linked: &LinkedOffer) -> Self {
        match (linked.is_yours, linked.has_account) {
            (Some(true), _) => Self::Answer,
            (Some(false), _) => Self::LogOut,
            (None, true) => Self::LogIn,
            (None, false) => Self::SignUp,
        }
    }
}

pub(super) async fn show(context: RequestContext, request: HttpRequest) -> PageResult {
    let user = SessionUser::if_any(&request).await?;
    page(&context, user.as_ref(), &Form::new()).await
}

/// The page as things are now.
async fn page(context: &RequestContext, user: Option<&SessionUser>, form: &Form) -> PageResult {
    let (secret, by, client) = (token(context), user.map(|user| user.account.clone()), context.client.clone());
    let found = context.run(|app| async move { app.invitations.look(&secret, by.as_deref(), &client).await }).await;
    let linked = match found {
        Ok(linked) => Some(linked),
        Err(PageError::Rejected(Rejection { code: "invitation_not_found", .. })) => None,
        Err(error) => return Err(error),
    };
    let here = address("/dashboard/invitation", &[("token", context.query.get("token"))]);
    let has_account = linked.as_ref().is_some_and(|linked| linked.has_account);
    let view = InvitationPage {
        state: linked.as_ref().map_or(State::Invalid, State::of),
        offer: linked.map(|linked| linked.offer.into()),
        user: user.map(|user| user.account.email.to_string()),
        on: if has_account { address("/dashboard/log-in", &[("next", &here)]) } else { here.clone() },
        here,
    };
    context.page("entry/invitation.html", view).form(form).answer()
}

/// In the address alone, where the form is sent, too.
fn token(context: &RequestContext) -> TokenSecret {
    TokenSecret::new(context.query.get("token"))
}

pub(super) async fn answer(
    PostedForm { by: context, mut form }: PostedForm<RequestContext>,
    request: HttpRequest,
) -> PageResult {
    let user = SessionUser::if_any(&request).await?;
    let key = InvitationKey::Link(token(&context));
    let outcome = match (form.text("answer"), &user) {
        ("accept", Some(user)) => accept(user, key).await.map(Some),
        ("decline", user) => decline(&context, user.as_ref(), key).await.map(Some),
        ("sign_up", None) => sign_up(&context, &mut form).await,
        // Whoever was logged in or out meanwhile.
        _ => Ok(None),
    };
    match outcome {
        Ok(Some(way)) => return Ok(way.answer()),
        Ok(None) => {}
        // The page tells it.
        Err(PageError::Rejected(Rejection {
            code: "invitation_not_found" | "invitation_for_another_account", ..
        })) => form = Form::new(),
        Err(error) => form.refuse(error)?,
    }
    page(&context, user.as_ref(), &form).await
}

/// The way in, unless something is wrong with what was typed.
async fn sign_up(context: &RequestContext, form: &mut Form) -> Result<Option<Redirect>, PageError> {
    let (full_name, password) = (form.input::<Option<FullName>>("full_name"), form.input::<Password>("password"));
    let Some((full_name, password)) = full_name.zip(password) else { return Ok(None) };
    let client = context.client.clone();
    let command = InvitedSignUp { token: token(context), password: password.clone(), full_name };
    let NewMember { user, joined } =
        context.run(|app| async move { app.invitations.sign_up(command, &client).await }).await?;
    let way = log_in::newcomer(context, user.email, password, enter(context, joined.organization.id)).await;
    Ok(Some(way.saying(Flash::JoinedAndSignedUp)))
}
