//! A schema as JSON for other tools: the contents of the table, with nothing abbreviated.

use super::defaults::defaults;
use super::types::{name, shown};
use crate::error::Error;
use crate::schema::{Enum, Field, Schema, StructId, Type};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

impl Schema {
    /// The structs and enums as one line with a JSON object. With `record`, only that struct and the types
    /// that it contains.
    ///
    /// Shape: `{"language", "header", "structs": [{"name", "size", …, "fields": [{"name", "type", "offset",
    /// "size", …}]}], "enums": [{"name", "values": {"NAME": number}}]}`. Sizes and offsets are in bytes. Keys
    /// that do not apply to a field are left out: `bit` (in the byte at `offset`), `pointer` (true: `offset`
    /// is in the pointer section), `variant` (the value of the tag for which the field is set), `default`,
    /// `doc`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::System`](crate::ErrorKind::System) if there is no such struct.
    ///
    /// ```
    /// let schema = wirelens::Schema::from_c("<schema>", "struct S { short n; };")?;
    /// let json = r#"{"language":"C","header":0,"structs":[{"name":"S","size":2,"align":2,"#.to_string()
    ///     + r#""fields":[{"name":"n","type":"int16_t","offset":0,"size":2}]}],"enums":[]}"#;
    /// assert_eq!(schema.describe(None)?, json + "\n");
    /// # Ok::<(), wirelens::Error>(())
    /// ```
    pub fn describe(&self, record: Option<&str>) -> Result<String, Error> {
        let (structs, enums) = shown(self, record)?;
        let defaults = defaults(self);
        let structs: Vec<Value> = structs.iter().map(|id| of_struct(self, *id, &defaults)).collect();
        let enums: Vec<Value> = enums.iter().map(|id| of_enum(&self.enums[*id])).collect();
        let language = self.language.to_string();
        let all = json!({"language": language, "header": self.header, "structs": structs, "enums": enums});
        Ok(format!("{all}\n"))
    }
}

fn of_struct(schema: &Schema, id: StructId, defaults: &HashMap<(StructId, usize), String>) -> Value {
    let s = &schema.structs[id];
    let mut map = Map::new();
    map.insert("name".to_string(), json!(s.name));
    if s.group {
        map.insert("group".to_string(), json!(true));
    }
    if s.id != 0 {
        map.insert("id".to_string(), json!(format!("{:#018x}", s.id)));
    }
    doc(&mut map, &s.doc);
    map.insert("size".to_string(), json!(s.size));
    let (detail, value) = schema.language.detail(s);
    map.insert(detail.to_string(), json!(value));
    if let Some(at) = s.tag {
        map.insert("tag".to_string(), json!(at));
    }
    let fields = s.fields.iter().enumerate().map(|(i, f)| of_field(schema, f, defaults.get(&(id, i))));
    map.insert("fields".to_string(), fields.collect());
    Value::Object(map)
}

fn of_field(schema: &Schema, field: &Field, default: Option<&String>) -> Value {
    let mut map = Map::new();
    map.insert("name".to_string(), json!(field.name));
    map.insert("type".to_string(), json!(name(schema, &field.ty)));
    match &field.ty {
        Type::Void => {}
        Type::Group(id) => {
            map.insert("group".to_string(), json!(schema.structs[*id].name));
        }
        ty => {
            map.insert("offset".to_string(), json!(field.offset));
            map.insert("size".to_string(), json!(schema.size_of(ty)));
        }
    }
    if let Type::Bit(bit) = field.ty {
        map.insert("bit".to_string(), json!(bit));
    }
    if field.ty.is_pointer() {
        map.insert("pointer".to_string(), json!(true));
    }
    if let Some(variant) = field.variant {
        map.insert("variant".to_string(), json!(variant));
    }
    if let Some(text) = default {
        // The default is JSON. If it is truncated, or nested too deeply for the parser, it stays text.
        let value = serde_json::from_str(text).unwrap_or_else(|_| json!(text));
        map.insert("default".to_string(), value);
    }
    doc(&mut map, &field.doc);
    Value::Object(map)
}

fn doc(map: &mut Map<String, Value>, text: &str) {
    if !text.is_empty() {
        map.insert("doc".to_string(), json!(text));
    }
}

fn of_enum(e: &Enum) -> Value {
    let values: Map<String, Value> =
        e.values.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    json!({"name": e.name, "values": values})
}
