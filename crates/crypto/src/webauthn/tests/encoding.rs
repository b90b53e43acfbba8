//! What is encoded otherwise than authenticators do it.

use proptest::{prelude::*, sample::Index};

use super::*;

#[test]
fn nothing_is_behind_it_and_nothing_of_it_is_missing() {
    let (vector, key) = usual();
    let party = party();
    let whole = vector.registration.attestation_object.clone();
    for length in 0..whole.len() {
        let mut cut = vector.clone();
        cut.registration.attestation_object.truncate(length);
        assert_eq!(register(&cut, &party, UserVerification::Preferred), Err(Unverified::Malformed), "{length}");
    }
    let mut longer = vector.clone();
    longer.registration.attestation_object.push(0);
    assert_eq!(register(&longer, &party, UserVerification::Preferred), Err(Unverified::Malformed));
    longer.assertion.authenticator_data.push(0);
    assert_eq!(verify(&longer, &key, &party, UserVerification::Preferred), Err(Unverified::Malformed));
    let mut huge = vector;
    huge.registration.client_data.resize(MAX_BYTES + 1, b' ');
    assert_eq!(register(&huge, &party, UserVerification::Preferred), Err(Unverified::Malformed));
}

#[test]
fn what_contradicts_itself_is_refused() {
    let (mut vector, key) = usual();
    assert!(Map::parse(b"\xa2\x61a\x01\x61b\x02").is_ok());
    assert_eq!(Map::parse(b"\xa2\x61a\x01\x61a\x02").map(drop), Err(Unverified::Malformed));

    // A statement where there is none.
    let plain = vector.registration.attestation_object.clone();
    let at = plain.windows(8).position(|window| window == b"attStmt\xa0").unwrap() + 7;
    vector.registration.attestation_object.splice(at..=at, *b"\xa1\x61a\x01");
    assert_eq!(register(&vector, &party(), UserVerification::Preferred), Err(Unverified::Malformed));

    // Copies are kept of what can have none.
    let copied = vector.made_by(&made(MADE | 1 | 1 << 4, &key.0, b""));
    assert_eq!(register(&copied, &party(), UserVerification::Preferred), Err(Unverified::Malformed));
    let copied = vector.made_by(&made(MADE | 1 | 1 << 3 | 1 << 4, &key.0, b""));
    assert!(register(&copied, &party(), UserVerification::Preferred).unwrap().is_backed_up);
    vector.assertion.authenticator_data[32] = 1 | 1 << 4;
    assert_eq!(verify(&vector, &key, &party(), UserVerification::Preferred), Err(Unverified::Malformed));
}

#[test]
fn a_passkey_is_in_what_made_one_and_in_nothing_else() {
    let (mut vector, key) = usual();
    let none = vector.made_by(&vector.assertion.authenticator_data);
    assert_eq!(register(&none, &party(), UserVerification::Preferred), Err(Unverified::Malformed));
    vector.assertion.authenticator_data = made(MADE | 1, &key.0, b"");
    assert_eq!(verify(&vector, &key, &party(), UserVerification::Preferred), Err(Unverified::Malformed));
    for length in [0, CredentialId::MAX + 1] {
        let length = u16::try_from(length).unwrap();
        let mut data = made(MADE | 1, &key.0, b"");
        data.splice(53..57, [&length.to_be_bytes()[..], &vec![1; length.into()]].concat());
        assert_eq!(
            register(&vector.made_by(&data), &party(), UserVerification::Preferred),
            Err(Unverified::Malformed),
            "{length}"
        );
    }
}

#[test]
fn extensions_are_a_map_and_are_not_looked_at() {
    let (vector, key) = usual();
    let extended = |flags: u8, behind: &[u8]| {
        let vector = vector.made_by(&made(MADE | 1 | flags, &key.0, behind));
        register(&vector, &party(), UserVerification::Preferred).map(|registered| registered.key)
    };
    assert_eq!(extended(1 << 7, b"\xa1\x6bcredProtect\x02"), Ok(key.clone()));
    let wrong: [(u8, &[u8]); 4] = [(1 << 7, b""), (1 << 7, b"\x02"), (1 << 7, b"\xa0\xa0"), (0, b"\xa0")];
    for (flags, behind) in wrong {
        assert_eq!(extended(flags, behind), Err(Unverified::Malformed), "{flags} {behind:?}");
    }
}

#[test]
fn a_mark_of_the_byte_order_is_no_part_of_what_the_browser_says() {
    let (mut vector, _) = usual();
    vector.registration.client_data.splice(0..0, *b"\xef\xbb\xbf");
    assert!(register(&vector, &party(), UserVerification::Preferred).is_ok());
}

#[test]
fn keys_that_nobody_asked_for_are_refused() {
    let bytes = |length: usize| Value::Bytes(vec![0xff; length]);
    let es256 = || vec![(1, 2.into()), (3, (-7).into()), (-1, 1.into()), (-2, bytes(32)), (-3, bytes(32))];
    let rs256 = |n, e| vec![(1, 3.into()), (3, (-257).into()), (-1, n), (-2, e)];
    let with = |label, value: Value| {
        let mut entries = es256();
        entries.retain(|(known, _)| *known != label);
        entries.push((label, value));
        entries
    };
    let parse = |entries: Vec<(i64, Value)>| PublicKey::parse(&encoded(entries)).map(drop);

    assert_eq!(parse(es256()), Ok(()));
    for (label, other) in [(1, 1), (1, 4), (3, -8), (3, -35), (3, -257), (-1, 2), (-1, 8)] {
        assert_eq!(parse(with(label, other.into())), Err(Unverified::Algorithm), "{label}: {other}");
    }
    for (label, other) in [(-2, bytes(31)), (-2, bytes(33)), (-3, true.into()), (-3, bytes(64)), (3, "ES256".into())] {
        assert_eq!(parse(with(label, other)), Err(Unverified::Malformed), "{label}");
    }
    assert_eq!(parse(with(4, Value::Array(vec![2.into()]))), Err(Unverified::Malformed), "of more than is needed");
    assert_eq!(parse(es256().split_off(1)), Err(Unverified::Malformed), "of no type");

    for (length, expected) in
        [(256, Ok(())), (512, Ok(())), (255, Err(Unverified::Algorithm)), (513, Err(Unverified::Algorithm))]
    {
        assert_eq!(parse(rs256(bytes(length), Value::Bytes(vec![1, 0, 1]))), expected, "RSA of {length} bytes");
    }
    assert_eq!(parse(rs256(bytes(0), bytes(0))), Err(Unverified::Algorithm));
}

#[test]
fn a_key_off_its_curve_signs_nothing() {
    let (vector, mut key) = usual();
    *key.0.last_mut().unwrap() ^= 1;
    assert_eq!(verify(&vector, &key, &party(), UserVerification::Preferred), Err(Unverified::Signature));
}

#[test]
fn a_deep_answer_is_refused() {
    // Arrays, maps, tags and texts, one in the other.
    for opening in [&b"\x81"[..], b"\x9f", b"\xa1\x00", b"\xbf\x00", b"\xc6", b"\x7f", b"\x5f"] {
        let deep = [&b"\xa1\x00"[..], &opening.repeat(MAX_BYTES / opening.len() - 2)[..], b"\x00"].concat();
        assert_eq!(Map::parse(&deep).map(drop), Err(Unverified::Malformed), "{opening:?}");
    }
}

#[test]
fn a_length_that_is_claimed_takes_no_memory() {
    // Bytes, texts, arrays and maps.
    for kind in [0x5b, 0x7b, 0x9b, 0xbb] {
        for length in [u64::MAX, u64::MAX / 2, 1 << 48, 1 << 32] {
            let long = [&b"\xa1\x00"[..], &[kind][..], &length.to_be_bytes(), &[0; 16]].concat();
            assert_eq!(Map::parse(&long).map(drop), Err(Unverified::Malformed), "{kind} of {length}");
        }
    }
}

#[test]
fn a_map_of_many_is_refused() {
    let many = |count: i64| encoded((0..count).map(|label| (label, Value::Null)));
    assert!(Map::parse(&many(64)).is_ok());
    assert_eq!(Map::parse(&many(65)).map(drop), Err(Unverified::Malformed));
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let (vector, key) = usual();
        let mut noise = vector.clone();
        noise.registration.attestation_object.clone_from(&bytes);
        noise.assertion.authenticator_data.clone_from(&bytes);
        prop_assert!(register(&noise, &party(), UserVerification::Preferred).is_err());
        prop_assert!(verify(&noise, &key, &party(), UserVerification::Preferred).is_err());
        prop_assert!(verify(&vector, &CoseKey(bytes.clone()), &party(), UserVerification::Preferred).is_err());
        prop_assert!(WebAuthn.challenge(&bytes).is_none());
    }

    /// Far more of the way is gone by what is nearly right.
    #[test]
    fn any_change_is_answered(
        which: Index,
        at: Index,
        removed in 0..8_usize,
        put in proptest::collection::vec(any::<u8>(), 0..8),
    ) {
        let vectors: Vec<_> = vectors().into_values().collect();
        let mut vector = vectors[which.index(vectors.len())].clone();
        let object = &mut vector.registration.attestation_object;
        let at = at.index(object.len());
        object.splice(at..(at + removed).min(object.len()), put);
        if let Ok(registered) = register(&vector, &party(), UserVerification::Preferred) {
            prop_assert!(PublicKey::parse(&registered.key.0).is_ok());
            prop_assert!(registered.key.0.len() < 1024);
        }
    }
}
