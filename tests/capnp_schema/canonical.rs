//! A CodeGeneratorRequest as readable text: a block of lines for each node, equal for equivalent requests.
//!
//! Nodes are in the order of their ids, as their order in the request has no meaning; all other lists keep
//! their order. Default values and constants that are pointers are shown as the words of their canonical
//! encoding. Source positions and the version of the compiler are left out.

use std::collections::BTreeMap;
use std::fmt::Write;

use capnp::message::Builder;
use capnp::schema_capnp::{annotation, brand, code_generator_request, field, node, type_, value};
use capnp::{Result, any_pointer, struct_list};

/// The blocks of lines of each file, by the part of the nodes' names before the colon.
pub type Files = BTreeMap<String, Vec<String>>;

pub fn files(request: code_generator_request::Reader<'_>) -> Result<Files> {
    let mut docs = BTreeMap::new();
    for info in request.get_source_info()? {
        let mut text = String::new();
        if info.has_doc_comment() {
            writeln!(text, "  doc {:?}", info.get_doc_comment()?.to_str()?).unwrap();
        }
        for (i, member) in info.get_members()?.iter().enumerate().filter(|(_, m)| m.has_doc_comment()) {
            writeln!(text, "  doc of member {i} {:?}", member.get_doc_comment()?.to_str()?).unwrap();
        }
        docs.insert(info.get_id(), text);
    }
    let mut files: BTreeMap<String, BTreeMap<u64, String>> = BTreeMap::new();
    for node in request.get_nodes()? {
        let mut block = block(node)?;
        block.push_str(docs.get(&node.get_id()).map_or("", |d| d));
        let name = node.get_display_name()?.to_str()?;
        let file = name.split(':').next().unwrap_or(name).to_string();
        let before = files.entry(file).or_default().insert(node.get_id(), block);
        assert!(before.is_none(), "{name} stands in the request twice");
    }
    let mut files: Files = files.into_iter().map(|(k, v)| (k, v.into_values().collect())).collect();
    for file in request.get_requested_files()? {
        let name = file.get_filename()?.to_str()?;
        let mut block = format!("requested {name} @{:#x}\n", file.get_id());
        for import in file.get_imports()? {
            writeln!(block, "  imports {} @{:#x}", import.get_name()?.to_str()?, import.get_id()).unwrap();
        }
        files.entry(name.to_string()).or_default().push(block);
    }
    Ok(files)
}

fn block(node: node::Reader<'_>) -> Result<String> {
    let mut out = String::new();
    let o = &mut out;
    let name = node.get_display_name()?.to_str()?;
    writeln!(
        o,
        "node {name} @{:#x}, prefix {}, scope {:#x}",
        node.get_id(),
        node.get_display_name_prefix_length(),
        node.get_scope_id()
    )
    .unwrap();
    for parameter in node.get_parameters()? {
        writeln!(o, "  parameter {}", parameter.get_name()?.to_str()?).unwrap();
    }
    if node.get_is_generic() {
        writeln!(o, "  generic").unwrap();
    }
    for nested in node.get_nested_nodes()? {
        writeln!(o, "  nested {} @{:#x}", nested.get_name()?.to_str()?, nested.get_id()).unwrap();
    }
    writeln!(o, "{}", annotations("  ", node.get_annotations()?)?).unwrap();
    match node.which()? {
        node::File(()) => writeln!(o, "  file").unwrap(),
        node::Struct(it) => structure(o, it)?,
        node::Enum(it) => {
            writeln!(o, "  enum").unwrap();
            for e in it.get_enumerants()? {
                writeln!(o, "  enumerant {} code order {}", e.get_name()?.to_str()?, e.get_code_order())
                    .unwrap();
                writeln!(o, "{}", annotations("    ", e.get_annotations()?)?).unwrap();
            }
        }
        node::Interface(it) => interface(o, it)?,
        node::Const(it) => {
            writeln!(o, "  const :{} = {}", ty(it.get_type()?)?, val(it.get_value()?)?).unwrap();
        }
        node::Annotation(it) => {
            let targets = [
                (it.get_targets_file(), "file"),
                (it.get_targets_const(), "const"),
                (it.get_targets_enum(), "enum"),
                (it.get_targets_enumerant(), "enumerant"),
                (it.get_targets_struct(), "struct"),
                (it.get_targets_field(), "field"),
                (it.get_targets_union(), "union"),
                (it.get_targets_group(), "group"),
                (it.get_targets_interface(), "interface"),
                (it.get_targets_method(), "method"),
                (it.get_targets_param(), "param"),
                (it.get_targets_annotation(), "annotation"),
            ];
            let targets: Vec<&str> = targets.iter().filter(|t| t.0).map(|t| t.1).collect();
            writeln!(o, "  annotation({}) :{}", targets.join(", "), ty(it.get_type()?)?).unwrap();
        }
    }
    // An empty list leaves an empty line.
    Ok(out.lines().filter(|l| !l.is_empty()).fold(String::new(), |all, l| all + l + "\n"))
}

fn structure(o: &mut String, it: node::struct_::Reader<'_>) -> Result<()> {
    writeln!(
        o,
        "  struct of {} words, {} pointers, in lists {:?}{}",
        it.get_data_word_count(),
        it.get_pointer_count(),
        it.get_preferred_list_encoding()?,
        if it.get_is_group() { ", a group" } else { "" }
    )
    .unwrap();
    if it.get_discriminant_count() != 0 || it.get_discriminant_offset() != 0 {
        let (count, offset) = (it.get_discriminant_count(), it.get_discriminant_offset());
        writeln!(o, "  {count} alternatives, discriminant at {offset}").unwrap();
    }
    for f in it.get_fields()? {
        write!(o, "  field {}", f.get_name()?.to_str()?).unwrap();
        match f.get_ordinal().which()? {
            field::ordinal::Implicit(()) => {}
            field::ordinal::Explicit(ordinal) => write!(o, " @{ordinal}").unwrap(),
        }
        write!(o, " code order {}", f.get_code_order()).unwrap();
        if f.get_discriminant_value() != field::NO_DISCRIMINANT {
            write!(o, " alternative {}", f.get_discriminant_value()).unwrap();
        }
        match f.which()? {
            field::Slot(slot) => {
                let default = if slot.get_had_explicit_default() { "explicit " } else { "" };
                let (ty, val) = (ty(slot.get_type()?)?, val(slot.get_default_value()?)?);
                writeln!(o, " at {} :{ty} = {default}{val}", slot.get_offset()).unwrap();
            }
            field::Group(group) => writeln!(o, " group {:#x}", group.get_type_id()).unwrap(),
        }
        writeln!(o, "{}", annotations("    ", f.get_annotations()?)?).unwrap();
    }
    Ok(())
}

fn interface(o: &mut String, it: node::interface::Reader<'_>) -> Result<()> {
    writeln!(o, "  interface").unwrap();
    for s in it.get_superclasses()? {
        writeln!(o, "  extends {:#x}{}", s.get_id(), applied(s.get_brand()?)?).unwrap();
    }
    for m in it.get_methods()? {
        write!(o, "  method {} code order {} [", m.get_name()?.to_str()?, m.get_code_order()).unwrap();
        for parameter in m.get_implicit_parameters()? {
            write!(o, " {}", parameter.get_name()?.to_str()?).unwrap();
        }
        let (takes, gives) = (m.get_param_struct_type(), m.get_result_struct_type());
        let (of, to) = (applied(m.get_param_brand()?)?, applied(m.get_result_brand()?)?);
        writeln!(o, " ] {takes:#x}{of} -> {gives:#x}{to}").unwrap();
        writeln!(o, "{}", annotations("    ", m.get_annotations()?)?).unwrap();
    }
    Ok(())
}

fn annotations(indent: &str, list: struct_list::Reader<'_, annotation::Owned>) -> Result<String> {
    let mut lines = Vec::new();
    for a in list {
        lines.push(format!(
            "{indent}${:#x}{} ({})",
            a.get_id(),
            applied(a.get_brand()?)?,
            val(a.get_value()?)?
        ));
    }
    Ok(lines.join("\n"))
}

fn ty(it: type_::Reader<'_>) -> Result<String> {
    use type_::any_pointer::{ImplicitMethodParameter, Parameter, Unconstrained, unconstrained};
    Ok(match it.which()? {
        type_::Void(()) => "Void".into(),
        type_::Bool(()) => "Bool".into(),
        type_::Int8(()) => "Int8".into(),
        type_::Int16(()) => "Int16".into(),
        type_::Int32(()) => "Int32".into(),
        type_::Int64(()) => "Int64".into(),
        type_::Uint8(()) => "UInt8".into(),
        type_::Uint16(()) => "UInt16".into(),
        type_::Uint32(()) => "UInt32".into(),
        type_::Uint64(()) => "UInt64".into(),
        type_::Float32(()) => "Float32".into(),
        type_::Float64(()) => "Float64".into(),
        type_::Text(()) => "Text".into(),
        type_::Data(()) => "Data".into(),
        type_::List(of) => format!("List({})", ty(of.get_element_type()?)?),
        type_::Enum(of) => format!("enum {:#x}{}", of.get_type_id(), applied(of.get_brand()?)?),
        type_::Struct(of) => format!("struct {:#x}{}", of.get_type_id(), applied(of.get_brand()?)?),
        type_::Interface(of) => format!("interface {:#x}{}", of.get_type_id(), applied(of.get_brand()?)?),
        type_::AnyPointer(any) => match any.which()? {
            Unconstrained(any) => match any.which()? {
                unconstrained::AnyKind(()) => "AnyPointer".into(),
                unconstrained::Struct(()) => "AnyStruct".into(),
                unconstrained::List(()) => "AnyList".into(),
                unconstrained::Capability(()) => "Capability".into(),
            },
            Parameter(p) => format!("parameter {} of {:#x}", p.get_parameter_index(), p.get_scope_id()),
            ImplicitMethodParameter(p) => format!("parameter {} of the method", p.get_parameter_index()),
        },
    })
}

/// A brand, in parentheses unless it is empty.
fn applied(it: brand::Reader<'_>) -> Result<String> {
    let mut scopes = Vec::new();
    for scope in it.get_scopes()? {
        let bindings = match scope.which()? {
            brand::scope::Inherit(()) => "inherited".to_string(),
            brand::scope::Bind(list) => {
                let mut bindings = Vec::new();
                for binding in list? {
                    bindings.push(match binding.which()? {
                        brand::binding::Unbound(()) => "unbound".to_string(),
                        brand::binding::Type(it) => ty(it?)?,
                    });
                }
                bindings.join(", ")
            }
        };
        scopes.push(format!("{:#x}: {bindings}", scope.get_scope_id()));
    }
    Ok(if scopes.is_empty() { String::new() } else { format!("({})", scopes.join("; ")) })
}

fn val(it: value::Reader<'_>) -> Result<String> {
    Ok(match it.which()? {
        value::Void(()) => "void".into(),
        value::Bool(v) => v.to_string(),
        value::Int8(v) => format!("{v} i8"),
        value::Int16(v) => format!("{v} i16"),
        value::Int32(v) => format!("{v} i32"),
        value::Int64(v) => format!("{v} i64"),
        value::Uint8(v) => format!("{v} u8"),
        value::Uint16(v) => format!("{v} u16"),
        value::Uint32(v) => format!("{v} u32"),
        value::Uint64(v) => format!("{v} u64"),
        // The bits distinguish zeros and NaNs.
        value::Float32(v) => format!("{v:?} f32 {:#x}", v.to_bits()),
        value::Float64(v) => format!("{v:?} f64 {:#x}", v.to_bits()),
        value::Text(v) if !it.has_text() => format!("null text {:?}", v?.to_str()?),
        // An escape may yield any byte.
        value::Text(v) => {
            let text = v?;
            text.to_str()
                .map_or_else(|_| format!("\"{}\"", text.as_bytes().escape_ascii()), |t| format!("{t:?}"))
        }
        value::Data(v) => format!("data {:02x?}", v?),
        value::Enum(v) => format!("enumerant {v}"),
        value::Interface(()) => "interface".into(),
        value::List(v) => format!("list {}", pointer(v)?),
        value::Struct(v) => format!("struct {}", pointer(v)?),
        value::AnyPointer(v) => format!("any {}", pointer(v)?),
    })
}

fn pointer(it: any_pointer::Reader<'_>) -> Result<String> {
    if it.is_null() {
        return Ok("null".into());
    }
    let mut message = Builder::new_default();
    message.set_root_canonical::<any_pointer::Owned>(it)?;
    let words = message.get_segments_for_output()[0].chunks_exact(8);
    let words: Vec<String> =
        words.map(|w| format!("{:x}", u64::from_le_bytes(w.try_into().unwrap()))).collect();
    Ok(format!("[{}]", words.join(" ")))
}
