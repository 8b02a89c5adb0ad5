# SPDX-License-Identifier: MIT
"""The rules of OpenAI's Responses API, as its own errors tell them: what a request may hold, and what may come after what."""
import base64
import binascii
import json
import re


class Fault(Exception):
    """A rule that a request breaks, and how the API says so."""

    def __init__(self, status, text, param=None, code=None, kind="invalid_request_error"):
        super().__init__(text)
        self.status, self.message, self.param, self.code, self.kind = status, text, param, code, kind


def bad(text, param=None, code=None):
    """A request that is refused with 400."""
    return Fault(400, text, param, code)


# ---- forms -----------------------------------------------------------------------------------------

TYPES = {"string": str, "boolean": bool, "integer": int, "decimal": (int, float), "object": dict, "array": list}
ALSO_NULL = {"instructions", "previous_response_id", "max_output_tokens", "temperature", "top_p", "store", "stream", "reasoning", "metadata",
             "parallel_tool_calls", "service_tier", "truncation", "include", "encrypted_content", "parameters", "strict", "summary", "effort",
             "phase", "status"}
MEMBERS = {
    "background": "boolean", "include": "array", "input": None, "instructions": "string", "max_output_tokens": "integer",
    "max_tool_calls": "integer", "metadata": "object", "model": "string", "parallel_tool_calls": "boolean", "previous_response_id": "string",
    "prompt_cache_key": "string", "reasoning": "object", "safety_identifier": "string", "service_tier": "string", "store": "boolean",
    "stream": "boolean", "stream_options": "object", "temperature": "decimal", "text": "object", "tool_choice": None, "tools": "array",
    "top_logprobs": "integer", "top_p": "decimal", "truncation": "string", "user": "string",
}
INCLUDABLE = ("reasoning.encrypted_content", "message.output_text.logprobs", "message.input_image.image_url", "web_search_call.action.sources",
              "code_interpreter_call.outputs", "file_search_call.results", "computer_call_output.output.image_url")
EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh")
SUMMARIES = ("auto", "concise", "detailed")


def a(name):
    """The name of a type with its article."""
    return ("an " if name[0] in "aio" else "a ") + name


def a_type(value):
    """What a value is, in the API's words."""
    for name in ("boolean", "string", "integer", "decimal", "object", "array"):
        if isinstance(value, TYPES[name]):
            return a(name)
    return "null"


def is_a(value, name):
    """Whether a value is of a type of the table."""
    return isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


def listed(names):
    """'a', 'b', and 'c'."""
    names = [f"'{n}'" for n in names]
    return ", ".join(names[:-1]) + (", and " if len(names) > 2 else " and ") + names[-1] if len(names) > 1 else names[0]


def one_of(value, names, param):
    """A word of a list."""
    if value not in names:
        raise bad(f"Invalid value: '{value}'. Supported values are: {listed(names)}.", param, "invalid_value")


def form(value, where, members, required=()):
    """An object with no other members than these, each of its type."""
    for name, v in value.items():
        at = f"{where}.{name}" if where else name
        if name not in members:
            raise bad(f"Unknown parameter: '{at}'.", at, "unknown_parameter")
        kind = members[name]
        if kind and not is_a(v, kind) and not (v is None and name in ALSO_NULL):
            raise bad(f"Invalid type for '{at}': expected {a(kind)}, but got {a_type(v)} instead.", at, "invalid_type")
    for name in required:
        if name not in value:
            at = f"{where}.{name}" if where else name
            raise bad(f"Missing required parameter: '{at}'.", at, "missing_required_parameter")


def between(body, name, low, high, kind):
    """A number in a range."""
    v = body.get(name)
    if v is None or low <= v <= (high if high is not None else v):
        return
    word, bound, sign = ("below minimum", low, ">=") if v < low else ("above maximum", high, "<=")
    raise bad(f"Invalid '{name}': {kind} {word} value. Expected a value {sign} {bound}, but got {v} instead.", name,
              f"{kind}_{word.split()[0]}_{word.split()[1][:3]}_value")


def strict_schema(schema, what, param, code, where=()):
    """The subset of JSON Schema that `strict` takes."""
    def fault(text):
        context = "(" + ", ".join(f"'{w}'" for w in where) + (",)" if len(where) == 1 else ")")
        return bad(f"Invalid schema for {what}: In context={context}, {text}", param, code)
    if not where and schema.get("type") != "object":
        raise bad(f"Invalid schema for {what}: schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{schema.get('type')}\"'.", param, code)
    for word in ("allOf", "not", "if", "dependentRequired"):
        if word in schema:
            raise fault(f"'{word}' is not permitted.")
    if schema.get("type") == "object":
        if schema.get("additionalProperties") is not False:
            raise fault("'additionalProperties' is required to be supplied and to be false.")
        missing = [p for p in schema.get("properties", {}) if p not in schema.get("required", [])]
        if missing:
            raise fault("'required' is required to be supplied and to be an array including every key in properties. "
                        f"Missing '{missing[0]}'.")
    for name, inner in schema.get("properties", {}).items():
        strict_schema(inner, what, param, code, (*where, "properties", name))
    if isinstance(schema.get("items"), dict):
        strict_schema(schema["items"], what, param, code, (*where, "items"))


# ---- the body --------------------------------------------------------------------------------------

NAME = re.compile(r"[a-zA-Z0-9_-]+")


def check_name(value, param, most=64):
    """The name of a tool or a schema."""
    if not NAME.fullmatch(value):
        raise bad(f"Invalid '{param}': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.", param,
                  "invalid_value")
    if len(value) > most:
        raise bad(f"Invalid '{param}': string too long. Expected a string with maximum length {most}, but got a string with length {len(value)} "
                  "instead.", param, "string_above_max_length")


def check_tools(body):
    """The tools, and the choice among them."""
    tools = body.get("tools", [])
    for i, tool in enumerate(tools):
        at = f"tools[{i}]"
        if tool.get("type") != "function":
            one_of(tool.get("type"), ("function", "web_search", "file_search"), at + ".type")
        form(tool, at, {"type": "string", "name": "string", "description": "string", "parameters": "object", "strict": "boolean"},
             ("name", "parameters"))
        check_name(tool["name"], at + ".name")
        if tool.get("strict", True):
            strict_schema(tool["parameters"] or {"type": "object", "additionalProperties": False}, f"function '{tool['name']}'",
                          at + ".parameters", "invalid_function_parameters")
    choice = body.get("tool_choice")
    if choice is None:
        return
    if isinstance(choice, str):
        one_of(choice, ("none", "auto", "required"), "tool_choice")
    else:
        form(choice, "tool_choice", {"type": "string", "name": "string"}, ("type", "name"))
    if not tools and choice != "none" and choice != "auto":
        raise bad("Tool choice is only allowed when 'tools' are specified.", "tool_choice")
    if isinstance(choice, dict) and choice["name"] not in [t["name"] for t in tools]:
        raise bad("Tool choice 'function' not found in 'tools' parameter.", "tool_choice")


def check_text(text):
    """The form of the reply."""
    form(text, "text", {"format": "object", "verbosity": "string"})
    how = text.get("format")
    if not how:
        return
    one_of(how.get("type"), ("text", "json_object", "json_schema"), "text.format.type")
    if how["type"] != "json_schema":
        return form(how, "text.format", {"type": "string"})
    form(how, "text.format", {"type": "string", "name": "string", "schema": "object", "strict": "boolean", "description": "string"},
         ("name", "schema"))
    check_name(how["name"], "text.format.name")
    if how.get("strict"):
        strict_schema(how["schema"], f"response_format '{how['name']}'", "text.format.schema", "invalid_json_schema")
    return None


def check_thinking(body, unverified):
    """What only models that reason take, and what these do not."""
    asked = body.get("reasoning") or {}
    form(asked, "reasoning", {"effort": "string", "summary": "string"})
    if body["model"] == "plain-model":
        for name in asked:
            raise bad(f"Unsupported parameter: 'reasoning.{name}' is not supported with this model.", f"reasoning.{name}", "unsupported_parameter")
        if "reasoning.encrypted_content" in (body.get("include") or []):
            raise bad("Encrypted content is not supported with this model.", "include")
        return
    if asked.get("effort") is not None:
        one_of(asked["effort"], EFFORTS, "reasoning.effort")
    if asked.get("summary") is not None:
        one_of(asked["summary"], SUMMARIES, "reasoning.summary")
        if unverified:
            raise bad("Your organization must be verified to generate reasoning summaries. Please go to: https://platform.openai.com/settings/"
                      "organization/general and click on Verify Organization.", "reasoning.summary", "unsupported_value")
    if body["model"] == "gpt-5-nano":
        for name in ("temperature", "top_p"):
            if body.get(name) is not None:
                raise bad(f"Unsupported parameter: '{name}' is not supported with this model.", name)


def check_body(body, known, unverified):
    """All of a request but its items."""
    form(body, "", MEMBERS)
    if "model" not in body:
        raise bad("Missing required parameter: 'model'.", "model", "missing_required_parameter")
    if body["model"] not in known:
        raise bad(f"The requested model '{body['model']}' does not exist.", "model", "model_not_found")
    between(body, "max_output_tokens", 16, None, "integer")
    between(body, "temperature", 0, 2, "decimal")
    between(body, "top_p", 0, 1, "decimal")
    if body.get("stream_options") is not None and not body.get("stream"):
        raise bad("The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options")
    for i, word in enumerate(body.get("include") or []):
        one_of(word, INCLUDABLE, f"include[{i}]")
    check_thinking(body, unverified)
    check_tools(body)
    check_text(body.get("text") or {})


# ---- the items -------------------------------------------------------------------------------------

def check_data(url, param, kinds, what):
    """A data URL: of one of these types, with base64 that can be read."""
    m = re.fullmatch(r"data:([a-z]+/[a-z0-9.+-]+);base64,(.*)", url, re.DOTALL)
    if not m:
        raise bad(f"Invalid '{param}'. Expected a base64-encoded data URL with {what}, but got a value without the 'data:' prefix.", param,
                  "invalid_value")
    if m[1] not in kinds:
        raise bad(f"Invalid '{param}'. Expected a base64-encoded data URL with {what}, but got unsupported MIME type '{m[1]}'.", param,
                  "invalid_value")
    try:
        if not base64.b64decode(m[2], validate=True):
            raise bad(f"Invalid '{param}': empty.", param, "invalid_value")
    except binascii.Error as trouble:
        raise bad(f"Invalid '{param}'. Expected a base64-encoded data URL with {what}, but the base64 is invalid.", param,
                  "invalid_base64") from trouble


IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp")
FILES = ("application/pdf", "text/plain", "text/csv", "text/html", "text/markdown", "application/json")
GIVEN = {"input_text": {"text": "string"}, "input_image": {"image_url": "string", "file_id": "string", "detail": "string"},
         "input_file": {"filename": "string", "file_data": "string", "file_id": "string", "file_url": "string"}}
MADE = {"output_text": {"text": "string", "annotations": "array", "logprobs": "array"}, "refusal": {"refusal": "string"}}


def check_part(part, at, kinds):
    """One part of a content."""
    if part.get("type") not in kinds:
        raise bad(f"Invalid value: '{part.get('type')}'. Supported values are: {listed(kinds)}.", at, "invalid_value")
    form(part, at, {"type": "string", **kinds[part["type"]]}, ["text"] if "text" in kinds[part["type"]] else ())
    if part["type"] == "input_image":
        if "image_url" not in part and "file_id" not in part:
            raise bad(f"Missing required parameter: '{at}.image_url'.", at + ".image_url", "missing_required_parameter")
        if not part["image_url"].startswith("https://"):
            check_data(part["image_url"], at + ".image_url", IMAGES, "an image MIME type (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU=')")
    if "file_data" in part:
        form(part, at, {"type": "string", **GIVEN["input_file"]}, ("filename",))
        check_data(part["file_data"], at + ".file_data", FILES, "a supported MIME type (e.g. 'data:application/pdf;base64,aGVsbG8=')")


def check_content(content, at, kinds):
    """The content of a message, or of a result."""
    if isinstance(content, str):
        return
    if not isinstance(content, list):
        raise bad(f"Invalid type for '{at}': expected one of an array of objects or string, but got {a_type(content)} instead.", at, "invalid_type")
    for i, part in enumerate(content):
        check_part(part, f"{at}[{i}]", kinds)


ITEMS = {
    "message": ({"type": "string", "role": "string", "content": None, "id": "string", "status": "string", "phase": "string"}, ("role", "content")),
    "function_call": ({"type": "string", "id": "string", "call_id": "string", "name": "string", "arguments": "string", "status": "string"},
                      ("call_id", "name", "arguments")),
    "function_call_output": ({"type": "string", "id": "string", "call_id": "string", "output": None, "status": "string"}, ("call_id", "output")),
    "reasoning": ({"type": "string", "id": "string", "summary": "array", "content": "array", "encrypted_content": "string", "status": "string"},
                  ("id", "summary")),
}
PREFIX = {"message": "msg", "function_call": "fc", "reasoning": "rs"}


def check_item(item, at):
    """One item by itself."""
    kind = item.get("type", "message")
    if kind not in ITEMS:
        raise bad(f"Invalid value: '{kind}'. Supported values are: {listed(ITEMS)}.", at, "invalid_value")
    form(item, at, *ITEMS[kind])
    if "id" in item and kind in PREFIX and not item["id"].startswith(PREFIX[kind]):
        raise bad(f"Invalid '{at}.id': '{item['id']}'. Expected an ID that begins with '{PREFIX[kind]}'.", at + ".id", "invalid_value")
    if kind == "message":
        one_of(item["role"], ("assistant", "system", "developer", "user"), at + ".role")
        check_content(item["content"], at + ".content", MADE if item["role"] == "assistant" else GIVEN)
    elif kind == "function_call":
        check_name(item["name"], at + ".name")
        try:
            json.loads(item["arguments"])
        except ValueError as trouble:
            raise bad(f"Invalid '{at}.arguments': not JSON.", at + ".arguments", "invalid_value") from trouble
    elif kind == "function_call_output":
        check_content(item["output"], at + ".output", GIVEN)


def spoken(item):
    """What an item says, whatever its form: enough to know it again."""
    kind = item.get("type", "message")
    if kind == "message":
        content = item["content"]
        texts = [content] if isinstance(content, str) else [p.get("text", p.get("refusal", "")) for p in content]
        return kind, item["role"], "".join(texts)
    if kind == "function_call":
        return kind, item["call_id"], item["name"], item["arguments"]
    return kind, item.get("id"), item.get("encrypted_content", item.get("id"))


def is_what_followed(item, issued):
    """Whether an item is what was issued, or as much of it as had come when it was interrupted."""
    *kind, came = spoken(item)
    *issued_kind, whole = spoken(issued)
    return kind == issued_kind and isinstance(came, str) and came and whole.startswith(came)


def check_pairs(items):
    """A result for each call, and a call for each result."""
    open_calls = []
    for item in items:
        kind = item.get("type", "message")
        if kind == "function_call":
            open_calls.append(item["call_id"])
        elif kind == "function_call_output":
            if item["call_id"] not in open_calls:
                raise bad(f"No tool call found for function call output with call_id {item['call_id']}.", "input")
            open_calls.remove(item["call_id"])
        elif kind == "message" and item["role"] != "assistant" and open_calls:
            break
    if open_calls:
        raise bad(f"No tool output found for function call {open_calls[0]}.", "input")


def check_reasoning(items, stored, issued):
    """Reasoning as it was issued, and before the item that it led to. stored: how many items the server has of its own."""
    for i, item in enumerate(items):
        kind = item.get("type", "message")
        if kind != "reasoning":
            continue
        if i >= stored and not item.get("encrypted_content"):
            raise Fault(404, f"Item with id '{item['id']}' not found. Items are not persisted when `store` is set to false. Try again with `store` "
                        "set to true, or remove this item from your input.", "input")
        for output in issued:
            if item in output:
                followed = output[output.index(item) + 1:][:1]
                break
        else:
            raise bad(f"The encrypted content {item['encrypted_content'][:4]}... could not be verified. Reason: Encrypted content could not be "
                      "decrypted or parsed.", None, "invalid_encrypted_content")
        after = items[i + 1:i + 2]
        if followed and not (after and is_what_followed(after[0], followed[0])):
            raise bad(f"Item '{item['id']}' of type 'reasoning' was provided without its required following item.", "input")


def check_needed(items, issued):
    """An item that comes with its id comes with the reasoning that led to it."""
    for i, item in enumerate(items):
        for output in issued:
            at = [k for k, o in enumerate(output) if o["id"] == item.get("id")]
            if at and at[0] and output[at[0] - 1]["type"] == "reasoning" and (not i or items[i - 1].get("id") != output[at[0] - 1]["id"]):
                raise bad(f"Item '{item['id']}' of type '{item['type']}' was provided without its required 'reasoning' item: "
                          f"'{output[at[0] - 1]['id']}'.", "input")


def check_items(body, before, issued):
    """The items of a request, after those that the server has."""
    items = body.get("input")
    if items is None or items == []:
        if not body.get("previous_response_id") or items is None:
            raise bad("One of \"input\" or \"previous_response_id\" or 'prompt' or 'conversation_id' must be provided.", "input",
                      "missing_required_parameter")
    if isinstance(items, str):
        items = [{"role": "user", "content": items}]
    if not isinstance(items, list):
        raise bad(f"Invalid type for 'input': expected one of a string or array, but got {a_type(items)} instead.", "input", "invalid_type")
    for i, item in enumerate(items):
        check_item(item, f"input[{i}]")
    whole = before + items
    check_pairs(whole)
    check_reasoning(whole, len(before), issued)
    check_needed(whole, issued)
    how = (body.get("text") or {}).get("format") or {}
    if how.get("type") == "json_object" and "json" not in json.dumps(items).lower():
        raise bad("Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'.", "input")
