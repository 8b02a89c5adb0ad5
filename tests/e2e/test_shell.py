#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""hobnob -e: which command it prints, and what its user can do with it. Nothing is run without a key."""
import base64
import json
import os
import re
import resource
import signal
import termios
import time

from hob import BUILD, HOBNOB, Box, Skip, at_server, ended, holds, lacks, main, same, sanitized, test, test_each, truth
from server import Server, reply

RLO, TAG, ZWSP, NBSP = "\u202e", "\U000e0041", "\u200b", "\u00a0"
ALL, HIDDEN = "e edit  r run  x explain  c copy  q quit > ", "e edit  x explain  q quit > "


def scripted(box, *steps):
    """The options of a mock that plays these steps, each a text or an object."""
    steps = [{"text": step} if isinstance(step, str) else step for step in steps]
    return ("-p", "mock", "-o", "mock.script=" + box.write("s.json", json.dumps({"steps": steps})))


def ask(box, *steps, args=(), env=None):
    """-e on a terminal, its choices shown; where they end."""
    if not os.path.exists(os.path.join(BUILD, "edit-line")):
        raise Skip("built without readline")
    t = box.terminal(*scripted(box, *steps), "-e", *args, "Do it", env={"SHELL": "/bin/sh", **(env or {})})
    return t, t.expect(" > $")


def press(t, key, shown, after):
    """Presses a key; where what it shows ends."""
    t.send(key)
    return t.expect(shown, after=after)


def rows(t):
    """The rows of the terminal."""
    return t.text().replace("\r", "").split("\n")


# ---- in a pipe ---------------------------------------------------------------------------------

@test_each([("plain", "touch owned", "touch owned\n"), ("a block", "Sure:\n```sh\ntouch owned\n```\nBye", "touch owned\n"),
            ("backticks", "`touch owned`", "touch owned\n"), ("a prompt", "$ touch owned", "touch owned\n"),
            ("a newline in front", "\n\nrm -rf owned\n", "rm -rf owned\n"), ("several lines", "cd /\r\ntouch owned\n", "cd /\ntouch owned\n"),
            ("characters of other languages", "echo 'Grüße, 日本'", "echo 'Grüße, 日本'\n")])
def printed(text, out):
    """In a pipe the command is printed, and nothing is run"""
    with Box() as box:
        ended(box.run(*scripted(box, text), "-e", "Do it"), 0, out, "")
        same(sorted(os.listdir(box.cwd)), ["s.json"])


@test_each([("an escape", "ls\x1b]0;owned\x07", "U+001B (line 1, character 3)"), ("a NUL", "ls\0", "U+0000"), ("a direction", f"ls {RLO}x", "U+202E"),
            ("a tag", "ls" + TAG, "U+E0041"), ("no width", "ls" + ZWSP, "U+200B"), ("another blank", f"ls{NBSP}-l", "U+00A0"),
            ("nothing", " \n", "no command came"), ("a remark", "# I cannot do that", "no command came: # I cannot do that"),
            ("1 MB", "x" * (1 << 20), "1048576 bytes came"), ("half of one", {"text": "rm -rf /tmp", "finish": "length"}, "the reply was cut"),
            ("filtered", {"text": "rm -rf /tmp", "finish": "content_filter"}, "the reply was cut")])
def not_printed(step, why):
    """What hides something, is cut, too long or not a command is not printed: status 1, and why"""
    with Box() as box:
        err = ended(box.run(*scripted(box, step), "-e", "Do it"), 1, "").err
        holds(err, "hobnob: -e: ", why, "hobnob sessions show")
        lacks(err, "\x1b", "\0", RLO, TAG)
        lacks(ended(box.run(*scripted(box, step), "--no-journal", "-e", "Do it"), 1, "").err, "hobnob sessions show")


@test
def other_forms():
    """--json gives the closing object, --usage a line, -n and stdin are as always; two blocks are said"""
    with Box() as box:
        done = json.loads(ended(box.run(*scripted(box, "`ls`"), "-e", "--json", "Do it"), 0, err="").out)
        same([done["event"], done["text"]], ["done", "`ls`"])
        ended(box.run(*scripted(box, "ls"), "-e", "--usage", "Do it"), 0, "ls\n", re.compile("^hobnob: tokens [0-9]+ in, 1 out; "))
        ended(box.run(*scripted(box, "```\na\n```\n```\nb\n```\n"), "-e", "Do it"), 0, "a\n", "hobnob: this is the first of 2 blocks of code\n")
        sent = json.loads(ended(box.run("-p", "mock", "--dry-run", "-e", "Do", "it", stdin="with this"), 0).out)
        same(sent["body"][1]["content"], "Do it\n\nwith this")


@test
def asked():
    """The system prompt names the shell and the system, and ends with what -s says; the config file's is left out"""
    with Box() as box:
        box.config("system: You are a pirate.\n")
        for env, shell in (({"SHELL": "/usr/bin/zsh"}, "zsh"), ({}, "sh")):
            sent = json.loads(ended(box.run("-p", "mock", "--dry-run", "-e", "Do it", env=env), 0).out)["body"][0]
            same(sent["role"], "system")
            holds(sent["content"], f"one command for the shell {shell} on ", "no Markdown", "begins with #")
            lacks(sent["content"], "pirate")
        sent = json.loads(ended(box.run("-p", "mock", "--dry-run", "-e", "-s", "Use fd.", "Do it"), 0).out)["body"][0]
        truth(sent["content"].endswith("\n\nUse fd."), sent)


@test
def words_are_a_request():
    """After -e no word is a sub-command, nor taken for a mistyped one"""
    with Box() as box:
        for words in (("config", "git"), ("list", "models"), ("hlep",), ("sessions",)):
            ended(box.run("-p", "mock", "-e", *words), 0, " ".join(words) + "\n", "")
        ended(box.run("config", "-e"), 2, "", "hobnob: -e asks for a command: `hobnob config` takes no -e\n")


@test_each([("-i", "-i"), ("-f", "-f", "stdio"), ("--code", "--code"), ("--schema", "--schema", "x.json")])
def together(*args):
    """-e is a form of the reply by itself"""
    with Box() as box:
        ended(box.run("-p", "mock", "-e", *args, "Do it"), 2, "", f"hobnob: -e and {args[0]}: -e asks for one command, and shows it itself\n")


@test
def frontend_of_the_settings():
    """A frontend that the settings name for conversations does not matter"""
    with Box(HOBNOB_FRONTEND="readline") as box:
        ended(box.run(*scripted(box, "ls"), "-e", "Do it"), 0, "ls\n", "")


@test
def kept():
    """The turn is kept like any other, with the reply as it came, unless --no-journal says otherwise"""
    with Box() as box:
        ended(box.run(*scripted(box, "`ls`"), "--no-journal", "-e", "Do it"), 0, "ls\n")
        ended(box.run("sessions", "list"), 0, "There are no conversations yet.\n")
        ended(box.run(*scripted(box, "`ls`"), "-e", "Do it"), 0, "ls\n")
        holds(ended(box.run("sessions", "show", box.run("sessions", "list").out.split("\n")[1].split()[0]), 0).out, "Do it", "`ls`")
        ended(box.run("-p", "mock", "-c", "-e", "But", "hidden", "ones"), 0, "But hidden ones\n")


# ---- on a terminal -------------------------------------------------------------------------------

@test
def runs():
    """r runs the command by $SHELL, with hobnob's own status; the row with the command stays above its output"""
    with Box() as box:
        t, at = ask(box, "```\necho *_a_* $((6 * 7))\nexit 7\n```")
        same(rows(t), ["echo *_a_* $((6 * 7))", "exit 7", "2 lines: " + ALL])
        t.send("r")
        ended(t.end(), 7)
        same(rows(t), ["echo *_a_* $((6 * 7))", "exit 7", "2 lines: " + ALL + "run", "*_a_* 42", ""])
        truth(t.modes_kept(), "the terminal's modes were not put back")
        t, at = ask(box, "kill -TERM $$")
        t.send("R")
        ended(t.end(), -signal.SIGTERM)


@test
def runs_exactly_that():
    """The shell gets the command as it is, and nothing of it as an option; the shell that is not there is named"""
    with Box() as box:
        shell = box.write("shell", '#!/bin/sh\nprintf "<%s>" "$@"\n', 0o755)
        for command, got in (("ls 'a  b'; #\ttab\n\"$HOME\"", "<-c><ls 'a  b'; #\ttab\n\"$HOME\">"), ("-x", "<-c>< -x>"), ("+x", "<-c>< +x>")):
            t, at = ask(box, command, env={"SHELL": shell})
            t.send("r")
            ended(t.end(), 0)
            same(t.text()[at:].replace("\r", ""), "run\n" + re.sub("\t", "\t", got), command)
        t, at = ask(box, "ls", env={"SHELL": "/nowhere/sh"})
        t.send("r")
        ended(t.end(), 3)
        holds(t.text(), "hobnob: /nowhere/sh: No such file or directory", "SHELL names the shell that runs it")


HOSTILE = ["touch owned", "\n\ntouch owned", "true\rtouch owned", "```\ntouch owned\n```", "touch owned\0", "r\ntouch owned", "\x1b[2J\x1b]0;t\x07touch owned",
           "touch owned\n" + "\n" * 200 + "ls", "\x1b[6n; touch owned", f"touch owned {RLO}x", "`touch owned`", "$(touch owned)"]


@test_each([(repr(step)[:40], step) for step in HOSTILE])
def nothing_without_a_key(step):
    """Nothing runs: not by what was typed before the choices, or Enter as often as you like; q leaves with status 0"""
    with Box() as box:
        if not os.path.exists(os.path.join(BUILD, "edit-line")):
            raise Skip("built without readline")
        t = box.terminal(*scripted(box, {"text": step, "ttft_ms": 150}), "-e", "Do it", env={"SHELL": "/bin/sh"})
        t.send("r")
        at = t.expect(" > $")
        for _ in range(3):
            at = press(t, "\r", "edit: ", at)
            at = press(t, "\r", " > $", at)
        same(sorted(os.listdir(box.cwd)), ["s.json"])
        t.send("q")
        ended(t.end(), 0)
        truth(t.modes_kept(), "the terminal's modes were not put back")
        same(sorted(os.listdir(box.cwd)), ["s.json"])
        lacks(t.text(), "\x1b[2J", "\x1b]0;", "\x1b[6n", RLO)


@test_each([(repr(keys)[:20], keys) for keys in ("r\r", "rrr", "\x1b[C\x1bOr", "\x1b[200~r\x1b[201~", "z", "z" * 64 + "r", "z" * 4000 + "r")])
def pasted(keys):
    """What comes together is no key, in however many pieces it is read: a paste whose last piece is an r runs nothing"""
    with Box() as box:
        t, _ = ask(box, "touch owned")
        t.send(keys)
        t.taken()
        t.send("\x03")
        ended(t.end(), -signal.SIGINT)
        same(sorted(os.listdir(box.cwd)), ["s.json"])
        truth(t.modes_kept(), "the terminal's modes were not put back")


@test_each([("q", "q", 0), ("Ctrl-D", "\x04", 0), ("Esc", "\x1b", 0), ("Ctrl-C", "\x03", -signal.SIGINT)])
def leaves(key, status):
    """It ends without running anything"""
    with Box() as box:
        t, _ = ask(box, "touch owned")
        t.send(key)
        ended(t.end(), status)
        same(sorted(os.listdir(box.cwd)), ["s.json"])
        truth(t.modes_kept(), "the terminal's modes were not put back")


@test_each([("at the choices", ""), ("in the line", "e")])
def ended_from_outside(keys):
    """SIGTERM ends it at the choices and while a line is edited, and the terminal is as it was; Ctrl-\\ is no key there"""
    with Box() as box:
        t, at = ask(box, "touch owned")
        if keys:
            press(t, keys, "edit: touch owned", at)
        t.send("\x1c")
        t.taken()
        t.signal(signal.SIGTERM)
        ended(t.end(), -signal.SIGTERM)
        truth(t.modes_kept(), "the terminal's modes were not put back")
        same(sorted(os.listdir(box.cwd)), ["s.json"])
        same(t.text().count("\x1b[?2004h"), t.text().count("\x1b[?2004l"))


@test_each([(f"{rows} x {columns}", (rows, columns)) for rows, columns in ((1, 2), (3, 2), (24, 1), (0, 0))])
def narrow(size):
    """A line can be edited whatever the terminal's size is"""
    with Box() as box:
        t, at = ask(box, "echo first; echo second; " * 3)
        termios.tcsetwinsize(t.slave, size)
        at = press(t, "e", "2004h", at)
        t.send("\x01\x05\x15echo done")
        t.taken()
        at = press(t, "\r", re.escape(ALL) + "$", at)
        t.send("r")
        holds(ended(t.end(), 0).out, "run\r\ndone\r\n")
        truth(t.modes_kept(), "the terminal's modes were not put back")


@test
def hidden():
    """What hides something is shown with it, and cannot be run or copied; edited, it can"""
    with Box() as box:
        t, at = ask(box, f"echo a{RLO}b")
        same(rows(t), ["echo a<U+202E>b", "hobnob: the command holds U+202E (line 1, character 7), which does not show as what it is",
                       "  it cannot be run or copied as it is", HIDDEN])
        t.send("r")
        t.taken()
        time.sleep(0.5)  # a key has silence after it
        same(t.text()[at:], "")
        at = press(t, "e", "edit: echo a<U\\+202E>b", at)
        at = press(t, "\x03", re.escape(HIDDEN) + "$", at)  # given up: it is what it was
        at = press(t, "e", "edit: echo a<U\\+202E>b", at)
        at = press(t, f"\x15echo {ZWSP}\r", r"holds U\+200B .*" + re.escape(HIDDEN) + "$", at)
        at = press(t, "e", "edit: ", at)
        at = press(t, "\x15echo b\r", re.escape(ALL) + "$", at)
        t.send("r")
        ended(t.end(), 0)
        holds(t.text()[at:], "b\r\n")


@test
def edits():
    """e, or Enter, edits the command in its place, with readline's keys; Ctrl-C and an empty line leave it as it was"""
    with Box() as box:
        t, at = ask(box, "echo one")
        at = press(t, "\r", "edit: echo one", at)
        at = press(t, "\x1a Grüße\x01\x0b\x19\r", " > $", at)
        at = press(t, "e", "edit: echo one Grüße", at)
        at = press(t, "xyz\x03", " > $", at)
        at = press(t, "e", "edit: echo one Grüße", at)
        at = press(t, "\x15\r", " > $", at)
        at = press(t, "e", "edit: echo one Grüße", at)
        at = press(t, "\x1b\recho two\r", "2 lines: .* > $", at)
        t.send("r")
        ended(t.end(), 0)
        same(t.text()[at:].replace("\r", ""), "run\none Grüße\ntwo\n")
        truth(t.modes_kept(), "the terminal's modes were not put back")


@test
def explains():
    """x explains the command as it stands now in a turn of the same conversation, rendered; then there are the choices again"""
    with Box() as box:
        t, at = ask(box, "ls *_a_*", {"match": "^Explain this command:\n\nls \\*_a_\\* -l$", "text": "It **lists** all.\n\nBye."},
                    env={"HOBNOB_MARKDOWN": "auto"})
        at = press(t, "e", "edit: ", at)
        at = press(t, " -l\r", " > $", at)
        at = press(t, "x", re.escape("explain\r\nIt \x1b[") + "[0-9;]*mlists\x1b.* all\\.\r\n\r\nBye\\.\r\n" + re.escape(ALL) + "$", at)
        at = press(t, "x", "explain\r\nhobnob: .*" + re.escape(ALL) + "$", at)  # the script has ended: the command is still there
        t.send("q")
        ended(t.end(), 0)
        lacks(t.text(), "**")


@test
def interrupted_explanation():
    """Ctrl-C stops an explanation, and the choices are there again"""
    with Box() as box:
        t, at = ask(box, "ls", {"text": "It lists all there is.", "delta_ms": 10000}, env={"HOBNOB_STREAM": "true"})
        t.send("x")
        at = t.expect("explain\r\nIt", after=at)
        at = press(t, "\x03", re.escape(ALL) + "$", at)
        t.send("q")
        ended(t.end(), 0)


@test
def asked_in_words():
    """The explanation is asked for with the command and its request before it"""
    with Server(reply("ls -l"), reply("Lists.")) as server, at_server(server, SHELL="/bin/sh") as box:
        t = box.terminal("-p", "openai", "-e", "Do it")
        at = t.expect(" > $")
        press(t, "x", "Lists\\..* > $", at)
        t.send("q")
        ended(t.end(), 0)
        same([m["content"] for m in server.requests[-1].json["messages"]][1:], ["Do it", "ls -l", "Explain this command:\n\nls -l"])


@test
def its_own_limits():
    """The command has the limit of core files that hobnob was started with, not the one that protects a key"""
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    if hard == 0 or sanitized():
        raise Skip("no core files are allowed here, or a sanitizer forbids them")
    most = "unlimited" if hard == resource.RLIM_INFINITY else str(hard // 512)
    with Server(reply("echo core $(ulimit -S -c)")) as server, at_server(server, SHELL="/bin/sh") as box:
        t = box.terminal("-c", f'ulimit -S -c {most}; exec {HOBNOB} -p openai -e "Do it"', argv=["/bin/sh"])
        t.expect(" > $")
        t.send("r")
        ended(t.end(), 0)
        holds(t.text(), f"core {most}\r\n")


@test
def copies():
    """c gives the command to the terminal's clipboard; a terminal without escape sequences has no such choice"""
    with Box() as box:
        t, at = ask(box, "```\necho 'ü'\nls\n```")
        t.send("c")
        t.expect("copied 12 bytes, if your terminal allows it \\(OSC 52\\)\r\n2 lines: .* > $", after=at)
        same([base64.b64decode(m).decode() for m in re.findall(r"\x1b\]52;c;([^\x1b]*)\x1b\\", t.text())], ["echo 'ü'\nls"])
        t.send("q")
        ended(t.end(), 0)
    with Box(TERM="dumb") as box:
        t, at = ask(box, "ls")
        same(rows(t), ["ls", ALL.replace("c copy  ", "")])
        t.send("q")
        ended(t.end(), 0)
        lacks(t.text(), "\x1b")


@test
def with_a_pipe():
    """What is piped in goes with the request; the command has the terminal as its input, and Ctrl-C is the command's own"""
    with Box() as box:
        args = " ".join(f"'{a}'" for a in scripted(box, {"match": "Do it\n\nwith this", "text": "echo ready; read x; echo \"<$x>\"; exec cat"}))
        t = box.terminal("-c", f"echo with this | exec {HOBNOB} {args} -e Do it", argv=["/bin/sh"], env={"SHELL": "/bin/sh"})
        at = t.expect(" > $")
        at = press(t, "r", "ready\r\n", at)
        at = press(t, "typed\r", "<typed>\r\n", at)
        press(t, "twice\r", "twice\r\ntwice\r\n", at)
        t.send("\x03")
        truth(t.end().status in (130, -signal.SIGINT), t.text())


@test
def failed_turn():
    """A turn that fails has no choices, and its own status"""
    with Box() as box:
        for step, status, shown in (({"error": {"kind": "auth", "message": "no"}}, 4, "hobnob: "), ("# I cannot do that", 1, "no command came: # I cannot do that")):
            t = box.terminal(*scripted(box, step), "-e", "Do it")
            ended(t.end(), status)
            holds(t.text(), shown)
            lacks(t.text(), " > ")


if __name__ == "__main__":
    main()
