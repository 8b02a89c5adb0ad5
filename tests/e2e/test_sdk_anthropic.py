#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Anthropic's own client takes the answers of anthropic_server.py, and its requests pass the rules there: both are true to the API.

Skipped where the client (the Python module `anthropic`) is not installed.
"""
import base64

import anthropic_server as srv
from hob import KEY, Skip, main, same, test, test_each

PIXEL = base64.b64encode(base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=")).decode()
TIDE = {"name": "tide", "description": "The tide of a port.",
        "input_schema": {"type": "object", "properties": {"port": {"type": "string"}}, "required": ["port"]}}
ASK = {"model": "claude-haiku-4-5", "max_tokens": 2000, "messages": [{"role": "user", "content": "Moss?"}]}
THINK = {"thinking": {"type": "enabled", "budget_tokens": 1024}}


def sdk():
    """The client's module."""
    try:
        import anthropic  # pylint: disable=import-outside-toplevel
    except ImportError as trouble:
        raise Skip("the Python module anthropic is not installed") from trouble
    return anthropic


def client(server, **more):
    """A client of that server."""
    return sdk().Anthropic(**{"base_url": server.url, "api_key": KEY, "max_retries": 0, **more})


def final(server, streamed=True, **more):
    """The message that a request brings."""
    if not streamed:
        return client(server).messages.create(**{**ASK, **more})
    with client(server).messages.stream(**{**ASK, **more}) as s:
        return s.get_final_message()


BOTH = [("streamed", True), ("whole", False)]


@test_each(BOTH)
def text(streamed):
    """Text, its end and its usage arrive"""
    sdk()
    with srv.AnthropicServer(srv.reply(srv.text("Moss is grün."), usage=srv.counts(11, 8, read=5, written=3))) as server:
        m = final(server, streamed)
        same((m.content[0].text, m.stop_reason, m.model), ("Moss is grün.", "end_turn", "claude-haiku-4-5"))
        u = m.usage
        same((u.input_tokens, u.output_tokens, u.cache_read_input_tokens, u.cache_creation_input_tokens), (11, 8, 5, 3))


@test_each(BOTH)
def thoughts(streamed):
    """Reasoning and its signature arrive, and pass the rules when they are handed back with the result of a call"""
    sdk()
    blocks = [srv.thinking("Colour asked."), srv.redacted(), srv.text("I look."), srv.call("tide", {"port": "Brest"}),
              srv.call("tide", {"port": "Cork"}, 2)]
    with srv.AnthropicServer(srv.reply(*blocks), srv.reply(srv.text("High."))) as server:
        more = {**THINK, "tools": [TIDE]}
        m = final(server, streamed, **more)
        same([b.model_dump(exclude_none=True) for b in m.content], blocks)
        same(m.stop_reason, "tool_use")
        results = [{"type": "tool_result", "tool_use_id": b.id, "content": "3 m"} for b in m.content if b.type == "tool_use"]
        turns = [*ASK["messages"], {"role": "assistant", "content": m.content}, {"role": "user", "content": results}]
        same(final(server, streamed, **{**more, "messages": turns}).content[0].text, "High.")


@test
def without_arguments():
    """A call without arguments has an empty input"""
    sdk()
    with srv.AnthropicServer(srv.reply(srv.call("tide", {}))) as server:
        same(final(server, tools=[{"name": "tide", "input_schema": {"type": "object"}}]).content[0].input, {})


@test_each([(*b, r) for b in BOTH for r in ("max_tokens", "pause_turn", "model_context_window_exceeded")])
def ends(streamed, reason):
    """A reply ends for that reason"""
    sdk()
    with srv.AnthropicServer(srv.reply(srv.text("Moss"), reason=reason)) as server:
        same(final(server, streamed).stop_reason, reason)


@test_each(BOTH)
def refusal(streamed):
    """A refusal says which category, and why"""
    sdk()
    with srv.AnthropicServer(srv.refuse()) as server:
        m = final(server, streamed)
        same((m.content, m.stop_reason, m.stop_details.category, m.stop_details.explanation),
             ([], "refusal", "cyber", "This request could enable harm."))


@test_each(BOTH)
def rich(streamed):
    """An image, a document, a schema, a mark of what is cached, and blocks of the server's own tools pass the rules"""
    sdk()
    mark = {"cache_control": {"type": "ephemeral"}}
    content = [{"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PIXEL}},
               {"type": "document", "title": "a.txt", "source": {"type": "text", "media_type": "text/plain", "data": "Moss."}},
               {"type": "text", "text": "What is it?", **mark}]
    schema = {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": False}
    with srv.AnthropicServer(srv.reply(srv.searched(), srv.text('{"a":"b"}'))) as server:
        m = final(server, streamed, messages=[{"role": "user", "content": content}], system=[{"type": "text", "text": "Be brief.", **mark}],
                  output_config={"format": {"type": "json_schema", "schema": schema}}, stop_sequences=["END"])
        same([b.type for b in m.content], ["server_tool_use", "web_search_tool_result", "text"])


@test
def models():
    """All pages of the list of models arrive, and one model by its name"""
    sdk()
    with srv.AnthropicServer(page=2) as server:
        found = list(client(server).models.list(limit=2))
        same([m.id for m in found], ["claude-haiku-4-5", "claude-opus-4-8", "claude-sonnet-4-6"])
        same(len(server.requests), 2)
        m = client(server).models.retrieve("claude-opus-4-8")
        same((m.max_tokens, m.max_input_tokens, m.capabilities.thinking.types.enabled.supported), (128000, 1000000, False))


@test_each([
    ("400", 400, "invalid_request_error", "BadRequestError"), ("401", 401, "authentication_error", "AuthenticationError"),
    ("403", 403, "permission_error", "PermissionDeniedError"), ("404", 404, "not_found_error", "NotFoundError"),
    ("413", 413, "request_too_large", "APIStatusError"), ("429", 429, "rate_limit_error", "RateLimitError"),
    ("500", 500, "api_error", "InternalServerError"), ("529", 529, "overloaded_error", "APIStatusError"),
])
def errors(status, kind, name):
    """An error of that status is of the client's class"""
    anthropic = sdk()
    with srv.AnthropicServer(srv.error(status, kind, "Because.")) as server:
        try:
            final(server)
        except getattr(anthropic, name) as e:
            return same((e.status_code, e.body["error"]["type"], e.request_id), (status, kind, srv.REQUEST_ID))
    raise AssertionError("there was no error")


@test
def error_inside():
    """An error in the middle of a stream is one"""
    anthropic = sdk()
    with srv.AnthropicServer(srv.broken(srv.start(), srv.event(srv.wrong("overloaded_error", "Overloaded")))) as server:
        try:
            final(server)
        except anthropic.APIStatusError as e:
            return same(e.body["error"]["type"], "overloaded_error")
    raise AssertionError("there was no error")


OLD, NEW = ({"extra_headers": {"anthropic-version": v}} for v in ("2023-06-01", "2026-10-21"))
ASSISTANT = {"role": "assistant", "content": "Green."}


def said(content):
    """One question."""
    return [{"role": "user", "content": content}]


def many_marks(n):
    """A question with that many marks."""
    return said([{"type": "text", "text": str(i), "cache_control": {"type": "ephemeral"}} for i in range(n)])


FORGED = [*ASK["messages"], {"role": "assistant", "content": [srv.thinking("x"), srv.text("Green.")]}, *ASK["messages"]]
UNANSWERED = [*ASK["messages"], {"role": "assistant", "content": [srv.call("tide", {"port": "Brest"})]}, *ASK["messages"]]
ORPHAN = said([{"type": "tool_result", "tool_use_id": "toolu_09", "content": "x"}])
PNG_AS_JPEG = said([{"type": "image", "source": {"type": "base64", "media_type": "image/jpeg", "data": PIXEL}}])
OPEN = {"output_config": {"format": {"type": "json_schema", "schema": {"type": "object", "properties": {}}}}}


@test_each([
    ("no max_tokens", {"max_tokens": None}, "max_tokens: Input should be a valid integer"),
    ("too many", {"max_tokens": 70000}, "max_tokens: 70000 > 64000"),
    ("unknown model", {"model": "claude-9"}, "model: claude-9"),
    ("unknown member", {"extra_body": {"seed": 1}}, "seed: Extra inputs are not permitted"),
    ("the model begins", {"messages": [ASSISTANT, *ASK["messages"]]}, 'first message must use the "user" role'),
    ("roles in a row", {"messages": [*ASK["messages"], *ASK["messages"]]}, "roles must alternate"),
    ("prefill", {"model": "claude-opus-4-8", "messages": [*ASK["messages"], ASSISTANT]}, "does not support assistant message prefill"),
    ("empty text", {"messages": said([{"type": "text", "text": ""}])}, "text content blocks must be non-empty"),
    ("five marks", {"messages": many_marks(5)}, "A maximum of 4 blocks with cache_control may be provided. Found 5."),
    ("a forged signature", {"messages": FORGED}, "messages.1.content.0: Invalid `signature` in `thinking` block"),
    ("a call without a result", {"messages": UNANSWERED}, "`tool_use` ids were found without `tool_result` blocks"),
    ("a result without a call", {"messages": ORPHAN}, "unexpected `tool_use_id` found in `tool_result` blocks: toolu_09"),
    ("another kind of image", {"messages": PNG_AS_JPEG}, "does not appear to be a valid one"),
    ("an open schema", OPEN, "'additionalProperties' must be explicitly set to false"),
    ("a small budget", {"thinking": {"type": "enabled", "budget_tokens": 10}}, "Input should be greater than or equal to 1024"),
    ("a budget beyond the limit", {"thinking": {"type": "enabled", "budget_tokens": 2000}}, "`max_tokens` must be greater than"),
    ("thinking by another way", {"model": "claude-opus-4-8", **THINK}, '"thinking.type.enabled" is not supported for this model'),
    ("temperature of a new model", {"model": "claude-opus-4-8", "extra_body": {"temperature": 0.5}, **OLD}, "`temperature` is deprecated"),
    ("temperature and thinking", {"extra_body": {"temperature": 0.5}, **THINK, **OLD}, "`temperature` may only be set to 1"),
    ("temperature of the later version", {"extra_body": {"temperature": 1}, **NEW}, "temperature: Extra inputs are not permitted"),
    ("a tool that is not there", {"tools": [TIDE], "tool_choice": {"type": "tool", "name": "moon"}}, "Tool 'moon' not found"),
    ("an effort", {"output_config": {"effort": "low"}}, "does not support the effort parameter"),
])
def rules(more, words):
    """A request that breaks a rule is refused in the API's words"""
    anthropic = sdk()
    with srv.AnthropicServer(srv.reply(srv.text("no"))) as server:
        try:
            final(server, **more)
        except anthropic.APIStatusError as e:
            assert words in e.body["error"]["message"], e.body
            return
    raise AssertionError("it was answered")


@test_each([
    ("a wrong key", {"api_key": "sk-ant-other"}, "invalid x-api-key"),
    ("another version", {"default_headers": {"anthropic-version": "2020-01-01"}}, "is not a valid version"),
])
def heads(more, words):
    """A request with a wrong head is refused"""
    anthropic = sdk()
    with srv.AnthropicServer(srv.reply(srv.text("no"))) as server:
        try:
            client(server, **more).messages.create(**ASK)
        except anthropic.APIStatusError as e:
            assert words in e.body["error"]["message"], e.body
            return
    raise AssertionError("it was answered")


if __name__ == "__main__":
    main()
