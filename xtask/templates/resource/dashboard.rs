//! «Label»: found, made, changed[% if moves %], moved[% endif %] and deleted.

use actix_web::web::Path;
use «product»_application::{
    OwnedDetails, OwnedPage,
    «nouns»::{Create«Type», «Type»Order},
};
use «product»_domain::{self as domain, «imports.dashboard»};
use «product»_web::Address;
use serde::Serialize;

use crate::{
    crud::{
        ActionView, Confirm, Editor, Entity, Field, [% if moves %]Moving, [% endif %]OwnedList, OwnerView, back_to_list, form,
        [% if refers %]titles_of,[% endif %]
        [% if moves %]target_of,[% endif %]
    },
    fault::PageError,
    request::{
        «imports.request»,
        resource::{[% if actions %]action, [% endif %]form, id_of, page},
    },
    resources::{[% if actions %]Action, [% endif %][% for action in actions %]«action.NAME», [% endfor %]Deed, «NOUNS», ResourceNames},
    shell::PageResult,
    words::{self, [% if has_days %]Day, [% endif %]When},
};

pub(crate) fn addresses() -> Vec<Address> {
    vec![
        page("/«slug»", list),
        form("/«slug»/new", new, create),
        form("/«slug»/{id}", show, save),
        [%- for action in actions %]
        action("/«slug»/{id}/«action.slug»", «action.name»),
        [%- endfor %]
        [%- if moves %]
        form("/«slug»/{id}/move", ask_to_move, move_elsewhere),
        [%- endif %]
        form("/«slug»/{id}/delete", ask_to_delete, delete),
    ]
}

form! {
    /// What is typed of «a» «words».
    pub(crate) «Type»Form of «Type» {
        [% for f in sent %]«f.name»: «f.rust» = Field::new("«f.label»")«f.form»,
        [%- if not loop.last %]
        [% endif %][% endfor %]
    }
}
bounded_texts!([% for f in texts %]«f.type»[% if not loop.last %], [% endif %][% endfor %]);
[%- if referred %]
chosen_ids!(«Type»Id);
[%- endif %]
[% for f in enums %][% if f.is_sent %]
impl Input for «f.type» {
    const CONTROL: &'static str = "choice";
    const CHOICES: &'static [(&'static str, &'static str)] = &[[% for v in f.variants %]("«v.name»", "«v.label»")[% if not loop.last %], [% endif %][% endfor %]];

    fn read(text: &str, label: &str) -> Result<Self, String> {
        Self::from_name(text).ok_or_else(|| format!("Choose one of those that are in {}", label.to_lowercase()))
    }

    fn text(&self) -> String {
        self.name().to_owned()
    }
}
[% endif %][% endfor %]
impl Entity for «Type» {
    const NAMES: &'static ResourceNames = &«NOUNS»;
    [%- if moves %]
    const MOVES: bool = true;
    [%- endif %]

    type Form = «Type»Form;
[% if actions %]
    fn actions(&self) -> &'static [&'static Action] {
        match self.«acting.name» {
            [%- for v in acting.variants %]
            «acting.type»::«v.Name» => &[[% for action in actions %][% if action.to.name != v.name %]&«action.NAME», [% endif %][% endfor %]],
            [%- endfor %]
        }
    }
    [%- endif %]
}

#[derive(Serialize)]
struct «Type»Row {
    id: String,
    title: String,
    [% for f in described %]«f.shown»: «f.row»,
    [% endfor -%]
    owner: Option<OwnerView>,
    [% for f in columned %]«f.shown»: «f.row»,
    [% endfor -%]
    created: When,
    actions: Vec<ActionView>,
}

async fn list(user: SessionUser) -> PageResult {
    let list = OwnedList::<«Type»>::of(&user).await?;
    let (of, request) = list.request();
    let found =
        user.act(|app, actor, client| async move { app.«nouns».list_with_owners(actor, of, request, &client).await });
    let OwnedPage { page, owners } = found.await?;
    [%- if refers %]
    let titles = titles_of(&user, &page.rows, |app| &app.«nouns»).await?;
    [%- endif %]
    let columns = [[% for f in ordered %]("«f.shown»", «Type»Order::«f.order.up»), [% endfor %]("created", «Type»Order::Newest)];
    list.answer("«nouns».html", page, &columns, |«noun»| «Type»Row {
        id: «noun».id.to_string(),
        actions: ActionView::of(&«noun»),
        title: words::title(«noun».«title.name».as_str()).to_owned(),
        [% for f in described %]«f.shown»: «f.to_row»,
        [% endfor -%]
        owner: owners.get(&«noun».owner).map(OwnerView::from),
        [% for f in columned %]«f.shown»: «f.to_row»,
        [% endfor -%]
        created: «noun».created_at.into(),
    })
}

async fn new(user: SessionUser) -> PageResult {
    [% if refers -%]
    offering(Editor::new(&user, user.query.get(OWNER)).await?, None).await?.open().await
    [%- else -%]
    Editor::<«Type»>::new(&user, user.query.get(OWNER)).await?.open().await
    [%- endif %]
}
[% if refers %]
/// With what it can refer to, and what it refers to now.
async fn offering<'a>(editor: Editor<'a, «Type»>, now: Option<&«Type»>) -> Result<Editor<'a, «Type»>, PageError> {
    [%- for f in references %]
    let chosen = now.[% if f.optional %]and_then[% else %]map[% endif %](|«noun»| «noun».«f.name»);
    let editor = editor.offering("«f.name»", chosen, |app| &app.«f.target.nouns»).await?;
    [%- endfor %]
    Ok(editor)
}
[% endif %]
async fn create(PostedForm { by: user, mut form }: PostedForm<SessionUser>) -> PageResult {
    let editor = Editor::<«Type»>::new(&user, form.text(OWNER)).await?;
    [%- if refers %]
    let editor = offering(editor, None).await?;
    [%- endif %]
    let Some(«Type»Form { [% for f in sent %]«f.name», [% endfor %] }) = editor.read(&mut form) else {
        return editor.again(&form).await;
    };
    let command = Create«Type» { [% for f in sent %]«f.name»: «f.name».value, [% endfor %] };
    [%- if by_either %]
    let owner = editor.owner();
    let outcome = user.act(|app, actor, client| async move {
        match owner {
            Owner::User(_) => app.«nouns».create(actor, command).await,
            Owner::Organization(organization) => app.«nouns».create_in(actor, organization, command, &client).await,
        }
    });
    [%- elif by_users %]
    let outcome = user.act(|app, actor, _| async move { app.«nouns».create(actor, command).await });
    [%- else %]
    let organization = editor.owner().organization().ok_or_else(PageError::missing)?;
    let outcome = user.act(|app, actor, client| async move {
        app.«nouns».create_in(actor, organization, command, &client).await
    });
    [%- endif %]
    editor.finish(form, outcome.await, Deed::Created).await
}

/// The one of this id, for whoever may do this to it.
async fn find(user: &mut SessionUser, id: &str, to: domain::Action) -> Result<OwnedDetails<«Type»>, PageError> {
    let id = id_of(id, «Type»Id)?;
    let found = user.act(|app, actor, client| async move { app.«nouns».look(actor, id, to, &client).await }).await?;
    user.take_at_hand(found.at.as_ref());
    Ok(found)
}

async fn show(mut user: SessionUser, id: Path<String>) -> PageResult {
    let found = find(&mut user, &id, domain::Action::Read).await?;
    [% if refers -%]
    offering(Editor::of(&user, &found), Some(&found.row)).await?.open().await
    [%- else -%]
    Editor::of(&user, &found).open().await
    [%- endif %]
}

async fn save(PostedForm { by: mut user, mut form }: PostedForm<SessionUser>, id: Path<String>) -> PageResult {
    let found = find(&mut user, &id, domain::Action::Update).await?;
    let editor = Editor::of(&user, &found);
    [%- if refers %]
    let editor = offering(editor, Some(&found.row)).await?;
    [%- endif %]
    let Some(«Type»Form { [% for f in sent %]«f.name», [% endfor %] }) = editor.read(&mut form) else {
        return editor.again(&form).await;
    };
    let changes = «Type»Changes { [% for f in fields %]«f.name»: [% if f.is_sent %]«f.name».changed()[% else %]None[% endif %], [% endfor %] };
    let id = found.row.id;
    let outcome = user.act(|app, actor, client| async move { app.«nouns».update(actor, id, changes, &client).await });
    editor.finish(form, outcome.await, Deed::Saved).await
}

[% for action in actions -%]
async fn «action.name»(PostedForm { by: user, form }: PostedForm<SessionUser>, id: Path<String>) -> PageResult {
    let id = id_of(&id, «Type»Id)?;
    user.act(|app, actor, client| async move { app.«nouns».«action.name»(actor, id, &client).await }).await?;
    Ok(back_to_list(&user, &form, &«NOUNS», Deed::By(&«action.NAME»)))
}

[% endfor -%]
[% if moves -%]
async fn ask_to_move(mut user: SessionUser, id: Path<String>) -> PageResult {
    let found = find(&mut user, &id, domain::Action::Delete).await?;
    Moving::of(&user, &found).ask().await
}

async fn move_elsewhere(
    PostedForm { by: mut user, mut form }: PostedForm<SessionUser>,
    id: Path<String>,
) -> PageResult {
    let found = find(&mut user, &id, domain::Action::Delete).await?;
    let question = Moving::of(&user, &found);
    let Some(to) = target_of(&mut form) else { return question.again(&form).await };
    let id = found.row.id;
    let outcome = user.act(|app, actor, client| async move { app.«nouns».move_to(actor, id, to, &client).await });
    question.finish(form, outcome.await).await
}

[% endif -%]
async fn ask_to_delete(mut user: SessionUser, id: Path<String>) -> PageResult {
    let found = find(&mut user, &id, domain::Action::Delete).await?;
    Confirm::deletion(&user, &found)
}

async fn delete(PostedForm { by: user, form }: PostedForm<SessionUser>, id: Path<String>) -> PageResult {
    let id = id_of(&id, «Type»Id)?;
    user.act(|app, actor, client| async move { app.«nouns».delete(actor, id, &client).await }).await?;
    Ok(back_to_list(&user, &form, &«NOUNS», Deed::Deleted))
}
[% for f in columned %][% if f.variants %]
fn «f.name»_label(of: «f.type») -> &'static str {
    match of {
        [%- for v in f.variants %]
        «f.type»::«v.Name» => "«v.label»",
        [%- endfor %]
    }
}
[% endif %][% endfor -%]
