#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Files on the path that are no plugins, or may not be trusted: each is refused with one line, in the list and where it is named, and a chat
with another plugin is not hurt."""
import json
import os
import re
import shutil
import socket

from hob import Box, Skip, ended, main, same, test, test_each, truth


def patched(at, value):
    """The fixture with other bytes at a place."""
    def make(whole, path):
        write(path, whole[:at] + value + whole[at + len(value):])
    return make


def replaced(old, new):
    """The fixture with a name of its tables replaced by another one of that length."""
    def make(whole, path):
        truth(old in whole and len(old) == len(new), f"{old} is not in the fixture")
        write(path, whole.replace(old, new))
    return make


def bytes_of(make):
    """A file of the bytes that make() gives of the fixture's."""
    return lambda whole, path: write(path, make(whole))


def write(path, data):
    """Writes a file that may be trusted."""
    with open(path, "wb") as f:
        f.write(data)
    os.chmod(path, 0o644)


def a_socket(_, path):
    """A socket, bound by a short name."""
    here = os.getcwd()
    os.chdir(os.path.dirname(path))
    with socket.socket(socket.AF_UNIX) as s:
        s.bind(os.path.basename(path))
    os.chdir(here)


def with_mode(mode):
    """The fixture, with that mode."""
    def make(whole, path):
        write(path, whole)
        os.chmod(path, mode)
    return make


def of_another(whole, path):
    """The fixture, as another user's."""
    write(path, whole)
    os.chown(path, 12345, -1)


NO_ELF = "is not a shared object: it does not begin as an ELF file"
# The file's name, how it is made of the fixture's bytes, and what is said of it: a str is exact.
FILES = {
    "empty": (bytes_of(lambda _: b""), "is empty"),
    "text": (bytes_of(lambda _: b"no plugin\n"), NO_ELF),
    "script": (bytes_of(lambda _: b"/* GNU ld script */\nGROUP ( libc.so.6 )\n"), NO_ELF),
    "fifo": (lambda _, path: os.mkfifo(path, 0o644), "is not a regular file"),
    "folder": (lambda _, path: os.mkdir(path, 0o755), "is not a regular file"),
    "socket": (a_socket, "is not a regular file"),
    "loop": (lambda _, path: os.symlink(path, path), "Too many levels of symbolic links"),
    "dangling": (lambda _, path: os.symlink(path + ".gone", path), "No such file or directory"),
    "class": (patched(4, b"\1"), "is an ELF file for 32 bits, this hobnob has 64"),
    "order": (patched(5, b"\2"), "is for a machine of the other byte order"),
    "object": (patched(16, b"\1\0"), "is an object file: link it with -shared"),
    "program": (patched(16, b"\2\0"), "is an ELF file, but not a shared object"),
    "arm": (patched(18, b"\xb7\0"), re.compile(r"is for aarch64, this hobnob is for \S+\nbuild it for this machine")),
    "riscv": (patched(18, b"\xf3\0"), re.compile(r"is for RISC-V, this hobnob is for \S+\nbuild it for this machine")),
    "noise": (bytes_of(lambda whole: whole[:64] + b"\xa5" * 4000), re.compile("is damaged: .*|is not a hobnob plugin: it does not export .*|is cut: .*(\n.*)?")),
    "noise_all": (bytes_of(lambda whole: whole[:20] + b"\x5a" * 4000), re.compile("is damaged: .*|is cut: .*(\n.*)?")),
    "cut": (bytes_of(lambda whole: whole[:5000]), re.compile(r"is cut: it has 5000 bytes, and needs at least \d+\nbuild or copy it again")),
    "library": (replaced(b"libc.so.6", b"libx.so.6"), re.compile(r"cannot be loaded: libx\.so\.6: cannot open shared object file: No such file or directory")),
    "undefined": (replaced(b"dladdr\0", b"dladdX\0"), re.compile("cannot be loaded: undefined symbol: dladdX.*")),
    "mangled": (replaced(b"hobnob_plugin_v1\0", b"_Z13hobnob_pluX1\0"), "is not a hobnob plugin: it does not export hobnob_plugin_v1()"),
    "Bad": (bytes_of(lambda whole: whole), "its name must be [a-z0-9][a-z0-9_-]*.so"),
    "b ad": (bytes_of(lambda whole: whole), "its name must be [a-z0-9][a-z0-9_-]*.so"),
    "esc\x1b[2J": (bytes_of(lambda whole: whole), "its name must be [a-z0-9][a-z0-9_-]*.so"),
    "everybody": (with_mode(0o666), re.compile(r"may not be trusted: \S+/everybody\.so is writable by everybody")),
}
if not os.geteuid():
    FILES["foreign"] = (of_another, re.compile(r"may not be trusted: \S+/foreign\.so belongs to user 12345"))
FINE = {"good": bytes_of(lambda whole: whole), "setuid": with_mode(0o4755), "private": with_mode(0o600)}
if not os.geteuid():
    FINE["unreadable"] = with_mode(0)


def fixture(box):
    """An empty folder, and the fixture's bytes."""
    folder = box.fixture("at_load")
    with open(os.path.join(folder, "at_load.so"), "rb") as f:
        whole = f.read()
    os.remove(os.path.join(folder, "at_load.so"))
    if b"dladdr\0" not in whole or whole[4] != 2 or whole[5] != 1:
        raise Skip("the bytes that are changed are those of a 64-bit ELF file, lowest byte first")
    return folder, whole


def is_said(got, words):
    """One is what is expected."""
    if isinstance(words, str):
        same(got, words)
    else:
        truth(words.fullmatch(got), f"{got!r} is not {words.pattern!r}")


@test
def each_file():
    """Each is a row of the list, says its own reason there and where it is named, and a chat with the mock is not hurt"""
    with Box() as box:
        folder, whole = fixture(box)
        for name, (make, _) in FILES.items():
            make(whole, os.path.join(folder, name + ".so"))
        for name, make in FINE.items():
            make(whole, os.path.join(folder, name + ".so"))
        with_them = ("--plugin-path", folder)
        rows = {r["name"]: r for r in json.loads(ended(box.run(*with_them, "plugins", "--json"), 0, err="").out) if r["path"].startswith(folder)}
        same({name: r["state"] for name, r in rows.items()}, {**{name: "refused" for name in FILES}, **{name: "ok" for name in FINE}})
        for name, (_, words) in FILES.items():
            is_said(rows[name]["reason"].removeprefix(f"{folder}/{name}.so: ").replace(f"{folder}/esc^[[2J.so: ", ""), words)
            r = ended(box.run(*with_them, "-p", name, "hi"), 3, "")
            if not re.fullmatch("[a-z0-9][a-z0-9_-]*", name):
                same(r.err.replace("\x1b", "^["), f'hobnob: -p: expected a name (a-z, 0-9, - and _), got "{name}"\n'.replace("\x1b", "^["))
            else:
                is_said(r.err.removeprefix(f"hobnob: {folder}/{name}.so: ").rstrip("\n").replace("\n  ", "\n"), words)
        text = ended(box.run(*with_them, "plugins"), 0, err="").out
        truth("\x1b" not in text, text)
        ended(box.run(*with_them, "-p", "mock", "Hi"), 0, "Hi\n", "")


@test
def cut_anywhere():
    """A file that was cut at any of 52 places is refused as cut, or is whole enough for the loader; nobody dies"""
    with Box() as box:
        folder, whole = fixture(box)
        for i in range(52):
            write(os.path.join(folder, f"cut{i:02}.so"), whole[:len(whole) * i // 52])
        rows = [r for r in json.loads(ended(box.run("--plugin-path", folder, "plugins", "--json"), 0, err="").out) if r["path"].startswith(folder)]
        same(len(rows), 52)
        for r in rows:
            reason = (r["reason"] or "").removeprefix(r["path"] + ": ")
            truth(re.match("is cut: |is empty$|is not a shared object|calls itself|cannot be loaded: |$", reason), r)
            truth("crashes" not in reason, r)
        truth(sum("is cut: " in (r["reason"] or "") for r in rows) > 52 // 4, rows)


@test_each([("writable by everybody", 0o777), ("the same, and sticky", 0o1777)])
def folder_of_all(mode):
    """Nothing is loaded from a folder that everybody may write to"""
    with Box() as box:
        folder, whole = fixture(box)
        write(os.path.join(folder, "good.so"), whole)
        os.chmod(folder, mode)
        words = f"{folder}/good.so: its directory may not be trusted: {folder} is writable by everybody\n"
        ended(box.run("--plugin-path", folder, "-p", "good", "hi"), 3, "", "hobnob: " + words)
        truth("\n" + words in ended(box.run("--plugin-path", folder, "plugins"), 0, err="").out, "it is not in the list")
        ended(box.run("--plugin-path", folder, "-p", "mock", "Hi"), 0, "Hi\n", "")


@test
def library_name():
    """libNAME.so is named where NAME is asked for, and says how it has to be called where it is"""
    with Box() as box:
        folder = box.fixture("echo")
        os.rename(os.path.join(folder, "echo.so"), os.path.join(folder, "libecho.so"))
        r = ended(box.run("--plugin-path", folder, "-p", "echo", "hi"), 3, "")
        truth(r.err.startswith(f'hobnob: no plugin is called "echo"; {folder}/libecho.so is there: its file must be called echo.so\n  looked in {folder}, '), r.err)
        ended(box.run("--plugin-path", folder, "-p", "libecho", "hi"), 3, "",
              f'hobnob: {folder}/libecho.so: calls itself "echo"\n  its file must be called echo.so\n')


@test
def apart():
    """Two plugins with the same global symbols do not meet"""
    with Box() as box:
        folder = box.fixture("echo")
        box.fixture("at_load")
        shutil.copy(os.path.join(folder, "at_load.so"), os.path.join(folder, "other.so"))
        ended(box.run("--plugin-path", folder, "-p", "echo", "-f", "other", "hi"), 0, "", "")
        ended(box.run("--plugin-path", folder, "-p", "echo", "hi"), 0, re.compile("hi"))


if __name__ == "__main__":
    main()
