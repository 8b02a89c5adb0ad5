#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A first-time user's minute, step by step, and the picture of it in docs/."""
import base64
import glob
import os
import re
import subprocess
import sys

from hob import SRC, Box, holds, lines_of, main, same, test
from minute import CODE, COUNT, HALF, LONG, PASTE, QUESTION, STEPS, minute, timeless


def journal(box):
    """The messages of the one conversation that was kept: role, text, finish."""
    files = glob.glob(box.home + "/.local/state/hobnob/sessions/*.jsonl")
    same(len(files), 1, "one conversation, gone on with")
    with open(files[0], encoding="utf-8") as f:
        return [(m["role"], m["text"], m.get("finish")) for m in lines_of(f.read()) if "role" in m]


@test
def lived():
    """Markdown and code, /copy code 1, a paste of fifty lines as one message, Ctrl-C in the reply, /retry, Ctrl-D, hobnob -c"""
    with Box() as box:
        view = minute(box)
        screen = view.text()
        kept = journal(box)
        same(kept, [("user", QUESTION, None), ("assistant", COUNT, "stop"), ("user", PASTE, None), ("assistant", HALF, "interrupted"),
                    ("assistant", LONG, "stop"), ("user", "Which host was it?", None), ("assistant", STEPS[3]["text"], "stop")])
        copied = re.search(rb"\x1b\]52;c;([\w+/=]+)(?:\x07|\x1b\\)", view.terminal.got["out"])
        same(base64.b64decode(copied.group(1)).decode(), CODE)
        holds(screen, "hobnob: /help lists the commands", "Let a Counter do it", "• upper and lower", "(interrupted)", "web was gone, and",
              "Assistant: " + STEPS[3]["text"])
        same(len(re.findall(r"^mock · [1-9] % of 8000 · ~?\$0\.00\d+(?: · [\d.]+ tok/s)?$", screen, re.M)), 4)


@test
def picture():
    """docs/minute.svg is what docs/picture makes of it, but for what a clock says and the conversation's id"""
    with Box() as box:
        subprocess.run([sys.executable, "-B", os.path.join(SRC, "docs", "picture"), box.root + "/made.svg"], check=True)
        with open(box.root + "/made.svg", encoding="utf-8") as made, open(SRC + "/docs/minute.svg", encoding="utf-8") as kept:
            same(timeless(made.read()), timeless(kept.read()))


if __name__ == "__main__":
    main()
