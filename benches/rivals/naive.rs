//! The naive decoders: one buffered read for each field, one value or object for each record.

use std::io::{self, BufRead, BufReader, Read};

use super::{Answer, barycenter};

fn double(reader: &mut impl Read) -> io::Result<f64> {
    let mut bytes = [0; 8];
    reader.read_exact(&mut bytes)?;
    Ok(f64::from_le_bytes(bytes))
}

/// The fastest naive decoder: plain values, all inlined.
pub fn values(reader: impl Read) -> io::Result<Answer> {
    struct Point {
        x: f64,
        y: f64,
    }
    struct Triangle {
        a: Point,
        b: Point,
        c: Point,
    }
    fn point(reader: &mut impl Read) -> io::Result<Point> {
        Ok(Point { x: double(reader)?, y: double(reader)? })
    }

    let mut reader = BufReader::new(reader);
    let (mut x, mut y, mut records) = (0.0, 0.0, 0);
    while !reader.fill_buf()?.is_empty() {
        let t = Triangle { a: point(&mut reader)?, b: point(&mut reader)?, c: point(&mut reader)? };
        x += t.a.x + t.b.x + t.c.x;
        y += t.a.y + t.b.y + t.c.y;
        records += 1;
    }
    Ok(barycenter((x, y), records))
}

/// A decoded point.
trait Point {
    fn x(&self) -> f64;
    fn y(&self) -> f64;
}

/// A decoded record.
trait Triangle {
    fn a(&self) -> &dyn Point;
    fn b(&self) -> &dyn Point;
    fn c(&self) -> &dyn Point;
}

/// Decodes the next record: the usual interface of a schema-driven reader.
trait Decoder {
    fn next(&mut self) -> io::Result<Option<Box<dyn Triangle>>>;
}

struct PointObject(f64, f64);
struct TriangleObject(Box<dyn Point>, Box<dyn Point>, Box<dyn Point>);
struct Stream<R>(BufReader<R>);

impl Point for PointObject {
    fn x(&self) -> f64 {
        self.0
    }
    fn y(&self) -> f64 {
        self.1
    }
}

impl Triangle for TriangleObject {
    fn a(&self) -> &dyn Point {
        &*self.0
    }
    fn b(&self) -> &dyn Point {
        &*self.1
    }
    fn c(&self) -> &dyn Point {
        &*self.2
    }
}

impl<R: Read> Decoder for Stream<R> {
    fn next(&mut self) -> io::Result<Option<Box<dyn Triangle>>> {
        if self.0.fill_buf()?.is_empty() {
            return Ok(None);
        }
        let mut point = || -> io::Result<Box<dyn Point>> {
            Ok(Box::new(PointObject(double(&mut self.0)?, double(&mut self.0)?)))
        };
        Ok(Some(Box::new(TriangleObject(point()?, point()?, point()?))))
    }
}

/// The usual naive decoder: an object for each record and each point, behind traits.
pub fn boxed(reader: impl Read) -> io::Result<Answer> {
    let mut stream = Stream(BufReader::new(reader));
    // Otherwise the compiler would see through the objects, which it cannot if the schema is known only at
    // run time.
    let decoder: &mut dyn Decoder = std::hint::black_box(&mut stream);
    let (mut x, mut y, mut records) = (0.0, 0.0, 0);
    while let Some(t) = decoder.next()? {
        x += t.a().x() + t.b().x() + t.c().x();
        y += t.a().y() + t.b().y() + t.c().y();
        records += 1;
    }
    Ok(barycenter((x, y), records))
}
