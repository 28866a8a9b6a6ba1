//! Calls of host functions that the user of the library lends to the program.

use super::ty::{Ty, Typed, Whole};
use super::{Done, Lowering};
use crate::host::in_ir;
use crate::ir::{Base, Op, Type, Value};
use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::Ranged;

impl<'s> Lowering<'_, 's> {
    /// Lowers a call of a lent function of that module; its arguments are checked against the signature.
    pub fn call_lent(&mut self, module: &str, name: &str, call: &'s ExprCall) -> Done<Typed> {
        let in_ir = in_ir(module, name);
        let host = self.b.program().hosts.iter().find(|host| host.name() == in_ir);
        let host = host.expect("what can be imported is there").clone();
        let args: &'s [Expr] = &call.arguments.args;
        if let Some(star) = args.iter().find(|e| e.is_starred_expr()) {
            return self.wrong(star, "'*' is not supported here");
        }
        let (takes, given) = (host.params().len(), args.len());
        if takes != given {
            let noun = if takes == 1 { "argument" } else { "arguments" };
            return self.wrong(call, format!("'{module}.{name}' takes {takes} {noun}, not {given}"));
        }
        let mut values = vec![];
        for (e, ty) in args.iter().zip(host.params()) {
            values.push(self.lent_argument(e, *ty)?);
        }
        self.mark(call);
        let id = self.b.program_mut().host(&host);
        let op = Op::Host(id, host.effects());
        let Some(result) = host.result() else {
            self.b.effect(op, &values);
            return Ok(Typed::none());
        };
        let ty = match result.base {
            Base::Bool => Ty::Bool,
            Base::I64 => Ty::INT,
            Base::U64 => Ty::UINT,
            Base::F64 => Ty::Float,
            other => unreachable!("a function of the host gives no {other:?}"),
        };
        let value = self.b.op(op, &values);
        Ok(Typed::of(if result.optional { ty.optional() } else { ty }, value))
    }

    /// An argument, converted to the type of the parameter.
    fn lent_argument(&mut self, e: &'s Expr, ty: Type) -> Done<Value> {
        let value = self.value(e)?;
        self.mark(e);
        let value = self.given(value);
        let value = self.settled(value, e.range())?;
        let needed = match (ty.base, &value.ty) {
            (Base::Bool, Ty::Bool) => return Ok(value.one()),
            (Base::View, Ty::Str | Ty::Bytes) => return Ok(value.one()),
            (Base::I64, of) if of.is_int() || *of == Ty::Wide => return Ok(self.signed(value)),
            (Base::U64, of) if of.is_int() || *of == Ty::Wide => {
                let mut value = self.number(value);
                if value.ty == Ty::Wide {
                    value = Typed::int(self.narrowed(&value));
                }
                return Ok(match value.ty {
                    Ty::Int(Whole::Unsigned) => value.one(),
                    _ => self.unsigned(value.one()),
                });
            }
            (Base::F64, of) if of.is_number() => return Ok(self.float(&value)),
            (Base::Bool, _) => "a bool",
            (Base::I64 | Base::U64, _) => "an int",
            (Base::F64, _) => "a number",
            _ => "bytes or a str",
        };
        let found = self.describe(&value.ty);
        self.wrong(e, format!("{needed} is needed here; this is {found}"))
    }
}
