//! `ironplate backup` and `restore-check`.

use std::{
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf, absolute},
};

use ironplate_persistence::{CopyError, CopyFacts, DatabaseUrl, Unfinished};
use serde_json::json;
use tokio::task::spawn_blocking;

use super::name_database;
use crate::{
    cli::{BackUp, CheckCopy, Format},
    config::Config,
    failure::Failure,
    table::{Facts, Table, moment},
    terminal::{remark, say},
};

/// With this a dump of PostgreSQL begins, in its custom form.
const DUMP: &[u8] = b"PGDMP";

pub(super) async fn back_up(config: &Config, wanted: BackUp, unfinished: Unfinished) -> Result<(), Failure> {
    let BackUp { file, format } = wanted;
    let DatabaseUrl::Sqlite(path) = &config.database.url else {
        return Err(Failure(format!(
            "`ironplate backup` copies SQLite alone. For this database:\n  \
             pg_dump --format=custom --file={} \"$DATABASE_URL\"\nMore: docs/operations/backup.md",
            file.display()
        )));
    };
    name_database(config)?;
    let (database, copy) = (path.clone(), whole(&file));
    let place = copy.clone();
    let facts = blocking(move || ironplate_persistence::back_up(&database, Path::new(&copy), &unfinished)).await;
    let facts = facts.map_err(|error| Failure(format!("There is no copy in {place}: {error}.")))?;
    tell(&place, &facts, None, format);
    Ok(())
}

pub(super) async fn check(wanted: CheckCopy) -> Result<(), Failure> {
    let CheckCopy { file, format } = wanted;
    let place = whole(&file);
    if is_dump(&file) {
        return Err(Failure(format!(
            "{place} is a dump of PostgreSQL. What is in it:\n  pg_restore --list {}\n\
             Whether it can be restored, a restore into an empty database tells: docs/operations/backup.md",
            file.display()
        )));
    }
    let wal = wal_beside(&file).map(|wal| whole(&wal));
    if let Some(wal) = &wal {
        // Before the answer, or the reason why there is none: it is no part of the copy, and may be what the copy lacks.
        remark(format_args!(
            "{wal} was not read: what is in it is not counted here. A file that was copied from a database in use lacks what was \
             written last; `ironplate backup` copies all of it."
        ));
    }
    let facts = blocking(move || ironplate_persistence::look_into(&file)).await;
    let facts = facts.map_err(|error| Failure(format!("{place} can't be read as a copy: {error}.")))?;
    tell(&place, &facts, wal, format);
    match facts.problems.len() {
        0 => Ok(()),
        count => Err(Failure(format!("{place} is damaged; problems: {count}. Take an older copy."))),
    }
}

async fn blocking(work: impl FnOnce() -> Result<CopyFacts, CopyError> + Send + 'static) -> Result<CopyFacts, Failure> {
    let done = spawn_blocking(work).await.map_err(|error| Failure(error.to_string()))?;
    done.map_err(|error| Failure(error.to_string()))
}

fn tell(place: &str, facts: &CopyFacts, unread: Option<String>, format: Format) {
    let CopyFacts { tables, migrations, newer_migrations, last_event, problems } = facts;
    let lacks = migrations.iter().filter(|migration| !migration.is_applied).count();
    let last_event = last_event.map(moment);
    if format == Format::Json {
        let rows: serde_json::Map<_, _> = tables.iter().map(|(table, rows)| (table.clone(), json!(rows))).collect();
        let told = json!({
            "file": place,
            "last_event_at": last_event,
            "lacks_migrations": lacks,
            "newer_migrations": newer_migrations,
            "not_read": unread,
            "problems": problems,
            "rows": rows,
        });
        return say(format_args!("{told:#}"));
    }
    let mut ran = match lacks {
        0 => format!("all {} have run", migrations.len()),
        1 => "1 is lacking; it runs at the start, or by `ironplate migrate`".to_owned(),
        count => format!("{count} are lacking; they run at the start, or by `ironplate migrate`"),
    };
    if !newer_migrations.is_empty() {
        ran.push_str("; this binary is older than the copy and does not know ");
        ran.push_str(&newer_migrations.join(", "));
    }
    let sound = if problems.is_empty() { "yes".to_owned() } else { format!("NO: {}", problems.join("; ")) };
    let mut told = vec![
        ("Copy", place.to_owned()),
        ("Sound", sound),
        ("Last event", last_event.unwrap_or_else(|| "none".to_owned())),
        ("Migrations", ran),
    ];
    told.extend(unread.map(|wal| ("Not read", wal)));
    say(Facts(told));
    let rows = tables.iter().map(|(table, rows)| [table.clone(), rows.to_string()]).collect();
    say(format_args!("\n{}", Table { head: ["TABLE", "ROWS"], rows }));
}

/// What SQLite wrote and did not bring into the file yet, if there is any of it.
fn wal_beside(file: &Path) -> Option<PathBuf> {
    let mut wal = file.as_os_str().to_owned();
    wal.push("-wal");
    let wal = PathBuf::from(wal);
    fs::metadata(&wal).is_ok_and(|wal| wal.len() > 0).then_some(wal)
}

fn is_dump(file: &Path) -> bool {
    let mut begin = [0; DUMP.len()];
    File::open(file).and_then(|mut file| file.read_exact(&mut begin)).is_ok() && begin == *DUMP
}

fn whole(path: &Path) -> String {
    absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string()
}
