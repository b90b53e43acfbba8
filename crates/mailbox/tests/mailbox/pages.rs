use actix_web::{
    http::{Method, StatusCode, header::HOST},
    test::TestRequest,
};
use ironplate_application::ports::KeptMail;
use ironplate_mailbox::Visitors;

use crate::visit::{Memory, answer, mail, path, send, visit};

#[actix_web::test]
async fn the_list_shows_each_mail_in_the_mailboxs_order() {
    for address in ["/dev/mailbox", "/dev/mailbox/"] {
        let seen = visit(&[mail(2, "Second"), mail(1, "First")], address).await;
        assert_eq!(seen.status, StatusCode::OK);
        seen.assert_shows(&["2 mails", &path(2), "Second", "22 Nov 2026 01:27:58 UTC", "ann@example.com"]);
        seen.assert_shows(&["Second", "Hello, set a new password:", &path(1), "First"]);
    }
}

#[actix_web::test]
async fn an_empty_mailbox_says_how_to_get_mail() {
    visit(&[], "/dev/mailbox").await.assert_shows(&["No mail yet", "Sign up"]);
}

#[actix_web::test]
async fn a_mail_is_previewed_in_a_frame_that_can_do_nothing_but_open_links() {
    let seen = visit(&[mail(1, "Hi")], &path(1)).await;
    assert_eq!(seen.status, StatusCode::OK);
    let frame = seen.text.split_once("<iframe").unwrap().1.split_once('>').unwrap().0;
    assert!(frame.contains(&format!(r#"src="{}/html""#, path(1))), "{frame}");
    assert!(frame.contains(r#"sandbox="allow-popups allow-popups-to-escape-sandbox""#), "{frame}");
}

#[actix_web::test]
async fn a_mail_is_shown_in_every_way_without_a_script() {
    let look = async |view: &str| visit(&[mail(1, "Hi")], &format!("{}?view={view}", path(1))).await;
    let link = "https://app.example.com/reset-password?token=abc";
    look("text").await.assert_shows(&["aria-current", "Text", "set a new password: ", &format!("<a href=\"{link}\"")]);
    look("headers").await.assert_shows(&["Auto-Submitted", "auto-generated"]);
    look("source").await.assert_shows(&["<pre", "Subject: Hi\r\n\r\nHello"]);
    for nonsense in ["", "x", "text&view=html"] {
        look(nonsense).await.assert_shows(&["<iframe"]);
    }
    for view in ["html", "text", "headers", "source"] {
        assert!(!look(view).await.text.contains("<script"), "{view}");
    }
}

#[actix_web::test]
async fn the_parts_of_a_mail_come_alone_and_harmless() {
    let get = async |part: &str| visit(&[mail(1, "Hi")], &format!("{}/{part}", path(1))).await;
    for (part, content_type) in [
        ("html", "text/html; charset=utf-8"),
        ("text", "text/plain; charset=utf-8"),
        ("source", "text/plain; charset=utf-8"),
    ] {
        let seen = get(part).await;
        assert_eq!(seen.header("content-type"), content_type, "{part}");
        let policy = seen.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none';") && policy.contains("sandbox"), "{part}: {policy}");
        assert!(!policy.contains("script"), "{part}: {policy}");
    }
    assert_eq!(get("text").await.text, mail(1, "Hi").text);
    assert_eq!(get("source").await.text, mail(1, "Hi").source);
    get("html").await.assert_shows(&["<head>", r#"<base target="_blank">"#, "<p>Hello</p>"]);
}

#[actix_web::test]
async fn nothing_is_cached_sniffed_referred_to_or_framed_by_others() {
    for address in ["/dev/mailbox".to_owned(), path(1), path(2), format!("{}/text", path(1))] {
        let seen = visit(&[mail(1, "Hi")], &address).await;
        assert_eq!(seen.header("cache-control"), "no-store", "{address}");
        assert_eq!(seen.header("x-content-type-options"), "nosniff", "{address}");
        assert_eq!(seen.header("referrer-policy"), "no-referrer", "{address}");
        let policy = seen.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none';") && policy.contains("frame-ancestors 'none'"), "{policy}");
    }
}

#[actix_web::test]
async fn a_hostile_mail_is_shown_and_not_run() {
    let evil = "\"'><script>alert(1)</script>&{{ 7 * 7 }}\u{202e}";
    let hostile = KeptMail {
        headers: ["Subject", "From", "To", "Date", evil].map(|name| (name.to_owned(), evil.to_owned())).into(),
        text: format!("{evil} https://example.com/{evil}"),
        html: evil.to_owned(),
        source: evil.to_owned(),
        ..mail(1, "")
    };
    let views = ["html", "text", "headers", "source"].map(|view| format!("{}?view={view}", path(1)));
    for address in views.into_iter().chain(["/dev/mailbox".to_owned()]) {
        let seen = visit(std::slice::from_ref(&hostile), &address).await;
        assert_eq!(seen.status, StatusCode::OK, "{address}");
        seen.assert_shows(&[r"&lt;script&gt;alert(1)&lt;/script&gt;&amp;{{ 7 * 7 }}\u{202e}"]);
        assert!(
            !seen.text.contains('\u{202e}') && !seen.text.contains("<script") && !seen.text.contains("\"'>"),
            "{}",
            seen.text
        );
    }
}

#[actix_web::test]
async fn a_mail_without_a_subject_can_still_be_opened() {
    for bare in [mail(1, " "), KeptMail { headers: Vec::new(), ..mail(1, "") }] {
        visit(&[bare], "/dev/mailbox").await.assert_shows(&[&path(1), "(no subject)"]);
    }
}

#[actix_web::test]
async fn what_is_not_there_is_told_on_a_page_that_leads_back() {
    let missing =
        ["/nonsense".to_owned(), "/a/b/c".to_owned(), path(2)[12..].to_owned(), format!("{}/pdf", &path(1)[12..])];
    for address in
        missing.into_iter().chain(["html", "text", "source"].map(|part| format!("{}/{part}", &path(2)[12..])))
    {
        let seen = visit(&[mail(1, "Hi")], &format!("/dev/mailbox{address}")).await;
        assert_eq!(seen.status, StatusCode::NOT_FOUND, "{address}");
        seen.assert_shows(&["This mail is not here", r#"href="/dev/mailbox""#]);
    }
}

#[actix_web::test]
async fn a_mailbox_that_can_not_be_read_is_told_without_its_reason() {
    for address in ["/dev/mailbox".to_owned(), path(1), format!("{}/html", path(1))] {
        let seen = send(Memory(None), Method::GET, &address).await;
        assert_eq!(seen.status, StatusCode::INTERNAL_SERVER_ERROR, "{address}");
        seen.assert_shows(&["The mailbox can&#39;t be read", "log"]);
        assert!(!seen.text.contains("secret-folder"));
    }
}

#[actix_web::test]
async fn the_pages_take_their_looks_from_their_own_server() {
    let page = visit(&[mail(1, "Hi")], &path(1)).await;
    let own: Vec<&str> =
        page.text.split('"').filter(|text| text.starts_with("/dev/mailbox/") && text.contains('.')).collect();
    assert_eq!(own.len(), 3, "{own:?}");
    for asset in own {
        let seen = visit(&[], asset).await;
        assert_eq!(seen.status, StatusCode::OK, "{asset}");
        assert!(["text/css; charset=utf-8", "image/svg+xml"].contains(&seen.header("content-type")), "{asset}");
    }
    assert!(!page.text.contains("http:") && !page.text.contains("style="), "{}", page.text);
}

#[actix_web::test]
async fn the_mailbox_is_only_looked_at() {
    assert_eq!(send(Memory(Some(Vec::new())), Method::HEAD, "/dev/mailbox").await.status, StatusCode::OK);
    for method in [Method::POST, Method::DELETE, Method::PUT] {
        let seen = send(Memory(Some(vec![mail(1, "Hi")])), method, &path(1)).await;
        assert_eq!(seen.status, StatusCode::METHOD_NOT_ALLOWED);
    }
}

#[actix_web::test]
async fn a_page_whose_name_is_made_to_lead_here_sees_nothing_unless_everybody_may() {
    let mailbox = Memory(Some(vec![mail(1, "Hi")]));
    let paths = ["/dev/mailbox".to_owned(), "/dev/mailbox/style.css".to_owned(), path(1), format!("{}/text", path(1))];
    for path in paths {
        let look = async |visitors, host: &str| {
            answer(mailbox.clone(), visitors, TestRequest::with_uri(&path).insert_header((HOST, host))).await
        };
        for host in ["localhost:8000", "app.localhost", "127.0.0.1:8000", "[::1]:8000"] {
            assert_eq!(look(Visitors::OfThisMachine, host).await.status, StatusCode::OK, "{host}{path}");
        }
        for host in ["evil.example:8000", "10.0.0.1:8000", ""] {
            let seen = look(Visitors::OfThisMachine, host).await;
            assert_eq!((seen.status, seen.text.as_str()), (StatusCode::NOT_FOUND, ""), "{host}{path}");
            assert_eq!(look(Visitors::All, host).await.status, StatusCode::OK, "{host}{path}");
        }
        let nameless = answer(mailbox.clone(), Visitors::OfThisMachine, TestRequest::with_uri(&path)).await;
        assert_eq!(nameless.status, StatusCode::NOT_FOUND, "{path}");
    }
}
