//! Where systemd would listen: a socket of datagrams, as `NOTIFY_SOCKET` names one.

use std::path::{Path, PathBuf};

use tokio::net::UnixDatagram;

use super::within;

/// What the daemon told so far.
pub struct Notified {
    path: PathBuf,
    socket: UnixDatagram,
    told: Vec<String>,
}

impl Notified {
    /// Listens in this folder.
    pub fn listen(folder: &Path) -> Notified {
        let path = folder.join("notify.sock");
        let socket = UnixDatagram::bind(&path).expect("a socket of datagrams");
        Notified { path, socket, told: Vec::new() }
    }

    /// Where it listens.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Waits for a datagram with this line, and gives it whole.
    pub async fn until(&mut self, line: &str) -> String {
        within(&format!("a datagram with `{line}`; so far {:?}", self.told), async {
            loop {
                let datagram = self.next().await;
                if datagram.lines().any(|told| told == line) {
                    return datagram;
                }
            }
        })
        .await
    }

    /// Waits for a status that has this text.
    pub async fn status(&mut self, text: &str) {
        within(&format!("a status with `{text}`"), async {
            loop {
                let datagram = self.next().await;
                if datagram.lines().any(|told| told.starts_with("STATUS=") && told.contains(text)) {
                    return;
                }
            }
        })
        .await;
    }

    /// Every datagram that lies there by now.
    pub fn taken(&mut self) -> Vec<String> {
        let mut taken = Vec::new();
        let mut buffer = [0; 4_096];
        while let Ok(length) = self.socket.try_recv(&mut buffer) {
            taken.push(String::from_utf8_lossy(&buffer[..length]).into_owned());
        }
        self.told.extend(taken.iter().cloned());
        taken
    }

    /// Everything that was told so far, in order.
    pub fn told(&self) -> &[String] {
        &self.told
    }

    async fn next(&mut self) -> String {
        let mut buffer = [0; 4_096];
        let length = self.socket.recv(&mut buffer).await.expect("a datagram");
        let datagram = String::from_utf8_lossy(&buffer[..length]).into_owned();
        self.told.push(datagram.clone());
        datagram
    }
}
