#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Several conversations beside one another in one process, through the frontend tests/abi/sessions.c."""
import os
import re

from hob import Box, ended, golden, main, same, test

JOURNALS = ".local/state/hobnob/sessions"


@test
def each_session_is_its_own():
    """Cancel, settings, model and journal of one session are not another's; misuse is refused by its name"""
    with Box() as box:
        r = ended(box.run("--plugin-path", box.fixture("sessions"), "-f", "sessions", "-p", "mock"), 0, err="")
        golden("beside.txt", re.sub("(looked in|at least) .*", r"\1 ...", r.out))
        same(len(os.listdir(os.path.join(box.home, JOURNALS))), 2, "journals: of a and of b")


@test
def unkept_as_the_run():
    """Under --no-journal no session has a journal"""
    with Box() as box:
        r = ended(box.run("--plugin-path", box.fixture("sessions"), "-f", "sessions", "-p", "mock", "--no-journal"), 0, err="")
        same([line for line in r.out.splitlines() if "kept" in line], ["b: beta, kept 0", "c kept: 0"])
        same(os.path.exists(os.path.join(box.home, JOURNALS)), False)


if __name__ == "__main__":
    main()
