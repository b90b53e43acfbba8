//! The command line of `ironplate user`.

use clap::{
    Args, Subcommand, ValueEnum,
    builder::{PossibleValuesParser, TypedValueParser},
};
use ironplate_application::ports::UserState;
use ironplate_domain::{Email, FullName};

use super::Person;

#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// List accounts, newest first.
    List(ListUsers),
    /// Show one account.
    Show(ShowUser),
    /// Make an account, whose owner sets a password by the link in their mail.
    Invite(InviteUser),
    /// Set a password, which ends all sessions of the account; its owner is told by mail.
    SetPassword(SetPassword),
    /// Let somebody log in again.
    Activate(Whose),
    /// Keep somebody out, and end their sessions.
    Deactivate(Whose),
    /// Make somebody a superuser.
    Promote(Whose),
    /// Make a superuser a user like others, and end their sessions.
    Demote(Whose),
    /// Vouch that the address of an account is its owner's own.
    Verify(Whose),
    /// End all sessions of an account.
    SignOut(Whose),
    /// Take passkeys, authenticator apps and recovery codes of somebody away, who lost them, and end their sessions; they are told by
    /// mail.
    ResetSecondFactor(Whose),
    /// Delete an account with all that is theirs; they are told by mail.
    Delete(DeleteUser),
}

/// Whose account it is.
#[derive(Debug, Args)]
pub(crate) struct Whose {
    /// The address of an account, or its id.
    #[arg(value_name = "PERSON")]
    pub(crate) person: Person,
}

#[derive(Debug, Args)]
pub(crate) struct ListUsers {
    /// Only those whose address or name contains this.
    #[arg(long, value_name = "TEXT")]
    pub(crate) search: Option<String>,

    /// Only those who can log in, are switched off, have no password yet, or whose address is not proved.
    #[arg(long, value_parser = states())]
    pub(crate) state: Option<UserState>,

    /// Only superusers.
    #[arg(long)]
    pub(crate) superusers: bool,

    /// At most so many.
    #[arg(long, value_name = "NUMBER", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) limit: u32,

    /// A table, or a JSON array.
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct ShowUser {
    #[command(flatten)]
    pub(crate) whose: Whose,

    /// A line a fact, or a JSON object.
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct InviteUser {
    /// The address that the invitation is mailed to.
    #[arg(value_name = "ADDRESS")]
    pub(crate) email: Email,

    /// How they are called.
    #[arg(long, value_name = "NAME", value_parser = full_name)]
    pub(crate) name: Option<FullName>,

    /// They shall be a superuser.
    #[arg(long)]
    pub(crate) superuser: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SetPassword {
    #[command(flatten)]
    pub(crate) whose: Whose,

    /// Read the password from standard input instead of asking for it.
    #[arg(long)]
    pub(crate) password_stdin: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DeleteUser {
    #[command(flatten)]
    pub(crate) whose: Whose,

    /// Delete the organisations that nobody else owns, too; without, they keep the account.
    #[arg(long)]
    pub(crate) with_organizations: bool,

    /// Do not ask whether it is meant.
    #[arg(long)]
    pub(crate) yes: bool,
}

/// How an answer is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

const STATES: [(&str, UserState); 4] = [
    ("active", UserState::Active),
    ("inactive", UserState::Inactive),
    ("invited", UserState::Invited),
    ("unverified", UserState::Unverified),
];

fn states() -> impl TypedValueParser<Value = UserState> {
    PossibleValuesParser::new(STATES.map(|(name, _)| name)).try_map(|name| {
        STATES.iter().find(|(known, _)| *known == name).map(|(_, state)| *state).ok_or("there is no such state")
    })
}

fn full_name(text: &str) -> Result<FullName, String> {
    FullName::parse(text).map_err(|error| error.to_string())
}
