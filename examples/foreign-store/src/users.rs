//! The users.

use std::collections::BTreeSet;

use async_trait::async_trait;
use ironplate_application::ports::{
    Constraint, Page, PageRequest, StoreError, StoreResult, UserFilter, UserOrder, UserRepository, UserState,
};
use ironplate_domain::{
    AuthenticatorApp, Challenge, Changes, Email, FullName, Invitation, Membership, Message, OneTimeToken, Organization,
    Passkey, PasswordHash, PasswordRecipe, TrustedDevice, User, UserChanges, UserId,
};
use ironplate_testkit::paging;

use crate::{
    handle::Handle,
    records::{Rows, StoredClient, StoredRecoveryCode, StoredSession},
};

#[async_trait]
impl UserRepository for Handle {
    async fn insert(&mut self, user: &User) -> StoreResult<()> {
        self.call(|rows| {
            check_email(rows, user)?;
            rows.insert(user)
        })
    }

    async fn insert_new(&mut self, user: &User) -> StoreResult<bool> {
        self.call(|rows| {
            let is_other = |other: &User| other.id == user.id || other.email == user.email;
            let is_new = rows.those(is_other)?.is_empty();
            if is_new {
                rows.insert(user)?;
            }
            Ok(is_new)
        })
    }

    async fn find(&mut self, id: UserId) -> StoreResult<Option<User>> {
        self.call(|rows| rows.find(id.0.as_bytes()))
    }

    async fn find_many(&mut self, ids: &[UserId]) -> StoreResult<Vec<User>> {
        self.call(|rows| rows.those(|user: &User| ids.contains(&user.id)))
    }

    async fn find_by_email(&mut self, email: &Email) -> StoreResult<Option<User>> {
        self.call(|rows| Ok(rows.those(|user: &User| user.email == *email)?.pop()))
    }

    /// Whoever writes is alone, so everything is locked.
    async fn lock(&mut self, id: UserId) -> StoreResult<Option<User>> {
        UserRepository::find(self, id).await
    }

    async fn lock_active_superusers(&mut self) -> StoreResult<Vec<UserId>> {
        self.call(|rows| {
            let active = UserFilter { is_superuser: Some(true), state: Some(UserState::Active) };
            let superusers = rows.those(|user: &User| active.matches(user))?;
            Ok(superusers.into_iter().map(|user| user.id).collect())
        })
    }

    async fn update(&mut self, id: UserId, changes: &UserChanges) -> StoreResult<Option<User>> {
        self.call(|rows| {
            let Some(mut user) = rows.find::<User>(id.0.as_bytes())? else { return Ok(None) };
            if !changes.is_empty() {
                changes.clone().apply_to(&mut user);
                check_email(rows, &user)?;
                rows.put(&user)?;
            }
            Ok(Some(user))
        })
    }

    async fn replace_password_hash(
        &mut self,
        id: UserId,
        current: &PasswordHash,
        next: &PasswordHash,
    ) -> StoreResult<bool> {
        let is_current = |user: &User| user.password_hash.as_ref() == Some(current);
        let replace = |user: &mut User| user.password_hash = Some(next.clone());
        self.call(|rows| Ok(rows.change(id.0.as_bytes(), is_current, replace)?.is_some()))
    }

    async fn password_recipes(&mut self, limit: u32) -> StoreResult<Vec<PasswordRecipe>> {
        self.call(|rows| {
            let hashes = rows.all::<User>()?.into_iter().filter_map(|user| user.password_hash);
            let recipes: BTreeSet<_> = hashes.filter_map(|hash| recipe(hash.expose())).collect();
            Ok(recipes.into_iter().take(limit as usize).collect())
        })
    }

    async fn delete(&mut self, id: UserId) -> StoreResult<bool> {
        self.call(|rows| {
            rows.remove_owned_by(id.into())?;
            let is_theirs = |organization: &Organization| organization.created_by == Some(id);
            rows.change_all(is_theirs, |organization| organization.created_by = None)?;
            rows.remove_all(&rows.those(|membership: &Membership| membership.user == id)?)?;
            rows.remove_all(&rows.those(|invitation: &Invitation| invitation.invited_by == id)?)?;
            rows.remove_all(&rows.those(|stored: &StoredSession| stored.session.user == id)?)?;
            rows.remove_all(&rows.those(|app: &AuthenticatorApp| app.user == id)?)?;
            rows.remove_all(&rows.those(|passkey: &Passkey| passkey.user == id)?)?;
            rows.remove_all(&rows.those(|device: &TrustedDevice| device.user == id)?)?;
            rows.remove_all(&rows.those(|code: &StoredRecoveryCode| code.user == id)?)?;
            rows.remove_all(&rows.those(|challenge: &Challenge| challenge.scope.user() == Some(id))?)?;
            rows.remove_all(&rows.those(|token: &OneTimeToken| token.user == id)?)?;
            rows.remove_all(&rows.those(|message: &Message| message.user == Some(id))?)?;
            rows.remove_all(&rows.those(|client: &StoredClient| client.user == id)?)?;
            rows.remove::<User>(id.0.as_bytes())
        })
    }

    async fn list(&mut self, filter: &UserFilter, page: &PageRequest<UserOrder>) -> StoreResult<Page<User>> {
        let is_wanted = |user: &User| {
            let texts = [Some(user.email.as_str()), user.full_name.as_ref().map(FullName::as_str)];
            filter.matches(user) && paging::contains(texts, page.search.as_deref())
        };
        self.call(|rows| Ok(paging::page(rows.those(is_wanted)?.iter(), page)))
    }
}

/// The address is this user's or nobody's.
fn check_email(rows: &Rows, user: &User) -> StoreResult<()> {
    let others = rows.those(|other: &User| other.email == user.email && other.id != user.id)?;
    if others.is_empty() { Ok(()) } else { Err(StoreError::Conflict(Constraint::UserEmail)) }
}

fn recipe(hash: &str) -> Option<PasswordRecipe> {
    let recipe = if hash.starts_with("$2") {
        hash.get(..7)?
    } else {
        let (rest, _output) = hash.starts_with("$argon2").then_some(hash)?.rsplit_once('$')?;
        rest.get(..=rest.rfind('$')?)?
    };
    Some(PasswordRecipe(recipe.to_owned()))
}
