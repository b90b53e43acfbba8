//! A web client of the product's own at `/`, with the API and the dashboard beside it.

use std::fs;

use ironplate_tests::{Database, Setup};

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
    for path in ["/", "/items", "/login", "/reset-password?token=x", "/deep/er/page"] {
        let page = visitor.get(path).await;
        assert!(page.status == 200 && page.text.contains("<title>Client</title>"), "{path}: {page:?}");
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
        assert_eq!(page.header("cache-control"), Some("no-cache"));
    }
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
    let browser = visitor.with_header("accept", "text/html,*/*;q=0.8");
    let page = browser.get("/user/jane.doe").await;
    assert!(page.status == 200 && page.text.contains("<title>Client</title>"), "{page:?}");
    visitor.get("/user/jane.doe").await.assert_refused(404, "not_found");
    visitor.post("nothing", &serde_json::json!({})).await.assert_refused(404, "not_found");
    assert!(visitor.get("/dashboard/log-in").await.text.contains("<h1>Log in</h1>"));
    assert_eq!(visitor.get("/livez").await.status, 200);
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
        let page = server.client().get(path).await;
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
        assert!(!visitor.get(path).await.text.contains("<title>"), "{path}");
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
    fs::write(folder.join("items.html"), "{% if %}").expect("a file");
    let finished = setup.run(&["config", "check"]).await;
    let told = finished.output();
    assert!(told.contains("plian.html: no template has this name") && told.contains("items.html"), "{told}");
}
