//! «Label».

[% if by_organizations -%]
mod at_organizations;

[% endif -%]
use «product»_application::{
    Kind, Missing,
    «nouns»::{Create«Type», Create«Type»Error, «Type»Error[% if moves %], Move«Type»Error[% endif %]},
    [%- if by_organizations %]
    organizations::OrganizationError,
    [%- endif %]
    ports::{Clock, [% if maps %]Constraint, [% endif %]StoreError},
};
use «product»_domain::{«imports.use_cases»};
use «product»_testkit::{
    World,
    samples::{«imports.use_case_samples»},
};

use crate::{[% if acts %]acting::acts, [% endif %][% if most and by_users or unique %]assert_fails, [% endif %]faults::errors, owned::promised};

promised! { «nouns» of «Type», exported as «Types»[% if by_users %]; «noun»("new")[% endif %] }

[% if acts -%]
acts! { |world, actor, «noun»: «Type»|
    [%- for action in actions %]
    changes «nouns».«action.name»(actor, «noun».id, &client());
    [%- endfor %]
    [%- if moves %]
    changes «nouns».move_to(actor, «noun».id, None, &client());
    [%- endif %]
}

[% endif -%]
errors! { |denied|
    [%- if most and by_users %]
    Create«Type»Error::TooMany(1) => Kind::Conflict, "too_many_«nouns»";
    [%- endif %]
    [%- if most and by_organizations %]
    Create«Type»Error::OrganizationFull(1) => Kind::Conflict, "too_many_«nouns»";
    [%- endif %]
    [%- if unique %]
    Create«Type»Error::«title.Name»Taken => Kind::Conflict, "«noun»_«title.name»_taken";
    [%- endif %]
    [%- if by_users %]
    Create«Type»Error::OwnerGone => Kind::NotFound, "user_not_found";
    [%- endif %]
    [%- if by_organizations %]
    Create«Type»Error::Organization(OrganizationError::NotFound(Missing)) => Kind::NotFound, "organization_not_found";
    [%- endif %]
    Create«Type»Error::Store(StoreError::Internal("the reason".into())) => Kind::Internal, "internal_error";
    [%- if by_users %]
    Create«Type»Error::from(StoreError::Conflict(Constraint::«Type»Owner)) => Kind::NotFound, "user_not_found";
    [%- endif %]
    [%- if maps %]
    Create«Type»Error::from(StoreError::Conflict(Constraint::UserEmail)) => Kind::Internal, "internal_error";
    [%- endif %]
    [%- if moves %]
    Move«Type»Error::«Type»(«Type»Error::NotFound(Missing)) => Kind::NotFound, "«noun»_not_found";
    Move«Type»Error::There(Create«Type»Error::OwnerGone) => Kind::NotFound, "user_not_found";
    [%- endif %]
    «Type»Error::NotFound(Missing) => Kind::NotFound, "«noun»_not_found";
    «Type»Error::Denied(denied) => Kind::Denied(denied), "not_enough_permissions";
    [%- if unique %]
    «Type»Error::«title.Name»Taken => Kind::Conflict, "«noun»_«title.name»_taken";
    [%- endif %]
    «Type»Error::Store(StoreError::Unavailable("the reason".into())) => Kind::Unavailable, "unavailable";
}

const ANN: &str = "ann@example.com";

pub(crate) fn «noun»(«title.name»: &str) -> Create«Type» {
    Create«Type» { [% for f in sent %]«f.name»: [% if f.name == title.name %]text(«title.name»)[% elif f.optional %]Some(«f.some»)[% else %]«f.some»[% endif %], [% endfor %] }
}

#[tokio::test]
async fn «a»_«noun»_is_as_it_was_asked_for() {
    let world = World::new().with_user(ANN).await[% if not by_users %].with_organization(ANN, "Acme").await[% endif %];
    [%- if by_users %]
    let owner = world.user(ANN).id;
    let made = world.application().«nouns».create(world.actor(ANN), «noun»("a")).await.unwrap();
    [%- else %]
    let owner = world.organization_called("Acme").id;
    let made = world.application().«nouns».create_in(world.actor(ANN), owner, «noun»("a"), &client()).await.unwrap();
    [%- endif %]
    let new = «Type»::new(made.id, owner, [% for f in args %][% if f.name == title.name %]text("a")[% else %]«f.some»[% endif %], [% endfor %]world.clock.now());
    [%- if sent_later %]
    let expected = «Type» { [% for f in sent_later %]«f.name»: [% if f.optional %]Some(«f.some»)[% else %]«f.some»[% endif %], [% endfor %]..new };
    assert_eq!(made, expected);
    [%- else %]
    assert_eq!(made, new);
    [%- endif %]
    [%- if optionals %]
    let bare = Create«Type» { [% for f in optionals %]«f.name»: None, [% endfor %]..«noun»("b") };
    [%- if by_users %]
    let made = world.application().«nouns».create(world.actor(ANN), bare).await.unwrap();
    [%- else %]
    let made = world.application().«nouns».create_in(world.actor(ANN), owner, bare, &client()).await.unwrap();
    [%- endif %]
    [%- for f in optionals %]
    assert_eq!(made.«f.name», None);
    [%- endfor %]
    [%- endif %]
}
[% for action in actions %]
#[tokio::test]
async fn «a»_«noun»_is_made_«action.to.name»() {
    let world = World::new().with_user(ANN).await;
    let (ann, before): (_, «Type») = (world.actor(ANN), world.add(ANN, "a").await);
    [%- if action.starts != "" %]
    world.application().«nouns».«action.starts»(ann, before.id, &client()).await.unwrap();
    [%- endif %]
    for _ in 0..2 {
        let changed = world.application().«nouns».«action.name»(ann, before.id, &client()).await.unwrap();
        assert_eq!(changed, «Type» { «action.field.name»: «action.value», ..before.clone() });
        assert_eq!(world.stored(&before).await, Some(changed));
    }
}
[% endfor -%]
[% if unique %]
#[tokio::test]
async fn no_two_of_one_owner_have_the_same_«title.name»() {
    let world = World::new().with_user(ANN).await[% if by_users %].with_user("bob@example.com").await[% else %].with_organization(ANN, "Acme").await.with_organization(ANN, "Other").await[% endif %];
    let ann = world.actor(ANN);
    [%- if by_users %]
    let bob = world.actor("bob@example.com");
    let first = world.application().«nouns».create(ann, «noun»("First")).await.unwrap();
    let outcome = world.application().«nouns».create(ann, «noun»("FIRST")).await;
    assert_fails!(outcome, Create«Type»Error::«title.Name»Taken);
    world.application().«nouns».create(bob, «noun»("First")).await.unwrap();
    let second = world.application().«nouns».create(ann, «noun»("Second")).await.unwrap();
    [%- else %]
    let [acme, other] = ["Acme", "Other"].map(|name| world.organization_called(name).id);
    let first = world.application().«nouns».create_in(ann, acme, «noun»("First"), &client()).await.unwrap();
    let outcome = world.application().«nouns».create_in(ann, acme, «noun»("FIRST"), &client()).await;
    assert_fails!(outcome, Create«Type»Error::«title.Name»Taken);
    world.application().«nouns».create_in(ann, other, «noun»("First"), &client()).await.unwrap();
    let second = world.application().«nouns».create_in(ann, acme, «noun»("Second"), &client()).await.unwrap();
    [%- endif %]
    let changes = «Type»Changes { «title.name»: Some(text("first"))[% if not alone %], ..«Type»Changes::default()[% endif %] };
    let outcome = world.application().«nouns».update(ann, second.id, changes.clone(), &client()).await;
    assert_fails!(outcome, «Type»Error::«title.Name»Taken);
    world.application().«nouns».update(ann, first.id, changes, &client()).await.unwrap();
}
[% endif -%]
[% if most and by_users %]
#[tokio::test]
async fn a_user_has_so_many_«nouns»_and_no_more() {
    let mut world = World::new().with_user(ANN).await.with_user("bob@example.com").await;
    world.policy.most_«nouns» = 2;
    let (ann, first): (_, «Type») = (world.actor(ANN), world.add(ANN, "first").await);
    world.application().«nouns».create(ann, «noun»("second")).await.unwrap();
    assert_fails!(world.application().«nouns».create(ann, «noun»("third")).await, Create«Type»Error::TooMany(2));
    assert_eq!(world.store.owned::<«Type»>().len(), 2);
    world.application().«nouns».create(world.actor("bob@example.com"), «noun»("of another")).await.unwrap();
    world.application().«nouns».delete(ann, first.id, &client()).await.unwrap();
    world.application().«nouns».create(ann, «noun»("third")).await.unwrap();
}
[% endif %]
