#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a plugin says of itself is kept: a list loads nothing that it has seen, believes no cache that is not the user's own, and sees each
change of a file."""
import json
import os
import re
import shutil
import time

from hob import HOBNOB, Box, ended, holds, lacks, main, same, test, test_each, truth

NAME = "constructor_touch"  # leaves a byte in AT_LOAD_TOUCH each time that it is loaded


class Touched:
    """A box with that plugin, whose loads are counted."""

    def __init__(self, box, *names):
        self.box, self.folder, self.count = box, box.fixture("at_load"), os.path.join(box.root, "count")
        box.env["AT_LOAD_TOUCH"] = self.count
        for name in (NAME, *names):
            shutil.copy(os.path.join(self.folder, "at_load.so"), os.path.join(self.folder, name + ".so"))
        self.file = os.path.join(self.folder, NAME + ".so")
        self.cache = os.path.join(box.home, ".cache/hobnob/plugins")
        settle(self.folder)

    def run(self, *args, **more):
        """hobnob with the plugin on its path."""
        return self.box.run("--plugin-path", self.folder, *args, **more)

    def loads(self):
        """How often it was loaded."""
        return os.path.getsize(self.count) if os.path.exists(self.count) else 0

    def again(self):
        """The plugins listed once more: how often it was loaded for that."""
        before = self.loads()
        ended(self.run("plugins"), 0, re.compile(f"^{NAME} +frontend +0.1 +1.0 +ok ", re.M), "")
        return self.loads() - before


def settle(folder):
    """Waits until every file's last change is long enough ago for its times to show the next one."""
    newest = max(os.stat(os.path.join(folder, name)).st_ctime for name in os.listdir(folder))
    while not newest < time.time() - 0.1:
        time.sleep(0.01)


@test
def once():
    """Lists, doctor, info and the sources of completions load a file once in all"""
    with Box() as box:
        t = Touched(box)
        same(t.again(), 1)
        for args, status in ((("plugins",), 0), (("plugins", "--json"), 0), (("doctor",), 3), (("config", "providers"), 0), (("config", "frontends"), 0),
                             (("plugins", "info", NAME), 0), (("config", "get", NAME + ".thing"), 0)):
            ended(t.run(*args), status, re.compile("."), "")
        same(t.loads(), 1)
        same(oct(os.stat(t.cache).st_mode & 0o7777), "0o600")
        same(os.listdir(os.path.dirname(t.cache)), ["plugins"])


@test
def same_words():
    """What comes from the cache is what came from the look"""
    with Box() as box:
        t = Touched(box, "entry_crash", "descriptor_major", "version_escapes", "options_garbage", "option_default")
        for args in (("plugins",), ("plugins", "--json"), ("plugins", "info", "openai"), ("plugins", "info", "--json", "mock"), ("doctor", "--json")):
            shutil.rmtree(os.path.dirname(t.cache), ignore_errors=True)
            first = seen(t.run(*args))
            truth(os.path.exists(t.cache), f"{args} kept nothing")
            same(seen(t.run(*args)), first)


def seen(r):
    """What a run says; of doctor's report what is about plugins, for the rest may change with the machine."""
    if not r.out.startswith('{"findings"'):
        return r.out, r.err, r.status
    report = json.loads(r.out)
    return [f for key in ("findings", "problems") for f in report[key] if f["area"] in ("plugins", "keys")], r.err, r.status


@test
def changes():
    """A file that was replaced, written to or touched is looked at again"""
    with Box() as box:
        t = Touched(box)
        same(t.again(), 1)
        shutil.copy(t.file, t.file + ".new")
        os.rename(t.file + ".new", t.file)
        settle(t.folder)
        same((t.again(), t.again()), (1, 0))
        os.utime(t.file, (1, 1))
        settle(t.folder)
        same((t.again(), t.again()), (1, 0))
        before = os.stat(t.file)
        with open(t.file, "r+b") as f:  # the same bytes, size and mtime
            first = f.read(1)
            f.seek(0)
            f.write(first)
        os.utime(t.file, ns=(before.st_atime_ns, before.st_mtime_ns))
        settle(t.folder)
        same((t.again(), t.again()), (1, 0))
        shutil.copy(os.path.join(t.folder, "at_load.so"), t.file)
        with open(t.file, "r+b") as f:
            f.truncate(3000)
        holds(ended(t.run("plugins"), 0, err="").out, f"{t.file}: is cut: it has 3000 bytes")


@test
def trust_each_time():
    """Whether a file may be loaded is judged each time, whatever the cache says"""
    with Box() as box:
        t = Touched(box)
        same(t.again(), 1)
        os.chmod(t.folder, 0o777)
        holds(ended(t.run("plugins"), 0, err="").out, f"{t.file}: its directory may not be trusted: {t.folder} is writable by everybody")
        os.chmod(t.folder, 0o755)
        same(t.again(), 0)


def overwrite(data):
    """Makes it these bytes."""
    def change(t):
        with open(t.cache, "wb") as f:
            f.write(data)
    return change


def flip(t):
    """Changes one bit."""
    with open(t.cache, "r+b") as f:
        data = bytearray(f.read())
        data[len(data) // 2] ^= 1
        f.seek(0)
        f.write(data)


def other_hobnob(t):
    """Another program has written it."""
    other = os.path.join(t.box.root, "hobnob")
    shutil.copy(os.path.realpath(HOBNOB), other)
    t.box.run("--plugin-path", t.folder, "plugins", argv=[other])


def a_link(t):
    """Puts a link in its place."""
    os.rename(t.cache, t.cache + ".real")
    os.symlink(t.cache + ".real", t.cache)


def a_folder(t):
    """Puts a folder in its place."""
    os.remove(t.cache)
    os.mkdir(t.cache)


@test_each([("empty", overwrite(b""), 0), ("text", overwrite(b"hello\n"), 0), ("4 MB of zeros", overwrite(bytes(4_000_000)), 0), ("9 MB of zeros", overwrite(bytes(9_000_000)), 0),
            ("one bit", flip, 0), ("writable by others", lambda t: os.chmod(t.cache, 0o666), 0), ("of another hobnob", other_hobnob, 0),
            ("a link", a_link, 0), ("a folder", a_folder, 1)])
def bad_cache(change, still):
    """A cache that is damaged or not the user's own is as none, and replaced where that can be"""
    with Box() as box:
        t = Touched(box)
        same(t.again(), 1)
        change(t)
        same((t.again(), t.again()), (1, still))


@test
def no_place():
    """Where nothing can be kept, all is looked at each time; only -v says so"""
    with Box(XDG_CACHE_HOME="/proc/hobnob") as box:
        t = Touched(box)
        same((t.again(), t.again()), (1, 1))
        holds(ended(t.run("-v", "plugins"), 0).err, "/proc/hobnob/hobnob/plugins: No such file or directory: what plugins say of themselves is not kept")


@test
def timeouts_are_not_kept():
    """One that does not return is asked again next time; the others are not"""
    with Box() as box:
        t = Touched(box, "entry_hang", "entry_crash")
        holds(ended(t.run("plugins"), 0).out, "does not return from hobnob_plugin_v1() within 2000 ms")
        with open(t.cache, "rb") as f:
            kept = f.read()
        truth(b"/entry_crash.so" in kept and b"/entry_hang.so" not in kept, kept)


@test
def a_chat_loads():
    """A chat loads what it uses, whatever the cache says, and asks and writes no cache"""
    with Box() as box:
        t = Touched(box)
        ended(t.run("-p", "mock", "-f", NAME, "hi"), 0, "", "")
        same((t.loads(), os.path.exists(t.cache)), (1, False))
        same(t.again(), 1)
        ended(t.run("-p", "mock", "-f", NAME, "hi"), 0, "", "")
        same(t.loads(), 3)


@test
def flags_of_options():
    """`plugins info` shows what an option is: the words in the table, and in --json as a list"""
    with Box() as box:
        out = ended(box.run("plugins", "info", "openai"), 0).out
        holds(out, "FLAGS", "required, secret (or api_key_command, api_key_file), at home", "endpoint", "steers")
        rows = {o["key"]: o for o in json.loads(ended(box.run("plugins", "info", "openai", "--json"), 0).out)["options"]}
        same((rows["api_key"]["flags"], rows["api_key"]["forms"], rows["api_key"]["required"]),
             (["required", "secret", "at_home"], ["api_key_command", "api_key_file"], True))
        same((rows["base_url"]["flags"], rows["base_url"]["forms"]), (["endpoint"], []))
        holds(ended(box.run("plugins", "info", "exec"), 0).out, "own")


@test
def how_to_write_one():
    """On a terminal the list ends with how to write one; what reads it by lines gets files alone"""
    with Box() as box:
        t = box.terminal("plugins")
        r = ended(t.end(), 0)
        truth(r.out.replace("\r", "").endswith("\nTo write one: `hobnob plugins new`, and hobnob-plugin(7).\n"), r.out)
        lacks(ended(box.run("plugins"), 0).out, "To write one")


@test
def interrupted():
    """Ctrl-C ends a look that waits, at once and with nothing left behind"""
    with Box() as box:
        t = Touched(box, "constructor_hang")
        running = box.start("--plugin-path", t.folder, "plugins")
        while not t.loads():  # the files are tried in order: the one that hangs is before it
            running.pump(time.monotonic() + 0.005)
        running.signal()
        r = running.end()
        same((r.status, r.out, r.err), (-2, "", ""))


if __name__ == "__main__":
    main()
