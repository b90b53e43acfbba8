//! What the databases are asked, and that an index answers it.
#![expect(clippy::expect_used, reason = "a test stops at the first surprise")]

mod database;

use std::{
    fmt, mem,
    sync::{Mutex, Once, PoisonError},
};

use diesel::{
    Connection, QueryableByName, RunQueryDsl, SqliteConnection,
    connection::{InstrumentationEvent, set_default_instrumentation},
    sql_query,
    sql_types::Text,
};
use futures::future::BoxFuture;
use ironplate_application::{
    ports::{
        AuditCursor, AuditFilter, AuditOrder, AuditRequest, Beside, Claim, Cursor, Lane, ListOrder, PageRequest,
        REPOSITORIES, RateLimiter, Repositories, ShownDevice, SortKey, Storage, UserFilter, UserOrder, UserState,
    },
    repositories,
};
use ironplate_domain::{
    AuditEventId, AuditKind, AuditOutcome, CredentialId, Date, KnownClient, MailTemplate, Message, MessageId,
    MessageState, OrganizationId, RequestId, Role, SessionId, Timestamp, TokenDigest, TokenPurpose, UserChanges,
    UserId,
};
use ironplate_persistence::{DatabaseUrl, migrate, open};
use ironplate_testkit::{FakeHasher, user};
use tokio::sync::Mutex as AsyncMutex;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};
use uuid::Uuid;

/// SQLite names the index of a constraint itself, by its place in the table.
const TOKENS_OF_A_USER: &str = "one_time_tokens_user_id_purpose_key";
const ROW_COUNTS: &str = "row_counts_pkey";
const INVITATION_OF_A_LINK: &str = "invitations_digest_key";
const IN_SQLITE: &[(&str, &str)] = &[
    (TOKENS_OF_A_USER, "INDEX sqlite_autoindex_one_time_tokens_2"),
    (INVITATION_OF_A_LINK, "INDEX sqlite_autoindex_invitations_2"),
    (ROW_COUNTS, "USING PRIMARY KEY (owner_id=? AND relation=?)"),
    ("memberships_pkey", "USING PRIMARY KEY (organization_id=?"),
    ("known_clients_", "USING PRIMARY KEY (user_id=?"),
    ("recovery_codes_", "USING PRIMARY KEY (user_id=?"),
];
const NOTHING: OrganizationId = OrganizationId(Uuid::nil());
const NOBODY: UserId = UserId(Uuid::nil());
const NOW: Timestamp = Timestamp::from_seconds(1_767_400_000);

/// What begins and ends units of work, which looks for no rows.
const OF_TRANSACTIONS: [&str; 5] = ["BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK"];

/// Every statement since it was last emptied, of all connections: so one test at a time.
static STATEMENTS: Mutex<Vec<String>> = Mutex::new(Vec::new());
static ONE_AT_A_TIME: AsyncMutex<()> = AsyncMutex::const_new(());

fn record_statements() {
    static RECORDING: Once = Once::new();
    RECORDING.call_once(|| {
        set_default_instrumentation(|| Some(Box::new(|event: InstrumentationEvent<'_>| record(&event))))
            .expect("the recorder in place");
    });
}

fn record(event: &InstrumentationEvent<'_>) {
    if let InstrumentationEvent::StartQuery { query, .. } = event {
        let printed = query.to_string();
        let sql = printed.split(" -- binds").next().unwrap_or_default();
        if OF_TRANSACTIONS.iter().any(|word| sql.starts_with(word)) {
            return;
        }
        STATEMENTS.lock().unwrap_or_else(PoisonError::into_inner).push(sql.to_owned());
    }
}

fn statements() -> Vec<String> {
    mem::take(&mut STATEMENTS.lock().unwrap_or_else(PoisonError::into_inner))
}

/// A list's second statement.
struct PageQuery {
    name: String,
    sql: String,
    /// The columns to which the list keeps.
    within: Vec<&'static str>,
    has_cursor: bool,
}

/// In each order, from the beginning and from a cursor.
fn requests<Order: ListOrder>() -> Vec<PageRequest<Order>> {
    let keys = || [SortKey::Time(NOW), SortKey::Date(Date::of(NOW)), SortKey::Text("m".to_owned()), SortKey::Number(5)];
    let requests = Order::ALL.iter().map(|&order| {
        let key = keys().into_iter().find(|key| order.accepts(key)).expect("a key of this order");
        let first = PageRequest { order, search: None, after: None, skip: 0, limit: 20 };
        [first.clone(), PageRequest { after: Some(Cursor { key, id: Uuid::nil() }), ..first }]
    });
    requests.flatten().collect()
}

/// `ask!(queries, column, |page| list)`: a list in each order, which keeps to what it is asked for by a column.
macro_rules! ask {
    ($queries:ident, $within:expr, |$page:ident| $list:expr) => {
        for $page in requests() {
            $list.await.expect("a page");
            $queries.push(page_query(&$page, $within));
        }
    };
}

fn page_query<Order: fmt::Debug>(page: &PageRequest<Order>, within: Option<&'static str>) -> PageQuery {
    // How it is counted, where the page does not tell, follows.
    let sql = statements().into_iter().next().expect("a page");
    let (name, within) = (format!("{page:?} within {within:?}"), within.into_iter().collect());
    PageQuery { name, sql, within, has_cursor: page.after.is_some() }
}

/// Asks for the list of every repository there is.
async fn page_queries(reader: &mut dyn Repositories) -> Vec<PageQuery> {
    let mut queries = Vec::new();
    statements();
    for &repository in REPOSITORIES {
        match repository {
            "users" => user_queries(reader, &mut queries).await,
            "outbox" => {
                for state in [None, Some(MessageState::Dead)] {
                    ask!(queries, state.map(|_| "state"), |page| reader.outbox().list(state, &page));
                }
            }
            "organizations" => ask!(queries, None, |page| reader.organizations().list(&page)),
            "memberships" => {
                for role in [None, Some(Role::Owner)] {
                    ask!(queries, Some("organization_id"), |page| reader.memberships().list(NOTHING, role, &page));
                }
                ask!(queries, Some("user_id"), |page| reader.memberships().list_of(NOBODY, &page));
            }
            "invitations" => {
                ask!(queries, Some("organization_id"), |page| reader.invitations().list(NOTHING, &page));
            }
            "audit" => queries.append(&mut audit_queries(reader).await),
            // Found by a key, or few for each user, for which see `looks`; and no more workers than servers.
            "sessions" | "one_time_tokens" | "known_clients" | "authenticator_apps" | "passkeys" | "recovery_codes"
            | "trusted_devices" | "challenges" | "workers" => {}
            owned if owned_queries(reader, owned, &mut queries).await => {}
            new => panic!("ask here for the list of `{new}`, or say why it has none"),
        }
    }
    queries
}

/// Of what users and organisations own: the name of the repository, and how it is asked.
struct OwnedSort {
    name: &'static str,
    /// For the list of everybody's, and of one owner's.
    list: for<'a> fn(&'a mut dyn Repositories, &'a mut Vec<PageQuery>) -> BoxFuture<'a, ()>,
    /// For a row, for somebody.
    find: fn(&mut dyn Repositories) -> BoxFuture<'_, ()>,
    /// For how many an owner has.
    count: fn(&mut dyn Repositories) -> BoxFuture<'_, ()>,
}

macro_rules! owned_sorts {
    ($($name:ident: $Row:ty,)*) => {
        const OWNED: &[OwnedSort] = &[$(OwnedSort {
            name: stringify!($name),
            list: |reader, queries| {
                Box::pin(async move {
                    let (user, organization) = (UserId(Uuid::nil()).into(), OrganizationId(Uuid::nil()).into());
                    for (owner, within) in [
                        (None, None),
                        (Some(user), Some("owner_user_id")),
                        (Some(organization), Some("owner_organization_id")),
                    ] {
                        ask!(queries, within, |page| reader.$name().list(owner, &page));
                    }
                })
            },
            find: |reader| {
                Box::pin(async move {
                    let id = <$Row as ironplate_application::ports::OwnedRow>::Id::from(Uuid::nil());
                    reader.$name().find_for(id, UserId(Uuid::nil())).await.expect("an answer");
                })
            },
            count: |reader| {
                Box::pin(async move {
                    reader.$name().count_of(NOBODY.into()).await.expect("an answer");
                })
            },
        }),*];
    };
}

repositories! { owned owned_sorts }

/// Asks for the lists of what users and organisations own; whether the repository is one of such.
async fn owned_queries(reader: &mut dyn Repositories, repository: &str, queries: &mut Vec<PageQuery>) -> bool {
    let sort = OWNED.iter().find(|sort| sort.name == repository);
    if let Some(sort) = sort {
        (sort.list)(reader, queries).await;
    }
    sort.is_some()
}

/// Finds a row of each sort that is owned, for somebody.
async fn owned_looks(reader: &mut dyn Repositories) -> Vec<String> {
    statements();
    for sort in OWNED {
        (sort.find)(reader).await;
    }
    statements()
}

async fn user_queries(reader: &mut dyn Repositories, queries: &mut Vec<PageQuery>) {
    ask!(queries, None, |page| reader.users().list(&UserFilter::default(), &page));
    for state in [UserState::Active, UserState::Inactive, UserState::Invited, UserState::Unverified] {
        let filter = UserFilter { is_superuser: Some(true), state: Some(state) };
        for page in requests().into_iter().filter(|page| matches!(page.order, UserOrder::Newest)) {
            reader.users().list(&filter, &page).await.expect("a page");
            queries.push(page_query(&page, None));
        }
    }
}

/// Each filter alone, in both orders, from the beginning and from a cursor.
async fn audit_queries(reader: &mut dyn Repositories) -> Vec<PageQuery> {
    let (nobody, all) = (Some(UserId(Uuid::nil())), AuditFilter::default);
    let filters = [
        (all(), vec![]),
        (AuditFilter { actor: nobody, ..all() }, vec!["actor_id"]),
        (AuditFilter { subject: nobody, ..all() }, vec!["subject_id"]),
        (AuditFilter { organization: Some(NOTHING), ..all() }, vec!["organization_id"]),
        (AuditFilter { kind: Some(AuditKind::LogIn), ..all() }, vec!["kind"]),
        (AuditFilter { outcome: Some(AuditOutcome::Failure), ..all() }, vec!["outcome"]),
        (AuditFilter { request_id: RequestId::new("r"), ..all() }, vec!["request_id"]),
    ];
    let within = || AuditFilter { organization: Some(NOTHING), ..all() };
    let of_one = [
        (AuditFilter { since: Some(NOW), until: Some(NOW), ..within() }, vec!["organization_id"]),
        (AuditFilter { kind: Some(AuditKind::OrganizationChanged), ..within() }, vec!["organization_id", "kind"]),
        // Which of two indexes is better, only the rows tell.
        (AuditFilter { actor: nobody, ..within() }, vec![]),
        (AuditFilter { outcome: Some(AuditOutcome::Failure), ..within() }, vec![]),
    ];
    let after = Some(AuditCursor { at: NOW, id: AuditEventId(Uuid::nil()) });
    let places = [(AuditOrder::Newest, None), (AuditOrder::Newest, after), (AuditOrder::Oldest, after)];
    let mut queries = Vec::new();
    for (filter, within) in filters.into_iter().chain(of_one) {
        for (order, after) in places {
            let request = AuditRequest { filter: filter.clone(), order, after, limit: 20 };
            statements();
            reader.audit().list(&request).await.expect("a part of the list");
            let [sql] = <[String; 1]>::try_from(statements()).expect("a part of a list is one statement");
            let (name, within) = (format!("{request:?}"), within.clone());
            queries.push(PageQuery { name, sql, within, has_cursor: after.is_some() });
        }
    }
    queries
}

/// What asks for somebody's membership in one organisation, by both columns of its key.
async fn membership_queries(store: &dyn Storage) -> Vec<String> {
    let mut work = store.begin().await.expect("a unit of work");
    statements();
    work.memberships().hold(NOTHING, NOBODY).await.expect("an answer");
    work.memberships().find(NOTHING, NOBODY).await.expect("an answer");
    work.memberships().remove(NOTHING, NOBODY).await.expect("an answer");
    work.memberships().addresses_of(NOTHING, &[NOBODY]).await.expect("an answer");
    let queries = statements();
    assert_eq!(queries.len(), 4, "each is one statement: {queries:#?}");
    queries
}

async fn holder_query(reader: &mut dyn Repositories, beside: Beside) -> String {
    statements();
    reader.sessions().find_holder(NOBODY, SessionId(Uuid::nil()), beside).await.expect("an answer");
    let [sql] = <[String; 1]>::try_from(statements()).expect("an authenticated request is one statement");
    sql
}

/// Where the database knows that one user has many sessions, a session by its id costs less than all of a user's.
const SOMEBODY_WITH_SESSIONS: &str = "
    INSERT INTO users (id, email, email_canonical, email_folded, is_active, is_superuser, is_verified, created_at)
        SELECT gen_random_uuid(), n, n, n, true, false, false, now() FROM generate_series(1, 500) AS n;
    INSERT INTO sessions (id, user_id, kind, created_at, last_seen_at, expires_at, ends_at, proved_at, secret_digest)
        SELECT gen_random_uuid(), users.id, 'token', now(), now(), now(), now(), now(), sha256(n::text::bytea)
        FROM users, generate_series(1, 500) AS n WHERE email = '1';
    ANALYZE users, sessions";

/// Most users are in one organisation, so that all of a user's memberships seem to be one; somebody is in 500.
const SOMEBODY_WITH_ORGANIZATIONS: &str = "
    INSERT INTO users (id, email, email_canonical, email_folded, is_active, is_superuser, is_verified, created_at)
        SELECT gen_random_uuid(), n, n, n, true, false, false, now() FROM generate_series(501, 5000) AS n;
    INSERT INTO organizations (id, name, name_folded, slug, created_at)
        SELECT gen_random_uuid(), n, n, 'o-' || n, now() FROM generate_series(1, 500) AS n;
    INSERT INTO memberships (organization_id, user_id, role, email_canonical, created_at)
        SELECT organizations.id, users.id, 'member', email, now() FROM organizations, users
        WHERE email = '1' OR name = '500';
    ANALYZE users, organizations, memberships";

/// An organisation has most of what happens, of many kinds: the newest of one kind may be far behind the newest of all.
const EVENTS: &str = "
    SELECT add_audit_month(now()), add_audit_month(now() + interval '1 month');
    INSERT INTO audit_events (id, happened_at, kind, outcome, actor_id, subject_id, organization_id, details, request_id)
        SELECT gen_random_uuid(), now() - n * interval '1 minute', n % 20, (ARRAY['success', 'failure'])[n % 2 + 1],
            md5((n % 50)::text)::uuid, md5((n % 50)::text)::uuid, md5((n % 3)::text)::uuid, '{}', n
        FROM generate_series(1, 2000) AS n ORDER BY md5(n::text);
    ANALYZE audit_events";

/// How rows are found that nobody names, with the index that finds them.
struct Look {
    name: &'static str,
    sql: String,
    index: &'static str,
}

/// What workers and housekeeping ask all the time. Of calls that find rows and then change them, the first statement.
async fn looks(store: &dyn Storage) -> Vec<Look> {
    let reader = &mut *store.read().await.expect("a reader");
    let mut looks = Vec::new();
    let mut first = |name, index, statements: Vec<String>| {
        let sql = statements.into_iter().next().expect("a statement");
        looks.push(Look { name, sql, index });
    };
    statements();
    for sort in OWNED {
        (sort.count)(reader).await;
        first("how many of a sort are a user's", ROW_COUNTS, statements());
    }
    reader.outbox().next_due().await.expect("an answer");
    first("the next message due", "outbox_due_at_idx", statements());
    reader.outbox().statistics().await.expect("an answer");
    let [queued, dead] = <[String; 2]>::try_from(statements()).expect("statistics are two statements");
    first("how many are queued", "outbox_due_at_idx", vec![queued]);
    first("how many are dead", "outbox_finished_at_idx", vec![dead]);
    reader.outbox().list_for(NOBODY, None, 9).await.expect("an answer");
    first("mail about a user", "outbox_user_idx", statements());
    reader.sessions().find_holder_of_cookie(TokenDigest([0; 32]), Beside::NOTHING).await.expect("an answer");
    first("the session of a cookie", "sessions_secret_digest_key", statements());
    reader.sessions().find_refreshable(TokenDigest([0; 32])).await.expect("an answer");
    first("a session to renew", "sessions_secret_digest_key", statements());
    reader.sessions().list_for(NOBODY, NOW, 9).await.expect("an answer");
    first("live sessions of a user", "sessions_live_idx", statements());
    reader.sessions().count_live(NOW).await.expect("an answer");
    first("how many sessions live", "sessions_expires_at_idx", statements());
    reader.sessions().history_of(NOBODY, None, 9).await.expect("an answer");
    first("all sessions of a user", "sessions_user_idx", statements());
    let client = KnownClient::of(&ironplate_domain::Client::default(), NOW);
    reader.known_clients().client_history(NOBODY, &client).await.expect("an answer");
    // Which of two is better, only a table with rows in it tells.
    first("known clients of a user", "known_clients_", statements());
    reader.memberships().has_other_active_owner(NOTHING, NOBODY).await.expect("an answer");
    first("whether there is another owner", "memberships_role_idx", statements());
    reader.memberships().count_of(NOTHING).await.expect("an answer");
    first("how many members there are", "memberships_", statements());
    reader.memberships().count_owned(NOBODY).await.expect("an answer");
    first("how many organisations a user owns", "memberships_user_idx", statements());
    reader.memberships().addresses(NOTHING, None, 9).await.expect("an answer");
    first("addresses of members", "memberships_pkey", statements());
    reader.invitations().find_by_digest(TokenDigest([0; 32]), NOW).await.expect("an answer");
    first("the invitation of a link", INVITATION_OF_A_LINK, statements());
    reader.invitations().count_of(NOTHING, NOW).await.expect("an answer");
    first("how many invitations wait", "invitations_", statements());
    let address = "ann@example.com".parse().expect("an address");
    reader.invitations().list_for(&address, NOW, 9).await.expect("an answer");
    first("invitations to an address", "invitations_email_idx", statements());
    reader.invitations().sent_by(NOBODY, None, 9).await.expect("an answer");
    first("invitations that a user sent", "invitations_invited_by_idx", statements());
    RateLimiter::prune(store, NOW, 9).await.expect("an answer");
    statements();
    RateLimiter::prune(store, NOW, 9).await.expect("an answer");
    first("buckets to prune", "rate_limits_full_at_idx", statements());

    let mut work = store.begin().await.expect("a unit of work");
    let user = user("ann@example.com").build(NOBODY, NOW, &FakeHasher::default());
    work.users().insert(&user).await.expect("a new user");
    statements();
    let message = Message::new(MessageId(Uuid::nil()), MailTemplate::TestMail, user.email.clone(), NOW);
    work.outbox().enqueue(&message).await.expect("a new message");
    statements();
    let indexes = ["outbox_untried_idx", "outbox_untried_idx", "outbox_retries_idx"];
    for (lane, index) in Lane::ALL.into_iter().zip(indexes) {
        let claim = Claim { lane, now: NOW, lease_until: NOW, passing_over: vec!["x.example".to_owned()], limit: 9 };
        work.outbox().claim_due(&claim).await.expect("what is due");
        first("what is due in a lane", index, statements());
    }
    work.outbox().bring_forward(NOW, NOW, NOW).await.expect("an answer");
    first("leases that are too long", "outbox_state_created_at_idx", statements());
    for state in [MessageState::Sent, MessageState::Dead] {
        work.outbox().prune(state, NOW, 9).await.expect("an answer");
        first("messages to prune", "outbox_finished_at_idx", statements());
    }
    work.sessions().revoke_beyond(user.id, 9, NOW).await.expect("an answer");
    first("sessions that are too many", "sessions_live_idx", statements());
    work.sessions().prune(NOW, 9).await.expect("an answer");
    first("sessions to prune", "sessions_expires_at_idx", statements());
    work.authenticator_apps().prune(NOW, 9).await.expect("an answer");
    first("authenticator apps that wait for too long", "authenticator_apps_waiting_idx", statements());
    work.challenges().remove_all_for(NOBODY).await.expect("an answer");
    first("challenges of a user", "challenges_user_idx", statements());
    work.challenges().prune(NOW, 9).await.expect("an answer");
    first("challenges to prune", "challenges_expires_at_idx", statements());
    work.outbox().retry_dead(NOW).await.expect("an answer");
    first("dead messages", "outbox_state_created_at_idx", statements());
    work.invitations().prune(NOW, 9).await.expect("an answer");
    first("invitations to prune", "invitations_expires_at_idx", statements());
    work.invitations().remove_by(NOTHING, NOBODY).await.expect("an answer");
    first("invitations to an organisation that a user sent", "invitations_", statements());
    let changes = UserChanges { email: Some(address), ..UserChanges::default() };
    work.users().update(NOBODY, &changes).await.expect("an answer");
    first("memberships that are sorted by a new address", "memberships_user_idx", statements());
    work.one_time_tokens().prune(NOW, 9).await.expect("an answer");
    first("tokens to prune", "one_time_tokens_expires_at_idx", statements());
    work.one_time_tokens().revoke_all_for(user.id).await.expect("an answer");
    first("tokens of a user", TOKENS_OF_A_USER, statements());
    looks.append(&mut looks_at_second_factors(&mut *work).await);
    looks
}

async fn looks_at_second_factors(work: &mut dyn Repositories) -> Vec<Look> {
    let mut looks = Vec::new();
    let mut first = |name, index, statements: Vec<String>| {
        looks.push(Look { name, sql: statements.into_iter().next().expect("a statement"), index });
    };
    work.authenticator_apps().list_for(NOBODY).await.expect("an answer");
    first("authenticator apps of a user", "authenticator_apps_user_idx", statements());
    work.passkeys().list_for(NOBODY).await.expect("an answer");
    first("passkeys of a user", "passkeys_user_idx", statements());
    work.passkeys().find_by_credential(&CredentialId::new(&[1]).expect("an id")).await.expect("an answer");
    first("the passkey of a credential", "passkeys_credential_id_key", statements());
    work.recovery_codes().left_for(NOBODY).await.expect("an answer");
    first("recovery codes of a user", "recovery_codes_", statements());
    work.trusted_devices().list_for(NOBODY).await.expect("an answer");
    first("trusted devices of a user", "trusted_devices_user_idx", statements());
    let shown = ShownDevice { digest: TokenDigest([0; 32]), device: "Firefox".into(), trusted_after: NOW, now: NOW };
    work.trusted_devices().note_use(NOBODY, &shown).await.expect("an answer");
    first("the trusted device of a cookie", "trusted_devices_digest_key", statements());
    work.trusted_devices().prune(NOW, 9).await.expect("an answer");
    first("trusted devices to prune", "trusted_devices_expires_at_idx", statements());
    looks
}

/// Counting a kind of event by day, which groups the rows it finds.
async fn count_query(store: &dyn Storage) -> String {
    let mut reader = store.read().await.expect("a reader");
    statements();
    reader.audit().count_by_day(AuditKind::LogIn, NOW).await.expect("an answer");
    let [sql] = <[String; 1]>::try_from(statements()).expect("a count by day is one statement");
    sql
}

/// Consuming a token, which must be one statement to be decided by the database.
async fn consume_query(store: &dyn Storage) -> String {
    let mut work = store.begin().await.expect("a unit of work");
    statements();
    work.one_time_tokens().consume(TokenDigest([0; 32]), &TokenPurpose::ALL, NOW).await.expect("an answer");
    let [sql] = <[String; 1]>::try_from(statements()).expect("a token is consumed by one statement");
    sql
}

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

fn sqlite_plan(conn: &mut SqliteConnection, sql: &str) -> String {
    let steps: Vec<Step> = sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load(conn).expect("a plan");
    steps.into_iter().map(|step| step.detail + "\n").collect()
}

async fn assert_sqlite_plans(url: DatabaseUrl) {
    migrate(&url, database::options()).await.expect("the migrations");
    let store = open(&url, database::options()).expect("a store");
    let mut reader = store.read().await.expect("a reader");
    let (queries, holder) = (page_queries(&mut *reader).await, holder_query(&mut *reader, Beside::NOTHING).await);
    let owned_looks = owned_looks(&mut *reader).await;
    let holder_at = holder_query(&mut *reader, Beside::membership(Some(NOTHING))).await;
    let holder_with_factor = holder_query(&mut *reader, Beside { second_factor: true, ..Beside::NOTHING }).await;
    let count = count_query(&*store).await;
    let (looks, consume) = (looks(&*store).await, consume_query(&*store).await);
    let memberships = membership_queries(&*store).await;
    let DatabaseUrl::Sqlite(path) = url else { panic!("{url} is not SQLite") };
    let mut conn = SqliteConnection::establish(&path.to_string_lossy()).expect("a connection");

    for PageQuery { name, sql, within, has_cursor } in queries {
        let plan = sqlite_plan(&mut conn, &sql);
        assert!(plan.contains("USING INDEX"), "{name}\n{sql}\n{plan}");
        assert!(!plan.contains("USE TEMP B-TREE"), "{name}\n{sql}\n{plan}");
        let stays = within.iter().all(|column| plan.contains(&format!("{column}=?")));
        assert!(stays, "it stays within: {name}\n{sql}\n{plan}");
        let bound = plan.contains("<?") || plan.contains(">?");
        assert!(!has_cursor || bound, "it begins at the cursor: {name}\n{sql}\n{plan}");
    }
    for Look { name, sql, index } in looks {
        let plan = sqlite_plan(&mut conn, &sql);
        let by_key = IN_SQLITE.iter().find(|(named, _)| *named == index);
        let is_used = plan.contains(&format!("INDEX {index}")) || by_key.is_some_and(|(_, by)| plan.contains(by));
        assert!(is_used, "{name}\n{sql}\n{plan}");
        assert!(!plan.contains("USE TEMP B-TREE"), "{name}\n{sql}\n{plan}");
    }
    for sql in memberships.into_iter().chain(owned_looks) {
        let plan = sqlite_plan(&mut conn, &sql);
        assert!(plan.contains("USING PRIMARY KEY (organization_id=? AND user_id=?)"), "{sql}\n{plan}");
        assert!(!plan.contains("SCAN"), "{sql}\n{plan}");
    }
    let plan = sqlite_plan(&mut conn, &count);
    assert!(plan.contains("audit_events_kind_idx (kind=? AND happened_at>?)"), "{plan}");
    let plan = sqlite_plan(&mut conn, &consume);
    assert!(plan.contains("USING PRIMARY KEY (digest=?)"), "{plan}");
    let plan = sqlite_plan(&mut conn, &holder);
    assert_eq!(plan.matches("SEARCH").count(), 2, "who names no organisation pays nothing for any: {plan}");
    assert_eq!(plan.matches("USING PRIMARY KEY (id=?)").count(), 2, "{plan}");
    let plan = sqlite_plan(&mut conn, &holder_at);
    assert_eq!(plan.matches("SEARCH").count(), 6, "{plan}");
    assert_eq!(plan.matches("USING PRIMARY KEY (id=?)").count(), 3, "{plan}");
    assert!(plan.contains("USING PRIMARY KEY (organization_id=? AND user_id=?)"), "{plan}");
    let probes = ["authenticator_apps_user_idx (user_id=?)", "passkeys_user_idx (user_id=?)"];
    assert!(probes.iter().all(|probe| plan.contains(probe)), "{plan}");
    let plan = sqlite_plan(&mut conn, &holder_with_factor);
    assert_eq!(plan.matches("SEARCH").count(), 4, "a second factor is a probe for each sort: {plan}");
    assert!(probes.iter().all(|probe| plan.contains(probe)), "{plan}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_serves_every_list_by_an_index() {
    let _turn = ONE_AT_A_TIME.lock().await;
    record_statements();
    database::with_file(assert_sqlite_plans).await;
}

async fn connect(url: &DatabaseUrl) -> Client {
    let DatabaseUrl::Postgres(url) = url else { panic!("{url} is not PostgreSQL") };
    let (client, connection) = tokio_postgres::connect(url.as_str(), NoTls).await.expect("a connection");
    tokio::spawn(connection);
    client
}

/// The plan for any values: the statement is prepared, as the driver does it.
async fn postgres_plan(client: &Client, sql: &str) -> String {
    let parameters = (1..=99).filter(|n| sql.contains(&format!("${n}"))).count();
    let values = vec!["NULL"; parameters].join(", ");
    let values = if values.is_empty() { values } else { format!("({values})") };
    let explain = format!("DEALLOCATE ALL; PREPARE asked AS {sql}; EXPLAIN EXECUTE asked{values}");
    let answer = client.simple_query(&explain).await.expect("a plan");
    let lines = answer.iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    lines.collect::<Vec<_>>().join("\n")
}

async fn assert_postgres_plans(url: DatabaseUrl) {
    migrate(&url, database::options()).await.expect("the migrations");
    let store = open(&url, database::options()).expect("a store");
    let mut reader = store.read().await.expect("a reader");
    let (queries, holder) = (page_queries(&mut *reader).await, holder_query(&mut *reader, Beside::NOTHING).await);
    let owned_looks = owned_looks(&mut *reader).await;
    let holder_at = holder_query(&mut *reader, Beside::membership(Some(NOTHING))).await;
    let holder_with_factor = holder_query(&mut *reader, Beside { second_factor: true, ..Beside::NOTHING }).await;
    let count = count_query(&*store).await;
    let (looks, consume) = (looks(&*store).await, consume_query(&*store).await);
    let memberships = membership_queries(&*store).await;
    // On an empty table everything costs the same: whatever can be avoided is, and what is left could not be. Of the months of events
    // none is left out, whatever the values are.
    let client = connect(&url).await;
    let avoid = "SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off; \
                 SET enable_partition_pruning = off; SET plan_cache_mode = force_generic_plan";
    client.batch_execute(avoid).await.expect("the settings");
    client.batch_execute(SOMEBODY_WITH_SESSIONS).await.expect("rows");
    client.batch_execute(SOMEBODY_WITH_ORGANIZATIONS).await.expect("rows");
    client.batch_execute(EVENTS).await.expect("rows");
    // What is vacuumed can be read from an index alone, and another index that has all of it draws the planner.
    client.batch_execute("VACUUM ANALYZE memberships").await.expect("a clean table");

    for PageQuery { name, sql, within, has_cursor } in queries {
        let plan = postgres_plan(&client, &sql).await;
        assert!(plan.contains("Index Scan") && !plan.contains("Seq Scan"), "{name}\n{sql}\n{plan}");
        assert!(!sorts(&plan), "{name}\n{sql}\n{plan}");
        let condition = index_condition(&plan);
        let stays = within.iter().all(|column| condition.contains(&format!("{column} =")));
        assert!(stays, "it stays within: {name}\n{sql}\n{plan}");
        let bound = condition.contains('<') || condition.contains('>');
        assert!(!has_cursor || bound, "it begins at the cursor: {name}\n{sql}\n{plan}");
    }
    for Look { name, sql, index } in looks {
        let plan = postgres_plan(&client, &sql).await;
        assert!(plan.contains(&format!("using {index}")), "{name}\n{sql}\n{plan}");
        assert!(!sorts(&plan), "{name}\n{sql}\n{plan}");
    }
    for sql in memberships.into_iter().chain(owned_looks).chain([holder_at]) {
        let plan = postgres_plan(&client, &sql).await;
        let look = plan.split_once("using memberships_pkey").map_or("", |(_, look)| look);
        let condition = index_condition(look);
        let is_by_key = condition.contains("organization_id =") && condition.contains("user_id =");
        assert!(is_by_key, "{sql}\n{plan}");
        assert!(!plan.contains("organizations") || plan.contains("using organizations_pkey"), "{sql}\n{plan}");
    }
    let plan = postgres_plan(&client, &count).await;
    let is_by_kind =
        plan.contains("_kind_happened_at_id_idx") && plan.contains("Index Cond: ((kind = $1) AND (happened_at >= $2))");
    assert!(is_by_kind && !plan.contains("Seq Scan"), "{plan}");
    let plan = postgres_plan(&client, &consume).await;
    assert!(plan.contains("using one_time_tokens_pkey"), "{plan}");
    let plan = postgres_plan(&client, &holder_with_factor).await;
    assert!(plan.contains("authenticator_apps_user_idx") && !plan.contains("memberships"), "{plan}");
    let plan = postgres_plan(&client, &holder).await;
    let is_lean = !plan.contains("memberships") && !plan.contains("authenticator_apps");
    assert!(plan.contains("users_pkey") && is_lean, "{plan}");
    // Both indexes lead to the one row.
    let finds = plan.contains("sessions_pkey") || plan.contains("Index Cond: ((user_id = $2) AND (id = $1))");
    assert!(finds, "{plan}");
}

/// Merging what is sorted, as of the months of audit events, is none.
fn sorts(plan: &str) -> bool {
    plan.contains("Sort  (")
}

fn index_condition(plan: &str) -> &str {
    plan.lines().find(|line| line.contains("Index Cond:")).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_serves_every_list_by_an_index() {
    let _turn = ONE_AT_A_TIME.lock().await;
    record_statements();
    database::with_schema(assert_postgres_plans).await;
}
