//! The barycenter of a stream of shapes: the mean, over all records, of the mean of each record's points.
//!
//! With `n` records of `k` points each, its `x` is the sum of the `x` of all points divided by `n * k`. That
//! is an ordinary query: this module writes its sums as expressions, and divides.

use crate::engine::policy::Policy;
use crate::error::Error;
use crate::formats::Limits;
use crate::host::Hosts;
use crate::query::totals::ValueRequest;
use crate::query::values::Values;
use crate::query::{Builder, Query, Records, Report, Value};
use crate::scalar::Scalar;
use crate::schema::{Schema, Struct, Type, unknown};

/// Longer arrays are not divided into points by default.
const MAX_POINTS: u64 = 64;
const AXES: [&str; 3] = ["x", "y", "z"];
/// The name of the record in expressions.
const RECORD: &str = "t";

/// The points that a barycenter is computed from.
///
/// ```
/// use wirelens::{Barycenter, Input, Query, Schema};
/// let schema = Schema::from_c("<schema>", "struct P { float x, y; }; struct Segment { P from, to; };")?;
/// let barycenter = Barycenter::new(&schema, "Segment", None, None)?;
/// assert_eq!(barycenter.points, ["from", "to"]);
/// let query = barycenter.query(Query::builder(&schema).record("Segment"))?;
/// let bytes: Vec<u8> = [0.0f32, 1.0, 2.0, 5.0].iter().flat_map(|x| x.to_le_bytes()).collect();
/// assert_eq!(barycenter.means(&query.run(&Input::from_bytes(&bytes))?), [Some(1.0), Some(3.0)]);
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Barycenter {
    /// The points of a record as expressions: `a`, `corner[2]`, `box.low`; `t` if the record itself is the
    /// point.
    pub points: Vec<String>,
    /// For each axis (`x`, `y` and, if all points have one, `z`) the sum over the points of a record `t`.
    pub sums: Vec<String>,
}

impl Barycenter {
    /// A barycenter of records of a struct, or of the elements of a list at a path from it. `points` names
    /// the points, which are structs with `x`, `y` and optionally `z`, or arrays of two or three numbers. By
    /// default they are all fields that are such structs, or arrays of at most 64 of these. If there are
    /// none, they are all fields that are arrays of two or three floats, or arrays of at most 64 of these. If
    /// there are none either, it is the record itself, if it has `x` and `y`.
    ///
    /// # Errors
    ///
    /// If there is no such struct, if the path does not lead to a list of structs, or if there are no points.
    /// [`Barycenter::query`] checks the named points.
    ///
    /// ```
    /// use wirelens::{Barycenter, Schema};
    /// let schema = "struct P { float x, y, z; }; struct S { P a[2]; int id; }; \
    ///               struct Facet { float v[2][3]; };";
    /// let schema = Schema::from_c("<schema>", schema)?;
    /// let of = |record, points| Barycenter::new(&schema, record, None, points);
    /// assert_eq!(of("S", None)?.points, ["a[0]", "a[1]"]);
    /// assert_eq!(of("S", Some(&["a[1]"]))?.sums, ["t.a[1].x", "t.a[1].y", "t.a[1].z"]);
    /// assert_eq!(of("P", None)?.points, ["t"]);
    /// assert_eq!(of("Facet", None)?.sums[2], "t.v[0][2] + t.v[1][2]");
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn new(
        schema: &Schema,
        record: &str,
        each: Option<&str>,
        points: Option<&[&str]>,
    ) -> Result<Barycenter, Error> {
        let found = element(schema, record, each)?;
        let points: Vec<String> = match points {
            Some(points) => points.iter().map(|p| p.to_string()).collect(),
            None => {
                let all = |of: IsPoint| {
                    found.fields.iter().flat_map(|f| names(schema, &f.name, &f.ty, of)).collect::<Vec<_>>()
                };
                let several = [all(is_struct), all(is_array)].into_iter().find(|points| !points.is_empty());
                // A record that is itself a point and contains no others.
                several.unwrap_or(axes_of(found).map_or(vec![], |_| vec![RECORD.to_string()]))
            }
        };
        if points.is_empty() {
            return Err(Error::system(format!(
                "{} has no field that is a struct with 'x' and 'y', an array of 2 or 3 floats, or an array \
                 of at most {MAX_POINTS} of either, so its points must be named (--points){}; {}",
                found.name,
                if lists(found) { ", or a list whose elements have them (--each)" } else { "" },
                unknown("", found.fields.iter().map(|f| f.name.as_str()))
            )));
        }
        let types: Vec<Option<Type>> = points.iter().map(|point| type_at(schema, found, point)).collect();
        let axes = types.iter().map(|ty| match ty {
            Some(Type::Array(_, n)) => *n as usize,
            ty => ty.as_ref().map_or(Some(found), |ty| struct_of(schema, ty)).and_then(axes_of).unwrap_or(2),
        });
        let term = |(point, ty): (&String, &Option<Type>), axis: usize| match (point.as_str(), ty) {
            (RECORD, None) => format!("{RECORD}.{}", AXES[axis]),
            (point, Some(Type::Array(..))) => format!("{RECORD}.{point}[{axis}]"),
            (point, _) => format!("{RECORD}.{point}.{}", AXES[axis]),
        };
        let sum = |axis: usize| {
            let terms: Vec<String> = points.iter().zip(&types).map(|point| term(point, axis)).collect();
            terms.join(" + ")
        };
        let sums = (0..axes.min().map_or(2, |axes| axes.clamp(2, 3))).map(sum).collect();
        Ok(Barycenter { points, sums })
    }

    /// The query over `records`, which must be those of [`Barycenter::new`]. Its values are the sums, from
    /// which [`Barycenter::means`] computes the barycenter. Other outputs of the builder are replaced.
    ///
    /// # Errors
    ///
    /// If a point is neither a struct with numbers `x` and `y` nor an array of numbers; and those of
    /// [`Builder::build`].
    ///
    /// ```
    /// use wirelens::{Barycenter, Query, Schema};
    /// let schema = "struct P { float x, y; }; struct S { struct P p; int n; };";
    /// let schema = Schema::from_c("<schema>", schema)?;
    /// let of = |points| Barycenter::new(&schema, "S", None, points)?.query(Query::builder(&schema));
    /// assert_eq!(of(None)?.columns(), ["t.p.x", "t.p.y"]);
    /// assert!(of(Some(&["n"])).unwrap_err().to_string().starts_with("an int has no field 'x'"));
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn query(&self, records: Builder) -> Result<Query, Error> {
        let sums: Vec<&str> = self.sums.iter().map(String::as_str).collect();
        records.totals(&sums).build()
    }

    /// The barycenter: for each axis the mean over all points, or `None` if there were no records.
    pub fn means(&self, report: &Report) -> Vec<Option<f64>> {
        let points = report.records * self.points.len() as u64;
        let mean = |sum: &Value| sum.as_f64().filter(|_| points > 0).map(|sum| sum / points as f64);
        report.values.iter().map(mean).collect()
    }

    /// The names of the axes: `x`, `y` and, if all points have one, `z`.
    ///
    /// ```
    /// use wirelens::{Barycenter, Schema};
    /// let schema = Schema::from_c("<schema>", "struct P { float x, y, z; };")?;
    /// assert_eq!(Barycenter::new(&schema, "P", None, None)?.axes(), ["x", "y", "z"]);
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn axes(&self) -> &'static [&'static str] {
        &AXES[..self.sums.len()]
    }
}

/// The struct of a record, or of an element of a list in it.
fn element<'s>(schema: &'s Schema, record: &str, each: Option<&str>) -> Result<&'s Struct, Error> {
    let (_, found) = schema.record(record)?;
    if each.is_none() {
        return Ok(found);
    }
    // The compiler of paths determines the type of the elements, and reports errors in the path.
    let records = Records { name: record, each, limits: Limits::default() };
    let program = Values::make(schema, records, ValueRequest::Sums(&[]), &Hosts::new(), Policy::default())?;
    Ok(program.record(schema))
}

/// The number of axes that a struct has as a point: `x` and `y`, optionally `z`.
fn axes_of(s: &Struct) -> Option<usize> {
    let has = |axis: &&str| s.field(axis).is_some_and(|f| matches!(f.ty, Type::Scalar(..)));
    Some(AXES.iter().take_while(|axis| has(axis)).count()).filter(|axes| *axes >= 2)
}

/// The struct that a field contains or refers to, if it is one.
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

/// The points that a field is or contains.
fn names(schema: &Schema, name: &str, ty: &Type, is_point: IsPoint) -> Vec<String> {
    match ty {
        _ if is_point(schema, ty) => vec![name.to_string()],
        Type::Array(element, n) if *n <= MAX_POINTS => {
            (0..*n).flat_map(|i| names(schema, &format!("{name}[{i}]"), element, is_point)).collect()
        }
        _ => vec![],
    }
}

/// The type at a path such as `box.corner[2]`. `None` if there is no such field, which the compiler will
/// report.
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
