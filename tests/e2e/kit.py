# SPDX-License-Identifier: MIT
"""What tests of an author's plugins share: a compiler for plugins, and a server that plays NAME.answers.json."""
import atexit
import functools
import glob
import json
import os
import re
import shlex
import shutil
import subprocess
import tempfile

from hob import BUILD, SRC, Skip, sanitized, truth
from server import Server, error, pieces

INCLUDE = os.path.join(SRC, "core", "include")
STRICT = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]


def flags(*what):
    """What json-c needs."""
    if not shutil.which("pkg-config"):
        raise Skip("no pkg-config")
    return shlex.split(subprocess.run(["pkg-config", *what, "json-c"], check=True, stdout=subprocess.PIPE, text=True).stdout)


def compile_c(text, *more):
    """Compiles C99 without a warning."""
    compiler = shlex.split(os.environ.get("CC", "cc"))
    if not shutil.which(compiler[0]):
        raise Skip("no compiler")
    r = subprocess.run([*compiler, *STRICT, "-I", INCLUDE, *flags("--cflags"), "-x", "c", "-", *more], input=text,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if r.returncode:
        raise AssertionError(r.stdout)


def build(text, name):
    """The folder with the plugin NAME.so of that source; it ends with this program."""
    place = tempfile.mkdtemp(prefix="hobnob-kit-")
    os.chmod(place, 0o755)
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    out = os.path.join(place, name + ".so")
    compile_c(text, "-shared", "-fPIC", "-fvisibility=hidden", "-o", out, "-Wl,--as-needed", *flags("--libs"), "-pthread")
    os.chmod(out, 0o755)
    return place


def quiet():
    """The environment of a tool: nothing of the user's, and nothing of the make that runs the tests."""
    return {k: v for k, v in os.environ.items() if k in ("PATH", "TMPDIR", "CCACHE_DIR", "LD_LIBRARY_PATH")}


@functools.lru_cache(maxsize=None)
def prefix():
    """Where this build is installed; it ends with this program."""
    if sanitized():
        raise Skip("an author's plugin is not built with the sanitizers that this hobnob has")
    if not shutil.which("pkg-config"):
        raise Skip("no pkg-config")
    place = tempfile.mkdtemp(prefix="hobnob-installed-")
    os.chmod(place, 0o755)
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    r = subprocess.run(["make", "-C", BUILD, "install", f"DESTDIR={place}"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                       check=False, env=quiet())
    truth(r.returncode == 0, r.stdout)
    with open(os.path.join(BUILD, "hobnob.pc"), encoding="utf-8") as f:
        text = f.read()
    moved = place + re.search("^prefix=(.*)$", text, re.M).group(1)
    (own,) = glob.glob(moved + "/**/hobnob.pc", recursive=True)
    with open(own, "w", encoding="utf-8") as f:
        f.write(re.sub("(?m)^prefix=.*$", "prefix=" + moved, text))  # what a tree that was moved needs
    return moved


def works(path):
    """Whether a program runs here; one that needs a home of its user's does not."""
    with tempfile.TemporaryDirectory() as home:
        return subprocess.run([path, "--version"], capture_output=True, env={**quiet(), "HOME": home}, check=False).returncode == 0


@functools.lru_cache(maxsize=None)
def tool(name):
    """The first program of that name on the PATH that runs here."""
    found = next((os.path.join(d, name) for d in os.environ["PATH"].split(":")
                  if os.access(os.path.join(d, name), os.X_OK) and works(os.path.join(d, name))), None)
    if not found:
        raise Skip(f"no {name} runs on this machine")
    return found


def read_answers(path):
    """NAME.answers.json."""
    with open(path, encoding="utf-8") as f:
        return json.load(f)


class Canned(Server):
    """Plays the answers of a NAME.answers.json: the first one with a request's method and the end of its path."""

    def __init__(self, answers):
        super().__init__(error(500, "not in the answers"))
        self.answers = answers["answers"]

    def step_for(self, request):
        super().step_for(request)
        for a in self.answers:
            if a["method"] == request.method and request.path.split("?")[0].endswith(a["path"]):
                return pieces([p.encode() for p in a["body"]], a["status"], {"Content-Type": a["type"]})
        return error(404, "not in the answers")
