//! Invite people to an organisation, many at once; and see who is invited.

use actix_web::web::Path;
use ironplate_application::invitations::{InvitationResult, InvitationStatus, Invite};
use ironplate_domain::{Action, Organization, Resource, Role};
use serde::Serialize;

use super::{OrganizationView, address, check, find, invitations::find_page, role::RoleChoice};
use crate::{
    crud::List,
    request::{Form, PostedForm, SessionUser},
    shell::{Flash, PageResult, Redirect},
};

#[derive(Serialize)]
struct InvitePage {
    organization: OrganizationView,
    mail_off: bool,
    most: usize,
    roles: Vec<RoleChoice>,
    results: Vec<ResultView>,
    invited: usize,
}

/// What became of one address.
#[derive(Serialize)]
struct ResultView {
    email: String,
    outcome: &'static str,
    tone: &'static str,
}

impl From<InvitationResult> for ResultView {
    fn from(InvitationResult { email, status, .. }: InvitationResult) -> Self {
        let (outcome, tone) = match status {
            InvitationStatus::Invited => ("Invited", "good"),
            InvitationStatus::AlreadyInvited => ("Was invited before, and did not answer yet", ""),
            InvitationStatus::AlreadyMember => ("Is a member already", ""),
            InvitationStatus::Invalid => ("Is no email address", "bad"),
            InvitationStatus::NotAllowedForNow => {
                ("Can’t be invited now: too many invitations went to this address, or came from here. Try later", "bad")
            }
            InvitationStatus::Full => ("Can’t be invited: the organisation has as many members as it may", "bad"),
        };
        Self { email, outcome, tone }
    }
}

/// Whether it can be tried again, perhaps spelled in another way.
const fn can_be_mended(status: InvitationStatus) -> bool {
    matches!(status, InvitationStatus::Invalid | InvitationStatus::NotAllowedForNow | InvitationStatus::Full)
}

pub(super) async fn show(user: SessionUser, id: Path<String>) -> PageResult {
    let organization = find(&user, &id).await?;
    page(&user, &organization, &Form::new().holding("role", Role::Member.name()), Vec::new()).await
}

async fn page(
    user: &SessionUser,
    organization: &Organization,
    form: &Form,
    results: Vec<InvitationResult>,
) -> PageResult {
    let id = organization.id;
    let list = List::of(user, address(id, "/invitations"), &[]);
    let found = find_page(user, id, list.request()).await?;
    let may = |role: &Role| user.may(Action::Create, Resource::MembersOf(id, *role));
    let content = InvitePage {
        organization: OrganizationView::to(user, organization),
        mail_off: !user.policy().sends_mail,
        most: Invite::MOST,
        roles: Role::ALL.into_iter().filter(may).map(RoleChoice::from).collect(),
        invited: results.iter().filter(|result| result.status == InvitationStatus::Invited).count(),
        results: results.into_iter().map(ResultView::from).collect(),
    };
    let page = user.page("members", "organizations/invitations.html", content).form(form);
    list.answer_on(page, "invitations", found, &[], |row| row)
}

pub(super) async fn invite(PostedForm { by: user, mut form }: PostedForm<SessionUser>, id: Path<String>) -> PageResult {
    let organization = find(&user, &id).await?;
    let id = organization.id;
    // Whoever invites to any role invites to the lowest.
    check(&user, Action::Create, Resource::MembersOf(id, Role::Viewer)).await?;
    let (emails, role) = (addresses(form.text("emails")), Role::from_name(form.text("role")));
    match emails.len() {
        0 => form.blame("emails", "Enter an email address, or several"),
        many if many > Invite::MOST => {
            form.blame("emails", format!("These are {many} addresses, at most {} are taken at once", Invite::MOST));
        }
        _ => {}
    }
    if role.is_none() {
        form.blame("role", "Choose a role");
    }
    let Some(role) = role.filter(|_| form.is_fine()) else {
        return page(&user, &organization, &form, Vec::new()).await;
    };
    let command = Invite { emails, role };
    let outcome =
        user.act(|app, actor, client| async move { app.invitations.invite(actor, id, command, &client).await }).await;
    match outcome {
        Ok(results) if results.iter().all(|result| result.status == InvitationStatus::Invited) => {
            Ok(Redirect::to(&address(id, "/invitations")).saying(Flash::InvitationsSent).answer())
        }
        Ok(results) => {
            let left = results.iter().filter(|result| can_be_mended(result.status));
            let left: Vec<&str> = left.map(|result| result.email.as_str()).collect();
            let form = Form::new().holding("emails", left.join("\n")).holding("role", role.name());
            page(&user, &organization, &form, results).await
        }
        Err(error) => {
            form.refuse(error)?;
            page(&user, &organization, &form, Vec::new()).await
        }
    }
}

/// The addresses in what was typed or pasted: between commas, semicolons, blanks and line ends; of `Ann <ann@example.com>`, what is in
/// the brackets.
fn addresses(text: &str) -> Vec<String> {
    let parts = text.split([',', ';', '\n', '\r']).map(str::trim);
    let found = parts.flat_map(|part| match part.strip_suffix('>').and_then(|part| part.rsplit_once('<')) {
        Some((_, address)) => vec![address.trim()],
        None => part.split_whitespace().collect(),
    });
    found.filter(|address| !address.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_as_people_paste_them() {
        for (text, expected) in [
            ("a@b.example", &["a@b.example"][..]),
            (" a@b.example\r\nc@d.example\n\n", &["a@b.example", "c@d.example"]),
            (
                "a@b.example, c@d.example;e@f.example g@h.example",
                &["a@b.example", "c@d.example", "e@f.example", "g@h.example"],
            ),
            ("Ann Lee <a@b.example>, <c@d.example>", &["a@b.example", "c@d.example"]),
            ("nonsense <", &["nonsense", "<"]),
            (" ,;\n<>", &[]),
        ] {
            assert_eq!(addresses(text), expected, "{text:?}");
        }
    }
}
