//! «Label».

[% if by_organizations -%]
mod at_organizations;

[% endif -%]
use «product»_application::{
    [% if needs %]Fault, [% endif %]Kind, Missing,
    «nouns»::{Create«Type», Create«Type»Error, «Type»Error[% if moves %], Move«Type»Error[% endif %]},
    [%- if by_organizations %]
    organizations::OrganizationError,
    [%- endif %]
    ports::{Clock, [% if maps %]Constraint, [% endif %]StoreError},
};
use «product»_domain::{«imports.use_cases»};
use «product»_testkit::{
    World,
    [%- if refers %]
    contract::references::referred,
    [%- endif %]
    samples::{«imports.use_case_samples»},
};
[%- if refers %]
use uuid::Uuid;
[%- endif %]

use crate::{[% if acts %]acting::acts, [% endif %][% if most and by_users or unique or refers %]assert_fails, [% endif %]faults::errors, owned::promised};

promised! { «nouns» of «Type», exported as «Types»[% if by_users %]; [% if refers %]|actor| «noun»(actor.user, "new")[% else %]«noun»("new")[% endif %][% endif %] }

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
    [%- for f in references %]
    Create«Type»Error::«f.Name»NotFound => Kind::InvalidField("«f.name»"), "«f.target.noun»_not_found";
    «Type»Error::«f.Name»NotFound => Kind::InvalidField("«f.name»"), "«f.target.noun»_not_found";
    [%- endfor %]
    [%- if in_use %]
    «Type»Error::InUse => Kind::Conflict, "«noun»_in_use";
    [%- endif %]
    «Type»Error::Store(StoreError::Unavailable("the reason".into())) => Kind::Unavailable, "unavailable";
}

const ANN: &str = "ann@example.com";

pub(crate) fn «noun»([% if refers %]owner: impl Into<Owner>, [% endif %]«title.name»: &str) -> Create«Type» {
    [%- if refers %]
    let owner = owner.into();
    [%- endif %]
    Create«Type» { [% for f in sent %]«f.name»: [% if f.name == title.name %]text(«title.name»)[% elif f.target and f.optional %]None[% elif f.optional %]Some(«f.some»)[% else %]«f.some»[% endif %], [% endfor %] }
}

#[tokio::test]
async fn «a»_«noun»_is_as_it_was_asked_for() {
    let world = World::new().with_user(ANN).await[% if not by_users %].with_organization(ANN, "Acme").await[% endif %];
    [%- if by_users %]
    let owner = world.user(ANN).id;
    [%- if refers %]
    world.prepare::<«Type»>(owner).await;
    [%- endif %]
    let made = world.application().«nouns».create(world.actor(ANN), «noun»([% if refers %]owner, [% endif %]"a")).await.unwrap();
    [%- else %]
    let owner = world.organization_called("Acme").id;
    [%- if refers %]
    world.prepare::<«Type»>(owner).await;
    [%- endif %]
    let made = world.application().«nouns».create_in(world.actor(ANN), owner, «noun»([% if refers %]owner, [% endif %]"a"), &client()).await.unwrap();
    [%- endif %]
    let new = «Type»::new(made.id, owner, [% for f in args %][% if f.name == title.name %]text("a")[% else %]«f.some»[% endif %], [% endfor %]world.clock.now());
    [%- if sent_later %]
    let expected = «Type» { [% for f in sent_later %]«f.name»: [% if f.target %]None[% elif f.optional %]Some(«f.some»)[% else %]«f.some»[% endif %], [% endfor %]..new };
    assert_eq!(made, expected);
    [%- else %]
    assert_eq!(made, new);
    [%- endif %]
    [%- if optionals %]
    let bare = Create«Type» { [% for f in optionals %]«f.name»: None, [% endfor %]..«noun»([% if refers %]owner, [% endif %]"b") };
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
    [%- if refers %]
    for actor in [ann, bob] {
        world.prepare::<«Type»>(actor.user).await;
    }
    [%- endif %]
    let first = world.application().«nouns».create(ann, «noun»([% if refers %]ann.user, [% endif %]"First")).await.unwrap();
    let outcome = world.application().«nouns».create(ann, «noun»([% if refers %]ann.user, [% endif %]"FIRST")).await;
    assert_fails!(outcome, Create«Type»Error::«title.Name»Taken);
    world.application().«nouns».create(bob, «noun»([% if refers %]bob.user, [% endif %]"First")).await.unwrap();
    let second = world.application().«nouns».create(ann, «noun»([% if refers %]ann.user, [% endif %]"Second")).await.unwrap();
    [%- else %]
    let [acme, other] = ["Acme", "Other"].map(|name| world.organization_called(name).id);
    [%- if refers %]
    for owner in [acme, other] {
        world.prepare::<«Type»>(owner).await;
    }
    [%- endif %]
    let first = world.application().«nouns».create_in(ann, acme, «noun»([% if refers %]acme, [% endif %]"First"), &client()).await.unwrap();
    let outcome = world.application().«nouns».create_in(ann, acme, «noun»([% if refers %]acme, [% endif %]"FIRST"), &client()).await;
    assert_fails!(outcome, Create«Type»Error::«title.Name»Taken);
    world.application().«nouns».create_in(ann, other, «noun»([% if refers %]other, [% endif %]"First"), &client()).await.unwrap();
    let second = world.application().«nouns».create_in(ann, acme, «noun»([% if refers %]acme, [% endif %]"Second"), &client()).await.unwrap();
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
    [%- if refers %]
    world.prepare::<«Type»>(world.user("bob@example.com").id).await;
    [%- endif %]
    let (ann, first): (_, «Type») = (world.actor(ANN), world.add(ANN, "first").await);
    world.application().«nouns».create(ann, «noun»([% if refers %]ann.user, [% endif %]"second")).await.unwrap();
    assert_fails!(world.application().«nouns».create(ann, «noun»([% if refers %]ann.user, [% endif %]"third")).await, Create«Type»Error::TooMany(2));
    assert_eq!(world.store.owned::<«Type»>().len(), 2);
    world.application().«nouns».create(world.actor("bob@example.com"), «noun»([% if refers %]world.user("bob@example.com").id, [% endif %]"of another")).await.unwrap();
    world.application().«nouns».delete(ann, first.id, &client()).await.unwrap();
    world.application().«nouns».create(ann, «noun»([% if refers %]ann.user, [% endif %]"third")).await.unwrap();
}
[% endif %]
[%- if refers %]

/// So nobody learns whether another one has it.
#[tokio::test]
async fn «a»_«noun»_refers_to_nothing_that_its_owner_lacks() {
    [%- if by_users %]
    let world = World::new().with_user(ANN).await.with_user("bob@example.com").await;
    let (owner, other) = (world.user(ANN).id, world.user("bob@example.com").id);
    [%- else %]
    let world = World::new().with_user(ANN).await.with_organization(ANN, "Acme").await.with_organization(ANN, "Other").await;
    let [owner, other] = ["Acme", "Other"].map(|name| world.organization_called(name).id);
    [%- endif %]
    let ann = world.actor(ANN);
    let «noun»_of_ann: «Type» = world.add_to(owner, "a").await;
    [%- for f in references %]
    let others: «f.target.Type» = world.add_to(other, "«f.name»").await;
    for id in [others.id, «f.target.Type»Id(Uuid::nil())] {
        let command = Create«Type» { «f.name»: [% if f.optional %]Some(id)[% else %]id[% endif %], ..«noun»(owner, "b") };
        [%- if by_users %]
        let outcome = world.application().«nouns».create(ann, command).await;
        [%- else %]
        let outcome = world.application().«nouns».create_in(ann, owner, command, &client()).await;
        [%- endif %]
        assert_fails!(outcome, Create«Type»Error::«f.Name»NotFound);
        let changes = «Type»Changes { «f.name»: Some([% if f.optional %]Some(id)[% else %]id[% endif %]), ..«Type»Changes::default() };
        let outcome = world.application().«nouns».update(ann, «noun»_of_ann.id, changes, &client()).await;
        assert_fails!(outcome, «Type»Error::«f.Name»NotFound);
    }
    [%- endfor %]
    assert_eq!(world.stored(&«noun»_of_ann).await, Some(«noun»_of_ann));
}

#[tokio::test]
async fn what_«a»_«noun»_refers_to_[% if needs %]is_in_use[% else %]can_go[% endif %]() {
    [%- if by_users %]
    let world = World::new().with_user(ANN).await;
    let owner = world.user(ANN).id;
    [%- else %]
    let world = World::new().with_user(ANN).await.with_organization(ANN, "Acme").await;
    let owner = world.organization_called("Acme").id;
    [%- endif %]
    let ann = world.actor(ANN);
    let «noun»: «Type» = world.add_to(owner, "a").await;
    [%- for f in references %]
    [%- if f.optional %]
    let «f.shown»: «f.target.Type» = world.add_to(owner, "b").await;
    let changes = «Type»Changes { «f.name»: Some(Some(«f.shown».id)), ..«Type»Changes::default() };
    world.application().«nouns».update(ann, «noun».id, changes, &client()).await.unwrap();
    world.application().«f.target.nouns».delete(ann, «f.shown».id, &client()).await.unwrap();
    [%- else %]
    let outcome = world.application().«f.target.nouns».delete(ann, «noun».«f.name», &client()).await;
    assert_eq!(outcome.unwrap_err().class().code, "«f.target.noun»_in_use");
    [%- endif %]
    [%- endfor %]
    assert_eq!(world.stored(&«noun»).await, Some(«noun».clone()));
    world.application().«nouns».delete(ann, «noun».id, &client()).await.unwrap();
    [%- for f in needs %]
    world.application().«f.target.nouns».delete(ann, «noun».«f.name», &client()).await.unwrap();
    [%- endfor %]
}
[%- endif %]
