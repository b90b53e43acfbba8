//! What can't be is refused with the reason, and what may be taken for it is not.

use super::{
    OwnerKind, Wishes, files, insertions,
    model::Model,
    tests::{model, targets, wishes},
    types,
    working_copy::source,
};

fn refused(wishes: &Wishes) -> String {
    Model::new(wishes, &targets(), "product".into(), "PRODUCT".into()).expect_err("a refusal").0
}

#[test]
fn what_can_not_be_is_refused_with_the_reason() {
    for (field, reason) in [
        ("colour:paint", "colour has no kind that there is, \"paint\". There are title, text, boolean"),
        ("due_on", "is no field: say its name and its kind"),
        ("Due:date", "can't be a name"),
        ("due__on:date", "can't be a name"),
        ("type:text", "type is a word of Rust"),
        ("owner:text", "can't be called owner"),
        ("group:text", "group is a word of SQL"),
        ("done:boolean?", "leave out the ?"),
        ("other:title?", "leave out the ?"),
        ("status:enum(one)", "has one value alone"),
        ("status:enum(one,one)", "is one twice"),
        ("status:enum(one,Two)", "can't be a name"),
        ("status:enum", "has no kind that there is"),
        ("match:text?", "match is a word of Rust"),
        ("override:text?", "override is a word of Rust"),
        ("type:reference(customers)", "type is a word of Rust"),
        ("created_on:date", "can't be called created_on, which is created on pages"),
        ("client:reference(customers)?", "can't be called client_id, which is client on pages"),
        ("error:text?", "can't be called error"),
        ("public:enum(yes,no)", "can't be called public"),
        ("code:text", "can't be called code"),
        ("old_password:text", "can't be called old_password"),
        ("text:text", "can't be called text"),
        ("project:text?", "a project can't have a field project: call one of them otherwise"),
        ("project_on:date?", "a project can't have a field project_on"),
        ("projects:integer", "a project can't have a field projects"),
        ("title_at:moment", "name and title_at are both title on pages"),
        ("name_folded:text?", "two columns would be called name_folded"),
        ("status:enum(self,other)", "can't be self"),
        ("price:decimal(0)", "can't have \"0\" digits"),
        ("goal:text(0)", "can't have \"0\" characters"),
        ("name:text", "name is there twice"),
        ("other:title", "there are 2 titles"),
        ("title:text", "name is the title"),
        ("name:title(49)", "name has room for 49 characters alone: a title has 50 or more"),
    ] {
        let told = refused(&wishes("project", &["name:title", field]));
        assert!(told.contains(reason), "{field}: {told}");
    }
    let project = || wishes("project", &["name:title", "goal:text?", "status:enum(active,archived)", "rank:integer?"]);
    let names = |name: &str| vec![name.to_owned()];
    for (wishes, reason) in [
        (
            wishes("project", &["name:title", "paid:boolean", "paid_on:date?"]),
            "paid and paid_on are both paid on pages",
        ),
        (wishes("project", &["name:title", "starts_on:date", "starts_at:moment"]), "are both starts on pages"),
        (wishes("project", &["name:title", "x:email", "x_canonical:text"]), "two columns would be called x_canonical"),
        (wishes("match", &["name:title"]), "match is a word of Rust"),
        (Wishes { plural: Some("dyn".into()), ..project() }, "dyn is a word of Rust"),
        (wishes("asset", &["name:title"]), "assets is something else in the code"),
        (Wishes { moves: true, owner: Some(OwnerKind::User), ..project() }, "can't be said with --owner"),
        (wishes("project", &["goal:text"]), "there is no title"),
        (wishes("Project", &["name:title"]), "can't be a name"),
        (wishes("message", &["name:title"]), "message is something else in the code"),
        (Wishes { plural: Some("values".into()), ..project() }, "values is a word of SQL"),
        (Wishes { good: Some("open".into()), ..project() }, "no enum has open"),
        (Wishes { plural: Some("project".into()), ..project() }, "have to be told apart"),
        (Wishes { search: names("status"), ..project() }, "--search can't have status"),
        (Wishes { search: names("goal"), ..project() }, "--search lacks name"),
        (Wishes { order: names("rank"), ..project() }, "--order can't have rank"),
        (Wishes { order: names("place"), ..project() }, "--order has place, which is no field"),
        (
            Wishes {
                search: vec!["name".into(), "symbol".into()],
                ..wishes("project", &["name:title", "symbol:text(49)"])
            },
            "--search can't have symbol: titles are searched, and texts with room for 50 characters",
        ),
        (Wishes { order: vec!["name".into(), "name".into()], ..project() }, "--order has name twice"),
        (Wishes { most: Some(99), ..project() }, "--most is 100 to 10000000"),
        (Wishes { placeholder: Some("a b}".into()), ..project() }, "\"a b}\" can't be a name"),
        (Wishes { example: Some("A".repeat(256)), ..project() }, "it has 256 characters, and may have 1 to 255"),
        (Wishes { example_changed: Some(String::new()), ..project() }, "it has 0 characters, and may have 1 to 255"),
        (Wishes { unique: Some("goal".into()), ..project() }, "goal can't be unique"),
        (Wishes { action: names("archive"), ..project() }, "is no action"),
        (
            Wishes { action: names("archive=gone"), ..project() },
            "no enum that is always there has all that actions make",
        ),
        (Wishes { action: names("delete=archived"), ..project() }, "an action can't be called delete"),
        (Wishes { action: names("begin=archived"), ..project() }, "an action can't be called begin"),
        (Wishes { action: names("return=archived"), ..project() }, "return is a word of Rust"),
        (
            Wishes { action: vec!["close=archived".into(), "archive=archived".into()], ..project() },
            "close and archive both make one archived",
        ),
        (
            Wishes { action: vec!["archive=archived".into(), "archive=active".into()], ..project() },
            "the action archive is there twice",
        ),
    ] {
        let told = refused(&wishes);
        assert!(told.contains(reason), "{reason}: {told}");
    }
}

/// Each is nearly one that is refused.
#[test]
fn what_is_fine_is_not_refused() {
    let names = |name: &str| vec![name.to_owned()];
    let project = || wishes("project", &["name:title(50)", "status:enum(active,archived)"]);
    for wishes in [
        wishes("label", &["name:title"]),
        wishes("record", &["name:title"]),
        wishes("product", &["name:title"]),
        wishes("project", &["name:title", "paid:boolean", "due_on:date", "folded:text?", "order:reference(customers)"]),
        wishes("project", &["name:title", "symbol:text(1)", "country:text(2)?"]),
        wishes("project", &["name:title", "status:enum(none,async)"]),
        Wishes { action: names("finish=archived|Don't|\"done\""), ..project() },
        Wishes { example_changed: Some("Say \"hi\"".into()), example: Some("A".repeat(50)), ..project() },
        Wishes { most: Some(10_000_000), placeholder: Some("id".into()), ..project() },
    ] {
        model(&wishes);
    }
}

#[test]
fn what_examples_are_called_is_written_as_code() {
    let said = Wishes { example_changed: Some("Say \"hi\"".into()), ..wishes("project", &["name:title"]) };
    let files = files::own(&model(&said)).unwrap();
    assert!(files.iter().any(|file| file.text.contains(r#"example {"name": "Say \"hi\""}"#)));
}

#[test]
fn a_reference_that_can_not_be_is_refused_with_the_reason() {
    let task = |field: &str| wishes("task", &["title:title", field]);
    let by_organizations = Some(OwnerKind::Organization);
    for (wishes, reason) in [
        (
            task("project:reference(projects)"),
            "there is no resource projects to refer to; there are customers, milestones",
        ),
        (task("assignee:reference(users)"), "users can't be referred to, since they own: the owner of a task is there"),
        (task("customer:reference(customer)"), "there is no resource customer to refer to"),
        (task("customer:reference(Customers)"), "can't be a name"),
        (task("customer:reference"), "customer_id has no kind that there is"),
        (task("owner:reference(clients)"), "can't be called owner_id"),
        (task("parent:reference(tasks)?"), "a task can't refer to tasks: a reference is to another resource"),
        (task("parcel:reference(parcels)"), "parcels can be moved to another owner"),
        (
            Wishes { moves: true, ..task("customer:reference(customers)") },
            "--moves would leave behind what a task refers to",
        ),
        (
            task("habit:reference(habits)"),
            "habits belong to users alone, and what refers to them has the same owner: say --owner user",
        ),
        (Wishes { owner: by_organizations, ..task("habit:reference(habits)?") }, "say --owner user"),
        (
            Wishes { order: vec!["title".into(), "customer_id".into()], ..task("customer:reference(customers)") },
            "--order can't have customer_id",
        ),
        (
            Wishes { search: vec!["title".into(), "customer_id".into()], ..task("customer:reference(customers)") },
            "--search can't have customer_id",
        ),
        (
            Wishes { unique: Some("customer_id".into()), ..task("customer:reference(customers)") },
            "customer_id can't be unique",
        ),
    ] {
        let told = refused(&wishes);
        assert!(told.contains(reason), "{reason}: {told}");
    }
    let nothing = Model::new(&task("customer:reference(customers)"), &[], "product".into(), "PRODUCT".into());
    assert!(nothing.expect_err("a refusal").0.contains("there is no resource customers, nor any other"));
}

/// Pages have one button of each name.
#[test]
fn a_button_that_reads_otherwise_elsewhere_is_refused() {
    let of = |noun: &str, action: &str| Wishes {
        action: vec![action.to_owned()],
        ..wishes(noun, &["name:title", "status:enum(open,done)"])
    };
    let item = of("item", "complete=done|Mark as done|completed");
    let new =
        |action: &str| Model::new(&of("task", action), std::slice::from_ref(&item), "product".into(), "PRODUCT".into());
    let told = new("complete=done").expect_err("a refusal").0;
    assert!(
        told.contains("complete of an item reads otherwise: say --action 'complete=done|Mark as done|completed'"),
        "{told}"
    );
    assert!(new("complete=done|Mark as done|completed").is_ok() && new("finish=done").is_ok());
}

/// They would be a second time in a file that a line goes to, or in the domain.
#[test]
fn what_is_called_so_already_is_refused() {
    let check = |noun: &str| {
        let model = model(&wishes(noun, &["name:title"]));
        types::check(&source(), model.own_types())?;
        types::check_lines(&source(), &model.called, &insertions::all(&model)?)
    };
    for (noun, reason) in [
        ("overview", "Overviews is something else in crates/application/src/application.rs"),
        ("event", "Events is something else in crates/application/src/accounts/export.rs"),
        ("unit", "Unit is something else in examples/foreign-store/src/records.rs"),
        ("operator", "Operator is something else in crates/domain/src/audit.rs"),
        ("membership", "has the type Membership already: call it otherwise"),
        ("authenticator_app", "has the type AuthenticatorApp already"),
    ] {
        let told = check(noun).expect_err("a refusal").0;
        assert!(told.contains(reason), "{noun}: {told}");
    }
    for noun in ["project", "order_line", "note", "class", "document", "rule", "task", "label", "customer"] {
        check(noun).unwrap();
    }
}
