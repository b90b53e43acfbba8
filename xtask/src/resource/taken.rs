//! What nothing may be called: it would be something else in code, in a database or on a page.

use crate::{
    failure::{Outcome, refuse},
    keywords::is_keyword,
};

/// Nouns: what the files of a resource import, define or call so.
const NOUNS: &str = "acme acting_on action action_view actor address ann answer app application arc audit \
    audit_detail audit_kind b_tree_set back_to_list bare before big_int bob bool box call can changed changes \
    check_web_address client clock confirm conflict constraint core crate current_user date day db_date db_timestamp \
    db_uuid deed default denied described description domain editor email entity err expected fake_store far_from fault few field \
    first flag fold form here id id_of identifier input is_near json kind link list listed made may message missing \
    moment moved moving named new none nullable of_organization ok option optional order organization_error \
    organization_id other outcome own owned owned_details owned_page owned_repository owned_row owned_service owner \
    owner_view page page_error page_of page_request page_result paging path path_id permission policy port \
    posted_form prepare prepared presence reference referred referring required resource resource_names response \
    result role row schema second self_ serialize session session_user shows_nothing sole_owned sql store \
    store_error store_result stored string subject summary table target text there time timestamp title to_schema \
    type unit_of_work user uuid value vec way when words work world";

/// Several of them: what pages have beside the rows of a list, or what is at this address.
const LISTS: &str = "administered assets at fields flash form is_filtered may me menu page pager product referrer search sort theme utils whose";

/// Fields: pages, requests, rows and tests have something of this name, or there is a type of the resource that ends so; or forms keep what is
/// called so to themselves.
const FIELDS: &str = "id owner owner_id owner_user_id owner_organization_id owning_organization organization organization_id created \
    created_at actions user form editor error found changes outcome actor app client command in_use newest oldest public row page text \
    words work world subject assertion back challenge code next recovery_code registration token";

/// Actions: what services can do with everything that is owned, and what its pages are called.
const ACTIONS: &str = "action addresses ask_to_delete ask_to_move begin change create create_in delete event events find form id_of \
    insert list list_of list_with_owners look made move move_elsewhere move_to new offering page read save show target_of \
    titles_of titles_referred_to update";

/// What SQL takes for itself, in one database or the other.
const SQL: &str = "all alter analyse analyze and any array asc asymmetric authorization autoincrement begin between binary both case \
    cast check collate column commit concurrently constraint create cross default deferrable delete desc distinct do drop else end \
    escape except exists fetch foreign freeze from full glob grant group having ilike index indexed initially inner insert intersect \
    into is isnull join lateral leading left like limit match natural not nothing notnull null offset on only or order outer overlaps \
    placing primary references regexp returning right rollback select set similar some symmetric table tablesample then to trailing \
    transaction trigger union unique update using values variadic verbose when where window with";

/// The longest name that PostgreSQL keeps whole, in bytes.
const LONGEST: usize = 63;

fn has(names: &str, name: &str) -> bool {
    names.split_whitespace().any(|taken| taken == name)
}

/// Refuses what is no name in code, in a database and in a form alike.
pub(super) fn check_word(word: &str) -> Outcome<()> {
    let is_fine = |part: &str| {
        part.starts_with(|letter: char| letter.is_ascii_lowercase())
            && part.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
    };
    if word.len() > 30 || !word.split('_').all(is_fine) {
        refuse!(
            "\"{word}\" can't be a name: small letters, digits and single underscores, a letter first, 30 at the most"
        );
    }
    Ok(())
}

/// Refuses what one of a resource, or several, can't be called.
pub(super) fn check_nouns(noun: &str, nouns: &str) -> Outcome<()> {
    for name in [noun, nouns] {
        check_word(name)?;
        check_keyword(name)?;
    }
    check_column(nouns)?;
    for (names, name) in [(NOUNS, noun), (LISTS, nouns)] {
        if has(names, name) {
            refuse!("{name} is something else in the code: call it otherwise");
        }
    }
    Ok(())
}

/// Refuses what no field can be called, or of which no page could show what is left without its ending, `base`.
pub(super) fn check_field(name: &str, base: &str) -> Outcome<()> {
    check_word(name)?;
    for part in [name, base] {
        check_keyword(part)?;
        if has(FIELDS, part) || part.contains("password") {
            let shown = if part == name { String::new() } else { format!(", which is {part} on pages") };
            refuse!("a field can't be called {name}{shown}: there is something of this name already");
        }
    }
    check_column(name)
}

/// Refuses what no action can be called.
pub(super) fn check_action(name: &str) -> Outcome<()> {
    check_word(name)?;
    if has(ACTIONS, name) {
        refuse!("an action can't be called {name}: there is something of this name already");
    }
    check_keyword(name)
}

fn check_keyword(name: &str) -> Outcome<()> {
    if is_keyword(name) {
        refuse!("{name} is a word of Rust, so nothing in code can be called so");
    }
    Ok(())
}

/// Refuses what no table and no column can be called.
fn check_column(name: &str) -> Outcome<()> {
    if has(SQL, name) {
        refuse!("{name} is a word of SQL, so nothing in a database can be called so");
    }
    Ok(())
}

/// Refuses SQL with a name that PostgreSQL would cut, so that the code would not know it again.
pub(super) fn check_lengths(sql: &str) -> Outcome<()> {
    let mut names = sql.split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_');
    if let Some(name) = names.find(|name| name.len() > LONGEST) {
        refuse!("{name} in the database has more than {LONGEST} letters: call the resource or its field in fewer");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{
        resource::{
            render::{IMPORTS, TEMPLATES, is_rust},
            types,
            working_copy::source,
        },
        tree,
    };

    /// `OrganizationId` as somebody would type it.
    fn typed(name: &str) -> String {
        let mut typed = String::new();
        for letter in name.chars() {
            if letter.is_uppercase() && !typed.is_empty() {
                typed.push('_');
            }
            typed.extend(letter.to_lowercase());
        }
        typed
    }

    fn words(text: &str) -> impl Iterator<Item = &str> {
        text.split(|sign: char| !sign.is_alphanumeric() && sign != '_').filter(|word| !word.is_empty())
    }

    fn sources<'a>() -> impl Iterator<Item = &'a str> {
        TEMPLATES.iter().filter(|(name, _)| is_rust(name)).map(|(_, text)| *text)
    }

    /// With a mark where a template puts something.
    fn marked(text: &str) -> String {
        let text = text.replace("[%", "«").replace("%]", "»");
        text.split('«').map(|part| part.rsplit('»').next().unwrap_or_default()).collect::<Vec<_>>().join("«")
    }

    /// The types and functions that a template imports, and the types that it defines.
    fn names(template: &str) -> BTreeSet<String> {
        let template = marked(template);
        let mut names = BTreeSet::new();
        for import in template.split("\nuse ").skip(1).filter_map(|rest| rest.split(';').next()) {
            let is_whole = |word: &&str| {
                ![format!("{word}::"), format!("«{word}"), format!("{word}«")].iter().any(|part| import.contains(part))
            };
            names.extend(words(import).filter(is_whole).map(str::to_owned));
        }
        let defined = template.lines().filter_map(|line| line.split_once("struct ")?.1.split([' ', '(']).next());
        names.extend(defined.filter(|name| !name.contains('«')).map(str::to_owned));
        names
    }

    /// Macros have names of their own, and so have constants.
    fn is_beside(name: &str) -> bool {
        let is_macro = |text: &str| text.contains(&format!("{name}! {{")) || text.contains(&format!("{name}!("));
        sources().any(is_macro) || name.chars().all(|letter| letter.is_uppercase() || letter == '_')
    }

    #[test]
    fn nothing_that_templates_import_is_a_noun() {
        let listed = IMPORTS.iter().flat_map(|(_, names)| words(names)).map(str::to_owned);
        let imported: BTreeSet<String> = sources().flat_map(names).chain(listed).collect();
        let is_free = |name: &String| {
            let noun = typed(name);
            !is_beside(name)
                && check_nouns(&noun, &format!("{noun}s")).is_ok()
                && types::check(&source(), [name.as_str()]).is_ok()
        };
        let free: Vec<_> = imported.into_iter().filter(is_free).collect();
        assert_eq!(free, Vec::<String>::new());
    }
    /// What services and pages can do with everything that is owned.
    #[test]
    fn nothing_that_there_is_for_all_is_an_action() {
        let services = tree::text(&source(), "crates/application/src/owned.rs").unwrap().unwrap();
        let methods = |text: &str, of: &str| -> String {
            text.split(of).skip(1).filter_map(|rest| rest.split("\n}").next()).collect()
        };
        let mut defining = methods(&services, "impl<Row: Owned> OwnedService<Row> {");
        for (name, template) in TEMPLATES {
            let pages = template.lines().filter(|line| *name == "dashboard.rs" && !line.starts_with(' '));
            defining.extend(pages.flat_map(|line| [line, "\n"]));
            defining.push_str(&methods(template, "impl «Types» {"));
        }
        let methods = defining.lines().filter_map(|line| line.split_once("fn ")?.1.split(['(', '<']).next());
        let names: BTreeSet<&str> = methods.filter(|name| !name.contains('«')).collect();
        let free: Vec<_> = names.into_iter().filter(|name| check_action(name).is_ok()).collect();
        assert_eq!(free, Vec::<&str>::new());
    }

    /// `ProjectError` would be a type twice.
    #[test]
    fn no_type_that_follows_from_a_resource_is_a_fields() {
        let templates = sources().map(|template| template.replace("AuditKind::«Type»", ""));
        let suffixes = templates.flat_map(|template| {
            let rests = template.split("«Type»").skip(1);
            rests
                .map(|rest| rest.chars().take_while(|sign| sign.is_alphanumeric()).collect::<String>())
                .collect::<Vec<_>>()
        });
        let suffixes: BTreeSet<String> = suffixes.filter(|suffix| suffix.starts_with(char::is_uppercase)).collect();
        let is_free = |suffix: &String| check_field(&typed(suffix), &typed(suffix)).is_ok();
        let free: Vec<_> = suffixes.into_iter().filter(is_free).collect();
        assert_eq!(free, Vec::<String>::new());
    }

    /// Rows would stand in the place of what a page has for all.
    #[test]
    fn nothing_that_every_page_has_is_what_several_are_called() {
        let mut names = BTreeSet::new();
        for path in tree::files(&source()).unwrap().into_iter().filter(|path| path.starts_with("crates/dashboard/src/"))
        {
            let text = tree::text(&source(), &path).unwrap().unwrap_or_default();
            let inserted = text.split(".insert(\"").skip(1).filter_map(|rest| rest.split('"').next());
            names.extend(inserted.map(str::to_owned));
        }
        let free: Vec<_> = names.into_iter().filter(|name| check_nouns("project", name).is_ok()).collect();
        assert_eq!(free, Vec::<String>::new());
    }
}
