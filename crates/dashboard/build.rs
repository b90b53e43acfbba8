//! Lists the files of `templates/pages/dashboard/`, so that each that is there is inside the binary, and none has to be named.
#![expect(clippy::disallowed_methods, reason = "Cargo tells build scripts by the environment where they are")]

use std::{
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../templates/pages/dashboard").canonicalize()?;
    println!("cargo:rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();
    let entries = files.iter().map(|file| {
        let name = file.strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
        Ok(format!("({name:?}, include_str!({:?})),\n", file.to_string_lossy()))
    });
    let entries = entries.collect::<Result<String, Box<dyn Error>>>()?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("templates.rs"), format!("&[\n{entries}]\n"))?;
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { collect(&path, files)? } else { files.push(path) }
    }
    Ok(())
}
