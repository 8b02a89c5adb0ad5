# SPDX-License-Identifier: MIT
"""What tests of an author's plugins share: a compiler for plugins, and a server that plays NAME.answers.json."""
import atexit
import json
import os
import shlex
import shutil
import subprocess
import tempfile

from hob import SRC, Skip
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
