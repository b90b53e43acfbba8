//! The fields of a form, each declared once: how it is shown, what it holds, and how it is read.

use std::borrow::Cow;

use serde::Serialize;

use crate::{
    request::{Form, Input},
    shell::PageResponse,
};

/// A field as templates take it, for the component `fields`.
#[derive(Clone, Serialize)]
pub(crate) struct Field {
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    hint: Cow<'static, str>,
    #[serde(skip)]
    tells_limit: bool,
    optional: bool,
    autocomplete: &'static str,
    choices: Vec<Choice>,
}

/// One out of a few.
#[derive(Clone, Serialize)]
struct Choice {
    value: Cow<'static, str>,
    label: Cow<'static, str>,
}

impl Field {
    /// Called so. What sort of control it is, and whether it may be left empty, follows from the value that it holds.
    pub(crate) const fn new(label: &'static str) -> Self {
        let hint = Cow::Borrowed("");
        Self {
            name: "",
            label,
            kind: "",
            hint,
            tells_limit: false,
            optional: true,
            autocomplete: "",
            choices: Vec::new(),
        }
    }

    /// Several lines of text.
    pub(crate) fn area(self) -> Self {
        Self { kind: "area", ..self }
    }

    /// It may not be left empty, though the value may be missing elsewhere.
    pub(crate) fn needed(self) -> Self {
        Self { optional: false, ..self }
    }

    /// What to know before it is filled in.
    pub(crate) fn hint(self, hint: &'static str) -> Self {
        Self { hint: hint.into(), ..self }
    }

    /// How long the text may be is told before it is typed.
    pub(crate) fn limited(self) -> Self {
        Self { tells_limit: true, ..self }
    }

    /// What browsers may fill in.
    pub(crate) fn autocomplete(self, autocomplete: &'static str) -> Self {
        Self { autocomplete, ..self }
    }

    /// Whether it is called so.
    pub(super) fn is(&self, name: &str) -> bool {
        self.name == name
    }

    /// What is chosen from, where it depends on what there is: each as a field holds it, and as people read it.
    pub(super) fn offer(&mut self, choices: impl IntoIterator<Item = (String, String)>) {
        self.choices =
            choices.into_iter().map(|(value, label)| Choice { value: value.into(), label: label.into() }).collect();
    }

    /// Of this name, for a value of this type; unless the page has none.
    pub(crate) fn of<T: Input>(name: &'static str, declared: impl Into<Option<Self>>) -> Option<Self> {
        let field = declared.into()?;
        let kind = if field.kind.is_empty() { T::CONTROL } else { field.kind };
        let hint = match T::MAX {
            Some(max) if field.tells_limit => format!("At most {max} characters.").into(),
            _ => field.hint,
        };
        let choice =
            |&(value, label): &(&'static str, &'static str)| Choice { value: value.into(), label: label.into() };
        let choices = T::CHOICES.iter().map(choice).collect();
        Some(Self { name, kind, hint, optional: field.optional && T::IS_OPTIONAL, choices, ..field })
    }
}

/// What a field holds that was sent.
pub(crate) struct Entered<T> {
    pub(crate) value: T,
    is_changed: bool,
}

impl<T> Entered<T> {
    /// What is to be saved: the value, if it is another than when the page was made.
    pub(crate) fn changed(self) -> Option<T> {
        self.is_changed.then_some(self.value)
    }
}

/// What is typed in a form about an entity; [`form!`] declares it.
pub(crate) trait Declared: Sized {
    /// What it is about.
    type Entity;
    /// What the page is like that has it.
    type Page;

    /// Those that this page has, in their order.
    fn fields(page: &Self::Page) -> Vec<Field>;

    /// What each holds when the form is opened.
    fn held(entity: &Self::Entity) -> Vec<(&'static str, String)>;

    /// Reads all of them before one is given up, so that all faults are told at once.
    fn read(form: &mut Form, fields: &[Field]) -> Option<Self>;
}

/// Declares a form: its fields in their order, each with the name that it has in the entity, with the type of what it holds, and
/// with what the page says of it. From that follow the control, what it holds when the form is opened, how it is read, and that
/// nobody overwrites unawares what somebody else changed in it meanwhile. A secret is never held.
///
/// ```text
/// form! {
///     /// What is typed of an item.
///     pub(crate) ItemForm of Item {
///         title: ItemTitle = Field::new("Title").limited(),
///         due_on: Option<Date> = Field::new("Due"),
///     }
/// }
/// ```
///
/// Where pages differ in their fields, a declaration looks at the page, and is `None` where there is no such field; it is read as
/// if it were left alone.
macro_rules! form {
    ($(#[$doc:meta])* $visible:vis $Form:ident of $Entity:ty { $($fields:tt)+ }) => {
        $crate::crud::form! { $(#[$doc])* $visible $Form of $Entity, on _page: () { $($fields)+ } }
    };
    ($(#[$doc:meta])* $visible:vis $Form:ident of $Entity:ty, on $page:ident: $Page:ty {
        $($name:ident $(($secret:ident))?: $Type:ty = $field:expr,)+
    }) => {
        $(#[$doc])*
        $visible struct $Form {
            $($name: $crate::crud::Entered<$Type>,)+
        }

        impl $crate::crud::Declared for $Form {
            type Entity = $Entity;
            type Page = $Page;

            fn fields($page: &$Page) -> Vec<$crate::crud::Field> {
                [$($crate::crud::Field::of::<$Type>(stringify!($name), $field)),+].into_iter().flatten().collect()
            }

            fn held(entity: &$Entity) -> Vec<(&'static str, String)> {
                [$($crate::crud::form!(@held entity $name $(($secret))?)),+].into_iter().flatten().collect()
            }

            fn read(form: &mut $crate::request::Form, fields: &[$crate::crud::Field]) -> Option<Self> {
                $(let $name = form.entered::<$Type>(stringify!($name), fields);)+
                Some(Self { $($name: $name?,)+ })
            }
        }
    };
    (@held $entity:ident $name:ident (secret)) => { None };
    (@held $entity:ident $name:ident) => {
        Some((stringify!($name), $crate::request::Input::text(&$entity.$name)))
    };
}
pub(crate) use form;

impl Form {
    /// With what these fields hold now, which the form brings back.
    pub(crate) fn opened<F: Declared>(self, fields: &[Field], entity: &F::Entity) -> Self {
        held_by::<F>(fields, entity).fold(self, |form, (name, now)| form.holding_now(name, &now))
    }

    /// What was typed in these fields, where nothing is wrong with it, and nobody else changed the same meanwhile.
    pub(crate) fn read<F: Declared>(&mut self, fields: &[Field], entity: Option<&F::Entity>) -> Option<F> {
        let read = F::read(self, fields);
        for (name, now) in entity.into_iter().flat_map(|entity| held_by::<F>(fields, entity)) {
            self.tell_if_overtaken(name, &now);
        }
        read.filter(|_| self.is_fine())
    }

    /// What was typed in the field of this name; where there is none of them, that it was left alone.
    pub(crate) fn entered<T: Input>(&mut self, name: &'static str, fields: &[Field]) -> Option<Entered<T>> {
        let Some(field) = fields.iter().find(|field| field.name == name) else {
            return Some(Entered { value: T::left_out()?, is_changed: false });
        };
        let value = self.labelled(name, field.label, field.optional)?;
        Some(Entered { value, is_changed: self.is_changed(name) })
    }
}

fn held_by<F: Declared>(fields: &[Field], entity: &F::Entity) -> impl Iterator<Item = (&'static str, String)> {
    F::held(entity).into_iter().filter(|(name, _)| fields.iter().any(|field| field.name == *name))
}

impl PageResponse<'_> {
    /// With these fields, for the component `fields`.
    pub(crate) fn fields(mut self, fields: &[Field]) -> Self {
        self.insert("fields", &fields);
        self
    }
}
