//! The layers of the workspace, held against what Cargo resolves: who may reach whom, and that every crate says what
//! it is.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fs,
    path::Path,
    process::Command,
};

use cargo_metadata::{DependencyKind, MetadataCommand, Package, PackageId, camino::Utf8Path};

const ASYNC: &[&str] = &["async-trait", "futures", "futures-util", "tokio"];
const RUNTIME: &[&str] = &["actix-rt", "tokio"];
const WEB: &[&str] = &["actix-http", "actix-web", "hyper", "utoipa"];
const DATABASE: &[&str] = &["diesel", "diesel-async", "libsqlite3-sys", "tokio-postgres"];
const MAIL: &[&str] = &["lettre"];
const PAGES: &[&str] = &["tera"];
const JSON_API: &[&str] = &["utoipa"];
const JSON: &[&str] = &["serde_json"];

/// A crate of the workspace and what its normal dependencies may lead to.
struct Layer {
    name: &'static str,
    /// Of our own crates, all that it may reach.
    builds_on: &'static [&'static str],
    /// Of everybody else's, what it must not reach.
    never: &'static [&'static [&'static str]],
}

const CORE: &[&str] = &["ironplate-application", "ironplate-domain", "ironplate-measure"];

const INBOUND: &[&str] = &["ironplate-application", "ironplate-domain", "ironplate-measure", "ironplate-web"];

/// `ironplate-server` is missing on purpose: the binary may reach everything.
const LAYERS: &[Layer] = &[
    Layer { name: "ironplate-domain", builds_on: &[], never: &[ASYNC, WEB, DATABASE, MAIL, PAGES, JSON] },
    Layer { name: "ironplate-measure", builds_on: &[], never: &[ASYNC, WEB, DATABASE, MAIL, PAGES, JSON] },
    Layer {
        name: "ironplate-application",
        builds_on: &["ironplate-domain", "ironplate-measure"],
        never: &[RUNTIME, WEB, DATABASE, MAIL, PAGES, JSON],
    },
    Layer { name: "ironplate-persistence", builds_on: CORE, never: &[WEB, MAIL, PAGES] },
    Layer { name: "ironplate-crypto", builds_on: CORE, never: &[WEB, DATABASE] },
    Layer { name: "ironplate-mail", builds_on: CORE, never: &[WEB, DATABASE] },
    Layer { name: "ironplate-mailbox", builds_on: CORE, never: &[DATABASE, MAIL, JSON_API] },
    Layer { name: "ironplate-web", builds_on: CORE, never: &[DATABASE, MAIL, PAGES, JSON_API] },
    Layer { name: "ironplate-http", builds_on: INBOUND, never: &[DATABASE, MAIL] },
    Layer { name: "ironplate-dashboard", builds_on: INBOUND, never: &[DATABASE, MAIL] },
    Layer { name: "ironplate-web-client", builds_on: INBOUND, never: &[DATABASE, MAIL, PAGES, JSON_API] },
    Layer { name: "ironplate-testkit", builds_on: CORE, never: &[WEB, DATABASE, MAIL, PAGES] },
    Layer {
        name: "ironplate-example-command-line",
        builds_on: &[
            "ironplate-application",
            "ironplate-crypto",
            "ironplate-domain",
            "ironplate-measure",
            "ironplate-persistence",
        ],
        never: &[WEB, MAIL, PAGES],
    },
    Layer {
        name: "ironplate-example-axum",
        builds_on: &[
            "ironplate-application",
            "ironplate-crypto",
            "ironplate-domain",
            "ironplate-measure",
            "ironplate-persistence",
            "ironplate-web",
        ],
        never: &[MAIL, PAGES, JSON_API],
    },
    Layer { name: "ironplate-example-mocks", builds_on: CORE, never: &[WEB, DATABASE, MAIL, PAGES, JSON] },
    Layer {
        name: "ironplate-example-foreign-store",
        builds_on: &["ironplate-application", "ironplate-domain", "ironplate-measure", "ironplate-testkit"],
        never: &[WEB, DATABASE, MAIL, PAGES],
    },
];

/// What Cargo resolves for this machine, reduced to normal dependencies.
struct Workspace {
    packages: BTreeMap<PackageId, Package>,
    needs: BTreeMap<PackageId, Vec<PackageId>>,
}

impl Workspace {
    fn resolve() -> Self {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.toml");
        // Other platforms' packages may not have been downloaded.
        let options = ["--locked".to_owned(), "--filter-platform".to_owned(), host()];
        let metadata = MetadataCommand::new().manifest_path(manifest).other_options(options).exec();
        let metadata = metadata.expect("the workspace resolved");
        let nodes = metadata.resolve.expect("a dependency graph").nodes;
        let normal = |kind| kind == DependencyKind::Normal;
        let needs = nodes.into_iter().map(|node| {
            let deps = node.deps.into_iter().filter(|dep| dep.dep_kinds.iter().any(|info| normal(info.kind)));
            (node.id, deps.map(|dep| dep.pkg).collect())
        });
        let needs = needs.collect();
        Self { packages: metadata.packages.into_iter().map(|package| (package.id.clone(), package)).collect(), needs }
    }

    fn name(&self, id: &PackageId) -> &str {
        &self.packages[id].name
    }

    /// The crates under `crates/` and `examples/`.
    fn crates(&self) -> impl Iterator<Item = &Package> {
        let is_ours = |at: &Utf8Path| at.ends_with("crates") || at.ends_with("examples");
        self.packages.values().filter(move |package| {
            package.source.is_none() && package.manifest_path.ancestors().nth(2).is_some_and(is_ours)
        })
    }

    /// Everything that `from` reaches, by name, each with the shortest way there.
    fn reached_from(&self, from: &PackageId) -> BTreeMap<&str, String> {
        let mut ways = BTreeMap::from([(from, self.name(from).to_owned())]);
        let mut queue = VecDeque::from([from]);
        while let Some(at) = queue.pop_front() {
            for next in &self.needs[at] {
                if !ways.contains_key(next) {
                    ways.insert(next, format!("{} → {}", ways[at], self.name(next)));
                    queue.push_back(next);
                }
            }
        }
        ways.remove(from);
        ways.into_iter().map(|(id, way)| (self.name(id), way)).collect()
    }
}

/// The platform that this toolchain builds for.
fn host() -> String {
    let cargo = Command::new(env!("CARGO")).arg("-vV").output().expect("cargo's version");
    let text = String::from_utf8(cargo.stdout).expect("cargo's version as text");
    text.lines().find_map(|line| line.strip_prefix("host: ")).expect("the host in cargo's version").to_owned()
}

#[test]
fn no_crate_reaches_beyond_its_layer() {
    let workspace = Workspace::resolve();
    let mut offences = Vec::new();
    for Layer { name, builds_on, never } in LAYERS {
        let package = workspace.crates().find(|package| package.name == *name).expect(name);
        for (reached, way) in workspace.reached_from(&package.id) {
            let ours = reached.starts_with("ironplate-");
            if ours && !builds_on.contains(&reached) || never.concat().contains(&reached) {
                offences.push(way);
            }
        }
    }
    assert!(offences.is_empty(), "these dependencies break the layering:\n  {}", offences.join("\n  "));
}

#[test]
fn every_crate_has_a_layer() {
    let workspace = Workspace::resolve();
    let there: BTreeSet<&str> = workspace.crates().map(|package| package.name.as_str()).collect();
    let listed: BTreeSet<&str> = LAYERS.iter().map(|layer| layer.name).chain(["ironplate-server"]).collect();
    assert_eq!(there, listed, "a crate in crates/ or examples/ has its row in LAYERS");
}

#[test]
fn every_crate_is_introduced_by_its_readme() {
    for package in Workspace::resolve().crates() {
        let folder = package.manifest_path.parent().expect("a folder");
        assert!(folder.join("README.md").is_file(), "{} has no README.md", package.name);
        let root = ["src/lib.rs", "src/main.rs"].map(|file| folder.join(file)).into_iter().find(|file| file.is_file());
        let root = fs::read_to_string(root.expect("a crate root")).expect("the crate root read");
        assert!(
            root.starts_with("#![doc = include_str!(\"../README.md\")]"),
            "{}'s README.md is not its crate doc",
            package.name
        );
    }
}
