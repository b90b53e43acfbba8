//! The promises of `Email`, as tables of addresses and as properties of any text.

mod accepted;
mod properties;
mod refused;

use std::collections::HashSet;

use super::Email;

fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

#[test]
fn two_spellings_of_one_address_are_equal_and_hash_alike() {
    let spellings = ["Ann@Example.com", "ann@EXAMPLE.com", " aNN@ｅｘａｍｐｌｅ.com\n"];
    let addresses: HashSet<Email> = spellings.into_iter().map(email).collect();
    assert_eq!(addresses.len(), 1);
}

#[test]
fn two_addresses_differ_however_alike_they_look() {
    assert_ne!(email("strasse@example.com"), email("straße@example.com"));
    assert_ne!(email("ann@example.com"), email("ann@exаmple.com")); // the second with a Cyrillic а
}

#[test]
fn an_address_shows_as_it_was_typed() {
    let address: Email = "Ann@Example.com".parse().unwrap();
    assert_eq!(address.to_string(), "Ann@example.com");
    assert_eq!(format!("{address:?}"), r#"Email("Ann@example.com")"#);
}

#[test]
fn an_address_out_of_storage_is_what_was_put_there() {
    let stored = Email::from_stored("Old Rules@host".to_owned(), "old rules@host".to_owned());
    assert_eq!(stored.as_str(), "Old Rules@host");
    assert_eq!(stored.canonical(), "old rules@host");
}
