//! «Label» come, change and go.
[% if most %]
use std::sync::Arc;
[% endif %]
use «product»_application::{
    «nouns»::«Type»Order,
    ports::{Constraint[% if refers %], Repositories[% endif %][% if most %], Store[% endif %][% if refers %], StoreResult[% endif %]},
};
use «product»_domain::{«imports.contract»};
use uuid::Uuid;

use super::{
    checks::{checks, through},
    lists::{Listed, moment},
    [%- if refers %]
    references::{Link, Referring, prepare, referred},
    [%- endif %]
    resource::Resource,
    rows::Row,
    subject::{Subject[% if most %], seen[% endif %]},
};
use crate::samples::{«imports.samples»};

[% if most -%]
checks! { «nouns» of «Type»: owned_resource«by_kind»[% if refers %], references«by_references»[% endif %];
    of_many_«nouns»_at_once_no_more_are_added_than_fit,
}
[%- else -%]
checks! { «nouns» of «Type»: owned_resource«by_kind»[% if refers %], references«by_references»[% endif %]; }
[%- endif %]

impl Row for «Type» {
    const OWNER: Option<Constraint> = Some(Constraint::«Type»Owner);
    const OWNING_ORGANIZATION: Option<Constraint> = Some(Constraint::«Type»OwningOrganization);

    fn sample(subject: &Subject, owner: Owner, name: &str) -> Self {
        let (id, created_at) = subject.id_and_time();
        Self::new(«Type»Id(id), owner, [% for f in args %][% if f.name == title.name %]text(name)[% else %]«f.some»[% endif %], [% endfor %]created_at)
    }

    fn extremes(subject: &Subject, owner: Owner) -> Vec<Self> {
        let rich = Self {
            id: «Type»Id(subject.id_and_time().0),
            owner,
[% for f in fields %]«f.name»: [% if f.optional %]Some(«f.rich»)[% else %]«f.rich»[% endif %],
            [% endfor -%]
            created_at: Timestamp::from_micros(-62_135_596_799_999_999),
        };
        let empty = Self::sample(subject, owner, "empty");
        vec![rich, [% if poor %]Self { [% for f in poor %]«f.name»: [% if f.optional %]Some(«f.poor»)[% else %]«f.poor»[% endif %], [% endfor %]..empty }[% else %]empty[% endif %]]
    }

    [% if refers -%]
    async fn prepare(&self, subject: &Subject, work: &mut dyn Repositories) -> StoreResult<()> {
        [%- for f in references %]
        [%- if f.optional %]
        if let Some(id) = self.«f.name» {
            let «f.shown» = «f.target.Type» { id, ..«f.target.Type»::sample(subject, self.owner, "«f.words»") };
            prepare::<Self, _>(&«f.shown», subject, work).await?;
        }
        [%- else %]
        let «f.shown» = «f.target.Type» { id: self.«f.name», ..«f.target.Type»::sample(subject, self.owner, "«f.words»") };
        prepare::<Self, _>(&«f.shown», subject, work).await?;
        [%- endif %]
        [%- endfor %]
        Ok(())
    }

    [% endif -%]
    through! { «nouns»; insert, find }
}

impl Listed for «Type» {
    type Order = «Type»Order;
[% if unique %]
    const HAS_UNIQUE_TEXT: bool = true;
[% endif %]
    fn at_place(self, place: i64) -> Self {
        [% for f in placed %][% if f.optional -%]
        // What has none comes last.
        let «f.name» = (place < 2).then(|| «f.order.at_place»);
        [% else -%]
        let «f.name» = «f.order.at_place»;
        [% endif %][% endfor -%]
        Self { created_at: moment(place), [% for f in placed %]«f.name», [% endfor %]..self }
    }

    through! { «nouns»; list }
}

impl Resource for «Type» {
    type Changes = «Type»Changes;

    const SEARCHED: &'static [fn(&mut Self, &str)] =
        &[[% for f in searched %]|«noun», it| «noun».«f.name» = [% if f.optional %]Some(text(it))[% else %]text(it)[% endif %], [% endfor %]];

    fn id(&mut self) -> &mut Uuid {
        &mut self.id.0
    }

    fn changes() -> Vec<«Type»Changes> {
        vec![
[% for f in values %]«Type»Changes { «f.name»: [% if f.optional %]Some(Some(«f.change»))[% else %]Some(«f.change»)[% endif %][% if not alone %], ..«Type»Changes::default()[% endif %] },
            [% endfor -%]
            «Type»Changes {
                [% for f in values %]«f.name»: [% if f.optional %]Some(Some(«f.change_back»))[% else %]Some(«f.change_back»)[% endif %],
                [% endfor -%]
                [% if refers %]..«Type»Changes::default()
            [% endif %]},
            [% for f in values %][% if f.optional %]«Type»Changes { «f.name»: Some(None), ..«Type»Changes::default() },
            [% endif %][% endfor -%]
        ]
    }

    fn changes_to(words: &str) -> «Type»Changes {
        [% for f in searched %][% if f.name != title.name %]let «f.name» = [% if f.optional %]Some(Some(text(words)))[% else %]Some(text(words))[% endif %];
        [% endif %][% endfor -%]
        «Type»Changes { «title.name»: Some(text(words)), [% for f in searched %][% if f.name != title.name %]«f.name», [% endif %][% endfor %][% if not all_searched %]..«Type»Changes::default() [% endif %]}
    }

    through! { «nouns»; update_owned, delete_owned }
}
[% if refers %]
impl Referring for «Type» {
    const LINKS: &'static [Link<Self>] = &[
        [%- for f in references %]
        Link::to::<«f.target.Type»>(
            |id| «Type»Changes { «f.name»: [% if f.optional %]Some(Some(«f.target.Type»Id(id)))[% else %]Some(«f.target.Type»Id(id))[% endif %], ..«Type»Changes::default() },
            |«noun»| [% if f.optional %]«noun».«f.name».map(|id| id.0)[% else %]Some(«noun».«f.name».0)[% endif %],
            Constraint::«f.target.missing»,
            [% if f.optional %]None[% else %]Some(Constraint::«f.target.Type»InUse)[% endif %],
        ),
        [%- endfor %]
    ];
}
[% endif %][% if most %]
/// As use cases do it: whoever counts has locked the owner.
async fn of_many_«nouns»_at_once_no_more_are_added_than_fit(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    [%- if by_either %]
    let (ann, acme) = (subject.user("ann@example.com").await.id, subject.organization("Acme").await.id);
    [%- elif by_users %]
    let (ann, bob) = (subject.user("ann@example.com").await.id, subject.user("bob@example.com").await.id);
    [%- else %]
    let (ann, bob) = (subject.organization("Ann's").await.id, subject.organization("Bob's").await.id);
    [%- endif %]
    let rivals: Vec<_> = (0..24)
        .map(|n| {
            [%- if by_either %]
            let owner: Owner = if n % 4 == 0 { ann.into() } else { acme.into() };
            [%- else %]
            let owner: Owner = if n % 4 == 0 { ann } else { bob }.into();
            [%- endif %]
            let (store, «noun») = (subject.store.clone(), «Type»::sample(&subject, owner, &format!("«words» {n}")));
            tokio::spawn(async move {
                let mut work = store.begin().await.expect("a unit of work");
                let is_there = match owner {
                    Owner::User(user) => work.users().lock(user).await.expect("an answer").is_some(),
                    Owner::Organization(organization) => {
                        work.organizations().lock(organization).await.expect("an answer").is_some()
                    }
                };
                assert!(is_there, "{owner:?}");
                if work.«nouns»().count_of(owner).await.expect("a count") < 5 {
                    work.«nouns»().insert(&«noun»).await.expect("a new «words»");
                    work.commit().await.expect("a commit");
                }
            })
        })
        .collect();
    for rival in rivals {
        rival.await.expect("a rival");
    }
    assert_eq!(seen!(subject, «nouns»().count_of(ann.into())), 5);
    assert_eq!(seen!(subject, «nouns»().count_of([% if by_either %]acme[% else %]bob[% endif %].into())), 5);
}
[% endif %]
