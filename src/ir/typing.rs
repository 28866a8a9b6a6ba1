//! The typing table: the types of arguments and results of each operation.
//!
//! [`result_type`] is one `match` over all operations; the verifier, the parser and the builder use it, so
//! the rules are in one place.
//!
//! It does not consider values, such as a divisor of zero. It does not check either whether an operation is
//! allowed in programs or in regions: the verifier does.

use super::{Base, Op, Program, Type, Value};
use crate::scalar::Scalar;

/// The type of the result of an instruction (`None`: it has no result), or why it cannot have such arguments.
pub fn result_type(program: &Program, op: Op, args: &[Type]) -> Result<Option<Type>, String> {
    use Base::{Bool, F64, F64x2, I64, U64};
    let result = match op {
        Op::Add | Op::Sub | Op::Mul | Op::Div => same(args, 2, &[I64, U64, F64, F64x2])?,
        Op::Rem | Op::WrapAdd | Op::WrapSub | Op::WrapMul => same(args, 2, &[I64, U64])?,
        Op::Min | Op::Max => same(args, 2, &[I64, U64, F64])?,
        Op::And | Op::Or | Op::Xor => same(args, 2, &[I64, U64, Bool])?,
        Op::Shl | Op::Shr => {
            count(args, 2)?;
            exactly(&args[1..], &[Type::I64])?;
            same(&args[..1], 1, &[I64, U64])?
        }
        Op::Neg | Op::Abs => same(args, 1, &[I64, F64])?,
        Op::Not => same(args, 1, &[I64, U64, Bool])?,
        Op::Sqrt | Op::Floor | Op::Ceil => same(args, 1, &[F64])?,
        Op::Eq | Op::Ne => same(args, 2, &[Bool, I64, U64, F64]).map(|_| Type::BOOL)?,
        Op::Lt | Op::Le => same(args, 2, &[I64, U64, F64]).map(|_| Type::BOOL)?,
        Op::Select => {
            count(args, 3)?;
            exactly(&args[..1], &[Type::BOOL])?;
            if args[1] != args[2] {
                return Err("the two values to select from have different types".to_string());
            }
            args[1]
        }
        Op::Convert(to) => {
            let from = same(args, 1, &[Bool, I64, U64, F64])?;
            match (from.base, to) {
                (Bool, I64 | U64 | F64) | (I64, U64 | F64) | (U64, I64 | F64) | (F64, I64 | U64) => {
                    Type::of(to)
                }
                _ => return Err("there is no conversion between these types".to_string()),
            }
        }
        Op::Bits(to) => {
            let from = same(args, 1, &[I64, U64, F64])?;
            if !matches!(to, I64 | U64 | F64) || from.base == to {
                return Err("these are not two different types of 64 bits".to_string());
            }
            Type::of(to)
        }
        Op::Single => exactly(args, &[Type::I64]).map(|()| Type::F64)?,
        Op::Read(cell) | Op::Write(cell) => {
            program.cells.get(cell.index()).ok_or("there is no such cell")?;
            if matches!(op, Op::Write(_)) {
                exactly(args, &[Type::I64])?;
                return Ok(None);
            }
            count(args, 0).map(|()| Type::I64)?
        }
        Op::Len => exactly(args, &[Type::VIEW]).map(|()| Type::I64)?,
        Op::Find => exactly(args, &[Type::VIEW, Type::VIEW]).map(|()| Type::I64)?,
        Op::Fits => exactly(args, &[Type::VIEW, Type::I64, Type::I64]).map(|()| Type::BOOL)?,
        Op::Slice => exactly(args, &[Type::VIEW, Type::I64, Type::I64]).map(|()| Type::VIEW)?,
        Op::Load(scalar, _) => {
            exactly(args, &[Type::VIEW, Type::I64])?;
            match scalar {
                Scalar::Bool => Type::BOOL,
                Scalar::U64 => Type::U64,
                Scalar::F32 | Scalar::F64 => Type::F64,
                _ => Type::I64,
            }
        }
        Op::New(class) => {
            let fields = &program.classes.get(class.index()).ok_or("there is no such class")?.fields;
            let fields: Vec<Type> = fields.iter().map(|(_, ty)| *ty).collect();
            exactly(args, &fields).map(|()| Type::object(class))?
        }
        Op::Get(class, field) | Op::Set(class, field) => {
            let fields = &program.classes.get(class.index()).ok_or("there is no such class")?.fields;
            let field = fields.get(field as usize).ok_or("the class has no such field")?.1;
            if matches!(op, Op::Set(..)) {
                exactly(args, &[Type::object(class), field])?;
                return Ok(None);
            }
            exactly(args, &[Type::object(class)]).map(|()| field)?
        }
        Op::Some => {
            count(args, 1)?;
            if args[0].optional {
                return Err("the argument is an optional already".to_string());
            }
            Type::optional(args[0].base)
        }
        Op::Has => optional(args).map(|_| Type::BOOL)?,
        Op::Unwrap => Type::of(optional(args)?),
        Op::Call(func) => {
            let func = program.funcs.get(func.index()).ok_or("there is no such function")?;
            let entry = func.body.blocks.first().ok_or("the function has no code")?;
            let param = |v: &Value| func.body.values.get(v.index()).map(|(ty, _)| *ty);
            let params: Option<Vec<Type>> = entry.params.iter().map(param).collect();
            exactly(args, &params.ok_or("the function's parameters are not values of it")?)?;
            match func.returns[..] {
                [ty] => ty,
                _ => return Err("only a function that returns exactly one value can be called".to_string()),
            }
        }
        // Its arguments are the parts of the parameters: the verifier checks that.
        Op::Native(func) => match program.funcs.get(func.index()).map(|f| &f.returns[..]) {
            Some([ty]) => *ty,
            _ => return Err("only a function that returns exactly one value can be called".to_string()),
        },
        Op::Host(host, effects) => {
            let host = program.hosts.get(host.index()).ok_or("there is no such function of the host")?;
            if effects != host.effects() {
                return Err("the function of the host has other effects".to_string());
            }
            return exactly(args, host.params()).map(|()| host.result());
        }
        Op::Promote => exactly(args, &[Type::I64]).map(|()| Type::I64)?,
        Op::Guard => {
            exactly(args, &[Type::BOOL])?;
            return Ok(None);
        }
        Op::Poll => return count(args, 0).map(|()| None),
        Op::Pack => exactly(args, &[Type::F64, Type::F64]).map(|()| Type::F64X2)?,
        Op::Lane(0 | 1) => exactly(args, &[Type::F64X2]).map(|()| Type::F64)?,
        Op::Lane(_) => return Err("there are lanes 0 and 1 only".to_string()),
        Op::LoadPair => exactly(args, &[Type::VIEW, Type::I64]).map(|()| Type::F64X2)?,
    };
    Ok(Some(result))
}

/// A type in the text form.
pub fn type_name(program: &Program, ty: Type) -> String {
    let name = base_name(program, ty.base);
    if ty.optional { name + "?" } else { name }
}

/// A base type in the text form.
pub fn base_name(program: &Program, base: Base) -> String {
    match base {
        Base::Bool => "bool".to_string(),
        Base::I64 => "i64".to_string(),
        Base::U64 => "u64".to_string(),
        Base::F64 => "f64".to_string(),
        Base::View => "view".to_string(),
        Base::F64x2 => "f64x2".to_string(),
        // A class that does not exist gets a name too, for the verifier's messages.
        Base::Ref(c) => program.classes.get(c.index()).map_or(format!("class${}", c.0), |c| c.name.clone()),
    }
}

fn count(args: &[Type], n: usize) -> Result<(), String> {
    match args.len() {
        found if found == n => Ok(()),
        found => Err(format!("{n} argument{} expected, {found} found", if n == 1 { "" } else { "s" })),
    }
}

/// Checks that the arguments have exactly these types.
fn exactly(args: &[Type], types: &[Type]) -> Result<(), String> {
    count(args, types.len())?;
    match args.iter().zip(types).position(|(a, b)| a != b) {
        None => Ok(()),
        Some(i) => Err(format!("argument {} is not of the type expected", i + 1)),
    }
}

/// Checks that there are `n` arguments of one non-optional type, among `bases`. Returns that type.
fn same(args: &[Type], n: usize, bases: &[Base]) -> Result<Type, String> {
    count(args, n)?;
    if args.iter().any(|ty| *ty != args[0]) {
        return Err("the arguments have different types".to_string());
    }
    if args[0].optional || !bases.contains(&args[0].base) {
        return Err("there is no such instruction for arguments of this type".to_string());
    }
    Ok(args[0])
}

/// Checks that there is one optional argument. Returns its base type.
fn optional(args: &[Type]) -> Result<Base, String> {
    count(args, 1)?;
    if args[0].optional { Ok(args[0].base) } else { Err("the argument is not an optional".to_string()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{Body, CellId, Class, ClassId, Effects, Func, FuncId, Host, HostId};
    use crate::runtime::Console;
    use crate::scalar::Endian;

    const I: Type = Type::I64;
    const U: Type = Type::U64;
    const F: Type = Type::F64;
    const B: Type = Type::BOOL;
    const V: Type = Type::VIEW;
    const X: Type = Type::F64X2;

    fn hosts() -> Vec<Host> {
        let say = Host::new("say", Effects::Writes, |_: &mut Console, _: &[u8], _: i64| {});
        let root = Host::new("root", Effects::Pure, |_: &mut Console, x: f64| (x >= 0.0).then(|| x.sqrt()));
        vec![say, root]
    }

    fn program() -> Program {
        let mut body = Body::default();
        let entry = body.block();
        body.param(entry, V);
        let fields = vec![("x".to_string(), F), ("y".to_string(), Type::optional(Base::F64))];
        let func = |returns| Func {
            name: "f".to_string(),
            returns,
            body: body.clone(),
            records: vec![],
            places: vec![],
        };
        let funcs = vec![func(vec![F]), func(vec![F, F])];
        let classes = vec![Class { name: "P".to_string(), fields }];
        Program { classes, funcs, cells: vec!["c".to_string()], hosts: hosts(), pool: vec![] }
    }

    #[test]
    fn every_instruction_has_its_row() {
        let (program, class, func) = (program(), ClassId(0), FuncId(0));
        let (p, opt) = (Type::object(class), Type::optional(Base::F64));
        let rows: &[(Op, &[Type], Option<Type>)] = &[
            (Op::Add, &[I, I], Some(I)),
            (Op::Sub, &[U, U], Some(U)),
            (Op::Mul, &[F, F], Some(F)),
            (Op::Div, &[X, X], Some(X)),
            (Op::WrapAdd, &[I, I], Some(I)),
            (Op::WrapSub, &[U, U], Some(U)),
            (Op::WrapMul, &[I, I], Some(I)),
            (Op::Rem, &[I, I], Some(I)),
            (Op::Min, &[F, F], Some(F)),
            (Op::Max, &[U, U], Some(U)),
            (Op::And, &[B, B], Some(B)),
            (Op::Or, &[U, U], Some(U)),
            (Op::Xor, &[I, I], Some(I)),
            (Op::Shl, &[U, I], Some(U)),
            (Op::Shr, &[I, I], Some(I)),
            (Op::Neg, &[F], Some(F)),
            (Op::Abs, &[I], Some(I)),
            (Op::Not, &[B], Some(B)),
            (Op::Sqrt, &[F], Some(F)),
            (Op::Floor, &[F], Some(F)),
            (Op::Ceil, &[F], Some(F)),
            (Op::Eq, &[B, B], Some(B)),
            (Op::Ne, &[F, F], Some(B)),
            (Op::Lt, &[U, U], Some(B)),
            (Op::Le, &[I, I], Some(B)),
            (Op::Select, &[B, opt, opt], Some(opt)),
            (Op::Convert(Base::U64), &[F], Some(U)),
            (Op::Convert(Base::F64), &[B], Some(F)),
            (Op::Bits(Base::F64), &[U], Some(F)),
            (Op::Single, &[I], Some(F)),
            (Op::Write(CellId(0)), &[I], None),
            (Op::Len, &[V], Some(I)),
            (Op::Find, &[V, V], Some(I)),
            (Op::Fits, &[V, I, I], Some(B)),
            (Op::Slice, &[V, I, I], Some(V)),
            (Op::Load(Scalar::Bool, Endian::Little), &[V, I], Some(B)),
            (Op::Load(Scalar::U64, Endian::Big), &[V, I], Some(U)),
            (Op::Load(Scalar::U32, Endian::Big), &[V, I], Some(I)),
            (Op::Load(Scalar::F32, Endian::Big), &[V, I], Some(F)),
            (Op::New(class), &[F, opt], Some(p)),
            (Op::Get(class, 1), &[p], Some(opt)),
            (Op::Set(class, 0), &[p, F], None),
            (Op::Some, &[V], Some(Type::optional(Base::View))),
            (Op::Has, &[opt], Some(B)),
            (Op::Unwrap, &[opt], Some(F)),
            (Op::Call(func), &[V], Some(F)),
            (Op::Host(HostId(0), Effects::Writes), &[V, I], None),
            (Op::Host(HostId(1), Effects::Pure), &[F], Some(opt)),
            (Op::Promote, &[I], Some(I)),
            (Op::Guard, &[B], None),
            (Op::Pack, &[F, F], Some(X)),
            (Op::Lane(1), &[X], Some(F)),
            (Op::LoadPair, &[V, I], Some(X)),
        ];
        for (op, args, result) in rows {
            assert_eq!(result_type(&program, *op, args), Ok(*result), "{op:?}");
            assert!(result_type(&program, *op, &[]).is_err(), "{op:?} of nothing");
            assert!(result_type(&program, *op, &[&[p], *args].concat()).is_err(), "{op:?} of too much");
        }
        for (op, result) in [(Op::Poll, None), (Op::Read(CellId(0)), Some(I))] {
            assert_eq!(result_type(&program, op, &[]), Ok(result), "{op:?}");
            assert!(result_type(&program, op, &[B]).is_err(), "{op:?} of something");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let (program, opt) = (program(), Type::optional(Base::F64));
        let rows: &[(Op, &[Type])] = &[
            (Op::Add, &[I, U]),
            (Op::Add, &[opt, opt]),
            (Op::WrapAdd, &[F, F]),
            (Op::WrapSub, &[I, U]),
            (Op::WrapMul, &[X, X]),
            (Op::Rem, &[F, F]),
            (Op::Min, &[X, X]),
            (Op::Shl, &[U, U]),
            (Op::Neg, &[U]),
            (Op::Eq, &[V, V]),
            (Op::Lt, &[B, B]),
            (Op::Select, &[B, F, opt]),
            (Op::Convert(Base::Bool), &[I]),
            (Op::Convert(Base::I64), &[I]),
            (Op::Bits(Base::Bool), &[I]),
            (Op::New(ClassId(0)), &[F, F]),
            (Op::New(ClassId(7)), &[]),
            (Op::Get(ClassId(0), 2), &[Type::object(ClassId(0))]),
            (Op::Get(ClassId(0), 0), &[Type::optional(Base::Ref(ClassId(0)))]),
            (Op::Some, &[opt]),
            (Op::Has, &[F]),
            (Op::Call(FuncId(1)), &[V]),
            (Op::Call(FuncId(9)), &[V]),
            (Op::Host(HostId(0), Effects::Reads), &[V, I]),
            (Op::Host(HostId(0), Effects::Writes), &[I, V]),
            (Op::Host(HostId(2), Effects::Pure), &[]),
            (Op::Lane(2), &[X]),
            (Op::Read(CellId(1)), &[]),
            (Op::Write(CellId(1)), &[I]),
        ];
        for (op, args) in rows {
            assert!(result_type(&program, *op, args).is_err(), "{op:?} {args:?}");
        }
    }
}
