//! Every operation, asked by everybody.

mod callers;
pub(super) mod table;

use std::collections::BTreeSet;

use futures::{StreamExt, stream};
use ironplate_domain::Owners;
use ironplate_tests::{Client, Database, Document, Operation, RESOURCES, Setup, on_both_databases};

use self::{
    callers::{Case, Credential, MEMBERS, Of, ROLES},
    table::{TABLE, TABLE_OF_ORGANIZATIONS, TABLE_OF_WHAT_ORGANIZATIONS_OWN},
};

on_both_databases!(
    every_operation_has_its_row_in_the_table,
    an_operation_that_asks_for_a_token_serves_nobody_who_is_out,
    every_operation_answers_each_role_by_the_table,
);

/// Cases at once; each has a world of its own.
const AT_ONCE: usize = 4;

/// The rows of the first two tables, in which each operation has one.
fn rows() -> impl Iterator<Item = (&'static str, Vec<u16>)> {
    let persons = TABLE.iter().map(|(name, statuses)| (*name, statuses.to_vec()));
    persons.chain(TABLE_OF_ORGANIZATIONS.iter().map(|(name, statuses)| (*name, statuses.to_vec())))
}

async fn every_operation_has_its_row_in_the_table(database: Database) {
    let server = Setup::on(&database).start().await;
    let operations = Document::of(&server.client()).await.operations();
    let offered: BTreeSet<String> = operations.iter().map(Operation::name).collect();
    let listed: BTreeSet<String> = rows().map(|(name, _)| name.to_owned()).collect();
    let without_row: Vec<_> = offered.difference(&listed).collect();
    assert!(without_row.is_empty(), "say in roles/table.rs who may do this: {without_row:#?}");
    let without_operation: Vec<_> = listed.difference(&offered).collect();
    assert!(without_operation.is_empty(), "nothing serves these rows: {without_operation:#?}");
    assert_eq!(listed.len(), rows().count(), "one row an operation");
    let of_organizations = RESOURCES.iter().filter(|resource| resource.owners != Owners::Users);
    let of_resources = of_organizations.flat_map(|resource| resource.operations(&operations));
    let of_resources: BTreeSet<String> = of_resources.map(|operation| operation.name()).collect();
    let listed = TABLE_OF_WHAT_ORGANIZATIONS_OWN.iter().map(|(name, _)| (*name).to_owned());
    assert_eq!(listed.collect::<BTreeSet<_>>(), of_resources, "a row for what is an organisation's as well");
}

async fn an_operation_that_asks_for_a_token_serves_nobody_who_is_out(database: Database) {
    let server = Setup::on(&database).start().await;
    for operation in Document::of(&server.client()).await.operations() {
        let (_, statuses) = rows().find(|(name, _)| *name == operation.name()).unwrap();
        let [stranger, .., inactive, ended] = statuses[..] else { panic!("{statuses:?}") };
        let are_out = [stranger, inactive, ended] == [401, 400, 403];
        assert_eq!(are_out, operation.authenticated, "{}", operation.name());
    }
}

async fn every_operation_answers_each_role_by_the_table(database: Database) {
    assert_table_holds(&database, Credential::Token).await;
}

/// What a session may do is looked up in the same place, by whatever it shows itself and whichever database it is in: once is enough.
#[tokio::test]
async fn a_cookie_gives_the_same_rights_as_a_token() {
    assert_table_holds(&Database::sqlite(), Credential::Cookie).await;
}

async fn assert_table_holds(database: &Database, credential: Credential) {
    let server = Setup::on(database).start().await;
    let root = server.superuser().await;
    let document = Document::of(&root).await;
    let persons = TABLE.iter().flat_map(|(operation, statuses)| {
        ROLES.into_iter().zip(statuses).map(move |(role, status)| (operation, role, *status, Of::Person))
    });
    let of_organizations = [(TABLE_OF_ORGANIZATIONS, Of::Members), (TABLE_OF_WHAT_ORGANIZATIONS_OWN, Of::Organization)];
    let organizations = of_organizations.into_iter().flat_map(|(table, of)| {
        table.iter().flat_map(move |(operation, statuses)| {
            MEMBERS.into_iter().zip(statuses).map(move |(role, status)| (operation, role, *status, of))
        })
    });
    let cells = persons.chain(organizations).enumerate();
    let cells = cells.map(|(number, (operation, role, expected, of))| {
        let (root, visitor, operation) = (&root, server.client(), document.operation(operation));
        async move {
            let case = Case::new(root, &visitor, role, credential, number).await.about(of, role, root, database).await;
            let answer = Client::send(case.request(&operation)).await.expect("an answer");
            (answer.status != expected).then(|| format!("{role:?}, {of:?}: {expected} expected of {answer:?}"))
        }
    });
    let surprises: Vec<String> =
        stream::iter(cells).buffer_unordered(AT_ONCE).filter_map(async |surprise| surprise).collect().await;
    assert!(surprises.is_empty(), "{surprises:#?}");
}
