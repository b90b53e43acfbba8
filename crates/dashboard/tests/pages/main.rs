//! The dashboard over a world of fakes, as browsers ask for it.

#[cfg(test)]
mod admin;
#[cfg(test)]
mod asking_again;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod enrolling;
#[cfg(test)]
mod entry;
#[cfg(test)]
mod guarding;
#[cfg(test)]
mod invitations;
#[cfg(test)]
mod inviting;
#[cfg(test)]
mod items;
#[cfg(test)]
mod members;
#[cfg(test)]
mod organization_log;
#[cfg(test)]
mod organizations;
#[cfg(test)]
mod owners;
#[cfg(test)]
mod passkeys;
#[cfg(test)]
mod resources;
#[cfg(test)]
mod security;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod switching;
#[cfg(test)]
mod two_tabs;
