use super::*;

fn rules(minimum: u8) -> PasswordRules {
    let minimum_score = MinimumScore::new(minimum).unwrap();
    PasswordRules { minimum_score, refuses_commonest: true, product: "Nightlark".to_owned() }
}

/// What is said about a password of Ann Lee's, whose address is `ann.lee@mail.example`.
async fn said(rules: PasswordRules, password: &str) -> Option<String> {
    let owner = ObviousWords(vec!["ann.lee@mail.example".to_owned(), "Ann Lee".to_owned()]);
    let password = Password::parse(password).unwrap();
    GuessEstimate::new(rules).weakness(&password, &owner).await.map(|weakness| weakness.to_string())
}

async fn is_accepted(minimum: u8, password: &str) -> bool {
    said(rules(minimum), password).await.is_none()
}

#[test]
fn a_minimum_is_from_0_to_4() {
    assert_eq!(
        (0..=5).map(|score| MinimumScore::new(score).is_some()).collect::<Vec<_>>(),
        [true, true, true, true, true, false]
    );
    assert_eq!(MinimumScore::default().get(), 2);
}

#[tokio::test]
async fn a_few_unexpected_words_are_strong() {
    for password in ["correct horse battery staple", "staple-battery-horse-42", "another-fine-password-7"] {
        assert!(is_accepted(3, password).await, "{password}");
    }
    assert!(is_accepted(2, "correct horse").await);
}

#[tokio::test]
async fn random_text_is_strong() {
    for password in ["rFgV2ou74kdJWIfN", "x!9(Wq2[", "ñandú-Ωmega-żółw", "トラックの馬は正しい"] {
        assert!(is_accepted(2, password).await, "{password}");
    }
}

#[tokio::test]
async fn one_pattern_is_weak_however_long_it_is() {
    for (password, reason) in [
        ("a".repeat(128), "It repeats itself."),
        ("abc".repeat(40), "It repeats itself."),
        ("😀".repeat(128), "It repeats itself."),
        ("abcdefghijklmnop".to_owned(), "It runs through letters or digits in their order."),
        ("fghjkl;'".to_owned(), "It follows the keys of a keyboard."),
        ("17.03.1987".to_owned(), "It is built on a date."),
        ("encyclopedia".to_owned(), "It is a single word."),
        ("encyclopedia8".to_owned(), "It is too easy to guess."),
    ] {
        let said = said(rules(2), &password).await.unwrap_or_default();
        assert_eq!(said, format!("{reason} Add a word or two that nobody would expect."), "{password}");
    }
}

#[tokio::test]
async fn what_hardly_helps_is_told() {
    let signs = said(rules(2), "3ncycl0p3d1a").await.unwrap();
    assert!(signs.contains("Signs in the place of letters hardly help: add a word"), "{signs}");
    let backwards = said(rules(2), "aidepolcycne").await.unwrap();
    assert!(backwards.contains("Writing it backwards hardly helps: add a word"), "{backwards}");
}

#[tokio::test]
async fn what_belongs_to_the_owner_counts_for_nothing() {
    for password in [
        "ann.lee@mail.example",
        "Ann.Lee@Mail.Example!!",
        "AnnLee1990",
        "leeann-1990",
        "mail.example",
        "3x4mpl399",
        "elpmaxe-1",
    ] {
        let said = said(rules(2), password).await.unwrap_or_default();
        assert!(said.starts_with("It is built on your own name or address."), "{password}: {said}");
    }
    assert!(is_accepted(2, "ann.lee@mail.example feeds the correct horse").await);
    assert!(is_accepted(2, "planning the banner").await);
}

#[tokio::test]
async fn neither_does_the_name_of_the_product() {
    for password in ["nightlark", "Nightlark-2026!", "n1ghtl4rk", "NIGHTLARKNIGHTLARK"] {
        let said = said(rules(2), password).await.unwrap_or_default();
        assert!(said.starts_with("It is built on the name Nightlark."), "{password}: {said}");
    }
    assert!(is_accepted(2, "nightlark feeds the correct horse").await);
}

#[tokio::test]
async fn the_commonest_are_refused_without_a_minimum_too() {
    let said = said(rules(0), "Password").await;
    assert_eq!(said.as_deref(), Some("It is one of the most used passwords. Choose something that nobody else would."));
    assert!(!is_accepted(0, "Sunshine2026!").await);
}

#[tokio::test]
async fn so_are_seasons_days_months_and_places_with_a_number() {
    for password in ["Sommer2026!", "Mittwoch1!", "B3rlin#2026"] {
        let said = said(rules(0), password).await.unwrap_or_default();
        assert!(said.starts_with("It is a season, a day, a month or a place with a number."), "{password}: {said}");
        let off = PasswordRules { refuses_commonest: false, ..rules(0) };
        assert_eq!(self::said(off, password).await, None);
    }
}

#[tokio::test]
async fn without_a_minimum_all_others_are_accepted() {
    for password in ["nightlark", "ann.lee@mail.example", "encyclopedia", "zzzzzzzzzzzz"] {
        assert!(is_accepted(0, password).await, "{password}");
    }
}

#[tokio::test]
async fn the_commonest_are_a_matter_of_the_estimate_where_the_list_is_off() {
    let off = |minimum| PasswordRules { refuses_commonest: false, ..rules(minimum) };
    assert_eq!(said(off(0), "password").await, None);
    let said = said(off(1), "password").await;
    assert_eq!(
        said.as_deref(),
        Some("It is one of the most used passwords. Add a word or two that nobody would expect.")
    );
}

#[tokio::test]
async fn a_higher_minimum_refuses_more() {
    let mut accepted = Vec::new();
    for minimum in 0..=4 {
        accepted.push(is_accepted(minimum, "walnut-gazette").await);
    }
    assert_eq!(accepted, [true, true, true, true, false]);
}

/// At full length such passwords take zxcvbn up to half a second, or overflow its numbers.
#[tokio::test]
async fn hostile_passwords_are_judged_like_others() {
    let letters = "😀🦀🐴🔋📎🎈🍕🚗🌵🎲";
    let emoji: String = (0..128).filter_map(|n: usize| letters.chars().nth((n * n + n / 7) % 10)).collect();
    let signs: String = "4@8({[<3691!|170$5+7%2".chars().cycle().take(128).collect();
    for password in [
        emoji,
        signs,
        "cd+!|<(d90a4n%14@%b44eii75!2[+0ead@0a7168s3m7a5$2+$c93m1a4{|[7m@6{6c3m$75<6[8(1<|0n%6(coo16d+i2{e7t6!(9!%3s7c{cc$568@1c74m+%@n44"
            .to_owned(),
        "İßﬁΣςا٣٤é\u{301}\u{0}\n".repeat(8),
        "qawsedrftgyhujikolp;".repeat(6),
        "11/11/1991-1.1.2001_".repeat(6),
    ] {
        assert!(is_accepted(3, &password).await, "{password}");
    }
    // Back and forth on a number pad.
    assert!(!is_accepted(3, &"15".repeat(64)).await);
}

#[tokio::test]
async fn a_name_and_an_address_of_any_size_are_heeded() {
    let owner = ObviousWords(vec![format!("{}@example.com", "aB".repeat(32)), "Ångström İ ".repeat(23)]);
    let rules = GuessEstimate::new(rules(2));
    let verdict = |text: &str| rules.judge(text, &owner).is_none();
    assert!(!verdict(&"Ab".repeat(32)));
    assert!(!verdict("ångström!"));
    assert!(verdict("correct horse"));
}
