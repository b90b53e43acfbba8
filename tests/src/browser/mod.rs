//! A real browser, driven by WebDriver (<https://www.w3.org/TR/webdriver2/>).

mod authenticator;
mod axe;
mod driver;
mod keyboard;
mod watch;

use std::{fs, path::Path};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use self::driver::Driver;
pub use self::{
    authenticator::{AttachedAuthenticator, VirtualAuthenticator},
    watch::Behind,
};
use crate::{Server, until, wait::sight};

/// How WebDriver names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser with one tab and a profile of its own, on the pages of one server.
pub struct Browser {
    driver: Driver,
    base: String,
}

/// Light or dark, as the device has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Whether pages run their scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scripts {
    /// They do.
    On,
    /// They don't.
    Off,
}

impl Browser {
    /// `None`, told loudly, where no browser is; unless one is required.
    pub async fn on(server: &Server) -> Option<Self> {
        Self::at(format!("http://{}", server.address())).await
    }

    /// The same, where passkeys can be: at a domain, which an address is none, and which browsers trust without TLS. The server is
    /// to know that it is reached so: see [`Setup::start_on_localhost`](crate::Setup::start_on_localhost).
    pub async fn on_localhost(server: &Server) -> Option<Self> {
        Self::at(format!("http://localhost:{}", server.address().port())).await
    }

    async fn at(base: String) -> Option<Self> {
        Some(Self { driver: Driver::start().await?, base })
    }

    /// Where the pages are: scheme, host and port.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.base
    }

    /// Loads the page at this path.
    pub async fn open(&self, path: &str) {
        self.driver.post("url", json!({ "url": format!("{}{path}", self.base) })).await;
    }

    /// The path and the query of the page.
    pub async fn path(&self) -> String {
        let url = self.driver.get("url").await;
        let url = url.as_str().expect("an address");
        url.strip_prefix(&self.base).unwrap_or_else(|| panic!("{url} is elsewhere")).to_owned()
    }

    /// As the button of this name does.
    pub async fn back(&self) {
        self.driver.post("back", json!({})).await;
    }

    /// Has no cookies any more.
    pub async fn forget(&self) {
        self.driver.devtools("Network.clearBrowserCookies", json!({})).await;
    }

    /// Types into the field of this name, in place of what is in it.
    pub async fn fill(&self, name: &str, text: &str) {
        let field = self.find(&format!("main [name={name}], dialog [name={name}]")).await;
        self.driver.post(&format!("element/{field}/clear"), json!({})).await;
        self.driver.post(&format!("element/{field}/value"), json!({ "text": text })).await;
    }

    /// Chooses what has this value in the list of this name.
    pub async fn choose(&self, name: &str, value: &str) {
        self.click(&format!("main [name={name}] option[value='{value}']")).await;
    }

    /// Clicks, which loads another page.
    pub async fn follow(&self, selector: &str) {
        self.script("window.isOld = true").await;
        self.click(selector).await;
        until("another page is loaded", async || {
            let loaded = self.script("return !window.isOld && document.readyState === 'complete'").await;
            (loaded == true).then_some(())
        })
        .await;
    }

    /// Clicks, and stays.
    pub async fn click(&self, selector: &str) {
        let element = self.find(selector).await;
        self.driver.post(&format!("element/{element}/click"), json!({})).await;
    }

    /// Types keys at whatever has the focus.
    pub async fn press(&self, key: char) {
        let keys = json!([{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]);
        self.driver.post("actions", json!({"actions": [{"type": "key", "id": "keys", "actions": keys}]})).await;
    }

    /// What the page says, as people read it.
    pub async fn text(&self) -> String {
        let text = self.script("return document.body.innerText").await;
        text.as_str().expect("a text").to_owned()
    }

    /// Asserts that the page says all of this, in a moment.
    pub async fn shows(&self, texts: &[&str]) {
        for text in texts {
            let seen = sight(async || self.text().await.contains(text).then_some(())).await;
            assert!(seen.is_some(), "no {text:?} at {} in {}", self.path().await, self.text().await);
        }
    }

    /// Runs a script in the page. Of a promise that it returns, what comes of it.
    pub async fn script(&self, script: &str) -> Value {
        self.driver.post("execute/sync", json!({ "script": script, "args": [] })).await
    }

    /// Looks as on a device of this width, in this scheme.
    pub async fn look_like(&self, width: u32, scheme: Scheme) {
        let scheme = if scheme == Scheme::Light { "light" } else { "dark" };
        let features = json!([
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]);
        self.driver.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
        let metrics = json!({"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false});
        self.driver.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// From the next page on, pages run no scripts, or do again; tests still look by scripts of their own.
    pub async fn run_scripts(&self, scripts: Scripts) {
        let is_off = scripts == Scripts::Off;
        self.driver.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": is_off })).await;
    }

    /// A picture of the whole page.
    pub async fn picture(&self, file: &Path) {
        let taken = json!({"format": "png", "captureBeyondViewport": true});
        let picture = self.driver.devtools("Page.captureScreenshot", taken).await;
        let picture = BASE64_STANDARD.decode(picture["data"].as_str().expect("a picture")).expect("a picture");
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, picture).expect("a file");
    }

    async fn find(&self, selector: &str) -> String {
        let found = self.driver.post("element", json!({"using": "css selector", "value": selector})).await;
        found[ELEMENT].as_str().unwrap_or_else(|| panic!("no {selector}: {found}")).to_owned()
    }
}
