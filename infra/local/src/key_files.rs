//! The files of a station's certificate and key: opened before anything is issued, so that no key is made that could not be kept.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use messages::StationId;

use crate::exit::Failure;

/// Two files that only their owner can read, empty until a certificate is kept in them; without one they are taken away again.
#[derive(Debug)]
pub(crate) struct KeyFiles {
    certificate: (PathBuf, File),
    key: (PathBuf, File),
    kept: bool,
}

impl KeyFiles {
    /// Creates both files; neither may be there.
    ///
    /// # Errors
    /// [`Failure::Unusable`] names the file.
    pub(crate) fn create(folder: &Path, station: &StationId) -> Result<Self, Failure> {
        let unusable = |path: &Path, error: &std::io::Error| Failure::Unusable(format!("{}: {error}", path.display()));
        std::fs::create_dir_all(folder).map_err(|error| unusable(folder, &error))?;
        let create = |part: &str| {
            let path = folder.join(format!("{station}.{part}.pem"));
            match private().open(&path) {
                Ok(file) => Ok((path, file)),
                Err(error) => Err(unusable(&path, &error)),
            }
        };
        let key = create("key")?;
        match create("cert") {
            Ok(certificate) => Ok(Self { certificate, key, kept: false }),
            Err(failure) => {
                drop(std::fs::remove_file(&key.0));
                Err(failure)
            }
        }
    }

    /// Keeps a certificate and its key; their paths.
    ///
    /// # Errors
    /// [`Failure::Failed`]: the disk is full or gone. The key is lost.
    pub(crate) fn keep(mut self, certificate: &str, key: &str) -> Result<[PathBuf; 2], Failure> {
        self.kept = true;
        for ((path, file), text) in [(&mut self.certificate, certificate), (&mut self.key, key)] {
            let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
            written.map_err(|error| Failure::Failed(format!("{}: {error}; the key is lost", path.display())))?;
        }
        Ok([self.certificate.0.clone(), self.key.0.clone()])
    }
}

impl Drop for KeyFiles {
    fn drop(&mut self) {
        if !self.kept {
            for (path, _) in [&self.certificate, &self.key] {
                drop(std::fs::remove_file(path));
            }
        }
    }
}

/// A new file that only its owner can read.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    fn create(folder: &Path) -> Result<KeyFiles, Failure> {
        KeyFiles::create(folder, &"s-1".parse().unwrap())
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_key_is_kept_for_its_owner_alone_and_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("keys");
        let [certificate, key] = create(&folder).unwrap().keep("certificate", "key").unwrap();
        assert_eq!(std::fs::read_to_string(certificate).unwrap(), "certificate");
        assert_eq!(std::fs::read_to_string(&key).unwrap(), "key");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
        }
        let Err(Failure::Unusable(refused)) = create(&folder) else { unreachable!("the files are there") };
        assert!(refused.contains("s-1.key.pem"), "{refused}");
        assert_eq!(std::fs::read_to_string(&key).unwrap(), "key");
    }

    #[test]
    fn without_a_certificate_no_file_is_left() {
        let folder = tempfile::tempdir().unwrap();
        drop(create(folder.path()).unwrap());
        assert_eq!(names(folder.path()), [""; 0]);
        std::fs::write(folder.path().join("s-1.cert.pem"), "older").unwrap();
        assert!(create(folder.path()).is_err());
        assert_eq!(names(folder.path()), ["s-1.cert.pem"]);
    }
}
