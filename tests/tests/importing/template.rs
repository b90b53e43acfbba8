//! From a database of full-stack-fastapi-template.

use ironplate_tests::{Database, PASSWORD, Setup, on_both_databases, on_postgres, until};
use serde_json::Value;

use super::{ANN, BCRYPT, counts, done, events, faults, run, users};

on_both_databases!(
    all_of_the_present_state_comes_as_it_is,
    all_of_the_state_with_numbers_comes_with_ids_that_stay,
    whoever_comes_logs_in_with_the_password_that_they_had,
    what_cannot_come_in_is_told_and_all_else_comes,
    a_dry_run_says_the_same_and_writes_nothing,
    an_import_that_was_killed_goes_on_where_it_was,
    what_is_no_database_of_the_templates_is_told,
);

/// The same as the template makes them since, but cheaper.
const ARGON2: &str = "$argon2id$v=19$m=64,t=1,p=4$pD4j/ek0u1MXrwYNVPB8lw$aN14z7A7AzMic62tNncf7Tne1ZIIfk7vO4RQUL9d43s";

/// As the template has it since January 2026.
const PRESENT: &str = "
    CREATE TABLE \"user\" (
        id uuid PRIMARY KEY, email varchar(255) NOT NULL, is_active boolean NOT NULL, is_superuser boolean NOT NULL,
        full_name varchar(255), hashed_password varchar NOT NULL, created_at timestamptz
    );
    CREATE UNIQUE INDEX ix_user_email ON \"user\" (email);
    CREATE TABLE item (
        id uuid PRIMARY KEY, title varchar(255) NOT NULL, description varchar(255), created_at timestamptz,
        owner_id uuid NOT NULL REFERENCES \"user\" ON DELETE CASCADE
    );";

/// As it had it until June 2024.
const WITH_NUMBERS: &str = "
    CREATE TABLE \"user\" (
        id serial PRIMARY KEY, email varchar NOT NULL, is_active boolean NOT NULL, is_superuser boolean NOT NULL,
        full_name varchar, hashed_password varchar NOT NULL
    );
    CREATE UNIQUE INDEX ix_user_email ON \"user\" (email);
    CREATE TABLE item (
        id serial PRIMARY KEY, title varchar NOT NULL, description varchar, owner_id integer NOT NULL REFERENCES \"user\"
    );";

const ANNS_ID: &str = "6f2c0b8e-0d8e-4f7c-9d2a-1c5f3b7e9a01";
const MILK: &str = "7f2c0b8e-0d8e-4f7c-9d2a-1c5f3b7e9a02";

/// A database that is migrated, and a template's with these tables and rows. The template's is PostgreSQL; where that is what we
/// are on, both are in one schema, where their tables don't meet.
async fn with_template(database: Database, statements: &str, test: impl AsyncFnOnce(Setup, Database)) {
    let setup = Setup::on(&database);
    assert_eq!(setup.run(&["migrate"]).await.code, Some(0));
    match &database {
        Database::Postgres(_) => {
            database.execute(statements).await;
            test(setup, database.clone()).await;
        }
        Database::Sqlite(_) => {
            on_postgres(async |template| {
                template.execute(statements).await;
                test(setup, template).await;
            })
            .await;
        }
    }
}

fn from(url: &str) -> [&str; 3] {
    ["full-stack-fastapi-template", "--from", url]
}

fn ann_and_her_milk() -> String {
    format!(
        "{PRESENT}
        INSERT INTO \"user\" VALUES
            ('{ANNS_ID}', 'Ann@Example.com', true, true, 'Ann', '{BCRYPT}', '2026-02-03T04:05:06.070809+02:00');
        INSERT INTO item VALUES ('{MILK}', 'Milk', 'two litres', '2026-02-04T00:00:00Z', '{ANNS_ID}');"
    )
}

async fn all_of_the_present_state_comes_as_it_is(database: Database) {
    with_template(database, &ann_and_her_milk(), async |setup, template| {
        let url = template.url();
        let report = done(&setup, &from(&url)).await;
        assert_eq!(counts(&report, "users"), [1, 0, 0, 0], "{report}");
        assert_eq!(counts(&report, "items"), [1, 0, 0, 0], "{report}");
        let [ann] = &users(&setup).await[..] else { panic!("one user") };
        for (field, value) in [
            ("id", ANNS_ID.into()),
            ("email", "Ann@example.com".into()),
            ("full_name", "Ann".into()),
            ("is_active", true.into()),
            ("is_superuser", true.into()),
            ("is_verified", false.into()),
            ("created_at", "2026-02-03T02:05:06.070809Z".into()),
            ("has_password", Value::from(true)),
        ] {
            assert_eq!(ann[field], value, "{field}: {ann}");
        }
        let server = setup.start().await;
        let milk = server.client().log_in(ANN).await.get(&format!("items/{MILK}")).await.ok();
        assert_eq!(
            (&milk["title"], &milk["description"], &milk["owner_id"]),
            (&"Milk".into(), &"two litres".into(), &ANNS_ID.into())
        );
        assert_eq!(milk["created_at"], "2026-02-04T00:00:00Z", "{milk}");

        let again = done(&setup, &from(&url)).await;
        assert_eq!(counts(&again, "users"), [0, 1, 0, 0], "{again}");
        assert_eq!(counts(&again, "items"), [0, 1, 0, 0], "{again}");
        assert_eq!(events(&setup, "user.imported").await, 1);
        assert_eq!(events(&setup, "item.imported").await, 1);
        assert_eq!(setup.run(&["outbox", "list"]).await.stdout.matches("ann@").count(), 0, "nobody gets mail");
    })
    .await;
}

async fn all_of_the_state_with_numbers_comes_with_ids_that_stay(database: Database) {
    let statements = format!(
        "{WITH_NUMBERS}
        INSERT INTO \"user\" VALUES (17, 'ann@example.com', true, false, NULL, '{BCRYPT}');
        INSERT INTO item VALUES (17, 'Milk', NULL, 17);"
    );
    with_template(database, &statements, async |setup, template| {
        let url = template.url();
        let verified = [&from(&url)[..], &["--verified"]].concat();
        let report = done(&setup, &verified).await;
        assert_eq!(counts(&report, "users"), [1, 0, 0, 0], "{report}");
        assert_eq!(counts(&report, "items"), [1, 0, 0, 0], "{report}");
        let [ann] = &users(&setup).await[..] else { panic!("one user") };
        assert_eq!(ann["id"], "220aa538-cf6f-586c-a8f4-7a263f59734b", "as docs/operations/import.md tells");
        assert_eq!(ann["is_verified"], true, "{ann}");
        let server = setup.start().await;
        let milk = server.client().log_in(ANN).await.get("items/47794675-610f-59b4-b56c-30dc287e416f").await.ok();
        assert_eq!(milk["title"], "Milk");
        let again = done(&setup, &verified).await;
        assert_eq!(counts(&again, "users"), [0, 1, 0, 0], "{again}");
        assert_eq!(counts(&again, "items"), [0, 1, 0, 0], "{again}");
    })
    .await;
}

async fn whoever_comes_logs_in_with_the_password_that_they_had(database: Database) {
    let row = |email: &str, is_active: bool, hash: &str| {
        format!("(gen_random_uuid(), '{email}', {is_active}, false, NULL, '{hash}', NULL)")
    };
    let users =
        [row(ANN, true, BCRYPT), row("bob@example.com", true, ARGON2), row("cid@example.com", false, BCRYPT)].join(",");
    let statements = format!("{PRESENT} INSERT INTO \"user\" VALUES {users};");
    with_template(database, &statements, async |setup, template| {
        done(&setup, &from(&template.url())).await;
        let server = setup.start().await;
        for email in [ANN, "bob@example.com"] {
            server
                .client()
                .ask_for_token(email, "another-password-1")
                .await
                .assert_refused(400, "incorrect_credentials");
            let _user = server.client().log_in(email).await;
        }
        server.client().ask_for_token("cid@example.com", PASSWORD).await.assert_refused(400, "inactive_user");
    })
    .await;
}

async fn what_cannot_come_in_is_told_and_all_else_comes(database: Database) {
    let statements = format!(
        "{WITH_NUMBERS}
        INSERT INTO \"user\" VALUES
            (1, 'ann@example.com', true, false, NULL, '{BCRYPT}'),
            (2, 'ANN@example.com', true, false, NULL, '{BCRYPT}'),
            (3, 'no address', true, false, NULL, '{BCRYPT}'),
            (4, 'dan@example.com', true, false, NULL, 'plaintext'),
            (5, 'eve@example.com', true, false, repeat('x', 256), '{BCRYPT}'),
            (6, 'root@example.com', true, true, NULL, '{BCRYPT}'),
            (7, 'gus@example.com', true, false, NULL, '{BCRYPT}');
        INSERT INTO item VALUES
            (1, 'Milk', NULL, 1), (2, repeat('x', 256), NULL, 1), (3, 'Bread', repeat('x', 256), 1), (4, 'Eggs', NULL, 2);"
    );
    with_template(database, &statements, async |setup, template| {
        // Its first superuser has the address of one of the template's.
        drop(setup.start().await);
        let url = template.url();
        let (report, finished) = run(&setup, &from(&url)).await;
        assert_eq!(finished.code, Some(1), "{finished:?}");
        assert!(finished.stderr.contains("Not imported: 5 users"), "{finished:?}");
        assert!(finished.stderr.contains(" and 3 items."), "{finished:?}");
        assert_eq!(counts(&report, "users"), [2, 0, 5, 0], "{report}");
        assert_eq!(counts(&report, "items"), [1, 0, 3, 0], "{report}");
        let expected = [
            (2, "address_twice"),
            (3, "address_invalid"),
            (4, "hash_unusable"),
            (5, "name_invalid"),
            (6, "address_taken"),
            (2, "title_invalid"),
            (3, "description_invalid"),
            (4, "owner_missing"),
        ];
        assert_eq!(faults(&report), expected.map(|(id, code)| (id.into(), code.to_owned())), "{report}");

        let told = setup.run(&[&["import"], &from(&url)[..]].concat()).await;
        for line in [
            "user 2: the address is that of 1, too, in this or another spelling\n",
            "user 4: the password hash can't be used: unknown format\n",
            "item 4: its owner was not imported\n",
        ] {
            assert!(told.stdout.contains(line), "{line}: {told:?}");
        }
        assert!(!told.output().contains("plaintext") && !told.output().contains("$2b$"), "{told:?}");
    })
    .await;
}

async fn a_dry_run_says_the_same_and_writes_nothing(database: Database) {
    let statements = format!(
        "{} INSERT INTO \"user\" VALUES (gen_random_uuid(), 'ann@EXAMPLE.com', true, false, NULL, 'plaintext', NULL);",
        ann_and_her_milk()
    );
    with_template(database, &statements, async |setup, template| {
        let url = template.url();
        let dry = [&from(&url)[..], &["--dry-run"]].concat();
        let (mut rehearsed, finished) = run(&setup, &dry).await;
        assert_eq!(finished.code, Some(1), "{finished:?}");
        assert!(users(&setup).await.is_empty());
        assert_eq!((events(&setup, "user.imported").await, events(&setup, "item.imported").await), (0, 0));
        let (report, _) = run(&setup, &from(&url)).await;
        assert_eq!((&rehearsed["dry_run"], &report["dry_run"]), (&true.into(), &false.into()));
        rehearsed["dry_run"] = false.into();
        assert_eq!(rehearsed, report);
        let told = setup.run(&[&["import"], &dry[..]].concat()).await;
        assert!(told.stdout.ends_with("This was a dry run: nothing was written.\n"), "{told:?}");
    })
    .await;
}

async fn an_import_that_was_killed_goes_on_where_it_was(database: Database) {
    const USERS: u64 = 1_200;
    const ITEMS: u64 = 40;
    let statements = format!(
        "{PRESENT}
        INSERT INTO \"user\" SELECT gen_random_uuid(), 'user' || n || '@example.com', true, false, NULL, '{BCRYPT}', now()
            FROM generate_series(1, {USERS}) AS n;
        INSERT INTO item SELECT gen_random_uuid(), 'Milk', NULL, now(), id FROM \"user\" LIMIT {ITEMS};"
    );
    with_template(database, &statements, async |setup, template| {
        let url = template.url();
        let arguments = [&["import"], &from(&url)[..]].concat();
        let mut killed = setup.spawn(&arguments, "");
        until("the first batch is here", async || killed.stderr().contains("user.imported").then_some(())).await;
        killed.kill();
        let here = users(&setup).await.len() as u64;
        assert!((1..USERS).contains(&here), "{here} were here when it was killed");
        let report = done(&setup, &from(&url)).await;
        assert_eq!(counts(&report, "users"), [USERS - here, here, 0, 0], "{report}");
        assert_eq!(counts(&report, "items"), [ITEMS, 0, 0, 0], "{report}");
        assert_eq!(users(&setup).await.len() as u64, USERS);
        assert_eq!(events(&setup, "user.imported").await as u64, USERS);
    })
    .await;
}

async fn what_is_no_database_of_the_templates_is_told(database: Database) {
    with_template(database, "SELECT 1", async |setup, template| {
        let url = template.url();
        let told = async || {
            let finished = setup.run(&[&["import"], &from(&url)[..]].concat()).await;
            assert_eq!((finished.code, &*finished.stdout), (Some(1), ""), "{finished:?}");
            finished.stderr
        };
        assert!(told().await.contains("it has no table \"user\""));
        template.execute("CREATE TABLE \"user\" (id uuid, email text)").await;
        assert!(told().await.contains("its table \"user\" has no column full_name"));
        template
            .execute(&format!("DROP TABLE \"user\"; {PRESENT} ALTER TABLE item ALTER created_at TYPE timestamp"))
            .await;
        assert!(told().await.contains("item.created_at is a timestamp without time zone"));

        template.execute("DROP TABLE item; ALTER TABLE \"user\" ADD phone text").await;
        let alone = setup.run(&[&["import"], &from(&url)[..]].concat()).await;
        assert_eq!(alone.code, Some(0), "{alone:?}");
        let remarks = ["no table \"item\"", "stay behind: user.phone."];
        assert!(remarks.iter().all(|remark| alone.stderr.contains(remark)), "{alone:?}");
        let sqlite = setup.run(&["import", "full-stack-fastapi-template", "--from", "sqlite:x.db"]).await;
        assert!(sqlite.code == Some(1) && sqlite.stderr.contains("postgres://"), "{sqlite:?}");
    })
    .await;
}
