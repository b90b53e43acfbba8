//! `ironplate import full-stack-fastapi-template`.

use ironplate_application::{
    Operator,
    imports::{FaultyRow, ForeignId, Import, Imports},
};
use ironplate_persistence::{DatabaseUrl, StoreOptions, TemplateDatabase, TemplateError};

use super::{
    AGAIN, BATCH,
    report::{Report, Sort},
};
use crate::{cli::ImportTemplate, failure::Failure, terminal::remark};

pub(super) async fn import(
    imports: &Imports,
    by: &Operator,
    options: StoreOptions,
    wanted: ImportTemplate,
) -> Result<(), Failure> {
    let ImportTemplate { from, manner } = wanted;
    let DatabaseUrl::Postgres(url) = &from else {
        return Err(Failure(
            "--from: the template keeps its data in PostgreSQL, so this must begin with postgres://".to_owned(),
        ));
    };
    let opened = TemplateDatabase::open(url, options).await;
    let mut template = opened.map_err(|error| Failure::because(&format!("{url} (--from) can't be read"), &error))?;
    remark(format_args!("From: {url}"));
    if !template.has_items() {
        remark("It has no table \"item\": users come alone.");
    }
    let ignored = template.ignored_columns();
    if !ignored.is_empty() {
        remark(format_args!("Columns that are not the template's stay behind: {}.", ignored.join(", ")));
    }
    let sorts = [Some(Sort::Users), template.has_items().then_some(Sort::Items)];
    let mut report = Report::begin(manner, sorts.into_iter().flatten());
    let mut import = imports.begin(by, manner.mode(), FaultyRow::IsLeftOut);
    let outcome = bring(&mut template, &mut import, manner.verified, &mut report).await;
    report.end(outcome)
}

async fn bring(
    template: &mut TemplateDatabase,
    import: &mut Import<'_>,
    is_verified: bool,
    report: &mut Report,
) -> Result<(), Failure> {
    users(template, import, is_verified, report).await?;
    items(template, import, report).await?;
    Ok(())
}

async fn users(
    template: &mut TemplateDatabase,
    import: &mut Import<'_>,
    is_verified: bool,
    report: &mut Report,
) -> Result<(), Failure> {
    let mut after = None;
    loop {
        let mut rows = template.users(after, BATCH).await.map_err(|error| unread(&error))?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = Some(last.id);
        for user in &mut rows {
            user.is_verified = is_verified;
        }
        let ids: Vec<ForeignId> = rows.iter().map(|user| user.id).collect();
        let outcomes = import.users(rows.into_iter().map(Ok).collect()).await;
        let outcomes = outcomes.map_err(|error| Failure::because(&stopped("users", after), &error))?;
        report.tell(Sort::Users, ids.into_iter().zip(outcomes));
    }
}

async fn items(template: &mut TemplateDatabase, import: &mut Import<'_>, report: &mut Report) -> Result<(), Failure> {
    let mut after = None;
    loop {
        let rows = template.items(after, BATCH).await.map_err(|error| unread(&error))?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = Some(last.id);
        let ids: Vec<ForeignId> = rows.iter().map(|item| item.id).collect();
        let outcomes = import.items(rows).await;
        let outcomes = outcomes.map_err(|error| Failure::because(&stopped("items", after), &error))?;
        report.tell(Sort::Items, ids.into_iter().zip(outcomes));
    }
}

fn unread(error: &TemplateError) -> Failure {
    Failure::because(&format!("The template's database can't be read any more. {AGAIN}"), error)
}

fn stopped(sort: &str, at: Option<ForeignId>) -> String {
    let at = at.map(|id| format!(" up to {id}")).unwrap_or_default();
    format!("The batch of {sort}{at} was not imported. {AGAIN}")
}
