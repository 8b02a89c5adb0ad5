#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The author's kit as it is installed: from an empty folder to a plugin that answers, for each language and build system.

`make install` puts this build into a folder, from which the program runs as it would after a move. Each test then does what an author
does: `plugins new`, build, check, ask, install. What takes how long stands in its comment.
"""
import glob
import os
import re
import subprocess
import sys
import time

from hob import SRC, Box, Skip, holds, lacks, main, same, test, test_each, truth
from kit import prefix, quiet, tool

# A build system's tools, and its commands: those that build and check, and the one that installs.
SYSTEMS = {
    "make": (["make"], ["make", "make check"], "make install-user"),
    "cmake": (["cmake", "ninja"], ["cmake -G Ninja -S . -B build", "cmake --build build", "ctest --test-dir build --output-on-failure"],
              "cmake --build build --target install-user"),
    "meson": (["meson", "ninja"], ["meson setup build", "meson compile -C build", "meson test -C build --print-errorlogs"],
              "meson compile -C build install-user"),
    "autotools": (["autoreconf", "automake"], ["autoreconf -fi", "./configure", "make", "make check"], "make install-user"),
    "cargo": (["cargo"], ["make", "make check"], "make install-user"),
}
COMPILERS = {"c": "cc", "c++": "c++", "rust": "rustc"}
# Each skeleton of a language once, and each build system of it.
ROWS = [
    ("c", "frontend", None, "make"), ("c", "provider", "sse", "cmake"), ("c", "provider", "ndjson", "meson"), ("c", "provider", "none", "autotools"),
    ("c++", "provider", "ndjson", "make"), ("c++", "frontend", None, "cmake"), ("c++", "provider", "none", "meson"),
    ("c++", "provider", "sse", "autotools"), ("rust", "provider", "ndjson", "make"), ("rust", "frontend", None, "make"),
    ("rust", "provider", "none", "make"), ("rust", "provider", "sse", "cargo"),
]


class Author(Box):
    """A box with the installed hobnob on the PATH, and the tools that a plugin is built with."""

    def __init__(self, *tools):
        (pc,) = glob.glob(prefix() + "/**/hobnob.pc", recursive=True)
        paths = {name: tool(name) for name in tools}  # before there is a folder that a skip would leave
        super().__init__()
        os.mkdir(self.root + "/bin")
        os.symlink(sys.executable, self.root + "/bin/python3")
        self.took = []
        self.log = ""
        for name, path in paths.items():
            os.symlink(path, f"{self.root}/bin/{name}")
        self.env = {**quiet(), "HOME": self.home, "LC_ALL": "C.UTF-8", "PKG_CONFIG_PATH": os.path.dirname(pc),
                    "ACLOCAL_PATH": prefix() + "/share/aclocal", "RUSTFLAGS": "-C opt-level=0", "PATH": f"{self.root}/bin:{prefix()}/bin:{os.environ['PATH']}"}

    def does(self, command, what, folder="."):
        """Runs a command line; what it says is kept, and shown if it fails."""
        began = time.monotonic()
        r = subprocess.run(command, shell=True, cwd=os.path.join(self.cwd, folder), env=self.env, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, encoding="utf-8", check=False)
        self.took.append(f"{what} {time.monotonic() - began:.1f} s")
        self.log += r.stdout
        if r.returncode:
            raise AssertionError(f"{command}: status {r.returncode}\n{r.stdout}")
        return r.stdout


def ask(author, kind, wire, name):
    """Asks the plugin that hobnob finds by itself; the reply."""
    if kind == "frontend":
        return author.does(f"hobnob -n -p mock -f {name} 'good morning'", "answer")
    if wire == "none":
        return author.does(f"hobnob -n -p {name} 'morning good'", "answer")
    with subprocess.Popen(["python3", "-B", "server.py"], cwd=os.path.join(author.cwd, name), env=author.env, stdout=subprocess.PIPE,
                          encoding="utf-8") as server:
        try:
            url = server.stdout.readline().split()[0]
            return author.does(f"BEEP_2_API_KEY=k hobnob -n -p {name} -o {name}.base_url={url} 'good morning'", "answer")
        finally:
            server.terminate()


@test_each([(f"{lang}, {wire or kind}, {build}", lang, kind, wire, build) for lang, kind, wire, build in ROWS])
def from_nothing(lang, kind, wire, build):
    """From an empty folder to a plugin that answers"""
    needs, commands, install = SYSTEMS[build]
    with Author(COMPILERS[lang], *needs) as author:
        author.does(f"hobnob plugins new {kind} beep-2 --lang {lang} --build {build}" + (f" --wire {wire}" if wire else ""), "new")
        for command in commands:
            author.does(command, command.split()[1] if command.startswith(("cmake", "meson", "make ")) else command.split()[0], "beep-2")
        lacks(author.log.lower(), "warning")
        author.does(install, "install", "beep-2")
        plugins = author.does("hobnob plugins", "list")
        holds(plugins, os.path.join(author.home, ".local/share/hobnob/plugins/beep-2.so"))
        reply = "Good morning, ☀" if wire in ("ndjson", "sse") else "good morning"
        same(ask(author, kind, wire, "beep-2"), reply + "\n")
        return ", ".join(author.took)


@test
def for_all():
    """`make install` of a plugin puts it where hobnob finds it for all users, or below DESTDIR; `make clean` removes what was built"""
    with Author("cc", "make") as author:
        author.does("hobnob plugins new provider beep-2 --wire none", "new")
        before = sorted(os.listdir(author.cwd + "/beep-2"))
        author.does("make install DESTDIR=$PWD/stage && make clean", "install", "beep-2")
        same(sorted(os.listdir(author.cwd + "/beep-2")), sorted([*before, "stage"]))
        (made,) = glob.glob(author.cwd + "/beep-2/stage/**/*.so", recursive=True)
        same(made[len(author.cwd + "/beep-2/stage"):], author.does("pkg-config --variable=plugindir hobnob", "ask").strip() + "/beep-2.so")


@test
def three_lines():
    """A Makefile of three lines builds a plugin of C, and one of C++, that shows one symbol and stays loaded"""
    with Author("cc", "c++", "make") as author:
        for ending in ("c", "cc"):
            author.write(f"{ending}/beep.{ending}", HELLO)
            author.write(f"{ending}/Makefile", "PLUGIN = beep\ninclude $(shell pkg-config --variable=makefile hobnob)\n")
            author.does("make", "make", ending)
            same(author.does("nm -D --defined-only beep.so", "nm", ending).split()[1:], ["T", "hobnob_plugin_v1"])
            flags = author.does("readelf -dW beep.so", "readelf", ending)
            holds(flags, "SYMBOLIC", "NODELETE")
            same(author.does("hobnob --plugin-path ./beep.so -n -p beep hi", "answer", ending), "beep\n")
        lacks(author.log.lower(), "warning")


HELLO = """#include <hobnob/easy.h>

static const hn_host *the_host;

static int32_t create(const hn_host *host, hn_call *call, void **self)
{
	(void)call;
	the_host = host;
	*self = NULL;
	return HN_OK;
}

static void destroy(void *self)
{
	(void)self;
}

static int32_t chat(void *self, hn_call *call, const hn_request *request)
{
	(void)self;
	(void)request;
	int32_t code = hn_say(the_host, call, hn_str_of("beep"));
	return code == HN_OK ? hn_finish(the_host, call, HN_FINISH_STOP) : code;
}

static const hn_provider provider = HN_PROVIDER(0, 1u << HN_PART_TEXT, 0, create, destroy, chat, NULL, NULL);
static const hn_option options[] = { HN_OPTION(HN_OPT_STRING, 0, "model", "beep", "there is only one") };

HN_PLUGIN(HN_TYPE_PROVIDER, provider, options, "beep", "1", "says beep", "MIT")
"""


def blocks():
    """The files that docs/build.md has, by their languages: one block a language, `sh` a script."""
    with open(os.path.join(SRC, "docs", "build.md"), encoding="utf-8") as f:
        return dict(re.findall(r"^```(\w+)\n(.*?)^```$", f.read(), re.M | re.S))


@test_each([
    ("make", {"make": "Makefile"}, ["make"], ["make"], "mumble.so"),
    ("CMake", {"cmake": "CMakeLists.txt"}, ["cmake", "ninja"], ["cmake -G Ninja -S . -B build", "cmake --build build"], "build/mumble.so"),
    ("Meson", {"meson": "meson.build"}, ["meson", "ninja"], ["meson setup build", "meson compile -C build"], "build/mumble.so"),
    ("autotools", {"autoconf": "configure.ac", "automake": "Makefile.am"}, ["autoreconf", "automake"],
     ["autoreconf -fi", "./configure", "make"], "mumble.so"),
    ("by hand", {"sh": "build.sh"}, [], ["sh ./build.sh"], "mumble.so"),
])
def documented(files, needs, commands, made):
    """The files of docs/build.md build a plugin"""
    with Author("cc", *needs) as author:
        found = blocks()
        same(sorted(found), ["autoconf", "automake", "cmake", "make", "meson", "sh"])
        author.write("mumble.c", HELLO.replace("easy.h>", "easy.h>\n#include <json-c/json.h>").replace('"beep", "1"', '"mumble", "1"')
                     .replace("= host;", "= json_object_put(json_object_new_object()) ? host : NULL;"))
        for block, name in files.items():
            author.write(name, found[block])
        for command in commands:
            author.does(command, "build")
        lacks(author.log.lower(), "warning")
        holds(author.does(f"readelf -dW {made}", "readelf"), "SYMBOLIC", "NODELETE")
        same(author.does(f"hobnob --plugin-path {made} -n -p mumble hi", "answer"), "beep\n")


@test_each([
    ("no name", "", "PLUGIN is not set: it is the name of the plugin, as in `PLUGIN = mumble`"),
    ("no source", "PLUGIN = beep", "there is no beep.c, beep.cc, beep.cpp or beep.rs, and SOURCES is not set"),
    ("no such package", "PLUGIN = beep\nPKGS = no-such-thing\nSOURCES = beep.c", "pkg-config does not find no-such-thing, which PKGS asks for"),
])
def mistakes(makefile, message):
    """A Makefile that lacks something says what"""
    with Author("make") as author:
        author.write("Makefile", makefile + "\ninclude $(shell pkg-config --variable=makefile hobnob)\n")
        r = subprocess.run(["make"], cwd=author.cwd, env=author.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        same(r.returncode, 2)
        holds(r.stdout, message)


@test
def what_is_installed():
    """pkg-config names each place, and all of it is there"""
    with Author() as author:
        def variable(name):
            return author.does(f"pkg-config --variable={name} hobnob", name).strip()
        for name in ("program", "makefile"):
            truth(os.path.isfile(variable(name)), name)
        for name in ("plugindir", "pkgdatadir", "includedir"):
            truth(os.path.isdir(variable(name)), name)
        same(variable("userplugindir"), "$HOME/.local/share/hobnob/plugins")
        same((variable("abi"), variable("abi_major")), ("hobnob-abi-1", "1"))
        holds(variable("plugin_ldflags"), "-Wl,-Bsymbolic", "-Wl,-z,nodelete", "-Wl,--exclude-libs,ALL", "-Wl,-z,defs")
        for path in ("new/c/http.c", "examples/http-ndjson.c", "rust/hobnob.rs", "hobnob.mk"):
            truth(os.path.isfile(os.path.join(variable("pkgdatadir"), path)), path)
        docs = os.path.join(prefix(), "share", "doc", "hobnob")
        for path in ("plugins.md", "abi.md", "failures.md", "check.md", "hello.c"):
            truth(os.path.isfile(os.path.join(docs, path)), path)


@test
def moved():
    """A tree that was moved finds its own plugins, skeletons and defaults"""
    with Author() as author:
        holds(author.does("hobnob plugins", "list"), f"{prefix()}/lib/hobnob/plugins/mock.so")
        author.does("hobnob plugins new frontend beep", "new")
        same(author.does("hobnob -n -p mock hi", "ask"), "hi\n")


if __name__ == "__main__":
    if "--list" not in sys.argv:
        try:
            prefix()  # once, before there is a process for each test
        except Skip:
            pass
    main(at_once=3)
