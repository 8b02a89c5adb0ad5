#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""One question between other programs: pipes in and out, attachments, and outputs that are closed or full."""
import json
import os
import re
import shutil
import signal
import subprocess

from hob import HOBNOB, Box, Skip, at_server, ended, holds, main, same, test, test_each, truth
from server import Server, reply

MOCK = ("-p", "mock")
ATTACH_HINT = ("  -a takes text files in UTF-8, up to 64 MiB, and PNG, JPEG, GIF and WebP images, up to 20 MiB; "
               "what comes from a pipe goes to standard input\n")


def shell(box, line, **more):
    """Runs a line of the shell, in which $H is the program."""
    return box.run("-c", line, argv=["/bin/sh"], env={"H": HOBNOB}, **more)


def script_of(box, *steps):
    """The option that has the mock play these steps."""
    return "mock.script=" + box.write("s.json", json.dumps({"steps": steps}))


# ---- in ------------------------------------------------------------------------------------------

@test
def commit_message():
    """git diff | hobnob "Write a commit message": the prompt, a blank line, the diff; the reply alone comes out"""
    if not shutil.which("git"):
        raise Skip("git is not installed")
    with Server(reply("Begin x with 1")) as server, at_server(server) as box:
        git = "git -c init.defaultBranch=main -c user.name=Ada -c user.email=ada@localhost"
        box.write("a.c", "int x;\n")
        ended(shell(box, f"{git} init -q && {git} add a.c && {git} commit -qm One"), 0, "", "")
        box.write("a.c", "int x = 1;\n")
        diff = ended(shell(box, "git diff"), 0).out
        holds(diff, "-int x;\n+int x = 1;\n")
        ended(shell(box, 'git diff | "$H" "Write a commit message"'), 0, "Begin x with 1\n", "")
        same(server.chats[0].messages, [("user", "Write a commit message\n\n" + diff.rstrip("\n"))])
        ended(shell(box, f'git diff | "$H" "Write a commit message" | {git} commit -qaF -'), 0, "", "")
        ended(shell(box, "git log -1 --format=%s"), 0, "Begin x with 1\n")


@test
def comparison():
    """hobnob -a a.c -a b.c "Compare": the prompt, then each file with its name between fences, a blank line between each two"""
    with Server(reply("b.c has more.")) as server, at_server(server) as box:
        box.write("a.c", "int a;\n\n\tint tab;\n")
        box.write("b.c", "int b; /* ü */")
        ended(box.run("-n", "-a", "a.c", "-a", "b.c", "Compare"), 0, "b.c has more.\n", "")
        same(server.chats[0].messages, [("user", "Compare\n\na.c:\n```\nint a;\n\n\tint tab;\n```\n\nb.c:\n```\nint b; /* ü */\n```\n")])


@test
def empty_attachment():
    """An empty attachment adds nothing; alone it is an empty prompt"""
    with Box() as box:
        box.write("empty", "")
        ended(box.run(*MOCK, "-n", "-a", "empty", "-a", "empty", "hi"), 0, "hi\n", "")
        ended(box.run(*MOCK, "-n", "-a", "empty"), 2, "", "hobnob: the prompt is empty\n"
              "  give a PROMPT, a file with -a, or pipe one in\n")


def refused(box, server, name, why):
    """An attachment is refused in these words, and nothing was sent."""
    ended(box.run("-n", "-a", "good", "-a", name, "hi"), 2, "", f"hobnob: cannot attach {name}: {why}\n{ATTACH_HINT}")
    same(server.requests, [])


@test_each([("missing", "gone", None, "No such file or directory"),
            ("in a folder that is none", "good/x", None, "Not a directory"),
            ("a directory", ".", None, "is a directory"),
            ("a device", "/dev/null", None, "not a regular file")])
def bad_attachment(name, content, why):
    """A bad attachment is a usage error that names it, and nothing is sent"""
    with Server(reply("No.")) as server, at_server(server) as box:
        box.write("good", "good\n")
        if content is not None:
            box.write(name, content)
        refused(box, server, name, why)


@test
def pipe_attached():
    """A named pipe is refused at once, without anybody writing to it"""
    with Server(reply("No.")) as server, at_server(server) as box:
        box.write("good", "good\n")
        os.mkfifo(os.path.join(box.cwd, "fifo"))
        refused(box, server, "fifo", "not a regular file")


@test
def large_attached():
    """An attachment of more than 64 MiB is refused"""
    with Server(reply("No.")) as server, at_server(server) as box:
        box.write("good", "good\n")
        os.truncate(box.write("large", "x"), (64 << 20) + 1)
        refused(box, server, "large", f"larger than {64 << 20} bytes")


@test
def unreadable_attached():
    """A file that may not be read is refused"""
    nobody = {"user": 65534, "group": 65534, "extra_groups": []} if os.getuid() == 0 else {}
    with Server(reply("No.")) as server, at_server(server) as box:
        box.write("secret", "secret", 0)
        os.chmod(box.home, 0o755)
        if nobody and subprocess.run(["sh", "-c", '"$0" --version', HOBNOB], cwd="/", capture_output=True, check=False, **nobody).returncode:
            raise Skip("root may read everything, and nobody else may run the program where it was built")
        ended(box.run("-n", "-a", "secret", "hi", **nobody), 2, "",
              "hobnob: cannot attach secret: Permission denied\n" + ATTACH_HINT)
        same(server.requests, [])


# ---- out -----------------------------------------------------------------------------------------

@test
def json_and_usage():
    """--json and --usage together: one object on stdout, one line on stderr"""
    with Server(reply("Two words", (12, 3))) as server, at_server(server) as box:
        r = ended(box.run("-n", "--json", "--usage", "hi"), 0, err=re.compile(r"\Ahobnob: tokens 12 in, 3 out; cost unpriced; "
                                                                             r"time \d+\.\d{3} s, first text after \d+\.\d{3} s; test-model\n\Z"))
        done = json.loads(r.out)
        same(r.out, json.dumps(done, separators=(",", ":")) + "\n")
        same([done[k] for k in ("event", "finish", "text", "cost")], ["done", "stop", "Two words", None])
        same(done["usage"], {"prompt_tokens": 12, "completion_tokens": 3, "cached_tokens": 0, "reasoning_tokens": None})


@test
def json_error():
    """--json of a turn that fails is the error, with the kind's status; what came of the reply is in it"""
    with Box() as box:
        failing = {"text": "Half of", "error": {"kind": "unavailable", "status": 502, "message": "gone"}}
        r = ended(box.run(*MOCK, "-n", "--json", "-o", script_of(box, failing), "hi"), 6, err="")
        error = json.loads(r.out)
        same([error[k] for k in ("event", "kind", "status", "message", "partial")],
             ["error", "unavailable", 502, "gone", "Half of"])


EMPTY = "hobnob: the reply is empty: the server sent no text\n"


@test_each([("no newline", {"text": "word"}, "word\n", "stop", ""), ("a newline", {"text": "word\n"}, "word\n", "stop", ""),
            ("nothing", {"text": ""}, "\n", "stop", EMPTY), ("newlines", {"text": "\n\n"}, "\n\n", "stop", EMPTY),
            ("cut at its limit", {"text": "Too", "finish": "length"}, "Too\n", "length",
             "hobnob: the reply was cut at its length limit\n")])
def reply_ends(step, out, finish, err):
    """stdout is the reply, ended by one newline"""
    with Box() as box:
        args = (*MOCK, "-n", "-o", script_of(box, {**step, "times": 0}), "hi")
        ended(box.run(*args), 0, out, err)
        done = json.loads(ended(box.run(*args, "--json"), 0, err=err if err == EMPTY else "").out)
        same([done["finish"], done["text"]], [finish, step["text"]])


LONG = "y\n" * 500000


@test_each([("a word", "hi"), ("a long reply", LONG)])
def full_disk(said):
    """A disk that is full is exit 1, told in one line"""
    with Box() as box:
        for args in ("", "--json", "-i"):
            r = shell(box, f'"$H" -p mock {args} >/dev/full', stdin=said)
            ended(r, 1, "", "hobnob: cannot write the output: No space left on device\n")


@test
def full_later():
    """A disk that fills up in the middle of a reply is told; what was written is a piece of the reply"""
    with Box() as box:
        r = shell(box, 'ulimit -f 8; exec "$H" -p mock --no-journal >out', stdin=LONG)
        ended(r, 1, "", "hobnob: cannot write the output: File too large\n")
        written = box.read("out")
        truth(written and LONG.startswith(written), len(written))


@test
def closed_output():
    """An output that was closed from the start is exit 1, told in one line"""
    with Box() as box:
        for args in ("-n hi", "-n --json hi", "-n --dry-run hi", "--version"):
            r = shell(box, f'exec "$H" -p mock {args} >&-')
            ended(r, 1, "", re.compile(r"\Ahobnob: .*: Bad file descriptor\n\Z"))


@test_each([("text", ()), ("--json", ("--json",))])
def gone_reader(args):
    """A reader that went away ends it by SIGPIPE, without a word"""
    with Box() as box, open(box.write("long", LONG), "rb") as said:
        process = subprocess.Popen([HOBNOB, *MOCK, *args], env=box.env, cwd=box.cwd, stdin=said,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.read(1)
        process.stdout.close()
        err = process.stderr.read()
        process.stderr.close()
        same([process.wait(20), err], [-signal.SIGPIPE, b""])


@test
def head_of_it():
    """hobnob | head -n 1 shows the first line and nothing on stderr"""
    with Box() as box:
        ended(shell(box, '"$H" -p mock | head -n 1', stdin=LONG), 0, "y\n", "")


@test_each([("closed", ">&-"), ("full", ">/dev/full")])
def lost_errors(where):
    """A stderr that is closed or full loses no reply"""
    with Box() as box:
        step = {"text": "Too", "finish": "length", "times": 0}  # that is told on stderr, and so is --usage
        option = script_of(box, step)
        ended(shell(box, f'exec "$H" -p mock -n -v --usage -o {option} hi 2{where}'), 0, "Too\n", "")
        r = ended(shell(box, f'exec "$H" -p mock -n --json --usage -o {option} hi 2{where}'), 0, err="")
        same(json.loads(r.out)["text"], "Too")


@test
def long_way():
    """What goes through a pipe of three comes out whole, byte for byte"""
    with Box() as box:
        text = "".join(f"line {i}: ü 漢字 \U0001f600\n" for i in range(20000))
        same(shell(box, '"$H" -p mock | "$H" -p mock | "$H" -p mock', stdin=text).raw, text.encode())


if __name__ == "__main__":
    main()
