//! What comes in from other systems.

mod items;
mod users;

use ironplate_application::{
    Operator,
    imports::{FaultyRow, ForeignId, ForeignUser, ImportMode, Imported, Imports},
};
use ironplate_domain::UserId;
use ironplate_testkit::World;
use uuid::Uuid;

fn eve() -> Operator {
    Operator { login: Some("eve".to_owned()), ..Operator::default() }
}

fn imports(world: &World) -> Imports {
    world.application().imports
}

fn uuid(number: u128) -> ForeignId {
    ForeignId::Uuid(Uuid::from_u128(number))
}

/// Somebody who has an account there, whose password is "open sesame".
fn user(world: &World, id: ForeignId, email: &str) -> ForeignUser {
    ForeignUser {
        id,
        email: email.to_owned(),
        full_name: None,
        password_hash: Some(world.hasher.weak_hash_of("open sesame")),
        is_active: true,
        is_superuser: false,
        is_verified: false,
        created_at: None,
    }
}

/// Brings these users in, as one batch whose faulty rows are left out.
async fn bring_users(world: &World, users: Vec<ForeignUser>) -> Vec<Imported> {
    let (imports, eve) = (imports(world), eve());
    let mut import = imports.begin(&eve, ImportMode::ForGood, FaultyRow::IsLeftOut);
    import.users(users.into_iter().map(Ok).collect()).await.unwrap()
}

/// The code of each fault; nothing of what came in.
fn codes(outcomes: &[Imported]) -> Vec<Option<&'static str>> {
    let code = |outcome: &Imported| match outcome {
        Imported::Refused(fault) => Some(fault.code()),
        _ => None,
    };
    outcomes.iter().map(code).collect()
}

fn id_of(number: u128) -> UserId {
    UserId(Uuid::from_u128(number))
}
