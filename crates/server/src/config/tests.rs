mod mail;
mod passkeys;
mod traces;
mod variables;
mod warnings;

use ironplate_application::limits::Limit;
use secrecy::ExposeSecret;

use super::*;

const GOOD_KEY: &str = "hK3v9Qm2Zt7Xw4Lp8Rn1Yb6Dc5Fg0Js-A_e";

fn load(variables: &[(&str, &str)]) -> Result<Config, Faults> {
    from_variables(variables)
}

fn load_with(variables: &[(&str, &str)], overrides: &Overrides) -> Result<Config, Faults> {
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    from_parts(&variables, overrides, Purpose::Other)
}

fn faults(variables: &[(&str, &str)]) -> String {
    match load(variables) {
        Ok(_) => panic!("{variables:?} is a good configuration"),
        Err(faults) => faults.to_string(),
    }
}

/// Complete, with mail switched off.
fn production(more: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let variables = [("ENVIRONMENT", "production"), ("SECRET_KEY", GOOD_KEY), ("IRONPLATE__MAIL__TRANSPORT", "off")];
    [&variables, more].concat()
}

#[test]
fn nothing_need_be_set_in_development() {
    let config = load(&[]).ok().unwrap();
    assert_eq!(config.environment, Environment::Development);
    assert_eq!(config.http.address.to_string(), "127.0.0.1:8000");
    assert_eq!(config.database.url.to_string(), "sqlite:var/ironplate.db");
    assert_eq!(config.superuser.unwrap().email.to_string(), "admin@example.com");
    assert_eq!(config.password_hashing, PasswordHashing::default());
}

#[test]
fn whoever_takes_the_libraries_alone_has_the_same_defaults() {
    let policy = load(&[]).ok().unwrap().policy();
    // Which pages a web client has is no matter of a program without one.
    assert_eq!(Policy { links: Links::default(), ..policy }, Policy::default());
}

#[test]
fn every_environment_is_complete_and_known_by_both_names() {
    for (name, environment) in [
        ("development", Environment::Development),
        ("local", Environment::Development),
        ("test", Environment::Test),
        ("production", Environment::Production),
        ("staging", Environment::Production),
    ] {
        let config = load(&production(&[("ENVIRONMENT", name)])).ok().unwrap();
        assert_eq!(config.environment, environment, "{name}");
    }
}

#[test]
fn variables_override_files_and_flags_override_variables() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "[project]\nname = \"From a file\"\n[http]\naddress = \"127.0.0.1:1\"\n").unwrap();
    let overrides = Overrides {
        config: Some(file.path().to_owned()),
        database_url: Some("sqlite:flag.db".to_owned()),
        ..Overrides::default()
    };
    let variables = [("IRONPLATE__HTTP__ADDRESS", "127.0.0.1:2"), ("DATABASE_URL", "sqlite:variable.db")];
    let config = load_with(&variables, &overrides).ok().unwrap();
    assert_eq!(config.project.name, "From a file");
    assert_eq!(config.http.address.port(), 2);
    assert_eq!(config.database.url.to_string(), "sqlite:flag.db");
}

#[test]
fn a_full_name_wins_over_a_short_one() {
    let names = [("IRONPLATE__PROJECT__NAME", "Full"), ("PROJECT_NAME", "Short")];
    assert_eq!(load(&names).ok().unwrap().project.name, "Full");
    let urls = [("IRONPLATE__DATABASE__URL", "sqlite:full.db"), ("DATABASE_URL", "sqlite:short.db")];
    assert_eq!(load(&urls).ok().unwrap().database.url.to_string(), "sqlite:full.db");
}

#[test]
fn an_empty_variable_counts_as_unset() {
    let config = load(&[("PROJECT_NAME", ""), ("SECRET_KEY", ""), ("IRONPLATE__HTTP__ADDRESS", "")]).ok().unwrap();
    assert_eq!(config.project.name, "Ironplate");
    assert!(config.security.secret_key.is_none());
}

#[test]
fn a_product_has_a_name() {
    let told = faults(&[("PROJECT_NAME", "  ")]);
    assert!(told.starts_with("The configuration has a fault:") && told.contains("PROJECT_NAME"), "{told}");
}

#[test]
fn the_front_end_is_an_origin_and_nothing_else() {
    for host in
        ["https://a.example:99999", "https://...", "https://[[:", "https://a.example/app", "https://x@a.example"]
    {
        let told = faults(&[("FRONTEND_HOST", host)]);
        assert!(told.contains("FRONTEND_HOST") && told.contains("is no origin"), "{host}: {told}");
        assert!(faults(&[("BACKEND_CORS_ORIGINS", host)]).contains("BACKEND_CORS_ORIGINS"), "{host}");
    }
}

#[test]
fn lists_are_separated_by_commas_or_written_as_json() {
    for origins in ["https://a.example, https://b.example/", r#"["https://a.example","https://B.example"]"#] {
        let config = load(&[("BACKEND_CORS_ORIGINS", origins)]).ok().unwrap();
        assert_eq!(config.http.cors_origins, ["https://a.example", "https://b.example"], "{origins}");
    }
    let keys = format!("{GOOD_KEY},{GOOD_KEY}x");
    let config = load(&[("PREVIOUS_SECRET_KEYS", &keys)]).ok().unwrap();
    assert_eq!(config.security.previous_secret_keys[1].expose_secret(), format!("{GOOD_KEY}x"));
}

#[test]
fn all_faults_are_told_at_once_each_with_its_name_and_fix() {
    let told = faults(&[
        ("ENVIRONMENT", "production"),
        ("SECRET_KEY", "changethis"),
        ("FIRST_SUPERUSER", "nobody"),
        ("FIRST_SUPERUSER_PASSWORD", "changethis"),
        ("DATABASE_URL", "mysql://x"),
        ("FRONTEND_HOST", "app.example.com"),
        ("BACKEND_CORS_ORIGINS", "*"),
        ("ACCESS_TOKEN_EXPIRE_MINUTES", "soon"),
        ("IRONPLATE__HTTP__ADDRESS", "8000"),
        ("IRONPLATE__HTTP__ADRESS", "127.0.0.1:8000"),
        ("IRONPLATE__LOG__FORMAT", "xml"),
        ("RUST_LOG", "a=b=c"),
        ("IRONPLATE__PASSWORD_HASHING__MEMORY_KIB", "1"),
        ("IRONPLATE__REGISTRATION__MODE", "shut"),
        ("EMAIL_RESET_TOKEN_EXPIRE_HOURS", "0"),
        ("EMAILS_FROM_EMAIL", "nobody"),
        ("IRONPLATE__OUTBOX__CONCURRENCY", "0"),
    ]);
    for name in [
        "SECRET_KEY",
        "FIRST_SUPERUSER (",
        "FIRST_SUPERUSER_PASSWORD (",
        "DATABASE_URL",
        "FRONTEND_HOST",
        "BACKEND_CORS_ORIGINS",
        "ACCESS_TOKEN_EXPIRE_MINUTES",
        "IRONPLATE__HTTP__ADDRESS",
        "IRONPLATE__HTTP__ADRESS",
        "IRONPLATE__LOG__FORMAT",
        "RUST_LOG",
        "IRONPLATE__PASSWORD_HASHING__MEMORY_KIB",
        "IRONPLATE__REGISTRATION__MODE",
        "EMAIL_RESET_TOKEN_EXPIRE_HOURS",
        "SMTP_HOST",
        "EMAILS_FROM_EMAIL",
        "IRONPLATE__OUTBOX__CONCURRENCY",
    ] {
        assert!(told.contains(&format!("\n  {name}")), "{name} is missing in: {told}");
    }
    assert!(told.starts_with("The configuration has 17 faults:"), "{told}");
    assert_eq!(told.matches("fix: ").count(), 17);
}

#[test]
fn numbers_that_could_never_work_are_refused() {
    for (name, value) in [
        ("ACCESS_TOKEN_EXPIRE_MINUTES", "0"),
        ("ACCESS_TOKEN_EXPIRE_MINUTES", "99999999999999"),
        ("IRONPLATE__DATABASE__CONNECTIONS", "0"),
        ("IRONPLATE__DATABASE__ACQUIRE_TIMEOUT", "0"),
        ("IRONPLATE__PASSWORD_HASHING__PARALLELISM", "4294967295"),
        ("IRONPLATE__PASSWORD_HASHING__ITERATIONS", "0"),
        ("EMAIL_RESET_TOKEN_EXPIRE_HOURS", "0"),
        ("IRONPLATE__ACCOUNTS__SET_PASSWORD_HOURS", "1000000"),
        ("SMTP_PORT", "0"),
        ("SMTP_PORT", "70000"),
        ("IRONPLATE__MAIL__TIMEOUT_SECONDS", "0"),
        ("IRONPLATE__MAIL__CONNECTIONS", "0"),
        ("IRONPLATE__OUTBOX__CONCURRENCY", "0"),
        ("IRONPLATE__OUTBOX__MAX_ATTEMPTS", "0"),
        ("IRONPLATE__OUTBOX__FIRST_RETRY_SECONDS", "0"),
        ("IRONPLATE__OUTBOX__KEEP_DEAD_HOURS", "0"),
    ] {
        assert!(faults(&[(name, value)]).starts_with("The configuration has a fault:"), "{name}={value}");
    }
}

#[test]
fn production_demands_a_key_that_is_one() {
    for (key, problem) in [
        ("", "is missing"),
        ("hK3v9Qm2Zt7Xw4Lp8Rn1Yb6Dc5Fg0Js", "shorter than 32 bytes"),
        ("please-changethis-before-you-go-live-hK3v9Qm2Zt7X", "sample"),
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "repeats too few characters"),
    ] {
        let told = faults(&[("ENVIRONMENT", "production"), ("SECRET_KEY", key)]);
        assert!(told.contains("SECRET_KEY") && told.contains(problem), "{key}: {told}");
    }
}

#[test]
fn a_key_in_use_is_no_previous_one() {
    let told = faults(&[("SECRET_KEY", GOOD_KEY), ("PREVIOUS_SECRET_KEYS", GOOD_KEY)]);
    assert!(told.contains("PREVIOUS_SECRET_KEYS") && told.contains("has the key in it that is in use"), "{told}");
    assert!(!told.contains(GOOD_KEY), "{told}");
}

#[test]
fn what_is_no_number_and_no_address_is_told_in_plain_words() {
    for (name, value, problem) in [
        ("SMTP_PORT", "x", "is no whole number"),
        ("SMTP_PORT", "-1", "is no whole number"),
        ("SMTP_PORT", "99999999999999999999999", "is more than can work"),
        ("IRONPLATE__SESSIONS__RECENT_MINUTES", "1.5", "is no whole number"),
        ("IRONPLATE__HTTP__ADDRESS", "localhost", "is no address with a port"),
    ] {
        let told = faults(&[(name, value)]);
        assert!(told.contains(name) && told.contains(problem), "{name}={value}: {told}");
    }
}

#[test]
fn production_demands_a_superuser_password_that_is_none_of_the_known() {
    for (password, problem) in
        [("", "is missing"), ("changethis", "sample"), ("password", "sample"), ("short", "8 characters")]
    {
        let variables = [("FIRST_SUPERUSER", "ann@example.com"), ("FIRST_SUPERUSER_PASSWORD", password)];
        let told = faults(&[&production(&[])[..], &variables].concat());
        assert!(told.contains("FIRST_SUPERUSER_PASSWORD") && told.contains(problem), "{password}: {told}");
    }
    assert!(load(&production(&[])).is_ok(), "a superuser may be made by command instead");
}

#[test]
fn production_refuses_a_sample_password_of_the_database() {
    let told = faults(&production(&[("DATABASE_URL", "postgres://app:changethis@db.example.com/app")]));
    assert!(told.contains("DATABASE_URL") && told.contains("sample"), "{told}");
    assert!(load(&production(&[("DATABASE_URL", "postgres://app:Wj3k9s@db.example.com/app")])).is_ok());
}

#[test]
fn a_slip_in_the_environment_loosens_nothing() {
    let told = faults(&[("ENVIRONMENT", "prodution")]);
    assert!(told.contains("\"prodution\" is no environment") && told.contains("SECRET_KEY"), "{told}");
}

#[test]
fn faults_do_not_tell_secrets() {
    let told = faults(&production(&[
        ("SECRET_KEY", "hunter2-changethis"),
        ("FIRST_SUPERUSER", "ann@example.com"),
        ("FIRST_SUPERUSER_PASSWORD", "hunter2"),
        ("DATABASE_URL", "postgres://app:hunter2@:bad:/"),
        ("PREVIOUS_SECRET_KEYS", "hunter2"),
        ("SMTP_PASSWORD", "hunter2"),
    ]));
    assert!(!told.contains("hunter2"), "{told}");
}

#[test]
fn a_broken_file_is_told_with_the_rest() {
    let overrides = Overrides { config: Some("not-there.toml".into()), ..Overrides::default() };
    let told = load_with(&[("IRONPLATE__LOG__FORMAT", "xml")], &overrides).err().unwrap().to_string();
    assert!(told.contains("not-there.toml") && told.contains("IRONPLATE__LOG__FORMAT"), "{told}");
}

/// What it would have said is missed, and is no fault of its own.
#[test]
fn a_broken_file_is_one_fault() {
    let broken = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(broken.path(), "[security\n").unwrap();
    for file in [Path::new("not-there.toml"), broken.path()] {
        let overrides = Overrides { config: Some(file.to_owned()), ..Overrides::default() };
        let told = load_with(&[("ENVIRONMENT", "production")], &overrides).err().unwrap().to_string();
        assert!(told.starts_with("The configuration has a fault:") && told.contains(file.to_str().unwrap()), "{told}");
    }
    let told = faults(&production(&[("SECRET_KEY", ""), ("SECRET_KEY_FILE", "/not/there")]));
    assert!(told.starts_with("The configuration has a fault:") && told.contains("SECRET_KEY_FILE"), "{told}");
}

#[test]
fn limits_are_changed_and_switched_off_by_name() {
    let config = load(&[]).ok().unwrap();
    assert_eq!(config.limits.shared.0.len(), Limit::ALL.len(), "all are on by default");
    let refresh = config.limits.shared.0.get(&Limit::RefreshPerAddress).unwrap();
    assert_eq!((refresh.permits, refresh.period), (600, Duration::from_mins(10)));

    let variables =
        [("IRONPLATE__LIMITS__LOG_IN_PER_ADDRESS", "3 per day"), ("IRONPLATE__LIMITS__SIGN_UP_PER_ADDRESS", "off")];
    let limits = load(&variables).ok().unwrap().limits.shared.0;
    assert_eq!(limits.get(&Limit::LogInPerAddress).unwrap().permits, 3);
    assert!(!limits.contains_key(&Limit::SignUpPerAddress));
    let told = faults(&[("IRONPLATE__LIMITS__RESET_PER_ADDRESS", "5 a day"), ("IRONPLATE__LIMITS__NOTHING", "off")]);
    assert!(
        told.contains("IRONPLATE__LIMITS__RESET_PER_ADDRESS") && told.contains("\"5 a day\" is no limit"),
        "{told}"
    );
    assert!(told.contains("IRONPLATE__LIMITS__NOTHING") && told.contains("there is no such setting"), "{told}");
}

#[test]
fn sessions_passwords_and_the_audit_log_are_told_their_bounds() {
    let told = faults(&[
        ("IRONPLATE__SESSIONS__IDLE_HOURS", "0"),
        ("IRONPLATE__SESSIONS__MOST_PER_USER", "0"),
        ("IRONPLATE__PASSWORDS__MINIMUM_SCORE", "5"),
        ("IRONPLATE__AUDIT__KEEP_DAYS", "-1"),
    ]);
    for name in ["IDLE_HOURS", "MOST_PER_USER", "MINIMUM_SCORE", "KEEP_DAYS"] {
        assert!(told.contains(name), "{told}");
    }
    assert_eq!(load(&[("IRONPLATE__AUDIT__KEEP_DAYS", "0")]).ok().unwrap().keep_audit, None);
}

#[test]
fn what_the_api_can_do_is_shown_in_production_only_if_somebody_said_so() {
    let docs = |variables: &[(&str, &str)]| load(variables).ok().unwrap().http.docs;
    assert_eq!(docs(&[]), Docs::Shown);
    assert_eq!(docs(&production(&[])), Docs::Hidden);
    assert_eq!(docs(&production(&[("IRONPLATE__HTTP__DOCS", "true")])), Docs::Shown);
    assert_eq!(docs(&[("IRONPLATE__HTTP__DOCS", "false")]), Docs::Hidden);
}

#[test]
fn bodies_have_room_for_at_least_some() {
    assert_eq!(load(&[("IRONPLATE__HTTP__BODY_MEMORY", "2")]).ok().unwrap().http.body_memory, 2 * 1024 * 1024);
    for nonsense in ["0", "65537", "8 MiB", "-1"] {
        assert!(
            faults(&[("IRONPLATE__HTTP__BODY_MEMORY", nonsense)]).contains("IRONPLATE__HTTP__BODY_MEMORY"),
            "{nonsense}"
        );
    }
}

#[test]
fn apps_may_call_but_people_are_not_sent_to_one() {
    let config = load(&[("BACKEND_CORS_ORIGINS", "capacitor://localhost,https://app.example.com")]).ok().unwrap();
    assert_eq!(config.http.cors_origins, ["capacitor://localhost", "https://app.example.com"]);
    assert!(faults(&[("FRONTEND_HOST", "capacitor://localhost")]).contains("FRONTEND_HOST"));
    assert!(faults(&[("BACKEND_CORS_ORIGINS", "file://localhost")]).contains("BACKEND_CORS_ORIGINS"));
}
