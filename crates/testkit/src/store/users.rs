//! The users of the fake store.

use std::collections::BTreeSet;

use async_trait::async_trait;
use ironplate_application::ports::{Page, PageRequest, StoreResult, UserFilter, UserOrder, UserRepository, UserState};
use ironplate_domain::{Changes, Email, FullName, PasswordHash, PasswordRecipe, User, UserChanges, UserId};

use super::{Handle, data::insert};
use crate::paging;

#[async_trait]
impl UserRepository for Handle {
    async fn insert(&mut self, user: &User) -> StoreResult<()> {
        self.write(|data| {
            data.check_email(user.id, &user.email)?;
            insert(&mut data.users, user.id, user)
        })
    }

    async fn insert_new(&mut self, user: &User) -> StoreResult<bool> {
        self.write(|data| {
            let is_new = !data.users.contains_key(&user.id) && data.user_by_email(&user.email).is_none();
            if is_new {
                data.users.insert(user.id, user.clone());
            }
            Ok(is_new)
        })
    }

    async fn find(&mut self, id: UserId) -> StoreResult<Option<User>> {
        self.look(|data| data.users.get(&id).cloned())
    }

    async fn find_many(&mut self, ids: &[UserId]) -> StoreResult<Vec<User>> {
        self.look(|data| ids.iter().filter_map(|id| data.users.get(id)).cloned().collect())
    }

    async fn find_by_email(&mut self, email: &Email) -> StoreResult<Option<User>> {
        self.look(|data| data.user_by_email(email).cloned())
    }

    async fn lock(&mut self, id: UserId) -> StoreResult<Option<User>> {
        UserRepository::find(self, id).await
    }

    async fn lock_active_superusers(&mut self) -> StoreResult<Vec<UserId>> {
        let active = UserFilter { is_superuser: Some(true), state: Some(UserState::Active) };
        self.look(|data| data.users.values().filter(|user| active.matches(user)).map(|user| user.id).collect())
    }

    async fn update(&mut self, id: UserId, changes: &UserChanges) -> StoreResult<Option<User>> {
        self.write(|data| {
            let Some(mut user) = data.users.get(&id).cloned() else { return Ok(None) };
            changes.clone().apply_to(&mut user);
            data.check_email(id, &user.email)?;
            data.users.insert(id, user.clone());
            Ok(Some(user))
        })
    }

    async fn replace_password_hash(
        &mut self,
        id: UserId,
        current: &PasswordHash,
        next: &PasswordHash,
    ) -> StoreResult<bool> {
        self.write(|data| match data.users.get_mut(&id) {
            Some(user) if user.password_hash.as_ref() == Some(current) => {
                user.password_hash = Some(next.clone());
                Ok(true)
            }
            _ => Ok(false),
        })
    }

    async fn password_recipes(&mut self, limit: u32) -> StoreResult<Vec<PasswordRecipe>> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        self.look(|data| {
            let hashes = data.users.values().filter_map(|user| user.password_hash.as_ref());
            let recipes: BTreeSet<_> = hashes.filter_map(recipe).collect();
            recipes.into_iter().take(limit).collect()
        })
    }

    async fn delete(&mut self, id: UserId) -> StoreResult<bool> {
        self.write(|data| Ok(data.delete_user(id)))
    }

    async fn list(&mut self, filter: &UserFilter, page: &PageRequest<UserOrder>) -> StoreResult<Page<User>> {
        self.look(|data| {
            let matching = data.users.values().filter(|user| {
                let texts = [Some(user.email.as_str()), user.full_name.as_ref().map(FullName::as_str)];
                filter.matches(user) && paging::contains(texts, page.search.as_deref())
            });
            let page = paging::page(matching, page);
            if *filter == UserFilter::default() { page } else { paging::counted_to_most(page) }
        })
    }
}

fn recipe(hash: &PasswordHash) -> Option<PasswordRecipe> {
    let hash = hash.expose();
    let recipe = if hash.starts_with("$2") {
        hash.get(..7)?
    } else {
        let (rest, _output) = hash.starts_with("$argon2").then_some(hash)?.rsplit_once('$')?;
        &rest[..=rest.rfind('$')?]
    };
    Some(PasswordRecipe(recipe.to_owned()))
}
