//! Reads one value of a message by a path of accessors, `a.b[3].len`, which are called one by one,
//! interpreted and native.

use super::super::testdata;
use crate::engine::policy::Policy;
use crate::engine::{Engine, Jit, Worker};
use crate::formats::capnp::accessors;
use crate::formats::{Limits, reader};
use crate::interp::Fault;
use crate::ir::Raise;
use crate::runtime::Val;
use crate::schema::Schema;

/// The accessors of a schema, with one root.
pub struct Reading {
    engine: Engine,
    root: &'static str,
}

impl Reading {
    pub fn new(schema: &Schema, root: &'static str, limits: &Limits) -> Reading {
        Reading { engine: Engine::new(accessors(schema, limits), Policy::default()), root }
    }

    /// From the text of a schema.
    pub fn of(text: &str, root: &'static str) -> Reading {
        let text = format!("@0xd6b2a5a29f3c41e7; {text}");
        let schema = Schema::from_capnp_text("test.capnp", &text).unwrap_or_else(|e| panic!("{e}"));
        Reading::new(&schema, root, &Limits::default())
    }

    /// From a schema of the golden messages.
    pub fn golden(schema: &str, root: &'static str) -> Reading {
        let path = testdata("capnp/messages").join(format!("{schema}.capnp"));
        let schema = Schema::from_capnp(&path, &[]).unwrap_or_else(|e| panic!("{e}"));
        Reading::new(&schema, root, &Limits::default())
    }

    /// The value as text, or the broken rule; the same interpreted and native.
    pub fn read(&self, bytes: &[u8], path: &str) -> Result<String, &'static str> {
        let [plain, native] =
            [Jit::Off, Jit::Eager].map(|jit| match self.walk(&mut self.engine.worker(jit), bytes, path) {
                Ok(text) => Ok(text),
                Err(Fault { raise: Raise::Data(rule), .. }) => Err(rule),
                Err(fault) => panic!("{path}: {fault:?}"),
            });
        assert_eq!(plain, native, "{path}");
        plain
    }

    fn walk(&self, worker: &mut Worker, bytes: &[u8], path: &str) -> Result<String, Fault> {
        let program = &self.engine.program;
        let call = |worker: &mut Worker, name: &str, args: &[Val]| {
            let func = program.func(name).unwrap_or_else(|| panic!("there is no {name}"));
            let value = worker.call(func, args, bytes)?[0];
            Ok((value, program.funcs[func.index()].returns[0]))
        };
        let all = Val::View(0, bytes.len() as u64);
        let (message, _) = call(worker, "Message$.next", &[all, Val::I64(0)])?;
        let (mut value, mut ty) = call(worker, &reader(self.root), &[message])?;
        for step in path.replace('[', ".[").split('.').filter(|step| !step.is_empty()) {
            let class = ty.class().unwrap_or_else(|| panic!("{path}: {step} of a {ty:?}"));
            let class = &program.classes[class.index()].name;
            (value, ty) = match step.strip_prefix('[') {
                Some(i) => {
                    let i = i.trim_end_matches(']').parse().expect("an index");
                    call(worker, &format!("{class}.at"), &[value, Val::I64(i)])?
                }
                None => call(worker, &format!("{class}.{step}"), &[value])?,
            };
        }
        Ok(match value {
            Val::Bool(b) => b.to_string(),
            Val::I64(i) => i.to_string(),
            Val::U64(u) => u.to_string(),
            Val::F64(x) => format!("{x:?}"),
            Val::View(..) => String::from_utf8_lossy(worker.bytes(value, bytes)).into_owned(),
            other => format!("{other:?}"),
        })
    }

    /// Asserts the values of several paths.
    pub fn has(&self, bytes: &[u8], values: &[(&str, &str)]) {
        for (path, value) in values {
            assert_eq!(self.read(bytes, path).as_deref(), Ok(*value), "{path}");
        }
    }

    /// Asserts that reading a path breaks a rule.
    pub fn breaks(&self, bytes: &[u8], path: &str, rule: &'static str) {
        assert_eq!(self.read(bytes, path), Err(rule), "{path}");
    }
}

/// A golden message.
pub fn golden(name: &str) -> Vec<u8> {
    let path = testdata("capnp/messages").join(format!("{name}.bin"));
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}
