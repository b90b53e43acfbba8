//! What every use case promises, on a world of fakes.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod acting;
#[cfg(test)]
mod asking_again;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod belongings;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod imports;
#[cfg(test)]
mod invitations;
#[cfg(test)]
mod items;
#[cfg(test)]
mod organizations;
#[cfg(test)]
mod outbox;
#[cfg(test)]
mod overseeing;
#[cfg(test)]
mod owned;
#[cfg(test)]
mod pre_hijacking;
#[cfg(test)]
mod recovery;
#[cfg(test)]
mod second_factors;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod users;
#[cfg(test)]
mod verification;

use std::{collections::BTreeMap, fs, io, path::Path};

use ironplate_application::{
    ports::PageRequest,
    sessions::{Credential, LogIn, LogInError},
};
use ironplate_testkit::{World, samples};

/// The outcome is this refusal or failure.
macro_rules! assert_fails {
    ($outcome:expr, $error:pat) => {
        match $outcome {
            Err($error) => (),
            outcome => panic!("expected {}, got {outcome:?}", stringify!($error)),
        }
    };
}
use assert_fails;

fn log_in(email: &str, password: &str) -> LogIn {
    LogIn { email: Some(samples::email(email)), password: samples::attempt(password) }
}

fn bearer(token: &str) -> Credential {
    Credential::AccessToken(token.into())
}

/// Whether this is the user's password, as logging in finds out.
async fn opens(world: &World, email: &str, password: &str) -> bool {
    match world.sessions().log_in(log_in(email, password), &samples::client()).await {
        Ok(_) => true,
        Err(LogInError::Incorrect) => false,
        Err(error) => panic!("{error:?}"),
    }
}

/// The first hundred rows.
fn all<Order>(order: Order) -> PageRequest<Order> {
    PageRequest { order, search: None, after: None, skip: 0, limit: 100 }
}

/// The texts of this crate, by the names of their files.
fn sources() -> BTreeMap<String, String> {
    texts("src")
}

/// The texts of these tests, by the names of their files.
fn tests() -> BTreeMap<String, String> {
    texts("tests/use_cases")
}

fn texts(folder: &str) -> BTreeMap<String, String> {
    let (root, mut texts) = (Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), BTreeMap::new());
    read_below(&root, &root, &mut texts).unwrap_or_else(|error| panic!("{}: {error}", root.display()));
    texts
}

fn read_below(root: &Path, folder: &Path, texts: &mut BTreeMap<String, String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read_below(root, &path, texts)?;
        } else {
            let file = path.strip_prefix(root).unwrap_or(&path).display().to_string();
            texts.insert(file, fs::read_to_string(&path)?);
        }
    }
    Ok(())
}

/// What stands in these texts between a line that begins with `start` and the next that is a brace.
fn blocks<'a>(texts: &'a BTreeMap<String, String>, start: &str) -> impl Iterator<Item = &'a str> {
    let start = format!("\n{start}");
    let rests = texts.values().flat_map(move |text| text.split(&*start).skip(1).collect::<Vec<_>>());
    rests.map(|rest| rest.split_once("\n}").map_or(rest, |(block, _)| block))
}
