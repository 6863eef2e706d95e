//! Who serves from a data folder holds it, so that nobody throws its database away meanwhile.

use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
};

use tongxin_kernel::{error::Message, say, secret_file};

use crate::app::StartError;

/// A hold on a data folder. It ends with the process, however that ends.
pub struct Hold(File);

impl Hold {
    /// Holds the folder beside others.
    pub fn beside_others(folder: &Path) -> Result<Self, StartError> {
        let hold = Self(file(folder)?);
        hold.share(folder)?;
        Ok(hold)
    }

    /// Holds the folder alone, to begin anew in it.
    pub fn alone(folder: &Path) -> Result<Self, StartError> {
        let hold = Self(file(folder)?);
        let folder = folder.display();
        granted(hold.0.try_lock(), || {
            say!(
                "{folder} 正在使用：先停掉在其中运行的程序，或另用 --data-dir 指明目录",
                "{folder} is in use: stop what runs there first, or name another --data-dir"
            )
        })?;
        Ok(hold)
    }

    /// Lets others in, once the new beginning is made.
    pub fn share(&self, folder: &Path) -> Result<(), StartError> {
        let folder = folder.display();
        granted(self.0.try_lock_shared(), || {
            say!("{folder} 正被清空重来：请重试", "{folder} is just being thrown away: try again")
        })
    }

    /// Whether somebody may hold the folder now; nothing is made there for that.
    pub fn is_possible(folder: &Path) -> Result<(), StartError> {
        if lock(folder).exists() { Self::beside_others(folder).map(drop) } else { Ok(()) }
    }
}

fn file(folder: &Path) -> Result<File, StartError> {
    // Who may open it may lock it.
    Ok(secret_file::open_or_make(&lock(folder))?)
}

fn lock(folder: &Path) -> PathBuf {
    folder.join("in-use.lock")
}

fn granted(lock: Result<(), TryLockError>, refused: impl FnOnce() -> Message) -> Result<(), StartError> {
    match lock {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(StartError::Told(refused())),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_is_alone_begins_anew() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let one = Hold::beside_others(folder).unwrap();
        let two = Hold::beside_others(folder).unwrap();
        drop(one);
        let refused = Hold::alone(folder).err().expect("refused").to_string();
        assert!(refused.contains("is in use"), "{refused}");
        drop(two);
        let alone = Hold::alone(folder).unwrap();
        assert!(Hold::beside_others(folder).is_err() && Hold::alone(folder).is_err());
        alone.share(folder).unwrap();
        let _beside = Hold::beside_others(folder).unwrap();
        assert!(Hold::alone(folder).is_err());
    }
}
