#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The server of the Responses tests answers OpenAI's own client as the API does; skipped where that is not installed."""
import json

from hob import Skip, main, same, test, test_each
from responses_server import FAILED, FLAT, NESTED, Responses, answer, call, message, reasoning, refusal, text, trouble
from server import error

try:
    import openai
except ImportError:
    openai = None

TOOL = {"type": "function", "name": "tide", "description": "When it is high", "strict": True,
        "parameters": {"type": "object", "properties": {"port": {"type": "string"}}, "required": ["port"], "additionalProperties": False}}


def client(server, key="sk-test"):
    """The client, led to a server of ours."""
    if not openai:
        raise Skip("no module openai (pip install openai)")
    return openai.OpenAI(api_key=key, base_url=server.url, max_retries=0)


def ask(server, how="whole", **more):
    """The response to a request, whole or put together from a stream by the client."""
    asked = {"model": "test-model", "input": "Hi", **more}
    if how == "whole":
        return client(server).responses.create(**asked)
    with client(server).responses.stream(**asked) as stream:  # it keeps to the order of events, and joins the pieces
        return [event for event in stream if event.type in ("response.completed", "response.incomplete")][0].response


WAYS = [("whole", "whole"), ("streamed", "stream")]


@test_each(WAYS)
def says(how):
    """The client gets text, model, usage"""
    with Responses(text("Hello wörld", usage=(11, 4, 2, 1))) as server:
        got = ask(server, how)
        same([got.output_text, got.status, got.model, got.store], ["Hello wörld", "completed", "test-model-2026-01-01", True])
        same([got.usage.input_tokens, got.usage.input_tokens_details.cached_tokens, got.usage.output_tokens,
              got.usage.output_tokens_details.reasoning_tokens], [11, 2, 4, 1])


@test_each(WAYS)
def thinks_and_calls(how):
    """The client gets reasoning and calls, and may hand both back with the results"""
    with Responses(answer(reasoning("Colour asked."), call("tide", {"port": "Brest"}), call("tide", {"port": "Cork"})), text("High.")) as server:
        first = ask(server, how, tools=[TOOL], store=False, include=["reasoning.encrypted_content"])
        same([o.type for o in first.output], ["reasoning", "function_call", "function_call"])
        same(first.output[0].summary[0].text, "Colour asked.")
        same([[o.name, json.loads(o.arguments)] for o in first.output[1:]], [["tide", {"port": "Brest"}], ["tide", {"port": "Cork"}]])
        history = [{"role": "user", "content": "Hi"}] + [
            {k: v for k, v in o.model_dump(exclude_none=True).items() if k != "parsed_arguments"} for o in first.output]
        history += [{"type": "function_call_output", "call_id": o.call_id, "output": "noon"} for o in first.output[1:]]
        same(ask(server, how, tools=[TOOL], store=False, input=history).output_text, "High.")


@test_each(WAYS)
def refuses(how):
    """The client gets a refusal, and why a response is incomplete"""
    with Responses(answer(refusal("No.")), answer(message("Half of"), incomplete="max_output_tokens")) as server:
        same(ask(server, how).output[0].content[0].refusal, "No.")
        got = ask(server, how)
        same([got.status, got.incomplete_details.reason, got.output_text], ["incomplete", "max_output_tokens", "Half of"])


@test
def chains():
    """An id leads on to what is stored, until it is forgotten"""
    with Responses(text("one"), text("two")) as server:
        first = ask(server, input="a")
        same(ask(server, input="b", previous_response_id=first.id).output_text, "two")
        server.forget()
        fails(openai.BadRequestError, "previous_response_not_found", lambda: ask(server, input="c", previous_response_id=first.id))


@test
def lists():
    """The client gets the models"""
    with Responses(text("x")) as server:
        same([m.id for m in client(server).models.list()], ["test-model", "plain-model", "gpt-5-nano"])


def fails(kind, code, function):
    """It raises that error with that code."""
    try:
        function()
    except openai.APIError as trouble_:
        same([type(trouble_), trouble_.code], [kind, code])
        return
    raise AssertionError(f"no {kind}")


DATA = "data:image/png;base64,aGk="
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": False}


@test_each([
    ("an image", [{"type": "input_text", "text": "What is it?"}, {"type": "input_image", "image_url": DATA, "detail": "auto"}]),
    ("a file", [{"type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64,aGk="}]),
])
def takes(content):
    """The server takes what the API takes"""
    with Responses(text("Fine.")) as server:
        got = ask(server, input=[{"role": "developer", "content": "Be brief."}, {"role": "user", "content": content}], instructions="Be kind.",
                  text={"format": {"type": "json_schema", "name": "n", "schema": SCHEMA, "strict": True}}, max_output_tokens=16, temperature=1.5,
                  reasoning={"effort": "low", "summary": "auto"})
        same(got.output_text, "Fine.")


CALL = {"type": "function_call", "call_id": "c1", "name": "tide", "arguments": "{}"}
SEALED = {"type": "reasoning", "id": "rs_9", "summary": [], "encrypted_content": "other"}


@test_each([
    ("no input", {"input": []}, "missing_required_parameter"), ("an unknown member", {"extra_body": {"stop": ["x"]}}, "unknown_parameter"),
    ("another model", {"model": "gpt-9"}, "model_not_found"), ("a short limit", {"max_output_tokens": 5}, "integer_below_min_value"),
    ("a wrong type", {"temperature": "hot"}, "invalid_type"), ("too hot", {"temperature": 3}, "decimal_above_max_value"),
    ("a wrong role", {"input": [{"role": "tool", "content": "x"}]}, "invalid_value"),
    ("a part of the other side", {"input": [{"role": "assistant", "content": [{"type": "input_text", "text": "x"}]}]}, "invalid_value"),
    ("no data URL", {"input": [{"role": "user", "content": [{"type": "input_image", "image_url": "aGk="}]}]}, "invalid_value"),
    ("another media type", {"input": [{"role": "user", "content": [{"type": "input_image", "image_url": "data:image/bmp;base64,aGk="}]}]}, "invalid_value"),
    ("broken base64", {"input": [{"role": "user", "content": [{"type": "input_image", "image_url": "data:image/png;base64,a!"}]}]}, "invalid_base64"),
    ("a file without a name", {"input": [{"role": "user", "content": [{"type": "input_file", "file_data": DATA}]}]}, "missing_required_parameter"),
    ("a call without its result", {"input": [CALL, {"role": "user", "content": "x"}]}, None),
    ("a result without its call", {"input": [{"type": "function_call_output", "call_id": "c1", "output": "x"}]}, None),
    ("reasoning of others", {"input": [SEALED, {"role": "user", "content": "x"}]}, "invalid_encrypted_content"),
    ("a nested tool", {"tools": [{"type": "function", "function": {"name": "x"}}]}, "unknown_parameter"),
    ("a loose strict tool", {"tools": [{**TOOL, "parameters": {"type": "object"}}]}, "invalid_function_parameters"),
    ("a loose strict schema", {"text": {"format": {"type": "json_schema", "name": "n", "schema": {"type": "object"}, "strict": True}}}, "invalid_json_schema"),
    ("a choice without tools", {"tool_choice": "required"}, None),
    ("reasoning of a model that has none", {"model": "plain-model", "reasoning": {"effort": "low"}}, "unsupported_parameter"),
    ("its secret", {"model": "plain-model", "include": ["reasoning.encrypted_content"]}, None),
    ("temperature of a model that reasons", {"model": "gpt-5-nano", "temperature": 0.5}, None),
])
def rules(more, code):
    """What breaks a rule is refused with 400"""
    with Responses(text("x")) as server:
        client(server)
        fails(openai.BadRequestError, code, lambda: ask(server, **more))


@test
def wrong_key():
    """A wrong key is refused with 401"""
    with Responses(text("x"), key="sk-right") as server:
        client(server)
        fails(openai.AuthenticationError, "invalid_api_key", lambda: ask(server))


@test_each([(401, "AuthenticationError"), (403, "PermissionDeniedError"), (404, "NotFoundError"), (429, "RateLimitError"), (500, "InternalServerError")])
def statuses(name):
    """An error of each status is of its class"""
    status = {"AuthenticationError": 401, "PermissionDeniedError": 403, "NotFoundError": 404, "RateLimitError": 429}.get(name, 500)
    with Responses(error(status, "no", code="c")) as server:
        client(server)
        fails(getattr(openai, name), "c", lambda: ask(server))


@test_each([("flat", (FLAT,)), ("nested", (NESTED, FAILED))])
def broken(shapes):
    """An error in a stream reaches the client, in both shapes"""
    with Responses(trouble("server_error", "It broke.", message("Half"), shapes=shapes)) as server:
        seen, asking = [], client(server)
        try:
            for event in asking.responses.create(model="test-model", input="Hi", stream=True):
                seen.append(event.type)
        except openai.APIError as trouble_:
            same([trouble_.message, seen[-1]], ["It broke.", "response.output_item.done"])
            return
        same(seen[-1], "error")


if __name__ == "__main__":
    main()
