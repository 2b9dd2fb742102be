//! The web app as the relay serves it: shell, styles, app and client in folders named by their content, each compressed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context;
use sha2::{Digest, Sha256};

use super::{package, package_folder, wasm};

/// Scripts of the shell that go into the app's folder.
const SHELL_SCRIPTS: [&str; 2] = ["boot.js", "theme.js"];
/// What the shell has at the root, where browsers look for it.
const ROOT_FILES: [&str; 3] = ["index.html", "sw.js", "manifest.webmanifest"];
/// Bytes of a hash in a name.
const HASH_BYTES: usize = 6;
/// Below this, compressing gains nothing.
const COMPRESS_FROM_BYTES: usize = 256;

/// Files by their path.
type Files = BTreeMap<String, Vec<u8>>;

/// Where the relay takes the app from.
pub(crate) fn folder(root: &Path) -> PathBuf {
    root.join("web-app/dist")
}

/// Puts the app together, if anything of it has changed.
pub(crate) fn assemble(root: &Path, app: &wasm::Built) -> anyhow::Result<()> {
    let files = compose(root, app)?;
    let stamp = hash(files.iter());
    let folder = folder(root);
    let stamp_file = folder.with_extension("stamp");
    if folder.exists() && std::fs::read_to_string(&stamp_file).is_ok_and(|known| known == stamp) {
        return Ok(());
    }
    if folder.exists() {
        std::fs::remove_dir_all(&folder).context("an earlier site cannot be removed")?;
    }
    for (path, bytes) in &files {
        let to = folder.join(path);
        std::fs::create_dir_all(to.parent().unwrap_or(&folder))
            .context("the site's folder cannot be made")?;
        std::fs::write(&to, bytes).with_context(|| format!("{path} cannot be written"))?;
        if is_compressible(path) && bytes.len() >= COMPRESS_FROM_BYTES {
            std::fs::write(folder.join(format!("{path}.br")), wasm::compress(bytes)?)
                .with_context(|| format!("{path} cannot be compressed"))?;
        }
    }
    std::fs::write(stamp_file, stamp).context("the site's stamp cannot be written")
}

fn compose(root: &Path, app: &wasm::Built) -> anyhow::Result<Files> {
    let shell = root.join("www");
    let client = package::loaded().map(|name| Ok((name.to_owned(), read(&package_folder(root).join(name))?)));
    let client: Files = client.collect::<anyhow::Result<_>>()?;
    let client_path = format!("assets/client-{}", hash(client.iter()));
    let mut own = app_files(&shell, app)?;
    let app_path = format!("assets/app-{}", hash(own.iter().chain([(&client_path, &Vec::new())])));
    let mut values = vec![
        ("client", format!("/{client_path}")),
        ("app", format!("/{app_path}")),
        ("styles", format!("/{app_path}/styles.css")),
        ("theme", format!("/{app_path}/theme.js")),
        ("boot", format!("/{app_path}/boot.js")),
    ];
    if let Some(boot) = own.get_mut("boot.js") {
        *boot = filled(boot, &values);
    }
    let mut files = Files::new();
    files.extend(client.into_iter().map(|(name, bytes)| (format!("{client_path}/{name}"), bytes)));
    files.extend(own.into_iter().map(|(name, bytes)| (format!("{app_path}/{name}"), bytes)));
    for entry in std::fs::read_dir(&shell).context("www is missing")? {
        let path = entry.context("www cannot be read")?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if ROOT_FILES.contains(&name.as_str()) || name.starts_with("icon") {
            files.insert(name, read(&path)?);
        }
    }
    let kept = files.keys().filter(|path| !matches!(path.as_str(), "index.html" | "sw.js"));
    let precache: Vec<String> =
        ["\"/\"".to_owned()].into_iter().chain(kept.map(|path| format!("\"/{path}\""))).collect();
    values.push(("precache", precache.join(", ")));
    values.push(("version", hash(files.iter())));
    for name in ROOT_FILES {
        if let Some(bytes) = files.get_mut(name) {
            *bytes = filled(bytes, &values);
        }
    }
    Ok(files)
}

/// The app's module, the shell's scripts, and all styles as one sheet.
fn app_files(shell: &Path, app: &wasm::Built) -> anyhow::Result<Files> {
    let mut files = Files::new();
    for path in [&app.script, &app.wasm] {
        files.insert(path.file_name().unwrap_or_default().to_string_lossy().into_owned(), read(path)?);
    }
    for name in SHELL_SCRIPTS {
        files.insert(name.to_owned(), read(&shell.join(name))?);
    }
    let index = String::from_utf8_lossy(&read(&shell.join("styles/index.css"))?).into_owned();
    let mut sheet = Vec::new();
    for name in imports(&index) {
        sheet.extend(read(&shell.join("styles").join(name))?);
        sheet.push(b'\n');
    }
    files.insert("styles.css".to_owned(), sheet);
    Ok(files)
}

/// The sheets that a sheet imports, in order.
fn imports(sheet: &str) -> impl Iterator<Item = &str> {
    sheet.lines().filter_map(|line| line.strip_prefix("@import \"")?.strip_suffix("\";"))
}

fn filled(text: &[u8], values: &[(&str, String)]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text).into_owned();
    values
        .iter()
        .fold(text, |text, (name, value)| text.replace(&format!("{{{{{name}}}}}"), value))
        .into_bytes()
}

fn hash<'a>(files: impl Iterator<Item = (&'a String, &'a Vec<u8>)>) -> String {
    let mut hash = Sha256::new();
    for (name, bytes) in files {
        hash.update((name.len() as u64).to_be_bytes());
        hash.update(name);
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    }
    data_encoding::HEXLOWER.encode(&hash.finalize()[..HASH_BYTES])
}

fn is_compressible(path: &str) -> bool {
    !path.ends_with(".png")
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("{} is missing", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_and_nothing_else() {
        let values = [("app", "/assets/app-1".to_owned())];
        assert_eq!(
            filled(b"import '{{app}}/a.js'; {{other}}", &values),
            b"import '/assets/app-1/a.js'; {{other}}"
        );
    }

    #[test]
    fn a_name_changes_with_every_byte() {
        let files = |bytes: &[u8]| Files::from([("a".to_owned(), bytes.to_vec())]);
        assert_ne!(hash(files(b"one").iter()), hash(files(b"two").iter()));
        assert_eq!(hash(files(b"one").iter()), hash(files(b"one").iter()));
    }
}
