#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`hobnob plugins new`: which files it makes of which skeleton, the name in them, and what it refuses. test_kit.py builds them."""
import json
import os
import re
import shutil
import stat
import subprocess

from hob import HOBNOB, Box, Skip, ended, holds, main, same, test, test_each, truth

ALWAYS = [".github/workflows/check.yml", ".gitignore", "README.md", "test.py"]
HTTP = ["beep-2.answers.json", "server.py"]
BUILDS = {"make": ["Makefile"], "cmake": ["CMakeLists.txt"], "meson": ["meson.build"], "autotools": ["Makefile.am", "configure.ac"]}
REFUSED = "small letters, digits, - and _, a letter first, at most 40"


def tree(folder):
    """The files of a folder and those below it, and their texts."""
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            with open(path, encoding="utf-8") as f:
                found[os.path.relpath(path, folder)] = f.read()
    return found


def new(box, *words, status=0):
    """Runs `plugins new`."""
    return ended(box.run("plugins", "new", *words), status)


@test
def by_default():
    """Without options it is a provider in C for JSON lines, built by make; the last lines are what to type next"""
    with Box() as box:
        r = new(box, "provider", "beep-2")
        same(r.out, "wrote beep-2: a provider in C that asks a server that answers with JSON lines\n\n  cd beep-2\n  make\n  make check\n")
        same(r.err, "")
        files = tree(box.cwd)
        same(sorted(files), sorted("beep-2/" + name for name in ALWAYS + HTTP + ["Makefile", "beep-2.c"]))
        holds(files["beep-2/beep-2.c"], '"BEEP_2_API_KEY"', 'HN_PLUGIN(HN_TYPE_PROVIDER, provider, options, "beep-2"', "HN_FRAME_NDJSON")
        holds(files["beep-2/Makefile"], "PLUGIN = beep-2\n", "PKGS = json-c\n")


@test_each([(f"{kind} {wire} {build}", kind, wire, build) for build in BUILDS
            for kind, wire in (("provider", "ndjson"), ("provider", "sse"), ("provider", "none"), ("frontend", ""))])
def files_of(kind, wire, build):
    """Each skeleton has its files, each begins with its licence, and nothing of another's is left in one"""
    with Box() as box:
        new(box, kind, "beep-2", "there", "--build", build, *(["--wire", wire] if wire else []))
        files = tree(box.cwd + "/there")
        http = HTTP if wire in ("ndjson", "sse") else []
        same(sorted(files), sorted(ALWAYS + http + BUILDS[build] + ["beep-2.c"]))
        for name, text in files.items():
            same(re.findall(r"^@.*|.*[Mm][Yy][-_][Pp][Ll][Uu][Gg][Ii][Nn].*", text, re.M), [], name)
            truth(text.endswith("\n"), name)
            if not name.endswith((".json", ".md", ".gitignore")):
                holds("".join(text.splitlines(keepends=True)[:2]), "SPDX-License-Identifier: MIT\n" if name[-2:] != ".c" else "MIT */\n")


@test
def modes():
    """Scripts may be run, nothing may be written by others, and the umask holds"""
    with Box() as box:
        new(box, "provider", "beep")
        mode = {name: stat.S_IMODE(os.stat(os.path.join(box.cwd, name)).st_mode)
                for name in ("beep", "beep/.github/workflows", "beep/test.py", "beep/beep.c")}
        same(list(mode.values()), [0o755, 0o755, 0o755, 0o644])
        ended(box.run("-c", f"umask 077; {HOBNOB} plugins new frontend shy", argv=["sh"]), 0)
        same([stat.S_IMODE(os.stat(f"{box.cwd}/shy{name}").st_mode) for name in ("", "/test.py", "/README.md")], [0o700, 0o700, 0o600])


@test
def as_json():
    """With --json it says what it made as an object"""
    with Box() as box:
        said = json.loads(new(box, "frontend", "beep", "--lang", "c", "--build", "meson", "--json").out)
        same(said, {"name": "beep", "kind": "frontend", "folder": "beep", "language": "c", "wire": None, "build": "meson",
                    "make": "meson setup build && meson compile -C build", "check": "meson test -C build --print-errorlogs"})


@test_each([
    ("a capital", ("provider", "Beep"), f'hobnob: plugins new: "Beep" cannot be the name of a plugin\n  {REFUSED}\n'),
    ("a digit first", ("provider", "2beep"), f'hobnob: plugins new: "2beep" cannot be the name of a plugin\n  {REFUSED}\n'),
    ("a path", ("provider", "../beep"), f'hobnob: plugins new: "../beep" cannot be the name of a plugin\n  {REFUSED}\n'),
    ("nothing", ("provider", ""), f'hobnob: plugins new: "" cannot be the name of a plugin\n  {REFUSED}\n'),
    ("41 letters", ("provider", "b" * 41), f'hobnob: plugins new: "{"b" * 41}" cannot be the name of a plugin\n  {REFUSED}\n'),
    ("a build system's word", ("provider", "test"), 'hobnob: plugins new: "test" cannot be the name of a plugin: what builds '
     "it uses that name for something else\n  take another name\n"),
    ("another kind", ("filter", "beep"), 'hobnob: plugins new: "filter" is not a kind of plugin: expected provider or frontend\n'
     "  a provider answers; a frontend is how to talk\n"),
    ("a language that is not there", ("provider", "beep", "--lang", "go"), 'hobnob: --lang takes c, c++, rust: got "go"\n'),
    ("a build that is not there", ("provider", "beep", "--build=scons"), "hobnob: --build takes make, cmake, meson, autotools, cargo: "
     'got "scons"\n'),
    ("Rust by meson", ("provider", "beep", "--lang", "rust", "--build", "meson"), "hobnob: --build meson: there is no skeleton in Rust for it\n"
     "  take --build make or --build cargo\n"),
    ("C by cargo", ("provider", "beep", "--build", "cargo"), "hobnob: --build cargo: there is no skeleton in C for it\n"
     "  take --build make or --build cmake or --build meson or --build autotools\n"),
    ("a frontend's wire", ("frontend", "beep", "--wire", "sse"), "hobnob: --wire sse: a frontend talks to no server\n  leave out --wire\n"),
    ("a folder without a name", ("provider", "beep", ""), "hobnob: plugins new: the folder has no name\n"),
    ("no name", ("provider",), "hobnob: usage: hobnob plugins new provider|frontend NAME [DIR]\n"),
    ("a word too many", ("provider", "beep", "there", "x"), "hobnob: usage: hobnob plugins new provider|frontend NAME [DIR]\n"),
])
def refused(words, err):
    """What it cannot make it refuses, and leaves nothing"""
    with Box() as box:
        same(new(box, *words, status=2).err, err)
        same(os.listdir(box.cwd), [])


@test
def not_for_others():
    """Its options belong to it alone"""
    with Box() as box:
        for words in (("plugins", "--lang", "c"), ("plugins", "info", "mock", "--wire", "sse"), ("-p", "mock", "--build", "make", "hi")):
            ended(box.run(*words), 2, "", "hobnob: --lang, --wire and --build belong to `hobnob plugins new`\n")


@test_each([("a folder", os.mkdir), ("a file", lambda path: open(path, "w", encoding="utf-8").close()),
            ("a link to nothing", lambda path: os.symlink("nowhere", path))])
def exists(make):
    """What is there already is left as it is"""
    with Box() as box:
        make(box.cwd + "/beep")
        before = os.lstat(box.cwd + "/beep")
        r = new(box, "provider", "beep", status=2)
        same(r.err, "hobnob: beep exists: plugins new writes into a new folder only\n  name another folder, as the last word\n")
        after = os.lstat(box.cwd + "/beep")
        same((after.st_mode, after.st_ino, after.st_mtime_ns), (before.st_mode, before.st_ino, before.st_mtime_ns))
        same(os.listdir(box.cwd), ["beep"])


@test
def no_place():
    """A place that is not there is named"""
    with Box() as box:
        same(new(box, "provider", "beep", "no/such/place/", status=1).err, "hobnob: no/such/place: No such file or directory\n")
        same(os.listdir(box.cwd), [])


@test
def read_only():
    """A place that nobody may write is named"""
    with Box() as box:
        if not shutil.which("unshare") or subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode:
            raise Skip("no namespace can be made here")
        script = f'mount -t tmpfs -o ro none "$1" && cd "$1" && {HOBNOB} plugins new provider beep'
        ended(box.run("-rm", "sh", "-c", script, "sh", box.cwd, argv=["unshare"]), 1, "", "hobnob: beep: Read-only file system\n")


@test
def full_disk():
    """A disk that is full leaves nothing half made"""
    with Box() as box:
        if not shutil.which("unshare") or subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode:
            raise Skip("no namespace can be made here")
        script = f'mount -t tmpfs -o size=16k none "$1" && cd "$1" && {HOBNOB} plugins new provider beep; echo "status $?"; ls -A'
        r = ended(box.run("-rm", "sh", "-c", script, "sh", box.cwd, argv=["unshare"]), 0, "status 1\n")
        truth(re.fullmatch(r"hobnob: beep/\S+: No space left on device\n", r.err), r)


if __name__ == "__main__":
    main()
