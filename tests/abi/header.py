# SPDX-License-Identifier: MIT
"""Reads hobnob/plugin.h: its structs with their members, its constants, and the comment that stands before each.

It reads this one header, which keeps to plain declarations: no union, enum, bit-field, array or nested struct.
"""
import collections
import os
import re
import subprocess
import tempfile

SRC = os.environ.get("HOBNOB_TEST_SRCDIR") or os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
INCLUDE = os.path.join(SRC, "core", "include")
PATH = os.path.join(INCLUDE, "hobnob", "plugin.h")

# about: the comments before and behind a declaration. params is None unless the member points to a function.
Member = collections.namedtuple("Member", "name type params about")
Struct = collections.namedtuple("Struct", "name members about")

COMMENT = re.compile(r"/\*.*?\*/", re.S)
STRUCT = re.compile(r"^(?:typedef )?struct (hn_\w+) \{(.*?)\}(?: \w+)?;", re.M | re.S)
DEFINE = re.compile(r"^#define (HN_[A-Z0-9_]+)[ \t]+(.+)$", re.M)
FUNCTION = re.compile(r"(.+?)\(\*(\w+)\)\((.*)\)$", re.S)


def flat(text):
    """Text with single blanks."""
    return " ".join(text.split())


def before(text, at):
    """The comment that ends directly before a place, or nothing."""
    found = re.search(r"/\*(?:(?!\*/).)*\*/\s*$", text[:at], re.S)
    return flat(found.group()) if found and "\n\n" not in found.group() else ""


def split(text, mark):
    """The text between marks that no parenthesis and no comment encloses."""
    parts, depth, start, i = [], 0, 0, 0
    while i < len(text):
        comment = COMMENT.match(text, i)
        if comment:
            i = comment.end()
            continue
        depth += {"(": 1, ")": -1}.get(text[i], 0)
        if text[i] == mark and depth == 0:
            parts.append(text[start:i])
            start = i + 1
        i += 1
    return parts + [text[start:]]


def member(text, about):
    """One declaration: what it declares, or whom it points to."""
    function = FUNCTION.match(text)
    if function:
        return Member(function.group(2), flat(function.group(1)), [flat(p) for p in split(function.group(3), ",")], about)
    found = re.match(r"(.+?)(\w+)$", text, re.S)
    return Member(found.group(2), flat(found.group(1)), None, about)


def members(body):
    """The members of a struct."""
    found = []
    pieces = split(body, ";")
    for piece, after in zip(pieces, pieces[1:]):
        behind = re.match(r"[ \t]*(/\*.*?\*/)", after, re.S)
        start = re.match(r"[ \t]*/\*.*?\*/", piece, re.S) if found else None
        own = piece[start.end():] if start and "\n" not in piece[:start.start() + 1] else piece
        about = " ".join(COMMENT.findall(own)) + " " + (behind.group(1) if behind else "")
        found.append(member(flat(COMMENT.sub(" ", own)), flat(about)))
    return found


def read(path=PATH):
    """The header's text."""
    with open(path, encoding="utf-8") as f:
        return f.read()


def structs(text):
    """Every struct with its members."""
    return [Struct(m.group(1), members(m.group(2)), before(text, m.start())) for m in STRUCT.finditer(text)]


def constants(text):
    """Every constant by its name; its value is the C expression."""
    return {name: flat(COMMENT.sub("", re.sub(r"/\*.*$", "", value))) for name, value in DEFINE.findall(text)
            if not re.match(r"HN_(END_|EXPORT)", name) and "attribute" not in value}


def run_c(lines, compiler):
    """What a C program prints that includes the header and runs these statements."""
    text = "#include <stdio.h>\n#include <hobnob/plugin.h>\nint main(void)\n{\n" + "".join(f"\t{line}\n" for line in lines)
    with tempfile.TemporaryDirectory() as folder:
        source, program = os.path.join(folder, "probe.c"), os.path.join(folder, "probe")
        with open(source, "w", encoding="utf-8") as f:
            f.write(text + "\treturn 0;\n}\n")
        subprocess.run([*compiler, "-std=c99", "-I", INCLUDE, "-o", program, source], check=True)
        return subprocess.run([program], check=True, stdout=subprocess.PIPE, text=True).stdout


def declaration(m):
    """A member as C writes it."""
    return f"{m.type} (*{m.name})({', '.join(m.params)})" if m.params else f"{m.type}{'' if m.type[-1] == '*' else ' '}{m.name}"


def layout(text, compiler):
    """All that a built plugin relies on: sizes, places, signatures, numbers; one a line."""
    lines = []
    for s in structs(text):
        lines.append(f'printf("struct {s.name} %d\\n", (int)sizeof(struct {s.name}));')
        for m in s.members:
            place = f"(int)offsetof(struct {s.name}, {m.name}), (int)sizeof(((struct {s.name} *)0)->{m.name})"
            lines.append(f'printf("\\t%d %d {declaration(m)}\\n", {place});')
    for name, value in constants(text).items():
        lines.append(f'printf("{name} %s\\n", {name});' if value.startswith('"') else
                     f'printf("{name} %lld\\n", (long long){name});')
    for function in re.findall(r"^typedef [^{};]*\(\*\w+\)\([^;]*;|^HN_EXPORT [^;]*;", text, re.M):
        lines.append(f'puts("{flat(function)}");')
    return run_c(lines, compiler)
