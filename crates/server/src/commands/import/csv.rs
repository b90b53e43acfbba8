//! `ironplate import csv`.

use std::{
    fs::File,
    io::{self, BufReader},
};

use ironplate_application::{
    Operator,
    imports::{FaultyRow, ForeignId, ForeignUser, Import, Imports, RowFault},
};
use ironplate_domain::PasswordHash;

use super::{
    AGAIN, BATCH,
    records::{Record, Records},
    report::{Report, Sort},
};
use crate::{
    cli::{ImportCsv, ImportManner},
    failure::Failure,
};

/// More would take more memory than an import should, to tell an address that stands there twice.
const MAX_ROWS: u64 = 1_000_000;

const ADDRESS: &str = "address";
const NAME: &str = "name";
const HASH: &str = "hash";

pub(super) async fn import(imports: &Imports, by: &Operator, wanted: ImportCsv) -> Result<(), Failure> {
    let ImportCsv { file, manner } = wanted;
    let place = file.display().to_string();
    let opened = File::open(&file).map_err(|error| Failure(format!("{place} can't be read: {error}.")))?;
    let mut records = Records::of(BufReader::new(opened)).map_err(|error| unread(&place, &error))?;
    let header = records.next().transpose().map_err(|error| unread(&place, &error))?;
    let columns = Columns::named_by(header).map_err(|why| Failure(format!("{place} can't be read: {why}.")))?;
    let mut report = Report::begin(manner, [Sort::Users]);
    let mut import = imports.begin(by, manner.mode(), FaultyRow::HoldsItsBatchBack);
    let rows = records.map(|record| record.map(|record| columns.user(record, manner)));
    let outcome = users(rows, &mut import, &mut report, &place).await;
    report.end(outcome)
}

type Row = (ForeignId, Result<ForeignUser, RowFault>);

async fn users(
    mut rows: impl Iterator<Item = io::Result<Row>>,
    import: &mut Import<'_>,
    report: &mut Report,
    place: &str,
) -> Result<(), Failure> {
    let mut count = 0;
    loop {
        let batch: io::Result<Vec<Row>> = rows.by_ref().take(BATCH as usize).collect();
        let batch = batch.map_err(|error| unread(place, &error))?;
        count += batch.len() as u64;
        if batch.is_empty() {
            return Ok(());
        }
        if count > MAX_ROWS {
            return Err(Failure(format!(
                "{place} has more than {MAX_ROWS} rows with users; those behind were not imported. Split it."
            )));
        }
        let (ids, users): (Vec<ForeignId>, Vec<_>) = batch.into_iter().unzip();
        let outcomes = import.users(users).await.map_err(|error| Failure::because(&stopped(&ids), &error))?;
        report.tell(Sort::Users, ids.into_iter().zip(outcomes));
    }
}

/// Where a row has what.
struct Columns {
    count: usize,
    address: usize,
    name: Option<usize>,
    hash: Option<usize>,
}

impl Columns {
    fn named_by(header: Option<Record>) -> Result<Self, String> {
        let Some(header) = header else {
            return Err(format!("it is empty; the first row must name its columns: {ADDRESS}, {NAME}, {HASH}"));
        };
        let names = header.fields.map_err(|why| format!("of the row that names its columns, {why}"))?;
        let names: Vec<&str> = names.iter().map(|name| name.trim()).collect();
        for name in &names {
            if ![ADDRESS, NAME, HASH].contains(name) {
                return Err(format!(
                    "its first row must name its columns, and {name:?} is none of {ADDRESS}, {NAME} and {HASH}"
                ));
            }
            if names.iter().filter(|other| *other == name).count() > 1 {
                return Err(format!("it has two columns {name}"));
            }
        }
        let place = |wanted| names.iter().position(|name| *name == wanted);
        let address = place(ADDRESS).ok_or_else(|| format!("it has no column {ADDRESS}"))?;
        Ok(Self { count: names.len(), address, name: place(NAME), hash: place(HASH) })
    }

    fn user(&self, record: Record, manner: ImportManner) -> Row {
        let id = ForeignId::Row(record.row);
        (id, self.read(record, id, manner).map_err(RowFault::Unreadable))
    }

    fn read(&self, record: Record, id: ForeignId, manner: ImportManner) -> Result<ForeignUser, String> {
        let fields = record.fields.map_err(|why| why.to_string())?;
        if fields.len() != self.count {
            return Err(format!("it has {} fields in the place of {}", fields.len(), self.count));
        }
        let field = |place: Option<usize>| {
            let text = place.and_then(|place| fields.get(place)).map(|field| field.trim());
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let password_hash = field(self.hash).map(PasswordHash::new);
        Ok(ForeignUser {
            id,
            email: field(Some(self.address)).unwrap_or_default(),
            full_name: field(self.name),
            // Whoever is yet to be invited proves their address then.
            is_verified: manner.verified && password_hash.is_some(),
            password_hash,
            is_active: true,
            is_superuser: false,
            created_at: None,
        })
    }
}

fn unread(place: &str, error: &io::Error) -> Failure {
    Failure(format!("{place} can't be read: {error}. {AGAIN}"))
}

fn stopped(ids: &[ForeignId]) -> String {
    match ids {
        [first, .., last] => format!("The rows {first} to {last} were not imported. {AGAIN}"),
        _ => format!("The last row was not imported. {AGAIN}"),
    }
}
