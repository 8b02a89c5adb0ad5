# SPDX-License-Identifier: MIT
"""Writes hobnob/plugin.h in other words: as Rust, and as functions of C for languages that cannot call through a table."""
import re

import header

PLAIN = {"uint32_t": "u32", "int32_t": "i32", "uint64_t": "u64", "int64_t": "i64", "size_t": "usize", "double": "f64",
         "char": "c_char", "void": "c_void"}


def words(comments):
    """What flat comments say, in one line."""
    said = [re.sub(r" \* (?=\S)", " ", c[2:-2].strip()) for c in header.COMMENT.findall(header.flat(comments))]
    return " ".join(said).strip()


def standing(text, at):
    """The comment that stands in lines of its own before a place."""
    found = header.before(text, at)
    start = text.rfind("/*", 0, at)
    return found if found and text[start - 1] == "\n" else ""


# ---- Rust ----

def doc(comment, indent=""):
    """A comment of the header as one of Rust's; brackets would be links."""
    said = re.sub(r"([\[\]<>])", r"\\\1", words(comment))
    return f"{indent}/// {said}\n" if said else ""


def rust_type(text):
    """A type without a name after it."""
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
    return doc(m.about, "    ") + f"    pub {'r#type' if m.name == 'type' else m.name}: {said},\n"


def rust_constant(name, value, about):
    """A constant; one with a u after it is unsigned, so codes and finishes are i32 as in the functions that return them."""
    if value.startswith('"'):
        return doc(about) + f"pub const {name}: &str = {value[:-1]}\\0\";\n"
    number = value.strip("()")
    return doc(about) + f"pub const {name}: {'u32' if number.endswith('u') else 'i32'} = {number.rstrip('u')};\n"


def about_constants(text):
    """The comment of each constant: before it, or after it in its line."""
    found = {}
    for m in header.DEFINE.finditer(text):
        behind = re.compile(r"[^\n]*?(/\*.*?\*/)", re.S).match(text, m.start())
        found[m.group(1)] = standing(text, m.start()) + " " + (behind.group(1) if behind else "")
    return found


def rust(text):
    """The whole header."""
    found = header.structs(text)
    about = {m.group(1): standing(text, m.start()) + " " + (m.group(2) or "")
             for m in re.finditer(r"^typedef struct (hn_\w+) \1;[ \t]*(/\*.*?\*/)?", text, re.M)}
    lines = []
    for name in sorted(set(about) - {s.name for s in found}):
        lines.append(doc(about[name]) + f"#[repr(C)]\npub struct {name} {{\n    _opaque: [u8; 0],\n    _marker: PhantomData<*mut u8>,\n}}\n")
    for s in found:
        lines += [doc(s.about) + f"#[repr(C)]\n#[derive(Clone, Copy)]\npub struct {s.name} {{\n", *map(rust_member, s.members), "}\n"]
    for m in re.finditer(r"^typedef (\w+) \(\*(\w+)\)\(([^;]*)\);", text, re.M):
        said = rust_function(m.group(1), header.split(m.group(3), ","))
        lines.append(doc(standing(text, m.start())) + f"pub type {m.group(2)} = {said};\n")
    about = about_constants(text)
    lines += [rust_constant(name, value, about[name]) for name, value in header.constants(text).items()]
    sized = ", ".join(s.name for s in found if s.members[0].name == "struct_size")
    return "".join(lines) + f"sized!({sized});\n"


# ---- Go ----

GO = """// SPDX-License-Identifier: MIT

// Made from hobnob/plugin.h by tests/check-bindings --write.

package hobnob
"""


def go_name(name):
    """HN_ERR_NOT_FOUND as ErrNotFound."""
    return "".join(w if w in ("ID", "IO", "OK", "HTTP", "JSON", "TTY", "URL") else w.capitalize() for w in name.split("_")[1:])


def go(text):
    """The constants, which have no type; the structs are cgo's."""
    about = about_constants(text)
    lines = [GO]
    for name, value in header.constants(text).items():
        if name in ("HN_ADAPTED", "HN_ENOUGH", "HN_NEARLY"):  # errors in Go, where nil is 0
            continue
        said = words(about[name])
        lines.append(f"\n// {go_name(name)} is {name}{': ' + said if said else ''}\nconst {go_name(name)} = {value.strip('()').rstrip('u')}\n")
    return "".join(lines)


# ---- C for languages that cannot call through a table ----

SHIM = """/* SPDX-License-Identifier: MIT */
/*
 * hobnob/shim.h - a function for each pointer that a plugin calls, for languages that cannot call
 * through a table, and for what plugin.h does by macros.
 *
 * Made from plugin.h by `tests/check-bindings --write`. All of it is inline and not a part of the
 * ABI. Threads and results are those of the pointer, which plugin.h describes.
 */
#ifndef HOBNOB_SHIM_H
#define HOBNOB_SHIM_H

#include <hobnob/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

"""


def named(params):
    """The parameters of a function, each with a name: without one, that of its type."""
    for param in map(str.strip, params):
        nameless = re.fullmatch(r"(?:const )?hn_(\w+) ?\**", param)
        yield param + ("" if param.endswith("*") else " ") + nameless.group(1) if nameless else param


def name_of(param):
    """The name of a parameter."""
    return header.member(param, "").name


def shim_function(name, returns, params, call):
    """One function, with the pointer that it calls."""
    first, *rest = list(named(params))
    gives, gap = "" if returns == "void" else "return ", "" if returns.endswith("*") else " "
    return f"static inline {returns}{gap}{name}({', '.join([first, *rest])})\n{{\n\t{gives}{call}({', '.join(map(name_of, rest))});\n}}\n\n"


def tables(text):
    """The structs of functions that hobnob gives: those that a plugin does not make itself."""
    return [s for s in header.structs(text) if s.name not in ("hn_provider", "hn_frontend", "hn_command", "hn_http_request")
            and any(m.params is not None for m in s.members)]


def shim_table(s):
    """For each function of a table: it is there; call it."""
    short = re.sub(r"^hn_|_api$", "", s.name)
    for m in s.members:
        if m.params is None:
            continue
        yield f"static inline int hn_shim_has_{short}_{m.name}(const {s.name} *table)\n{{\n" \
              f"\treturn table && HN_HAS_FN(table, {s.name}, {m.name});\n}}\n\n"
        yield shim_function(f"hn_shim_{short}_{m.name}", m.type, [f"const {s.name} *table", *m.params], f"table->{m.name}")


def shim_array(s, members):
    """For each array with a stride: element i."""
    for name, m in members.items():
        if m.params is None and name + "_stride" in members or name[:-1] + "_stride" in members:
            stride = name + "_stride" if name + "_stride" in members else name[:-1] + "_stride"
            of = re.sub(r"const |[ *]", "", m.type)
            yield f"static inline const {of} *hn_shim_{s.name[3:]}_{name}(const {s.name} *of, uint32_t i)\n{{\n" \
                  f"\treturn HN_AT({of}, of->{name}, of->{stride}, i);\n}}\n\n"


def shim_given(s):
    """For each pointer that hobnob passes to a function of the plugin's."""
    for m in s.members:
        for param in m.params or []:
            inner = header.FUNCTION.match(param)
            if inner:
                yield shim_function(f"hn_shim_{s.name[3:]}_{m.name}_{inner.group(2)}", inner.group(1).strip(),
                                    [param, *header.split(inner.group(3), ",")], inner.group(2))


def shim(text):
    """The whole header."""
    found = header.structs(text)
    lines = ["/* ---- functions of hobnob's: hn_shim_has_X() is 1 if this hobnob has it ---- */\n\n"]
    lines += [line for s in tables(text) for line in shim_table(s)]
    lines.append("/* ---- element i of an array with a stride ---- */\n\n")
    lines += [line for s in found for line in shim_array(s, {m.name: m for m in s.members})]
    lines.append("/* ---- functions that hobnob passes to a provider ---- */\n\n")
    lines += [line for s in found if s.name == "hn_provider" for line in shim_given(s)]
    return SHIM + "".join(lines) + "#ifdef __cplusplus\n}\n#endif\n#endif\n"
