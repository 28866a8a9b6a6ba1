//! Rows as values of the caller's own types, by `serde`: structs by the names of columns, tuples and lists by
//! their order. A missing value is `None`.

use super::row::{Cell, Row};
use crate::error::Error;
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use std::fmt::Display;

impl Row<'_> {
    /// The row as a value of another type: a struct by the names of its columns, a tuple by their order. Text
    /// may be borrowed from the row.
    ///
    /// # Errors
    ///
    /// If a value does not fit its field, or there is no column for a field; the error contains the column's
    /// name.
    ///
    /// ```
    /// use serde::Deserialize;
    /// use wirelens::{Input, Query, Schema};
    /// #[derive(Deserialize, Debug, PartialEq)]
    /// struct Trade<'r> {
    ///     symbol: &'r str,
    ///     volume: f64,
    /// }
    /// let schema = Schema::from_c("<schema>", "struct T { char symbol[4]; uint32_t n; };")?;
    /// let reader = Query::builder(&schema).select("symbol, n * 0.5 as volume").reader()?;
    /// let input = Input::from_bytes(b"ABC\0\x03\0\0\0");
    /// let row = reader.rows(&input)?.next().unwrap()?;
    /// assert_eq!(row.deserialize::<Trade>()?, Trade { symbol: "ABC", volume: 1.5 });
    /// assert_eq!(row.deserialize::<(String, f32)>()?, ("ABC".to_string(), 1.5));
    /// let error = row.deserialize::<(u8, f32)>().unwrap_err();
    /// assert_eq!(error.to_string(), "column 'symbol': invalid type: string \"ABC\", expected u8");
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    #[cfg_attr(docsrs, doc(cfg(feature = "serde")))]
    pub fn deserialize<'r, T: Deserialize<'r>>(&'r self) -> Result<T, Error> {
        T::deserialize(Columns { row: self, names: self.columns().iter(), cells: self.cells(), name: "" })
    }
}

impl de::Error for Error {
    fn custom<T: Display>(message: T) -> Error {
        Error::data(message.to_string())
    }
}

/// The remaining columns of a row.
struct Columns<'r, 'n, C> {
    row: &'r Row<'n>,
    names: std::slice::Iter<'n, String>,
    cells: C,
    /// The name of the next value.
    name: &'n str,
}

impl<'r, C: Iterator<Item = Cell<'r>>> Columns<'r, '_, C> {
    /// Deserializes the next value; errors refer to the column `name`.
    fn read<T: DeserializeSeed<'r>>(&mut self, seed: T) -> Result<T::Value, Error> {
        let cell = self.cells.next().expect("a row has a value for each column");
        seed.deserialize(cell).map_err(|error| de::Error::custom(format!("column '{}': {error}", self.name)))
    }
}

impl<'de, C: Iterator<Item = Cell<'de>>> Deserializer<'de> for Columns<'de, '_, C> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Error> {
        match self.row.columns().len() {
            columns if columns == len => visitor.visit_seq(self),
            columns => Err(de::Error::custom(format!("a row has {columns} columns, not {len}"))),
        }
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct map struct enum identifier ignored_any
    }
}

impl<'r, C: Iterator<Item = Cell<'r>>> de::MapAccess<'r> for Columns<'r, '_, C> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'r>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some(name) = self.names.next() else { return Ok(None) };
        self.name = name;
        seed.deserialize(self.name.into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'r>>(&mut self, seed: V) -> Result<V::Value, Error> {
        self.read(seed)
    }
}

impl<'r, C: Iterator<Item = Cell<'r>>> de::SeqAccess<'r> for Columns<'r, '_, C> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'r>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let Some(name) = self.names.next() else { return Ok(None) };
        self.name = name;
        self.read(seed).map(Some)
    }
}

impl<'de> Deserializer<'de> for Cell<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Cell::None => visitor.visit_none(),
            Cell::Bool(b) => visitor.visit_bool(b),
            Cell::Int(i) => visitor.visit_i64(i),
            Cell::Uint(u) => visitor.visit_u64(u),
            Cell::Wide(x) => match (i64::try_from(x), u64::try_from(x)) {
                (Ok(i), _) => visitor.visit_i64(i),
                (_, Ok(u)) => visitor.visit_u64(u),
                _ => visitor.visit_i128(x),
            },
            Cell::Float(x) => visitor.visit_f64(x),
            Cell::Text(text) => visitor.visit_borrowed_str(text),
            Cell::Bytes(bytes) => visitor.visit_borrowed_bytes(bytes),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Cell::None => visitor.visit_none(),
            some => visitor.visit_some(some),
        }
    }

    /// Bytes may become a list.
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Cell::Bytes(bytes) => {
                let items = bytes.iter().copied();
                visitor.visit_seq(de::value::SeqDeserializer::<_, Error>::new(items))
            }
            other => other.deserialize_any(visitor),
        }
    }

    /// An enum is given by the name of its variant.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self {
            Cell::Text(name) => visitor.visit_enum(name.into_deserializer()),
            other => other.deserialize_any(visitor),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        tuple tuple_struct map struct identifier ignored_any
    }
}
