//! `ironplate user …`.

mod text;

use std::io::{IsTerminal, Write, stderr, stdin};

use ironplate_application::{
    Application, NewPasswordError, Operator,
    organizations::{SoleOwned, SoleOwnership},
    ports::{PageRequest, Store, StoreError, UserFilter, UserOrder},
    users::{
        CreateUser, CreateUserError, DeleteUserError, ReadUserError, UpdateUser, UpdateUserError, UserDetails, Welcome,
    },
    with_causes,
};
use ironplate_domain::{Password, User, UserId};
use serde_json::Value;

use super::{check_database, password, person::id_of, reach_database};
use crate::{
    cli::{DeleteUser, Format, InviteUser, ListUsers, SetPassword, UserCommand, Whose},
    config::Config,
    failure::Failure,
    operator,
    terminal::say,
    wiring::Wiring,
};

pub(super) async fn run(config: &Config, command: UserCommand) -> Result<(), Failure> {
    reach_database(config).await?;
    let wiring = Wiring::new(config)?;
    let store = &*wiring.ports.store;
    check_database(config, store).await?;
    let accounts = Accounts { app: wiring.application(), by: operator::of_this_machine() };
    let of = async |whose: Whose| accounts.look(id_of(&whose.person, store).await?).await;
    match command {
        UserCommand::List(wanted) => accounts.list(wanted).await,
        UserCommand::Show(wanted) => {
            let details = of(wanted.whose).await?;
            match wanted.format {
                Format::Text => say(text::facts(&details)),
                Format::Json => say(format_args!("{:#}", text::details_json(&details))),
            }
            Ok(())
        }
        UserCommand::Invite(invitation) => accounts.invite(invitation, store).await,
        UserCommand::SetPassword(SetPassword { whose, password_stdin }) => {
            accounts.set_password(of(whose).await?.user, password_stdin).await
        }
        UserCommand::Activate(whose) => {
            let change = UpdateUser { is_active: Some(true), ..UpdateUser::default() };
            accounts.change(of(whose).await?.user, change, "is active", "").await
        }
        UserCommand::Deactivate(whose) => {
            let change = UpdateUser { is_active: Some(false), ..UpdateUser::default() };
            accounts.change(of(whose).await?.user, change, "is inactive", "; all sessions were ended").await
        }
        UserCommand::Promote(whose) => {
            let change = UpdateUser { is_superuser: Some(true), ..UpdateUser::default() };
            accounts.change(of(whose).await?.user, change, "is a superuser", "").await
        }
        UserCommand::Demote(whose) => {
            let change = UpdateUser { is_superuser: Some(false), ..UpdateUser::default() };
            accounts.change(of(whose).await?.user, change, "is no superuser", "; all sessions were ended").await
        }
        UserCommand::Verify(whose) => accounts.verify(of(whose).await?.user).await,
        UserCommand::SignOut(whose) => accounts.sign_out(of(whose).await?.user).await,
        UserCommand::ResetSecondFactor(whose) => accounts.reset_second_factor(&of(whose).await?).await,
        UserCommand::Delete(DeleteUser { whose, with_organizations, yes }) => {
            let organizations = if with_organizations { SoleOwned::Delete } else { SoleOwned::Keep };
            accounts.delete(&of(whose).await?, organizations, yes).await
        }
    }
}

struct Accounts {
    app: Application,
    by: Operator,
}

impl Accounts {
    async fn look(&self, id: UserId) -> Result<UserDetails, Failure> {
        self.app.users.by_operator(&self.by).look(id).await.map_err(|error| match error {
            ReadUserError::NotFound => Failure(format!("No account has the id {id}.")),
            error => Failure::because("The account could not be looked up", &error),
        })
    }

    async fn list(&self, wanted: ListUsers) -> Result<(), Failure> {
        let ListUsers { search, state, superusers, limit, format } = wanted;
        let filter = UserFilter { is_superuser: superusers.then_some(true), state };
        let request = PageRequest { order: UserOrder::Newest, search, after: None, skip: 0, limit };
        let page = self.app.users.by_operator(&self.by).list(&filter, &request).await;
        let page = page.map_err(|error| Failure::because("The accounts could not be listed", &error))?;
        match format {
            Format::Json => say(format_args!("{:#}", Value::Array(page.rows.iter().map(text::json).collect()))),
            Format::Text if page.rows.is_empty() => say("No account is like that."),
            Format::Text => {
                say(text::table(&page.rows));
                if page.more {
                    say(format_args!("\n{} of {} accounts; --limit shows more.", page.rows.len(), page.count));
                }
            }
        }
        Ok(())
    }

    /// Whoever was invited before and did not come yet is invited anew, to a new account.
    async fn invite(&self, invitation: InviteUser, store: &dyn Store) -> Result<(), Failure> {
        let InviteUser { email, name, superuser: is_superuser } = invitation;
        let find = async { store.read().await?.users().find_by_email(&email).await };
        let former = find.await.map_err(|error: StoreError| Failure::because("Nobody was invited", &error))?;
        let unclaimed = former.filter(User::is_unclaimed);
        let full_name = name.or_else(|| unclaimed.as_ref()?.full_name.clone());
        let command = CreateUser { full_name, is_superuser, ..CreateUser::new(email) };
        let made = self.app.users.by_operator(&self.by).create(command, Welcome::Mail).await;
        let user = made.map_err(|error| match (error, &unclaimed) {
            (CreateUserError::PasswordRequired, _) => {
                Failure("Nobody can be invited: mail is off (mail.transport).".to_owned())
            }
            (CreateUserError::EmailTaken, Some(waiting)) => Failure(format!(
                "{} was invited before, as a superuser, whose account stays. For another link they ask on the page \
                 \"Forgot password\", if the account is active; or delete it first: ironplate user delete {}",
                waiting.email, waiting.email
            )),
            (error, _) => Failure::because("Nobody was invited", &error),
        })?;
        say(format_args!("{} is invited ({}); the mail with their link is queued.", user.email, user.id));
        if let Some(former) = unclaimed {
            say(format_args!(
                "The account {} of the invitation before, or of a sign-up, that nobody claimed is gone.",
                former.id
            ));
        }
        Ok(())
    }

    async fn set_password(&self, user: User, from_input: bool) -> Result<(), Failure> {
        let mut new: Password = password::obtain(from_input)?;
        loop {
            let change = UpdateUser { password: Some(new), ..UpdateUser::default() };
            match self.app.users.by_operator(&self.by).update(user.id, change).await {
                Ok(user) => {
                    say(format_args!("{} has a new password; all sessions were ended.", user.email));
                    return Ok(());
                }
                Err(UpdateUserError::Password(NewPasswordError::Weak { weakness, .. })) if !from_input => {
                    say(format_args!("Please choose another. {weakness}"));
                    new = password::ask()?;
                }
                Err(error) => return Err(refused(&user, "changed", &error)),
            }
        }
    }

    /// Says so if the account was like that before.
    async fn change(&self, user: User, change: UpdateUser, is: &str, besides: &str) -> Result<(), Failure> {
        let changed = self.app.users.by_operator(&self.by).update(user.id, change).await;
        Self::tell(&user, changed, is, besides)
    }

    async fn verify(&self, user: User) -> Result<(), Failure> {
        let verified = self.app.users.by_operator(&self.by).verify(user.id).await;
        Self::tell(&user, verified, "is verified", "")
    }

    fn tell(user: &User, changed: Result<User, UpdateUserError>, is: &str, besides: &str) -> Result<(), Failure> {
        match changed {
            Ok(now) if now == *user => say(format_args!("{} {is} already; nothing was changed.", user.email)),
            Ok(now) => say(format_args!("{} {is} now{besides}.", now.email)),
            Err(UpdateUserError::SoleOwner(organizations)) => {
                return Err(sole_owner(user, "changed", &organizations, &keep_out(user)));
            }
            Err(error) => return Err(refused(user, "changed", &error)),
        }
        Ok(())
    }

    async fn sign_out(&self, user: User) -> Result<(), Failure> {
        let ended = self.app.sessions.end_all_of(user.id, &self.by).await;
        let ended = ended.map_err(|error| Failure::because("No session was ended", &error))?;
        say(match ended {
            0 => format!("{} has no session; nothing was changed.", user.email),
            1 => format!("1 session of {} was ended.", user.email),
            count => format!("{count} sessions of {} were ended.", user.email),
        });
        Ok(())
    }

    async fn reset_second_factor(
        &self,
        UserDetails { user, authenticator_apps, passkeys, .. }: &UserDetails,
    ) -> Result<(), Failure> {
        if authenticator_apps + passkeys == 0 {
            say(format_args!("{} has no second factor; nothing was changed.", user.email));
            return Ok(());
        }
        let reset = self.app.second_factors.reset_by_operator(user.id, &self.by).await;
        reset.map_err(|error| refused(user, "changed", &error))?;
        say(format_args!("{} logs in by password alone now; all sessions were ended.", user.email));
        Ok(())
    }

    async fn delete(&self, details: &UserDetails, organizations: SoleOwned, yes: bool) -> Result<(), Failure> {
        let user = &details.user;
        if organizations == SoleOwned::Keep && !details.sole_owned.is_empty() {
            return Err(sole_owner(user, "deleted", &SoleOwnership(details.sole_owned.clone()), WITH_ORGANIZATIONS));
        }
        let theirs = text::all_of(details);
        if !yes {
            confirm(user, &theirs)?;
        }
        let deleted = self.app.users.by_operator(&self.by).delete(user.id, organizations).await;
        deleted.map_err(|error| match error {
            DeleteUserError::SoleOwner(organizations) => {
                sole_owner(user, "deleted", &organizations, WITH_ORGANIZATIONS)
            }
            error => refused(user, "deleted", &error),
        })?;
        say(format_args!("{} ({}) is deleted, with {theirs}.", user.email, user.id));
        Ok(())
    }
}

const WITH_ORGANIZATIONS: &str = "Or delete these as well with --with-organizations.";

/// What helps at night, when nobody else can own their organisations.
fn keep_out(User { email, .. }: &User) -> String {
    format!("A new password keeps them out at once: ironplate user set-password {email}")
}

fn sole_owner(user: &User, what: &str, organizations: &SoleOwnership, otherwise: &str) -> Failure {
    let email = &user.email;
    Failure(format!(
        "{email} was not {what}: they are the only owner of {organizations}. They or a superuser can make another member \
         an owner. {otherwise}"
    ))
}

fn confirm(user: &User, theirs: &str) -> Result<(), Failure> {
    if !stdin().is_terminal() {
        return Err(Failure("Nobody is there to ask whether it is meant: give --yes.".to_owned()));
    }
    let question = format!("{} and {theirs} will be gone for good. Type the address to go on: ", user.email);
    let mut typed = String::new();
    let mut out = stderr();
    let asked = out.write_all(question.as_bytes()).and_then(|()| out.flush());
    asked.and_then(|()| stdin().read_line(&mut typed)).map_err(|error| Failure(error.to_string()))?;
    if typed.trim() == user.email.as_str() { Ok(()) } else { Err(Failure("Nothing was deleted.".to_owned())) }
}

/// A sentence, whether what is behind it ends as one or not.
fn refused(user: &User, what: &str, error: &dyn std::error::Error) -> Failure {
    Failure(format!("{} was not {what}: {}.", user.email, with_causes(error).trim_end_matches('.')))
}
