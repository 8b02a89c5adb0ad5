# SPDX-License-Identifier: MIT
"""What Anthropic's Messages API takes, and the words in which it refuses the rest.

check() raises Refused for a request that breaks a rule. It knows a model of each kind: one with manual thinking, one with both
kinds, and one that takes adaptive thinking alone and no sampling.
"""
import base64
import re

MODELS = {
    "claude-haiku-4-5": {"window": 200000, "output": 64000, "thinking": ("enabled",), "effort": False, "sampling": True, "prefill": True},
    "claude-sonnet-4-6": {"window": 1000000, "output": 64000, "thinking": ("enabled", "adaptive"), "effort": True, "sampling": True,
                          "prefill": False},
    "claude-opus-4-8": {"window": 1000000, "output": 128000, "thinking": ("adaptive",), "effort": True, "sampling": False,
                        "prefill": False},
}
EFFORTS = ("low", "medium", "high", "xhigh", "max")
VERSIONS = ("2023-06-01", "2026-10-21")  # the later one takes no sampling
PICTURES = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n", "image/gif": b"GIF8", "image/webp": b"RIFF"}
MARKS = 4


class Refused(Exception):
    """A request that breaks a rule: the status, the type and the message of the answer."""

    def __init__(self, message, status=400, kind="invalid_request_error"):
        super().__init__(message)
        self.status, self.kind, self.message = status, kind, message


# ---- forms ---------------------------------------------------------------------------------------

def bad(where, why):
    """Refuses what stands there."""
    raise Refused(f"{where}: {why}")


def text(v, at):
    """A string."""
    if not isinstance(v, str):
        bad(at, "Input should be a valid string")


def full(v, at):
    """A string that is not empty."""
    text(v, at)
    if not v:
        bad(at, "String should have at least 1 character")


def whole(v, at):
    """An integer, 1 or more."""
    if not isinstance(v, int) or isinstance(v, bool):
        bad(at, "Input should be a valid integer")
    if v < 1:
        bad(at, "Input should be greater than or equal to 1")


def flag(v, at):
    """true or false."""
    if not isinstance(v, bool):
        bad(at, "Input should be a valid boolean")


def share(v, at):
    """A number from 0 to 1."""
    if not isinstance(v, (int, float)) or isinstance(v, bool):
        bad(at, "Input should be a valid number")
    if v < 0:
        bad(at, "Input should be greater than or equal to 0")
    if v > 1:
        bad(at, "Input should be less than or equal to 1")


def anything(_, __):
    """Whatever it is."""


def mapping(v, at):
    """An object."""
    if not isinstance(v, dict):
        bad(at, "Input should be a valid dictionary")


def word(*allowed):
    """One of some words."""
    def see(v, at):
        if v not in allowed:
            bad(at, "Input should be " + ", ".join(f"'{w}'" for w in allowed))
    return see


def many(one, least=0):
    """A list."""
    def see(v, at):
        if not isinstance(v, list):
            bad(at, "Input should be a valid list")
        if len(v) < least:
            bad(at, f"List should have at least {least} item after validation, not {len(v)}")
        for i, item in enumerate(v):
            one(item, f"{at}.{i}")
    return see


def thing(required, optional=None):
    """An object with these members, and no others."""
    optional = optional or {}

    def see(v, at):
        if not isinstance(v, dict):
            bad(at, "Input should be a valid dictionary or object to extract fields from")
        at = at + "." if at else ""
        for name in required:
            if name not in v:
                bad(at + name, "Field required")
        for name, value in v.items():
            if name not in required and name not in optional:
                bad(at + name, "Extra inputs are not permitted")
            (required.get(name) or optional[name])(value, at + name)
    return see


def tagged(kinds):
    """An object whose form its type says."""
    def see(v, at):
        if not isinstance(v, dict) or "type" not in v:
            bad(at + ".type", "Field required")
        if v["type"] not in kinds:
            names = ", ".join(f"'{k}'" for k in kinds)
            bad(at, f"Input tag '{v['type']}' found using 'type' does not match any of the expected tags: {names}")
        kinds[v["type"]](v, f"{at}.{v['type']}")
    return see


def either(string, items):
    """A string, or a list."""
    def see(v, at):
        (string if isinstance(v, str) else items)(v, at)
    return see


MARK = {"cache_control": thing({"type": word("ephemeral")}, {"ttl": word("5m", "1h")})}


def text_block(v, at):
    """{"type":"text"}: its text is not empty."""
    thing({"type": anything, "text": text}, MARK)(v, at)
    if not v["text"]:
        raise Refused("messages: text content blocks must be non-empty")


def bytes_source(types, signs=None):
    """Bytes in base64."""
    def see(v, at):
        thing({"type": anything, "media_type": word(*types), "data": text})(v, at)
        try:
            data = base64.b64decode(v["data"], validate=True)
        except ValueError:
            data = b""
        if not data:
            bad(at + ".data", "invalid base64 data")
        if signs and not data.startswith(signs[v["media_type"]]):
            bad(at + ".data", f"The image was specified using the {v['media_type']} media type, but does not appear to be a valid one")
    return see


def tool_id(v, at):
    """The id of a call."""
    text(v, at)
    if not re.fullmatch(r"[a-zA-Z0-9_-]+", v):
        bad(at, "String should match pattern '^[a-zA-Z0-9_-]+$'")


def result(v, at):
    """The result of a call: of one that failed it says something."""
    RESULT(v, at)
    if v.get("is_error") and not v.get("content"):
        bad(at, "content cannot be empty if `is_error` is true")


URL = thing({"type": anything, "url": full})
IMAGE = thing({"type": anything, "source": tagged({"base64": bytes_source(PICTURES, PICTURES), "url": URL})}, MARK)
DOCUMENT = thing({"type": anything, "source": tagged({
    "base64": bytes_source(["application/pdf"]), "url": URL,
    "text": thing({"type": anything, "media_type": word("text/plain"), "data": full})})},
    {"title": text, "context": text, **MARK})
RESULT = thing({"type": anything, "tool_use_id": tool_id},
               {"content": either(text, many(tagged({"text": text_block, "image": IMAGE, "document": DOCUMENT}))),
                "is_error": flag, **MARK})
USER = {"text": text_block, "image": IMAGE, "document": DOCUMENT, "tool_result": result}
ASSISTANT = {
    "text": text_block,
    "thinking": thing({"type": anything, "thinking": text, "signature": full}),
    "redacted_thinking": thing({"type": anything, "data": full}),
    "tool_use": thing({"type": anything, "id": tool_id, "name": full, "input": mapping}, MARK),
    "server_tool_use": thing({"type": anything, "id": full, "name": full, "input": mapping}, MARK),
    "web_search_tool_result": thing({"type": anything, "tool_use_id": full, "content": anything}, MARK),
}


def message(v, at):
    """A message of the user's or of the model's."""
    thing({"role": word("user", "assistant"), "content": anything})(v, at)
    if isinstance(v["content"], str) and not v["content"]:
        raise Refused(f"{at}: user messages must have non-empty content")
    kinds = USER if v["role"] == "user" else ASSISTANT
    either(text, many(tagged(kinds), 1))(v["content"], at + ".content")


def tool_name(v, at):
    """The name of a tool."""
    text(v, at)
    if not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", v):
        bad(at, "String should match pattern '^[a-zA-Z0-9_-]{1,64}$'")


def input_schema(v, at):
    """The schema of a tool's input: an object."""
    mapping(v, at)
    if v.get("type") != "object":
        bad(at + ".type", "Input should be 'object'" if "type" in v else "Field required")


TOOL = thing({"name": tool_name, "input_schema": input_schema}, {"description": text, "strict": flag, "type": word("custom"), **MARK})
ALONE = {"disable_parallel_tool_use": flag}
CHOICE = tagged({"auto": thing({"type": anything}, ALONE), "any": thing({"type": anything}, ALONE), "none": thing({"type": anything}),
                 "tool": thing({"type": anything, "name": full}, ALONE)})


def budget(v, at):
    """Tokens to think by."""
    whole(v, at)
    if v < 1024:
        bad(at, "Input should be greater than or equal to 1024")


DISPLAY = {"display": word("summarized", "omitted")}
THINKING = tagged({"enabled": thing({"type": anything, "budget_tokens": budget}, DISPLAY), "disabled": thing({"type": anything}),
                   "adaptive": thing({"type": anything}, DISPLAY)})


def closed(schema, at):
    """A schema that the API can keep a reply to."""
    mapping(schema, at)
    kind = schema.get("type")
    if kind == "object" and schema.get("additionalProperties") is not False:
        bad(at, "For 'object' type, 'additionalProperties' must be explicitly set to false")
    extra = {"minimum", "maximum", "multipleOf", "minLength", "maxLength", "oneOf"} & set(schema)
    if extra:
        bad(at, f"For '{kind}' type, property '{sorted(extra)[0]}' is not supported")
    for one in [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])]:
        closed(one, at)


OUTPUT = thing({}, {"effort": word(*EFFORTS), "format": thing({"type": word("json_schema"), "schema": closed})})
BODY = thing(
    {"model": full, "max_tokens": whole, "messages": many(message, 1)},
    {"system": either(full, many(tagged({"text": text_block}), 1)), "stream": flag, "stop_sequences": many(full), "temperature": share,
     "top_p": share, "top_k": whole, "metadata": thing({}, {"user_id": text}), "service_tier": word("auto", "standard_only"),
     "thinking": THINKING, "output_config": OUTPUT, "tools": many(TOOL), "tool_choice": CHOICE, **MARK})


# ---- what the parts say together -------------------------------------------------------------------

def blocks(m):
    """The content of a message as a list."""
    return [{"type": "text", "text": m["content"]}] if isinstance(m["content"], str) else m["content"]


def kinds_of(m):
    """The types of its blocks."""
    return [b["type"] for b in blocks(m)]


def is_thought(block):
    """Whether it is reasoning."""
    return block["type"] in ("thinking", "redacted_thinking")


def check_turns(body, model):
    """The user begins, turns alternate, and the user has the last word. (The API itself has joined neighbours since 2024.)"""
    turns = body["messages"]
    if turns[0]["role"] != "user":
        raise Refused('messages: first message must use the "user" role')
    for before, m in zip(turns, turns[1:]):
        if before["role"] == m["role"]:
            raise Refused(f'messages: roles must alternate between "user" and "assistant", but found multiple "{m["role"]}" roles in a row')
    if turns[-1]["role"] != "assistant":
        return
    if not model["prefill"]:
        raise Refused("This model does not support assistant message prefill. The conversation must end with a user message.")
    last = blocks(turns[-1])[-1]
    if last.get("text", "x")[-1:].isspace():
        raise Refused("messages: final assistant content cannot end with trailing whitespace")


def check_calls(body):
    """Each call has its result in the next message, before anything else there; each result has its call."""
    turns = body["messages"]
    for i, m in enumerate(turns):
        calls = [b["id"] for b in blocks(m) if b["type"] == "tool_use"]
        after = blocks(turns[i + 1]) if i + 1 < len(turns) else []
        results = [b["tool_use_id"] for b in after[:len(calls)] if b["type"] == "tool_result"]
        missing = [c for c in calls if c not in results]
        if missing:
            raise Refused(f"messages.{i}: `tool_use` ids were found without `tool_result` blocks immediately after: {', '.join(missing)}. "
                          "Each `tool_use` block must have a corresponding `tool_result` block in the next message.")
        before = [b["id"] for b in blocks(turns[i - 1]) if b["type"] == "tool_use"] if i else []
        for k, b in enumerate(blocks(m)):
            if b["type"] == "tool_result" and b["tool_use_id"] not in before:
                raise Refused(f"messages.{i}.content.{k}: unexpected `tool_use_id` found in `tool_result` blocks: {b['tool_use_id']}. Each "
                              "`tool_result` block must have a corresponding `tool_use` block in the previous message.")
        if calls and kinds_of(m)[-len(calls):] != ["tool_use"] * len(calls):
            raise Refused(f"messages.{i}: nothing but `tool_use` may follow the first `tool_use` block")


def without_thoughts(content):
    """What of a content is not reasoning, and not a mark."""
    return [{k: v for k, v in b.items() if k != "cache_control"} for b in content if not is_thought(b)]


def check_thoughts(body, issued):
    """Blocks of reasoning are those that the server made, unmodified and where they stood; in a loop of tools none is left out."""
    turns = body["messages"]
    made = [b for content in issued for b in content if is_thought(b)]
    latest = max((i for i, m in enumerate(turns) if m["role"] == "assistant"), default=-1)
    for i, m in enumerate(turns):
        if m["role"] != "assistant":
            continue
        content = blocks(m)
        for k, b in enumerate(content):
            if is_thought(b) and b not in made:
                bad(f"messages.{i}.content.{k}", "Invalid `signature` in `thinking` block")
        if is_thought(content[-1]):
            bad(f"messages.{i}", "The final block in an assistant message cannot be `thinking`.")
        of = [c for c in issued if without_thoughts(c) == without_thoughts(content)]
        loop = i == latest and "tool_use" in kinds_of(m)
        bare = [{k: v for k, v in b.items() if k != "cache_control"} for b in content]
        if of and bare not in of and (loop or any(map(is_thought, content))):
            bad(f"messages.{i}.content.0", "`thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified. "
                "These blocks must remain as they were in the original response.")
        enabled = body.get("thinking", {}).get("type") == "enabled"
        if loop and enabled and not is_thought(content[0]):
            bad(f"messages.{i}.content.0.type", f"Expected `thinking` or `redacted_thinking`, but found `{content[0]['type']}`. When "
                "`thinking` is enabled, a final `assistant` message must start with a thinking block (preceeding the lastmost set of "
                "`tool_use` and `tool_result` blocks).")


def check_marks(body):
    """At most so many marks of what is to be cached."""
    def count(v):
        if isinstance(v, list):
            return sum(map(count, v))
        return ("cache_control" in v) + sum(map(count, v.values())) if isinstance(v, dict) else 0
    n = sum(count(body.get(k)) for k in ("system", "tools", "messages"))
    if n > MARKS:
        raise Refused(f"A maximum of {MARKS} blocks with cache_control may be provided. Found {n}.")


def check_model(body, model):
    """The limits of the model, and what it takes."""
    name, thinking = body["model"], body.get("thinking", {"type": "disabled"})
    if body["max_tokens"] > model["output"]:
        raise Refused(f"max_tokens: {body['max_tokens']} > {model['output']}, which is the maximum allowed number of output tokens for "
                      f"{name}")
    if thinking["type"] == "enabled" and "enabled" not in model["thinking"]:
        raise Refused('"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" '
                      "to control thinking behavior.")
    if thinking["type"] == "adaptive" and "adaptive" not in model["thinking"]:
        raise Refused("adaptive thinking is not supported on this model")
    if thinking["type"] == "enabled" and thinking["budget_tokens"] >= body["max_tokens"]:
        raise Refused("`max_tokens` must be greater than `thinking.budget_tokens`. Please consult our documentation at "
                      "https://docs.claude.com/en/docs/build-with-claude/extended-thinking#max-tokens-and-context-window-size")
    if "effort" in body.get("output_config", {}) and not model["effort"]:
        raise Refused("This model does not support the effort parameter.")
    check_sampling(body, model, thinking["type"] != "disabled")


SAMPLING = ("temperature", "top_p", "top_k")


def check_sampling(body, model, thinks):
    """What may be said of chance."""
    for name in SAMPLING:
        if name in body and not model["sampling"]:
            raise Refused(f"`{name}` is deprecated for this model.")
    if "temperature" in body and "top_p" in body:
        raise Refused("`temperature` and `top_p` cannot both be specified for this model. Please use only one.")
    if thinks and body.get("temperature", 1) != 1:
        raise Refused("`temperature` may only be set to 1 when thinking is enabled or in adaptive mode. Please consult our documentation "
                      "at https://docs.claude.com/en/docs/build-with-claude/extended-thinking")
    if thinks and not 0.95 <= body.get("top_p", 1) <= 1:
        raise Refused("`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled.")


def check_choice(body):
    """Which tool is called."""
    choice = body.get("tool_choice")
    if not choice:
        return
    if not body.get("tools"):
        raise Refused("tool_choice: tool_choice may only be specified while providing tools")
    if choice["type"] == "tool" and choice["name"] not in [t["name"] for t in body["tools"]]:
        raise Refused(f"tool_choice: Tool '{choice['name']}' not found in provided tools")
    if choice["type"] in ("any", "tool") and body.get("thinking", {}).get("type") == "enabled":
        raise Refused("Thinking may not be enabled when tool_choice forces tool use.")


def check_head(request, key):
    """Who asks, and by which version."""
    auth = request.headers.get("authorization", "")
    given = request.headers.get("x-api-key") or (auth[7:] if auth.startswith("Bearer ") else "")
    if not given:
        raise Refused("x-api-key header is required", 401, "authentication_error")
    if given != key:
        raise Refused("invalid x-api-key", 401, "authentication_error")
    version = request.headers.get("anthropic-version")
    if not version:
        raise Refused("anthropic-version: header is required")
    if version not in VERSIONS:
        raise Refused(f"anthropic-version: \"{version}\" is not a valid version")


def check(request, issued, key):
    """A request for a message. issued: the contents of the replies that the server made."""
    check_head(request, key)
    if request.headers.get("content-type", "").split(";")[0] != "application/json":
        raise Refused("Content-Type must be application/json")
    if not isinstance(request.json, dict):
        raise Refused("The request body is not valid JSON")
    body = request.json
    for name in SAMPLING if request.headers["anthropic-version"] != VERSIONS[0] else ():
        if name in body:
            bad(name, "Extra inputs are not permitted")
    BODY(body, "")
    model = MODELS.get(body["model"])
    if not model:
        raise Refused(f"model: {body['model']}", 404, "not_found_error")
    for rule in (check_turns, check_model):
        rule(body, model)
    check_calls(body)
    check_thoughts(body, issued)
    check_marks(body)
    check_choice(body)
