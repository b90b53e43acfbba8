//! Delete an organisation: whoever does types its name, and is told what goes with it.

use actix_web::web::Path;
use ironplate_application::organizations::OrganizationSize;
use ironplate_domain::Organization;

use super::{address, find};
use crate::{
    crud::Confirm,
    fault::{PageError, Rejection},
    request::{Form, PostedForm, SessionUser},
    resources::{Deed, ORGANIZATIONS, OWN},
    shell::{Flash, PageResult, Redirect},
    words,
};

/// The field; the page behind the question has one for the name.
const TYPED_NAME: &str = "typed_name";

/// Under which entry of the menu it is asked, and where its answers lead.
pub(crate) struct Deletion {
    pub(crate) entry: &'static str,
    pub(crate) action: String,
    pub(crate) back: String,
    pub(crate) done: &'static str,
}

pub(super) async fn ask(user: SessionUser, id: Path<String>) -> PageResult {
    let organization = find(&user, &id).await?;
    user.check_proved()?;
    Deletion::within(&organization).ask(&user, &organization, &Form::new()).await
}

pub(super) async fn delete(PostedForm { by: user, form }: PostedForm<SessionUser>, id: Path<String>) -> PageResult {
    let organization = find(&user, &id).await?;
    Deletion::within(&organization).delete(&user, &organization, form).await
}

impl Deletion {
    /// Where its members do it.
    fn within(organization: &Organization) -> Self {
        let page = |page| address(organization.id, page);
        Self { entry: "organization", action: page("/delete"), back: page("/settings"), done: ORGANIZATIONS.url }
    }

    /// The question.
    pub(crate) async fn ask(self, user: &SessionUser, organization: &Organization, form: &Form) -> PageResult {
        let size = size(user, organization).await?;
        let confirm = Confirm {
            title: "Delete this organisation?".into(),
            subject: organization.name.to_string(),
            text: format!("is deleted at once and for good. {}", what_goes(&size)),
            action: self.action,
            verb: "Delete organisation".into(),
            back: self.back,
            done: Some(self.done.to_owned()),
            ask_name: true,
            ..Confirm::default()
        };
        confirm.page(user, self.entry, form).answer()
    }

    /// Deletes it; or asks again, with what is wrong.
    pub(crate) async fn delete(self, user: &SessionUser, organization: &Organization, mut form: Form) -> PageResult {
        let (id, name) = (organization.id, form.text(TYPED_NAME).to_owned());
        let deleted = user
            .act(|app, actor, client| async move { app.organizations.delete(actor, id, Some(&name), &client).await })
            .await;
        match deleted {
            Ok(_) => {
                let flash = Flash::Done(&ORGANIZATIONS, Deed::Deleted);
                Ok(Redirect::to(self.done).saying(flash).answer())
            }
            Err(error) => {
                match error {
                    PageError::Rejected(Rejection { code: "name_required", .. }) => {
                        form.blame(TYPED_NAME, "This is not its name");
                    }
                    error => form.refuse(error)?,
                }
                self.ask(user, organization, &form).await
            }
        }
    }
}

async fn size(user: &SessionUser, organization: &Organization) -> Result<OrganizationSize, PageError> {
    let id = organization.id;
    user.act(|app, actor, client| async move { app.organizations.size(actor, id, &client).await }).await
}

/// `3 members lose access, and 1 invitation and 20 items go with it.`
fn what_goes(OrganizationSize { members, invitations, owned }: &OrganizationSize) -> String {
    let lose = if *members == 1 { "loses" } else { "lose" };
    let access = format!("{} {lose} access", words::plural(*members, "member"));
    let owned = OWN.iter().filter_map(|resource| Some((resource.noun, *owned.get(resource.key)?)));
    let all = [("invitation", *invitations)].into_iter().chain(owned).filter(|(_, count)| *count > 0);
    let counts: Vec<String> = all.clone().map(|(noun, count)| words::plural(count, noun)).collect();
    let counts: Vec<&str> = counts.iter().map(String::as_str).collect();
    match all.map(|(_, count)| count).sum::<u64>() {
        0 => format!("{access}."),
        1 => format!("{access}, and {} goes with it.", words::enumerated(&counts)),
        _ => format!("{access}, and {} go with it.", words::enumerated(&counts)),
    }
}
