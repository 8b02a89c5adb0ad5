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

from hob import BUILD, HOBNOB, SRC, Box, Skip, ended, holds, main, same, sanitized, test, test_each
from server import Server, pieces

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


def cxx(out, source, *more):
    """C++11, without a warning."""
    run([tool("c++", "--version"), "-std=c++11", "-Wall", "-Wextra", "-Wpedantic", "-Wold-style-cast", "-Werror", *more, "-I", INCLUDE,
         "-o", out, os.path.join(ABI, source)])


def build_cxx(out):
    """C++, with the layer over the header."""
    cxx(out, "cxx.cc", "-shared", "-fPIC")


def rustc(out, source, *more):
    """Rust, without a warning."""
    run([tool("rustc", "-vV"), "--edition", "2021", "-D", "warnings", *more, "-o", out, source])
    return out


def build_rust(out):
    """Rust, with the module of the kit."""
    rustc(out, os.path.join(ABI, "rust.rs"), "--crate-type", "cdylib")


def go_build(out, source):
    """A folder of Go; its cache stays in the build folder, since it holds Go's own library."""
    if sanitized():
        raise Skip("the Go runtime and the sanitizers both want the signals")
    go = tool("go", "version")
    tool("pkg-config", "--version")
    cache = os.path.join(BUILD, "tests", "abi", "go-cache")
    os.makedirs(cache, exist_ok=True)
    with open(os.path.join(folder(), "hobnob.pc"), "w", encoding="utf-8") as f:
        f.write(f"Name: hobnob\nDescription: its headers\nVersion: 1\nCflags: -I{INCLUDE}\n")
    run([go, "build", "-buildmode=c-shared", "-o", out, "."], cwd=source, **go_world(cache))


def go_world(cache):
    """What Go builds with: nothing comes from a network."""
    return {"CGO_ENABLED": "1", "GOCACHE": cache, "GOPROXY": "off", "GOTOOLCHAIN": "local",
            "GOFLAGS": "-buildvcs=false", "PKG_CONFIG_PATH": folder()}


def build_go(out):
    """Go, with the package of the kit."""
    go_build(out, os.path.join(ABI, "go"))


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


GO_TROUBLE = [
    ("a panic in Chat", ("panic",), r"the plugin panicked at \S+/provider\.go:\d+: Chat panics"),
    ("a panic of whoever makes it", ("-o", "go.prefix=panic", "hi"), r"go: the plugin panicked at \S+/provider\.go:\d+: create panics"),
    ("an error", ("error",), r"an error of no kind"),
]


@test_each(GO_TROUBLE)
def no_panic_of_go(typed, message):
    """A panic and an error of Go become an error of the plugin's"""
    with Box() as box:
        (error,) = map(json.loads, ended(box.run(*arguments("go", "--json", *typed)), 1, err="").out.splitlines())
        same((error["kind"], re.sub(message, "as said", error["message"])), ("plugin", "as said"))


@test
def go_emits_more():
    """Go emits an event that has no function of its own"""
    with Box() as box:
        ran = ended(box.run(*arguments("go", "--json", "more")), 0)
        done = json.loads(ran.out.splitlines()[-1])
        same((done["text"], done["model"], done["upstream"]), ("Go says: more", "the real one", "upstream"))
        holds(ran.err + ran.out, "take note")


NDJSON = {"Content-Type": "application/x-ndjson"}


def asked(box, *steps):
    """Asks the provider in Go to ask a server; what came of it, and what the server got."""
    with Server(*steps) as server:
        env = {"HOBNOB_GO_BASE_URL": server.url, "GO_KEYS": "k-0123456789abcdef"}
        ran = box.run(*arguments("go", "--json", "-v", "-o", "retries=0", "-o", "temperature=0.5", "ask"), env=env)
        return ran, server.requests[0]


@test
def go_asks_a_server():
    """Go gets a server's lines through hobnob, which adds the key"""
    with Box() as box:
        ran, request = asked(box, pieces([b'{"text": "Gr\xc3', b'\xbc\xc3\x9fe"}\n{"text": " again"}\n{}\n{"text": "too much"}\n'], headers=NDJSON))
        same(json.loads(ended(ran, 0).out)["text"], "Grüße again")
        same((request.json, request.headers["authorization"], request.headers["x-of-the-plugin"]),
             ({"model": "small", "temperature": 0.5}, "Bearer k-0123456789abcdef", "yes"))
        holds(ran.err, "the status was 200")


GO_SERVER = [
    ("a status", pieces([b"slow down"], 429), 5, "rate_limited", r"slow down"),
    ("no JSON", pieces([b"no json"]), 1, "protocol", r"a line is not JSON: .*"),
    ("a panic in it", pieces([b'{"panic": "in a line"}']), 1, "plugin", r"the plugin panicked at \S+/provider\.go:\d+: in a line"),
]


@test_each(GO_SERVER)
def go_stops_a_request(step, status, kind, message):
    """What the function of Go returns or throws ends the request"""
    with Box() as box:
        error = json.loads(ended(asked(box, step)[0], status).out)
        same((error["kind"], re.sub(message, "as said", error["message"])), (kind, "as said"))


@test
def the_example_of_go():
    """The example does what a provider without a server does in each language"""
    place = os.path.join(folder(), "go-example")
    shutil.copytree(os.path.join(SRC, "kit", "go"), place)
    out = os.path.join(folder(), "example.so")
    go_build(out, os.path.join(place, "example"))
    os.chmod(out, 0o755)
    with open(os.path.join(SRC, "kit", "new", "compute", "test.py"), encoding="utf-8") as f:
        asks = f.read().replace("my-plugin", "example")
    with open(os.path.join(folder(), "test.py"), "w", encoding="utf-8") as f:
        f.write(asks)
    run([sys.executable, "-B", os.path.join(folder(), "test.py"), out], HOBNOB=HOBNOB)


@test
def the_module_of_rust():
    """The JSON of the module, and its other functions of no consequence, do what their own test says"""
    said = subprocess.run([rustc(os.path.join(folder(), "json"), os.path.join(ABI, "json.rs"), "--test", "-O")], capture_output=True, text=True,
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


@test
def the_layer_of_cxx():
    """What plugin.hpp makes for a host is what its own test says"""
    program = os.path.join(folder(), "hpp")
    cxx(program, "hpp.cc")
    said = subprocess.run([program], capture_output=True, text=True, check=False)
    same((said.stdout, said.returncode), ("", 0))


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


@test_each(LANGUAGES)
def failure_with_a_hint(name, _):
    """Its failure carries a hint"""
    with Box() as box:
        holds(ended(box.run(*arguments(name, "fail")), 5, "").err, "no coins left", "buy some")


@test_each(LANGUAGES)
def lists_models(name, _):
    """Its models are listed; a number below 0 is unknown"""
    with Box() as box:
        place = arguments(name)[2]
        shown = json.loads(ended(box.run("models", "--plugin-path", place, "-p", name, "--json"), 0, err="").out)
        same([(m["id"], m["name"], m["context"], m["max_output"], m["price_input"]) for m in shown],
             [("large", "the large one", None, 50, None), ("small", None, 1000, None, None)])


if __name__ == "__main__":
    main()
