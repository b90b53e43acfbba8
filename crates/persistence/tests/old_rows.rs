//! Migrations keep what the released version wrote, on the way up and on the way down.
#![expect(clippy::expect_used, reason = "a test stops at the first surprise")]

mod database;
mod statements;

use std::{fs, path::Path};

use ironplate_application::{
    items::ItemOrder,
    ports::{Beside, Clock, Count, PageRequest, Repositories, UserFilter, UserOrder},
};
use ironplate_domain::{Item, ItemId, PasswordHash, Session, SessionId, User, UserId};
use ironplate_persistence::{DatabaseUrl, migrate, open};
use ironplate_testkit::{FakeHasher, FixedClock, samples, user};
use statements::execute;
use uuid::Uuid;

/// The migration that the released version brought.
const RELEASED: &str = "2026-11-29-000000_first";

/// All since, in their order.
fn later() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/sqlite");
    let names = fs::read_dir(folder).expect("the migrations").map(|entry| entry.expect("a migration").file_name());
    let mut names: Vec<String> = names.map(|name| name.to_string_lossy().into_owned()).collect();
    names.retain(|name| name != RELEASED);
    names.sort();
    names
}

fn migration(url: &DatabaseUrl, name: &str, file: &str) -> String {
    let database = if matches!(url, DatabaseUrl::Sqlite(_)) { "sqlite" } else { "postgres" };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    fs::read_to_string(folder.join(database).join(name).join(file)).expect("a migration")
}

fn version(name: &str) -> String {
    name.split('_').next().unwrap_or_default().replace('-', "")
}

/// The database as the released version made it.
async fn make_old(url: &DatabaseUrl) {
    let (up, version) = (migration(url, RELEASED, "up.sql"), version(RELEASED));
    let done = format!(
        "CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL, \
         run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP); \
         INSERT INTO __diesel_schema_migrations (version) VALUES ('{version}')"
    );
    execute(url, &format!("{up};{done}")).await;
}

fn id_in(url: &DatabaseUrl, id: Uuid) -> String {
    if matches!(url, DatabaseUrl::Sqlite(_)) { format!("x'{}'", id.simple()) } else { format!("'{id}'") }
}

/// What the released version wrote: each text in quotes, ids and moments as the database has them.
async fn write_old_rows(url: &DatabaseUrl, user: &User, item: &Item, session: &Session) {
    let is_sqlite = matches!(url, DatabaseUrl::Sqlite(_));
    let id = |id: Uuid| id_in(url, id);
    let now = if is_sqlite { user.created_at.micros().to_string() } else { format!("'{}'", user.created_at) };
    let hash = user.password_hash.as_ref().map_or("", PasswordHash::expose);
    let (yes, no, digest) = if is_sqlite { ("1", "0", "x'00'") } else { ("true", "false", "'\\x00'") };
    let rows = format!(
        "INSERT INTO users (id, email, email_canonical, email_folded, password_hash, is_active, is_superuser, is_verified, \
         created_at) \
         VALUES ({user_id}, '{email}', '{canonical}', '{canonical}', '{hash}', {yes}, {yes}, {no}, {now}); \
         INSERT INTO items (id, owner_user_id, title, title_folded, status, created_at) \
         VALUES ({item_id}, {user_id}, 'İstanbul, Straße', 'istanbul, strasse', 'open', {now}); \
         INSERT INTO sessions (id, user_id, kind, created_at, last_seen_at, expires_at, ends_at, proved_at, secret_digest) \
         VALUES ({session_id}, {user_id}, 'token', {now}, {now}, {now}, {now}, {now}, {digest})",
        user_id = id(user.id.0),
        item_id = id(item.id.0),
        session_id = id(session.id.0),
        email = user.email.as_str(),
        canonical = user.email.canonical(),
    );
    execute(url, &rows).await;
}

/// While this version and the released one share a database.
async fn assert_older_servers_may_write(url: &DatabaseUrl, reader: &mut dyn Repositories, item: &Item) {
    let copy = Item { id: ItemId(Uuid::from_u128(9)), ..item.clone() };
    let row = format!(
        "INSERT INTO items (id, owner_user_id, title, title_folded, status, created_at) \
         SELECT {}, owner_user_id, title, title_folded, status, created_at FROM items WHERE id = {}; ",
        id_in(url, copy.id.0),
        id_in(url, item.id.0),
    );
    execute(url, &row).await;
    assert_eq!(reader.items().find(copy.id).await.expect("an answer").as_ref(), Some(&copy));
    execute(url, &format!("DELETE FROM items WHERE id = {}", id_in(url, copy.id.0))).await;
}

async fn assert_stored(reader: &mut dyn Repositories, user: &User, item: &Item, session: &Session) {
    assert_eq!(reader.users().find(user.id).await.expect("an answer").as_ref(), Some(user));
    assert_eq!(reader.users().find_by_email(&user.email).await.expect("an answer").as_ref(), Some(user));
    assert_eq!(reader.items().find(item.id).await.expect("an answer").as_ref(), Some(item));
    for search in ["istanbul", "STRASSE", "straße"] {
        let search = Some(search.to_owned());
        let page = PageRequest { order: ItemOrder::Newest, search, after: None, skip: 0, limit: 9 };
        assert_eq!(
            reader.items().list(None, &page).await.expect("a page").count,
            Count::Exactly(1),
            "{:?}",
            page.search
        );
    }
    let holder = reader
        .sessions()
        .find_holder(user.id, session.id, Beside::NOTHING)
        .await
        .expect("an answer")
        .expect("the user");
    assert_eq!(holder.session.as_ref(), Some(session));
}

async fn take_back(url: &DatabaseUrl, names: &[String]) {
    for name in names.iter().rev() {
        execute(url, &migration(url, name, "down.sql")).await;
        execute(url, &format!("DELETE FROM __diesel_schema_migrations WHERE version = '{}'", version(name))).await;
    }
}

async fn assert_old_rows_survive(url: DatabaseUrl) {
    let now = FixedClock::default().now();
    let (hasher, id) = (FakeHasher::default(), Uuid::from_u128);
    let ann = user("ann@example.com").superuser().build(UserId(id(1)), now, &hasher);
    let item = Item::new(ItemId(id(2)), ann.id, samples::text("İstanbul, Straße"), now);
    let session = samples::session(SessionId(id(3)), ann.id, now);
    let session = Session { address: None, user_agent: None, expires_at: now, ends_at: now, ..session };
    make_old(&url).await;
    write_old_rows(&url, &ann, &item, &session).await;

    assert_eq!(migrate(&url, database::options()).await.expect("the migrations"), later());
    let store = open(&url, database::options()).expect("a store");
    assert_stored(&mut *store.read().await.expect("a reader"), &ann, &item, &session).await;
    assert_older_servers_may_write(&url, &mut *store.read().await.expect("a reader"), &item).await;
    drop(store);

    take_back(&url, &later()).await;
    assert_eq!(migrate(&url, database::options()).await.expect("the migrations"), later());
    let store = open(&url, database::options()).expect("a store");
    assert_stored(&mut *store.read().await.expect("a reader"), &ann, &item, &session).await;

    let mut work = store.begin().await.expect("a unit of work");
    assert!(work.users().delete(ann.id).await.expect("an answer"));
    work.commit().await.expect("a commit");
    let mut reader = store.read().await.expect("a reader");
    assert_eq!(reader.items().find(item.id).await.expect("an answer"), None, "the item went with its owner");
    let all = PageRequest { order: UserOrder::Email, search: None, after: None, skip: 0, limit: 9 };
    assert_eq!(reader.users().list(&UserFilter::default(), &all).await.expect("a page").count, Count::Exactly(0));
    drop((reader, store));

    let all = [vec![RELEASED.to_owned()], later()].concat();
    take_back(&url, &all).await;
    assert_eq!(migrate(&url, database::options()).await.expect("nothing was left that is in the way"), all);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_released_version_wrote_survives_on_sqlite() {
    database::with_file(assert_old_rows_survive).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_released_version_wrote_survives_on_postgres() {
    database::with_schema(assert_old_rows_survive).await;
}
