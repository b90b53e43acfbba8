//! Renaming and removing authenticator apps, new recovery codes, and new keys.

use std::sync::Arc;

use ironplate_application::{
    Housekeeping, Ports,
    accounts::ExportPart,
    ports::SecretSealer,
    second_factors::{MakeRecoveryCodesError, RemoveAppError, RenameAppError},
};
use ironplate_domain::{AuditKind, AuthenticatorAppId, MailTemplate, RecoveryCode};
use ironplate_testkit::{
    FakeSecretSealer,
    samples::{client, text},
};
use uuid::Uuid;

use super::{ANN, BOB, the_app, world};
use crate::assert_fails;

#[tokio::test]
async fn an_app_is_renamed_by_its_user() {
    let (world, ann) = world().await;
    world.add_app(ANN).await;
    let id = the_app(&world);
    let renamed = world.second_factors().rename(ann, id, text("old phone"), &client()).await.unwrap();
    assert_eq!(renamed.name.as_str(), "old phone");
    assert_eq!(world.store.authenticator_apps(), [renamed]);
    world.second_factors().rename(ann, id, text("old phone"), &client()).await.unwrap();
    assert_eq!(world.events(AuditKind::SecondFactorRenamed).len(), 1, "what changes nothing is no event");
    let bob = world.actor(BOB).by(world.open_session(BOB).await.id);
    assert_fails!(world.second_factors().rename(bob, id, text("mine"), &client()).await, RenameAppError::NotFound);
}

/// With the last one the recovery codes go.
#[tokio::test]
async fn an_app_is_removed_by_its_user_and_that_is_told() {
    let (world, ann) = world().await;
    world.add_app(ANN).await;
    world.add_app(ANN).await;
    world.second_factors().make_recovery_codes(ann, &client()).await.unwrap();
    let bob = world.actor(BOB).by(world.open_session(BOB).await.id);
    assert_fails!(world.second_factors().remove(bob, the_app(&world), &client()).await, RemoveAppError::NotFound);
    for (apps, codes) in [(1, 10), (0, 0)] {
        world.second_factors().remove(ann, the_app(&world), &client()).await.unwrap();
        let own = world.second_factors().list_own(ann).await.unwrap();
        assert_eq!((own.apps.len(), own.recovery_codes.count), (apps, codes));
    }
    assert_eq!(world.events(AuditKind::SecondFactorRemoved).len(), 3, "the refusal, too");
    world.mail(MailTemplate::SecondFactorRemoved, ANN).await;
    let none = AuthenticatorAppId(Uuid::nil());
    assert_fails!(world.second_factors().remove(ann, none, &client()).await, RemoveAppError::NotFound);
}

#[tokio::test]
async fn new_recovery_codes_take_the_place_of_the_old_ones() {
    let (world, ann) = world().await;
    assert_fails!(
        world.second_factors().make_recovery_codes(ann, &client()).await,
        MakeRecoveryCodesError::NoSecondFactor
    );
    world.add_app(ANN).await;
    let old = world.second_factors().make_recovery_codes(ann, &client()).await.unwrap();
    let new = world.second_factors().make_recovery_codes(ann, &client()).await.unwrap();
    let shown = |codes: &[RecoveryCode]| codes.iter().map(RecoveryCode::shown).collect::<Vec<_>>();
    assert!(shown(&new).iter().all(|code| !shown(&old).contains(code)));
    assert_eq!(world.second_factors().list_own(ann).await.unwrap().recovery_codes.count, 10);
    world.mail(MailTemplate::RecoveryCodesMade, ANN).await;
}

#[tokio::test]
async fn what_a_previous_key_sealed_is_sealed_anew() {
    let (world, _) = world().await;
    let (secret, _) = (world.add_app(ANN).await, world.add_app(BOB).await);
    let new = FakeSecretSealer { key: "new", previous: &["fake key"] };
    let ports = Ports { secret_sealer: Arc::new(new.clone()), ..world.ports() };
    let housekeeping = Housekeeping::new(&world.core(&ports));
    assert_eq!(housekeeping.reseal().await.unwrap(), 2);
    assert_eq!(housekeeping.reseal().await.unwrap(), 0);
    let app = &world.store.authenticator_apps()[0];
    assert_eq!(app.sealed_secret.key, new.key());
    assert_eq!(FakeSecretSealer { previous: &[], ..new }.open(app.id, &app.sealed_secret), Ok(secret));
}

/// The key may come back.
#[tokio::test]
async fn what_no_key_opens_stays_as_it_is() {
    let (world, _) = world().await;
    world.add_app(ANN).await;
    let before = world.store.snapshot();
    let ports = Ports { secret_sealer: Arc::new(FakeSecretSealer { key: "new", previous: &[] }), ..world.ports() };
    assert_eq!(Housekeeping::new(&world.core(&ports)).reseal().await.unwrap(), 0);
    assert!(world.store.snapshot() == before);
}

#[tokio::test]
async fn an_export_has_apps_passkeys_and_how_many_codes_are_left() {
    let (world, ann) = world().await;
    world.add_app(ANN).await;
    world.add_app(BOB).await;
    world.add_passkey(ANN, "laptop", 0).await;
    world.add_passkey(BOB, "key", 0).await;
    world.second_factors().make_recovery_codes(ann, &client()).await.unwrap();
    let mut export = world.accounts().export(ann, &client()).await.unwrap();
    let mut told = Vec::new();
    while let Some(part) = export.next().await.unwrap() {
        match part {
            ExportPart::AuthenticatorApps(apps) => told.extend(apps.iter().map(|app| app.name.to_string())),
            ExportPart::Passkeys(keys) => told.extend(keys.iter().map(|key| key.name.to_string())),
            ExportPart::RecoveryCodes(left) => told.extend(left.iter().map(|left| left.count.to_string())),
            _ => {}
        }
    }
    assert_eq!(told, ["phone", "laptop", "10"]);
}
