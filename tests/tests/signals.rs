//! Signals end the process cleanly at any time, or do nothing.

use std::fs::File;

use ironplate_tests::{
    Database, Finished, Process, Proxy, Setup, Signal, free_address, on_both_databases, on_postgres_only, until,
};

on_both_databases!(signals_that_mean_nothing_do_nothing);
on_postgres_only!(a_start_that_waits_for_the_database_is_ended, a_start_that_waits_for_a_table_leaves_nothing_running,);

const MEANINGLESS: [Signal; 5] = [Signal::HUP, Signal::USR1, Signal::USR2, Signal::ALARM, Signal::IO];

async fn signals_that_mean_nothing_do_nothing(database: Database) {
    let setup = Setup::on(&database);
    let server = setup.start().await;
    let worker = setup.start_worker();
    worker.takes(Signal::IO).await;
    for signal in MEANINGLESS {
        server.signal(signal);
        worker.signal(signal);
        let _alive = server.client().get("/livez").await.ok();
    }
    worker.signal(Signal::TERM);
    assert_eq!(worker.finish().await.code, Some(0));
    assert_eq!(server.stop().await.code, Some(0));
}

async fn a_start_that_waits_for_the_database_is_ended(database: Database) {
    let proxy = Proxy::to(database.schema().server()).await;
    proxy.fall_silent();
    let setup = Setup::on(&database).with("DATABASE_URL", &database.schema().url_through(proxy.address()));
    assert_all_are_ended(&setup).await;
}

/// By a migration's statement, and by one of the first superuser's.
async fn a_start_that_waits_for_a_table_leaves_nothing_running(database: Database) {
    let setup = Setup::on(&database)
        .with("IRONPLATE__HTTP__DRAIN_SECONDS", "0")
        .with("IRONPLATE__DATABASE__MIGRATION_LOCK_TIMEOUT", "3600")
        .with("IRONPLATE__DATABASE__STATEMENT_TIMEOUT", "3600");
    assert_eq!(setup.run(&["migrate"]).await.code, Some(0));
    let watcher = database.schema().hold("").await;
    for table in ["__diesel_schema_migrations", "users"] {
        let _somebody = database.schema().hold(&format!("BEGIN; LOCK TABLE {table}")).await;
        let waiting = async || {
            let waiting = "SELECT count(*) FROM pg_stat_activity \
                WHERE application_name = current_setting('application_name') AND wait_event_type = 'Lock'";
            watcher.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0)
        };
        let server = setup.spawn_at(free_address());
        until("its statement waits", async || (waiting().await > 0).then_some(())).await;
        server.signal(Signal::TERM);
        assert_eq!(server.finish().await.code, Some(0), "{table}");
        until("nothing waits any more", async || (waiting().await == 0).then_some(())).await;
    }
}

#[tokio::test]
async fn a_start_that_waits_for_somebody_s_migrations_is_ended() {
    let database = Database::sqlite();
    let Database::Sqlite(folder) = &database else { panic!("a file") };
    let lock = File::create(folder.path().join("ironplate.db.lock")).unwrap();
    lock.lock().unwrap();
    assert_all_are_ended(&Setup::on(&database)).await;
}

#[tokio::test]
async fn a_command_that_nobody_answers_is_ended() {
    let setup = Setup::on(&Database::sqlite());
    assert_eq!(setup.run(&["migrate"]).await.code, Some(0));
    for signal in [Signal::TERM, Signal::INT] {
        let asking = setup.spawn_unanswered(&["create-superuser", "--email", "ann@example.com", "--password-stdin"]);
        until("it is about to ask", async || asking.stderr().contains("Database: ").then_some(())).await;
        let finished = ended(asking, signal).await;
        assert_eq!(finished.code, Some(1), "{finished:?}");
        assert!(finished.stderr.ends_with("Stopped by a signal.\n"), "{finished:?}");
    }
}

/// What waits for nobody has done nothing wrong, except to have left undone what it was started for.
async fn assert_all_are_ended(setup: &Setup) {
    for signal in [Signal::TERM, Signal::INT] {
        assert_eq!(ended(setup.spawn_at(free_address()), signal).await.code, Some(0));
        assert_eq!(ended(setup.start_worker(), signal).await.code, Some(0));
        let migrating = ended(setup.spawn(&["migrate"], ""), signal).await;
        assert_eq!((migrating.code, migrating.stderr.as_str()), (Some(1), "Stopped by a signal.\n"));
    }
}

async fn ended(process: Process, signal: Signal) -> Finished {
    process.takes(signal).await;
    process.signal(signal);
    process.finish().await
}
