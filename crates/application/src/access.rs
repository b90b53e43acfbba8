//! Access control: who may do something, and still may when it takes effect.

use ironplate_domain::{
    Action, Actor, AuditDetail, AuditEvent, AuditKind, Client, Owner, Resource, SessionKind, User, can,
};

use crate::{
    audit::REFUSALS,
    core::Core,
    fault::{Class, Fault, Kind, faults},
    ports::{Beside, Repositories, StoreError, StoreResult, UnitOfWork},
};

/// This actor may not do this. Only [`Core::refuse`] makes one, so whoever has it knows that the denial is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{lack}")]
pub struct Denied {
    lack: Lack,
}

/// What the actor lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
enum Lack {
    #[error("The user doesn't have enough privileges")]
    Privileges,
    #[error("This organisation asks its members for a second factor, such as an authenticator app. Set one up first")]
    SecondFactor,
}

impl Denied {
    /// As a resource tells it that has words of its own for rights that are lacking.
    #[must_use]
    pub fn in_words(&self, of_rights: &str) -> String {
        match self.lack {
            Lack::Privileges => of_rights.to_owned(),
            Lack::SecondFactor => self.to_string(),
        }
    }

    /// The same with a code of its own.
    #[must_use]
    pub fn coded(&self, of_rights: &'static str) -> Class {
        match self.lack {
            Lack::Privileges => Kind::Denied(*self).coded(of_rights),
            Lack::SecondFactor => self.class(),
        }
    }
}

impl Fault for Denied {
    fn class(&self) -> Class {
        Kind::Denied(*self).coded(match self.lack {
            Lack::Privileges => "not_enough_privileges",
            Lack::SecondFactor => "organization_requires_second_factor",
        })
    }
}

/// Nobody whom this organisation knows. Only [`Core::permit_in`] makes one, so whoever has it knows that it is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("Organisation not found")]
#[non_exhaustive]
pub struct Stranger;

impl Fault for Stranger {
    fn class(&self) -> Class {
        Kind::NotFound.coded("organization_not_found")
    }
}

/// Why somebody may not do something in an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refused {
    /// They are no member: they are told what is told about an organisation that does not exist.
    #[error(transparent)]
    Stranger(#[from] Stranger),
    /// They are a member, but not of the role for this.
    #[error(transparent)]
    Denied(#[from] Denied),
}

impl Fault for Refused {
    fn class(&self) -> Class {
        match self {
            Self::Stranger(stranger) => stranger.class(),
            Self::Denied(denied) => denied.class(),
        }
    }
}

/// Why something does not begin that only a recent proof of who one is admits.
#[derive(Debug, thiserror::Error)]
pub enum Unproved {
    /// The session was ended meanwhile.
    #[error("Could not validate credentials")]
    SessionOver,
    /// The proof is too old.
    #[error(
        "Too much time has passed since you proved who you are. Log in again, or confirm that it is you (`POST /session/confirm`), \
         and then repeat this"
    )]
    NotRecent,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { Unproved:
    SessionOver => Kind::Unauthenticated.coded("invalid_token"),
    NotRecent => Kind::Forbidden.coded("recent_authentication_required"),
    Store(error) => error.class(),
}

/// Whose proof has to be recent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Everybody's.
    Everybody,
    /// Of whoever shows a cookie, as people do on pages; and of tokens if [the policy says so](crate::Policy::ask_again): clients
    /// that were written for the contract don't know how to go on.
    ByPolicy,
}

impl Core {
    /// Asks the access rules, and records a refusal.
    ///
    /// # Errors
    /// [`Denied`]: the actor may not do this.
    pub async fn permit(
        &self,
        actor: Actor,
        action: Action,
        resource: Resource,
        client: &Client,
    ) -> Result<(), Denied> {
        if can(actor, action, resource) {
            return Ok(());
        }
        Err(self.refuse(actor, action.name(), resource.name(), resource.owner(), client).await)
    }

    /// The same for what an organisation has. Nothing is read of it, so that a stranger's answer is the same whether it exists or
    /// not.
    ///
    /// # Errors
    /// See [`Refused`].
    pub async fn permit_in(
        &self,
        actor: Actor,
        action: Action,
        resource: Resource,
        client: &Client,
    ) -> Result<(), Refused> {
        if can(actor, action, resource) {
            return Ok(());
        }
        Err(self.refuse_in(actor, action, resource, client).await)
    }

    /// Records that this actor may not do this in an organisation, and says what they are told.
    pub(crate) async fn refuse_in(&self, actor: Actor, action: Action, resource: Resource, client: &Client) -> Refused {
        let denied = self.refuse(actor, action.name(), resource.name(), resource.owner(), client).await;
        let is_member = resource.organization().is_some_and(|organization| actor.role_in(organization).is_some());
        if is_member { denied.into() } else { Stranger.into() }
    }

    /// Records that this actor may not do this. For inbound adapters that have to refuse before a use case is run: the JSON API
    /// answers 403 before it reads the fields.
    pub async fn refuse(
        &self,
        actor: Actor,
        action: &str,
        resource: &str,
        owner: Option<Owner>,
        client: &Client,
    ) -> Denied {
        let is_barred =
            owner.and_then(Owner::organization).is_some_and(|organization| actor.is_barred_from(organization));
        let denied = Denied { lack: if is_barred { Lack::SecondFactor } else { Lack::Privileges } };
        let recorder = &self.recorder;
        if let Some(passed_over) = recorder.may_record("recorded_refusals", &actor.user.to_string(), REFUSALS).await {
            let event = recorder.event(AuditKind::PermissionRefused, client).by(actor.user).failed(denied.class().code);
            let event = event.saying(AuditDetail::Action, action).saying(AuditDetail::Resource, resource);
            recorder
                .record_alone(AuditEvent {
                    subject: owner.and_then(Owner::user),
                    organization: owner.and_then(Owner::organization),
                    ..passed_over.told_by(event)
                })
                .await;
        }
        denied
    }

    /// Opens a unit of work for what this actor may do. What they may for their rank alone is asked again inside of it,
    /// whatever was asked before a password was hashed or a lock was waited for; from there on, nobody can take the rank
    /// from them, or delete them, until the unit ends. A refusal is recorded.
    pub(crate) async fn begin<E: From<Denied> + From<StoreError>>(
        &self,
        actor: Actor,
        action: Action,
        resource: Resource,
        client: &Client,
    ) -> Result<Box<dyn UnitOfWork>, E> {
        self.permit(actor, action, resource, client).await?;
        let mut work = self.store.begin().await?;
        if actor.administers(action, resource) && !self.is_still_superuser(&mut *work, actor).await? {
            drop(work);
            return Err(self.refuse(actor, action.name(), resource.name(), resource.owner(), client).await.into());
        }
        Ok(work)
    }

    /// The same, if somebody acts; whoever has the command line (`None`) is asked no permission.
    pub(crate) async fn begin_for<E: From<Denied> + From<StoreError>>(
        &self,
        actor: Option<Actor>,
        action: Action,
        resource: Resource,
        client: &Client,
    ) -> Result<Box<dyn UnitOfWork>, E> {
        match actor {
            Some(actor) => self.begin(actor, action, resource, client).await,
            None => Ok(self.store.begin().await?),
        }
    }

    /// Opens a unit of work for what this actor does to their own account, and only if they proved lately who they are. They are
    /// locked, so nobody ends their session or deletes them until it ends.
    pub(crate) async fn begin_proved(&self, actor: Actor) -> Result<(Box<dyn UnitOfWork>, User), Unproved> {
        let mut work = self.store.begin().await?;
        let user = work.users().lock(actor.user).await?.filter(|_| actor.session.is_some());
        let user = user.ok_or(Unproved::SessionOver)?;
        self.check_proved(&mut *work, actor, Asked::Everybody).await?;
        Ok((work, user))
    }

    /// Whether the session lives by which the actor acts, and whether they proved lately who they are, if they are asked. Whoever
    /// acts by none is recognised by other means, which then have to be enough.
    pub(crate) async fn check_proved(
        &self,
        store: &mut (dyn Repositories + '_),
        actor: Actor,
        asked: Asked,
    ) -> Result<(), Unproved> {
        let Some(session) = actor.session else { return Ok(()) };
        let holder = store.sessions().find_holder(actor.user, session, Beside::NOTHING).await?;
        let (now, recent) = (self.clock.now(), self.policy.sessions.recent);
        let session = holder.and_then(|holder| holder.session).filter(|session| session.is_live(now));
        let session = session.ok_or(Unproved::SessionOver)?;
        let is_asked = asked == Asked::Everybody || session.kind == SessionKind::Cookie || self.policy.ask_again;
        if is_asked && !session.is_proved_within(recent, now) { Err(Unproved::NotRecent) } else { Ok(()) }
    }

    /// All superusers are locked at once and in order, before anybody else: two who act on one another can't wait for one
    /// another.
    pub(crate) async fn is_still_superuser(&self, work: &mut dyn UnitOfWork, actor: Actor) -> StoreResult<bool> {
        let superusers = work.users().lock_active_superusers().await?;
        Ok(superusers.contains(&actor.user) && self.is_still_there(work, actor).await?)
    }

    /// Whether the session lives by which the actor acts. A new password, a deactivation, a demotion and a deletion end it,
    /// so under the lock of the user the answer holds until the unit of work ends.
    pub(crate) async fn is_still_there(&self, work: &mut dyn UnitOfWork, actor: Actor) -> StoreResult<bool> {
        let Some(session) = actor.session else { return Ok(true) };
        let session =
            work.sessions().find_holder(actor.user, session, Beside::NOTHING).await?.and_then(|holder| holder.session);
        Ok(session.is_some_and(|session| session.is_live(self.clock.now())))
    }
}
