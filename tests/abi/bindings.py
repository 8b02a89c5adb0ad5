# SPDX-License-Identifier: MIT
"""Writes hobnob/plugin.h as Rust, for a test that needs no crate and no network. bindgen does the same for everybody else."""
import re

import header

PLAIN = {"uint32_t": "u32", "int32_t": "i32", "uint64_t": "u64", "int64_t": "i64", "size_t": "usize", "double": "f64",
         "char": "c_char", "void": "c_void"}


def rust_type(text):
    """A type without a name behind it."""
    text = header.flat(text)
    stars = text.count("*")
    const = text.startswith("const ")
    base = re.sub(r"^const |\*| ", "", text)
    said = PLAIN.get(base, base)
    for depth in range(stars):
        said = ("*const " if const and depth == 0 else "*mut ") + said
    return said


def rust_function(returns, params):
    """A pointer to a function, which may be NULL."""
    said = ", ".join(rust_param(p) for p in params if p != "void")
    tail = "" if returns == "void" else " -> " + rust_type(returns)
    return f"Option<unsafe extern \"C\" fn({said}){tail}>"


def rust_param(text):
    """The type of a parameter, which may have a name."""
    if "(*" in text:
        m = header.member(text, "")
        return rust_function(m.type, m.params)
    return rust_type(text if text.endswith("*") or re.fullmatch(r"\w+", text) else re.sub(r"\w+$", "", text))


def rust_member(m):
    """A member of a struct."""
    said = rust_function(m.type, m.params) if m.params is not None else rust_type(m.type)
    return f"    pub r#{m.name}: {said},\n"


def rust_constant(name, value):
    """A constant; what has a u behind it is unsigned."""
    if value.startswith('"'):
        return f"pub const {name}: &str = {value[:-1]}\\0\";\n"
    number = value.strip("()")
    return f"pub const {name}: {'u32' if number.endswith('u') else 'i32'} = {number.rstrip('u')};\n"


def rust(text):
    """The whole header."""
    found = header.structs(text)
    opaque = set(re.findall(r"^typedef struct (hn_\w+) \1;", text, re.M)) - {s.name for s in found}
    lines = ["use std::os::raw::{c_char, c_void};\n"]
    lines += [f"#[repr(C)] pub struct {name} {{ _private: [u8; 0] }}\n" for name in sorted(opaque)]
    for s in found:
        lines += [f"#[repr(C)] #[derive(Clone, Copy)] pub struct {s.name} {{\n", *map(rust_member, s.members), "}\n"]
    for returns, name, params in re.findall(r"^typedef (\w+) \(\*(\w+)\)\(([^;]*)\);", text, re.M):
        lines.append(f"pub type {name} = {rust_function(returns, header.split(params, ','))};\n")
    lines += [rust_constant(name, value) for name, value in header.constants(text).items()]
    return "".join(lines)
