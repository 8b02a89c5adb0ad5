#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The server that the tests of the provider ollama ask, as Ollama's own Python client sees it (pip install ollama)."""
import base64

from hob import Skip, main, same, test, test_each
from ollama_server import Model, Ollama, answer, broken, call, fault, part, stream

try:
    import ollama
    import httpx
except ImportError:
    ollama = None

ASK = [{"role": "user", "content": "hi"}]
WEATHER = {"type": "function", "function": {"name": "weather", "description": "of a town", "parameters": {
    "type": "object", "properties": {"town": {"type": "string"}}, "required": ["town"]}}}
PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


def client(server, **more):
    """The client, led to the server."""
    if not ollama:
        raise Skip("the Python package ollama is not installed")
    return ollama.Client(host=server.url, **more)


@test
def streamed_text():
    """A streamed reply: pieces of text, the counts and the end"""
    with Ollama(answer("Hel", "lo wörld 🚀", usage=(11, 3), load=5)) as server:
        got = list(client(server).chat("test-model", ASK, stream=True))
    same([p.message.content for p in got], ["Hel", "lo wörld 🚀", ""])
    same([p.done for p in got], [False, False, True])
    same((got[2].done_reason, got[2].prompt_eval_count, got[2].eval_count, got[2].load_duration), ("stop", 11, 3, 5))
    same(got[0].model, "test-model")


@test
def whole_text():
    """A reply that is not streamed comes as one document"""
    with Ollama(answer({"thinking": "hm"}, "Hel", "lo", reason="length")) as server:
        got = client(server).chat("test-model", ASK, think=True)
    same((got.message.content, got.message.thinking, got.done, got.done_reason), ("Hello", "hm", True, "length"))


@test
def thinking():
    """Thoughts come in a member of their own"""
    with Ollama(answer({"thinking": "let "}, {"thinking": "me see"}, "42")) as server:
        got = list(client(server).chat("test-model", ASK, stream=True, think="high"))
        same(server.chats[0].json["think"], "high")
    same([p.message.thinking for p in got], ["let ", "me see", None, None])


@test
def tools():
    """A call of a tool, its result, and the reply to that"""
    calls = {"tool_calls": [call("weather", {"town": "Ulm"})]}
    with Ollama(answer(calls), answer("Sunny.")) as server:
        asked = client(server)
        got = asked.chat("test-model", ASK, tools=[WEATHER])
        same((got.message.tool_calls[0].function.name, got.message.tool_calls[0].function.arguments), ("weather", {"town": "Ulm"}))
        result = {"role": "tool", "tool_name": "weather", "content": "sun"}
        same(asked.chat("test-model", [*ASK, got.message, result], tools=[WEATHER]).message.content, "Sunny.")


@test
def images_and_schema():
    """An image as base64, and a schema as the format"""
    with Ollama(answer("{}")) as server:
        message = {"role": "user", "content": "what is it?", "images": [PIXEL]}
        client(server).chat("test-model", [message], format={"type": "object"}, options={"num_ctx": 4096, "stop": ["x"]}, keep_alive="5m")
        same(server.chats[0].json["messages"][0]["images"], [base64.b64encode(PIXEL).decode()])


@test
def models():
    """The list, and what one model is"""
    with Ollama(answer("x"), models=(Model("small", 2048, ("completion",)), Model("me/big:7b"))) as server:
        asked = client(server)
        same([m.model for m in asked.list().models], ["small:latest", "me/big:7b"])
        shown = asked.show("small")
        same((shown.modelinfo["llama.context_length"], shown.capabilities), (2048, ["completion"]))
        same([m.name for m in asked.ps().models], ["small:latest"])


FAULTS = [
    ("no such model", {"model": "other"}, 404, "model 'other' not found"),
    ("a model that does not think", {"model": "plain", "think": True}, 400, '"plain" does not support thinking'),
    ("a model without tools", {"model": "plain", "tools": [WEATHER]}, 400, "registry.ollama.ai/library/plain:latest does not support tools"),
    ("a model that does not chat", {"model": "vectors"}, 400, '"vectors" does not support chat'),
    ("a time that is not one", {"keep_alive": "5 minutes"}, 400, 'time: invalid duration "5 minutes"'),
    ("an option of the wrong type", {"options": {"temperature": "hot"}}, 500, 'option "temperature" must be of type float32'),
]


@test_each(FAULTS)
def faults(how, status, words):
    """The server refuses"""
    known = (Model("test-model"), Model("plain", capabilities=("completion",)), Model("vectors", capabilities=("embedding",)))
    with Ollama(answer("x"), models=known) as server:
        asked = client(server)
        try:
            asked.chat(**{"model": "test-model", "messages": ASK, **how})
        except ollama.ResponseError as refused:
            same((refused.status_code, refused.error), (status, words))
            return
    raise AssertionError("it was answered")


@test
def unloading():
    """A request without messages loads a model, or unloads it"""
    with Ollama(answer("x")) as server:
        same(client(server).chat("test-model").done_reason, "load")
        same(client(server).chat("test-model", keep_alive=0).done_reason, "unload")
        same(server.taken, 0)


@test
def errors_of_steps():
    """An error before the reply, one inside it, and the key"""
    with Ollama(fault(503, "server busy, please try again.  maximum pending requests exceeded"), broken("out of memory", {"content": "Hel"}),
                stream([part({"content": "Hel"})], whole=False), key="k") as server:
        asked = client(server, headers={"Authorization": "Bearer k"})
        try:
            asked.chat("test-model", ASK)
        except ollama.ResponseError as refused:
            same((refused.status_code, refused.error[:11]), (503, "server busy"))
        came = []
        try:
            for piece in asked.chat("test-model", ASK, stream=True):
                came.append(piece.message.content)
        except ollama.ResponseError as refused:
            same((refused.error, came), ("out of memory", ["Hel"]))
        try:
            list(asked.chat("test-model", ASK, stream=True))
            raise AssertionError("a stream that broke off went through")
        except httpx.RemoteProtocolError:
            pass
        try:
            client(server).list()
            raise AssertionError("the list needs no key")
        except ollama.ResponseError as refused:
            same(refused.status_code, 401)


if __name__ == "__main__":
    main()
