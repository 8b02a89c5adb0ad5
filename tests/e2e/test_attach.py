#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Images that go with a message: -a and jsonl's attach, what the server gets, and what is refused before anything is sent."""
import base64
import json
import os
import re

from hob import HOBNOB, Box, at_server, ended, holds, lines_of, main, same, screen, test, test_each, truth
from prompt import begin, leave, say
from server import Server, body, reply

ABI = os.path.abspath(os.path.join(os.path.dirname(HOBNOB), "tests/abi/.libs"))
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
HEADS = {"png": PNG, "jpeg": b"\xff\xd8\xff\xc0\0\x0b\x08\0\x01\0\x01\x01\x01\x11\0", "gif": b"GIF89a\x01\0\x01\0\0\0\0",
         "webp": b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0\0" + b"\0" * 8}
TAKES = "takes text files in UTF-8, up to 64 MiB, and PNG, JPEG, GIF and WebP images, up to 20 MiB"
HINT = f"  -a {TAKES}; what comes from a pipe goes to standard input\n"
NOT_TAKEN = ("hobnob: echo does not take images\n  leave it out, or remove its message with /undo or /clear; "
             "or take another provider (-p NAME, /provider NAME)\n")


def image_url(kind):
    """The part of a request that holds that image."""
    return {"type": "image_url", "image_url": {"url": f"data:image/{kind};base64," + base64.b64encode(HEADS[kind]).decode()}}


def content(request):
    """The content of a request's last message."""
    return request.json["messages"][-1]["content"]


@test_each([(kind, kind) for kind in HEADS])
def sent(kind):
    """An image is known by its first bytes, whatever its name, and goes beside the text"""
    with Server(reply("A bird.")) as server, at_server(server) as box:
        box.write("photo.bin", HEADS[kind])
        ended(box.run("-n", "-a", "photo.bin", "Which bird?"), 0, "A bird.\n", "")
        same(content(server.chats[0]), [{"type": "text", "text": "Which bird?"}, image_url(kind)])


@test
def with_texts():
    """Texts go into the message, images beside it, in their order; an image alone is a message, too"""
    with Server(reply("Yes.")) as server, at_server(server) as box:
        box.write("a.png", HEADS["png"])
        box.write("b.txt", "words\n")
        box.write("c.gif", HEADS["gif"])
        ended(box.run("-a", "a.png", "-a", "b.txt", "-a", "c.gif", "Compare", stdin="piped\n"), 0, "Yes.\n", "")
        same(content(server.chats[0]), [{"type": "text", "text": "Compare\n\nb.txt:\n```\nwords\n```\n\npiped"}, image_url("png"), image_url("gif")])
        ended(box.run("-n", "-a", "a.png"), 0, "Yes.\n", "")
        same(content(server.chats[1]), [image_url("png")])


@test
def next_turns():
    """The image goes with its message into the next turns, and into a resumed conversation; /undo takes it out"""
    with Server(reply("Yes.")) as server, at_server(server) as box:
        box.write("a.png", HEADS["png"])
        ended(box.run("-i", "-a", "a.png", "Look", stdin="And?\n"), 0)
        ended(box.run("-c", "-n", "Still?"), 0, "Yes.\n")
        for request in server.chats:
            same(request.json["messages"][0], {"role": "user", "content": [{"type": "text", "text": "Look"}, image_url("png")]})
        ended(box.run("-c", "-i", stdin="/undo\n/undo\n/undo\nNew\n"), 0)
        same(server.chats[-1].messages, [("user", "New")])


@test_each([("not text", b"BM\0\0", "it is not text: it holds a NUL byte\n  hobnob takes text in UTF-8"),
            ("another thing", b"<html>404</html>", "it is not a PNG, JPEG, GIF or WebP image, as its name says\n  give it another name to send it as text"),
            ("cut", PNG[:20], "it begins as an image (image/png) but gives no width and height\n  is the file whole?"),
            ("too large", b"GIF89a" + b"\1" * (20 << 20), "an image of more than 20 MiB")])
def refused(data, why):
    """What is neither text nor an image, and an image that is too large, is named before anything is sent"""
    with Server(reply("No.")) as server, at_server(server) as box:
        box.write("photo.png", data)
        ended(box.run("-n", "-a", "photo.png", "Look"), 2, "", f"hobnob: cannot attach photo.png: {why}\n" + ("" if "\n" in why else HINT))
        same(server.requests, [])


@test
def not_taken():
    """A provider that takes no images is refused by its name, in a dry run, too"""
    with Box() as box:
        box.write("a.png", PNG)
        for more in ((), ("--dry-run",)):
            ended(box.run("-n", "--plugin-path", ABI, "-p", "echo", "-a", "a.png", *more, "Look"), 2, "", NOT_TAKEN)


@test
def model_takes_none():
    """A model whose list says that it takes no images is refused by its name"""
    listed = body(200, {"data": [{"id": "blind", "architecture": {"input_modalities": ["text"]}}]})
    with Server(reply("No."), models=listed) as server, Box(OPENROUTER_API_KEY="sk-or-v1-x") as box:
        box.write("a.png", PNG)
        run = ("-p", "openrouter", "-o", "openrouter.base_url=" + server.url)
        ended(box.run(*run, "models"), 0)
        ended(box.run(*run, "-n", "-m", "blind", "-a", "a.png", "Look"), 2, "", "hobnob: blind does not take images, by the list of openrouter\n"
              "  leave it out, or remove its message with /undo or /clear; or take another model (-m NAME, /model NAME)\n")
        same(server.chats, [])


@test
def swapped_provider():
    """After a switch to a provider that takes none, the turn is refused; the conversation goes on after /undo, or back"""
    with Box() as box:
        box.write("a.png", PNG)
        r = ended(box.run("--plugin-path", ABI, "-p", "mock", "-f", "jsonl", stdin="".join(json.dumps(o) + "\n" for o in (
            {"say": "Look", "attach": ["a.png"]}, {"command": "/provider echo"}, {"say": "two"}, {"command": "/provider mock"},
            {"say": "three"}, {"command": "/clear"}, {"command": "/provider echo"}, {"say": "four"}))), 0)
        same([[e["event"], e.get("text", e.get("message"))] for e in lines_of(r.out) if e["event"] in ("start", "done", "error")],
             [["start", None], ["done", "Look\n[image a.png image/png 1x1 70 bytes]"], ["error", "echo does not take images"],
              ["start", None], ["done", "three"], ["start", None], ["done", "four"]])


@test
def dry_run():
    """--dry-run shows the request with the image; of a provider without http what the message has beside its text"""
    with Box() as box:
        box.write("a.png", PNG)
        r = ended(box.run("-n", "-p", "openai", "--dry-run", "-a", "a.png", "Look", env={"OPENAI_API_KEY": "k"}), 0)
        same(json.loads(r.out)["body"]["messages"][0]["content"][1], image_url("png"))
        r = ended(box.run("-n", "-p", "mock", "--dry-run", "-a", "a.png", "Look"), 0)
        same(json.loads(r.out)["body"], [{"role": "user", "content": "Look", "parts": [
            {"type": "image", "name": "a.png", "mime": "image/png", "bytes": len(PNG)}]}])


@test
def in_a_conversation():
    """/attach reads files for the next message, says what they cost, lists and drops them; a name may hold blanks"""
    with Server(reply("Yes.")) as server, at_server(server) as box:
        box.write("a.png", HEADS["png"])
        box.write("b c.txt", "words\n")
        box.write("d.txt", "more\n")
        talk = ("/attach\n/attach b c.txt\n/attach a.png d.txt\n/attach\nCompare\nAgain\n/attach d.txt\n/attach -\n/attach\nLast\n")
        r = ended(box.run("-i", "-o", "price_input=1000", "-o", "price_output=0", stdin=talk), 0)
        same(content(server.chats[0]), [{"type": "text", "text": "Compare\n\nb c.txt:\n```\nwords\n```\n\nd.txt:\n```\nmore\n```\n"}, image_url("png")])
        same([content(chat) for chat in server.chats[1:]], ["Again", "Last"])
        for line in (r"nothing is attached: /attach FILE", r"b c\.txt is attached: about \d+ tokens, \$0\.\d+",
                     r"a\.png is attached: about \d+ tokens, \$0\.\d+", r"3 files, about \d+ tokens, \$0\.\d+; /attach - drops what is attached",
                     r"dropped 1 file"):
            truth(re.search("^" + line + "$", r.out, re.M), f"no {line} in {r.out}")


@test
def in_a_conversation_wrong():
    """What cannot be attached is refused by its name, and what is attached stays"""
    with Box() as box:
        box.write("a.txt", "words\n")
        box.write("b.txt", b"BM\0\0")
        box.write("c.txt", "after the one that is not there")
        talk = "/attach a.txt\n/attach a.txt\n/attach none c.txt\n/attach b.txt\n/attach .\n/attach\nSay\n"
        r = ended(box.run("-f", "stdio", "-i", "-p", "mock", stdin=talk), 0)
        same([line for line in r.err.splitlines() if line[0] != " "],
             ["hobnob: cannot attach none: No such file or directory",
              "hobnob: cannot attach b.txt: it is not text: it holds a NUL byte", "hobnob: cannot attach .: is a directory"])
        holds(r.out, "a.txt is attached already; /attach - drops it\n", "1 file, about ", "Say\n\na.txt:\n```\nwords\n```\n")


@test
def mentioned():
    """A person names files as @FILE, which Tab completes; what is no file stays text, and a pipe names none"""
    with Box(NO_COLOR="1") as box:
        box.write("a.c", "int a;\n")
        box.write("bin", b"\0")
        t = begin(box)
        shown = say(t, "what is @a\tor me@a.c and @nobody?\r", "Assistant")
        holds(shown, "a.c is attached: about ")
        holds(screen(shown), "Assistant: what is @a.c or me@a.c and @nobody?\n\na.c:\n```\nint a;\n```")
        at = len(t.text())
        t.send("this @bin\r")
        t.expect("cannot attach bin: it is not text[^\0]*You: this @bin$", after=at)
        say(t, "\x03")
        at = len(t.text())
        t.send("both @a.c @bin\r")
        t.expect("cannot attach bin: it is not text[^\0]*You: both @a.c @bin$", after=at)
        say(t, "\x7f" * 4 + "\r", "a.c is attached already.*Assistant: both @a.c")
        leave(t)
        ended(box.run("-f", "stdio", "-i", "-p", "mock", stdin="see @a.c\n"), 0, "see @a.c\n", "")


@test
def jsonl():
    """jsonl's attach: texts and images as with -a; a file that cannot be attached fails its say alone"""
    with Server(reply("Yes.")) as server, at_server(server) as box:
        box.write("a.png", HEADS["png"])
        box.write("b.txt", "words\n")
        box.write("empty.txt", "")
        r = ended(box.run("-f", "jsonl", "-a", "a.png", "First", stdin="".join(json.dumps(o) + "\n" for o in (
            {"id": 1, "say": "Look", "attach": ["b.txt", "a.png"]}, {"id": 2, "say": "", "attach": ["a.png"]},
            {"id": 3, "say": "x", "attach": ["gone.png"]}, {"id": 4, "say": "", "attach": ["b.txt"]},
            {"id": 5, "say": "", "attach": ["empty.txt"]}))), 0)
        same([content(q) for q in server.chats], [
            [{"type": "text", "text": "First"}, image_url("png")],
            [{"type": "text", "text": "Look\n\nb.txt:\n```\nwords\n```\n"}, image_url("png")],
            [image_url("png")], "b.txt:\n```\nwords\n```\n"])
        same([[e.get("id"), e["event"]] for e in lines_of(r.out) if e["event"] in ("done", "error")],
             [[None, "done"], [1, "done"], [2, "done"], [3, "error"], [4, "done"], [5, "error"]])
        same([[e[k] for k in ("kind", "message", "hint")] for e in lines_of(r.out) if e["event"] == "error"],
             [["usage", "cannot attach gone.png: No such file or directory", "attach " + TAKES],
              ["usage", "this message is not sent: it is empty", ""]])


@test
def jsonl_bad_names():
    """A name that no file can have fails its say alone: too long, with a NUL, not a name, or of another input than a say"""
    why = "attach belongs to a say: a list of the names of files, one at least"
    with Box() as box:
        box.write("a.png", PNG)
        long = "a" * 256 + ".png"
        lines = ({"say": "x", "attach": [long]}, {"say": "x", "attach": ["a.png\0.txt"]}, {"say": "x", "attach": [{"name": "a.png"}]},
                 {"command": "/stats", "attach": ["a.png"]}, {"cancel": True, "attach": ["a.png"]}, {"say": "x", "attach": ["a.png"]})
        r = ended(box.run("-f", "jsonl", "-p", "mock", stdin="".join(json.dumps(o) + "\n" for o in lines)), 0, err="")
        same([e.get("message", e["event"]) for e in lines_of(r.out) if e["event"] in ("done", "error")],
             [f"cannot attach {long}: File name too long", why, why, why, why, "done"])


@test
def jsonl_one_turn():
    """--json shows a turn with an image, too"""
    with Box() as box:
        box.write("a.png", PNG)
        same(json.loads(ended(box.run("-n", "-p", "mock", "--json", "-a", "a.png", "Look"), 0).out)["text"],
             "Look\n[image a.png image/png 1x1 70 bytes]")


if __name__ == "__main__":
    main()
