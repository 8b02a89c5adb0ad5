#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prompt files: -t and -D on the command line, /t in a conversation, `hobnob prompts`, and files that are not prompt files."""
import json
import os
import re

from hob import Box, at_server, ended, holds, lacks, lines_of, main, same, screen, test, test_each, truth
from prompt import begin, leave, say
from server import Server, reply

MOCK = ("-p", "mock")
TRANSLATE = "---\ndescription: translates a text\nsystem: You translate.\ntemperature: 0.2\n---\n\nInto {{lang}}, {{tone=plain}}:\n\n{{input}}\n"


def folder(box):
    """Where the prompt files stand."""
    return os.path.join(box.home, ".config", "hobnob", "prompts")


def prompts(**files):
    """A box with these prompt files."""
    box = Box(NO_COLOR="1")
    write(box, **files)
    return box


def write(box, **files):
    """Writes prompt files."""
    for name, text in files.items():
        box.write(f"{folder(box)}/{name}.md", text)


def journal(box):
    """The only conversation: its messages and system prompts, in their order."""
    kept = box.home + "/.local/state/hobnob/sessions"
    (name,) = os.listdir(kept)
    lines = [json.loads(line) for line in box.read(f"{kept}/{name}").splitlines()]
    return [(m.get("role", m["type"]), m["text"]) for m in lines if m.get("type") in ("message", "system")]


# ---- one turn ------------------------------------------------------------------------------------

@test
def sent():
    """The message is the file's text with the values of -D, its defaults and the words; nothing in a value is looked at again"""
    with prompts(translate=TRANSLATE) as box:
        ended(box.run(*MOCK, "-t", "translate", "-D", "lang=German", "{{tone}}", "\\{{x}}"), 0,
              "Into German, plain:\n\n{{tone}} \\{{x}}\n", "")
        ended(box.run(*MOCK, "hi", "--template=translate", "-Dlang={{input}}", "--define", "tone=a=b c"), 0,
              "Into {{input}}, a=b c:\n\nhi\n", "")
        same(len(json.loads(ended(box.run("sessions", "list", "--json"), 0).out)), 2)


@test
def inputs():
    """{{input}} is what one turn sends: words, files, standard input; without {{input}} it follows the text"""
    with prompts(sum="Sum up: {{input}}.", commit="Write a commit message.\n", maybe="Say {{input=something}}") as box:
        box.write("a.txt", "first\n")
        whole = "words\n\na.txt:\n```\nfirst\n```\n\npiped"
        ended(box.run(*MOCK, "-t", "sum", "-a", "a.txt", "words", stdin="piped\n"), 0, f"Sum up: {whole}.\n", "")
        ended(box.run(*MOCK, "-t", "commit", "-a", "a.txt", "words", stdin="piped\n"), 0, f"Write a commit message.\n\n{whole}\n", "")
        ended(box.run(*MOCK, "-t", "commit", stdin="diff\n"), 0, "Write a commit message.\n\ndiff\n", "")
        ended(box.run(*MOCK, "-t", "commit"), 0, "Write a commit message.\n", "")
        ended(box.run(*MOCK, "-t", "maybe"), 0, "Say something\n", "")
        ended(box.run(*MOCK, "-t", "maybe", stdin="that"), 0, "Say that\n", "")
    

@test
def heads():
    """The settings of a head are sent; what the command line says wins, and a provider that it names has its own model"""
    with Server(reply("Ja.")) as server, at_server(server) as box:
        write(box, translate=TRANSLATE, other="---\nmodel: big\nmax_tokens: 7\nstop: [a, b]\n---\nGo")
        ended(box.run("-n", "-t", "translate", "-D", "lang=de", "yes"), 0, "Ja.\n", "")
        ended(box.run("-n", "-t", "translate", "-D", "lang=de", "-o", "temperature=1", "-s", "Be brief.", "yes"), 0, "Ja.\n", "")
        ended(box.run("-n", "-t", "other"), 0, "Ja.\n", "")
        ended(box.run("-n", "-m", "small", "-t", "other"), 0, "Ja.\n", "")
        said = [r.json for r in server.chats]
        same([(r["model"], r.get("temperature"), r["messages"][0]["content"]) for r in said],
             [("test-model", 0.2, "You translate."), ("test-model", 1, "Be brief."), ("big", None, "Go"), ("small", None, "Go")])
        same((said[2]["stop"], said[2]["max_tokens"]), (["a", "b"], 7))
        holds(ended(box.run("-n", *MOCK, "--json", "-t", "other"), 0).out, '"model":"mock"')


@test
def forms():
    """It goes with -i, -c, --dry-run and --json; a head alone begins a conversation with its settings"""
    with prompts(translate=TRANSLATE, pirate="---\nsystem: You are a pirate.\n---\n") as box:
        r = ended(box.run(*MOCK, "-n", "-t", "translate", "-D", "lang=de", "--dry-run", "x"), 0, err="")
        same(json.loads(r.out)["body"], [{"role": "system", "content": "You translate."}, {"role": "user", "content": "Into de, plain:\n\nx"}])
        ended(box.run(*MOCK, "-i", "-t", "translate", "-D", "lang=de", "x", stdin="more\n"), 0, "Into de, plain:\n\nx\nmore\n")
        ended(box.run(*MOCK, "-c", "-n", "-t", "pirate", "ahoy"), 0, "ahoy\n", "")
        same([m for m in journal(box) if m[0] != "assistant"], [("system", "You translate."), ("user", "Into de, plain:\n\nx"), ("user", "more"),
                                                                ("system", "You are a pirate."), ("user", "ahoy")])
        ended(box.run(*MOCK, "--no-journal", "-i", "-t", "pirate", stdin="/system\n/exit\n"), 0, "You are a pirate.\n")
        ended(box.run(*MOCK, "-n", "-t", "pirate"), 2, "", re.compile("^hobnob: the prompt is empty\n"))


@test
def at_a_terminal():
    """A file with a text is one turn at a terminal, too; with a head alone it is a conversation, which a text would not be"""
    with prompts(commit="Write \\{{it}}.", pirate="---\nsystem: You are a pirate.\n---\n") as box:
        ended(box.terminal(*MOCK, "-t", "commit").end(), 0, "Write {{it}}.\r\n")
        ended(box.terminal(*MOCK, "-t", "pirate", "ahoy").end(), 0, "ahoy\r\n")
        t = begin(box, "-t", "pirate")
        say(t, "/system\r", "You are a pirate.")
        leave(t)


# ---- what is refused -----------------------------------------------------------------------------

@test_each([
    ("no value", "translate", ("x",), 2, "{dir}/translate.md:7: {{{{lang}}}} has no value\n  hobnob -t translate -D lang=VALUE TEXT\n"),
    ("no input", "translate", ("-D", "lang=de"), 2,
     "{dir}/translate.md:9: {{{{input}}}} is what you say beside it, and that is empty\n  hobnob -t translate -D lang=VALUE TEXT\n"),
    ("an unknown variable", "translate", ("-D", "lan=de", "x"), 2,
     '{dir}/translate.md has no variable "lan" (did you mean "lang"?)\n  its variables: lang, tone\n'),
    ("an unknown file", "translat", ("x",), 2,
     'there is no prompt file "translat" (did you mean "translate"?)\n  there are: bad, cost, translate\n'
     "  to make it, write its text to {dir}/translat.md\n"),
    ("a path", "../config", ("x",), 2, '"../config" is not the name of a prompt file\n  a prompt file is named without its folder and .md\n'),
    ("no variable", "bad", ("x",), 3, "{dir}/bad.md:1: {{{{a b}}}} is not a variable: its name has letters, digits, _ and -, then }}}} or =\n"
     "  \\{{{{ stands for {{{{ itself\n"),
    ("a limit", "cost", ("x",), 3, "{dir}/cost.md:2: max_cost: a prompt file may not set it\n  it belongs into the config file, a profile or -o\n"),
    ("a value that is not text", "translate", ("-D", b"lang=\xff", "x"), 2,
     "-D lang: it is not text in UTF-8\n  if it is text in another encoding, convert it, as with: iconv -f LATIN1 -t UTF-8\n"),
    ("half a value", "translate", ("-D", "lang", "x"), 2, '-D needs VAR=VALUE, got "lang"\n  `hobnob --help` lists them\n'),
])
def refused(name, args, status, why):
    """What is wrong is named before anything is sent, with the way out"""
    with prompts(translate=TRANSLATE, bad="{{a b}}", cost="---\nmax_cost: 5\n---\nx") as box:
        r = ended(box.run(*MOCK, "-n", "-t", name, *args), status, "")
        want = "hobnob: " + why.format(dir=folder(box))
        same(r.err if "got" not in why else r.err.split("\n")[0], want if "got" not in why else want.split("\n")[0])
        same(os.path.exists(box.home + "/.local/state/hobnob/sessions"), False)


@test
def alone():
    """-D needs a -t, and -t a question; with -t any word is one"""
    with prompts(commit="Go") as box:
        ended(box.run(*MOCK, "-D", "a=b", "x"), 2, "", "hobnob: -D gives a value to a prompt file, and no -t names one\n"
              "  -t NAME sends one; `hobnob prompts` lists them\n")
        ended(box.run("-t", "commit", "models"), 2, "", "hobnob: -t and -D belong to a question, and `models` is a sub-command\n"
              "  `hobnob -t NAME -- WORDS` takes any words as a question\n")
        ended(box.run(*MOCK, "-n", "-t", "commit", "--", "models"), 0, "Go\n\nmodels\n", "")
        ended(box.run(*MOCK, "-n", "-t", "commit", "list"), 0, "Go\n\nlist\n", "")
        ended(box.run(*MOCK, "-n", "-t", "commit", "a=b"), 0, "Go\n\na=b\n", "")
        write(box, say="Say {{what=it}}")
        ended(box.run(*MOCK, "-n", "-t", "say", "what=that"), 2, "", "hobnob: what=that: a value is given with -D what=VALUE\n"
              "  text that begins so stands after --\n")
        ended(box.run(*MOCK, "-n", "-t", "say", "--", "what=that"), 0, "Say it\n\nwhat=that\n", "")
        ended(box.run("-n", "-t", "say", "-p", "what=that"), 3, "", 'hobnob: -p: expected a name (a-z, 0-9, - and _), got "what=that"\n'
              "  -D what=that gives a value to a prompt file\n")
        ended(box.run("prompt"), 2, "", re.compile('did you mean "prompts"'))


@test
def hostile():
    """A prompt file may be a link of the user's, nothing else than a file; its name and text cannot harm a terminal"""
    with prompts(real="Hello") as box:
        os.symlink(f"{folder(box)}/real.md", f"{folder(box)}/link.md")
        os.symlink("/nowhere/at/all", f"{folder(box)}/dangling.md")
        os.symlink(f"{folder(box)}/loop.md", f"{folder(box)}/loop.md")
        os.mkdir(f"{folder(box)}/dir.md")
        os.mkfifo(f"{folder(box)}/fifo.md")
        write(box, big="x" * (1 << 20) + "x", many="".join(f"{{{{v{i}}}}}" for i in range(101)), open="{{" * 300000)
        box.write(f"{folder(box)}/\x1b[31mred.md".replace("/\x1b", "/a\x1b"), "x")
        ended(box.run(*MOCK, "-n", "-t", "link"), 0, "Hello\n", "")
        for name, why in (("dangling", "is a link to a file that is not there"), ("loop", "Too many levels of symbolic links"), ("dir", "is a directory"),
                          ("fifo", "not a regular file"), ("big", "larger than 1048576 bytes")):
            ended(box.run(*MOCK, "-n", "-t", name), 3, "", f"hobnob: {folder(box)}/{name}.md: {why}\n")
        holds(ended(box.run(*MOCK, "-n", "-t", "many"), 3, "").err, "many.md:1: more than 100 variables")
        holds(ended(box.run(*MOCK, "-n", "-t", "open"), 3, "").err, "open.md:1: {{{{{{", "has no }} in its line")
        r = ended(box.run("prompts"), 0)
        same([line.split()[0] for line in r.out.splitlines()], ["NAME", "link", "real"])
        same(len(r.err.splitlines()), 7)
        lacks(r.out + r.err, "\x1b")
        os.chmod(folder(box), 0)
        if os.geteuid():
            ended(box.run("prompts"), 3, "", f"hobnob: {folder(box)}: Permission denied\n")
        os.chmod(folder(box), 0o755)


@test
def elsewhere():
    """Only the user's own folder counts, wherever XDG_CONFIG_HOME has it: never one of the working directory"""
    with prompts() as box:
        box.write("prompts/here.md", "x")
        box.write("here.md", "x")
        holds(ended(box.run(*MOCK, "-n", "-t", "here"), 2, "").err, 'there is no prompt file "here"')
        box.write(box.root + "/cfg/hobnob/prompts/there.md", "Found")
        ended(box.run(*MOCK, "-n", "-t", "there", env={"XDG_CONFIG_HOME": box.root + "/cfg"}), 0, "Found\n", "")
        ended(box.run("prompts", "path", env={"XDG_CONFIG_HOME": box.root + "/cfg"}), 0, box.root + "/cfg/hobnob/prompts\n", "")
        ended(box.run(*MOCK, "-n", "-t", "there", env={"HOME": "", "XDG_CONFIG_HOME": ""}), 3, "",
              "hobnob: there is no place for prompt files: HOME is not set\n")


# ---- hobnob prompts ------------------------------------------------------------------------------

@test
def listed():
    """`prompts` lists name, variables and description, also as JSON; show prints a file as it stands, path the folder"""
    with prompts() as box:
        ended(box.run("prompts"), 0, f"There are no prompt files yet; NAME.md in {folder(box)} is one.\n", "")
        ended(box.run("prompts", "--json"), 0, "[]\n", "")
        write(box, translate=TRANSLATE, commit="\nWrite a commit message.\nIn English.\n", bad="{{")
        warning = f"hobnob: warning: {folder(box)}/bad.md:1: {{{{ has no }}}} in its line\n"
        ended(box.run("prompts"), 0, "NAME       VARIABLES              DESCRIPTION\n"
              "commit                            Write a commit message. In English.\n"
              "translate  lang tone=plain input  translates a text\n", warning)
        r = ended(box.run("prompts", "list", "--json"), 0, err=warning)
        one = json.loads(r.out)[1]
        same(one, {"name": "translate", "path": folder(box) + "/translate.md", "description": "translates a text",
                   "variables": [{"name": "lang", "default": None}, {"name": "tone", "default": "plain"}, {"name": "input", "default": None}],
                   "settings": {"system": "You translate.", "temperature": 0.2}, "text": "Into {{lang}}, {{tone=plain}}:\n\n{{input}}"})
        ended(box.run("prompts", "show", "translate"), 0, TRANSLATE, "")
        same(json.loads(ended(box.run("prompts", "show", "translate", "--json"), 0, err="").out), one)
        ended(box.run("prompts", "show", "bad"), 3, "", re.compile("bad.md:1: "))
        ended(box.run("config", "prompts"), 0, "bad\ncommit\ntranslate\n", "")
        ended(box.run("prompts", "path"), 0, folder(box) + "\n", "")


# ---- /t ------------------------------------------------------------------------------------------

@test
def commanded():
    """/t sends a file with its values and the text; alone it lists them; a value may be quoted, and -- ends the values"""
    with prompts(translate=TRANSLATE, commit="Go", bad="{{") as box:
        lines = ["/t", "/t translate lang=de hi  there", "/t translate lang=\"old German\" tone='a \"b\"' x", "/t commit -- a=b", "/t commit\na page",
                 "/t commit"]
        r = ended(box.run("-f", "jsonl", *MOCK, "-n", stdin="".join(json.dumps({"command": line}) + "\n" for line in lines)), 0, err="")
        events = [e for e in lines_of(r.out) if e["event"] in ("result", "done", "error")]
        same(events[0]["data"], {"prompts": [{"name": "commit", "description": ""}, {"name": "translate", "description": "translates a text"}]})
        same([e["text"] for e in events[1:]], ["Into de, plain:\n\nhi  there", "Into old German, a \"b\":\n\nx", "Go\n\na=b", "Go\n\na page", "Go"])
        ended(box.run(*MOCK, "-i", stdin="/t\n"), 0,
              "commit              Go\ntranslate           translates a text\n1 cannot be used: `hobnob prompts` says why\n", "")


@test_each([
    ("no value", "/t translate x", "{dir}/translate.md:7: {{{{lang}}}} has no value\n  /t translate lang=VALUE TEXT\n"),
    ("an unknown variable", "/t translate lan=de x",
     '{dir}/translate.md has no variable "lan" (did you mean "lang"?)\n  its variables: lang, tone; a text that begins so stands after --\n'),
    ("an open quote", '/t translate lang="de x', 'lang=" has no " at its end\n'),
    ("an unknown file", "/t pirat", 'there is no prompt file "pirat" (did you mean "pirate"?)\n  there are: pirate, translate\n'
     "  to make it, write its text to {dir}/pirat.md\n"),
    ("a path", "/t ../x", '"../x" is not the name of a prompt file\n  a prompt file is named without its folder and .md\n'),
    ("no text", "/t pirate", "{dir}/pirate.md has no text of its own\n  /t pirate TEXT; or begin with it: hobnob -t pirate\n"),
])
def command_refused(line, why):
    """/t says what is wrong, and nothing is sent or kept"""
    with prompts(translate=TRANSLATE, pirate="---\nsystem: You are a pirate.\n---\n") as box:
        r = ended(box.run(*MOCK, "-i", stdin=line + "\n/system\n"), 0, "no system prompt\n")
        same(r.err, "hobnob: " + why.format(dir=folder(box)))
        same(os.path.exists(box.home + "/.local/state/hobnob/sessions"), False)


@test
def one_turn():
    """The head of a file that /t sends holds for that turn alone, for the model, the system prompt and what is sent; then all is as before"""
    with Server(reply("Ja.")) as server, at_server(server) as box:
        write(box, other="---\nmodel: big\nsystem: Be big.\ntemperature: 0.1\nmax_tokens: 7\n---\nGo")
        lines = ["/set temperature 0.9", "/set -u max_tokens", "one", "/t other", "/model", "/system", "/set temperature", "two", "/retry"]
        r = ended(box.run("-i", "-s", "Be small.", stdin="\n".join(lines) + "\n"), 0)
        holds(r.out, "test-model on openai\nBe small.\ntemperature = 0.9\n")
        said = [(c.json["model"], c.json["temperature"], c.json["messages"][0]["content"], c.json["max_tokens"] == 7)
                for c in server.chats]
        small = ("test-model", 0.9, "Be small.", False)
        same(said, [small, ("big", 0.1, "Be big.", True), small, small])
        same(journal(box), [("system", "Be small."), ("user", "one"), ("assistant", "Ja."), ("system", "Be big."), ("user", "Go"), ("assistant", "Ja."),
                            ("system", "Be small."), ("user", "two"), ("assistant", "Ja."), ("assistant", "Ja.")])
        ended(box.run("-c", "-n", "three"), 0)
        same(server.chats[-1].json["messages"][0]["content"], "Be small.")


@test
def other_provider():
    """A provider in the head answers that one turn, with the model that is its own; an unknown one is named, and nothing changes"""
    with prompts(ask="---\nprovider: second\n---\nGo", none="---\nprovider: third\nsystem: x\n---\nGo") as box:
        box.config("provider: mock\nproviders:\n  second: {plugin: mock, reply: from the second}\n")
        r = ended(box.run("-i", stdin="one\n/t ask\n/provider\ntwo\n/t ask\n"), 0)
        same(r.out, "one\nfrom the second\nmock on mock\ntwo\nfrom the second\n")
        r = ended(box.run("-i", stdin="/t none\n/system\n/provider\ntwo\n"), 0, "no system prompt\nmock on mock\ntwo\n")
        holds(r.err, "third")


@test
def attached():
    """What /attach read is part of the {{input}}; if /t is refused, it waits for the next one"""
    with prompts(translate=TRANSLATE) as box:
        box.write("a.txt", "first\n")
        r = ended(box.run(*MOCK, "-i", stdin="/attach a.txt\n/t translate\n/t translate lang=de\nmore\n"), 0)
        holds(r.out, "\nInto de, plain:\n\na.txt:\n```\nfirst\n```\nmore\n")


@test
def mentioned():
    """At a terminal /t attaches the files that its text names, and Tab completes them; a refused /t can be said again"""
    with prompts(translate=TRANSLATE) as box:
        box.write("a.c", "int a;\n")
        t = begin(box)
        say(t, "/t translate see @a\t\r", "a.c is attached: about.*has no value")
        shown = say(t, "/t translate lang=de see @a.c\r", "a.c is attached already.*Assistant")
        holds(screen(shown), "Assistant: Into de, plain:\n\nsee @a.c\n\na.c:\n```\nint a;\n```")
        leave(t)
        ended(box.run(*MOCK, "-i", stdin="/t translate lang=de @a.c\n"), 0, "Into de, plain:\n\n@a.c\n", "")


@test
def confirmed():
    """A costly /t waits for Enter as any question, with what was attached, and its head is forgotten if another line comes"""
    with prompts(dear="---\nsystem: Be dear.\n---\nA question of many words that costs more than was said: {{input}}") as box:
        box.write("a.txt", "first\n")
        t = begin(box, "-o", "price_input=1000", "-o", "price_output=1000", "-o", "confirm_cost=0.02")
        say(t, "/attach a.txt\r", "is attached: about")
        say(t, "/t dear\r", "Enter sends")
        say(t, "/system\r", "no system prompt")
        say(t, "/t dear\r", "Enter sends")
        say(t, "\r", r"a\.txt:")
        leave(t)
        same([m[:1] for m in journal(box)], [("system",), ("user",), ("assistant",), ("system",)])
        holds(journal(box)[1][1], "than was said: a.txt:\n```\nfirst\n```")


@test
def completed():
    """Tab after /t completes a prompt file's name"""
    with prompts(translate=TRANSLATE, commit="Go") as box:
        t = begin(box)
        say(t, "/t tr\tlang=de hi\r", "Into de")
        at = len(t.text())
        t.send("/t \t\t")
        t.expect("commit +translate", after=at)
        t.send("\x15")
        leave(t)
        holds(screen(t.text()), "You: /t translate lang=de hi")


if __name__ == "__main__":
    main(at_once=4)
