//! How an entity is kept in a table.

/// Declares where a table keeps the fields of an entity: `Row`, which is read and becomes the entity; `NewRow`, which is made of
/// it and inserted; and, where there is a second block, `Changeset`, which is made of its changes. The fields of the second
/// block are those that can change.
///
/// A field is kept in the columns behind its colon, as [`Stored`](crate::stored::Stored) says. The column behind a plus keeps it
/// once more, folded, to be searched and sorted.
///
/// ```ignore
/// record! {
///     projects: Project {
///         id: id;
///         owner: owner_user_id, owner_organization_id;
///         created_at: created_at;
///     }
///     ProjectChanges {
///         name: name + name_folded;
///         status: status;
///         due_on: due_on;
///     }
/// }
/// ```
macro_rules! record {
    (
        $table:ident: $Entity:ty { $($field:ident: $($column:ident),+ $(+ $folded:ident)?;)+ }
        $($Changes:ty { $($changing:ident: $($changing_column:ident),+ $(+ $changing_folded:ident)?;)+ })?
    ) => {
        #[derive(diesel::Queryable, diesel::Selectable)]
        #[diesel(table_name = $table)]
        pub(super) struct Row {
            $($($column: crate::stored::Raw<$table::$column>,)+)+
            $($($($changing_column: crate::stored::Raw<$table::$changing_column>,)+)+)?
        }

        impl TryFrom<Row> for $Entity {
            type Error = ironplate_application::ports::BoxError;

            fn try_from(row: Row) -> Result<Self, Self::Error> {
                Ok(Self {
                    $($field: crate::stored::Stored::restored(($(row.$column),+))?,)+
                    $($($changing: crate::stored::Stored::restored(($(row.$changing_column),+))?,)+)?
                })
            }
        }

        // One statement for all rows, which is prepared once: what a row has none of is null.
        #[derive(diesel::Insertable)]
        #[diesel(table_name = $table, treat_none_as_default_value = false)]
        pub(super) struct NewRow {
            $($($column: crate::stored::Raw<$table::$column>,)+ $($folded: crate::stored::Raw<$table::$folded>,)?)+
            $($($($changing_column: crate::stored::Raw<$table::$changing_column>,)+
                $($changing_folded: crate::stored::Raw<$table::$changing_folded>,)?)+)?
        }

        #[expect(unused_parens, reason = "one column stands alone, two are a pair")]
        impl From<&$Entity> for NewRow {
            fn from(entity: &$Entity) -> Self {
                $(let ($($column),+) = crate::stored::Stored::stored(&entity.$field);)+
                $($(let ($($changing_column),+) = crate::stored::Stored::stored(&entity.$changing);)+)?
                Self {
                    $($($column,)+ $($folded: crate::stored::Folded::folded(&entity.$field),)?)+
                    $($($($changing_column,)+ $($changing_folded: crate::stored::Folded::folded(&entity.$changing),)?)+)?
                }
            }
        }

        impl super::owned::Inserted for NewRow {
            const TABLE: &'static str = stringify!($table);
            const COLUMNS: &'static [&'static str] = &[
                $($(stringify!($column),)+ $(stringify!($folded),)?)+
                $($($(stringify!($changing_column),)+ $(stringify!($changing_folded),)?)+)?
            ];

            fn walk_values<'b>(
                &'b self,
                mut out: diesel::query_builder::AstPass<'_, 'b, super::super::Db>,
            ) -> diesel::QueryResult<()> {
                let mut comma = "";
                $($(record! { @value self.$column, $table, out, comma })+ $(record! { @value self.$folded, $table, out, comma })?)+
                $($($(record! { @value self.$changing_column, $table, out, comma })+
                    $(record! { @value self.$changing_folded, $table, out, comma })?)+)?
                Ok(())
            }
        }

        $(record! { @changes $table: $Changes { $($changing: $($changing_column),+ $(+ $changing_folded)?;)+ } })?
    };
    (@changes $table:ident: $Changes:ty { $($field:ident: $($column:ident),+ $(+ $folded:ident)?;)+ }) => {
        /// `None` leaves a column as it is.
        #[derive(diesel::AsChangeset)]
        #[diesel(table_name = $table)]
        pub(super) struct Changeset {
            $($($column: Option<crate::stored::Raw<$table::$column>>,)+ $($folded: Option<crate::stored::Raw<$table::$folded>>,)?)+
        }

        impl From<&$Changes> for Changeset {
            fn from(changes: &$Changes) -> Self {
                $(record! { @change changes.$field, $($column),+ })+
                Self {
                    $($($column,)+ $($folded: changes.$field.as_ref().map(crate::stored::Folded::folded),)?)+
                }
            }
        }
    };
    (@value $row:ident.$column:ident, $table:ident, $out:ident, $comma:ident) => {
        $out.push_sql(std::mem::replace(&mut $comma, ", "));
        $out.push_bind_param::<diesel::dsl::SqlTypeOf<$table::$column>, _>(&$row.$column)?;
    };
    (@change $changes:ident.$field:ident, $column:ident) => {
        let $column = $changes.$field.as_ref().map(crate::stored::Stored::stored);
    };
    (@change $changes:ident.$field:ident, $column:ident, $other:ident) => {
        let ($column, $other) = Option::unzip($changes.$field.as_ref().map(crate::stored::Stored::stored));
    };
}

pub(crate) use record;
