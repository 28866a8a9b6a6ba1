//! The barycenter of a stream of shapes: the mean, over the records, of the mean of each one's points.
//!
//! With `n` records of `k` points each, `x` is the sum of all points' `x` divided by `n * k`; the sum over a
//! record, and the total over records, are those of [`Program::totals`].

use crate::error::Error;
use crate::query::{Outcome, Program, Records};
use crate::schema::{Schema, Struct, Type, unknown};

/// An array of more points than this is not taken apart by default.
const MOST: u64 = 64;

/// A program for the barycenter, and the points that it takes.
///
/// ```
/// use wirelens::{Barycenter, Input, Options, Schema};
/// let schema = Schema::from_c("<schema>", "struct P { float x, y; }; struct Segment { P from, to; };")?;
/// let barycenter = Barycenter::new(&schema, "Segment", None)?;
/// assert_eq!(barycenter.points, ["from", "to"]);
/// let bytes: Vec<u8> = [0.0f32, 1.0, 2.0, 5.0].iter().flat_map(|x| x.to_le_bytes()).collect();
/// let outcome = barycenter.program.run(&Input::from_bytes(&bytes), &Options::default())?;
/// assert_eq!(barycenter.of(&outcome), Some((1.0, 3.0)));
/// # Ok::<(), wirelens::Error>(())
/// ```
#[derive(Debug)]
pub struct Barycenter {
    /// Totals of all `x` and of all `y`.
    pub program: Program,
    /// The points of a record, as they are written in expressions: `a`, `corner[2]`, `box.low`; `t` if it is
    /// one itself.
    pub points: Vec<String>,
}

impl Barycenter {
    /// For records of a struct; `points` names its points, by default every field that is a struct with `x`
    /// and `y`, or an array of at most 64 such structs; or the record itself, if it has `x` and `y` and no
    /// such field.
    ///
    /// # Errors
    ///
    /// [`Error::System`] if there is no such struct or it has no points; [`Error::Program`] if a point is no
    /// struct with numbers `x` and `y`.
    ///
    /// ```
    /// use wirelens::{Barycenter, Schema};
    /// let schema = Schema::from_c("<schema>", "struct P { float x, y; }; struct S { P a[2]; int id; };")?;
    /// assert_eq!(Barycenter::new(&schema, "S", None)?.points, ["a[0]", "a[1]"]);
    /// assert_eq!(Barycenter::new(&schema, "S", Some(&["a[1]"]))?.points, ["a[1]"]);
    /// assert_eq!(Barycenter::new(&schema, "P", None)?.points, ["t"]);
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
            // What the elements of the list are is found where paths are compiled, and what is wrong with it
            // told.
            found = Program::totals(schema, records, &["0"])?.record(schema);
        }
        let points: Vec<String> = match points {
            Some(points) => points.iter().map(|p| p.to_string()).collect(),
            None => found.fields.iter().flat_map(|f| names(schema, &f.name, &f.ty)).collect(),
        };
        // A record that is a point itself, and has no others.
        let points = if points.is_empty() && is_point(found) { vec!["t".to_string()] } else { points };
        if points.is_empty() {
            return Err(Error::System(format!(
                "{} has no field that is a struct with 'x' and 'y', or an array of at most {MOST} such, \
                 so its points must be named (--points){}; {}",
                found.name,
                if lists(found) { ", or a list whose elements have them (--each)" } else { "" },
                unknown("", found.fields.iter().map(|f| f.name.as_str()))
            )));
        }
        let term = |point: &String, axis: &str| match point.as_str() {
            "t" => format!("t.{axis}"),
            point => format!("t.{point}.{axis}"),
        };
        let sum = |axis: &str| points.iter().map(|p| term(p, axis)).collect::<Vec<_>>().join(" + ");
        let program = Program::totals(schema, records, &[&sum("x"), &sum("y")])?;
        Ok(Barycenter { program, points })
    }

    /// `x` and `y`; none if there were no records.
    ///
    /// ```
    /// use wirelens::{Barycenter, Input, Options, Schema};
    /// let schema = Schema::from_c("<schema>", "struct P { float x, y; }; struct S { P a; };")?;
    /// let barycenter = Barycenter::new(&schema, "S", None)?;
    /// let outcome = barycenter.program.run(&Input::from_bytes(&[]), &Options::default())?;
    /// assert_eq!(barycenter.of(&outcome), None);
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn of(&self, outcome: &Outcome) -> Option<(f64, f64)> {
        let points = outcome.records as f64 * self.points.len() as f64;
        let mean = |i: usize| outcome.totals[i].to_f64() / points;
        (outcome.records > 0).then(|| (mean(0), mean(1)))
    }
}

/// Whether a struct has scalars `x` and `y`.
fn is_point(s: &Struct) -> bool {
    ["x", "y"].iter().all(|axis| s.field(axis).is_some_and(|f| matches!(f.ty, Type::Scalar(..))))
}

/// Whether a struct has lists of structs.
fn lists(s: &Struct) -> bool {
    s.fields.iter().any(|f| matches!(&f.ty, Type::List(of) if matches!(**of, Type::Ref(_))))
}

/// The points that a field is or has.
fn names(schema: &Schema, name: &str, ty: &Type) -> Vec<String> {
    match ty {
        Type::Struct(id) | Type::Ref(id) | Type::Group(id) if is_point(&schema.structs[*id]) => {
            vec![name.to_string()]
        }
        Type::Array(element, n) if *n <= MOST => {
            (0..*n).flat_map(|i| names(schema, &format!("{name}[{i}]"), element)).collect()
        }
        _ => vec![],
    }
}
