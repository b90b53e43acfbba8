//! Which right a role lacks to migrate, and the statement that gives it.

use diesel::{
    QueryResult,
    dsl::sql,
    sql_types::{Bool, Nullable, Text},
};
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::MigrationError;

/// Where tables would go; or where they should, if the role may not even look there.
const SCHEMA: &str = "coalesce(current_schema(), (SELECT nspname FROM pg_namespace WHERE nspname::text = ANY ( \
                      string_to_array(regexp_replace(current_setting('search_path'), '[ \"]', '', 'g'), ',')) LIMIT 1))";

/// `None`, if it is something else that was refused.
pub(super) async fn missing(conn: &mut Conn) -> QueryResult<Option<MigrationError>> {
    let looked = diesel::select((
        sql::<Text>("quote_ident(current_user)"),
        sql::<Nullable<Text>>(&format!("(SELECT quote_ident({SCHEMA}))")),
        sql::<Bool>(&format!(
            "coalesce(has_schema_privilege({SCHEMA}, 'USAGE') AND has_schema_privilege({SCHEMA}, 'CREATE'), false)"
        )),
        sql::<Nullable<Text>>(&format!(
            "(SELECT quote_ident(pg_get_userbyid(relowner)) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace \
             WHERE nspname = {SCHEMA} AND relkind = 'r' AND NOT pg_has_role(relowner, 'USAGE') LIMIT 1)"
        )),
    ));
    let (role, schema, may_create, owner): (String, Option<String>, bool, Option<String>) =
        looked.get_result(conn).await?;
    let Some(schema) = schema else { return Ok(None) };
    Ok(match owner {
        Some(owner) => Some(MigrationError::Forbidden {
            lack: format!(
                "the tables in the schema {schema} belong to {owner}, and the role {role} may not change them"
            ),
            remedy: format!(
                "Migrate as {owner}: with that role in DATABASE_URL. Or let {role} do all that it may: GRANT {owner} TO {role};"
            ),
        }),
        None if !may_create => Some(MigrationError::Forbidden {
            lack: format!("the role {role} may not make tables in the schema {schema}"),
            remedy: format!(
                "As the schema's owner, or as a superuser: GRANT USAGE, CREATE ON SCHEMA {schema} TO {role};"
            ),
        }),
        None => None,
    })
}
