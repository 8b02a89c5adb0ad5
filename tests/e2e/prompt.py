# SPDX-License-Identifier: MIT
"""A person at the readline prompt: begins, types, waits for the next prompt, leaves."""
import json
import os
import re

from hob import Skip, ended, same, truth

PROMPT = r"You: (\x1b\[0?K)?$"


def begin(box, *args, steps=None, inputrc="", **more):
    """A conversation by readline, its prompt shown; steps are the mock's."""
    if not any(p["name"] == "readline" for p in json.loads(box.run("plugins", "--json").out)):
        raise Skip("built without readline")
    box.write(os.path.join(box.home, ".inputrc"), inputrc)
    if steps:
        args += ("-o", "mock.script=" + box.write("s.json", json.dumps({"steps": steps})))
    t = box.terminal("-f", "readline", "-p", "mock", *args, **more)
    t.expect(PROMPT)
    return t


def say(t, keys, before=""):
    """Types and waits for the next prompt that has something before it; what was shown."""
    at = len(t.text())
    t.send(keys)
    end = t.expect(before + ".*" + PROMPT, after=at)
    return t.text()[at:end]


def leave(t):
    """Leaves; the terminal is as it was before."""
    t.send("\x04")
    ended(t.end(), 0)
    truth(t.modes_kept(), "the terminal's modes were not put back")
    marks = re.findall(r"\x1b\[\?2004[hl]", t.text())
    same(marks[-1:], ["\x1b[?2004l"][:len(marks)], "pastes are still marked")
