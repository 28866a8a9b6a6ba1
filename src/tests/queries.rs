//! Queries for tests: the two internal kinds of queries, with policies of the engine that tests choose.

use crate::engine::{Engine, Stats, policy::Policy};
use crate::error::Error;
use crate::formats::Limits;
use crate::host::Hosts;
use crate::input::Input;
use crate::query::order::Shared;
use crate::query::run::ThreadState;
use crate::query::text::Text;
use crate::query::totals::{Totals, ValueRequest};
use crate::query::values::{Outcome, Values};
use crate::query::{Options, Records, Seen};
use crate::schema::Schema;

impl Text {
    /// What it writes, including the output before an error.
    pub fn written(&self, input: &Input, options: &Options) -> (Vec<u8>, Result<Seen>) {
        let text = Shared::new(vec![]);
        let mut hands = ThreadState::new(self.of.engine(input), options.jit);
        let seen = self.write(&mut hands, input, options, None, Box::new(text.clone()));
        (std::mem::take(&mut *text.lock()), seen)
    }
}

impl<'a> From<&'a str> for Records<'a> {
    fn from(name: &'a str) -> Records<'a> {
        Records { name, each: None, limits: Limits::default() }
    }
}

type Result<T> = std::result::Result<T, Error>;

impl Values {
    pub fn totals<'a>(schema: &Schema, of: impl Into<Records<'a>>, expressions: &[&str]) -> Result<Values> {
        Values::with_policy(schema, of, expressions, Policy::default())
    }

    pub fn with_policy<'a>(
        schema: &Schema,
        of: impl Into<Records<'a>>,
        expressions: &[&str],
        policy: Policy,
    ) -> Result<Values> {
        Values::make(schema, of.into(), ValueRequest::Sums(expressions), &Hosts::new(), policy)
    }

    pub fn compile<'a>(schema: &Schema, of: impl Into<Records<'a>>, text: &str) -> Result<Values> {
        let wanted = ValueRequest::Answers(text, None);
        Values::make(schema, of.into(), wanted, &Hosts::new(), Policy::default())
    }

    pub fn run(&self, input: &Input, options: &Options) -> Result<Outcome> {
        self.run_counted(input, options).map(|(outcome, _)| outcome)
    }

    pub fn run_counted(&self, input: &Input, options: &Options) -> Result<(Outcome, Stats)> {
        let mut pass = self.pass(options);
        pass.add(input)?;
        pass.finish()
    }

    pub fn inside(&self) -> (&Engine, &Totals) {
        (&self.engine, &self.totals)
    }
}
