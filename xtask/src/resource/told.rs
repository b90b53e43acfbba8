//! What was done, and what is left to do: in words.

use super::{files::Whole, kinds::Field, model::Model};

/// Of a resource that was written, with its files, and so many that were added to.
pub(super) fn written(model: &Model, files: &[Whole], changed: usize) -> String {
    let paths: Vec<String> = files.iter().map(|file| format!("  {}\n", file.path)).collect();
    format!(
        "{}, with {} files of their own:\n\n{}\n{changed} files were added to. Look at them by `git diff`; `git reset --hard && git clean -fd` undoes all of it.\n\n\
         Now:\n  cargo run --quiet -- openapi > docs/openapi.json\n  cargo test --workspace\n\n\
         Left to you: its icon in crates/dashboard/src/resources.rs, its line in CHANGELOG.md, and what is a {}'s own.\n",
        model.called.label,
        files.len(),
        paths.concat(),
        model.called.words
    )
}

/// Of a field that was added, with its migrations, and so many files that were changed.
pub(super) fn extended(model: &Model, field: &Field, migrations: &[Whole], changed: usize) -> String {
    let paths: Vec<String> = migrations.iter().map(|file| format!("  {}\n", file.path)).collect();
    let (words, one) = (&field.words, &model.called.one);
    let needed = if field.default.is_empty() {
        format!(
            "\nWhoever makes {} {} says its {words} from now on: clients of the API, and whatever calls {one}::new, where the compiler tells.\n",
            model.called.a, model.called.words
        )
    } else {
        String::new()
    };
    format!(
        "{} have a field more, {words}: {changed} files were changed, and these migrations are new.\n\n{}\n\
         Look at all of it by `git diff`; `git reset --hard && git clean -fd` undoes it.\n{needed}\n\
         Now:\n  cargo run --quiet -- openapi > docs/openapi.json\n  cargo test --workspace\n\n\
         Left to you: its line in CHANGELOG.md, and what your own code and tests do with it.\n",
        model.called.label,
        paths.concat(),
    )
}

/// The same of a field of users.
pub(super) fn extended_users(field: &Field, migrations: &[Whole], changed: usize) -> String {
    let paths: Vec<String> = migrations.iter().map(|file| format!("  {}\n", file.path)).collect();
    format!(
        "Users have a field more, {}: {changed} files were changed, and these migrations are new.\n\n{}\n\
         Look at all of it by `git diff`; `git reset --hard && git clean -fd` undoes it.\n\n\
         Now:\n  cargo run --quiet -- openapi > docs/openapi.json\n  cargo test --workspace\n\n\
         Left to you: its line in CHANGELOG.md, and sign-up and invitations, where it shall be asked for.\n",
        field.words,
        paths.concat(),
    )
}

/// Of a resource that was removed, with so many files, and lines in so many; and where it is named still.
pub(super) fn removed(model: &Model, files: usize, changed: usize, named: &[(String, usize)]) -> String {
    let called = &model.called;
    let places: Vec<String> = named.iter().map(|(path, lines)| format!("  {path}: {lines}\n")).collect();
    let left = if places.is_empty() {
        String::new()
    } else {
        format!(
            "\nLeft to you: these show or measure {} still, in so many lines. Point them at something of your own.\n{}",
            called.plural,
            places.concat()
        )
    };
    format!(
        "{} are gone: {files} files, and their lines in {changed} others. Look at all of it by `git diff`; `git reset --hard && git clean -fd` \
         undoes it.\n\nA migration drops their table. Where servers that use it may still run, release it after what was removed.\n\n\
         Now:\n  cargo run --quiet -- openapi > docs/openapi.json\n  cargo test --workspace\n{left}",
        called.label
    )
}
