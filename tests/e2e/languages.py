# SPDX-License-Identifier: MIT
"""What the tests of other languages share: compilers that run here, and a folder for what they make."""
import atexit
import functools
import os
import shlex
import shutil
import subprocess
import sys
import tempfile

from hob import BUILD, SRC, Skip, sanitized

ABI = os.path.join(SRC, "tests", "abi")
KIT = os.path.join(SRC, "kit")
INCLUDE = os.path.join(SRC, "core", "include")
sys.path.insert(0, ABI)


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


def rustc(out, source, *more):
    """Rust, without a warning."""
    run([tool("rustc", "-vV"), "--edition", "2021", "-D", "warnings", *more, "-o", out, source])
    return out


def copied(what, name):
    """A copy of a folder, which may be changed whatever the tree's own may."""
    place = os.path.join(folder(), name)
    shutil.copytree(what, place, copy_function=shutil.copyfile)
    for inner, _, _ in os.walk(place):
        os.chmod(inner, 0o755)
    return place


def go_build(out, source):
    """A folder of Go; its cache stays in the build folder, since it holds Go's own library."""
    if sanitized():
        raise Skip("the Go runtime and the sanitizers both want the signals")
    go = tool("go", "version")
    tool("pkg-config", "--version")
    run([go, "build", "-buildmode=c-shared", "-o", out, "."], cwd=source, **go_world())


def pkg_config():
    """A folder where pkg-config finds the headers of this tree."""
    with open(os.path.join(folder(), "hobnob.pc"), "w", encoding="utf-8") as f:
        f.write("plugin_cflags=-fPIC -fvisibility=hidden\nName: hobnob\nDescription: its headers\nVersion: 1\n"
                f"Cflags: -I{INCLUDE}\n")
    return folder()


def go_world():
    """What Go builds with: nothing comes from a network."""
    cache = os.path.join(BUILD, "tests", "abi", "go-cache")
    os.makedirs(cache, exist_ok=True)
    return {"CGO_ENABLED": "1", "GOCACHE": cache, "GOPROXY": "off", "GOTOOLCHAIN": "local",
            "GOFLAGS": "-buildvcs=false", "PKG_CONFIG_PATH": pkg_config()}
