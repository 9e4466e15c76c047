//! Files with secrets in them: whole or not there, readable by their owner alone.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// A file that appears under its name only when it is whole.
#[derive(Debug)]
pub struct NewFile {
    file: File,
    part: PathBuf,
    path: PathBuf,
}

impl NewFile {
    /// Begins a file beside the place where it shall be, under a name nobody can guess.
    pub fn create(path: &Path) -> io::Result<Self> {
        let mut random = [0_u8; 8];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let mut part = path.to_path_buf().into_os_string();
        part.push(format!(".{:016x}.part", u64::from_ne_bytes(random)));
        let part = PathBuf::from(part);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Self { file: options.open(&part)?, part, path: path.to_path_buf() })
    }

    /// Where to write.
    pub const fn file(&self) -> &File {
        &self.file
    }

    /// Where it is until it has its name: for whoever writes by path.
    pub fn part(&self) -> &Path {
        &self.part
    }

    /// Gives the file its name, replacing what had it.
    pub fn keep(self) -> io::Result<()> {
        self.file.sync_all()?;
        std::fs::rename(&self.part, &self.path)?;
        self.sync_folder()
    }

    /// Gives the file its name; `AlreadyExists` where something has it.
    pub fn keep_new(self) -> io::Result<()> {
        self.file.sync_all()?;
        std::fs::hard_link(&self.part, &self.path)?;
        self.sync_folder()
    }

    /// The name itself is on disk only when its folder is.
    fn sync_folder(&self) -> io::Result<()> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        // After a rename there is nothing left; else what is here is half written, or has its name.
        let _ = std::fs::remove_file(&self.part);
    }
}
