//! A resource, as templates take it: all that follows from what somebody asked for.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    OwnerKind::{Organization, User},
    Wishes,
    actions::{Action, actions_of, check_alike},
    asked::Asked,
    called::Called,
    kinds::{About, Column, Field},
    relations::{self, Referrer},
    spec::{FieldSpec, Kind},
    words::{article, capitalised, grouped, is_plural, joined, words},
};
use crate::failure::{Outcome, refuse};

/// A resource.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Model {
    /// What crates begin with.
    product: String,
    /// In upper case, what variables begin with.
    variables: String,
    #[serde(flatten)]
    pub(super) called: Called,
    pub(super) title: Field,
    pub(super) fields: Vec<Field>,
    /// Those that have something in common, by what that is.
    #[serde(flatten)]
    groups: BTreeMap<&'static str, Vec<Field>>,
    /// Those that lists are sorted by.
    pub(super) ordered: Vec<Field>,
    pub(super) columns: Vec<Column>,
    pub(super) actions: Vec<Action>,
    /// The enum that they are of.
    acting: Option<Field>,
    /// What refers to it.
    pub(super) referrers: Vec<Referrer>,
    /// Those of them that keep it from being deleted.
    holders: Vec<Referrer>,
    /// The same in a sentence.
    held_by: String,
    pub(super) most: Option<u32>,
    /// What is so, and what is not.
    #[serde(flatten)]
    is: BTreeMap<&'static str, bool>,
    #[serde(flatten)]
    texts_of_pages: BTreeMap<&'static str, String>,
}

impl Model {
    /// Of what is asked for, where there are these others.
    pub(super) fn new(wishes: &Wishes, others: &[Wishes], product: String, variables: String) -> Outcome<Self> {
        let called = Called::new(&wishes.noun, wishes.plural.as_deref())?;
        let asked = Asked::new(wishes, &called)?;
        check_alike(&asked.actions, others.iter().filter(|other| other.noun != wishes.noun))?;
        let default = capitalised(&format!("{} {}", called.a, called.words));
        let example = wishes.example.clone().unwrap_or(default);
        let example_changed = wishes.example_changed.clone().unwrap_or_else(|| format!("Another {}", called.words));
        let referrers = relations::referrers(&called, others)?;
        let holders: Vec<Referrer> = referrers.iter().filter(|one| !one.optional).cloned().collect();
        if wishes.moves
            && let Some(one) = referrers.first()
        {
            refuse!("--moves would leave behind the {} that refer to {}", one.nouns, called.plural);
        }
        let field = |spec: &FieldSpec| -> Outcome<Field> {
            let target = match &spec.kind {
                Kind::Reference(to) => Some(relations::target(wishes, &called, to, others)?),
                _ => None,
            };
            let about = About {
                noun: &called.noun,
                nouns: &called.nouns,
                example: &example,
                target: target.as_ref(),
                is_searched: asked.searched.contains(&spec.name),
                is_acted: asked.is_acted(spec),
                good: wishes.good.as_deref(),
            };
            Ok(Field::new(spec, &about))
        };
        let fields: Vec<Field> = asked.specs.iter().map(field).collect::<Outcome<_>>()?;
        let named = |name: &String| fields.iter().find(|field| field.name == *name).cloned();
        let Some(title) = named(&asked.title) else { refuse!("there is no {}", asked.title) };
        let acting = asked.acted.as_ref().and_then(named);
        let groups = groups(&fields, &asked);
        let ordered: Vec<Field> = asked.ordered.iter().filter_map(named).collect();
        let actions = actions_of(&asked.actions, acting.as_ref())?;
        if wishes.moves && wishes.owner.is_some() {
            refuse!("--moves is from a user to an organisation and back, so it can't be said with --owner");
        }
        let refers = !group(&groups, "references").is_empty();
        let (by_users, by_organizations) = (wishes.owner != Some(Organization), wishes.owner != Some(User));
        let is = [
            ("by_users", by_users),
            ("by_organizations", by_organizations),
            ("by_either", by_users && by_organizations),
            // Storage's refusals are told apart when one is made.
            ("maps", by_users || asked.is_unique || refers),
            // The same when one is changed or deleted.
            ("maps_changes", asked.is_unique || refers || !holders.is_empty()),
            ("refers", refers),
            ("lets_go", group(&groups, "needs").len() < group(&groups, "references").len()),
            ("referred", !referrers.is_empty()),
            ("in_use", !holders.is_empty()),
            ("moves", wishes.moves),
            ("acts", wishes.moves || !actions.is_empty()),
            ("unique", asked.is_unique),
            // Making one, or moving one, is refused for what there is already.
            ("conflicts", wishes.most.is_some() || asked.is_unique),
            // Nothing is left to be filled from another one.
            ("alone", fields.len() == 1),
            ("all_searched", group(&groups, "searched").len() == fields.len()),
            ("many_args", group(&groups, "args").len() > 4),
            // A list that has no room for them names neither.
            ("has_days", group(&groups, "columned").iter().any(|field| field.row.contains("Day"))),
        ];
        let searched: Vec<String> = group(&groups, "searched").iter().map(|field| field.words.clone()).collect();
        let searched = joined(&searched, "or");
        let (owners_in_code, owners, an_owner, by_kind) = match wishes.owner {
            None => ("Either", "users and organisations", "a user or an organisation", ""),
            Some(User) => ("Users", "users", "a user", " by User"),
            Some(Organization) => ("Organizations", "organisations", "an organisation", " by Organization"),
        };
        let texts_of_pages = [
            ("owners_in_code", owners_in_code.to_owned()),
            ("owners", owners.to_owned()),
            ("an_owner", an_owner.to_owned()),
            ("by_kind", by_kind.to_owned()),
            ("by_references", if wishes.owner == Some(Organization) { by_kind.to_owned() } else { String::new() }),
            ("placeholder", wishes.placeholder.clone().unwrap_or_else(|| format!("{}_id", called.noun))),
            ("example_changed", format!("{example_changed:?}")),
            ("search_placeholder", capitalised(&searched)),
            ("search_words", searched),
            ("what_it_has", what_it_has(&fields, &words(&asked.title), asked.acted.as_deref())),
            ("most_in_code", wishes.most.map_or_else(String::new, grouped)),
        ];
        Ok(Self {
            product,
            variables,
            title,
            columns: columns(&fields)?,
            held_by: together(&holders),
            groups,
            ordered,
            actions,
            acting,
            referrers,
            holders,
            most: wishes.most,
            is: is.into(),
            texts_of_pages: texts_of_pages.into(),
            called,
            fields,
        })
    }

    /// The same, with what pages say of it as they say it of another.
    pub(super) fn with_sentences_of(&self, other: &Self) -> Self {
        Self { texts_of_pages: other.texts_of_pages.clone(), ..self.clone() }
    }

    pub(super) fn group(&self, name: &str) -> &[Field] {
        group(&self.groups, name)
    }

    /// The types of the domain that are its own.
    pub(super) fn own_types(&self) -> impl Iterator<Item = &str> {
        let of_fields = self.fields.iter().filter_map(Field::type_of_its_own);
        [&*self.called.one].into_iter().chain(of_fields)
    }

    pub(super) fn is(&self, what: &str) -> bool {
        self.is.get(what).copied().unwrap_or_default()
    }
}

fn group<'a>(groups: &'a BTreeMap<&'static str, Vec<Field>>, name: &str) -> &'a [Field] {
    groups.get(name).map_or(&[], Vec::as_slice)
}

/// Fields by what they have in common.
#[expect(clippy::type_complexity, reason = "a table: a name, and what is in the group")]
fn groups(fields: &[Field], asked: &Asked<'_>) -> BTreeMap<&'static str, Vec<Field>> {
    let is_title = |spec: &FieldSpec| spec.name == asked.title;
    let is_lines = |spec: &FieldSpec| matches!(spec.kind, Kind::Text { .. });
    let can_be_empty = |spec: &FieldSpec| spec.optional || spec.kind == Kind::Boolean;
    let is_ordered = |spec: &FieldSpec| asked.ordered.contains(&spec.name);
    let groups: [(&'static str, &dyn Fn(&Field, &FieldSpec) -> bool); 17] = [
        ("texts", &|_, spec| is_title(spec) || is_lines(spec) || spec.kind == Kind::Url),
        ("enums", &|_, spec| matches!(spec.kind, Kind::Enum(_))),
        ("args", &|field, _| field.default.is_empty()),
        ("sent", &|field, _| field.is_sent),
        ("acted", &|field, _| !field.is_sent),
        ("sent_later", &|field, _| field.is_sent && !field.default.is_empty()),
        ("optionals", &|field, _| field.is_sent && field.optional),
        ("searched", &|_, spec| asked.searched.contains(&spec.name)),
        ("placed", &|_, spec| is_ordered(spec) && !is_title(spec)),
        ("poor", &|field, spec| !field.poor.is_empty() && !is_title(spec) && !asked.is_acted(spec)),
        ("described", &|_, spec| is_lines(spec)),
        ("columned", &|_, spec| !is_lines(spec) && !is_title(spec)),
        ("needed", &|field, spec| field.is_sent && !is_title(spec) && !can_be_empty(spec)),
        ("others", &|field, spec| field.is_sent && can_be_empty(spec) && field.target.is_none()),
        ("references", &|field, _| field.target.is_some()),
        ("needs", &|field, spec| field.target.is_some() && !spec.optional),
        ("values", &|field, _| field.target.is_none()),
    ];
    let of = |is_one: &dyn Fn(&Field, &FieldSpec) -> bool| {
        let those = fields.iter().zip(&asked.specs).filter(|(field, spec)| is_one(field, spec));
        // What a list is not sorted by has no arrow.
        those
            .map(|(field, spec)| Field { order: field.order.clone().filter(|_| is_ordered(spec)), ..field.clone() })
            .collect()
    };
    let mut groups: BTreeMap<_, _> = groups.into_iter().map(|(name, is_one)| (name, of(is_one))).collect();
    groups.entry("columned").and_modify(leave_room);
    groups
}

/// Lists have room for so many columns beside the title, the moment and the buttons.
const COLUMNS: usize = 6;

/// What finds no room in a list is seen in the form alone; what is referred to always has some.
fn leave_room(columned: &mut Vec<Field>) {
    let references = columned.iter().filter(|field| field.target.is_some()).count();
    let mut room = COLUMNS.saturating_sub(references);
    columned.retain(|field| {
        let stays = field.target.is_some() || room > 0;
        room -= usize::from(stays && field.target.is_none());
        stays
    });
}

/// What refers to it, each once.
fn together(holders: &[Referrer]) -> String {
    let mut words: Vec<String> = holders.iter().map(|holder| holder.words.clone()).collect();
    words.dedup();
    joined(&words, "and")
}

/// Of all fields; refuses one that is a field's, and made of another field, too.
fn columns(fields: &[Field]) -> Outcome<Vec<Column>> {
    let columns: Vec<Column> = fields.iter().flat_map(|field| field.columns.clone()).collect();
    for (place, Column { name, .. }) in columns.iter().enumerate() {
        if columns.iter().skip(place + 1).any(|other| other.name == *name) {
            refuse!(
                "two columns would be called {name}, one of them by what is made of another field: call it otherwise"
            );
        }
    }
    Ok(columns)
}

/// `a title, and perhaps a description and a due date`.
fn what_it_has(fields: &[Field], title: &str, acted: Option<&str>) -> String {
    let told = |optional: bool| {
        let those = fields.iter().filter(|field| {
            field.optional == optional && field.words != title && acted != Some(&field.name) && field.value != "bool"
        });
        let told = |field: &Field| {
            let article = if is_plural(&field.words) { "" } else { article(&field.words) };
            format!("{article} {}", field.words).trim_start().to_owned()
        };
        those.map(told).collect::<Vec<_>>()
    };
    let mut needed = vec![format!("{} {title}", article(title))];
    needed.extend(told(false));
    let perhaps = told(true);
    let rest = if perhaps.is_empty() { String::new() } else { format!(", and perhaps {}", joined(&perhaps, "and")) };
    format!("{}{rest}", joined(&needed, "and"))
}
