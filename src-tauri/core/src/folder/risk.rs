//! Whether the data lies where it is likely to be damaged: on a network drive, where the locks and the log of the database
//! cannot be relied on, or in a folder that a program copies to other computers while it is being written.
//!
//! Nothing is ever refused for it: an office may have no other place, and not every such place can be told.

use std::fmt;
use std::path::{Component, Path, PathBuf};

/// Why a data directory is in danger where it is. Written out, it is a sentence or two for an admin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Risk {
    /// It is on another computer.
    Network {
        /// Where the data is.
        folder: PathBuf,
    },
    /// A program copies it to other computers.
    Synced {
        /// Where the data is.
        folder: PathBuf,
        /// The program.
        by: &'static str,
    },
}

impl fmt::Display for Risk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network { folder } => write!(
                f,
                "The data in {} lies on a network drive, where the list can be damaged when the connection breaks. Close \
                 Muster and move this folder to a disk of this computer.",
                folder.display()
            ),
            Self::Synced { folder, by } => write!(
                f,
                "The data in {} lies in a folder that {by} copies, which can damage the list or bring back an old one. Close \
                 Muster and move this folder to one that is not copied.",
                folder.display()
            ),
        }
    }
}

/// The risk of keeping data in that folder, which need not be there yet. None is known if it cannot be found out.
pub fn risk(folder: &Path) -> Option<Risk> {
    // Links and drive letters may hide where it really is.
    let real = existing(folder).and_then(|there| there.canonicalize().ok()).unwrap_or_else(|| folder.to_owned());
    let name = || folder.to_owned();
    if is_on_network(&real) {
        return Some(Risk::Network { folder: name() });
    }
    let roots = SYNC_VARIABLES.iter().filter_map(std::env::var_os).map(PathBuf::from);
    let roots: Vec<Vec<String>> = roots.map(|root| parts(&root)).collect();
    let by = [folder, &real].into_iter().find_map(|path| synced_by(&parts(path), &roots));
    by.map(|by| Risk::Synced { folder: name(), by })
}

/// The folder itself or the one above it that is there.
fn existing(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|ancestor| !ancestor.as_os_str().is_empty() && ancestor.exists())
}

/// The names of a path, without what stands before the first.
fn parts(path: &Path) -> Vec<String> {
    let names = path.components().filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
        _ => None,
    });
    names.collect()
}

/// In which `OneDrive` says on Windows where its folders are, whatever they are called.
const SYNC_VARIABLES: &[&str] = &["OneDrive", "OneDriveConsumer", "OneDriveCommercial"];

/// Folders of programs that copy what is in them, and the programs.
const SYNCED: &[(&str, &str)] = &[
    ("OneDrive", "OneDrive"),
    ("Dropbox", "Dropbox"),
    ("Google Drive", "Google Drive"),
    ("GoogleDrive", "Google Drive"),
    // The drive of Google Drive for computers.
    ("My Drive", "Google Drive"),
    ("iCloud Drive", "iCloud Drive"),
    ("iCloudDrive", "iCloud Drive"),
    ("Box Sync", "Box"),
    ("Nextcloud", "Nextcloud"),
    ("ownCloud", "ownCloud"),
    ("SynologyDrive", "Synology Drive"),
    ("pCloudDrive", "pCloud"),
    ("MEGAsync", "MEGA"),
];

/// Which program copies a folder with these names to other computers; `roots` are folders of which it is known.
fn synced_by(parts: &[String], roots: &[Vec<String>]) -> Option<&'static str> {
    let under = |root: &&Vec<String>| {
        let same = |(one, other): (&String, &String)| one.eq_ignore_ascii_case(other);
        !root.is_empty() && parts.len() >= root.len() && parts.iter().zip(*root).all(same)
    };
    if roots.iter().find(under).is_some() {
        return Some("OneDrive");
    }
    let by_name = parts.iter().find_map(|part| {
        let found = SYNCED.iter().find(|(name, _)| is_folder_of(part, name));
        found.map(|(_, by)| *by)
    });
    by_name.or_else(|| {
        // On macOS all such programs keep their folders in one, and iCloud Drive in one of its own.
        parts.windows(2).find_map(|two| match [two[0].as_str(), two[1].as_str()] {
            ["Library", "CloudStorage"] => Some("a cloud service"),
            ["Library", "Mobile Documents"] => Some("iCloud Drive"),
            _ => None,
        })
    })
}

/// `OneDrive`, and also `OneDrive - Northwind`, `Dropbox (Personal)`, `OneDrive-Personal`; not `Dropbox exports`.
fn is_folder_of(part: &str, name: &str) -> bool {
    let Some((start, rest)) = part.split_at_checked(name.len()) else { return false };
    start.eq_ignore_ascii_case(name)
        && (rest.is_empty() || [" - ", "-", " ("].iter().any(|more| rest.starts_with(more)))
}

#[cfg(target_os = "linux")]
fn is_on_network(path: &Path) -> bool {
    let Ok(found) = rustix::fs::statfs(path) else { return false };
    // The kernel's numbers have 32 bits, in a field that is wider on some machines.
    let Some(magic) = found.f_type.to_le_bytes().first_chunk().copied().map(u32::from_le_bytes) else { return false };
    match linux::of_magic(magic) {
        linux::Kind::Network => true,
        linux::Kind::Fuse => {
            let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
            linux::type_of_mount(&mounts, path).is_some_and(|kind| linux::is_network_fuse(&kind))
        }
        linux::Kind::Other => false,
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::path::{Path, PathBuf};

    /// What a file system is, as far as it matters here.
    #[derive(Debug, PartialEq, Eq)]
    pub(super) enum Kind {
        Network,
        /// A program answers for it: it may be anything.
        Fuse,
        Other,
    }

    /// What `statfs` says of file systems (`statfs(2)` has the list).
    pub(super) fn of_magic(magic: u32) -> Kind {
        match magic {
            // NFS; SMB in its three kinds; 9P, as in virtual machines; AFS in its two kinds; Coda, Ceph, Lustre, GFS2, NCP;
            // the shared folders of VirtualBox.
            0x6969 | 0x517B | 0xFF53_4D42 | 0xFE53_4D42 | 0x0102_1997 | 0x5346_414F | 0x6B41_4653 | 0x7375_7245
            | 0x00C3_6400 | 0x0BD0_0BD0 | 0x0116_1970 | 0x564C | 0x786F_4256 => Kind::Network,
            0x6573_5546 => Kind::Fuse,
            _ => Kind::Other,
        }
    }

    /// Whether a program that answers for a file system gets it from another computer. Those that are not known here are
    /// taken for local ones, such as encrypted folders.
    pub(super) fn is_network_fuse(kind: &str) -> bool {
        const NETWORK: &[&str] = &[
            "sshfs",
            "rclone",
            "s3fs",
            "davfs",
            "davfs2",
            "gvfsd-fuse",
            "smbnetfs",
            "glusterfs",
            "ceph-fuse",
            "curlftpfs",
            "google-drive-ocamlfuse",
            "gcsfuse",
            "onedriver",
            "juicefs",
            "goofys",
            "vmhgfs-fuse",
            "moosefs",
            "mfs",
        ];
        NETWORK.contains(&kind.strip_prefix("fuse.").unwrap_or(kind))
    }

    /// The type of the file system that a path is on, as the kernel's list of mounts has it: the last of those with the
    /// longest path.
    pub(super) fn type_of_mount(mounts: &str, path: &Path) -> Option<String> {
        let mut best: Option<(usize, String)> = None;
        for line in mounts.lines() {
            let Some((before, after)) = line.split_once(" - ") else { continue };
            let (Some(at), Some(kind)) = (before.split(' ').nth(4), after.split(' ').next()) else { continue };
            let at = unescaped(at);
            let depth = at.components().count();
            if path.starts_with(&at) && best.as_ref().is_none_or(|(most, _)| depth >= *most) {
                best = Some((depth, kind.to_owned()));
            }
        }
        best.map(|(_, kind)| kind)
    }

    /// Spaces and the like are written as `\040` there.
    fn unescaped(text: &str) -> PathBuf {
        let mut parts = text.split('\\');
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let code =
                part.split_at_checked(3).and_then(|(code, rest)| Some((u8::from_str_radix(code, 8).ok()?, rest)));
            if let Some((byte, rest)) = code {
                out.push(char::from(byte));
                out.push_str(rest);
            } else {
                out.push('\\');
                out.push_str(part);
            }
        }
        out.into()
    }
}

#[cfg(target_os = "macos")]
fn is_on_network(path: &Path) -> bool {
    const NETWORK: &[&str] = &["smbfs", "nfs", "afpfs", "webdav", "ftp", "acfs", "macfuse", "osxfuse"];
    let Ok(found) = rustix::fs::statfs(path) else { return false };
    let name = found.f_fstypename.iter().map(|c| c.to_le_bytes()[0]).take_while(|byte| *byte != 0);
    let name = String::from_utf8_lossy(&name.collect::<Vec<u8>>()).into_owned();
    NETWORK.contains(&name.as_str())
}

/// `\\server\share`. A drive letter that stands for one has become it when the path was made a real one.
#[cfg(windows)]
fn is_on_network(path: &Path) -> bool {
    use std::path::Prefix;
    path.components().next().is_some_and(|first| match first {
        Component::Prefix(prefix) => matches!(prefix.kind(), Prefix::UNC(..) | Prefix::VerbatimUNC(..)),
        _ => false,
    })
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn is_on_network(_: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(path: &str, roots: &[&str]) -> Option<&'static str> {
        let split = |text: &str| text.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        let roots: Vec<Vec<String>> = roots.iter().map(|root| split(root)).collect();
        synced_by(&split(path), &roots)
    }

    #[test]
    fn folders_that_are_copied_are_told_by_their_names() {
        for (path, expected) in [
            ("/Users/ann/OneDrive/Muster", Some("OneDrive")),
            ("/Users/ann/OneDrive - Northwind Field Services/Muster", Some("OneDrive")),
            ("/Users/ann/Dropbox (Personal)/x/Muster", Some("Dropbox")),
            ("/home/ann/dropbox/muster", Some("Dropbox")),
            ("/My Drive/Muster", Some("Google Drive")),
            ("/Users/ann/Google Drive/Muster", Some("Google Drive")),
            ("/Users/ann/iCloudDrive/Muster", Some("iCloud Drive")),
            ("/Users/ann/Library/Mobile Documents/com~apple~CloudDocs/Muster", Some("iCloud Drive")),
            ("/Users/ann/Library/CloudStorage/OneDrive-Northwind/Muster", Some("OneDrive")),
            ("/Users/ann/Library/CloudStorage/Elsewhere/Muster", Some("a cloud service")),
            ("/home/ann/.local/share/muster", None),
            ("/Users/ann/AppData/Local/Muster/data", None),
            ("/Users/ann/Library/Application Support/Muster", None),
            ("/home/ann/Dropbox exports/muster", None),
            ("/home/ann/DropboxOld/muster", None),
            ("/home/ann/Mobile Documents/muster", None),
            ("", None),
        ] {
            assert_eq!(by(path, &[]), expected, "{path}");
        }
    }

    #[test]
    fn a_folder_of_onedrive_is_told_wherever_it_is() {
        let roots = ["/Users/Ann/Files of the office", ""];
        assert_eq!(by("/users/ann/files of the office/Muster", &roots), Some("OneDrive"));
        assert_eq!(by("/Users/Ann/Files of the office", &roots), Some("OneDrive"));
        assert_eq!(by("/Users/Ann/Files of the office 2/Muster", &roots), None);
        assert_eq!(by("/Users/Ann", &roots), None);
    }

    #[test]
    fn a_folder_that_is_not_there_yet_is_judged_by_where_it_will_be() {
        let folder = tempfile::tempdir().unwrap();
        let fine = folder.path().join("a/b/muster");
        assert_eq!(risk(&fine), None);
        let synced = folder.path().join("Dropbox/muster");
        assert_eq!(risk(&synced), Some(Risk::Synced { folder: synced.clone(), by: "Dropbox" }));
        let said = risk(&synced).unwrap().to_string();
        assert!(said.contains("Dropbox copies") && said.contains(synced.to_str().unwrap()), "{said}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_does_not_hide_where_the_data_is() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("Dropbox/data")).unwrap();
        let link = folder.path().join("muster");
        std::os::unix::fs::symlink(folder.path().join("Dropbox/data"), &link).unwrap();
        assert_eq!(risk(&link.join("new")), Some(Risk::Synced { folder: link.join("new"), by: "Dropbox" }));
    }

    #[cfg(target_os = "linux")]
    mod on_linux {
        use super::super::linux::{Kind, is_network_fuse, of_magic, type_of_mount};
        use super::*;

        #[test]
        fn network_drives_are_told_by_the_type_of_their_file_system() {
            for (name, magic, expected) in [
                ("nfs", 0x6969, Kind::Network),
                ("cifs", 0xFF53_4D42, Kind::Network),
                ("smb2", 0xFE53_4D42, Kind::Network),
                ("smb", 0x517B, Kind::Network),
                ("9p", 0x0102_1997, Kind::Network),
                ("fuse", 0x6573_5546, Kind::Fuse),
                ("ext4", 0xEF53, Kind::Other),
                ("btrfs", 0x9123_683E, Kind::Other),
                ("xfs", 0x5846_5342, Kind::Other),
                ("tmpfs", 0x0102_1994, Kind::Other),
                ("overlay", 0x794C_7630, Kind::Other),
                ("zfs", 0x2FC1_2FC1, Kind::Other),
            ] {
                assert_eq!(of_magic(magic), expected, "{name}");
            }
        }

        #[test]
        fn what_a_program_answers_for_is_told_by_the_list_of_mounts() {
            const MOUNTS: &str = "\
                22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n\
                30 22 0:40 / /home/ann/server rw,nosuid shared:7 master:2 - fuse.sshfs ann@server:/ rw,user_id=1000\n\
                31 22 0:41 / /home/ann/My\\040disk rw - fuseblk /dev/sdb1 rw\n\
                32 30 0:42 / /home/ann/server/safe rw - fuse.gocryptfs /x rw\n\
                33 22 0:43 / /mnt rw - ext4 /dev/sdc1 rw\n\
                34 22 0:44 / /mnt rw - fuse.rclone remote: rw\n\
                not a line of it\n";
            for (path, kind, network) in [
                ("/home/ann/server/muster", "fuse.sshfs", true),
                ("/home/ann/server", "fuse.sshfs", true),
                ("/home/ann/server2/muster", "ext4", false),
                ("/home/ann/server/safe/muster", "fuse.gocryptfs", false),
                ("/home/ann/My disk/muster", "fuseblk", false),
                ("/mnt/muster", "fuse.rclone", true),
            ] {
                let found = type_of_mount(MOUNTS, Path::new(path));
                assert_eq!(found.as_deref(), Some(kind), "{path}");
                assert_eq!(is_network_fuse(kind), network, "{path}");
            }
            assert_eq!(type_of_mount("", Path::new("/mnt")), None);
        }
    }

    #[cfg(windows)]
    #[test]
    fn shares_are_network_drives_and_disks_are_not() {
        for (path, expected) in [
            (r"\\server\share\muster", true),
            (r"\\?\UNC\server\share\muster", true),
            (r"\\?\C:\Users\ann\AppData\Local\Muster", false),
            (r"C:\Users\ann\AppData\Local\Muster", false),
        ] {
            assert_eq!(is_on_network(Path::new(path)), expected, "{path}");
        }
    }
}
