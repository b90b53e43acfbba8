//! `ironplate create-superuser`.

use std::io::{IsTerminal, Write, stdin, stdout};

use ironplate_application::{
    NewPasswordError,
    users::{CreateUserError, EnsureSuperuser, Ensured},
};
use ironplate_domain::Email;

use super::{check_database, password, reach_database};
use crate::{cli::CreateSuperuser, config::Config, failure::Failure, operator, terminal::say, wiring::Wiring};

pub(super) async fn run(config: &Config, arguments: CreateSuperuser) -> Result<(), Failure> {
    reach_database(config).await?;
    let wiring = Wiring::new(config)?;
    check_database(config, &*wiring.ports.store).await?;
    let email = match arguments.email {
        Some(email) => email,
        None => ask_email()?,
    };
    let mut password = password::obtain(arguments.password_stdin)?;
    let users = wiring.application().users;
    loop {
        let command = EnsureSuperuser { email: email.clone(), password };
        return match users.ensure_superuser(command, &operator::of_this_machine()).await {
            Ok(Ensured::Created) => {
                say(format_args!("{email} is a superuser now."));
                Ok(())
            }
            Ok(Ensured::AlreadyThere) => Err(Failure(format!("{email} has an account already; nothing was changed."))),
            Err(CreateUserError::Password(NewPasswordError::Weak { weakness, .. })) if !arguments.password_stdin => {
                say(format_args!("Please choose another. {weakness}"));
                password = password::ask()?;
                continue;
            }
            Err(error) => Err(Failure::because("The superuser could not be made", &error)),
        };
    }
}

fn ask_email() -> Result<Email, Failure> {
    if !stdin().is_terminal() {
        return Err(Failure("Nobody is there to ask: give --email, and --password-stdin.".to_owned()));
    }
    loop {
        print!("Address: ");
        let mut line = String::new();
        stdout().flush().and_then(|()| stdin().read_line(&mut line)).map_err(|error| Failure(error.to_string()))?;
        if line.is_empty() {
            return Err(Failure("No address, no superuser.".to_owned()));
        }
        match Email::parse(line.trim()) {
            Ok(email) => return Ok(email),
            Err(error) => say(format_args!("That is no address: {error}")),
        }
    }
}
