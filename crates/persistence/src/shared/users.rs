//! The table `users`.

use async_trait::async_trait;
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{BigInt, Text},
};
use ironplate_application::ports::{Page, PageRequest, StoreResult, UserFilter, UserOrder, UserRepository, UserState};
use ironplate_domain::{Changes, Email, PasswordHash, PasswordRecipe, User, UserChanges, UserId};

use super::{
    super::{Db, SUPERUSERS_LOCK},
    StoreHandle,
    constraints::{Violable, violable},
    list,
    row_counts::CountedRows,
};
use crate::{
    record::record,
    types::{Id, Moment},
};

diesel::table! {
    use diesel::sql_types::{Bool, Nullable, Text};
    use crate::types::{DbTimestamp, DbUuid};

    users (id) {
        id -> DbUuid,
        email -> Text,
        email_canonical -> Text,
        email_folded -> Text,
        full_name -> Nullable<Text>,
        full_name_folded -> Nullable<Text>,
        password_hash -> Nullable<Text>,
        is_active -> Bool,
        is_superuser -> Bool,
        is_verified -> Bool,
        created_at -> DbTimestamp,
    }
}

record! {
    users: User {
        id: id;
        created_at: created_at;
    }
    UserChanges {
        email: email, email_canonical + email_folded;
        full_name: full_name + full_name_folded;
        password_hash: password_hash;
        is_active: is_active;
        is_superuser: is_superuser;
        is_verified: is_verified;
    }
}

/// The placeholder is named like this on both databases. bcrypt's recipe has one length; Argon2's is what is left when output,
/// its `$`, and salt are cut off. One look at each user, now and then.
const RECIPES: &str = "\
    SELECT DISTINCT CASE WHEN password_hash LIKE '$2%' THEN substr(password_hash, 1, 7) \
    ELSE rtrim(rtrim(rtrim(password_hash, $1), '$'), $1) END AS recipe \
    FROM users WHERE password_hash LIKE '$2%' OR password_hash LIKE '$argon2%' LIMIT $2";

const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

#[derive(QueryableByName)]
struct Recipe {
    #[diesel(sql_type = Text)]
    recipe: String,
}

impl From<Recipe> for PasswordRecipe {
    fn from(row: Recipe) -> Self {
        Self(row.recipe)
    }
}

const EMAIL: Violable = violable![UserEmail];

#[async_trait]
impl UserRepository for StoreHandle {
    async fn insert(&mut self, user: &User) -> StoreResult<()> {
        self.execute_within("users.insert", EMAIL, diesel::insert_into(users::table).values(NewRow::from(user)))
            .await
            .map(drop)
    }

    async fn insert_new(&mut self, user: &User) -> StoreResult<bool> {
        let statement = diesel::insert_into(users::table).values(NewRow::from(user)).on_conflict_do_nothing();
        self.execute_one("users.insert_new", statement).await
    }

    async fn find(&mut self, id: UserId) -> StoreResult<Option<User>> {
        self.optional("users.find", users::table.find(Id(id.0)).select(Row::as_select())).await
    }

    async fn find_many(&mut self, ids: &[UserId]) -> StoreResult<Vec<User>> {
        let mut found = Vec::new();
        for ids in list::in_lots(ids) {
            let these = users::table.filter(users::id.eq_any(ids));
            found.extend(self.load::<Row, User>("users.find_many", these.select(Row::as_select())).await?);
        }
        Ok(found)
    }

    async fn find_by_email(&mut self, email: &Email) -> StoreResult<Option<User>> {
        self.optional(
            "users.find_by_email",
            users::table.filter(users::email_canonical.eq(email.canonical())).select(Row::as_select()),
        )
        .await
    }

    async fn lock(&mut self, id: UserId) -> StoreResult<Option<User>> {
        self.optional("users.lock", locked!(users::table.find(Id(id.0)).select(Row::as_select()))).await
    }

    async fn lock_active_superusers(&mut self) -> StoreResult<Vec<UserId>> {
        if let Some(lock) = SUPERUSERS_LOCK {
            self.execute("users.lock_active_superusers.queue", sql_query(lock)).await?;
        }
        let superusers = users::table.filter(users::is_superuser).filter(users::is_active);
        let superusers = superusers.filter(users::password_hash.is_not_null()).order(users::id);
        let ids =
            self.load::<Id, Id>("users.lock_active_superusers.select", locked!(superusers.select(users::id))).await?;
        Ok(ids.into_iter().map(|Id(id)| UserId(id)).collect())
    }

    async fn update(&mut self, id: UserId, changes: &UserChanges) -> StoreResult<Option<User>> {
        if changes.is_empty() {
            return UserRepository::find(self, id).await;
        }
        // Before the user: who holds a membership of theirs is waited for, and may need the user's row.
        if let Some(email) = &changes.email {
            self.note_address(id, email).await?;
        }
        let statement = diesel::update(users::table.find(Id(id.0))).set(Changeset::from(changes));
        self.optional_within("users.update", EMAIL, statement.returning(Row::as_returning())).await
    }

    async fn replace_password_hash(
        &mut self,
        id: UserId,
        current: &PasswordHash,
        next: &PasswordHash,
    ) -> StoreResult<bool> {
        self.execute_one(
            "users.replace_password_hash",
            diesel::update(users::table.find(Id(id.0)).filter(users::password_hash.eq(current.expose())))
                .set(users::password_hash.eq(next.expose())),
        )
        .await
    }

    async fn password_recipes(&mut self, limit: u32) -> StoreResult<Vec<PasswordRecipe>> {
        let query = sql_query(RECIPES).bind::<Text, _>(BASE64).bind::<BigInt, _>(list::at_most(limit));
        self.load::<Recipe, _>("users.password_recipes", query).await
    }

    async fn delete(&mut self, id: UserId) -> StoreResult<bool> {
        // With all that is theirs, which may be many rows.
        Ok(self.execute("users.delete", diesel::delete(users::table.find(Id(id.0)))).await? == 1)
    }

    async fn list(&mut self, filter: &UserFilter, page: &PageRequest<UserOrder>) -> StoreResult<Page<User>> {
        let whole = if *filter == UserFilter::default() {
            list::Whole::Kept(CountedRows { relation: "users", owner: None })
        } else {
            list::Whole::Many
        };
        list::page!("users.list", self, page, Row, |pattern| matching(*filter, pattern), sorted, whole)
    }
}

type Query<'a> = users::BoxedQuery<'a, Db>;

fn matching(filter: UserFilter, pattern: Option<&str>) -> Query<'_> {
    let UserFilter { is_superuser, state } = filter;
    let mut query = users::table.into_boxed();
    if let Some(is_superuser) = is_superuser {
        query = query.filter(users::is_superuser.eq(is_superuser));
    }
    query = match state {
        Some(UserState::Active) => query.filter(users::is_active).filter(users::password_hash.is_not_null()),
        Some(UserState::Inactive) => query.filter(diesel::dsl::not(users::is_active)),
        Some(UserState::Invited) => query.filter(users::is_active).filter(users::password_hash.is_null()),
        Some(UserState::Unverified) => query.filter(diesel::dsl::not(users::is_verified)),
        None => query,
    };
    list::containing!(query, pattern, users::email_folded, users::full_name_folded)
}

fn sorted<'a>(query: Query<'a>, page: &'a PageRequest<UserOrder>) -> Query<'a> {
    match page.order {
        UserOrder::Newest | UserOrder::Oldest => {
            list::sorted!(query, list::place::<Moment, _>(page), users::created_at, users::id)
        }
        UserOrder::Email | UserOrder::EmailDescending => {
            list::sorted!(query, list::place::<&str, _>(page), users::email_canonical)
        }
    }
}
