# SPDX-License-Identifier: MIT
"""What Google's generateContent refuses, and in which words: the rules of gemini_server.py, a table of members and a function a rule."""
import base64
import re

MIMES = {"image/png": b"\x89PNG", "image/jpeg": b"\xff\xd8", "image/webp": b"RIFF", "image/heic": b"", "image/heif": b"",
         "application/pdf": b"%PDF", "text/plain": b"", "text/csv": b"", "text/html": b"",
         "audio/wav": b"RIFF", "audio/mp3": b"", "audio/aiff": b"", "audio/aac": b"", "audio/ogg": b"", "audio/flac": b""}
DUMMY = "skip_thought_signature_validator"  # stands for a signature that was lost
LEVELS = ("minimal", "low", "medium", "high")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]{0,127}")

# The members of each message: their types. [X]: a list of them; a name: another row; {}: any object.
SHAPES = {
    "request": {"contents": ["content"], "systemInstruction": "content", "generationConfig": "config", "safetySettings": ["safety"],
                "tools": ["tool"], "toolConfig": "toolConfig", "cachedContent": str},
    "content": {"role": str, "parts": ["part"]},
    "part": {"text": str, "inlineData": "blob", "fileData": "file", "functionCall": "call", "functionResponse": "response",
             "executableCode": {}, "codeExecutionResult": {}, "thought": bool, "thoughtSignature": str, "videoMetadata": {},
             "mediaResolution": {}},
    "blob": {"mimeType": str, "data": str},
    "file": {"mimeType": str, "fileUri": str},
    "call": {"id": str, "name": str, "args": {}},
    "response": {"id": str, "name": str, "response": {}, "parts": ["part"]},
    "config": {"temperature": float, "topP": float, "topK": int, "maxOutputTokens": int, "stopSequences": [str], "seed": int,
               "candidateCount": int, "presencePenalty": float, "frequencyPenalty": float, "responseMimeType": str,
               "responseSchema": {}, "responseJsonSchema": {}, "responseModalities": [str], "thinkingConfig": "thinking"},
    "thinking": {"includeThoughts": bool, "thinkingBudget": int, "thinkingLevel": str},
    "safety": {"category": str, "threshold": str},
    "tool": {"functionDeclarations": ["declaration"], "googleSearch": {}, "urlContext": {}, "codeExecution": {}},
    "declaration": {"name": str, "description": str, "behavior": str, "parameters": {}, "parametersJsonSchema": {}, "response": {},
                    "responseJsonSchema": {}},
    "toolConfig": {"functionCallingConfig": "calling"},
    "calling": {"mode": str, "allowedFunctionNames": [str]},
}
DATA = ("text", "inlineData", "fileData", "functionCall", "functionResponse", "executableCode", "codeExecutionResult")


class Refused(Exception):
    """An answer that is an error: its HTTP status, Google's word for it, its words, its details."""

    def __init__(self, message, status=400, word="INVALID_ARGUMENT", details=()):
        super().__init__(message)
        self.message, self.status, self.word, self.details = message, status, word, list(details)


def snake(name):
    """The name of a member as error messages have it."""
    return re.sub(r"([A-Z])", lambda m: "_" + m.group(1).lower(), name)


def violation(field, description):
    """The detail that names a member."""
    return {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [{"field": field, "description": description}]}


def camel(name):
    """The name of a member as the table has it; the API takes both forms."""
    return re.sub(r"_([a-z])", lambda m: m.group(1).upper(), name)


def normal(value, shape):
    """A message with the names of the table, and base64 of one alphabet."""
    if isinstance(shape, list) and isinstance(value, list):
        return [normal(one, shape[0]) for one in value]
    if isinstance(shape, str) and isinstance(value, dict):
        named = {camel(k): v for k, v in value.items()}
        out = {k: normal(v, SHAPES[shape].get(k)) for k, v in named.items()}
        return {k: v.translate(str.maketrans("-_", "+/")) if k in ("data", "thoughtSignature") and v != DUMMY and isinstance(v, str) else v
                for k, v in out.items()}
    return value


def refuse_value(path, kind, value):
    """Refuses a value of another type."""
    words = f"Invalid value at '{path}' ({kind}), {value!r}"
    raise Refused(words, details=[violation(path, words)])


def check_shape(value, shape, path=""):
    """Refuses what is of another type, and members that there are not."""
    if isinstance(shape, list):
        if not isinstance(value, list):
            refuse_value(path, "a list", value)
        for i, one in enumerate(value):
            check_shape(one, shape[0], f"{path}[{i}]")
    elif isinstance(shape, str):
        if not isinstance(value, dict):
            refuse_value(path, "an object", value)
        for name, member in value.items():
            at = f"{path}.{snake(name)}" if path else snake(name)
            if name not in SHAPES[shape]:
                words = f'Unknown name "{name}"' + (f" at '{path}'" if path else "") + ": Cannot find field."
                raise Refused("Invalid JSON payload received. " + words, details=[violation(path, "Invalid JSON payload received. " + words)])
            check_shape(member, SHAPES[shape][name], at)
    elif shape == {}:
        if not isinstance(value, dict):
            refuse_value(path, "TYPE_STRUCT", value)
    elif shape is float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            refuse_value(path, "TYPE_DOUBLE", value)
    elif shape is int:
        if isinstance(value, bool) or not isinstance(value, int) or not -2**31 <= value < 2**31:
            refuse_value(path, "TYPE_INT32", value)
    elif not isinstance(value, shape):
        refuse_value(path, {str: "TYPE_STRING", bool: "TYPE_BOOL"}[shape], value)


def unable(why):
    """Refuses a value that has the right type."""
    raise Refused("Unable to submit request because " + why)


def check_blob(blob, path):
    """Bytes: base64 of a type that is taken, and what they say they are."""
    mime = blob.get("mimeType", "")
    if mime not in MIMES:
        raise Refused(f"Unsupported MIME type: {mime}")
    try:
        data = base64.b64decode(blob.get("data", ""), validate=True)
    except ValueError:
        raise Refused(f"Invalid value at '{path}.inline_data.data' (TYPE_BYTES), Base64 decoding failed for \"{blob['data'][:40]}\"") from None
    if not data or not data.startswith(MIMES[mime]):
        raise Refused("Unable to process input image. Please retry or report in "
                      "https://developers.generativeai.google/guide/troubleshooting")


def check_part(part, path):
    """A part is one thing, and not an empty one."""
    kinds = [k for k in DATA if k in part]
    if not kinds:
        raise Refused(f"* GenerateContentRequest.{path}.data: required oneof field 'data' must have one initialized field\n")
    if len(kinds) > 1:
        refuse_value(path, "oneof", f"oneof field 'data' is already set. Cannot set '{kinds[1]}'")
    if part.get("text") == "" and "thoughtSignature" not in part:
        unable("it has an empty text parameter. Add a value to the parameter and try again.")
    if "inlineData" in part:
        check_blob(part["inlineData"], path)
    for kind in ("functionCall", "functionResponse"):
        if kind in part and not NAME.fullmatch(part[kind].get("name", "")):
            raise Refused(f"* GenerateContentRequest.{path}.{snake(kind)}.name: Name cannot be empty.\n")
    if "functionResponse" in part and "response" not in part["functionResponse"]:
        raise Refused(f"* GenerateContentRequest.{path}.function_response.response: required field is missing\n")


def kind_of(content):
    """What a turn is: "calls", "results", or an ordinary one of the user's or the model's."""
    for part in content["parts"]:
        for kind, name in (("functionCall", "calls"), ("functionResponse", "results")):
            if kind in part:
                return name
    return content.get("role", "user")


def check_turns(contents):
    """Roles alternate; calls follow a user or results, and results follow their calls."""
    if not contents:
        raise Refused("* GenerateContentRequest.contents: contents is not specified\n")
    before = None
    for i, content in enumerate(contents):
        if content.get("role", "user" if len(contents) == 1 else "") not in ("user", "model"):
            raise Refused("Please use a valid role: user, model.")
        if not content.get("parts"):
            raise Refused(f"* GenerateContentRequest.contents[{i}].parts: contents.parts must not be empty.\n")
        for k, part in enumerate(content["parts"]):
            check_part(part, f"contents[{i}].parts[{k}]")
        kind, was = kind_of(content), kind_of(before) if before else None
        if kind == "calls" and was not in ("user", "results"):
            raise Refused("Please ensure that function call turn comes immediately after a user turn or after a function response turn.")
        if kind == "results" and was != "calls":
            raise Refused("Please ensure that function response turn comes immediately after a function call turn.")
        if was == "calls":
            check_answers(before, content)
        if content.get("role") == (before or {}).get("role", "model"):
            raise Refused("Please ensure that multiturn requests alternate between user and model.")
        before = content
    if before.get("role") == "model":
        raise Refused("Please ensure that multiturn requests ends with a user role or a function response.")


def check_answers(calls, results):
    """One result a call, in their order."""
    asked = [p["functionCall"] for p in calls["parts"] if "functionCall" in p]
    given = [p["functionResponse"] for p in results["parts"] if "functionResponse" in p]
    if [c["name"] for c in asked] != [r["name"] for r in given] or [c.get("id") for c in asked] != [r.get("id") for r in given]:
        raise Refused("Please ensure that the number of function response parts is equal to the number of function call parts of the "
                      "function call turn.")


def data_of(part):
    """A part without its signature."""
    return {k: v for k, v in part.items() if k != "thoughtSignature"}


def check_signatures(contents, issued, model):
    """A signature stands beside the part that it was issued with; a model that wants them misses none of the current turn."""
    current = max(i for i, c in enumerate(contents) if kind_of(c) == "user") if any(kind_of(c) == "user" for c in contents) else 0
    for i, content in enumerate(contents):
        first = True
        for k, part in enumerate(content["parts"]):
            signature = part.get("thoughtSignature")
            if signature not in (None, DUMMY) and issued.get(signature) != data_of(part):
                raise Refused("Corrupted thought signature." if signature not in issued else "Invalid thought signature.")
            if signature is not None and content.get("role") != "model":
                raise Refused("Corrupted thought signature.")
            call = part.get("functionCall")
            if call and first and i > current and signature is None and model["signs"]:
                raise Refused("Function call is missing a thought_signature in functionCall parts. This is required for tools to work "
                              "correctly, and missing thought_signature may lead to degraded model performance. Additional data, "
                              f"function call `default_api:{call['name']}`, position {k + 1}.")
            first = first and not call


def check_thinking(thinking, model):
    """A budget or a level, as the model takes it."""
    budget, level = thinking.get("thinkingBudget"), thinking.get("thinkingLevel")
    if budget is not None and level is not None:
        raise Refused("You can only set only one of thinking budget and thinking level.")
    if thinking.get("includeThoughts") and not model["thinking"]:
        raise Refused(f"Thinking is not enabled for models/{model['id']}")
    if thinking.get("includeThoughts") and (budget == 0 or (model["idle"] and budget is None and level is None)):
        unable("Thinking_config.include_thoughts is only enabled when thinking is enabled.")
    if budget is not None:
        least, most = model["budget"] or (0, 0)
        if not model["budget"]:
            raise Refused("Thinking budget is not supported for this model.")
        if budget == 0 and least:
            raise Refused("Budget 0 is invalid. This model only works in thinking mode.")
        if budget != -1 and not (least <= budget <= most or budget == 0):
            raise Refused(f"The thinking budget {budget} is invalid. Please choose a value between {least} and {most}.")
    if level is not None:
        if not model["levels"]:
            raise Refused("Thinking level is not supported for this model.")
        if level.lower() not in model["levels"]:
            raise Refused(f"Thinking level {level.upper()} is not supported for this model. Please retry with other thinking level.")


def check_config(config, model, declared):
    """The settings of a reply."""
    check_thinking(config.get("thinkingConfig", {}), model)
    if not 0 <= config.get("temperature", 1) <= 2:
        unable(f"it has a temperature value of {config['temperature']} but the supported range is from 0 (inclusive) to 2.0001 (exclusive). "
               "Update the value and try again.")
    if not 0 <= config.get("topP", 0.95) <= 1:
        unable(f"it has a topP value of {config['topP']} but the supported range is from 0 (inclusive) to 1.0001 (exclusive). "
               "Update the value and try again.")
    most = model["outputTokenLimit"] + 1
    if not 1 <= config.get("maxOutputTokens", 1) < most:
        unable(f"it has a maxOutputTokens value of {config['maxOutputTokens']} but the supported range is from 1 (inclusive) to {most} "
               "(exclusive). Update the value and try again.")
    if len(config.get("stopSequences", [])) > 5:
        unable(f"it has {len(config['stopSequences'])} stopSequences but the number of them must be at most 5.")
    schema = [k for k in ("responseSchema", "responseJsonSchema") if k in config]
    if len(schema) > 1:
        raise Refused("Only one of response_schema and response_json_schema may be set.")
    if schema and config.get("responseMimeType") != "application/json":
        raise Refused("For controlled generation of only function calls or of JSON, please set response_mime_type to application/json.")
    if config.get("responseMimeType", "text/plain") != "text/plain" and declared and not model["both"]:
        raise Refused("Function calling with a response mime type: 'application/json' is unsupported")
    if "responseSchema" in config:
        check_schema(config["responseSchema"], "generation_config.response_schema")


def check_schema(schema, path):
    """A Schema of Google's own, which is not JSON Schema."""
    known = ("type format title description nullable enum items minItems maxItems minLength maxLength pattern properties required "
             "minProperties maxProperties minimum maximum anyOf propertyOrdering default example").split()
    for name in schema:
        if name not in known:
            raise Refused(f'Invalid JSON payload received. Unknown name "{name}" at \'{path}\': Cannot find field.')
    if str(schema.get("type", "")).upper() == "OBJECT" and not schema.get("properties"):
        raise Refused(f"* GenerateContentRequest.{path}.properties: should be non-empty for OBJECT type\n")
    for name, one in schema.get("properties", {}).items():
        check_schema(one, f"{path}.properties[{name}]")
    if "items" in schema:
        check_schema(schema["items"], path + ".items")


def check_tools(body, model):
    """The tools and which may be called; the names of the functions."""
    declared = [d for t in body.get("tools", []) for d in t.get("functionDeclarations", [])]
    calling = body.get("toolConfig", {}).get("functionCallingConfig", {})
    if "tools" in body and not body["tools"]:
        raise Refused("* GenerateContentRequest.tools: at least one tool must be given\n")
    if declared and not model["tools"]:
        raise Refused(f"Function calling is not enabled for models/{model['id']}")
    for i, one in enumerate(declared):
        path = f"tools[0].function_declarations[{i}]"
        if not NAME.fullmatch(one.get("name", "")):
            raise Refused(f"* GenerateContentRequest.{path}.name: Invalid function name. Must start with a letter or an underscore. Must be "
                          "alphameric (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of 128.\n")
        if "parameters" in one and "parametersJsonSchema" in one:
            raise Refused("Only one of parameters and parameters_json_schema may be set.")
        if "parameters" in one:
            check_schema(one["parameters"], path + ".parameters")
    names = [d["name"] for d in declared]
    if len(set(names)) < len(names):
        raise Refused(f"Duplicate function declaration found: {names[0]}")
    if calling and not declared:
        raise Refused("Function calling config is set without function_declarations.")
    if calling.get("mode", "AUTO") not in ("AUTO", "ANY", "NONE", "VALIDATED"):
        refuse_value("tool_config.function_calling_config.mode", "a mode", calling["mode"])
    if calling.get("allowedFunctionNames") and calling.get("mode") not in ("ANY", "VALIDATED"):
        raise Refused("Allowed function names should be set only when function calling mode is ANY or VALIDATED.")
    for name in calling.get("allowedFunctionNames", []):
        if name not in names:
            raise Refused(f"Allowed function name {name} is not in the function declarations.")
    return names


def words_in(body):
    """What our models count as tokens: words."""
    texts = [p.get("text", "") for c in [*body["contents"], body.get("systemInstruction", {"parts": []})] for p in c["parts"]]
    return sum(len(t.split()) for t in texts)


def check(body, model, issued):
    """Refuses what Google refuses of a request to a model. issued: the signatures that were given, with their parts."""
    if not isinstance(body, dict):
        raise Refused("Invalid JSON payload received. Unexpected token.")
    body = normal(body, "request")
    check_shape(body, "request")
    check_turns(body.get("contents", []))
    if "systemInstruction" in body:
        if not model["system"]:
            raise Refused(f"Developer instruction is not enabled for models/{model['id']}")
        for k, part in enumerate(body["systemInstruction"].get("parts") or [{}]):
            check_part(part, f"system_instruction.parts[{k}]")
    check_config(body.get("generationConfig", {}), model, check_tools(body, model))
    check_signatures(body["contents"], issued, model)
    if words_in(body) > model["inputTokenLimit"]:
        raise Refused(f"The input token count ({words_in(body)}) exceeds the maximum number of tokens allowed ({model['inputTokenLimit']}).")
