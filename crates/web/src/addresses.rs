//! Mounts what is asked at many addresses, so that a request finds its own without trying all of them.

use std::collections::BTreeMap;

use actix_web::{
    Resource, Route,
    web::{self, ServiceConfig},
};

/// What answers at an address, with a slash at its end and without.
pub struct Address {
    /// Part by part, as actix-web writes them: `users`, `{id}`, or `{id:signup}`, a word that stands where others have a placeholder.
    parts: Vec<String>,
    answer: Box<dyn Fn(Resource) -> Resource>,
}

impl Address {
    /// `path` is empty, or has a slash before each part; `answer` puts its routes into an empty resource.
    pub fn new(path: &str, answer: impl Fn(Resource) -> Resource + 'static) -> Self {
        Self { parts: path.split('/').skip(1).map(str::to_owned).collect(), answer: Box::new(answer) }
    }

    /// To be mounted by itself.
    #[must_use]
    pub fn resources(&self) -> [Resource; 2] {
        self.from(0)
    }

    /// Within what leads to this part. A pattern each: of two patterns in one, actix-web makes regular expressions.
    fn from(&self, part: usize) -> [Resource; 2] {
        let pattern: String = self.rest(part).iter().flat_map(|part| ["/", part]).collect();
        [format!("{pattern}/"), pattern].map(|pattern| (self.answer)(web::resource(pattern)))
    }

    fn rest(&self, from: usize) -> &[String] {
        self.parts.get(from..).unwrap_or_default()
    }

    /// Whether nothing but words is left.
    fn is_fixed(&self, from: usize) -> bool {
        self.rest(from).iter().all(|part| !part.starts_with('{'))
    }

    /// Whether the next part is a word that stands where others have a placeholder.
    fn is_shared(&self, from: usize) -> bool {
        self.rest(from).first().is_some_and(|part| part.starts_with('{') && part.contains(':'))
    }
}

/// Mounts addresses, and what answers elsewhere below what they have in common. The router tries what is mounted one by one, and a
/// placeholder is a regular expression to it, which for each of a hundred addresses would cost more than all else of a request. So
/// words come first, and addresses that begin alike are tried together.
pub fn mount(addresses: &[Address], otherwise: fn() -> Route, config: &mut ServiceConfig) {
    mount_below(&addresses.iter().collect::<Vec<_>>(), 0, otherwise, config);
}

fn mount_below(addresses: &[&Address], part: usize, otherwise: fn() -> Route, config: &mut ServiceConfig) {
    let (here, below): (Vec<&Address>, Vec<&Address>) =
        addresses.iter().partition(|address| address.is_fixed(part) || address.is_shared(part));
    for resource in here.into_iter().flat_map(|address| address.from(part)) {
        config.service(resource);
    }
    let mut groups = BTreeMap::<&str, Vec<&Address>>::new();
    for address in below {
        if let Some(beginning) = address.rest(part).first() {
            groups.entry(beginning).or_default().push(address);
        }
    }
    // A brace comes behind all letters.
    for (beginning, group) in groups {
        let (ending, longer): (Vec<&Address>, Vec<&Address>) =
            group.iter().partition(|address| address.parts.len() == part + 1);
        for resource in ending.into_iter().flat_map(|address| address.from(part)) {
            config.service(resource);
        }
        if !longer.is_empty() {
            let scope = web::scope(&format!("/{beginning}")).default_service(otherwise());
            config.service(scope.configure(|config| mount_below(&longer, part + 1, otherwise, config)));
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::{App, test};

    use super::*;

    const PATHS: [&str; 8] = [
        "",
        "/items",
        "/items/{id}",
        "/items/new",
        "/items/{id}/move",
        "/items/all/move",
        "/items/{id}/parts/{part}",
        "/items/{id:first}/parts",
    ];

    #[tokio::test]
    async fn each_address_answers_with_a_slash_and_without_and_a_word_before_a_placeholder() {
        let below = |config: &mut ServiceConfig| {
            let address = |path| Address::new(path, move |resource| resource.to(move || async move { path }));
            mount(&PATHS.map(address), || web::to(|| async { "nothing" }), config);
        };
        let app = App::new().service(web::scope("/all").configure(below));
        let service = test::init_service(app).await;
        for (asked, answered) in [
            ("", ""),
            ("/items", "/items"),
            ("/items/7", "/items/{id}"),
            ("/items/new", "/items/new"),
            ("/items/newer", "/items/{id}"),
            ("/items/7/move", "/items/{id}/move"),
            ("/items/all/move", "/items/all/move"),
            ("/items/7/parts/8", "/items/{id}/parts/{part}"),
            ("/items/first/parts", "/items/{id:first}/parts"),
            ("/items/7/parts", "nothing"),
            ("/items/7/none", "nothing"),
            ("/items/7/parts/8/none", "nothing"),
        ] {
            for slash in ["", "/"] {
                let request = test::TestRequest::with_uri(&format!("/all{asked}{slash}")).to_request();
                let body = test::call_and_read_body(&service, request).await;
                assert_eq!(body, answered, "{asked}{slash}");
            }
        }
    }
}
