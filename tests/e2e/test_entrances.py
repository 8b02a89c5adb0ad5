#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What comes in as text: a byte order mark is taken off at every entrance, and what is not text is refused at each of them."""
import codecs
import json
import os
import re

from hob import Box, at_server, ended, holds, lines_of, main, same, test, test_each
from server import Server, reply

MOCK = ("-p", "mock")
MARK = codecs.BOM_UTF8
LATIN = "if it is text in another encoding, convert it, as with: iconv -f LATIN1 -t UTF-8"
FOREIGN = [
    ("UTF-16 with a mark", "häh?\n".encode("utf-16"), "it is UTF-16, not UTF-8", "convert it, as with: iconv -f UTF-16 -t UTF-8"),
    ("UTF-16, the other way", codecs.BOM_UTF16_BE + "häh?\n".encode("utf-16-be"), "it is UTF-16, not UTF-8",
     "convert it, as with: iconv -f UTF-16 -t UTF-8"),
    ("UTF-16 without a mark", "plain words".encode("utf-16-le"), "it looks like UTF-16, not UTF-8",
     "convert it, as with: iconv -f UTF-16LE -t UTF-8"),
    ("UTF-32", "häh?".encode("utf-32"), "it is UTF-32, not UTF-8", "convert it, as with: iconv -f UTF-32 -t UTF-8"),
    ("Latin-1", b"caf\xe9 au lait\n", "it is not text in UTF-8", LATIN),
    ("Shift JIS", "日本語".encode("shift_jis"), "it is not text in UTF-8", LATIN),
    ("a cut character", "café".encode()[:-1], "it is not text in UTF-8", LATIN),
    ("a list with NULs", b"one.c\0two.c\0", "it is not text: it holds a NUL byte", "hobnob takes text in UTF-8"),
    ("a program", b"\x7fELF\x02\x01\x01" + bytes(9), "it is not text: it holds a NUL byte", "hobnob takes text in UTF-8"),
]


# ---- the mark ------------------------------------------------------------------------------------

@test
def marked_prompts():
    """A byte order mark is no part of what is piped in, attached, given as PROMPT or read by -s @FILE, nor is the last CR LF"""
    with Server(reply("Yes.")) as server, at_server(server) as box:
        box.write("a", MARK + b"alpha\r\nbeta\r\n")
        box.write("s", MARK + b"Be brief.\r\n")
        ended(box.run("-s", "@s", "-a", "a", MARK.decode() + "Sum:", stdin=MARK + b"one\r\ntwo\r\n"), 0, "Yes.\n", "")
        same(server.chats[0].messages, [("system", "Be brief."), ("user", "Sum:\n\na:\n```\nalpha\r\nbeta\r\n```\n\none\r\ntwo")])


@test
def ends_kept():
    """One line's end is taken off what is piped in, LF or CR LF; a CR alone, and further ends, are kept"""
    with Box() as box:
        for piped, kept in ((b"a\r\n", "a"), (b"a\n\n", "a\n"), (b"a\r\n\r\n", "a\r\n"), (b"a\r", "a\r"), (b"a\n\r\n", "a\n")):
            with Server(reply("Yes.")) as server, at_server(server) as own:
                ended(own.run(stdin=piped), 0)
                same(server.chats[0].messages, [("user", kept)], piped)
        ended(box.run(*MOCK, stdin=b"\r\n"), 2, "", re.compile("the prompt is empty"))
        ended(box.run(*MOCK, stdin=MARK), 2, "", re.compile("the prompt is empty"))


@test
def marked_lines():
    """With -i and in jsonl a mark in front of any line is taken off: commands are commands, JSON is JSON"""
    with Server(reply("Yes.")) as server, at_server(server) as box:
        ended(box.run("-i", stdin=MARK + b"/set temperature 1\nhi\r\n" + MARK + b"/set temperature\n" + MARK + b"\n"), 0, re.compile("Yes.\n"), "")
        same([r.messages[-1] for r in server.chats], [("user", "hi")])
    with Box() as box:
        got = lines_of(ended(box.run(*MOCK, "-f", "jsonl", stdin=MARK + b'{"id":1,"say":"a"}\r\n' + MARK + b'{"id":2,"say":"b"}'), 0).out)
        same([(e["id"], e["text"]) for e in got if e["event"] == "done"], [(1, "a"), (2, "b")])


@test
def marked_keys():
    """A key that a file, a command or the environment gives is sent without its mark"""
    for way, value in (("api_key_file", "{}/key"), ("api_key_command", "[cat, {}/key]")):
        with Server(reply("Yes.")) as server, Box() as box:
            box.write("key", MARK + b"sk-marked-0123456789\r\n", 0o600)
            path = box.write("c.yaml", f"providers:\n  mine:\n    plugin: openai\n    base_url: {server.url}\n    model: m\n"
                                       f"    {way}: {value.format(box.cwd)}\n", 0o600)
            ended(box.run("--config", path, "-p", "mine", "hi"), 0, "Yes.\n", "")
            same(server.chats[0].headers["authorization"], "Bearer sk-marked-0123456789", way)
    with Server(reply("Yes.")) as server, at_server(server) as box:
        ended(box.run("hi", env={"OPENAI_API_KEY": MARK.decode() + "sk-marked-0123456789"}), 0, "Yes.\n", "")
        same(server.chats[0].headers["authorization"], "Bearer sk-marked-0123456789")


@test
def marked_files():
    """The config file, .env, a mock script and a conversation that is loaded or imported may begin with a mark"""
    with Box() as box:
        script = box.write("s.json", MARK + json.dumps({"steps": [{"text": "Scripted."}]}).encode())
        box.write("c.yaml", MARK + b"provider: mock\n", 0o600)
        ended(box.run("--config", "c.yaml", "-o", "mock.script=" + script, "hi"), 0, "Scripted.\n", "")
        box.write(".env", MARK + b"HOBNOB_PROVIDER=mock\n", 0o600)
        ended(box.run("hi"), 0, "hi\n", "")
        box.write("talk.json", MARK + b'[{"role":"user","content":"one"},{"role":"assistant","content":"two"}]')
        ended(box.run("-i", stdin="/load talk.json\n/history\n"), 0, re.compile("loaded 2 messages from talk.json.*one.*two", re.S), "")
        ended(box.run("sessions", "import", "talk.json"), 0)
        ended(box.run("-i", stdin="hi\n/save own.json\n"), 0)
        box.write("own.json", MARK + box.read("own.json").encode())
        ended(box.run("-i", stdin="/load own.json\n"), 0, "loaded 2 messages from own.json\n", "")


# ---- what is not text ----------------------------------------------------------------------------

@test_each(FOREIGN)
def not_text(data, why, hint):
    """What is not text is refused in the same words at every entrance, with what to do, and nothing is sent"""
    with Server(reply("No.")) as server, at_server(server) as box:
        box.write("x", data)
        for told, args, piped in (("standard input", ("Sum:",), data), ("cannot attach x", ("-n", "-a", "x", "Sum:"), None),
                                  ("-s @x", ("-n", "-s", "@x", "hi"), None)):
            ended(box.run(*args, stdin=piped), 3 if told == "-s @x" else 2, "", f"hobnob: {told}: {why}\n  {hint}\n")
        got = ended(box.run("sessions", "import", "x"), 2, "")
        holds(got.err, "hobnob: x: ", f"({why})\n  {hint}\n")
        holds(ended(box.run("-i", stdin="/load x\n"), 0, "").err, f"({why})\n  {hint}\n")
        same(server.requests, [])


@test
def bad_lines():
    """A line of -i that is not text is refused, and the conversation goes on; so is one of jsonl, in its turn"""
    with Server(reply("Yes.")) as server, at_server(server) as box:
        got = ended(box.run("-i", stdin=b"one\ncaf\xe9\n/mod\xe9l x\nnu\0l\ntwo\n"), 0, "Yes.\nYes.\n")
        same(got.err, 2 * f"hobnob: this line is not sent: it is not text in UTF-8\n  {LATIN}\n"
             + "hobnob: this line is not sent: it is not text: it holds a NUL byte\n  hobnob takes text in UTF-8\n")
        same([r.messages[-1][1] for r in server.chats], ["one", "two"])
    with Box() as box:
        got = lines_of(ended(box.run(*MOCK, "-f", "jsonl", stdin=b'{"id":1,"say":"caf\xe9"}\n{"id":2,"say":"fine"}\n'), 0).out)
        same([(e["event"], e.get("kind")) for e in got if e["event"] in ("done", "error")], [("error", "usage"), ("done", None)])


ASKED = '{"id":1,"say":"häh?"}\r\n{"id":2,"command":"/stats"}\r\n'
SAYS_16 = ("it is UTF-16, not UTF-8", "convert it, as with: iconv -f UTF-16 -t UTF-8")


@test_each([("UTF-16 with a mark", ASKED.encode("utf-16"), 2 * [(None, *SAYS_16)]),
            ("UTF-16, the other way", codecs.BOM_UTF16_BE + ASKED.encode("utf-16-be"), 2 * [(None, *SAYS_16)]),
            ("UTF-16 without a mark", ASKED.encode("utf-16-le"),
             2 * [(None, "it looks like UTF-16, not UTF-8", "convert it, as with: iconv -f UTF-16LE -t UTF-8")]),
            ("UTF-32", ASKED.encode("utf-32"), 2 * [(None, "it is UTF-32, not UTF-8", "convert it, as with: iconv -f UTF-32 -t UTF-8")]),
            ("Latin-1", b'{"id":1,"say":"caf\xe9"}\n', [(1, "it is not text in UTF-8", LATIN)]),
            ("a NUL byte", b'{"id":1,"say":"a\0b"}\n', [(None, "it is not text: it holds a NUL byte", "hobnob takes text in UTF-8")])])
def jsonl_lines(data, said):
    """A line of jsonl in another encoding is refused in the words of every entrance, with its id where that can be read; nothing is sent"""
    with Server(reply("Yes.")) as server, at_server(server) as box:
        got = lines_of(ended(box.run("-f", "jsonl", stdin=data), 0, err="").out)
        same([(e["event"], e.get("id"), e["kind"], e["message"], e["hint"]) for e in got],
             [("error", i, "usage", "this line is not sent: " + why, hint) for i, why, hint in said])
        same(server.requests, [])


@test
def nul_in_jsonl():
    """A NUL that is written as an escape is refused as one that stands there: in a say and in a command; the conversation goes on"""
    with Server(reply("Yes.")) as server, at_server(server) as box:
        stdin = '{"id":1,"say":"a\\u0000b"}\n{"id":2,"command":"/system a\\u0000b"}\n{"id":3,"say":"two"}\n'
        got = lines_of(ended(box.run("-f", "jsonl", stdin=stdin), 0).out)
        same([(e["event"], e["id"], e.get("message"), e.get("hint")) for e in got if e["event"] in ("error", "done")],
             [("error", 1, "this message is not sent: it is not text: it holds a NUL byte", "hobnob takes text in UTF-8"),
              ("error", 2, "this line is not sent: it is not text: it holds a NUL byte", "hobnob takes text in UTF-8"), ("done", 3, None, None)])
        same([r.messages[-1][1] for r in server.chats], ["two"])


@test
def bad_words():
    """A PROMPT or a setting that is not text is refused by its name, and nothing is sent"""
    with Server(reply("No.")) as server, at_server(server) as box:
        ended(box.run("-n", os.fsdecode(b"caf\xe9")), 2, "", f"hobnob: the prompt: it is not text in UTF-8\n  {LATIN}\n")
        ended(box.run("-n", "-s", os.fsdecode(b"caf\xe9"), "hi"), 3, "", f"hobnob: -s: it is not text in UTF-8\n  {LATIN}\n")
        ended(box.run("-n", "hi", env={"HOBNOB_SYSTEM": os.fsdecode(b"caf\xe9")}), 3, "",
              f"hobnob: HOBNOB_SYSTEM: it is not text in UTF-8\n  {LATIN}\n")
        same(server.requests, [])


@test
def bad_journal():
    """A journal of which no message is text is not said to be empty; one with a bad line is imported without it, and that is told"""
    with Box() as box:
        ended(box.run(*MOCK, "-i", stdin="one\ntwo\n"), 0)
        name = ended(box.run("sessions", "list"), 0).out.splitlines()[1].split()[0]
        ended(box.run("sessions", "export", name, "x.jsonl"), 0)
        whole = box.read("x.jsonl").encode()
        box.write("x.jsonl", whole.replace(b'"one"', b'"caf\xe9"'))
        ended(box.run("sessions", "import", "x.jsonl"), 0, None, re.compile("x.jsonl: [0-9]+ damaged lines were passed over"))
        box.write("x.jsonl", whole.replace(b'"one"', b'"caf\xe9"').replace(b'"two"', b'"caf\xe9"'))
        ended(box.run("sessions", "import", "x.jsonl"), 2, "",
              re.compile("^hobnob: x.jsonl: it holds no message that can be read: [0-9]+ of its lines are damaged\n$"))


@test
def bad_options():
    """An option of a plugin is text like a setting, a mark in front is taken off; so is a key of the environment"""
    latin = os.fsdecode(b"caf\xe9 caf\xe9 caf\xe9")
    with Server(reply("Yes.")) as server, at_server(server) as box:
        for name in ("OPENAI_MODEL", "OPENAI_BASE_URL", "HOBNOB_OPENAI_ORGANIZATION", "HOBNOB_OPENAI_HEADERS", "HOBNOB_OPENAI_EXTRA_BODY"):
            ended(box.run("-n", "hi", env={name: latin}), 3, "", f"hobnob: {name}: it is not text in UTF-8\n  {LATIN}\n")
        ended(box.run("-n", "-o", "openai.organization=" + latin, "hi"), 3, "",
              f"hobnob: -o openai.organization: it is not text in UTF-8\n  {LATIN}\n")
        ended(box.run("-n", "hi", env={"OPENAI_API_KEY": latin}), 3, "", re.compile("OPENAI_API_KEY: the secret is not text in UTF-8"))
        same(server.requests, [])
        env = {"OPENAI_MODEL": MARK.decode() + "m", "OPENAI_BASE_URL": MARK.decode() + server.url}
        ended(box.run("-n", "hi", env=env), 0, "Yes.\n", "")
        same([r.json["model"] for r in server.requests], ["m"])


@test_each(FOREIGN)
def bad_script(data, why, hint):
    """A mock script that is not text is refused in the same words"""
    with Box() as box:
        path = box.write("s.json", data)
        ended(box.run(*MOCK, "-o", "mock.script=" + path, "hi"), 3, "", f"hobnob: mock: {path}:1: {why}\n  {hint}\n")


@test
def bad_keys():
    """A key file in UTF-16 is refused in words, and nothing is sent"""
    with Server(reply("No.")) as server, Box() as box:
        box.write("key", "sk-wide-0123456789\r\n".encode("utf-16"), 0o600)
        path = box.write("c.yaml", f"providers:\n  mine:\n    plugin: openai\n    base_url: {server.url}\n    model: m\n"
                                   f"    api_key_file: {box.cwd}/key\n", 0o600)
        ended(box.run("--config", path, "-p", "mine", "hi"), 3, "", re.compile("the secret is UTF-16, not UTF-8"))
        same(server.requests, [])


@test
def bad_config():
    """A config file that is not text is refused with its line and what to do"""
    with Box() as box:
        box.write("c.yaml", b"provider: mock\n# caf\xe9\n", 0o600)
        ended(box.run("--config", "c.yaml", "hi"), 3, "", f"hobnob: c.yaml:2: it is not text in UTF-8\n  {LATIN}\n")


main()
