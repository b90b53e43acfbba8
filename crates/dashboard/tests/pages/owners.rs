//! Whose things the pages of a resource show and make: one's own, those of the organisation at hand, or of another one that an
//! address or a form names. What is said here holds for every row of RESOURCES that users and organisations may own; what is one kind's
//! alone is at the end.

use std::collections::BTreeSet;

use ironplate_domain::{AuditKind, Owners, Role};
use ironplate_testkit::World;

use super::{
    browser::{ANN, Browser, ROOT, Seen},
    organizations::{BOB, acme_with_bob_as, take_at_hand, told},
    resources::{Pages, RESOURCES, actions, of_either},
};

const EVE: &str = "eve@example.com";
const NONE: &str = "0190a1b2-c3d4-7e5f-8a9b-000000000001";

/// The id of the organisation of this name, as addresses and forms have it.
fn id(browser: &Browser, name: &str) -> String {
    browser.world.organization_called(name).id.to_string()
}

/// Somebody else in the same world.
async fn log_in(browser: Browser, email: &str) -> Browser {
    let mut other = Browser::within(browser.world);
    other.log_in(email).await;
    other
}

impl Pages {
    fn none_yet(&self) -> String {
        format!("No {} yet", self.plural())
    }

    /// Those of one owner, or of everybody.
    fn of(&self, owner: &str) -> String {
        format!("{}?owner={owner}", self.list)
    }

    /// What is sent by a form for this owner.
    fn named_for<'a>(&self, name: &'a str, owner: &'a str) -> Vec<(&'static str, &'a str)> {
        [self.named(name), vec![("owner", owner)]].concat()
    }

    /// Makes one for this owner; answers its address.
    async fn added_for(&self, browser: &mut Browser, name: &str, owner: &str) -> String {
        browser.post(&format!("{}/new", self.list), &self.named_for(name, owner)).await.shows(303, &[]);
        let list = browser.get(&self.of(owner)).await.text;
        let (before, _) = list.split_once(&format!("<bdi>{name}</bdi>")).expect("a row");
        before.rsplit_once("href=\"").unwrap().1.split('"').next().unwrap().to_owned()
    }

    /// Whatever changes the one at this address.
    fn changes(&self, page: &Seen, address: &str) -> Vec<String> {
        let moves = self.moves.then(|| format!("{address}/move"));
        let all = [address.to_owned(), format!("{address}/delete")].into_iter().chain(moves);
        all.chain(actions(page, address)).collect()
    }
}

#[actix_web::test]
async fn what_is_made_and_seen_is_the_organization_s_at_hand() {
    for pages @ Pages { list, noun, .. } in of_either() {
        let mut bob = acme_with_bob_as(Role::Member, BOB).await;
        pages.add(&mut bob, "Bobs").await;
        let (acme, new) = (id(&bob, "Acme"), format!("{list}/new"));
        take_at_hand(&mut bob, Some("Acme"));
        let seen = bob.get(list).await;
        seen.shows(200, &["<p>Acme</p>", &format!("{new}?owner={acme}"), &pages.none_yet()]).hides("Bobs");
        let form = bob.get(&new).await;
        form.shows(200, &[&format!("<h1><bdi dir=\"auto\">New {noun} for Acme</bdi>"), "name=\"owner\"", &acme]);
        let made = pages.add(&mut bob, "Acmes").await;
        made.shows(200, &[&format!("The {noun} was created."), "<bdi>Acmes</bdi>", "1–1 of 1"]).hides("Bobs");
        let home = bob.get("/dashboard").await;
        home.shows(200, &[&format!("href=\"{list}\">1</a>"), "Members", ">2</a>", "Your role", "Member"]);

        let mut ann = log_in(bob, ANN).await;
        ann.get(list).await.shows(200, &[&pages.none_yet()]).hides("Acmes");
        take_at_hand(&mut ann, Some("Acme"));
        ann.get(list).await.shows(200, &["<bdi>Acmes</bdi>"]).hides("Bobs");
        let address = pages.added(&mut ann, "Another").await;
        ann.get(&address).await.shows(200, &[&format!("Edit {noun} of Acme"), "Another"]);
        let question = ann.get(&format!("{address}/delete")).await;
        question.shows(200, &["“<bdi>Another</bdi>” of Acme is deleted for good."]);
        take_at_hand(&mut ann, None);
        ann.get(&address).await.shows(200, &["<bdi>Acme</bdi>", &format!("Edit {noun} of Acme")]);
        ann.get(list).await.shows(200, &[&pages.none_yet()]);
    }
}

/// It is no filter: a list of somebody's that is empty is not one in which nothing was found.
#[actix_web::test]
async fn whose_a_list_is_stands_in_its_address_and_wins() {
    for pages @ Pages { list, name: order, .. } in of_either() {
        let mut bob = acme_with_bob_as(Role::Member, BOB).await;
        bob.world = bob.world.with_organization(BOB, "Bobs").await;
        let [acme, bobs] = ["Acme", "Bobs"].map(|name| id(&bob, name));
        for (name, owner) in [("Own one", "mine"), ("Of Acme", &*acme), ("Of Bobs", &*bobs)] {
            pages.added_for(&mut bob, name, owner).await;
        }
        take_at_hand(&mut bob, Some("Acme"));
        for (owner, shown, chosen) in
            [("", "Of Acme", &*acme), ("mine", "Own one", "mine"), (&*bobs, "Of Bobs", &*bobs)]
        {
            let seen = bob.get(&pages.of(owner)).await;
            seen.shows(200, &[&format!("value=\"{chosen}\" selected"), shown, "1–1 of 1"]);
            for other in ["Own one", "Of Acme", "Of Bobs"].into_iter().filter(|other| *other != shown) {
                seen.hides(other);
            }
        }
        let own = bob.get(&pages.of("mine")).await;
        own.shows(200, &[&format!("{list}/new?owner=mine"), "Acme</option>"]).hides("Everybody");
        own.shows(200, &[&format!("{list}?owner=mine&amp;order={order}")]);
        let found = bob.get(&format!("{list}?q=Of&owner=mine")).await;
        found.shows(200, &["Nothing found", &format!("{list}?owner=mine\">Show all")]);
        bob.get(&format!("{list}?page=9&owner={bobs}")).await.leads_to(&pages.of(&bobs));
        // A new one is made for whom the list is of, though another one is at hand.
        bob.get(&format!("{list}/new?owner={bobs}")).await.shows(200, &["<bdi>Bobs</bdi>", "for Bobs", &bobs]);
        take_at_hand(&mut bob, None);
        bob.get(list).await.shows(200, &["Own one"]).hides("name=\"owner\"");
    }
}

#[actix_web::test]
async fn a_form_is_for_whom_it_was_opened_whatever_is_at_hand_when_it_is_sent() {
    for pages @ Pages { list, noun, .. } in of_either() {
        let mut bob = acme_with_bob_as(Role::Member, BOB).await;
        let (acme, new) = (id(&bob, "Acme"), format!("{list}/new"));
        let wrong = bob.post(&new, &pages.named_for("", &acme)).await;
        wrong.shows(
            422,
            &["<bdi>Acme</bdi>", &format!("New {noun} for Acme"), &format!("name=\"owner\" value=\"{acme}\"")],
        );
        bob.post(&new, &pages.named_for("For Acme", &acme)).await.leads_to(&pages.of(&acme));
        take_at_hand(&mut bob, Some("Acme"));
        let wrong = bob.post(&new, &pages.named_for("", "mine")).await;
        wrong.shows(422, &[&format!("New {noun}</bdi>"), "name=\"owner\" value=\"mine\""]);
        bob.post(&new, &pages.named_for("For Bob", "mine")).await.leads_to(&pages.of("mine"));
        bob.get(&pages.of("mine")).await.shows(200, &["For Bob"]).hides("For Acme");
        bob.get(list).await.shows(200, &["For Acme"]).hides("For Bob");

        // What was moved meanwhile is not changed unawares.
        let address = pages.added_for(&mut bob, "Mine", "mine").await;
        if pages.moves {
            bob.post(&format!("{address}/move"), &[("move_to", &acme)]).await.shows(303, &[]);
            let told = bob.post(&address, &pages.named_for("Changed", "mine")).await;
            told.shows(422, &["was moved meanwhile", &format!("value=\"{acme}\""), "value=\"Changed\""]);
            bob.get(list).await.shows(200, &["<bdi>Mine</bdi>"]);
            let changed = [pages.only("Changed"), vec![("owner", &*acme)]].concat();
            bob.submit(&address, &changed).await.shows(200, &["was saved.", "Changed"]);
        }
    }
}

#[actix_web::test]
async fn viewers_look_and_are_offered_nothing_else() {
    for pages @ Pages { list, noun, .. } in of_either() {
        let mut ann = acme_with_bob_as(Role::Viewer, ANN).await;
        let acme = id(&ann, "Acme");
        let address = pages.added_for(&mut ann, "Acmes", &acme).await;
        let page = ann.get(&address).await;
        let changes = pages.changes(&page, &address);
        let mut bob = log_in(ann, BOB).await;
        take_at_hand(&mut bob, Some("Acme"));
        bob.get(list).await.shows(200, &["<bdi>Acmes</bdi>"]);
        for path in [*list, "/dashboard"] {
            let seen = bob.get(path).await;
            seen.hides(&format!("New {noun}"));
            seen.hides("data-confirm");
            assert_eq!(actions(&seen, &address), Vec::<String>::new());
        }
        bob.get(&format!("{list}?q=nothing")).await.shows(200, &["Nothing found"]).hides(&format!("New {noun}"));
        let seen = bob.get(&address).await;
        seen.shows(200, &["of Acme</bdi></h1>", "<dt>", "Acmes", "Created"]).hides("Save changes");
        for (_, text) in pages.others {
            seen.shows(200, &[text]);
        }
        for offered in ["data-confirm", "name=\"owner\"", "Edit"] {
            seen.hides(offered);
        }
        assert_eq!(actions(&seen, &address), Vec::<String>::new());
        for path in [format!("{list}/new"), format!("{list}/new?owner={acme}"), format!("{address}/delete")] {
            bob.get(&path).await.shows(403, &["Not allowed"]);
        }
        // Also of what would be wrong with it, they are told nothing.
        for name in ["Bobs", ""] {
            bob.post(&format!("{list}/new"), &pages.named_for(name, &acme)).await.shows(403, &["Not allowed"]);
            for path in &changes {
                bob.post(path, &pages.named_for(name, &acme)).await.shows(403, &["Not allowed"]);
            }
        }
        let mut ann = log_in(bob, ANN).await;
        ann.get(&pages.of(&acme)).await.shows(200, &["Acmes", "1–1 of 1"]);
        assert_eq!(ann.get(&address).await.text.matches("Acmes").count(), page.text.matches("Acmes").count());
    }
}

#[actix_web::test]
async fn a_stranger_s_organization_is_told_as_one_that_is_not_there() {
    for pages @ Pages { list, .. } in of_either() {
        let mut ann = acme_with_bob_as(Role::Member, ANN).await;
        let acme = id(&ann, "Acme");
        let address = pages.added_for(&mut ann, "Acmes", &acme).await;
        let page = ann.get(&address).await;
        ann.world = ann.world.with_user(EVE).await.with_organization(EVE, "Eves").await;
        let mut eve = log_in(ann, EVE).await;
        take_at_hand(&mut eve, Some("Eves"));
        for of in [pages.of(""), format!("{list}/new?owner=")] {
            let (seen, other) = (eve.get(&format!("{of}{acme}")).await, eve.get(&format!("{of}{NONE}")).await);
            seen.shows(404, &["There is no such organisation, or you are not in it."]).hides("Acme");
            assert_eq!(told(&seen, &acme), told(&other, NONE), "{of}");
            for broken in ["x", "everybody/", "%00", "\"><script>"] {
                eve.get(&format!("{of}{}", broken.replace('"', "%22").replace('>', "%3E").replace('<', "%3C")))
                    .await
                    .shows(404, &["Not found"]);
            }
        }
        let new = format!("{list}/new");
        let [seen, other] = [
            eve.post(&new, &pages.named_for("Long in the writing", &acme)).await,
            eve.post(&new, &pages.named_for("Long in the writing", NONE)).await,
        ];
        seen.shows(404, &["There is no such organisation", "Long in the writing"]);
        assert_eq!(told(&seen, &acme), told(&other, NONE));
        for path in pages.changes(&page, &address) {
            eve.get(&path).await.hides("Acmes");
            let gone = path.replace(address.rsplit('/').next().unwrap(), NONE);
            let (seen, other) =
                (eve.post(&path, &pages.named("Eves")).await, eve.post(&gone, &pages.named("Eves")).await);
            assert_eq!((seen.status.as_u16(), other.status.as_u16()), (404, 404), "{path}");
        }
        // Everybody's are not for everybody.
        eve.get(&pages.of("everybody")).await.shows(403, &["Not allowed"]).hides("Acmes");
        eve.get(&format!("{new}?owner=everybody")).await.shows(404, &["Not found"]);
        assert!(!eve.world.events(AuditKind::PermissionRefused).is_empty());
        let mut ann = log_in(eve, ANN).await;
        ann.get(&pages.of(&acme)).await.shows(200, &["Acmes", "1–1 of 1"]);
    }
}

#[actix_web::test]
async fn whoever_is_removed_is_back_at_what_is_their_own() {
    for pages @ Pages { list, .. } in of_either() {
        let mut bob = acme_with_bob_as(Role::Member, BOB).await;
        let acme = id(&bob, "Acme");
        let address = pages.added_for(&mut bob, "Acmes", &acme).await;
        take_at_hand(&mut bob, Some("Acme"));
        bob.get(list).await.shows(200, &["<p>Acme</p>", "Acmes"]);
        bob.submit(&format!("/dashboard/organizations/{acme}/leave"), &[]).await.shows(200, &["You left"]);
        bob.get(list).await.shows(200, &["Personal", &pages.none_yet()]).hides("Acme");
        bob.get("/dashboard").await.shows(200, &["Personal"]).hides("Acme");
        bob.get(&address).await.shows(404, &["Not found"]);
        let late = bob.post(&format!("{list}/new"), &pages.named_for("Long in the writing", &acme)).await;
        late.shows(404, &["There is no such organisation", "Long in the writing"]);
        pages.add(&mut bob, "Bobs").await.shows(200, &["was created.", "Bobs", "1–1 of 1"]);
    }
}

/// Ann owns Acme, where Bob is a viewer; Bob owns Bobs, where Ann is a member; Eve owns Eves alone. Each owner has one.
async fn crowd(pages: &Pages) -> Browser {
    let world = World::new().with_user(ANN).await.with_user(BOB).await.with_user(EVE).await.with_superuser(ROOT).await;
    let world = world.with_organization(ANN, "Acme").await.with_member("Acme", BOB, Role::Viewer).await;
    let world = world.with_organization(BOB, "Bobs").await.with_member("Bobs", ANN, Role::Member).await;
    let mut browser = Browser::within(world.with_organization(EVE, "Eves").await);
    for (email, organization) in [(ANN, "Acme"), (BOB, "Bobs"), (EVE, "Eves")] {
        browser = log_in(browser, email).await;
        let owner = id(&browser, organization);
        pages.added_for(&mut browser, &format!("row of {email}"), "mine").await;
        pages.added_for(&mut browser, &format!("row of {organization}"), &owner).await;
    }
    browser
}

#[actix_web::test]
async fn no_page_shows_what_is_another_s() {
    let owners = [ANN, BOB, EVE, "Acme", "Bobs", "Eves"];
    for pages in of_either() {
        let mut browser = crowd(pages).await;
        let ids = ["Acme", "Bobs", "Eves"].map(|name| (name, id(&browser, name)));
        for (email, member_of, is_superuser) in [
            (ANN, &["Acme", "Bobs"][..], false),
            (BOB, &["Acme", "Bobs"], false),
            (EVE, &["Eves"], false),
            (ROOT, &[], true),
        ] {
            browser = log_in(browser, email).await;
            for at in [None, Some("Acme"), Some("Bobs"), Some("Eves")] {
                take_at_hand(&mut browser, at);
                let own = at.filter(|name| member_of.contains(name)).unwrap_or(email);
                let named = ids.iter().map(|(name, id)| {
                    let is_seen = is_superuser || member_of.contains(name);
                    (id.clone(), is_seen.then(|| BTreeSet::from([*name])))
                });
                let everybodys = is_superuser.then(|| BTreeSet::from(owners));
                let own =
                    [(String::new(), Some(BTreeSet::from([own]))), ("mine".to_owned(), Some(BTreeSet::from([email])))];
                for (owner, expected) in own.into_iter().chain(named).chain([("everybody".to_owned(), everybodys)]) {
                    for search in ["", "&q=row+of"] {
                        let seen = browser.get(&format!("{}{search}", pages.of(&owner))).await;
                        let rows = owners.into_iter().filter(|name| seen.text.contains(&format!("row of {name}<")));
                        let rows: BTreeSet<&str> = rows.collect();
                        let expected: Option<BTreeSet<&str>> =
                            expected.clone().map(|rows| rows.into_iter().filter(|name| *name != ROOT).collect());
                        assert_eq!(rows, expected.clone().unwrap_or_default(), "{email} at {at:?}, {owner}{search}");
                        assert_eq!(seen.status.is_success(), expected.is_some(), "{email} at {at:?}, {owner}{search}");
                    }
                }
                let home = browser.get("/dashboard").await;
                for name in
                    owners.into_iter().filter(|name| at.filter(|at| member_of.contains(at)).unwrap_or(email) != *name)
                {
                    home.hides(&format!("row of {name}<"));
                }
            }
        }
    }
}

#[actix_web::test]
async fn one_is_moved_to_whom_its_reader_chooses() {
    for pages @ Pages { list, noun, .. } in of_either().filter(|pages| pages.moves) {
        let mut bob = acme_with_bob_as(Role::Member, BOB).await;
        bob.world = bob.world.with_organization(ANN, "Seen").await.with_member("Seen", BOB, Role::Viewer).await;
        bob.world = bob.world.with_organization(ANN, "Strange").await;
        let acme = id(&bob, "Acme");
        let address = pages.added_for(&mut bob, "Milk", "mine").await;
        let path = format!("{address}/move");
        bob.get(&address).await.shows(200, &[&format!("href=\"{path}\" data-confirm"), "Move to…"]);
        let question = bob.get(&path).await;
        question
            .shows(200, &[&format!("Move this {noun}"), "“<bdi>Milk</bdi>” is yours.", &acme, "Acme", "acme · Member"]);
        for other in ["Personal</span>", "value=\"mine\"", "Seen", "Strange"] {
            question.hides(other);
        }
        for nothing in ["", "x"] {
            bob.post(&path, &[("move_to", nothing)])
                .await
                .shows(422, &["href=\"#move_to\"", "Choose who is to have it"]);
        }
        let strange = id(&bob, "Strange");
        bob.post(&path, &[("move_to", &strange)]).await.shows(404, &["There is no such organisation"]);
        bob.post(&path, &[("move_to", NONE)]).await.shows(404, &["There is no such organisation"]);
        let seen = id(&bob, "Seen");
        bob.post(&path, &[("move_to", &seen)]).await.shows(403, &["Not allowed"]);
        bob.get(list).await.shows(200, &["Milk"]);

        let moved = bob.submit(&path, &[("move_to", &acme)]).await;
        moved.shows(200, &[&format!("The {noun} was moved."), &pages.none_yet()]);
        bob.get(&pages.of(&acme)).await.shows(200, &["Milk"]);
        let question = bob.get(&path).await;
        question.shows(200, &["“<bdi>Milk</bdi>” belongs to <bdi>Acme</bdi>.", "value=\"mine\"", "Personal"]);
        let left = pages.of(&acme);
        bob.post(&path, &[("move_to", "mine"), ("back", &left)]).await.leads_to(&left);
        bob.get(list).await.shows(200, &["was moved.", "Milk"]);
        bob.post(&path, &[("move_to", ""), ("back", "//evil.example")]).await.shows(422, &[]).hides("evil");
    }
}

#[actix_web::test]
async fn whoever_is_in_no_organization_is_not_asked_where_to_move_it() {
    for pages in of_either().filter(|pages| pages.moves) {
        let mut browser = Browser::of(ANN).await;
        let address = pages.added(&mut browser, "Milk").await;
        browser.get(&address).await.shows(200, &["Delete"]).hides("Move to…");
        let question = browser.get(&format!("{address}/move")).await;
        question.shows(200, &["You are in no other organisation", "Cancel"]).hides("class=\"button main\"");
        for number in 10..37 {
            browser.world = browser.world.with_organization(ANN, &format!("Team-{number}")).await;
        }
        let question = browser.get(&format!("{address}/move")).await;
        question.shows(200, &["role=\"search\"", "Team-", "These are not all."]);
        let found = browser.get(&format!("{address}/move?q=m-12")).await;
        found.shows(200, &["value=\"m-12\"", "Team-12"]).hides("Team-13");
        browser.get(&format!("{address}/move?q=none")).await.shows(200, &["None of your organisations has this text"]);
    }
}

#[actix_web::test]
async fn what_users_alone_own_is_the_reader_s_whatever_is_at_hand() {
    for pages @ Pages { list, noun, .. } in RESOURCES.iter().filter(|pages| pages.owners == Owners::Users) {
        let mut bob = acme_with_bob_as(Role::Owner, BOB).await;
        pages.prepare(&bob.world, bob.world.user(BOB).id).await;
        let (acme, new) = (id(&bob, "Acme"), format!("{list}/new"));
        take_at_hand(&mut bob, Some("Acme"));
        bob.get(list).await.shows(200, &[&pages.none_yet(), &new]).hides("name=\"owner\"");
        bob.get(&new).await.shows(200, &[&format!("New {noun}</bdi></h1>")]);
        pages.add(&mut bob, "Bobs").await.shows(200, &["was created.", "<bdi>Bobs</bdi>", "1–1 of 1"]);
        for path in [pages.of(&acme), format!("{new}?owner={acme}")] {
            bob.get(&path).await.shows(404, &["Not found"]);
        }
        bob.post(&new, &pages.named_for("Acmes", &acme)).await.shows(404, &[]);
        take_at_hand(&mut bob, None);
        bob.get(list).await.shows(200, &["Bobs", "1–1 of 1"]);
    }
}

#[actix_web::test]
async fn what_organizations_alone_own_is_made_changed_and_deleted_there() {
    for pages @ Pages { list, noun, .. } in RESOURCES.iter().filter(|pages| pages.owners == Owners::Organizations) {
        let mut bob = acme_with_bob_as(Role::Member, BOB).await;
        let (acme, new) = (id(&bob, "Acme"), format!("{list}/new"));
        pages.prepare(&bob.world, bob.world.organization_called("Acme").id).await;
        bob.get(list).await.shows(200, &["belong to organisations", "/dashboard/organizations"]).hides(&new);
        bob.get(&new).await.shows(404, &["Not found"]);
        bob.post(&new, &pages.named_for("Bobs", "mine")).await.shows(404, &[]);
        let address = pages.added_for(&mut bob, "Acmes", &acme).await;
        take_at_hand(&mut bob, Some("Acme"));
        bob.get(list).await.shows(200, &[&format!("{new}?owner={acme}"), "<bdi>Acmes</bdi>", "1–1 of 1"]);
        bob.get(&address).await.shows(200, &[&format!("Edit {noun} of Acme")]);
        let changed = [pages.only("Changed"), vec![("owner", &*acme)]].concat();
        bob.submit(&address, &changed).await.shows(200, &["was saved.", "<bdi>Changed</bdi>"]);
        let page = bob.get(&address).await;
        for action in actions(&page, &address) {
            bob.post(&action, &[]).await.leads_to(list);
        }
        bob.submit(&format!("{address}/delete"), &[]).await.shows(200, &["was deleted.", &pages.none_yet()]);
    }
}
