#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Providers in C++11, Rust and Go, made from the header: they load, answer, report, fail and stop.

Each is built once, here, by what there is on this machine: a language without a compiler is skipped. They behave alike: they
repeat the prompt after the text of their option `prefix`, count bytes as tokens, fail on "fail" and wait for ever on "wait".
"""
import atexit
import functools
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile

from hob import BUILD, SRC, Box, Skip, ended, holds, main, same, sanitized, test, test_each

ABI = os.path.join(SRC, "tests", "abi")
INCLUDE = os.path.join(SRC, "core", "include")
sys.path.insert(0, ABI)
import header  # pylint: disable=wrong-import-position

LANGUAGES = [("C++11", "cxx", "C++ says: "), ("Rust", "rust", "Rust says: "), ("Go", "go", "Go says: ")]


@functools.lru_cache(maxsize=None)
def folder():
    """Where the plugins are built; it ends with this program."""
    place = tempfile.mkdtemp(prefix="hobnob-languages-")
    os.chmod(place, 0o755)
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return place


def surroundings(**more):
    """The environment of a compiler: what it keeps at home ends with this program."""
    return {**{k: v for k, v in os.environ.items() if not k.startswith("XDG_")}, "HOME": folder(), **more}


def tool(name, *probe):
    """The first program of that name on the PATH that runs here: one that needs a home of its user's does not."""
    for place in os.environ["PATH"].split(":"):
        path = os.path.join(place, name)
        if os.access(path, os.X_OK) and subprocess.run([path, *probe], capture_output=True, env=surroundings(),
                                                       check=False).returncode == 0:
            return path
    raise Skip(f"no {name} runs on this machine")


def run(command, cwd=None, **env):
    """Runs a compiler; what it says is shown if it fails."""
    r = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, cwd=cwd,
                       env=surroundings(**env))
    if r.returncode:
        raise AssertionError(f"{shlex.join(command)}\n{r.stdout}")


def build_cxx(out):
    """C++11, without a warning."""
    run([tool("c++", "--version"), "-std=c++11", "-Wall", "-Wextra", "-Wpedantic", "-Wold-style-cast", "-Werror", "-shared", "-fPIC", "-I", INCLUDE,
         "-o", out, os.path.join(ABI, "cxx.cc")])


def rustc(out, source, *more):
    """Rust, without a warning."""
    run([tool("rustc", "-vV"), "--edition", "2021", "-D", "warnings", *more, "-o", out, source])
    return out


def build_rust(out):
    """Rust, with the module of the kit."""
    rustc(out, os.path.join(ABI, "rust.rs"), "--crate-type", "cdylib")


def build_go(out):
    """Go, with a little C; its cache stays in the build folder, since it holds Go's own library."""
    if sanitized():
        raise Skip("the Go runtime and the sanitizers both want the signals")
    go = tool("go", "version")
    cache = os.path.join(BUILD, "tests", "abi", "go-cache")
    os.makedirs(cache, exist_ok=True)
    run([go, "build", "-buildmode=c-shared", "-o", out, "."], cwd=os.path.join(ABI, "go"),
        CGO_ENABLED="1", CGO_CFLAGS=f"-I{INCLUDE}", GOCACHE=cache, GOPROXY="off", GOTOOLCHAIN="local", GOFLAGS="-buildvcs=false")


@functools.lru_cache(maxsize=None)
def built(name):
    """The folder with the plugin of that name in it, or why there is none."""
    out = os.path.join(folder(), name + ".so")
    try:
        {"cxx": build_cxx, "rust": build_rust, "go": build_go}[name](out)
    except (Skip, AssertionError) as trouble:
        return trouble
    os.chmod(out, 0o755)
    return folder()


def arguments(name, *more):
    """The command line to ask it."""
    place = built(name)
    if isinstance(place, Exception):
        raise place
    return ("-n", "--plugin-path", place, "-p", name, *more)


@test_each(LANGUAGES)
def answers(name, prefix):
    """It answers, and reports what it took"""
    with Box() as box:
        (done,) = map(json.loads, ended(box.run(*arguments(name, "--json", "good morning")), 0, err="").out.splitlines())
        same((done["text"], done["finish"], done["cost"]), (prefix + "good morning", "stop", None))
        same((done["usage"]["prompt_tokens"], done["usage"]["completion_tokens"]), (12, len(prefix) + 12))


@test_each(LANGUAGES)
def its_option(name, _):
    """An option reaches it"""
    with Box() as box:
        ended(box.run(*arguments(name, "hi"), env={f"HOBNOB_{name.upper()}_PREFIX": "ß: "}), 0, "ß: hi\n", "")


@test_each(LANGUAGES)
def fails(name, _):
    """Its failure has a kind and a message"""
    with Box() as box:
        (error,) = map(json.loads, ended(box.run(*arguments(name, "--json", "fail")), 5).out.splitlines())
        same((error["kind"], error["message"]), ("quota", "no coins left"))


@test_each(LANGUAGES)
def dry_run(name, _):
    """A dry run starts nothing: it would wait for ever"""
    with Box() as box:
        shown = json.loads(ended(box.run(*arguments(name, "--dry-run", "wait")), 0, err="").out)
        same((shown["url"], shown["body"]), (None, [{"role": "user", "content": "wait"}]))


@test_each(LANGUAGES)
def stops(name, prefix):
    """Ctrl-C ends a reply"""
    with Box() as box:
        running = box.start(*arguments(name, "wait"))
        running.expect(f"{prefix}wait".replace("+", r"\+"))
        running.signal()
        ended(running.end(), -signal.SIGINT, f"{prefix}wait\n")


PANICS = [
    ("in chat()", ("panic",), r"the plugin panicked at \S+/rust\.rs:\d+: chat\(\) panics for panic"),
    ("in create()", ("-o", "rust.prefix=panic", "hi"), r"rust: the plugin panicked at \S+/rust\.rs:\d+: create\(\) panics"),
    ("an error of std", ("io",), r"No such file or directory \(os error 2\)"),
]


@test_each(PANICS)
def no_panic_crosses(typed, message):
    """A panic and an error of Rust's library become an error of the plugin's, and print nothing"""
    with Box() as box:
        (error,) = map(json.loads, ended(box.run(*arguments("rust", "--json", *typed)), 1, err="").out.splitlines())
        same((error["kind"], re.sub(message, "as said", error["message"])), ("plugin", "as said"))


@test
def the_module_of_rust():
    """The JSON of the module, and its other functions of no consequence, do what their own test says"""
    said = subprocess.run([rustc(os.path.join(folder(), "json"), os.path.join(ABI, "json.rs"), "--test")], capture_output=True, text=True,
                          check=False)
    if said.returncode:
        raise AssertionError(said.stdout)


@test
def the_crate_of_rust():
    """The module is a crate, too, which needs no other and no network"""
    cargo = tool("cargo", "--version")
    place = os.path.join(folder(), "crate")
    shutil.copytree(os.path.join(SRC, "kit", "rust"), place)
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
        f.write(LAYOUT.format(path=os.path.join(SRC, "kit", "rust", "hobnob.rs"), lines="\n".join(lines)))
    said = subprocess.run([rustc(source[:-3], source)], capture_output=True, text=True, check=True).stdout.replace("\0", "")
    in_c = header.layout(text, shlex.split(os.environ.get("CC") or "cc"))
    wanted = [re.sub(r"^(\t\d+ \d+) .*", r"\1", line) for line in in_c.splitlines() if re.match(r"\t|struct |HN_(?!EXPORT)", line)]
    same(said.splitlines(), wanted)


THROWN = [
    ("a std::exception", ("throw",), "thrown in chat()"),
    ("std::bad_alloc", ("throw memory",), "out of memory"),
    ("a number", ("throw 7",), "an exception that is not a std::exception"),
    ("the constructor", ("-o", "cxx.prefix=throw", "hi"), "cxx: thrown by the constructor"),
]


@test_each(THROWN)
def no_exception_crosses(typed, message):
    """An exception of C++ becomes an error of the plugin's"""
    with Box() as box:
        (error,) = map(json.loads, ended(box.run(*arguments("cxx", "--json", *typed)), 1).out.splitlines())
        same((error["kind"], error["message"]), ("plugin", message))


@test_each(LANGUAGES[:2])
def failure_with_a_hint(name, _):
    """Its failure carries a hint"""
    with Box() as box:
        holds(ended(box.run(*arguments(name, "fail")), 5, "").err, "no coins left", "buy some")


@test_each(LANGUAGES[:2])
def lists_models(name, _):
    """Its models are listed; a number below 0 is unknown"""
    with Box() as box:
        place = arguments(name)[2]
        shown = json.loads(ended(box.run("models", "--plugin-path", place, "-p", name, "--json"), 0, err="").out)
        same([(m["id"], m["name"], m["context"], m["max_output"], m["price_input"]) for m in shown],
             [("large", "the large one", None, 50, None), ("small", None, 1000, None, None)])


if __name__ == "__main__":
    main()
