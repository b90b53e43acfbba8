//! Lists come in pages, by position or by cursor.

use std::fmt::{self, Debug};

use ironplate_domain::{Date, Timestamp};
use uuid::Uuid;

/// Which part of a list is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest<Order> {
    /// How the list is sorted.
    pub order: Order,
    /// Only what contains this text, whatever its case. `None` and the empty text find everything.
    pub search: Option<String>,
    /// Begin behind this place: finding it costs the same however deep the page lies.
    pub after: Option<Cursor>,
    /// Leave out that many rows; costs as much as reading them.
    pub skip: u64,
    /// At most that many rows.
    pub limit: u32,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, at most as many as asked for.
    pub rows: Vec<T>,
    /// How many rows the whole list has: search applied, paging not. It may differ from the rows by what was written in between.
    pub count: Count,
    /// Whether rows follow behind this page.
    pub more: bool,
}

/// How many rows a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// So many.
    Exactly(u64),
    /// So many or more. Of what is searched or filtered, no more than [`Count::MOST`] rows are counted: counting takes time with each
    /// row that it finds, and nobody reads that far.
    AtLeast(u64),
}

impl Count {
    /// So many rows of what is searched or filtered are counted.
    pub const MOST: u64 = 1_000;

    /// Of what was counted up to one more than [`Count::MOST`].
    #[must_use]
    pub const fn up_to_most(counted: u64) -> Self {
        if counted > Self::MOST { Self::AtLeast(Self::MOST) } else { Self::Exactly(counted) }
    }

    /// The number, of which there may be more.
    #[must_use]
    pub const fn get(self) -> u64 {
        match self {
            Self::Exactly(count) | Self::AtLeast(count) => count,
        }
    }
}

/// `312`, or `1000+` where there may be more.
impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exactly(count) => write!(f, "{count}"),
            Self::AtLeast(count) => write!(f, "{count}+"),
        }
    }
}

/// A place in a list: behind the row with this sort key and id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// What the list is sorted by. Inbound adapters refuse a key of another sort than the list's order.
    pub key: SortKey,
    /// Tells rows with equal keys apart.
    pub id: Uuid,
}

/// A value that lists are sorted by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SortKey {
    /// A moment of creation.
    Time(Timestamp),
    /// A day.
    Date(Date),
    /// A folded or canonical text, compared by code points.
    Text(String),
    /// A count or an amount.
    Number(i64),
}

/// How a list can be sorted. Each order is total: where rows may have equal keys, their ids decide, in the same direction.
///
/// Declared with [`list_order!`](crate::list_order). Names, cursors, sorting in memory, and the walks and query plans that tests
/// look at follow from that.
pub trait ListOrder: Copy + Default + PartialEq + Debug + Send + Sync + 'static {
    /// What the list is of.
    type Row;

    /// All orders, the default first.
    const ALL: &'static [Self];

    /// What the API and pages call it. `-` means descending.
    fn name(self) -> &'static str;

    /// Whether no two rows have the same key, so that ids decide nothing.
    fn has_unique_keys(self) -> bool;

    /// Whether this is a key of the sort that rows have in this order.
    fn accepts(self, key: &SortKey) -> bool;

    /// The place behind `row`.
    fn cursor(self, row: &Self::Row) -> Cursor;

    /// Whether the greatest comes first.
    #[must_use]
    fn is_descending(self) -> bool {
        self.name().starts_with('-')
    }

    /// The order of this name.
    #[must_use]
    fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|order| order.name() == name).copied()
    }
}

/// Declares the orders of a list: of each its API name and the key that a row has in it. The first is the default. What tells rows
/// apart is their field `id`, unless `as (…)` says otherwise.
///
/// ```
/// use ironplate_application::{list_order, ports::{ListOrder, SortKey}};
/// use ironplate_domain::{Date, fold};
///
/// pub struct ProjectId(uuid::Uuid);
///
/// pub struct Project {
///     id: ProjectId,
///     name: String,
///     slug: String,
///     due_on: Option<Date>,
/// }
///
/// list_order! {
///     /// How a list of projects is sorted.
///     pub enum ProjectOrder of project: Project {
///         /// By folded name, then by id.
///         #[default]
///         Name = "name" => Text(fold(&project.name)),
///         /// By slug, which is unique.
///         Slug = "slug" => Text(project.slug.clone()) unique,
///         /// The latest first. What is due never is due at the end of time, and the query sorts by the same:
///         /// `coalesce(due_on, …)`, of which there is an index.
///         LatestDue = "-due_on" => Date(project.due_on.unwrap_or(Date::MAX)),
///     }
/// }
///
/// assert_eq!(ProjectOrder::named("-due_on"), Some(ProjectOrder::LatestDue));
/// assert!(ProjectOrder::LatestDue.is_descending());
/// assert!(ProjectOrder::Slug.has_unique_keys());
/// assert!(!ProjectOrder::Slug.accepts(&SortKey::Number(1)));
/// ```
#[macro_export]
macro_rules! list_order {
    (
        $(#[$attribute:meta])*
        pub enum $Order:ident of $row:ident: $Row:ty {$($orders:tt)+}
    ) => {
        $crate::list_order! { $(#[$attribute])* pub enum $Order of $row: $Row as ($row.id) {$($orders)+} }
    };
    (
        $(#[$attribute:meta])*
        pub enum $Order:ident of $row:ident: $Row:ty as ($id:expr) {
            $($(#[$variant_attribute:meta])* $Variant:ident = $name:literal => $Key:ident($key:expr) $($unique:ident)?,)+
        }
    ) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
        pub enum $Order {
            $($(#[$variant_attribute])* $Variant,)+
        }

        impl $crate::ports::ListOrder for $Order {
            type Row = $Row;

            const ALL: &'static [Self] = &[$(Self::$Variant),+];

            fn name(self) -> &'static str {
                match self {
                    $(Self::$Variant => $name,)+
                }
            }

            fn has_unique_keys(self) -> bool {
                match self {
                    $(Self::$Variant => $crate::list_order!(@is $($unique)?),)+
                }
            }

            fn accepts(self, key: &$crate::ports::SortKey) -> bool {
                match self {
                    $(Self::$Variant => matches!(key, $crate::ports::SortKey::$Key(_)),)+
                }
            }

            fn cursor(self, $row: &$Row) -> $crate::ports::Cursor {
                let key = match self {
                    $(Self::$Variant => $crate::ports::SortKey::$Key($key),)+
                };
                $crate::ports::Cursor { key, id: $id.0 }
            }
        }
    };
    (@is) => { false };
    (@is unique) => { true };
}
