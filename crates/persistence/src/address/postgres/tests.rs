use super::{super::DatabaseUrl, *};

fn url(text: &str) -> PostgresUrl {
    match text.parse() {
        Ok(DatabaseUrl::Postgres(url)) => url,
        other => panic!("{text}: {other:?}"),
    }
}

fn refused(text: &str) -> DatabaseUrlError {
    text.parse::<DatabaseUrl>().unwrap_err()
}

fn tcp(name: &str, port: u16) -> Endpoint {
    Endpoint { host: Host::Tcp { name: name.to_owned(), address: None }, port }
}

fn socket(folder: &str, port: u16) -> Endpoint {
    Endpoint { host: Host::Socket(folder.into()), port }
}

#[test]
fn hosts_and_sockets_are_found_where_libpq_finds_them() {
    for (text, expected) in [
        ("postgres://h/db", vec![tcp("h", 5432)]),
        ("postgres://u:p@h:6432/db", vec![tcp("h", 6432)]),
        ("postgres://[::1]:6432/db", vec![tcp("::1", 6432)]),
        ("postgres:///db", vec![tcp("localhost", 5432)]),
        ("postgres://u@a:5432,b:6432/db", vec![tcp("a", 5432), tcp("b", 6432)]),
        ("postgres://a,b,c:1/db", vec![tcp("a", 5432), tcp("b", 5432), tcp("c", 1)]),
        ("postgres:///db?host=a,b&port=1,2", vec![tcp("a", 1), tcp("b", 2)]),
        ("postgres:///db?host=a,b&port=7", vec![tcp("a", 7), tcp("b", 7)]),
        ("postgres:///db?host=/run/pg", vec![socket("/run/pg", 5432)]),
        ("postgres://u@/db?host=/run/pg&port=6432", vec![socket("/run/pg", 6432)]),
        ("postgres://u:p@:6432/db?host=/run/pg", vec![socket("/run/pg", 6432)]),
        ("postgres://u@%2Frun%2Fpg/db", vec![socket("/run/pg", 5432)]),
        ("postgres://ignored/db?host=/run/pg,/run/other", vec![socket("/run/pg", 5432), socket("/run/other", 5432)]),
    ] {
        assert_eq!(url(text).endpoints, expected, "{text}");
    }
    let by_address = url("postgres://db.internal/app?hostaddr=10.0.0.7").endpoints;
    let address = Some("10.0.0.7".parse().unwrap());
    assert_eq!(by_address, [Endpoint { host: Host::Tcp { name: "db.internal".to_owned(), address }, port: 5432 }]);
}

#[test]
fn user_password_and_name_are_unescaped() {
    let read = url("postgres://ann%40home:p%23%2F%3F%25w@h/my%20db?application_name=a%20b");
    assert_eq!((read.startup.get_user(), read.startup.get_dbname()), (Some("ann@home"), Some("my db")));
    assert_eq!(read.startup.get_password(), Some(&b"p#/?%w"[..]));
    assert_eq!(read.startup.get_application_name(), Some("a b"));
    let in_query = url("postgres:///?user=ann&password=s3cret&dbname=app");
    assert_eq!((in_query.startup.get_user(), in_query.startup.get_dbname()), (Some("ann"), Some("app")));
    assert_eq!(in_query.startup.get_password(), Some(&b"s3cret"[..]));
    assert_eq!(url("postgres://h/db?user=a@b").startup.get_user(), Some("a@b"));
}

#[test]
fn what_must_be_escaped_is_told() {
    for (text, character) in [
        ("postgres://ann:p#w@h/db", '#'),
        ("postgres://ann:p/w@h/db", '/'),
        ("postgres://ann:p?w@h/db", '?'),
        ("postgres://ann:12/34@h/db", '/'),
        ("postgres://ann:12?34@h:5432/db", '?'),
        ("postgres://ann:12?a=b@h/db", '?'),
        ("postgres://a?n:pw@h/db", '?'),
        ("postgres://ann:12#34@h/db", '#'),
        ("postgres://ann:p@w@h/db", '@'),
        ("postgres://ann:100%@h/db", '%'),
        ("postgres://ann:100%zz@h/db", '%'),
        ("postgres://h/db#fragment", '#'),
    ] {
        let error = refused(text);
        assert_eq!(error, DatabaseUrlError::Unescaped(character), "{text}");
        assert!(error.to_string().contains("%23"), "{error}");
    }
}

#[test]
fn options_that_are_wrong_are_named() {
    assert_eq!(refused("postgres://h/db?schema=app"), DatabaseUrlError::UnknownOption("schema".to_owned()));
    for option in [
        "sslmode=sometimes",
        "target_session_attrs=master",
        "keepalives=yes",
        "keepalives_idle=0",
        "connect_timeout=soon",
        "hostaddr=db.internal",
        "channel_binding=maybe",
    ] {
        let error = refused(&format!("postgres://h/db?{option}"));
        let name = option.split('=').next().unwrap();
        assert!(matches!(&error, DatabaseUrlError::OptionValue { name: told, .. } if told == name), "{error}");
    }
    for text in [
        "postgres://h/db?sslrootcert=/nowhere/at/all.pem",
        "postgres://h:0/db",
        "postgres://h:x/db",
        "postgres://a,b/db?port=1,2,3",
        "postgres://h/db?sslmode",
    ] {
        assert!(matches!(refused(text), DatabaseUrlError::Malformed(_)), "{text}");
    }
}

#[test]
fn dead_connections_are_noticed_and_the_address_has_the_last_word() {
    assert_eq!(url("postgres://h/db").liveness, Liveness::default());
    let options = "connect_timeout=3&keepalives_idle=60&keepalives_interval=7&keepalives_count=2&tcp_user_timeout=1500";
    let keepalive = Keepalive { idle: Duration::from_mins(1), interval: Duration::from_secs(7), count: 2 };
    let chosen = Liveness {
        connect_timeout: Some(Duration::from_secs(3)),
        keepalive: Some(keepalive),
        tcp_user_timeout: Some(Duration::from_millis(1500)),
    };
    assert_eq!(url(&format!("postgres://h/db?{options}")).liveness, chosen);
    let none = url("postgres://h/db?keepalives=0&tcp_user_timeout=0").liveness;
    assert_eq!((none.keepalive, none.tcp_user_timeout), (None, None));
}

#[test]
fn tls_is_verified_unless_nobody_can_listen_or_the_address_says_so() {
    assert_eq!(url("postgres://db.internal/app").tls, TlsMode::Verify);
    assert_eq!(url("postgres://localhost,db.internal/app").tls, TlsMode::Verify);
    assert_eq!(url("postgres://127.0.0.1,[::1],localhost/app").tls, TlsMode::Disable);
    assert_eq!(url("postgres:///app?host=/run/pg").tls, TlsMode::Disable);
    assert_eq!(url("postgres://db.internal/app?sslmode=no-verify").tls, TlsMode::NoVerify);
}

#[test]
fn the_password_is_not_printed() {
    let told = |text: &str| format!("{} {:?}", url(text), url(text));
    let plain = "postgres://db.internal:5432/app";
    let secret = "postgres://ann:s3cret@db.internal/app?options=s3cret&password=s3cret";
    assert_eq!(told(secret), format!("{plain} PostgresUrl({plain})"));
    assert_eq!(url("postgres://u:p@a,b:6432/app").to_string(), "postgres://a:5432,b:6432/app");
    assert_eq!(url("postgres://u:p@/app?host=/run/pg").to_string(), "postgres:///app?host=/run/pg");
}
