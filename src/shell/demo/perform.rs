//! Everybody's acts at their times; what must wait for a fact waits.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

use super::DemoError;
use super::desk::Desk;
use super::gateway::{Gateway, Notice};
use super::operator::Operator;
use super::script::{Act, Edit, Script};
use crate::domain::Name;

/// Who acts by the script.
pub struct Cast {
    pub desks: BTreeMap<Name, Desk>,
    pub gateway: Gateway,
    pub operator: Operator,
    pub notices: mpsc::UnboundedSender<Notice>,
}

/// A reload that is under way while others go on.
type Pending = Option<JoinHandle<Result<(), DemoError>>>;

impl Cast {
    /// Acts to the end of the script, or until `stop` is true. Nobody is left away.
    pub async fn perform(
        mut self,
        script: Arc<Script>,
        mut stop: watch::Receiver<bool>,
    ) -> Result<(), DemoError> {
        let began = Instant::now();
        let (mut pending, mut away) = (None, BTreeSet::new());
        for step in &script.steps {
            tokio::select! {
                () = sleep_until(began + Duration::from_millis(step.at)) => {}
                Ok(_) = stop.wait_for(|stop| *stop) => break,
            }
            match &step.act {
                Act::SignIn { agent } => {
                    if let Some(desk) = self.desk(agent) {
                        desk.sign_in().await?;
                    }
                }
                Act::Away { agent, reason } => {
                    if let Some(desk) = self.desk(agent) {
                        desk.go_away(reason.clone()).await?;
                        away.insert(agent);
                    }
                }
                Act::Back { agent } => {
                    if let Some(desk) = self.desk(agent) {
                        desk.come_back().await?;
                        away.remove(agent);
                    }
                }
                Act::Write(letter) => {
                    if letter.source.is_some() {
                        self.finish(&mut pending).await?;
                    }
                    self.gateway.deliver(letter).await?;
                }
                Act::Again { id } => self.gateway.deliver_again(id).await?,
                Act::Garble { subject, payload } => self.gateway.garble(subject, payload).await?,
                Act::Reload(edit) => {
                    self.finish(&mut pending).await?;
                    pending = Some(self.begin(edit));
                }
            }
        }
        for agent in away {
            if let Some(desk) = self.desk(agent) {
                desk.come_back().await?;
            }
        }
        self.finish(&mut pending).await
    }

    fn desk(&self, agent: &Name) -> Option<Desk> {
        self.desks.get(agent).cloned()
    }

    fn begin(&self, edit: &Edit) -> JoinHandle<Result<(), DemoError>> {
        let (notices, operator, edit) = (self.notices.clone(), self.operator.clone(), edit.clone());
        tokio::spawn(async move {
            // The story has ended when nobody listens any more.
            let _ = notices.send(Notice::Edited(edit.clone()));
            let reloaded = operator.reload(edit).await?;
            let _ = notices.send(Notice::Reloaded(reloaded));
            Ok(())
        })
    }

    async fn finish(&self, pending: &mut Pending) -> Result<(), DemoError> {
        match pending.take() {
            Some(task) => task.await?,
            None => Ok(()),
        }
    }
}
