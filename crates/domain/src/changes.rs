//! What to change of an entity.

/// What to change of an entity; declared by [`changes!`](crate::changes!). The default changes nothing.
pub trait Changes: Clone + Default + PartialEq + std::fmt::Debug + Send + Sync + 'static {
    /// What can be changed.
    type Entity;

    /// Nothing to do.
    #[must_use]
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Without what the entity has already.
    #[must_use]
    fn beyond(self, entity: &Self::Entity) -> Self;

    /// The names of the fields that it changes, as the API has them.
    #[must_use]
    fn fields(&self) -> Vec<&'static str>;

    /// Carries the changes out.
    fn apply_to(self, entity: &mut Self::Entity);
}

/// Declares the fields of an entity that can change. All that is asked of [`Changes`](crate::Changes) follows from that, so
/// nothing of it can forget a field.
///
/// A field is named in the API as it is here, unless `as` says otherwise, and counts as changed when it is not equal to what the
/// entity has; behind `=>` stands by what to compare instead. Where the entity's field is an `Option`, that of the changes may
/// be one, too, and then `Some(None)` takes the value away; or it may not, and then nothing can.
///
/// ```
/// use ironplate_domain::{Changes, changes};
///
/// #[derive(Clone)]
/// pub struct Project { name: String, goal: Option<String> }
///
/// changes! {
///     /// What to change of a project; `None` leaves a field as it is.
///     pub struct ProjectChanges of Project {
///         /// A new name.
///         name: String,
///         /// A new goal, or none at all (`Some(None)`).
///         goal as "purpose": Option<String>,
///     }
/// }
///
/// let mut project = Project { name: "Roof".to_owned(), goal: Some("dry".to_owned()) };
/// let changes = ProjectChanges { name: Some("Roof".to_owned()), goal: Some(None) }.beyond(&project);
/// assert_eq!(changes, ProjectChanges { name: None, goal: Some(None) });
/// assert_eq!(changes.fields(), ["purpose"]);
/// changes.apply_to(&mut project);
/// assert_eq!(project.goal, None);
/// ```
#[macro_export]
macro_rules! changes {
    ($(#[$attribute:meta])* pub struct $Changes:ident of $Entity:ty {
        $($(#[$field_attribute:meta])* $field:ident $(as $name:literal)?: $Type:ty $(=> $key:expr)?,)+
    }) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        pub struct $Changes {
            $($(#[$field_attribute])* pub $field: Option<$Type>,)+
        }

        impl $crate::Changes for $Changes {
            type Entity = $Entity;

            fn beyond(self, entity: &$Entity) -> Self {
                let mut changed = entity.clone();
                self.clone().apply_to(&mut changed);
                Self {
                    $($field: self.$field.filter(|_| $crate::changes!(@key changed.$field $(, $key)?)
                        != $crate::changes!(@key entity.$field $(, $key)?)),)+
                }
            }

            fn fields(&self) -> Vec<&'static str> {
                let fields = [$(($crate::changes!(@name $field $($name)?), self.$field.is_some())),+];
                fields.into_iter().filter(|(_, changes)| *changes).map(|(name, _)| name).collect()
            }

            fn apply_to(self, entity: &mut $Entity) {
                $(if let Some(value) = self.$field {
                    entity.$field = value.into();
                })+
            }
        }
    };
    (@key $value:expr) => { $value };
    (@key $value:expr, $key:expr) => { $key(&$value) };
    (@name $field:ident) => { stringify!($field) };
    (@name $field:ident $name:literal) => { $name };
}
