//! Where the tables keep the rules that a write may break.

use ironplate_application::ports::Constraint;

/// What enforces a constraint: the columns of a table, which its name is made of on both databases.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) kind: Kind,
    pub(crate) table: &'static str,
    pub(crate) columns: &'static [&'static str],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Unique,
    ForeignKey,
}

/// Of every [`Constraint`], the table and the columns that keep it; for what is one rule to whoever writes and two to the database,
/// such as a name among a user's and among an organisation's, both.
macro_rules! rules {
    ($($Constraint:ident: $Kind:ident $($table:ident($($column:ident),+))|+,)+) => {
        impl constraints::Rule {
            #[cfg(test)]
            const ALL: &[Constraint] = &[$(Constraint::$Constraint),+];

            pub(crate) const fn of(constraint: Constraint) -> &'static [Self] {
                match constraint {
                    $(Constraint::$Constraint => {
                        $($(let _ = $table::$table::$column;)+)+
                        &[$(Self {
                            kind: constraints::Kind::$Kind,
                            table: stringify!($table),
                            columns: &[$(stringify!($column)),+],
                        }),+]
                    })+
                }
            }
        }
    };
}

pub(super) use rules;

/// The constraints that a statement can violate; made by [`violable!`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Violable {
    constraints: &'static [Constraint],
    pub(super) found: &'static [Constraint],
}

impl Violable {
    /// None of which a use case wants to know.
    pub(crate) const NONE: Self = Self { constraints: &[], found: &[] };

    /// # Panics
    /// For more than one foreign key: SQLite does not tell which of them was violated.
    pub(crate) const fn new(constraints: &'static [Constraint]) -> Self {
        let (mut rest, mut foreign_keys) = (constraints, 0);
        while let [constraint, others @ ..] = rest {
            foreign_keys += matches!(Rule::of(*constraint), [Rule { kind: Kind::ForeignKey, .. }, ..]) as usize;
            rest = others;
        }
        assert!(
            foreign_keys <= 1,
            "SQLite does not tell which of two foreign keys was violated: look for one of the rows first, in the same \
             unit of work, under a lock; or let what is written tell which of them it can be"
        );
        Self { constraints, found: &[] }
    }

    /// The one of which this is true.
    pub(crate) fn find(self, is_violated: impl Fn(&Rule) -> bool) -> Option<Constraint> {
        self.constraints
            .iter()
            .chain(self.found)
            .copied()
            .find(|&constraint| Rule::of(constraint).iter().any(&is_violated))
    }
}

/// `violable![ItemOwner, …]`: the [`Constraint`]s that a statement can violate. Two foreign keys do not compile.
macro_rules! violable {
    ($($Constraint:ident),+) => {
        const {
            super::constraints::Violable::new(&[$(ironplate_application::ports::Constraint::$Constraint),+])
        }
    };
}

pub(super) use violable;

#[cfg(test)]
mod tests {
    use diesel::{QueryableByName, sql_query, sql_types::Text};

    use super::{
        super::super::{CATALOGUE, catalogued, handle, with_database},
        *,
    };

    #[derive(QueryableByName)]
    struct Entry {
        #[diesel(sql_type = Text)]
        entry: String,
    }

    impl From<Entry> for String {
        fn from(row: Entry) -> Self {
            row.entry
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_migrations_make_every_constraint() {
        with_database(|url| async move {
            crate::migrate(&url, crate::database::options()).await.expect("the migrations");
            let there: Vec<String> =
                handle(&url).await.load::<Entry, _>("catalogue", sql_query(CATALOGUE)).await.expect("the catalogue");
            for (constraint, rule) in
                Rule::ALL.iter().flat_map(|one| Rule::of(*one).iter().map(move |rule| (one, rule)))
            {
                let entry = catalogued(rule);
                assert!(
                    there.contains(&entry),
                    "let a migration make what `{constraint:?}` stands for, or correct its line in rules!: {entry}\n\
                     There are: {there:#?}"
                );
            }
        })
        .await;
    }

    #[test]
    #[should_panic = "SQLite does not tell which of two foreign keys was violated"]
    fn a_statement_has_one_foreign_key() {
        let _: Violable = Violable::new(&[Constraint::TokenUser, Constraint::UserEmail, Constraint::SessionUser]);
    }
}
