#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests that are shared out among several files are all run, each once."""
import os
import re
import subprocess
import sys

from hob import main, same, shares, test_each, truth

HERE = os.path.dirname(os.path.abspath(__file__))
SHARED = sorted({m.group(1) for f in os.listdir(HERE) if (m := re.fullmatch(r"test_(\w+)_\d\.py", f))})


def named(path):
    """The names of the tests that a file runs."""
    r = subprocess.run([sys.executable, "-B", path, "--list"], capture_output=True, text=True, check=True)
    return r.stdout.splitlines()


@test_each([(name, name) for name in SHARED])
def whole(name):
    """The shares together are the whole"""
    parts = [named(path) for path in shares(name)]
    same(sorted(sum(parts, [])), sorted(named(f"{HERE}/{name}.py")))
    truth(max(map(len, parts)) - min(map(len, parts)) <= 1, f"shares of {[len(p) for p in parts]} tests")


if __name__ == "__main__":
    main()
