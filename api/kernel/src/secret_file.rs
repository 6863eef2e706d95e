//! Files that hold a secret: made once, readable by their owner alone from their first moment, never half written.

use std::{
    fs::{self, DirBuilder, File, Metadata, OpenOptions, Permissions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::Path,
};

use secrecy::{ExposeSecret as _, SecretSlice};
use tempfile::{Builder, NamedTempFile, PersistError};

/// Makes a folder for its owner alone, and those that it lies in. One that is there keeps its mode.
pub fn make_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Opens a file to append to, made for its owner alone where it is not there. One that is there keeps its mode.
pub fn open_or_make(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).mode(0o600).open(path)
}

/// Reads the file, or makes it from `content` when it is not there.
///
/// Of several processes that start at once one makes the file; the others read what it made.
pub fn read_or_create(path: &Path, content: impl FnOnce() -> Vec<u8>) -> io::Result<SecretSlice<u8>> {
    match read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => create(path, content()),
        found => found,
    }
}

/// Reads the file; one that others may read is used, but complained of.
pub fn read(path: &Path) -> io::Result<SecretSlice<u8>> {
    let content = read_unlooked(path)?;
    complain_if_open(path);
    Ok(content)
}

/// The same of a file that may hold nothing secret, which whoever reads it finds out.
pub fn read_unlooked(path: &Path) -> io::Result<SecretSlice<u8>> {
    Ok(SecretSlice::from(fs::read(path)?))
}

/// Reads the file, if its owner alone may.
///
/// # Errors
/// `PermissionDenied` where others may, which no longer makes it a secret.
pub fn read_closed(path: &Path) -> io::Result<SecretSlice<u8>> {
    if is_open_to_others(&fs::metadata(path)?) {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "others can read it: make its mode 0600"));
    }
    read_unlooked(path)
}

/// Makes the file; one that is there stays as it is.
///
/// # Errors
/// `AlreadyExists` for one that is there.
pub fn make(path: &Path, content: Vec<u8>) -> io::Result<()> {
    draft(path, &SecretSlice::from(content))?.persist_noclobber(path).map(drop).map_err(|refused| refused.error)
}

/// Says so where others may read the file. Its mode is left as it is: somebody may have given it on purpose.
pub fn complain_if_open(path: &Path) {
    if is_open(path) {
        tracing::warn!(path = %path.display(), "a file with secrets can be read by others; make its mode 0600");
    }
}

/// Whether the file is there and others may read it.
pub fn is_open(path: &Path) -> bool {
    fs::metadata(path).as_ref().is_ok_and(is_open_to_others)
}

fn is_open_to_others(file: &Metadata) -> bool {
    file.mode() & 0o077 != 0
}

/// Writes the file, whatever was there before.
pub fn replace(path: &Path, content: Vec<u8>) -> io::Result<()> {
    draft(path, &SecretSlice::from(content))?.persist(path)?;
    Ok(())
}

fn create(path: &Path, content: Vec<u8>) -> io::Result<SecretSlice<u8>> {
    let content = SecretSlice::from(content);
    match draft(path, &content)?.persist_noclobber(path) {
        Ok(_) => {
            File::open(folder_of(path))?.sync_all()?;
            Ok(content)
        }
        Err(PersistError { error, .. }) if error.kind() == io::ErrorKind::AlreadyExists => read(path),
        Err(PersistError { error, .. }) => Err(error),
    }
}

/// The whole content beside the path, not yet under its name.
fn draft(path: &Path, content: &SecretSlice<u8>) -> io::Result<NamedTempFile> {
    let mode = Permissions::from_mode(0o600);
    let mut draft = Builder::new().prefix(".new-").permissions(mode).tempfile_in(folder_of(path))?;
    draft.write_all(content.expose_secret())?;
    draft.as_file().sync_all()?;
    Ok(draft)
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, sync::Barrier, thread};

    use super::*;

    #[test]
    fn is_made_once_for_the_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let first = read_or_create(&path, || b"one".to_vec()).unwrap();
        let second = read_or_create(&path, || unreachable!("it is there")).unwrap();
        assert_eq!((first.expose_secret(), second.expose_secret()), (&b"one"[..], &b"one"[..]));
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
    }

    #[test]
    fn what_is_made_is_for_the_owner_alone_and_what_is_there_keeps_its_mode() {
        let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("new").join("data");
        make_folder(&data).unwrap();
        open_or_make(&data.join("file")).unwrap();
        assert_eq!((mode(&data), mode(data.parent().unwrap()), mode(&data.join("file"))), (0o700, 0o700, 0o600));

        fs::set_permissions(&data, Permissions::from_mode(0o750)).unwrap();
        fs::set_permissions(data.join("file"), Permissions::from_mode(0o640)).unwrap();
        make_folder(&data).unwrap();
        open_or_make(&data.join("file")).unwrap().write_all(b"kept").unwrap();
        open_or_make(&data.join("file")).unwrap();
        assert_eq!((mode(&data), mode(&data.join("file"))), (0o750, 0o640));
        assert_eq!(fs::read(data.join("file")).unwrap(), b"kept");
    }

    #[test]
    fn what_others_may_read_is_no_secret_and_what_is_there_is_not_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        make(&path, b"one".to_vec()).unwrap();
        assert_eq!(make(&path, b"two".to_vec()).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(read_closed(&path).unwrap().expose_secret(), b"one");
        for open in [0o640, 0o604, 0o620] {
            fs::set_permissions(&path, Permissions::from_mode(open)).unwrap();
            assert_eq!(read_closed(&path).unwrap_err().kind(), io::ErrorKind::PermissionDenied, "{open:o}");
        }
    }

    #[test]
    fn is_replaced_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tokens");
        fs::write(&path, "open to all").unwrap();
        replace(&path, b"ours".to_vec()).unwrap();
        assert_eq!((fs::read(&path).unwrap(), fs::metadata(&path).unwrap().mode() & 0o777), (b"ours".to_vec(), 0o600));
    }

    #[test]
    fn all_who_start_at_once_agree() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let start = Barrier::new(8);
        let seen: HashSet<Vec<u8>> = thread::scope(|scope| {
            let each = (0..8_u8).map(|n| {
                scope.spawn({
                    let (path, start) = (&path, &start);
                    move || {
                        let make = || {
                            start.wait();
                            vec![n; 64]
                        };
                        read_or_create(path, make).unwrap().expose_secret().to_vec()
                    }
                })
            });
            each.collect::<Vec<_>>().into_iter().map(|t| t.join().unwrap()).collect()
        });
        assert_eq!(seen.len(), 1);
        assert_eq!(seen.into_iter().next().unwrap(), fs::read(&path).unwrap());
    }
}
