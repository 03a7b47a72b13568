//! Updates of an application one by one, and what must be so after each.

use serde_json::Value;
use serve_core::{Application, Error};

use crate::operator::{Operator, REFUSAL_PATIENCE, UPDATE_PATIENCE};
use crate::report::{Fault, Wrong};
use crate::spec::Spec;
use crate::worker::{Temper, Worker};

impl Operator {
    pub(super) async fn good(&mut self) {
        let spec = self.next_spec();
        match self.run(self.application(spec, Temper::Good), UPDATE_PATIENCE).await {
            Some(Ok(_)) => {
                self.spec = spec;
                self.learn();
            }
            Some(Err(error)) => self.wrong(Wrong::Update, format_args!("a good version: {error}")),
            None => {}
        }
        self.check(Fault::Good).await;
    }

    pub(super) async fn same(&mut self) {
        let before = self.running();
        let outcome = self.run(self.application(self.spec, Temper::Good), REFUSAL_PATIENCE).await;
        if let Some(Err(error)) = outcome {
            self.wrong(Wrong::Update, format_args!("the same version: {error}"));
        }
        self.check_untouched(Fault::Same, &before);
    }

    pub(super) async fn bad(&mut self, fault: Fault, temper: Temper, cause: &str) {
        let spec = self.next_spec();
        self.refused(fault, self.application(spec, temper), cause).await;
    }

    pub(super) async fn bad_config(&mut self, fault: Fault, user_config: Value, cause: &str) {
        let application = self.application_with(self.spec, Temper::Good, user_config);
        self.refused(fault, application, cause).await;
    }

    /// What serves goes on as if nothing had been.
    async fn refused(&self, fault: Fault, application: Application<Worker>, cause: &str) {
        let before = self.running();
        match self.run(application, REFUSAL_PATIENCE).await {
            Some(Err(error @ (Error::DeployFailed { .. } | Error::InvalidConfig { .. })))
                if error.to_string().contains(cause) => {}
            Some(outcome) => {
                let outcome = outcome.map(drop);
                self.wrong(Wrong::Update, format_args!("{fault:?} gave {outcome:?}"));
            }
            None => {}
        }
        self.check_untouched(fault, &before);
        self.check(fault).await;
    }

    pub(super) async fn in_place(&mut self, fault: Fault, spec: Spec) {
        let before = self.running();
        match self.run(self.application(spec, Temper::Good), UPDATE_PATIENCE).await {
            Some(Ok(_)) => {
                self.spec = spec;
                self.learn();
            }
            Some(Err(error)) => self.wrong(Wrong::Update, format_args!("{fault:?}: {error}")),
            None => {}
        }
        self.check_untouched(fault, &before);
        self.check(fault).await;
    }
}
