//! Create «a» «words».

use «product»_domain::{«imports.create»};

use super::«Types»;
use crate::{
    fault::{[% if by_users or conflicts or refers %]Kind, [% endif %]faults},
    [%- if by_organizations %]
    organizations::{OrganizationError, acting_on},
    [%- endif %]
    [%- if most %]
    policy::Policy,
    [%- endif %]
    ports::{[% if maps %]Constraint, [% endif %]StoreError, UnitOfWork},
    [%- if most and by_users %]
    room::[% if refers %]is_near[% else %]{far_from, is_near}[% endif %],
    [%- endif %]
};

/// The «words» to make.
#[derive(Debug)]
pub struct Create«Type» {
    [%- for f in sent %]
    /// «f.doc»
    pub «f.name»: «f.rust»,
    [%- endfor %]
}

/// Why there is no «words».
#[derive(Debug, thiserror::Error)]
pub enum Create«Type»Error {
    [%- if by_users %]
    /// The actor was deleted meanwhile.
    #[error("User not found")]
    OwnerGone,
    [%- endif %]
    [%- if most and by_users %]
    /// The actor has as many as a user may have.
    #[error("You have {0} «plural», and may not have more. Delete some first")]
    TooMany(u32),
    [%- endif %]
    [%- if most and by_organizations %]
    /// The organisation has as many as it may have.
    #[error("The organisation has {0} «plural», and may not have more. Delete some first")]
    OrganizationFull(u32),
    [%- endif %]
    [%- if unique %]
    /// Another one of the owner has this «title.words», in any spelling.
    #[error("There is «a» «words» of this «title.words» already")]
    «title.Name»Taken,
    [%- endif %]
    [%- for f in references %]
    /// The owner has no such «f.target.words».
    #[error("«f.target.Words» not found")]
    «f.Name»NotFound,
    [%- endfor %]
    [%- if by_organizations %]
    /// The actor is none of the organisation's members, or not of the role for this; or there is no such organisation.
    #[error(transparent)]
    Organization(#[from] OrganizationError),
    [%- endif %]
    /// Storage failed.
    #[error(transparent)]
    Store([% if not maps %]#[from] [% endif %]StoreError),
}
[% if maps %]
impl From<StoreError> for Create«Type»Error {
    fn from(error: StoreError) -> Self {
        match error {
            [%- if by_users %]
            StoreError::Conflict(Constraint::«Type»Owner) => Self::OwnerGone,
            [%- endif %]
            [%- if unique %]
            StoreError::Conflict(Constraint::«title.type») => Self::«title.Name»Taken,
            [%- endif %]
            [%- for f in references %]
            StoreError::Conflict(Constraint::«f.target.missing») => Self::«f.Name»NotFound,
            [%- endfor %]
            error => Self::Store(error),
        }
    }
}
[% endif %]
faults! { Create«Type»Error:
    [%- if by_users %]
    OwnerGone => Kind::NotFound.coded("user_not_found"),
    [%- endif %]
    [%- if most and by_users %]
    TooMany(_) => Kind::Conflict.coded("too_many_«nouns»").about_no_field(),
    [%- endif %]
    [%- if most and by_organizations %]
    OrganizationFull(_) => Kind::Conflict.coded("too_many_«nouns»").about_no_field(),
    [%- endif %]
    [%- if unique %]
    «title.Name»Taken => Kind::Conflict.coded("«noun»_«title.name»_taken").about(&["«title.name»"]),
    [%- endif %]
    [%- for f in references %]
    «f.Name»NotFound => Kind::InvalidField("«f.name»").coded("«f.target.noun»_not_found").about(&["«f.name»"]),
    [%- endfor %]
    [%- if by_organizations %]
    Organization(error) => error.class(),
    [%- endif %]
    Store(error) => error.class(),
}

impl «Types» {
    [%- if by_users %]
    /// Creates «a» «words» that the actor owns.
    ///
    /// # Errors
    [%- if most %]
    /// See [`Create«Type»Error`]. Near the most that they may have, those of one owner wait for one another.
    [%- else %]
    /// See [`Create«Type»Error`].
    [%- endif %]
    pub async fn create(&self, actor: Actor, command: Create«Type») -> Result<«Type», Create«Type»Error> {
        [%- if most and not refers %]
        let «noun» = self.made(actor.user.into(), command);
        let few = far_from(self.core.policy.most_«nouns»);
        if few > 0 {
            let mut work = self.core.store.begin_single().await?;
            if work.«nouns»().insert_below(&«noun», few).await? {
                work.commit().await?;
                return Ok(«noun»);
            }
        }
        self.insert(self.core.store.begin().await?, «noun»).await
        [%- else %]
        self.insert(self.core.store.begin().await?, self.made(actor.user.into(), command)).await
        [%- endif %]
    }
    [%- endif %]
    [%- if by_either %]
[% endif %]
    [%- if by_organizations %]
    /// Creates «a» «words» that an organisation owns. The organisation need not be at hand.
    ///
    /// # Errors
    [%- if by_either %]
    /// The same.
    [%- else %]
    /// See [`Create«Type»Error`].
    [%- endif %]
    pub async fn create_in(
        &self,
        actor: Actor,
        organization: OrganizationId,
        command: Create«Type»,
        client: &Client,
    ) -> Result<«Type», Create«Type»Error> {
        let owner = Owner::from(organization);
        let actor = acting_on(&mut *self.core.store.read().await?, actor, owner).await?;
        let resource = Resource::«Types»Of(owner);
        let locked = self.core.lock_organization(actor, Action::Create, resource, None, client).await?;
        self.insert(locked.work, self.made(owner, command)).await
    }
    [%- endif %]

    fn made(&self, owner: Owner, command: Create«Type») -> «Type» {
        let Create«Type» { [% for f in sent %]«f.name», [% endfor %] } = command;
        [%- if sent_later %]
        let «noun» = «Type»::new(«Type»Id(self.core.secrets.id()), owner, [% for f in args %]«f.name», [% endfor %]self.core.clock.now());
        «Type» { [% for f in sent_later %]«f.name», [% endfor %]..«noun» }
        [%- else %]
        «Type»::new(«Type»Id(self.core.secrets.id()), owner, [% for f in args %]«f.name», [% endfor %]self.core.clock.now())
        [%- endif %]
    }
[% if most and by_organizations %]
    /// An organisation is locked.
[%- endif %]
    async fn insert(&self, mut work: Box<dyn UnitOfWork>, «noun»: «Type») -> Result<«Type», Create«Type»Error> {
        [%- if most %]
        check_room(&mut *work, «noun».owner, &self.core.policy).await?;
        [%- endif %]
        work.«nouns»().insert(&«noun»).await?;
        work.commit().await?;
        Ok(«noun»)
    }
}
[% if most %]
[%- if by_either %]
/// There may be one more of this owner. An organisation is locked; a user is where it is close.
[%- elif by_users %]
/// There may be one more of this owner, who is locked where it is close.
[%- else %]
/// There may be one more of this organisation, which is locked.
[%- endif %]
pub(super) async fn check_room(work: &mut dyn UnitOfWork, owner: Owner, policy: &Policy) -> Result<(), Create«Type»Error> {
    [%- if by_either %]
    let most = match owner {
        Owner::User(_) => policy.most_«nouns»,
        Owner::Organization(_) => policy.most_«nouns»_of_organization,
    };
    [%- elif by_users %]
    let most = policy.most_«nouns»;
    [%- else %]
    let most = policy.most_«nouns»_of_organization;
    [%- endif %]
    let [% if by_users %]mut [% endif %]count = work.«nouns»().count_of(owner).await?;
    [%- if by_users %]
    if let Owner::User(user) = owner
        && is_near(count, most)
    {
        work.users().lock(user).await?.ok_or(Create«Type»Error::OwnerGone)?;
        count = work.«nouns»().count_of(owner).await?;
    }
    [%- endif %]
    if count < most.into() {
        return Ok(());
    }
    [%- if by_either %]
    Err(match owner {
        Owner::User(_) => Create«Type»Error::TooMany(most),
        Owner::Organization(_) => Create«Type»Error::OrganizationFull(most),
    })
    [%- else %]
    Err(Create«Type»Error::[% if by_users %]TooMany[% else %]OrganizationFull[% endif %](most))
    [%- endif %]
}
[%- endif %]
