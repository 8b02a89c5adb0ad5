#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The layers for C++, Rust and Go by themselves: their own functions, the header in Rust, the crate, the example of Go, and docs/languages.md."""
import os
import re
import shlex
import shutil
import subprocess
import sys

from hob import HOBNOB, SRC, Box, Skip, ended, main, same, sanitized, test, test_each
from languages import ABI, KIT, copied, cxx, folder, go_build, go_world, pkg_config, run, rustc, tool
import header


@test
def the_layer_of_cxx():
    """What plugin.hpp makes for a host is what its own test says"""
    program = os.path.join(folder(), "hpp")
    cxx(program, "hpp.cc")
    said = subprocess.run([program], capture_output=True, text=True, check=False)
    same((said.stdout, said.returncode), ("", 0))


@test
def the_module_of_rust():
    """The JSON of the module, and its functions that ask no host, do what their own test says"""
    said = subprocess.run([rustc(os.path.join(folder(), "json"), os.path.join(ABI, "json.rs"), "--test", "-O")], capture_output=True, text=True,
                          check=False)
    if said.returncode:
        raise AssertionError(said.stdout)


@test
def the_crate_of_rust():
    """The module is a crate, too, which needs no other and no network"""
    cargo = tool("cargo", "--version")
    place = copied(os.path.join(KIT, "rust"), "crate")
    run([cargo, "build", "--offline", "--quiet"], cwd=place, RUSTC=tool("rustc", "-vV"), RUSTFLAGS="-D warnings", CARGO_HOME=os.path.join(folder(), "cargo"))


LAYOUT = """#[path = "{path}"]
#[macro_use]
mod hobnob;
use hobnob::*;
use std::{{mem::size_of, ptr::addr_of}};
fn size<T>(_: *const T) -> usize {{ size_of::<T>() }}
fn main() {{
{lines}}}
"""


def layout_in_rust(structs):
    """A program that prints the layout of each struct as header.layout() does, but for the types."""
    for s in structs:
        yield f'println!("struct {s.name} {{}}", size_of::<{s.name}>());'
        yield f"let p = std::mem::MaybeUninit::<{s.name}>::uninit(); let p = p.as_ptr();"
        for m in s.members:
            name = "r#type" if m.name == "type" else m.name
            yield f'unsafe {{ let m = addr_of!((*p).{name}); println!("\\t{{}} {{}}", m as usize - p as usize, size(m)); }}'


@test
def the_layout_in_rust():
    """Each struct has the layout of C, and each constant its value and its type"""
    text = header.read()
    source = os.path.join(folder(), "layout.rs")
    lines = list(layout_in_rust(header.structs(text)))
    for name, value in header.constants(text).items():
        kind = "&str" if value.startswith('"') else "u32" if "u" in value else "i32"
        lines.append(f'let c: {kind} = {name}; println!("{name} {{}}", c);')
    with open(source, "w", encoding="utf-8") as f:
        f.write(LAYOUT.format(path=os.path.join(KIT, "rust", "hobnob.rs"), lines="\n".join(lines)))
    said = subprocess.run([rustc(source[:-3], source)], capture_output=True, text=True, check=True).stdout.replace("\0", "")
    in_c = header.layout(text, shlex.split(os.environ.get("CC") or "cc"))
    wanted = [re.sub(r"^(\t\d+ \d+) .*", r"\1", line) for line in in_c.splitlines() if re.match(r"\t|struct |HN_(?!EXPORT)", line)]
    same(said.splitlines(), wanted)


@test
def the_example_of_go():
    """The example does what a provider without a server does in each language"""
    out = os.path.join(folder(), "example.so")
    go_build(out, os.path.join(KIT, "go", "example"))
    os.chmod(out, 0o755)
    with open(os.path.join(KIT, "new", "compute", "test.py"), encoding="utf-8") as f:
        asks = f.read().replace("my-plugin", "example")
    with open(os.path.join(folder(), "test.py"), "w", encoding="utf-8") as f:
        f.write(asks)
    run([sys.executable, "-B", os.path.join(folder(), "test.py"), out], HOBNOB=HOBNOB)


BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.M | re.S)
TOOLS = {"C++": (["c++", "--version"],), "Rust": (["rustc", "-vV"],), "Go": (["go", "version"], ["pkg-config", "--version"])}


def page(language):
    """The folder with the files of a language's chapter, and the command that builds them."""
    with open(os.path.join(SRC, "docs", "languages.md"), encoding="utf-8") as f:
        chapter = next(part for part in f.read().split("\n## ") if part.startswith(language + "\n"))
    place = os.path.join(folder(), "page-" + language)
    os.mkdir(place, 0o755)
    shutil.copy(os.path.join(KIT, "rust", "hobnob.rs"), place)
    command = ""
    for kind, name, text in BLOCK.findall(chapter):
        if kind == "sh":
            command = text
            continue
        with open(os.path.join(place, name), "w", encoding="utf-8") as f:
            f.write(text.replace("/usr/local/share/hobnob/go", os.path.join(KIT, "go")))
    return place, command


@test_each([(language, language) for language in TOOLS])
def the_page(language):
    """The smallest provider of docs/languages.md is built as the page says, and greets"""
    if language == "Go" and sanitized():
        raise Skip("the Go runtime and the sanitizers both want the signals")
    path = [os.path.dirname(tool(*words)) for words in TOOLS[language]]
    place, command = page(language)
    run(["sh", "-ec", command], cwd=place, **{**go_world(), "PKG_CONFIG_PATH": pkg_config(), "PATH": ":".join([*path, os.environ["PATH"]])})
    os.chmod(os.path.join(place, "hello.so"), 0o755)
    with Box() as box:
        ask = ("-n", "--plugin-path", place, "-p", "hello", "-o", "hello.greeting=Moin.")
        ended(box.run(*ask, "good morning"), 0, "Moin. You said: good morning\n", "")
        ended(box.run(*ask, "--dry-run", "good morning"), 0)


if __name__ == "__main__":
    main()
