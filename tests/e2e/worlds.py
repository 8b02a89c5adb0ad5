# SPDX-License-Identifier: MIT
"""The eight providers, each with a server or a program of its own, seen in one way: what they are asked, and what they keep.

    with World("anthropic") as world: ... world.env ... world.asked() ...

Each answers "NAME n" to its n-th question, with reasoning that is to be handed back where its API has that. The servers refuse what breaks
the rules of their API, so that a good reply says that the request was a good one.
"""
import json
import os
import sys
import tempfile

import anthropic_server
import gemini_server
import ollama_server
import responses_server
from hob import KEY
from server import Server, body, chunk, event, pieces

NAMES = ("anthropic", "exec", "gemini", "mock", "ollama", "openai", "openrouter", "responses")

PROGRAM = """import json, sys
request = json.loads(sys.stdin.readline())
with open(sys.argv[1], "a", encoding="utf-8") as f:
    f.write(json.dumps(request) + "\\n")
with open(sys.argv[1], encoding="utf-8") as f:
    n = len(f.readlines())
def say(event, **members):
    print(json.dumps({"event": event, **members}), flush=True)
say("reasoning", text="Hm.")
say("opaque", name="exec.kept", data="kept-exec")
say("text", text="exec %d" % n)
say("usage", prompt_tokens=3, completion_tokens=2)
say("finish", finish="stop")
"""


def chat_completion(name, kept):
    """A step of a server of chat completions."""
    def step(conn, request):
        request.server.answered += 1
        said = f"{name} {request.server.answered}"
        details = {"reasoning_details": [{"type": "reasoning.text", "text": "Hm.", "signature": kept, "index": 0}]}
        delta = details if name == "openrouter" else {"reasoning_content": "Hm."}
        if request.json.get("stream"):
            return pieces([chunk(delta), chunk({"content": said}, "stop"), event(b"[DONE]")])(conn, request)
        return body(200, {"choices": [{"message": {"content": said, **delta}, "finish_reason": "stop"}]})(conn, request)
    return step


class Chats(Server):
    """A server of chat completions that counts its replies."""

    def __init__(self, name):
        self.answered = 0
        super().__init__(chat_completion(name, "kept-" + name))

    def step_for(self, request):
        request.server = self
        return super().step_for(request)


def numbered(server, make):
    """Steps that answer with the number of the question: the server has as many as a test asks."""
    server.steps = [make(f"{server.world} {n}") for n in range(1, 40)]
    return server


def server_of(name):
    """The server of a provider, or None."""
    if name in ("openai", "openrouter"):
        return Chats(name)
    made = {"anthropic": (anthropic_server.AnthropicServer, lambda said: anthropic_server.reply(
                anthropic_server.thinking("Hm.", "a2VwdC1hbnRocm9waWM="), anthropic_server.text(said))),
            "gemini": (gemini_server.Gemini, lambda said: gemini_server.answer(
                gemini_server.chunk(gemini_server.thought("Hm.")),
                gemini_server.chunk(gemini_server.text(said, "a2VwdC1nZW1pbmk="), finish="STOP"))),
            "ollama": (ollama_server.Ollama, lambda said: ollama_server.answer({"thinking": "kept-ollama"}, said)),
            "responses": (responses_server.Responses, lambda said: responses_server.answer(
                responses_server.reasoning("Hm."), responses_server.message(said)))}
    if name not in made:
        return None
    cls, make = made[name]
    server = cls(make(""))
    server.world = name
    return numbered(server, make)


# What each keeps of its own replies, as it stands in a request; None: nothing.
KEPT = {"anthropic": "a2VwdC1hbnRocm9waWM=", "exec": "kept-exec", "gemini": "a2VwdC1nZW1pbmk=", "mock": None, "ollama": "kept-ollama",
        "openai": None, "openrouter": "kept-openrouter", "responses": "encrypted_content"}


def text_of(content):
    """The text of a message's content: a string, or parts."""
    if isinstance(content, str):
        return content
    return "".join(p.get("text", "") for p in content if not p.get("thought") and p.get("type", "text") in ("text", "input_text", "output_text"))


def messages_of(name, request):
    """The roles and texts of a request."""
    if name == "gemini":
        rows = [({"model": "assistant"}.get(c["role"], c["role"]), text_of(c["parts"])) for c in request["contents"]]
    elif name == "responses":
        items = [i for i in request["input"] if i.get("type", "message") == "message"]
        rows = [(i["role"], text_of(i["content"])) for i in items]
    elif name == "exec":
        rows = [(m["role"], m["text"]) for m in request["messages"]]
    else:
        rows = [(m["role"], text_of(m["content"])) for m in request["messages"]]
    return [row for row in rows if row[0] not in ("system", "developer")]


class World:
    """One provider and who answers for it."""

    def __init__(self, name):
        self.name, self.server, self.env, self.options = name, None, {}, []

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
        self.server = server_of(self.name)
        if self.server:
            self.server.__enter__()
            self.env = self.environment()
        elif self.name == "mock":
            path = os.path.join(self.folder.name, "script.json")
            with open(path, "w", encoding="utf-8") as f:
                json.dump({"steps": [{"text": f"mock {n}", "reasoning": "Hm."} for n in range(1, 40)]}, f)
            self.options = ["-o", "mock.script=" + path]
        else:
            self.log = os.path.join(self.folder.name, "log")
            path = os.path.join(self.folder.name, "it.py")
            with open(path, "w", encoding="utf-8") as f:
                f.write(PROGRAM)
            self.options = ["-o", "exec.command=" + json.dumps([sys.executable, path, self.log])]
        return self

    def __exit__(self, *why):
        if self.server:
            self.server.__exit__(*why)
        self.folder.cleanup()

    def environment(self):
        """What leads the provider to the server."""
        upper = self.name.upper()
        models = {"anthropic": "claude-haiku-4-5", "gemini": "gemini-test"}
        key = {"responses": "OPENAI_API_KEY", "ollama": "HOBNOB_OLLAMA_API_KEY"}.get(self.name, upper + "_API_KEY")
        value = "sk-or-v1-0123456789" if self.name == "openrouter" else KEY
        return {f"HOBNOB_{upper}_BASE_URL": self.server.url, f"HOBNOB_{upper}_MODEL": models.get(self.name, "test-model"),
                **({key: value} if key else {})}

    def asked(self):
        """The requests so far, each a document."""
        if self.server:
            return [r.json for r in self.server.chats]
        if self.name == "exec" and os.path.exists(self.log):
            with open(self.log, encoding="utf-8") as f:
                return [json.loads(line) for line in f]
        return []
