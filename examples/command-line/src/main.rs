#![doc = include_str!("../README.md")]

mod no_mail;
mod wiring;

use std::{
    error::Error,
    fmt,
    fs::{self, OpenOptions},
    io::{self, IsTerminal, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use ironplate_application::{
    Application,
    accounts::{SignUp, SignedUp},
    items::{CreateItem, ItemOrder},
    ports::PageRequest,
    sessions::{Credential, HeldCookies, LogIn},
    with_causes,
};
use ironplate_domain::{Actor, Client, Email, ItemTitle, Password, PasswordAttempt, TokenSecret};

type Failure = Box<dyn Error>;

/// Keep a list of items for each account, in a SQLite file.
#[derive(Parser)]
#[command(name = "items")]
struct Arguments {
    /// Where the database and the session are kept.
    #[arg(long, default_value = "var/command-line")]
    folder: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make an account.
    SignUp { email: Email },
    /// Log in.
    LogIn { email: Email },
    /// Add an item.
    Add {
        #[arg(value_parser = |text: &str| ItemTitle::parse(text))]
        title: ItemTitle,
    },
    /// List the items, newest first.
    List,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "{}", with_causes(&*error));
            ExitCode::FAILURE
        }
    }
}

async fn run(Arguments { folder, command }: Arguments) -> Result<(), Failure> {
    let app = wiring::open(&folder).await?;
    let session = folder.join("session");
    let client = Client::default(); // no address: whoever is on this machine is not limited
    match command {
        Command::SignUp { email } => {
            let password = Password::parse(&read_password()?)?;
            match app.accounts.sign_up(SignUp { email, password, full_name: None }, &client).await? {
                SignedUp::Created(user) => say(format_args!("{} has an account.", user.email)),
                SignedUp::LinkOwed => Err("no mail is sent here".into()),
            }
        }
        Command::LogIn { email } => {
            let password = PasswordAttempt::new(&read_password()?);
            let opened = app
                .sessions
                .log_in_by_cookie(LogIn { email: Some(email), password }, &HeldCookies::default(), &client)
                .await?;
            save(&session, opened.secret.expose())?;
            say(format_args!("{} is logged in.", opened.user.email))
        }
        Command::Add { title } => {
            let actor = authenticate(&app, &session, &client).await?;
            let item = app.items.create(actor, CreateItem { title, description: None, due_on: None }).await?;
            say(format_args!("Added {}.", item.title))
        }
        Command::List => {
            let actor = authenticate(&app, &session, &client).await?;
            let page = PageRequest { order: ItemOrder::Newest, search: None, after: None, skip: 0, limit: 100 };
            let page = app.items.list(actor, page).await?;
            page.rows.iter().try_for_each(|item| say(format_args!("{}", item.title)))
        }
    }
}

/// Who is logged in, as the database knows them now.
async fn authenticate(app: &Application, session: &Path, client: &Client) -> Result<Actor, Failure> {
    let secret = fs::read_to_string(session).map_err(|_| "Nobody is logged in: items log-in EMAIL")?;
    let found = app.sessions.authenticate(&Credential::Cookies(vec![TokenSecret::new(&secret)]), None).await?;
    if found.is_worth_noting {
        app.sessions.note_use(&found, client).await?;
    }
    Ok(found.user.actor().by(found.session.id))
}

/// Asked for on a terminal, else a line of standard input.
fn read_password() -> io::Result<String> {
    if io::stdin().is_terminal() {
        return rpassword::prompt_password("Password: ");
    }
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// For its owner alone: whoever has the secret is logged in.
fn save(path: &Path, secret: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(secret.as_bytes())
}

fn say(text: fmt::Arguments<'_>) -> Result<(), Failure> {
    Ok(writeln!(io::stdout(), "{text}")?)
}
