#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`hobnob plugins install`: checked first, whole or not at all, and never into a file that is loaded."""
import json
import os
import re
import resource
import shutil
import socket
import time

from hob import BUILD, Box, Skip, ended, holds, main, same, test, test_each, truth


def plugin(box, name, fixture="at_load", folder=None):
    """A file NAME.so in the working directory, or in a folder."""
    path = os.path.join(folder or box.cwd, name + ".so")
    shutil.copy(os.path.join(box.fixture(fixture), fixture + ".so"), path)
    shutil.rmtree(os.path.join(box.root, "plugins"))
    return path


def shipped(box, name):
    """A copy of a shipped one in the working directory."""
    return shutil.copy(os.path.join(BUILD, ".libs", name + ".so"), box.cwd)


def target(box, name):
    """Where it belongs."""
    return os.path.join(box.home, ".local/share/hobnob/plugins", name + ".so")


def bytes_of(path):
    """What stands in a file."""
    with open(path, "rb") as f:
        return f.read()


def left(box):
    """The user's data, as relative paths; nothing where there is no folder."""
    base = os.path.join(box.home, ".local")
    return sorted(os.path.relpath(os.path.join(at, name), base) for at, folders, files in os.walk(base) for name in folders + files)


@test
def installs():
    """It is there, whole, with the modes that trust wants, and is found"""
    with Box() as box:
        path = plugin(box, "mine")
        os.chmod(path, 0o777)
        ended(box.run("plugins", "install", "mine.so"), 0, f"installed {target(box, 'mine')}: a frontend, version 0.1\n", "")
        truth(bytes_of(path) == bytes_of(target(box, "mine")), "the bytes differ")
        same(oct(os.stat(target(box, "mine")).st_mode & 0o7777), "0o644")
        same(oct(os.stat(os.path.dirname(target(box, "mine"))).st_mode & 0o7777), "0o700")
        same(os.listdir(os.path.dirname(target(box, "mine"))), ["mine.so"])
        ended(box.run("-f", "mine", "-p", "mock", "hi"), 0, "", "")
        holds(ended(box.run("plugins"), 0).out, target(box, "mine"))


@test
def replaces():
    """What was there is named, what hides it and what it hides as well; --json has the same"""
    with Box() as box:
        plugin(box, "mine")
        ended(box.run("plugins", "install", "mine.so"), 0)
        where = f"installed {target(box, 'mine')}: a frontend, version 0.1\n"
        ended(box.run("plugins", "install", "./mine.so"), 0, where + "  it replaces version 0.1\n", "")
        ended(box.run("--plugin-path", box.cwd, "plugins", "install", "mine.so"), 0, where + "  it replaces the file that was there\n"
              f"  but {box.cwd}/mine.so comes first: remove that, or name this one with --plugin-path\n", "")
        got = json.loads(ended(box.run("--plugin-path", box.cwd, "--json", "plugins", "install", "mine.so"), 0, err="").out)
        same(got, {"name": "mine", "kind": "frontend", "version": "0.1", "path": target(box, "mine"), "replaced": "the file that was there",
                   "breaks": [],
                   "hidden_by": box.cwd + "/mine.so", "hides": None})
        os.remove(target(box, "mine"))
        os.symlink(box.cwd + "/mine.so", target(box, "mine"))
        ended(box.run("plugins", "install", "mine.so"), 0, where + "  it replaces the link that was there\n", "")
        truth(not os.path.islink(target(box, "mine")) and os.path.exists(box.cwd + "/mine.so"), "the link is there, or what it led to is not")


@test
def hides_a_shipped_one():
    """A plugin of a shipped one's name is told to hide it"""
    with Box() as box:
        path = plugin(box, "mock", "echo")
        r = box.run("plugins", "install", path)
        ended(r, 3, "", re.compile(r'mock\.so: calls itself "echo"\n  its file must be called echo\.so\n$'))
        path = plugin(box, "stdio")
        ended(box.run("plugins", "install", path), 0, re.compile(r"\n  it hides /.*/stdio\.so\n$"), "")


def make_folder(box):
    os.mkdir(box.cwd + "/bad.so")


def make_socket(box):
    with socket.socket(socket.AF_UNIX) as s:
        os.chdir(box.cwd)  # the path of a socket is short
        s.bind("bad.so")


BAD = [
    ("no file", "bad.so", lambda box: None, "bad.so: No such file or directory"),
    ("a folder", "bad.so", make_folder, "bad.so: is a folder: name the file in it"),
    ("a FIFO", "bad.so", lambda box: os.mkfifo(box.cwd + "/bad.so"), "bad.so: is not a regular file"),
    ("a socket", "bad.so", make_socket, "bad.so: No such device or address"),
    ("a text", "bad.so", lambda box: box.write("bad.so", "no plugin"), "bad.so: is not a shared object: it does not begin as an ELF file"),
    ("an empty file", "bad.so", lambda box: box.write("bad.so", ""), "bad.so: is empty"),
    ("a dangling link", "bad.so", lambda box: os.symlink("nowhere", box.cwd + "/bad.so"), "bad.so: No such file or directory"),
    ("another ending", "bad.txt", lambda box: box.write("bad.txt", ""), "bad.txt: its name must be [a-z0-9][a-z0-9_-]*.so"),
    ("a large letter", "Bad.so", lambda box: plugin(box, "Bad"), "Bad.so: its name must be [a-z0-9][a-z0-9_-]*.so"),
    ("no name", ".so", lambda box: plugin(box, ""), ".so: its name must be [a-z0-9][a-z0-9_-]*.so"),
    ("a name with a blank", "b ad.so", lambda box: plugin(box, "b ad"), "b ad.so: its name must be [a-z0-9][a-z0-9_-]*.so"),
    ("another name", "libecho.so", lambda box: plugin(box, "libecho", "echo"),
     'libecho.so: calls itself "echo"\n  its file must be called echo.so'),
    ("no plugin", "no_symbol.so", lambda box: plugin(box, "no_symbol", "no_symbol"),
     "no_symbol.so: is not a hobnob plugin: it does not export hobnob_plugin_v1()"),
    ("another ABI", "descriptor_major.so", lambda box: plugin(box, "descriptor_major"),
     "descriptor_major.so: is for ABI 2.x, this hobnob has 1.0\n  update hobnob"),
    ("a crash", "entry_crash.so", lambda box: plugin(box, "entry_crash"), "entry_crash.so: crashes (SIGSEGV) in hobnob_plugin_v1()"),
    ("an exit", "constructor_leave.so", lambda box: plugin(box, "constructor_leave"), "constructor_leave.so: calls exit(0) in its constructor"),
]


@test_each(BAD)
def refused(name, make, words):
    """What is no plugin is refused, and leaves nothing"""
    with Box() as box:
        make(box)
        ended(box.run("plugins", "install", name), 3, "", f"hobnob: {words}\n")
        same([p for p in left(box) if not p.startswith("state")], ["share", "share/hobnob"] if os.path.isdir(box.home + "/.local/share") else [])


@test
def breaks_a_rule():
    """A provider that breaks a rule that it must keep is refused, with the rule and what it did; nothing is left"""
    with Box() as box:
        path = plugin(box, "echo", "echo")
        ended(box.run("plugins", "install", path), 3, "", f"hobnob: {path}: breaks rules that a plugin must keep\n  dry-run: it answered\n"
              f"  `hobnob plugins check {path}` says more\n")
        truth(not os.path.exists(os.path.dirname(target(box, "echo"))), left(box))


@test
def breaks_a_lesser_rule():
    """One that breaks a rule that it should keep is installed, and that is told"""
    with Box() as box:
        path = plugin(box, "option_open")  # a key that is no secret
        same(json.loads(ended(box.run("--json", "plugins", "install", path), 0, err="").out)["breaks"], ["option-flags"])
        ended(box.run("plugins", "install", path), 0, re.compile(f"\n  it breaks rules that should hold: `hobnob plugins check {path}` says which\n"), "")


@test
def answers_beside_it():
    """The canned answers beside the file are those that it is checked with"""
    with Box() as box:
        path = shipped(box, "mock")
        box.write("mock.answers.json", '{"answers": [], "text": "what the mock never says"}')
        ended(box.run("plugins", "install", path), 3, "", re.compile("^  answer-text: ", re.M))
        box.write("mock.answers.json", "{")
        ended(box.run("plugins", "install", path), 3, "", re.compile(r"plugin-check gave no report of it\n$"))


@test
def keeps_the_old():
    """An attempt that fails leaves the old one as it was, and nothing beside it"""
    with Box() as box:
        plugin(box, "mine")
        ended(box.run("plugins", "install", "mine.so"), 0)
        before = bytes_of(target(box, "mine"))
        box.write("mine.so", before[:3000])
        ended(box.run("plugins", "install", "mine.so"), 3, "", re.compile(r"^hobnob: mine\.so: is cut"))
        truth(bytes_of(target(box, "mine")) == before, "it was changed")
        same(os.listdir(os.path.dirname(target(box, "mine"))), ["mine.so"])


@test
def disk_full():
    """Where there is no room nothing is installed, and nothing is left"""
    with Box() as box:
        plugin(box, "mine")
        folder = os.path.dirname(target(box, "mine"))
        r = box.run("plugins", "install", "mine.so", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192)))
        ended(r, 3, "", f"hobnob: {folder}: File too large\n")
        truth(not os.path.exists(folder), left(box))


@test_each([("a file in the folder's place", "file", "Not a directory"), ("a folder that cannot be made", "/proc/hobnob", "No such file or directory")])
def no_folder(place, words):
    """Where the folder cannot be made, it says so"""
    with Box() as box:
        plugin(box, "mine")
        base = place if place[0] == "/" else box.write(place, "")
        ended(box.run("plugins", "install", "mine.so", env={"XDG_DATA_HOME": base}), 3, "", f"hobnob: {base}/hobnob/plugins: {words}\n")


@test
def folder_not_writable():
    """A folder that the user may not write to is named"""
    if not os.geteuid():
        raise Skip("root may write anywhere")
    with Box() as box:
        plugin(box, "mine")
        folder = os.path.dirname(target(box, "mine"))
        os.makedirs(folder, 0o700)
        os.chmod(folder, 0o500)
        ended(box.run("plugins", "install", "mine.so"), 3, "", f"hobnob: {folder}: Permission denied\n")
        os.chmod(folder, 0o700)


@test
def folder_of_all():
    """Into a folder that others may write to nothing is installed: hobnob would load nothing from there"""
    with Box() as box:
        plugin(box, "mine")
        folder = os.path.dirname(target(box, "mine"))
        os.makedirs(folder, 0o700)
        os.chmod(folder, 0o777)
        ended(box.run("plugins", "install", "mine.so"), 3, "",
              f"hobnob: {folder}: hobnob would load nothing from there: {folder} is writable by everybody\n")
        same(os.listdir(folder), [])


@test
def no_home():
    """Without a HOME there is no place"""
    with Box() as box:
        plugin(box, "mine")
        ended(box.run("plugins", "install", "mine.so", env={"HOME": ""}), 3, "", "hobnob: there is no place for a plugin: HOME is not set\n")
        ended(box.run("plugins", "install"), 2, "", "hobnob: usage: hobnob plugins install FILE\n")


@test
def interrupted():
    """Ctrl-C while the file is looked at ends it, and nothing is left"""
    with Box() as box:
        path, folder = plugin(box, "constructor_hang"), os.path.dirname(target(box, "mine"))
        running = box.start("plugins", "install", path)
        while not any(os.listdir(at) for at, _, _ in os.walk(folder) if at != folder):  # the copy is there
            running.pump(time.monotonic() + 0.005)
        running.signal()
        r = running.end()
        same((r.status, r.out, r.err), (-2, "", ""))
        truth(not os.path.exists(folder), left(box))


@test
def replaced_while_loaded():
    """A conversation that has it loaded goes on with the old one"""
    with Box() as box:
        path = shipped(box, "mock")
        ended(box.run("plugins", "install", path), 0)
        chat = box.start("-p", "mock", "-f", "jsonl", "-i")
        chat.send('{"say":"one"}\n')
        at = chat.expect(r'"event":"done"')
        ended(box.run("plugins", "install", path), 0, re.compile("it replaces version"))
        chat.send('{"say":"two"}\n')
        chat.expect(r'"event":"done"', after=at)
        chat.close()
        ended(chat.end(), 0, err="")


if __name__ == "__main__":
    main()
