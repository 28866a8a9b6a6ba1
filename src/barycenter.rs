//! The barycenter of a stream of shapes: the mean, over the records, of the mean of each one's points.
//!
//! With `n` records of `k` points each, `x` is the sum of all points' `x` divided by `n * k`. The sums are
//! expressions, and their totals those of [`Program::totals`]: here they are only written down.

use crate::error::Error;
use crate::query::{Outcome, Program, Records};
use crate::scalar::Scalar;
use crate::schema::{Schema, Struct, Type, unknown};

/// An array of more points than this is not taken apart by default.
const MOST: u64 = 64;
const AXES: [&str; 3] = ["x", "y", "z"];
/// What the record is called in expressions.
const RECORD: &str = "t";

/// A program for the barycenter, and the points that it takes.
///
/// ```
/// use wirelens::{Barycenter, Input, Options, Schema};
/// let schema = Schema::from_c("<schema>", "struct P { float x, y; }; struct Segment { P from, to; };")?;
/// let barycenter = Barycenter::new(&schema, "Segment", None)?;
/// assert_eq!(barycenter.points, ["from", "to"]);
/// let bytes: Vec<u8> = [0.0f32, 1.0, 2.0, 5.0].iter().flat_map(|x| x.to_le_bytes()).collect();
/// let outcome = barycenter.program.run(&Input::from_bytes(&bytes), &Options::default())?;
/// assert_eq!(barycenter.of(&outcome), Some(vec![1.0, 3.0]));
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Debug)]
pub struct Barycenter {
    /// Totals of all `x`, of all `y`, and, if all points have one, of all `z`.
    pub program: Program,
    /// The points of a record, as they are written in expressions: `a`, `corner[2]`, `box.low`; `t` if it is
    /// one itself.
    pub points: Vec<String>,
    /// `x`, `y` and perhaps `z`.
    pub axes: &'static [&'static str],
}

impl Barycenter {
    /// For records of a struct; `points` names its points, which are structs with `x`, `y` and perhaps `z`,
    /// or arrays of two or three numbers. By default they are every field that is such a struct, or an array
    /// of at most 64 of them; if there are none, the same of arrays of two or three floats; or the record
    /// itself, if it has `x` and `y` and no such field.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::System`](crate::ErrorKind::System) if there is no such struct or it has no points;
    /// [`ErrorKind::Program`](crate::ErrorKind::Program) if a point is none.
    ///
    /// ```
    /// use wirelens::{Barycenter, Schema};
    /// let schema = "struct P { float x, y, z; }; struct S { P a[2]; int id; }; struct Facet { float v[2][3]; };";
    /// let schema = Schema::from_c("<schema>", schema)?;
    /// let of = |record, points| Barycenter::new(&schema, record, points);
    /// assert_eq!((of("S", None)?.points, of("S", None)?.axes.len()), (vec!["a[0]".to_string(), "a[1]".to_string()], 3));
    /// assert_eq!(of("S", Some(&["a[1]"]))?.points, ["a[1]"]);
    /// assert_eq!(of("P", None)?.points, ["t"]);
    /// assert_eq!(of("Facet", None)?.points, ["v[0]", "v[1]"]);
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn new<'a>(
        schema: &Schema,
        records: impl Into<Records<'a>>,
        points: Option<&[&str]>,
    ) -> Result<Barycenter, Error> {
        let records = records.into();
        let (_, mut found) = schema.record(records.name)?;
        if records.each.is_some() {
            // What the elements of the list are is found where paths are compiled, and so is what is wrong
            // with the path.
            found = Program::totals(schema, records, &["0"])?.record(schema);
        }
        let points: Vec<String> = match points {
            Some(points) => points.iter().map(|p| p.to_string()).collect(),
            None => {
                let all = |of: IsPoint| {
                    found.fields.iter().flat_map(|f| names(schema, &f.name, &f.ty, of)).collect::<Vec<_>>()
                };
                let several = [all(is_struct), all(is_array)].into_iter().find(|points| !points.is_empty());
                // A record that is a point itself, and has no others.
                several.unwrap_or(axes_of(found).map_or(vec![], |_| vec![RECORD.to_string()]))
            }
        };
        if points.is_empty() {
            return Err(Error::system(format!(
                "{} has no field that is a struct with 'x' and 'y', an array of 2 or 3 floats, or an array of \
                 at most {MOST} of either, so its points must be named (--points){}; {}",
                found.name,
                if lists(found) { ", or a list whose elements have them (--each)" } else { "" },
                unknown("", found.fields.iter().map(|f| f.name.as_str()))
            )));
        }
        let types: Vec<Option<Type>> = points.iter().map(|point| type_at(schema, found, point)).collect();
        let three = types.iter().all(|ty| match ty {
            Some(Type::Array(_, n)) => *n == 3,
            ty => ty.as_ref().map_or(Some(found), |ty| struct_of(schema, ty)).and_then(axes_of) == Some(3),
        });
        let axes = if three { &AXES[..] } else { &AXES[..2] };
        let term = |(point, ty): (&String, &Option<Type>), axis: usize| match (point.as_str(), ty) {
            (RECORD, None) => format!("{RECORD}.{}", AXES[axis]),
            (point, Some(Type::Array(..))) => format!("{RECORD}.{point}[{axis}]"),
            (point, _) => format!("{RECORD}.{point}.{}", AXES[axis]),
        };
        let sum = |axis: usize| {
            let terms: Vec<String> = points.iter().zip(&types).map(|point| term(point, axis)).collect();
            terms.join(" + ")
        };
        let sums: Vec<String> = (0..axes.len()).map(sum).collect();
        let sums: Vec<&str> = sums.iter().map(String::as_str).collect();
        Ok(Barycenter { program: Program::totals(schema, records, &sums)?, points, axes })
    }

    /// The mean on each axis; none if there were no records.
    ///
    /// ```
    /// use wirelens::{Barycenter, Input, Options, Schema};
    /// let schema = Schema::from_c("<schema>", "struct P { float x, y; }; struct S { P a; };")?;
    /// let barycenter = Barycenter::new(&schema, "S", None)?;
    /// let outcome = barycenter.program.run(&Input::from_bytes(&[]), &Options::default())?;
    /// assert_eq!(barycenter.of(&outcome), None);
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn of(&self, outcome: &Outcome) -> Option<Vec<f64>> {
        let points = outcome.records as f64 * self.points.len() as f64;
        let means = outcome.totals.iter().map(|total| total.to_f64() / points);
        (outcome.records > 0).then(|| means.collect())
    }
}

/// How many axes a struct has as a point: `x` and `y`, perhaps `z`.
fn axes_of(s: &Struct) -> Option<usize> {
    let has = |axis: &&str| s.field(axis).is_some_and(|f| matches!(f.ty, Type::Scalar(..)));
    Some(AXES.iter().take_while(|axis| has(axis)).count()).filter(|axes| *axes >= 2)
}

/// The struct that a field is, if it is one.
fn struct_of<'s>(schema: &'s Schema, ty: &Type) -> Option<&'s Struct> {
    match ty {
        Type::Struct(id) | Type::Ref(id) | Type::Group(id) => Some(&schema.structs[*id]),
        _ => None,
    }
}

/// Whether a field is a point.
type IsPoint = fn(&Schema, &Type) -> bool;

fn is_struct(schema: &Schema, ty: &Type) -> bool {
    struct_of(schema, ty).and_then(axes_of).is_some()
}

fn is_array(_: &Schema, ty: &Type) -> bool {
    let float = |ty: &Type| matches!(ty, Type::Scalar(Scalar::F32 | Scalar::F64, _));
    matches!(ty, Type::Array(element, 2..=3) if float(element))
}

/// Whether a struct has lists of structs.
fn lists(s: &Struct) -> bool {
    s.fields.iter().any(|f| matches!(&f.ty, Type::List(of) if matches!(**of, Type::Ref(_))))
}

/// The points that a field is or has.
fn names(schema: &Schema, name: &str, ty: &Type, is_point: IsPoint) -> Vec<String> {
    match ty {
        _ if is_point(schema, ty) => vec![name.to_string()],
        Type::Array(element, n) if *n <= MOST => {
            (0..*n).flat_map(|i| names(schema, &format!("{name}[{i}]"), element, is_point)).collect()
        }
        _ => vec![],
    }
}

/// The type at a path such as `box.corner[2]`; none if there is no such field: the compiler says so.
fn type_at(schema: &Schema, record: &Struct, path: &str) -> Option<Type> {
    let (mut within, mut ty) = (Some(record), None);
    for step in path.split('.') {
        let (name, indices) = step.split_once('[').unwrap_or((step, ""));
        let mut found = within?.field(name.trim())?.ty.clone();
        for _ in indices.matches(']') {
            found = match found {
                Type::Array(element, _) | Type::List(element) => *element,
                _ => return None,
            };
        }
        within = struct_of(schema, &found);
        ty = Some(found);
    }
    ty
}
