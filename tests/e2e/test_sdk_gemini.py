#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""gemini_server.py is true to the API: Google's own SDK (google-genai) understands what it says, and is refused what it refuses."""
import gemini_server as g
from gemini_rules import normal
from hob import KEY, TESTS, Skip, main, same, test, test_each

try:
    from google import genai
    from google.genai import errors, types
except ImportError:
    genai = None

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 16
CLIENTS = []  # one that nobody holds closes its connections


def client(server, key=KEY):
    """A client of the SDK that asks a server of ours."""
    CLIENTS.append(genai.Client(api_key=key, http_options=types.HttpOptions(base_url=server.url)))
    return CLIENTS[-1]


def missing(*_):
    """Skips a test."""
    raise Skip("the SDK google-genai is not installed")


def ask(server, contents="hello", model="gemini-test", **config):
    """A whole reply."""
    return client(server).models.generate_content(model=model, contents=contents, config=types.GenerateContentConfig(**config))


def refusal(server, *args, **config):
    """What the SDK makes of a refusal: its class, status and words."""
    try:
        ask(server, *args, **config)
    except errors.APIError as e:
        return type(e).__name__, e.code, e.status, e.message
    raise AssertionError("nothing was refused")


@test
def streams():
    """A streamed reply: text, thinking, a signature, usage, how it ended"""
    steps = [g.answer(g.chunk(g.thought("Colour asked.")), g.chunk(g.text("Moss is"), used=g.usage(9, 2, 30)),
                      g.chunk(g.text(" green.", "c2ln"), finish="STOP", used=g.usage(9, 4, 30)))]
    with g.Gemini(*steps) as server:
        chunks = list(client(server).models.generate_content_stream(model="gemini-test", contents="colour?"))
        parts = [p for c in chunks for p in c.candidates[0].content.parts]
        same([(p.text, p.thought, p.thought_signature) for p in parts],
             [("Colour asked.", True, None), ("Moss is", None, None), (" green.", None, b"sig")])
        counts = chunks[-1].usage_metadata
        same((counts.prompt_token_count, counts.candidates_token_count, counts.thoughts_token_count, counts.total_token_count), (9, 4, 30, 43))
        same((chunks[-1].candidates[0].finish_reason.name, chunks[-1].model_version), ("STOP", "gemini-test-001"))


@test
def whole():
    """A whole reply has the same parts, neighbours joined"""
    with g.Gemini(g.answer(g.chunk(g.thought("Hm.")), g.chunk(g.text("Moss is")), g.chunk(g.text(" green."), finish="STOP", used=g.usage(9, 4)))) as server:
        got = ask(server)
        same([(p.text, p.thought) for p in got.candidates[0].content.parts], [("Hm.", True), ("Moss is green.", None)])
        same((got.text, got.usage_metadata.total_token_count), ("Moss is green.", 13))


@test
def calls():
    """The SDK's chat calls a tool and hands the result back, signature and all"""
    def tide(port: str) -> str:
        """The tide at a port."""
        return f"high at {port}"

    steps = [g.answer(g.chunk(g.call("tide", {"port": "Brest"}, "c2ln")), g.chunk(g.text(""), finish="STOP")), g.reply("High.")]
    with g.Gemini(*steps) as server:
        same(ask(server, "tide?", model="gemini-3-test", tools=[tide]).text, "High.")
        same(server.refusals, [])
        model, result = normal(server.requests[1].json, "request")["contents"][1:]
        same(model["parts"][0], {"functionCall": {"name": "tide", "args": {"port": "Brest"}}, "thoughtSignature": "c2ln"})
        same(result["parts"], [{"functionResponse": {"name": "tide", "response": {"result": "high at Brest"}}}])


@test
def configures():
    """What the SDK sends for settings, an image, a schema and thinking is taken"""
    with g.Gemini(g.reply("{}")) as server:
        ask(server, ["see", types.Part.from_bytes(data=PNG, mime_type="image/png")], temperature=0.5, top_p=0.9, max_output_tokens=100,
            stop_sequences=["END"], seed=3, system_instruction="Be brief.", response_mime_type="application/json",
            response_json_schema={"type": "object", "properties": {"a": {"type": "integer"}}},
            thinking_config=types.ThinkingConfig(include_thoughts=True, thinking_budget=100))
        same(server.refusals, [])


@test
def pages():
    """The list of models comes in pages"""
    with g.Gemini() as server:
        names = [m.name for m in client(server).models.list(config={"page_size": 3})]
        same(names, ["models/" + m["id"] for m in g.MODELS])
        same([r.query.get("pageToken") for r in server.requests], [None, "3", "6"])


@test
def blocks():
    """A prompt that is blocked has no candidates"""
    with g.Gemini(g.answer(g.blocked())) as server:
        got = ask(server)
        same((got.candidates, got.prompt_feedback.block_reason.name), (None, "PROHIBITED_CONTENT"))


@test_each([
    ("a key", (400, "INVALID_ARGUMENT"), "ClientError", g.fail(*g.BAD_KEY)),
    ("a quota", (429, "RESOURCE_EXHAUSTED"), "ClientError", g.fail(429, "RESOURCE_EXHAUSTED", "You exceeded", *g.quota("PerDay"))),
    ("too much to do", (503, "UNAVAILABLE"), "ServerError", g.fail(503, "UNAVAILABLE", "This model is currently experiencing high demand.")),
])
def fails(expected, kind, step):
    """An error becomes the SDK's own"""
    with g.Gemini(step) as server:
        same(refusal(server)[:3], (kind, *expected))


@test
def breaks_off():
    """An error in a stream becomes the SDK's own"""
    with g.Gemini(g.answer(g.chunk(g.text("Half")), g.problem(503, "UNAVAILABLE", "gone"))) as server:
        said = []
        try:
            for c in client(server).models.generate_content_stream(model="gemini-test", contents="x"):
                said.append(c.text)
        except errors.ServerError as e:
            said.append(e.code)
        same(said, ["Half", 503])


@test
def refuses():
    """What breaks a rule is refused, in Google's words"""
    turn = types.Content
    with g.Gemini(g.reply("no")) as server:
        cases = [
            ({"model": "gemini-none"}, (404, "NOT_FOUND", "models/gemini-none is not found for API version v1beta")),
            ({"contents": [turn(role="user", parts=[types.Part(text="a")]), turn(role="user", parts=[types.Part(text="b")])]},
             (400, "INVALID_ARGUMENT", "Please ensure that multiturn requests alternate")),
            ({"contents": [turn(role="model", parts=[types.Part(text="a")])]}, (400, "INVALID_ARGUMENT", "Please ensure that multiturn")),
            ({"thinking_config": types.ThinkingConfig(thinking_level="LOW")}, (400, "INVALID_ARGUMENT", "Thinking level is not supported")),
            ({"max_output_tokens": 70000}, (400, "INVALID_ARGUMENT", "Unable to submit request because it has a maxOutputTokens value of 70000")),
            ({"model": "tiny-test", "contents": "a " * 30}, (400, "INVALID_ARGUMENT", "The input token count (30) exceeds")),
            ({"model": "gemma-test", "system_instruction": "Be."}, (400, "INVALID_ARGUMENT", "Developer instruction is not enabled")),
            ({"contents": types.Part.from_bytes(data=PNG, mime_type="image/gif")}, (400, "INVALID_ARGUMENT", "Unsupported MIME type: image/gif")),
        ]
        for config, (code, status, words) in cases:
            _, *got = refusal(server, **config)
            same((got[0], got[1], got[2][:len(words)]), (code, status, words))
        try:
            client(server, "sk-wrong").models.generate_content(model="gemini-test", contents="x")
        except errors.ClientError as e:
            same((e.code, e.details["error"]["details"][0]["reason"]), (400, "API_KEY_INVALID"))


if __name__ == "__main__":
    if not genai:
        TESTS[:] = [(missing, args, name) for _, args, name in TESTS]
    main()
