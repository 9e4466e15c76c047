//! What the machine must allow for a kind of fault, and what is lacking where it does not.

use std::path::Path;
use std::process::{Command, Stdio};

/// Something a kind of fault cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// To mount a file system of its own.
    Mount,
    /// A C compiler, for a library that stands between the program and the system.
    Compiler,
    /// Network name spaces and lines between them.
    Namespaces,
}

impl Need {
    /// What is lacking; nothing where all is there.
    pub fn lacking(self) -> Option<String> {
        match self {
            Self::Mount => {
                // In a name space of its own, so that nothing is left behind.
                let mount = "mount -t tmpfs -o size=64k none /mnt";
                (!works("unshare", &["--mount", "sh", "-c", mount])).then(|| "needs the right to mount".to_owned())
            }
            Self::Namespaces => {
                let line = "ip link add fpnear type veth peer name fpfar && ip link set fpnear up";
                (!works("unshare", &["--net", "sh", "-c", line])).then(|| "needs root and iproute2".to_owned())
            }
            Self::Compiler => (!works("cc", &["--version"])).then(|| "needs a C compiler, cc".to_owned()),
        }
    }
}

fn works(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(Path::new("/")).stdin(Stdio::null()).stdout(Stdio::null());
    command.stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}
