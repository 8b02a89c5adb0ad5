#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A first-time user's minute, step by step, and the picture of it in docs/."""
import glob
import os
import subprocess
import sys

from hob import SRC, Box, holds, lines_of, main, same, test
from minute import HALF, LONG, PASTE, STEPS, minute, svg, timeless


def journal(box):
    """The messages of the one conversation that was kept: role, text, finish."""
    files = glob.glob(box.home + "/.local/state/hobnob/sessions/*.jsonl")
    same(len(files), 1, "one conversation, gone on with")
    with open(files[0], encoding="utf-8") as f:
        return [(m["role"], m["text"], m.get("finish")) for m in lines_of(f.read()) if "role" in m]


@test
def lived():
    """A question, a paste of fifty lines as one message, Ctrl-C in the reply, /retry, /stats, Ctrl-D, hobnob -c"""
    with Box() as box:
        screen = minute(box).text()
        kept = journal(box)
        same(kept, [("user", "What is a hobnob?", None), ("assistant", STEPS[0]["text"], "stop"), ("user", PASTE, None),
                    ("assistant", HALF, "interrupted"), ("assistant", LONG, "stop"), ("user", "Which host was it?", None),
                    ("assistant", STEPS[3]["text"], "stop")])
        holds(screen, "(interrupted)", "total: 3 turns", "Assistant: " + STEPS[3]["text"])


@test
def picture():
    """docs/minute.svg is what docs/picture makes of it, but for what a clock says and the conversation's id"""
    with Box() as box:
        subprocess.run([sys.executable, "-B", os.path.join(SRC, "docs", "picture"), box.root + "/made.svg"], check=True)
        with open(box.root + "/made.svg", encoding="utf-8") as made, open(SRC + "/docs/minute.svg", encoding="utf-8") as kept:
            same(timeless(made.read()), timeless(kept.read()))


if __name__ == "__main__":
    main()
