//! A web client of the product's own at `/`, with the API and the dashboard beside it.

use std::fs;

use ironplate_tests::{Database, FRONTEND, Setup, SmtpServer};

/// A layout of one's own; pages write into its blocks.
const PLAIN: &str = "<title>{% block title %}{% endblock title %}</title><p>Ours: {% block card %}{% endblock card %}\
    {% block aside %}{% endblock aside %}</p>";

/// A folder as a bundler leaves it.
fn setup(database: &Database) -> Setup {
    let setup = Setup::on(database);
    let folder = setup.folder().join("dist");
    fs::create_dir_all(folder.join("assets")).expect("a folder");
    fs::write(folder.join("index.html"), "<!doctype html><title>Client</title>").expect("a file");
    fs::write(folder.join("assets/index-BzR7dZ4k.js"), "console.log(1)").expect("a file");
    fs::write(folder.join("favicon.ico"), "icon").expect("a file");
    fs::write(setup.folder().join("secret.txt"), "secret").expect("a file");
    setup.with("IRONPLATE__WEB__SPA_DIR", "dist")
}

#[tokio::test]
async fn a_web_client_is_served_at_the_root_and_nowhere_else() {
    let database = Database::sqlite();
    let server = setup(&database).start().await;
    let visitor = server.client();
    let browser = visitor.with_header("accept", "text/html,*/*;q=0.8");
    for path in ["/", "/items", "/login", "/reset-password?token=x", "/deep/er/page", "/assets/", "/user/jane.doe"] {
        let page = browser.get(path).await;
        assert!(page.status == 200 && page.text.contains("<title>Client</title>"), "{path}: {page:?}");
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
        assert_eq!(page.header("cache-control"), Some("no-cache"));
        // Programs hear that there is nothing, which is no page.
        if path != "/" {
            assert!(page.header("vary").is_some_and(|it| it.contains("Accept,")), "{path}: {page:?}");
            visitor.get(path).await.assert_refused(404, "not_found");
            visitor.with_header("accept", "application/json, */*").get(path).await.assert_refused(404, "not_found");
        }
    }
    assert!(visitor.get("/").await.text.contains("<title>Client</title>"));
    let script = visitor.get("/assets/index-BzR7dZ4k.js").await;
    assert_eq!(script.header("content-type"), Some("text/javascript; charset=utf-8"));
    assert!(script.header("cache-control").is_some_and(|it| it.contains("immutable")), "{script:?}");
    assert_eq!(visitor.get("/favicon.ico").await.header("content-type"), Some("image/x-icon"));
    for path in [
        "/api",
        "/api/",
        "/api/v1/nothing",
        "/api/nothing",
        "/assets/old-12345678.js",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
    ] {
        let missing = visitor.get(path).await;
        assert_eq!(missing.status, 404, "{path}: {missing:?}");
        missing.assert_refused(404, "not_found");
    }
    for path in ["/", "/favicon.ico", "/assets/index-BzR7dZ4k.js"] {
        let answer = visitor.post(path, &serde_json::json!({})).await;
        answer.assert_refused(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), Some("GET, HEAD"));
    }
    visitor.post("nothing", &serde_json::json!({})).await.assert_refused(404, "not_found");
    assert!(visitor.get("/dashboard/log-in").await.text.contains("<h1>Log in</h1>"));
    assert_eq!(visitor.get("/livez").await.status, 200);
}

#[tokio::test]
async fn programs_get_no_page_where_pages_are_asked_in_another_way() {
    let server = Setup::on(&Database::sqlite()).start().await;
    for (accept, is_page) in [("*/*", false), ("application/json", false), ("text/html,*/*;q=0.8", true)] {
        let visitor = server.client().with_header("accept", accept);
        for (answer, allow) in [
            (visitor.post("/", &serde_json::json!({})).await, "GET, HEAD"),
            (visitor.delete("/").await, "GET, HEAD"),
            (visitor.post("/login", &serde_json::json!({})).await, "GET, HEAD"),
            (visitor.put("/dashboard/log-in", &serde_json::json!({})).await, "GET, HEAD, POST"),
        ] {
            assert_eq!((answer.status, answer.header("allow")), (405, Some(allow)), "{answer:?}");
            if is_page {
                assert!(answer.text.contains("Error 405"), "{answer:?}");
            } else {
                answer.assert_refused(405, "method_not_allowed");
            }
        }
    }
}

/// Whatever is there is a file, or nothing: programs look there, and must not take a page for an answer.
#[tokio::test]
async fn what_is_well_known_is_never_a_page_of_the_client() {
    let setup = setup(&Database::sqlite());
    let folder = setup.folder().join("dist/.well-known");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("apple-app-site-association"), "{}").expect("a file");
    let server = setup.start().await;
    for accept in ["*/*", "text/html"] {
        let visitor = server.client().with_header("accept", accept);
        for path in
            ["/.well-known", "/.well-known/", "/.well-known/nothing", "/%2ewell-known/nothing", "/.WELL-KNOWN/x"]
        {
            let missing = visitor.get(path).await;
            assert!(missing.status == 404 && !missing.text.contains("<title>Client"), "{path}: {missing:?}");
        }
        let association = visitor.get("/.well-known/apple-app-site-association").await;
        assert_eq!((association.status, association.header("content-type")), (200, Some("application/json")));
        let led = visitor.without_redirects().get("/.well-known/change-password").await;
        assert_eq!((led.status, led.header("location")), (303, Some("/settings")));
    }
    drop(server);
    let server = setup.with("IRONPLATE__WEB__SPA_PAGES", "/login").start().await;
    let led = server.client().without_redirects().get("/.well-known/change-password").await;
    assert_eq!(led.header("location"), Some("/dashboard/settings/password"));
    drop(server);
    let server = Setup::on(&Database::sqlite()).start().await;
    let led = server.client().without_redirects().get("/.well-known/change-password").await;
    assert_eq!(led.header("location"), Some("/dashboard/settings/password"));
}

/// Safari plays nothing without; and a download goes on where it stopped.
#[tokio::test]
async fn parts_of_a_file_are_sent() {
    let setup = setup(&Database::sqlite());
    // One that is held in memory, and one that is read when it is asked for.
    let large: Vec<u8> = (0..9_000_000_u32).map(|number| b'a' + (number % 23) as u8).collect();
    fs::write(setup.folder().join("dist/large.mp4"), &large).expect("a file");
    fs::write(setup.folder().join("dist/small.mp4"), &large[..1_000]).expect("a file");
    let server = setup.start().await;
    for (path, content) in [("/small.mp4", &large[..1_000]), ("/large.mp4", &large[..])] {
        let text = String::from_utf8_lossy(content);
        let length = content.len();
        let all = server.client().get(path).await;
        assert!(all.status == 200 && all.text == text, "{path}");
        let (ranges, kind, tag) = (all.header("accept-ranges"), all.header("content-type"), all.header("etag"));
        assert_eq!((ranges, kind), (Some("bytes"), Some("video/mp4")));
        let tag = tag.expect("a tag");
        assert!(tag.starts_with('"'), "{tag} is strong");
        for (range, from, to) in [
            ("bytes=0-1", 0, 2),
            ("bytes=100-", 100, length),
            ("bytes=-5", length - 5, length),
            ("bytes=0-99999999", 0, length),
        ] {
            for condition in [None, Some(tag)] {
                let visitor = server.client().with_header("range", range);
                let visitor = condition.map_or(visitor.clone(), |tag| visitor.with_header("if-range", tag));
                let part = visitor.get(path).await;
                assert_eq!((part.status, part.text.as_str()), (206, &text[from..to]), "{path} {range}");
                assert_eq!(part.header("content-range"), Some(&*format!("bytes {from}-{}/{length}", to - 1)));
                assert_eq!((part.header("etag"), part.header("content-encoding")), (Some(tag), None));
            }
        }
        let outside = server.client().with_header("range", &format!("bytes={length}-")).get(path).await;
        assert_eq!((outside.status, outside.header("content-range")), (416, Some(&*format!("bytes */{length}"))));
        for (name, value) in
            [("range", "bytes=5-2"), ("range", "bytes=0-1,4-5"), ("range", "bytes=x"), ("range", "lines=0-1")]
        {
            assert_eq!(server.client().with_header(name, value).get(path).await.status, 200, "{value}");
        }
        for changed in ["\"other\"", &format!("W/{tag}"), "Sat, 28 Nov 2026 00:00:00 GMT", "nonsense"] {
            let visitor = server.client().with_header("range", "bytes=0-1").with_header("if-range", changed);
            assert_eq!(visitor.get(path).await.status, 200, "{changed}");
        }
        let known = server.client().with_header("if-none-match", tag).with_header("range", "bytes=0-1");
        assert_eq!(known.get(path).await.status, 304);
    }
    fs::write(setup.folder().join("dist/large.mp4"), "another").expect("a file");
    assert_eq!(server.client().get("/large.mp4").await.status, 503, "it is not what was there at the start");
}

#[tokio::test]
async fn each_form_of_a_file_has_a_tag_of_its_own() {
    let setup = setup(&Database::sqlite());
    let script = "console.log('a line that is worth compressing');\n".repeat(100);
    fs::write(setup.folder().join("dist/app.js"), &script).expect("a file");
    let server = setup.start().await;
    let (plain, zipping) = (server.client(), server.client().with_header("accept-encoding", "gzip, deflate, br"));
    let (one, other) = (plain.get("/app.js").await, zipping.get("/app.js").await);
    assert_eq!((one.text.as_str(), one.header("content-encoding")), (script.as_str(), None));
    assert_eq!(other.header("content-encoding"), Some("gzip"));
    let tags = [one.header("etag").expect("a tag"), other.header("etag").expect("a tag")];
    assert_ne!(tags[0], tags[1]);
    for (visitor, tag, other) in [(&plain, tags[0], tags[1]), (&zipping, tags[1], tags[0])] {
        let known = visitor.with_header("if-none-match", &format!("\"x\", W/{tag}")).get("/app.js").await;
        assert_eq!(
            (known.status, known.header("etag"), known.header("vary")),
            (304, Some(tag), Some("Accept-Encoding"))
        );
        let changed = visitor.with_header("if-none-match", other).get("/app.js").await;
        assert_eq!((changed.status, changed.header("vary")), (200, Some("Accept-Encoding")));
    }
    // A part of what is compressed would be of no use.
    let part = zipping.with_header("range", "bytes=0-6").get("/app.js").await;
    assert_eq!((part.status, part.text.as_str(), part.header("etag")), (206, "console", Some(tags[0])));
    let refusing = server.client().with_header("accept-encoding", "gzip;q=0, *;q=0.1").get("/app.js").await;
    assert_eq!(refusing.header("content-encoding"), None);
}

/// A client that was written for the template knows no verification.
#[tokio::test]
async fn mailed_links_lead_to_pages_that_are_there() {
    let database = Database::sqlite();
    let server = setup(&database).start().await;
    let page = server.client().get("/verify-email?token=x").await;
    assert!(page.text.contains("This link does not work any more"), "{page:?}");
    drop(server);
    let setup = setup(&database).with("IRONPLATE__WEB__SPA_PAGES", "/verify-email");
    let server = setup.start().await;
    for (path, text) in [
        ("/verify-email?token=x", "<title>Client</title>"),
        ("/reset-password?token=x", "This link does not work any more"),
        ("/recover-password", "Forgot your password?"),
        ("/login", "<h1>Log in</h1>"),
    ] {
        let page = server.client().with_header("accept", "text/html").get(path).await;
        assert!(page.status == 200 && page.text.contains(text), "{path}: {page:?}");
    }
    drop(server);
    let finished = setup.with("IRONPLATE__WEB__SPA_PAGES", "/elsewhere").run(&["config", "check"]).await;
    assert!(finished.output().contains("web.spa_pages"), "{}", finished.output());
}

#[tokio::test]
async fn people_are_told_by_a_page_and_programs_as_ever() {
    let setup = Setup::on(&Database::sqlite());
    let server = setup.start().await;
    let browser = server.client().with_header("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    for path in ["/nowhere", "/reset", "/dashboardx"] {
        let page = browser.get(path).await;
        assert!(page.status == 404 && page.text.contains("<h1>Not found</h1>"), "{path}: {page:?}");
        assert!(page.header("content-security-policy").is_some(), "{page:?}");
        server.client().get(path).await.assert_refused(404, "not_found");
    }
    browser.get("/api/v1/nowhere").await.assert_refused(404, "not_found");
    browser.get("nowhere").await.assert_refused(404, "not_found");
    browser.post("/nowhere", &serde_json::json!({})).await.assert_refused(404, "not_found");
    drop(server);

    let server = setup.with_limit("requests_per_client", "1 per hour").start().await;
    let browser = server.client().with_header("accept", "text/html");
    browser.get("/dashboard/log-in").await;
    for path in ["/dashboard/log-in", "/reset-password?token=x", "/nowhere"] {
        let page = browser.get(path).await;
        assert!(page.status == 429 && page.text.contains("<h1>Too many attempts</h1>"), "{page:?}");
        assert!(page.header("retry-after").is_some() && page.header("cache-control") == Some("no-store"), "{page:?}");
    }
    server.client().get("/dashboard/log-in").await.assert_refused(429, "too_many_requests");
    browser.get("users/me").await.assert_refused(429, "too_many_requests");
}

#[cfg(unix)]
#[tokio::test]
async fn nothing_hidden_and_nothing_outside_of_the_folder_is_served() {
    let setup = setup(&Database::sqlite());
    let folder = setup.folder().join("dist");
    fs::write(folder.join(".env"), "secret").expect("a file");
    fs::create_dir_all(folder.join(".git")).expect("a folder");
    fs::write(folder.join(".git/config.txt"), "secret").expect("a file");
    fs::create_dir_all(folder.join(".well-known")).expect("a folder");
    fs::write(folder.join(".well-known/security.txt"), "Contact").expect("a file");
    fs::write(folder.join("with space.txt"), "spaced").expect("a file");
    for (target, name) in
        [("../secret.txt", "outside.txt"), ("..", "above"), ("nothing", "dangling.txt"), ("favicon.ico", "icon.ico")]
    {
        std::os::unix::fs::symlink(target, folder.join(name)).expect("a link");
    }
    let server = setup.start().await;
    let visitor = server.client();
    for path in ["/.env", "/.git/config.txt", "/outside.txt", "/above/secret.txt", "/dangling.txt"] {
        visitor.get(path).await.assert_refused(404, "not_found");
    }
    for (path, text) in
        [("/.well-known/security.txt", "Contact"), ("/with%20space.txt", "spaced"), ("/icon.ico", "icon")]
    {
        assert_eq!(visitor.get(path).await.text, text, "{path}");
    }
    for path in ["//api/v1/nothing", "/%61pi/v1/nothing", "/API/v1/nothing"] {
        assert!(!visitor.with_header("accept", "text/html").get(path).await.text.contains("<title>"), "{path}");
    }
    for left_out in [".env", ".git", "outside.txt", "above", "dangling.txt"] {
        assert!(server.stderr().contains(left_out), "{left_out} is named");
    }
}

#[tokio::test]
async fn a_folder_without_a_first_page_is_refused_at_start() {
    let setup = Setup::on(&Database::sqlite()).with("IRONPLATE__WEB__SPA_DIR", ".");
    let finished = setup.run(&["serve"]).await;
    assert!(finished.output().contains("has no index.html"), "{}", finished.output());
    assert_ne!(finished.code, Some(0));
}

#[tokio::test]
async fn a_template_of_a_folder_takes_the_place_of_its_namesake() {
    let setup = Setup::on(&Database::sqlite()).with("IRONPLATE__WEB__TEMPLATES_FOLDER", "pages");
    let folder = setup.folder().join("pages");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("style.css"), ":root { --accent: teal }").expect("a file");
    fs::write(folder.join("plain.html"), PLAIN).expect("a file");
    let server = setup.start().await;
    assert!(server.client().get("/dashboard/log-in").await.text.contains("<p>Ours:"));
    assert_eq!(server.client().get("/dashboard/assets/style.css").await.text, ":root { --accent: teal }");
    drop(server);

    // Nobody goes without a page because its new template names what there is not.
    fs::write(folder.join("plain.html"), format!("{PLAIN}{{{{ nothing.of_this }}}}")).expect("a file");
    let server = setup.start().await;
    let page = server.client().get("/dashboard/log-in").await;
    assert!(page.status == 200 && page.text.contains("<h1>Log in</h1>") && !page.text.contains("Ours:"), "{page:?}");
    drop(server);
    fs::write(folder.join("plian.html"), "").expect("a file");
    fs::write(folder.join("home.html"), "{% if %}").expect("a file");
    let finished = setup.run(&["config", "check"]).await;
    let told = finished.output();
    assert!(told.contains("plian.html: no template has this name") && told.contains("home.html"), "{told}");
}

/// Where it lives on a server of its own, and lacks the page that proves an address.
#[tokio::test]
async fn links_to_pages_that_a_client_elsewhere_lacks_lead_to_this_server() {
    const API: &str = "https://api.example.test";
    let (database, smtp) = (Database::sqlite(), SmtpServer::start());
    let setup = Setup::on(&database).with_mail_to(&smtp).with("IRONPLATE__WEB__DASHBOARD_HOST", API);
    let server = setup.start().await;
    let ann = server.client().sign_up("ann@example.com").await;
    let verification = smtp.wait_for_mail_to("ann@example.com").await;
    assert!(verification.link().as_str().starts_with(&format!("{API}/verify-email?token=")), "{}", verification.link());
    let _message = server.client().ask_for_recovery("ann@example.com").await.ok();
    let recovery = smtp.wait_for_mails_to("ann@example.com", 2).await.pop().unwrap();
    assert!(recovery.link().as_str().starts_with(&format!("{FRONTEND}/reset-password?token=")), "{}", recovery.link());

    // And there it is found: the dashboard's page, which comes along with the key.
    let path = verification.link()[url::Position::BeforePath..].to_owned();
    let page = server.client().with_header("accept", "text/html").get(&path).await;
    assert!(page.status == 200 && page.text.contains("ann@example.com"), "{page:?}");
    let _message = ann.verify_email(&verification.token()).await.ok();
}
