//! The dashboard over a world of fakes, as browsers ask for it.

#[cfg(test)]
mod admin;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod entry;
#[cfg(test)]
mod guarding;
#[cfg(test)]
mod items;
#[cfg(test)]
mod resources;
#[cfg(test)]
mod settings;
mod two_tabs;
