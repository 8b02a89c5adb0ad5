#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""exec: programs that answer, fail, print nonsense, hang, and leave others behind; what they get, and that nothing of them stays."""
import base64
import json
import os
import re
import signal
import sys
import time

from hob import SRC, Box, ended, holds, lacks, lines_of, main, same, test, test_each, truth

PATIENCE = 20  # seconds for what comes at once
SAY = """import json, os, signal, sys, time
def say(event, **members):
    print(json.dumps({"event": event, **members}), flush=True)
"""
READ = "request = json.loads(sys.stdin.readline())\n"
END = 'say("finish", finish="stop")\n'


def command(*argv):
    """The arguments that make it the provider."""
    return "-p", "exec", "-o", "exec.command=" + json.dumps(argv)


def python(box, text):
    """The same for a program in Python."""
    return command(sys.executable, box.write("it.py", SAY + text))


def event(box, *args, stdin=None, env=None):
    """The closing event of one turn."""
    return lines_of(box.run(*args, "--json", "hello", stdin=stdin, env=env).out)[-1]


def ends(pid):
    """The process ends, or has; a zombie of init's has."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8") as f:
                if f.read().rpartition(")")[2].split()[0] == "Z":
                    return
        except (FileNotFoundError, ProcessLookupError):
            return
        time.sleep(0.005)
    raise AssertionError(f"{pid} still runs")


@test
def answers():
    """Text, reasoning, usage, cost, the model and the end arrive"""
    with Box() as box:
        got = event(box, *python(box, READ + """say("model", model="real-1", upstream="up")
say("reasoning", text="hm")
say("text", text="Hé")
say("text", text="llo")
say("usage", prompt_tokens=3, completion_tokens=1, cached_tokens=2, cost="0.0001")
say("finish", finish="length")
"""))
        same((got["text"], got["finish"], got["cost"], got["cost_source"]), ("Héllo", "length", "0.0001", "provider"))
        same(got["usage"], {"prompt_tokens": 3, "completion_tokens": 1, "cached_tokens": 2, "reasoning_tokens": None})


@test
def request():
    """The program reads what is set, and the messages as the journal has them"""
    with Box() as box:
        it = python(box, 'open("got", "w").write(sys.stdin.read())\n' + END)
        ended(box.run(*it, "-m", "some", "-s", "Be brief.", "-o", "temperature=0.3", "-o", "max_tokens=7", "-o", "seed=3",
                      "-o", 'stop=["x","y"]', "hello"), 0, "\n", re.compile("the reply is empty"))
        lines = box.read("got").splitlines()
        same(len(lines), 1)
        got = json.loads(lines[0])
        holds(lines[0], '"temperature":0.3,')
        same(got["messages"][0], {"role": "system", "text": "Be brief."})
        same([got["messages"][1][k] for k in ("role", "text")], ["user", "hello"])
        same({k: got[k] for k in ("hobnob", "version", "model", "temperature", "max_tokens", "seed", "stop", "stream")},
             {"hobnob": "request", "version": 1, "model": "some", "temperature": 0.3, "max_tokens": 7, "seed": 3,
              "stop": ["x", "y"], "stream": True})
        lacks(lines[0], "top_p", "schema", "tools", "extra")


PROMISED = {"top_p": 0.25, "schema_name": "answer", "schema": {"type": "object"}, "extra": {"tier": "flex", "n": [1]},
            "tools": [{"name": "now"}, {"name": "tide", "description": "when", "schema": {"type": "object"}}]}


@test
def relayed():
    """Tools, the choice among them, schema, extra and top_p reach the program; its call and the result come back in their places"""
    call = {"type": 5, "id": "c1", "name": "tide", "data": '{"port":"Wick"}'}
    result = {"type": 6, "id": "c1", "name": "tide", "data": "04:10"}
    asks = {"messages": [{"role": 2, "text": "when?"}], "tool_choice": 3, "tool_name": "tide", **PROMISED}
    with Box() as box:
        it = python(box, 'line = sys.stdin.readline()\nopen("got", "a").write(line)\nif "tool_result" not in line:\n'
                    '    say("tool_call", id="c1", name="tide", arguments={"port": "Wick"})\n'
                    '    say("finish", finish="tool_calls")\n    sys.exit()\nsay("text", text="Early.")\n' + END)
        then = {"messages": [*asks["messages"], {"role": 3, "parts": [call]}, {"role": 4, "parts": [result]}], "tools": PROMISED["tools"]}
        run = ended(box.run("--plugin-path", box.fixture("relay"), "-f", "relay", *it, stdin=json.dumps(asks) + "\n" + json.dumps(then) + "\n"), 0)
        events = [json.loads(line) for line in run.out.splitlines()]
        same([e["part"] for e in events if e.get("on") == "part"], [call])
        same([(e["finish"], e.get("text")) for e in events if e.get("on") == "done"], [(6, None), (1, "Early.")])
        first, second = map(json.loads, box.read("got").splitlines())
        same({k: first[k] for k in (*PROMISED, "tool_choice", "tool_name")}, {**PROMISED, "tool_choice": "named", "tool_name": "tide"})
        same([(m["role"], m.get("parts")) for m in second["messages"]], [
            ("user", None), ("assistant", [{"at": 0, "type": "tool_call", "id": "c1", "name": "tide", "data": call["data"]}]),
            ("tool", [{"at": 0, "type": "tool_result", "id": "c1", "name": "tide", "data": "04:10"}])])


GIF = base64.b64encode(b"GIF89a\x01\0\x01\0\0\0\0;").decode()


@test
def images():
    """An image goes to the program, one of its own is kept, and comes back to it in its place"""
    with Box() as box:
        box.write("dot.gif", base64.b64decode(GIF))
        it = python(box, READ + """open("got", "a").write(json.dumps(request["messages"]) + "\\n")
say("text", text="ab"); say("image", mime="image/gif", name="own.gif", base64="%s"); say("text", text="c")
""" % GIF + END)
        first = lines_of(ended(box.run(*it, "-f", "jsonl", stdin='{"say":"What?","attach":["dot.gif"]}\n'), 0).out)
        same([(e["type"], e["name"], e["mime"], e["base64"]) for e in first if e["event"] == "part"], [("image", "own.gif", "image/gif", GIF)])
        ended(box.run(*it, "-c", "-f", "stdio", "-i", stdin="two\n"), 0)
        sent, again = map(json.loads, box.read("got").splitlines())
        dot = [{"at": 5, "type": "image", "name": "dot.gif", "mime": "image/gif", "base64": GIF}]
        same([(m["text"], m.get("parts")) for m in sent], [("What?", dot)])
        same([(m["text"], m.get("parts")) for m in again], [("What?", dot), (
            "abc", [{"at": 2, "type": "image", "name": "own.gif", "mime": "image/gif", "base64": GIF}]), ("two", None)])


@test
def schema_of_a_file():
    """--schema reaches the program, with a name after its file"""
    with Box() as box:
        path = box.write("answer.json", '{"type":"object"}')
        it = python(box, READ + 'say("text", text=json.dumps([request["schema_name"], request["schema"]]))\n' + END)
        ended(box.run(*it, "--schema", path, "hello"), 0, '["answer", {"type": "object"}]\n')


@test
def own_bytes():
    """Opaque bytes come back in their place with the next request"""
    with Box() as box:
        it = python(box, READ + """open("got", "a").write(json.dumps(request["messages"]) + "\\n")
say("text", text="ab"); say("opaque", name="sig", data="S"); say("text", text="c")
""" + END)
        ended(box.run(*it, "-f", "stdio", "-i", stdin="one\ntwo\n"), 0)
        second = json.loads(box.read("got").splitlines()[1])
        same([(m["role"], m["text"], m.get("parts")) for m in second],
             [("user", "one", None), ("assistant", "abc", [{"at": 2, "type": "opaque", "name": "sig", "data": "S"}]),
              ("user", "two", None)])


@test_each([
    ("not found", ["no-such-program"], "config", 'the program "no-such-program" was not found'),
    ("not executable", ["/dev/null"], "config", 'the program "/dev/null" cannot be run: Permission denied'),
    ("exit status", ["sh", "-c", "echo oh >&2; echo bad luck >&2; exit 3"], "plugin",
     'the program "sh" ended with exit status 3: bad luck'),
    ("signal", ["sh", "-c", "kill -9 $$"], "plugin", 'the program "sh" was ended by signal 9'),
    ("no finish", ["sh", "-c", 'echo \'{"event":"text","text":"a"}\''], "truncated",
     'the program "sh" ended without the event finish'),
    ("half a line", ["printf", '{"event":"te'], "truncated", 'the program "printf" ended in the middle of a line'),
    ("not JSON", ["echo", "hello"], "protocol", "line 1 is not a JSON object: hello"),
    ("a list", ["echo", "[]"], "protocol", "line 1 is not a JSON object: []"),
    ("no event", ["echo", "{}"], "protocol", 'line 1 names no "event"'),
    ("no text", ["echo", '{"event":"text"}'], "protocol", 'line 1: the event "text" needs a string as "text"'),
    ("not UTF-8", ["printf", '\\n{"event":"text","text":"\\377"}\\n'], "protocol", "line 2 is not UTF-8"),
    ("a long line", ["head", "-c", "2000000", "/dev/zero"], "protocol", "line 1 is longer than 1 MiB"),
    ("too much", [sys.executable, "-c", 'while True: print(\'{"event":"x","y":"%s"}\' % ("y" * 900000))'], "protocol",
     "more than 64 MiB"),
    ("its own error", ["echo", '{"event":"error","kind":"quota","message":"empty","status":402}'], "quota", "empty"),
    ("an unknown kind", ["echo", '{"event":"error","kind":"strange","message":"so it is"}'], "plugin", "so it is"),
])
def failures(argv, kind, message):
    """A program that fails is named with its reason"""
    with Box() as box:
        got = event(box, *command(*argv), "-o", "retries=0")
        same((got["event"], got["kind"]), ("error", kind), str(got))
        holds(got["message"], message)


@test
def quotes_standard_error():
    """What it wrote to standard error is quoted, its last 4 KiB"""
    with Box() as box:
        got = event(box, *python(box, 'sys.stderr.write("x" * 9000 + "\\nfirst\\nlast \\xff\\n"); sys.exit(1)\n'))
        holds(got["message"], "exit status 1: last ÿ")
        holds(got["hint"], "xxx\nfirst\nlast ÿ")
        truth(len(got["hint"].encode()) < 4200, len(got["hint"]))


@test
def silence():
    """A program that prints nothing for timeout_ms is ended"""
    with Box() as box:
        got = event(box, *python(box, 'open("pid", "w").write(str(os.getpid()))\nsignal.pause()\n'), "-o", "exec.timeout_ms=500")
        same(got["kind"], "timeout")
        holds(got["message"], "printed no line for 500 ms")
        if os.path.exists(os.path.join(box.cwd, "pid")):
            ends(box.read("pid"))


@test
def odd_lines():
    """Unknown events, empty lines, CR LF and a last line without its newline do no harm"""
    with Box() as box:
        got = event(box, "-p", "exec", "-o", "exec.command=" + json.dumps(["printf", "%s", "\n".join((
            '{"event":"later","x":[1]}', "", "  ", '{"event":"text","text":"a"}\r', '{"event":"text","text":"b"}',
            '{"event":"finish","finish":"stop"}'))]))
        same((got["event"], got["text"], got["finish"]), ("done", "ab", "stop"))


@test
def calls_and_remarks():
    """A tool call, a notice and an end of its own word arrive"""
    with Box() as box:
        it = python(box, READ + """say("notice", text="mind the gap")
say("progress", text="loading", done=0.5)
say("tool_call", id="c1", name="clock", arguments={"zone": "UTC"})
say("finish", finish="tool_calls")
""")
        run = box.run(*it, "-f", "jsonl", stdin='{"say":"time?"}\n')
        events = lines_of(run.out)
        same([e["text"] for e in events if e["event"] == "notice"][0], "mind the gap")
        same(events[-1]["finish"], "tool_calls")
        holds(run.out, "clock")


@test
def retries():
    """A program that is busy is asked again"""
    with Box() as box:
        it = python(box, """if not os.path.exists("asked"):
    open("asked", "w").close()
    say("error", kind="rate_limited", message="busy", retry_after_ms=1)
    sys.exit()
say("text", text="here")
""" + END)
        ended(box.run(*it, "hello"), 0, "here\n", re.compile("retry 1 in 0.001 s"))


@test
def no_deadlock():
    """A large request and a large reply cross, whichever comes first"""
    with Box() as box:
        it = python(box, 'for i in range(40):\n    say("text", text="y" * 50000)\n' + READ +
                    'say("text", text=str(len(request["messages"][-1]["text"])))\n' + END)
        run = box.run(*it, stdin="x" * 3000000)
        ended(run, 0, "y" * 2000000 + "3000000\n")


@test
def reads_nothing():
    """A program that does not read the request answers all the same"""
    with Box() as box:
        it = python(box, "os.close(0)\n" + 'say("text", text="no need")\n' + END)
        ended(box.run(*it, stdin="x" * 3000000), 0, "no need\n")


@test
def lives_on():
    """A program that closes its output and lives on is ended, and the reply stands"""
    with Box() as box:
        it = python(box, READ + 'say("text", text=str(os.getpid()))\n' + END + "sys.stdout.close(); os.close(1)\nsignal.pause()\n")
        run = ended(box.run(*it, "hello"), 0)
        ends(run.out.strip())


@test
def fails_after_the_end():
    """A program that fails after its reply is complete is a remark"""
    with Box() as box:
        it = python(box, READ + 'say("text", text="whole")\n' + END + "sys.exit(4)\n")
        ended(box.run(*it, "hello"), 0, "whole\n", re.compile("the reply is complete, but the program ended with exit status 4"))


@test_each([("one that TERM ends", ""), ("one that ignores TERM", "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n")])
def interrupted(prepare):
    """Ctrl-C ends the program and what it started, keeps the text, and leaves no zombie"""
    with Box() as box:
        it = python(box, prepare + READ + """if request["messages"][-1]["text"] == "two":
    say("text", text="again"); say("finish", finish="stop"); sys.exit()
child = os.fork()
if not child:
    signal.pause()
say("text", text="pids %d %d\\n" % (os.getpid(), child))
signal.pause()
""")
        run = box.start(*it, "-f", "stdio", "-i")
        run.send("one\n")
        run.expect(r"pids \d+ \d+\n")
        pids = re.findall(r"\d+", run.text())
        run.signal()
        run.expect(r"\(interrupted\)", "err")
        truth(not os.path.exists(f"/proc/{pids[0]}"), "the program is not reaped")
        ends(pids[1])
        run.send("two\n")
        run.expect("again")
        run.close()
        ended(run.end(), 0)


@test
def impatient():
    """Ctrl-C again and again ends hobnob, and a program that ignores SIGTERM with it"""
    with Box() as box:
        it = python(box, "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + READ +
                    'say("text", text="pid %d\\n" % os.getpid())\nsignal.pause()\n')
        run = box.start(*it, "hello")
        run.close()
        run.expect(r"pid \d+\n")
        while run.process.poll() is None:
            run.signal()
            time.sleep(0.02)
        ended(run.end(), -signal.SIGINT)
        ends(re.search(r"\d+", run.text()).group())


@test
def descriptors():
    """The program has three descriptors, whatever hobnob inherited, and leads its process group"""
    with Box() as box:
        it = python(box, READ + 'say("text", text=" ".join(sorted(os.listdir("/proc/self/fd"))[:3]) + str(len(os.listdir("/proc/self/fd")))'
                    ' + " " + str(os.getpgrp() == os.getpid()))\n' + END)
        stray = os.open("/dev/null", os.O_RDONLY)
        run = box.start(*it, "hello", pass_fds=(stray,))
        run.close()
        ended(run.end(), 0, "0 1 24 True\n")  # and the one that lists the folder
        os.close(stray)


@test
def environment():
    """The environment holds what was declared, and the secret, which is shown nowhere"""
    with Box(PRIVATE="p", SHARED="s", OPENAI_API_KEY="sk-0123456789abcdefghij") as box:
        it = python(box, READ + """open("got", "w").write(json.dumps(dict(os.environ)))
sys.stderr.write("my key is " + os.environ["MY_KEY"] + "\\nand more\\n")
sys.exit(1)
""")
        run = box.run(*it, "-o", 'exec.env=["SHARED"]', "-o", "exec.secret_name=MY_KEY", "-vv", "hello",
                      env={"HOBNOB_EXEC_SECRET": "very-secret-value"})
        ended(run, 1, "")
        got = json.loads(box.read("got"))
        same((got["MY_KEY"], got["SHARED"], got["HOME"]), ("very-secret-value", "s", box.home))
        same(set(got) - {"PATH", "HOME", "LANG", "TMPDIR", "TERM", "USER", "MY_KEY", "SHARED"} - {k for k in got if k.startswith("LC_")}, set())
        holds(run.err, "\nhobnob: my key is [secret]\nhobnob: and more\n")
        lacks(run.err + run.out, "very-secret-value")


@test
def key_in_what_it_says():
    """The key is taken out of a notice, of what the program waits for, and of the names of the model and of who serves it"""
    with Box() as box:
        it = python(box, READ + """key = os.environ["SECRET"]
say("notice", text="the key is " + key)
say("progress", text="waiting with " + key)
say("model", model="m-" + key, upstream="up-" + key)
say("text", text="ok")
""" + END)
        r = ended(box.run(*it, "-f", "jsonl", stdin='{"say":"Hi"}\n', env={"HOBNOB_EXEC_SECRET": "very-secret-value"}), 0, err="")
        lacks(r.out, "very-secret")
        events = lines_of(r.out)
        same([e["text"] for e in events if e["event"] in ("notice", "progress")], ["the key is [secret]", "waiting with [secret]"])
        same((events[-1]["model"], events[-1]["upstream"]), ("m-[secret]", "up-[secret]"))


@test
def found_dotenv():
    """A .env that was found never names the program, nor what it gets"""
    with Box() as box:
        box.write(".env", 'HOBNOB_PROVIDER=exec\nHOBNOB_EXEC_COMMAND=["touch","ran"]\n')
        run = box.run("hello")
        same(run.status, 3)
        holds(run.err, "HOBNOB_EXEC_COMMAND is ignored: a .env that was found may not set it", "command")
        truth(not os.path.exists(os.path.join(box.cwd, "ran")), "it ran")
        it = python(box, READ + 'say("text", text=os.environ.get("SECRET", "") + os.environ.get("LD_X", ""))\n' + END)
        box.write(".env", "HOBNOB_EXEC_SECRET_NAME=LD_X\nHOBNOB_EXEC_SECRET=of-the-folder\n")
        ended(box.run(*it, "hello"), 0, "of-the-folder\n", re.compile("HOBNOB_EXEC_SECRET_NAME is ignored"))


@test
def dry_run():
    """--dry-run starts nothing and shows the messages"""
    with Box() as box:
        run = ended(box.run(*command("touch", "ran"), "--dry-run", "hello"), 0)
        same(json.loads(run.out)["body"], [{"role": "user", "content": "hello"}])
        truth(not os.path.exists(os.path.join(box.cwd, "ran")), "it ran")


@test_each([
    ("a value in env", ("-o", 'exec.env=["A=b"]'), 'env: "A=b" is not a name of a variable'),
    ("a name that is none", ("-o", "exec.secret_name=1A"), "secret_name is not a name of a variable"),
    ("no time", ("-o", "exec.timeout_ms=0"), "timeout_ms: expected ms, 1 or more"),
    ("no program", ("-o", "exec.command=[]"), "command"),
])
def refused(args, why):
    """Options that mean nothing are refused"""
    with Box() as box:
        run = box.run(*command("true"), *args, "hello")
        same(run.status, 3)
        holds(run.err, why)


def of_the_page(language):
    """The program in a language that docs/exec.md shows."""
    with open(os.path.join(SRC, "docs", "exec.md"), encoding="utf-8") as f:
        page = f.read().partition("## Two programs")[2]
    return re.search(rf"```{language}\n(.*?)```", page, re.S).group(1)


@test
def events_of_the_page():
    """docs/exec.md names the events that the plugin knows, and the members that it writes; no others"""
    with open(os.path.join(SRC, "docs", "exec.md"), encoding="utf-8") as f:
        page = f.read()
    named = [re.findall(r"`(\w+)`", row.split("|")[1]) for row in page.partition("| `event` |")[2].partition("\n\n")[0].splitlines()[2:]]
    with open(os.path.join(SRC, "plugins", "exec", "heard.c"), encoding="utf-8") as f:
        known = re.findall(r'^\t\{ "(\w+)", on_', f.read(), re.M)
    same(sorted(sum(named, [])), sorted(known))
    read = re.findall(r"^\| (.*?) \|", page.partition("## What the program reads")[2].partition("\n## ")[0], re.M)[2:]
    with open(os.path.join(SRC, "plugins", "exec", "asked.c"), encoding="utf-8") as f:
        source = f.read()
    written = set(re.findall(r'(?:json_\w+|add_\w+)\(o, "(\w+)"', source)) - {"name", "description", "id", "role", "text", "parts"}
    same(sorted(set(re.findall(r"`(\w+)`", " ".join(read))) | {"tool_name"}), sorted(written))


@test
def python_of_the_page():
    """The program in Python of docs/exec.md answers, in 20 lines"""
    with Box() as box:
        text = of_the_page("python")
        truth(len(text.splitlines()) <= 20, text)
        it = command(sys.executable, box.write("mine.py", text))
        got = event(box, *it)
        same((got["text"], got["cost"], got["usage"]["prompt_tokens"]), ("HELLO ", "0.0001", 1))


HELP = 'Ask for the "system" or the "time".\n'
SYSTEM = f"{os.uname().sysname} {os.uname().release}\n"


@test_each([
    ("a question", ("which system?",), SYSTEM),
    ("another word", ("hello",), HELP),
    ("only the last text", ("-s", "system", "hello"), HELP),
    ("all of the last text", ('a "text":"b" \\ "c\\" or the system',), SYSTEM),
    ("an image beside it", ("-a", "dot.gif", "the system"), SYSTEM),
])
def shell_of_the_page(args, answer):
    """The program in the shell of docs/exec.md answers, in 15 lines, by what a base system has"""
    with Box() as box:
        text = of_the_page("sh")
        truth(len(text.splitlines()) <= 15, text)
        box.write("dot.gif", base64.b64decode(GIF))
        box.write("mine.sh", text, 0o755)
        ended(box.run(*command("./mine.sh"), "-n", *args), 0, answer)


if __name__ == "__main__":
    main()
