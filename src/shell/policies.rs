//! Compiled policies in the object store `<P>_POLICIES`, by their digest: what `rollback` goes back to. A policy
//! lies there before the journal says that it was adopted.

use std::collections::BTreeSet;
use std::future::ready;
use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::jetstream::object_store::{InfoErrorKind, ObjectInfo, ObjectStore};
use data_encoding::BASE64URL;
use futures_util::StreamExt;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncReadExt;
use tracing::{debug, warn};

use crate::domain::Digest;

use super::site::Site;

/// So many of the newest are kept, besides those that the remembered adoptions name.
const KEPT: usize = 20;
/// The largest policy that is read back, in bytes: far above the largest file.
const BYTES_MAX: u64 = 256 << 20;
/// How long one act on the store may take.
const PATIENCE: Duration = Duration::from_secs(20);

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why the store did not serve.
#[derive(Debug, thiserror::Error)]
pub enum PolicyStoreError {
    /// It did not answer in time.
    #[error("the object store of policies does not answer; check that NATS is reachable")]
    Silent,
    /// It is not there, or not for us.
    #[error(
        "the object store of policies cannot be used; make it with `switchboard init`, and compare the journal user's permissions with deploy/nats"
    )]
    Store(#[source] Cause),
    /// There is none of this digest.
    #[error("the object store has no policy {0}: it keeps the newest {KEPT}")]
    Missing(Digest),
    /// What lies there is not what was put there.
    #[error("the policy {digest} in the object store cannot be read")]
    Spoilt { digest: Digest, source: Cause },
}

/// The store of one site.
#[derive(Clone)]
pub struct Policies {
    js: Context,
    bucket: String,
}

impl Policies {
    /// The store, by the connection of the journal.
    pub fn new(js: Context, site: &Site) -> Policies {
        Policies { js, bucket: site.bucket_policies() }
    }

    /// Puts a policy there that is to be adopted, unless one of its digest lies there: the same rules may have
    /// held with other addresses, and these are kept until the new ones hold.
    pub async fn offer(&self, digest: Digest, tree: &Value) -> Result<(), PolicyStoreError> {
        match self.get(digest).await {
            Ok(_) => Ok(()),
            Err(PolicyStoreError::Missing(_) | PolicyStoreError::Spoilt { .. }) => {
                self.put(digest, tree).await
            }
            Err(fault) => Err(fault),
        }
    }

    /// Puts a policy there that holds. The same rules with other addresses replace the older.
    pub async fn put(&self, digest: Digest, tree: &Value) -> Result<(), PolicyStoreError> {
        in_time(async {
            let store = self.open().await?;
            let text = tree.to_string();
            let sum = format!("SHA-256={}", BASE64URL.encode(&Sha256::digest(&text)));
            // What cannot be read there is put anew, too.
            if let Ok(Some(found)) = info(&store, digest).await
                && found.digest == Some(sum)
            {
                return Ok(());
            }
            debug!(policy = %digest, "storing the compiled policy");
            store.put(digest.to_string().as_str(), &mut text.as_bytes()).await.map_err(failed)?;
            Ok(())
        })
        .await
    }

    /// Reads a policy back.
    pub async fn get(&self, digest: Digest) -> Result<Value, PolicyStoreError> {
        in_time(async {
            let store = self.open().await?;
            if info(&store, digest).await?.is_none() {
                return Err(PolicyStoreError::Missing(digest));
            }
            let spoilt = |source: Cause| PolicyStoreError::Spoilt { digest, source };
            let object = store.get(digest.to_string()).await.map_err(failed)?;
            let mut bytes = Vec::new();
            object.take(BYTES_MAX).read_to_end(&mut bytes).await.map_err(|fault| spoilt(fault.into()))?;
            serde_json::from_slice(&bytes).map_err(|fault| spoilt(fault.into()))
        })
        .await
    }

    /// Deletes what is neither among the newest nor in `adopted`. What cannot be deleted now is the next time.
    pub async fn prune(&self, adopted: &[Digest]) {
        let pruned = in_time(async {
            let store = self.open().await?;
            for name in superfluous(self.list(&store).await?, adopted) {
                store.delete(&name).await.map_err(failed)?;
            }
            Ok(())
        });
        if let Err(fault) = pruned.await {
            warn!(fault = %super::runtime::chain(&fault), "old policies stay in the object store for now");
        }
    }

    /// The digests that lie there.
    pub async fn names(&self) -> Result<Vec<String>, PolicyStoreError> {
        in_time(async {
            let store = self.open().await?;
            Ok(self.list(&store).await?.into_iter().map(|info| info.name).collect())
        })
        .await
    }

    async fn open(&self) -> Result<ObjectStore, PolicyStoreError> {
        self.js.get_object_store(&self.bucket).await.map_err(failed)
    }

    async fn list(&self, store: &ObjectStore) -> Result<Vec<ObjectInfo>, PolicyStoreError> {
        let listed = store.list().await.map_err(failed)?;
        // What is no object of ours, as an acknowledgement that a client had sent here, is passed over.
        Ok(listed.filter_map(|info| ready(info.ok())).collect().await)
    }
}

async fn info(store: &ObjectStore, digest: Digest) -> Result<Option<ObjectInfo>, PolicyStoreError> {
    match store.info(digest.to_string()).await {
        Ok(info) => Ok(Some(info).filter(|info| !info.deleted)),
        Err(fault) if fault.kind() == InfoErrorKind::NotFound => Ok(None),
        Err(fault) => Err(failed(fault)),
    }
}

/// Names beyond the newest that no adoption names, the newest first as the store's clock has it.
fn superfluous(mut infos: Vec<ObjectInfo>, adopted: &[Digest]) -> Vec<String> {
    let adopted: BTreeSet<String> = adopted.iter().map(ToString::to_string).collect();
    infos.sort_by(|one, other| (other.modified, &other.name).cmp(&(one.modified, &one.name)));
    let old = infos.into_iter().skip(KEPT).map(|info| info.name);
    old.filter(|name| !adopted.contains(name)).collect()
}

fn failed(fault: impl std::error::Error + Send + Sync + 'static) -> PolicyStoreError {
    PolicyStoreError::Store(Box::new(fault))
}

/// Boxed, since the client's futures are large.
async fn in_time<T>(act: impl Future<Output = Result<T, PolicyStoreError>>) -> Result<T, PolicyStoreError> {
    tokio::time::timeout(PATIENCE, Box::pin(act)).await.unwrap_or(Err(PolicyStoreError::Silent))
}
