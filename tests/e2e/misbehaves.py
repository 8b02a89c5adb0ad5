# SPDX-License-Identifier: MIT
"""The plugin of tests/abi/misbehaves.c under the names that say what it does: turns with it, and what they leave in the journal."""
import glob
import json
import os
import re
import shutil

from hob import BUILD, Skip, ended, same, sanitized

KEPT = re.compile(r"; the conversation is kept: hobnob -r (\d{8}T\d{6}-[0-9a-f]{4})\n")
FRONTENDS = ("fcreate", "run", "event", "command", "readable", "fdestroy")
# Sanitizers look after crashes themselves, unless told not to.
QUIET = {"ASAN_OPTIONS": "handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:detect_leaks=0"} if sanitized() else {}


def put(box, *names, fixture="misbehaves"):
    """Puts the fixture under these names on a path of its own; the path."""
    built = os.path.join(BUILD, f"tests/abi/.libs/{fixture}.so")
    if not os.path.exists(built):
        raise Skip(f"{fixture}.so is not built; make check builds it")
    folder = os.path.join(box.root, "plugins")
    os.makedirs(folder, 0o755, exist_ok=True)
    for name in names:
        os.chmod(shutil.copy(built, f"{folder}/{name}.so"), 0o755)
    return folder


def who(name):
    """The arguments that let that plugin work, in a turn with the mock if it is a frontend."""
    return ("-p", "mock", "-f", name) if name.split("_")[0] in FRONTENDS else ("-p", name, "-m", "x")


def ask(box, name, *args, **more):
    """One turn with it."""
    return box.run("--plugin-path", put(box, name), *who(name), *args, "hi", env=QUIET, **more)


def journals(box):
    """The paths of the conversations."""
    return glob.glob(box.home + "/.local/state/hobnob/sessions/*.jsonl")


def the_id(box):
    """The id of the one conversation."""
    (path,) = journals(box)
    return os.path.basename(path)[:-len(".jsonl")]


def records(box):
    """The journal's records after the first line: each line is whole."""
    if not journals(box):
        return []
    (path,) = journals(box)
    with open(path, encoding="utf-8") as f:
        text = f.read()
    same(text[-1], "\n")
    lines = [json.loads(line) for line in text.splitlines()]
    same(lines[0]["id"], the_id(box))
    return lines[1:]


def told(box, err):
    """What was said, without the tail that names the one conversation, which is there if there is a conversation."""
    kept = KEPT.search(err)
    same([kept.group(1)] if kept else [], [the_id(box)] if journals(box) else [], err)
    return KEPT.sub("", err) if kept else err.removesuffix("\n")


def replies(box):
    """The replies of the one conversation, as they are read again."""
    r = ended(box.run("sessions", "show", "--json", the_id(box)), 0)
    return [m["text"] for m in json.loads(r.out)["messages"] if m["role"] == "assistant"]
