//! What can be done, and is told to be unwise.

use super::*;

fn warnings(more: &[(&'static str, &'static str)]) -> Vec<String> {
    let database = [("DATABASE_URL", "postgres://app:Wj3k9s@localhost/app")];
    load(&production(&[&database, more].concat())).unwrap_or_else(|faults| panic!("{faults}")).warnings
}

#[test]
fn production_as_it_is_shipped_warns_of_nothing() {
    assert_eq!(warnings(&[]), Vec::<String>::new());
}

#[test]
fn production_without_a_database_says_which_file_it_uses() {
    let told = load(&production(&[])).ok().unwrap().warnings;
    let place = std::path::absolute("var/ironplate.db").unwrap();
    assert!(
        told.len() == 1 && told[0].contains("DATABASE_URL") && told[0].contains(place.to_str().unwrap()),
        "{told:?}"
    );
    assert_eq!(load(&production(&[("DATABASE_URL", "sqlite:x.db")])).ok().unwrap().warnings, Vec::<String>::new());
}

#[test]
fn what_is_absurd_in_production_is_told_by_its_name() {
    for (name, value) in [
        ("IRONPLATE__PASSWORD_HASHING__MEMORY_KIB", "1024"),
        ("IRONPLATE__HTTP__TRUSTED_PROXIES", "0.0.0.0/0"),
        ("IRONPLATE__HTTP__TRUSTED_PROXIES", "10.0.0.0/8,::/0"),
        ("IRONPLATE__HTTP__TRUSTED_PROXIES", "128.0.0.0/1"),
        ("BACKEND_CORS_ORIGINS", "http://app.example.com"),
        ("FRONTEND_HOST", "http://app.example.com"),
        ("IRONPLATE__METRICS__ADDRESS", "0.0.0.0:9100"),
        ("IRONPLATE__METRICS__ADDRESS", "[::]:9100"),
        ("ACCESS_TOKEN_EXPIRE_MINUTES", "525600"),
        ("IRONPLATE__SESSIONS__ABSOLUTE_HOURS", "20000"),
        ("EMAIL_RESET_TOKEN_EXPIRE_HOURS", "8000"),
        ("IRONPLATE__LIMITS__LOG_IN_PER_ACCOUNT", "off"),
        ("IRONPLATE__LIMITS__LOG_IN_PER_ADDRESS", "off"),
        ("IRONPLATE__LIMITS__MAIL_PER_RECIPIENT", "off"),
        ("IRONPLATE__PASSWORDS__MINIMUM_SCORE", "0"),
        ("IRONPLATE__WEB__ALLOW_PLAIN_HTTP", "true"),
        ("IRONPLATE__MAIL__ALLOW_PLAIN_TEXT", "true"),
    ] {
        let told = warnings(&[(name, value)]);
        assert!(told.len() == 1 && told[0].contains(name), "{name}={value}: {told:?}");
        assert!(load(&[(name, value)]).ok().unwrap().warnings.is_empty(), "elsewhere it is nobody's business: {name}");
    }
    for (memory, iterations) in [("47104", "1"), ("12288", "3"), ("7168", "5")] {
        let enough = [
            ("IRONPLATE__PASSWORD_HASHING__MEMORY_KIB", memory),
            ("IRONPLATE__PASSWORD_HASHING__ITERATIONS", iterations),
        ];
        assert_eq!(warnings(&enough), Vec::<String>::new(), "{memory} {iterations}");
    }
}
