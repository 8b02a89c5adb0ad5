#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--schema: what is sent of it, the replies that fail by it, and files and words that are no schema."""
import json
import os

from hob import HOBNOB, Box, at_server, ended, lines_of, main, same, test, test_each
from server import Server, reply

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": False}
ABI = os.path.abspath(os.path.join(os.path.dirname(HOBNOB), "tests/abi/.libs"))
OBEY = "  ask again, or take a model that obeys a schema (-m NAME)\n"
NOT_JSON = "hobnob: the reply is not JSON, which --schema asks for: "


def schema(box, name="answer.json"):
    """A schema's file; the options that name it."""
    return ("-n", "--schema", box.write(name, json.dumps(SCHEMA)))


@test_each([("plain", "answer.json", "answer"), ("two endings", "my answer.schema.json", "my_answer_schema"), ("no ending", "Answer-1", "Answer-1"),
            ("only an ending", ".json", "schema"), ("letters of two bytes", "é.json", "__"), ("long", "a" * 70 + ".json", "a" * 64)])
def sent(name, known_as):
    """The server gets the schema, by the file's name; the reply is JSON"""
    with Server(reply('{"n": 1}')) as server, at_server(server) as box:
        ended(box.run(*schema(box, name), "Hi"), 0, '{"n": 1}\n', "")
        same(server.chats[0].json["response_format"]["type"], "json_schema")
        same([server.chats[0].json["response_format"]["json_schema"][k] for k in ("name", "schema")], [known_as, SCHEMA])


@test
def dry_run():
    """--dry-run shows it, and judges no reply"""
    with Box() as box:
        r = ended(box.run("-p", "openai", "--dry-run", *schema(box), "Hi", env={"OPENAI_API_KEY": "k"}), 0)
        same(json.loads(r.out)["body"]["response_format"]["json_schema"]["schema"], SCHEMA)
        ended(box.run("-p", "mock", "--dry-run", *schema(box), "Hi"), 0)


@test_each([("an object", '{"n": 1}'), ("a list", "[1]"), ("a number", " 1.5\n"), ("a text", '"x"'), ("null", "null")])
def json_passes(text):
    """Any JSON passes: the server keeps to the schema"""
    with Box() as box:
        ended(box.run("-p", "mock", "-o", "mock.reply=" + text, *schema(box), "Hi"), 0, text if text.endswith("\n") else text + "\n", "")


@test_each([("words", "Sorry.", "unexpected character"), ("a fence", '```json\n{"n": 1}\n```', "unexpected character"),
            ("words after it", '{"n": 1} there', "unexpected character"), ("cut", '{"n":', "incomplete"), ("empty", " ", "it is empty")])
def others_fail(text, why):
    """What is not JSON fails the turn with exit 1, after it was shown; its usage and cost are those of a whole reply"""
    with Box() as box:
        script = box.write("s.json", json.dumps({"steps": [
            {"text": text, "times": 0, "usage": {"prompt_tokens": 50, "completion_tokens": 20}}]}))
        run = ("-p", "mock", "-o", "price_input=1000", "-o", "price_output=1000", "-o", "mock.script=" + script, *schema(box))
        ended(box.run(*run, "Hi"), 1, text + "\n", NOT_JSON + why + "\n" + OBEY)
        event, stats = lines_of(box.run(*run, "-f", "jsonl", stdin='{"say":"Hi"}\n{"command":"/stats"}\n').out)[-2:]
        same([event[k] for k in ("event", "kind", "partial")], ["error", "protocol", text])
        same([stats["data"][k] for k in ("prompt_tokens", "completion_tokens", "cost", "cost_source")], [50, 20, "0.07", "user"])


@test
def cut_at_its_limit():
    """A reply that reached its limit is not whole JSON; one that is whole all the same passes"""
    with Box() as box:
        for text, status in (('{"n": ', 1), ('{"n": 1}', 0)):
            script = box.write("s.json", json.dumps({"steps": [{"text": text, "finish": "length"}]}))
            r = ended(box.run("-p", "mock", "-o", "mock.script=" + script, *schema(box), "--json", "Hi"), status)
            event = json.loads(r.out)
            same([event.get("message"), event.get("hint")], [None, None] if status == 0 else [
                "the reply was cut at its length limit: it is not whole JSON", "raise max_tokens (-o max_tokens=N)"])


@test
def calls_a_tool():
    """A reply that waits for the result of a tool is not judged: its text is a remark beside the call"""
    with Box() as box:
        calls = {"text": "Let me see.", "tool_calls": [{"name": "tide", "id": "c1"}]}
        script = box.write("s.json", json.dumps({"steps": [calls, {**calls, "finish": "stop"}]}))
        run = ("-p", "mock", "-o", "mock.script=" + script, *schema(box), "-f", "jsonl")
        called, ended_so = [e for e in lines_of(box.run(*run, stdin='{"say":"a"}\n{"say":"b"}\n').out) if e["event"] in ("done", "error")]
        same((called["event"], called.get("finish")), ("done", "tool_calls"))
        same((ended_so["event"], ended_so.get("kind")), ("error", "protocol"))


@test
def continued():
    """A reply that was cut and is continued is judged as a whole"""
    with Box() as box:
        script = box.write("s.json", json.dumps({"steps": [{"chunks": ['{"n": ', "1"], "cut_after": 1}, {"text": '[1]}'}, {"text": "[1]}"}]}))
        says = "".join(json.dumps(o) + "\n" for o in ({"say": "a"}, {"command": "/continue"}, {"say": "b"}))
        events = lines_of(box.run("-p", "mock", "-o", "mock.script=" + script, *schema(box), "-f", "jsonl", stdin=says).out)
        same([(e["event"], e.get("kind")) for e in events if e["event"] in ("done", "error")],
             [("error", "truncated"), ("done", None), ("error", "protocol")])


@test
def filtered():
    """A reply that the content filter cut says so"""
    with Box() as box:
        script = box.write("s.json", json.dumps({"steps": [{"text": "{", "finish": "content_filter"}]}))
        ended(box.run("-p", "mock", "-o", "mock.script=" + script, *schema(box), "Hi"), 1, "{\n",
              "hobnob: the server's content filter cut the reply: it is not whole JSON\n")


@test
def conversation():
    """In a conversation each reply is judged, and it goes on"""
    with Box() as box:
        script = box.write("s.json", json.dumps({"steps": [{"text": "no"}, {"text": "[2]"}]}))
        r = ended(box.run("-p", "mock", "-o", "mock.script=" + script, "-f", "jsonl", *schema(box), stdin='{"say":"a"}\n{"say":"b"}\n'), 0)
        same([[e["event"], e.get("kind")] for e in lines_of(r.out) if e["event"] in ("done", "error")], [["error", "protocol"], ["done", None]])


@test
def not_taken():
    """A provider that takes no schema is refused before anything is sent"""
    with Box() as box:
        ended(box.run("--plugin-path", ABI, "-p", "echo", *schema(box), "Hi"), 2, "", "hobnob: echo does not take a schema of the reply (--schema)\n"
              "  leave out --schema; or take another provider (-p NAME, /provider NAME)\n")


@test_each([("a list", b"[1]", "a JSON Schema is an object, between { and }"), ("cut", b'{"a":', "not JSON: incomplete, after 5 bytes"),
            ("empty", b"", "not JSON: empty, after 0 bytes"), ("null", b"null", None), ("UTF-16", b"\xff\xfe{\0}\0", "it is UTF-16, not UTF-8"),
            ("too large", b"{" + b" " * (1 << 20) + b"}", "larger than 1048576 bytes")])
def no_schema(content, why):
    """A file that is no schema is refused with exit 2 before anything is sent"""
    with Server(reply("{}")) as server, at_server(server) as box:
        path = box.write("s.json", content)
        r = ended(box.run("-n", "--schema", path, "Hi"), 2, "")
        same(r.err.startswith(f"hobnob: --schema: {path}: {why or ''}"), True, r)
        same(server.requests, [])


@test
def no_file():
    """So is one that cannot be read"""
    with Box() as box:
        ended(box.run("-p", "mock", "-n", "--schema", "/nowhere/s.json", "Hi"), 2, "", "hobnob: --schema: /nowhere/s.json: No such file or directory\n")
        ended(box.run("-p", "mock", "-n", "--schema", box.root, "Hi"), 2, "", f"hobnob: --schema: {box.root}: is a directory\n")


def fields(**types):
    """The schema of an object with these fields and no others."""
    return {"type": "object", "properties": types, "required": list(types), "additionalProperties": False}


@test_each([("names", "name,town", fields(name={"type": "string"}, town={"type": "string"})),
            ("types", " n int , x float,yes bool, word str ,",
             fields(n={"type": "integer"}, x={"type": "number"}, yes={"type": "boolean"}, word={"type": "string"})),
            ("one", "age int", fields(age={"type": "integer"})),
            ("descriptions", 'größe int: in cm, "rounded"\nname: the first one\n\n',
             fields(größe={"type": "integer", "description": 'in cm, "rounded"'}, name={"type": "string", "description": "the first one"})),
            ("JSON", json.dumps(SCHEMA), SCHEMA)])
def words(text, meant):
    """Words and JSON are a schema, too; it is known as the reply's"""
    with Server(reply('{"n": 1}')) as server, at_server(server) as box:
        ended(box.run("-n", "--schema", text, "Hi"), 0, '{"n": 1}\n', "")
        sent_so = server.chats[0].json["response_format"]["json_schema"]
        same([sent_so["name"], sent_so["schema"]], ["reply", meant])


@test
def file_of_that_name():
    """What could be words is a file where there is one"""
    with Server(reply('{"n": 1}')) as server, at_server(server) as box:
        box.write("n, m int", json.dumps(SCHEMA))
        ended(box.run("-n", "--schema", "n, m int", "Hi"), 0, '{"n": 1}\n', "")
        same(server.chats[0].json["response_format"]["json_schema"]["schema"], SCHEMA)


@test_each([("a type", "name, age integer", '"integer" is not a type: expected str, int, float or bool\n'
             "  no file has that name: hobnob reads it as fields, such as 'name, age int'"),
            ("a field twice", "a, b, a int", 'the field "a" is there twice'), ("no name", "a, : what", "a field needs a name"),
            ("nothing", " , ", "a field needs a name"), ("JSON that is cut", '{"a": 1', "not JSON: incomplete, after 7 bytes")])
def bad_words(text, why):
    """Words that are no schema are refused with exit 2, and nothing is sent"""
    with Server(reply("{}")) as server, at_server(server) as box:
        ended(box.run("-n", "--schema", text, "Hi"), 2, "", f"hobnob: --schema: {text}: {why}\n")
        same(server.requests, [])


if __name__ == "__main__":
    main()
