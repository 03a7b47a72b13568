//! What was deployed over the API, so that it is there again after a restart of the server.
//!
//! The texts are kept as they were sent, with their references; secrets that a client has written out are in them, so
//! the file is for its owner alone. It is replaced as a whole: whoever reads it finds the old one or the new one.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::sync::Mutex;

use super::problem::ApiProblem;
use crate::error::{Error, Result};

/// The configurations of a server, and its file, if it has one. A clone is the same.
#[derive(Clone)]
pub(super) struct Kept {
    path: Option<Arc<Path>>,
    /// Held while the file is written, so that the last one that is written is the last one that there was.
    applications: Arc<Mutex<BTreeMap<String, Texts>>>,
}

/// The configuration of one application, and those of its revisions.
#[derive(Default)]
struct Texts {
    current: Option<Box<RawValue>>,
    of_revisions: BTreeMap<u64, Box<RawValue>>,
}

/// So many revisions can be gone back to at most, as the engine has it.
const REVISIONS_MAX: usize = 10;
/// What the file is, and in which form.
const FORM: u32 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StateFile {
    serve_state: u32,
    applications: BTreeMap<String, Box<RawValue>>,
}

/// Of a whole configuration what is kept of it.
#[derive(Deserialize)]
struct WholeText<'a> {
    #[serde(borrow)]
    applications: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

impl Texts {
    fn set(&mut self, revision: u64, text: Box<RawValue>) {
        self.of_revisions.insert(revision, text.clone());
        while self.of_revisions.len() > REVISIONS_MAX {
            self.of_revisions.pop_first();
        }
        self.current = Some(text);
    }
}

impl Kept {
    /// What the file says, if there is one. It is written at once, so that one which cannot be written is found now.
    ///
    /// # Errors
    ///
    /// It cannot be read or written, or is something else.
    pub(super) fn open(path: Option<&Path>) -> Result<Self> {
        let mut applications = BTreeMap::new();
        if let Some(path) = path {
            let found = read(path).map_err(|problem| Error::Admin { problem })?;
            write(path, &found).map_err(|error| Error::Admin {
                problem: format!(
                    "the state file `{}` cannot be written: {error}; AdminOptions::state takes a file in a directory \
                     that this program may write",
                    path.display()
                ),
            })?;
            applications = found.applications;
        }
        let texts = |(name, text)| (name, Texts { current: Some(text), ..Texts::default() });
        let applications = applications.into_iter().map(texts).collect();
        Ok(Self { path: path.map(Arc::from), applications: Arc::new(Mutex::new(applications)) })
    }

    /// All of them, by name.
    pub(super) async fn texts(&self) -> Vec<(String, String)> {
        let applications = self.applications.lock().await;
        let texts = applications.iter().filter_map(|(name, texts)| {
            Some((name.clone(), texts.current.as_ref()?.get().to_owned()))
        });
        texts.collect()
    }

    /// Keeps the configuration of an application, which is the one of this revision.
    pub(super) async fn keep(
        &self,
        name: &str,
        revision: u64,
        text: String,
    ) -> Result<(), ApiProblem> {
        let mut applications = self.applications.lock().await;
        // It has been read as JSON before.
        let Ok(text) = RawValue::from_string(text.trim().to_owned()) else { return Ok(()) };
        applications.entry(name.to_owned()).or_default().set(revision, text);
        self.save(&applications).await
    }

    /// Keeps those applications of a whole configuration that are deployed, with the revision that each is of, and forgets
    /// all that are not in it.
    pub(super) async fn keep_all(
        &self,
        text: &str,
        deployed: &BTreeMap<String, u64>,
    ) -> Result<(), ApiProblem> {
        // It has been read before, by whoever knows more of it.
        let Ok(whole) = serde_json::from_str::<WholeText<'_>>(text) else { return Ok(()) };
        let named = whole.applications.into_iter().filter_map(|text| {
            let Named { name } = serde_json::from_str(text.get()).ok()?;
            Some((name, text.to_owned()))
        });
        let named: BTreeMap<_, _> = named.collect();
        let mut applications = self.applications.lock().await;
        applications.retain(|name, _| named.contains_key(name));
        for (name, text) in named {
            if let Some(revision) = deployed.get(&name) {
                applications.entry(name).or_default().set(*revision, text);
            }
        }
        self.save(&applications).await
    }

    /// The application is of this revision now, which is made of what an earlier one was made of. Gives its
    /// configuration, if it had one.
    pub(super) async fn return_to(
        &self,
        name: &str,
        earlier: u64,
        revision: u64,
    ) -> Result<Option<String>, ApiProblem> {
        let mut applications = self.applications.lock().await;
        let Some(texts) = applications.get_mut(name) else { return Ok(None) };
        let text = texts.of_revisions.get(&earlier).cloned();
        texts.current.clone_from(&text);
        if let Some(text) = &text {
            texts.of_revisions.insert(revision, text.clone());
        }
        self.save(&applications).await?;
        Ok(text.map(|text| text.get().to_owned()))
    }

    pub(super) async fn forget(&self, name: &str) -> Result<(), ApiProblem> {
        let mut applications = self.applications.lock().await;
        match applications.remove(name) {
            Some(_) => self.save(&applications).await,
            None => Ok(()),
        }
    }

    async fn save(&self, applications: &BTreeMap<String, Texts>) -> Result<(), ApiProblem> {
        let Some(path) = self.path.clone() else { return Ok(()) };
        let texts = applications.iter();
        let texts = texts.filter_map(|(name, texts)| Some((name.clone(), texts.current.clone()?)));
        let state = StateFile { serve_state: FORM, applications: texts.collect() };
        let shown = path.display().to_string();
        let writing =
            tokio::runtime::Handle::current().spawn_blocking(move || write(&path, &state));
        let written = writing.await.map_err(|_| ApiProblem::gone())?;
        written.map_err(|error| {
            let detail = format!(
                "the change is made, but `{shown}` cannot be written ({error}): after a restart it will not be there"
            );
            ApiProblem::new(StatusCode::INTERNAL_SERVER_ERROR, "not-kept", detail)
        })
    }
}

/// What the file says; nothing, if there is none.
fn read(path: &Path) -> Result<StateFile, String> {
    let what_to_do = "put it right, or move it away to begin with nothing";
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(StateFile { serve_state: FORM, applications: BTreeMap::new() });
        }
        Err(error) => {
            return Err(format!("the state file `{}` cannot be read: {error}", path.display()));
        }
    };
    let state: StateFile = serde_json::from_str(&text).map_err(|error| {
        format!("`{}` is no state file of this server: {error}; {what_to_do}", path.display())
    })?;
    if state.serve_state == FORM {
        return Ok(state);
    }
    Err(format!(
        "the state file `{}` has the form {}, and this version knows {FORM}; {what_to_do}",
        path.display(),
        state.serve_state
    ))
}

/// Replaces the file by another one that is complete and on the disk.
fn write(path: &Path, state: &StateFile) -> io::Result<()> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    let beside = directory.join(format!(".{}.new", name.to_string_lossy()));
    let mut options = OpenOptions::new();
    // A new file: one that is there may be somebody else's, or lead elsewhere.
    let _ = fs::remove_file(&beside);
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    let text = serde_json::to_string_pretty(state).map_err(io::Error::other)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    drop(file);
    fs::rename(&beside, path)?;
    // Else the new name may not outlive a power failure. Where directories cannot be opened, the system takes care.
    if let Ok(directory) = File::open(&directory) {
        directory.sync_all()?;
    }
    Ok(())
}
