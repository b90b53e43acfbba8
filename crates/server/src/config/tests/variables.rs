//! Variables as people really have them.

use std::io::Write;

use tempfile::NamedTempFile;

use super::*;

fn file(text: &str) -> (NamedTempFile, String) {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let path = file.path().to_str().unwrap().to_owned();
    (file, path)
}

const SECRETS: [(&str, &str, &str); 5] = [
    ("SECRET_KEY", "IRONPLATE__SECURITY__SECRET_KEY", GOOD_KEY),
    ("PREVIOUS_SECRET_KEYS", "IRONPLATE__SECURITY__PREVIOUS_SECRET_KEYS", "nZ4v9Qm2Zt7Xw4Lp8Rn1Yb6Dc5Fg0Js-B_f"),
    ("DATABASE_URL", "IRONPLATE__DATABASE__URL", "sqlite:elsewhere.db"),
    ("SMTP_PASSWORD", "IRONPLATE__MAIL__SMTP_PASSWORD", "Wj3k9s"),
    ("FIRST_SUPERUSER_PASSWORD", "IRONPLATE__SUPERUSER__PASSWORD", "a password of some length"),
];

/// What the configuration has of the secrets.
fn secrets(config: &Config) -> [String; 5] {
    let Transport::Smtp(smtp) = &config.mail.transport else { panic!("mail is sent") };
    [
        config.security.secret_key.as_ref().unwrap().expose_secret().to_owned(),
        config.security.previous_secret_keys[0].expose_secret().to_owned(),
        config.database.url.to_string(),
        smtp.credentials.as_ref().unwrap().1.expose_secret().to_owned(),
        config.superuser.as_ref().unwrap().password.as_ref().unwrap().expose().to_owned(),
    ]
}

fn with(names: [String; 5], texts: [String; 5]) -> [String; 5] {
    let own = names.into_iter().zip(texts);
    let mail = [("SMTP_HOST", "smtp.example.com"), ("SMTP_USER", "app"), ("EMAILS_FROM_EMAIL", "a@app.example.com")];
    let mail = mail.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let variables = own.chain(mail).collect();
    secrets(&from_parts(&variables, &Overrides::default(), Purpose::Other).unwrap_or_else(|faults| panic!("{faults}")))
}

#[test]
fn every_secret_may_lie_in_a_file_and_loses_one_line_break() {
    let expected = SECRETS.map(|(_, _, text)| text.to_owned());
    for end in ["", "\n", "\r\n"] {
        let texts = SECRETS.map(|(_, _, text)| format!("{text}{end}"));
        assert_eq!(with(SECRETS.map(|(short, ..)| short.to_owned()), texts.clone()), expected, "{end:?}");
        let files = texts.map(|text| file(&text));
        let paths = || files.each_ref().map(|(_, path)| path.clone());
        assert_eq!(with(SECRETS.map(|(short, ..)| format!("{short}_FILE")), paths()), expected, "{end:?}");
        assert_eq!(with(SECRETS.map(|(_, full, _)| format!("{full}_FILE")), paths()), expected, "{end:?}");
    }
    let (_file, path) = file("[security]\nsecret_key = \"\"\"hK3v9Qm2Zt7Xw4Lp8Rn1Yb6Dc5Fg0Js-A_e\n\"\"\"\n");
    let config = load(&[("IRONPLATE_CONFIG", &path)]).ok().unwrap();
    assert_eq!(config.security.secret_key.unwrap().expose_secret(), GOOD_KEY);
}

#[test]
fn a_secret_that_is_given_twice_is_refused() {
    for (short, full, text) in SECRETS {
        let (_file, path) = file(text);
        let (short_file, full_file) = (format!("{short}_FILE"), format!("{full}_FILE"));
        for (one, its, other) in [
            (short, text, &short_file),
            (short, text, &full_file),
            (full, text, &short_file),
            (&short_file, &path, &full_file),
        ] {
            let told = faults(&[(one, its), (other, &path)]);
            assert!(told.contains(one) && told.contains(&format!("\n  {other}\n")), "{told}");
            assert!(!told.contains(text), "{told}");
        }
    }
}

#[test]
fn a_file_that_gives_no_secret_is_told_by_its_name() {
    let (_file, empty) = file("");
    for path in ["/not/there", "/", &empty] {
        let told = faults(&[("SMTP_PASSWORD_FILE", path)]);
        assert!(told.contains("SMTP_PASSWORD_FILE") && told.contains(path), "{told}");
    }
    let told = faults(&[("SMTP_HOST_FILE", "/etc/hostname"), ("IRONPLATE__MAIL__SMTP_HOST_FILE", "/etc/hostname")]);
    assert!(told.contains("IRONPLATE__MAIL__SMTP_HOST_FILE"), "only secrets have files: {told}");
}

#[test]
fn quotes_that_came_along_are_told() {
    for (name, text) in [
        ("SECRET_KEY", "\"hK3v9Qm2Zt7Xw4Lp8Rn1Yb6Dc5Fg0Js-A_e\""),
        ("PROJECT_NAME", "'Acme'"),
        ("IRONPLATE__LOG__FORMAT", "\"json\""),
        ("ENVIRONMENT", "'production'"),
    ] {
        let told = faults(&[(name, text)]);
        assert!(told.contains(name) && told.contains("inside quotes"), "{told}");
    }
    assert_eq!(load(&[("PROJECT_NAME", "Acme's \"best\"")]).ok().unwrap().project.name, "Acme's \"best\"");
}

#[test]
fn a_service_link_is_no_port() {
    let told = faults(&[("SMTP_PORT", "tcp://10.0.0.7:25")]);
    assert!(told.contains("SMTP_PORT") && told.contains("Kubernetes"), "{told}");
}

#[test]
fn names_that_are_nearly_ours_are_told() {
    for (name, meant) in [
        ("SMTP_PASWORD", "SMTP_PASSWORD"),
        ("DATABSE_URL", "DATABASE_URL"),
        ("ENVIROMENT", "ENVIRONMENT"),
        ("SECERT_KEY", "SECRET_KEY"),
        ("Secret_Key", "SECRET_KEY"),
        ("BACKEND_CORS_ORIGIN", "BACKEND_CORS_ORIGINS"),
        ("SECRET_KEY_FIEL", "SECRET_KEY_FILE"),
        ("IRONPLATE_HTTP_ADDRESS", "IRONPLATE__HTTP__ADDRESS"),
    ] {
        let warnings = load(&[(name, "x")]).ok().unwrap().warnings;
        assert!(warnings.iter().any(|told| told.starts_with(name) && told.contains(meant)), "{name}: {warnings:?}");
    }
    assert!(faults(&[("ENVIRONMENT", "production"), ("SECERT_KEY", GOOD_KEY)]).contains("SECERT_KEY"));
    let told = faults(&[("IRONPLATE__HTTP__ADRESS", "127.0.0.1:1")]);
    assert!(told.contains("perhaps IRONPLATE__HTTP__ADDRESS"), "{told}");
}

#[test]
fn names_of_other_programs_are_not() {
    let others = [
        "PATH",
        "HOME",
        "HOSTNAME",
        "LANG",
        "USER",
        "SHELL",
        "TERM",
        "PWD",
        "TZ",
        "LOGNAME",
        "MAIL",
        "EDITOR",
        "CI",
        "DATABASE_HOST",
        "DATABASE_PORT",
        "DB_URL",
        "REDIS_URL",
        "SMTP_SERVICE_HOST",
        "SMTP_PORT_25_TCP",
        "SMTP_SERVICE_PORT",
        "IRONPLATE_SERVICE_HOST",
        "IRONPLATE_PORT_8000_TCP_ADDR",
        "IRONPLATE_PORT",
        "RUST_BACKTRACE",
        "CARGO_HOME",
        "RUSTUP_HOME",
        "POSTGRES_PASSWORD",
        "POSTGRES_USER",
        "PGHOST",
        "FRONTEND_URL",
        "SECRET_KEY_BASE",
        "AWS_SECRET_ACCESS_KEY",
        "KUBERNETES_SERVICE_HOST",
        "PROJECT_ID",
        "GOOGLE_CLOUD_PROJECT",
        "STACK_NAME",
        "DOMAIN",
        "DOCKER_IMAGE_BACKEND",
        "SMTP_DOMAIN",
        "RUST_LOG_STYLE",
        "INVOCATION_ID",
        "JOURNAL_STREAM",
    ];
    let variables: Vec<(&str, &str)> = others.iter().map(|name| (*name, "x")).collect();
    assert_eq!(load(&variables).ok().unwrap().warnings, Vec::<String>::new());
    let both = [("DATABASE_URL", "sqlite:x.db"), ("DATABASE_URI", "for another")];
    assert_eq!(load(&both).ok().unwrap().warnings, Vec::<String>::new(), "ours is there");
}

#[test]
fn a_proxy_may_be_named_by_its_address_alone() {
    let config = load(&[("IRONPLATE__HTTP__TRUSTED_PROXIES", "10.0.0.7, fd00::7,192.168.0.0/16")]).ok().unwrap();
    let ranges: Vec<String> = config.http.trusted_proxies.iter().map(ToString::to_string).collect();
    assert_eq!(ranges, ["10.0.0.7/32", "fd00::7/128", "192.168.0.0/16"]);
}
