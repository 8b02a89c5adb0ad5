# SPDX-License-Identifier: MIT
"""A server on the loopback that speaks OpenAI's Responses API by its own rules: what breaks one is answered with the API's error.

    with Responses(answer(reasoning("Hm."), message("Hello"))) as server: ... server.url ...

A step is as in server.py; answer() and the makers below make those of this API. The server numbers what it issues (resp_1, rs_1, msg_1,
fc_1), and looks at what comes back: reasoning unchanged and before the item that it led to, a result for each call, ids that it knows.
"""
import base64
import copy
import json
import re

from responses_rules import Fault, check_body, check_items
from server import Server, body, event, head, pieces, raw, words

KNOWN = ("test-model", "plain-model", "gpt-5-nano")


# ---- what a response holds -----------------------------------------------------------------------

def message(text, phase=None):
    """A message of the model's; a list is several parts."""
    texts = text if isinstance(text, list) else [text]
    parts = [t if isinstance(t, dict) else {"type": "output_text", "annotations": [], "logprobs": [], "text": t} for t in texts]
    return {"type": "message", "role": "assistant", "status": "completed", "content": parts, **({"phase": phase} if phase else {})}


def refusal(text):
    """A message that refuses."""
    return message({"type": "refusal", "refusal": text})


def reasoning(*summaries, content=None, secret=True):
    """A reasoning item: summaries, perhaps the text itself, and what only the server can read."""
    item = {"type": "reasoning", "summary": [{"type": "summary_text", "text": s} for s in summaries]}
    if content:
        item["content"] = [{"type": "reasoning_text", "text": content}]
    return {**item, "encrypted_content": True} if secret else item


def call(name, arguments, call_id=None):
    """A call of a tool; arguments is an object or a text."""
    text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    return {"type": "function_call", "status": "completed", "name": name, "arguments": text, **({"call_id": call_id} if call_id else {})}


def counts(prompt, completion, cached=0, thought=0):
    """A usage object."""
    return {"input_tokens": prompt, "input_tokens_details": {"cached_tokens": cached, "cache_write_tokens": 0}, "output_tokens": completion,
            "output_tokens_details": {"reasoning_tokens": thought}, "total_tokens": prompt + completion}


class Issue:
    """One response as it is made: its id, its items with theirs, and the request that it answers."""

    prefixes = {"message": "msg", "reasoning": "rs", "function_call": "fc"}

    def __init__(self, server, request, items):
        self.request, self.id = request.json, server.name("resp")
        self.items = [self.named(server, copy.deepcopy(item)) for item in items]
        server.issued[self.id] = self
        if self.request.get("store", True):
            server.stored[self.id] = server.whole_input(self.request) + self.items

    def named(self, server, item):
        """An item with what the server adds to it."""
        kind = item["type"]
        item["id"] = server.name(self.prefixes.get(kind, "it"))
        if kind == "function_call":
            item.setdefault("call_id", server.name("call"))
        if item.get("encrypted_content") is True:
            item["encrypted_content"] = base64.b64encode(f"sealed {item['id']} / {self.id}".encode()).decode()
        return item

    def document(self, status, items=None, usage=None, **more):
        """The response object."""
        request = self.request
        return {"id": self.id, "object": "response", "created_at": 1, "status": status, "error": None, "incomplete_details": None,
                "instructions": request.get("instructions"), "max_output_tokens": request.get("max_output_tokens"),
                "model": request["model"] + "-2026-01-01", "output": items or [], "parallel_tool_calls": True,
                "previous_response_id": request.get("previous_response_id"), "reasoning": request.get("reasoning") or {},
                "store": request.get("store", True), "temperature": request.get("temperature"), "text": request.get("text") or {},
                "tool_choice": request.get("tool_choice", "auto"), "tools": request.get("tools") or [], "top_p": request.get("top_p"),
                "truncation": "disabled", "usage": counts(*usage) if usage else None, "metadata": {}, **more}


# ---- the events of a stream ----------------------------------------------------------------------

def began(item):
    """An item as it is when it begins."""
    empty = {"message": {"content": []}, "reasoning": {"summary": []}, "function_call": {"arguments": ""}}.get(item["type"], {})
    now = {**item, **empty, **({"status": "in_progress"} if "status" in item else {})}
    if "encrypted_content" in item:
        now["encrypted_content"] = "gAAAbegun"  # another one than in the end
    return now


def of_part(place, part):
    """The events of one part of a message."""
    kind, key = ("output_text", "text") if part["type"] == "output_text" else ("refusal", "refusal")
    more = {"logprobs": []} if key == "text" else {}
    yield {"type": "response.content_part.added", **place, "part": {**part, key: ""}}
    for word in words(part[key]):
        yield {"type": f"response.{kind}.delta", **place, "delta": word, **more, "obfuscation": "q7"}
    yield {"type": f"response.{kind}.done", **place, key: part[key], **more}
    yield {"type": "response.content_part.done", **place, "part": part}


def of_reasoning(place, item):
    """The events of a reasoning item."""
    for i, part in enumerate(item["summary"]):
        here = {**place, "summary_index": i}
        yield {"type": "response.reasoning_summary_part.added", **here, "part": {**part, "text": ""}}
        for word in words(part["text"]):
            yield {"type": "response.reasoning_summary_text.delta", **here, "delta": word, "obfuscation": "q7"}
        yield {"type": "response.reasoning_summary_text.done", **here, "text": part["text"]}
        yield {"type": "response.reasoning_summary_part.done", **here, "part": part}
    for i, part in enumerate(item.get("content", [])):
        for word in words(part["text"]):
            yield {"type": "response.reasoning_text.delta", **place, "content_index": i, "delta": word}
        yield {"type": "response.reasoning_text.done", **place, "content_index": i, "text": part["text"]}


def of_item(index, item):
    """The events of one item, but for its last one."""
    place = {"item_id": item["id"], "output_index": index}
    yield {"type": "response.output_item.added", "output_index": index, "item": began(item)}
    if item["type"] == "message":
        for i, part in enumerate(item["content"]):
            yield from of_part({**place, "content_index": i}, part)
    elif item["type"] == "reasoning":
        yield from of_reasoning(place, item)
    elif item["type"] == "function_call":
        for piece in re.findall(r"(?s).{1,7}", item["arguments"]):
            yield {"type": "response.function_call_arguments.delta", **place, "delta": piece, "obfuscation": "q7"}
        yield {"type": "response.function_call_arguments.done", **place, "arguments": item["arguments"], "name": item["name"]}


def of_issue(issue, last):
    """All events of a response; last: those that end it."""
    for kind in ("created", "in_progress"):
        yield {"type": f"response.{kind}", "response": issue.document("in_progress")}
    for i, item in enumerate(issue.items):
        yield from of_item(i, item)
        yield {"type": "response.output_item.done", "output_index": i, "item": item}
    yield from last


def written(events, sequence=True, names=True, done=False):
    """Events as the bytes of a stream; without what some servers leave out."""
    for i, data in enumerate(events):
        data = {**data, "sequence_number": i} if sequence else data
        yield (b"event: " + data["type"].encode() + b"\n" if names else b"") + event(data)
    if done:
        yield event(b"[DONE]")


# ---- steps -----------------------------------------------------------------------------------------

def answer(*items, usage=(7, 3), incomplete=None, **how):
    """A response with these items, streamed or whole as it is asked for. incomplete: why it is cut. how: as written() takes."""
    def step(conn, request):
        issue = Issue(request.server, request, items)
        more = {"incomplete_details": {"reason": incomplete}} if incomplete else {}
        status = "incomplete" if incomplete else "completed"
        if incomplete and issue.items and "status" in issue.items[-1]:
            issue.items[-1]["status"] = "incomplete"
        document = issue.document(status, issue.items, usage, **more)
        if not request.json.get("stream"):
            return body(200, document)(conn, request)
        return pieces(list(written(of_issue(issue, [{"type": "response." + status, "response": document}]), **how)))(conn, request)
    return step


def text(words_of_it, **how):
    """A response that is one message."""
    return answer(message(words_of_it), **how)


FLAT, NESTED, FAILED = "flat", "nested", "failed"


def trouble(code, words_of_it, *items, shapes=(NESTED, FAILED), **how):
    """A response that fails after these items, told in these shapes, one after the other; whole, it is a failed response."""
    kind = code if code in ("server_error", "insufficient_quota") else "invalid_request_error"

    def step(conn, request):
        issue = Issue(request.server, request, items)
        document = issue.document("failed", [], error={"code": code, "message": words_of_it})
        if not request.json.get("stream"):
            return body(200, document)(conn, request)
        told = {FLAT: {"type": "error", "code": code, "message": words_of_it, "param": None},
                NESTED: {"type": "error", "error": {"type": kind, "code": code, "message": words_of_it, "param": None}},
                FAILED: {"type": "response.failed", "response": document}}
        return pieces(list(written(of_issue(issue, [told[s] for s in shapes]), **how)))(conn, request)
    return step


def broken(*items, cut=0, then="close", **how):
    """A stream that ends before its last event, and cut events before that; then: as in server.py."""
    def step(conn, request):
        issue = Issue(request.server, request, items)
        events = list(written(of_issue(issue, []), **how))
        return pieces(events[:len(events) - cut], then=then, whole=False)(conn, request)
    return step


def events(*documents, **how):
    """A stream of exactly these events."""
    return pieces(list(written(documents, **how)))


def plain(*parts):
    """A stream of exactly these bytes, that ends by the connection's end."""
    return raw(head(200, {"Content-Type": "text/event-stream"}) + b"".join(parts))


def refused(fault):
    """The answer to a request that breaks a rule."""
    return body(fault.status, {"error": {"message": fault.message, "type": fault.kind, "param": fault.param, "code": fault.code}},
                {"x-request-id": "req_1"})


# ---- the server ------------------------------------------------------------------------------------

class Responses(Server):
    """The server. key: the only one that it takes. plain: models that do not reason. unverified: the account may not see summaries."""

    def __init__(self, *steps, key=None, unverified=False, **more):
        self.key, self.unverified = key, unverified
        self.numbers, self.issued, self.stored = {}, {}, {}
        self.faults = []
        super().__init__(*steps, **more)

    def name(self, prefix):
        """The next id of a kind."""
        self.numbers[prefix] = self.numbers.get(prefix, 0) + 1
        return f"{prefix}_{self.numbers[prefix]}"

    def forget(self):
        """Drops all stored responses, as a server does after some weeks."""
        self.stored.clear()

    def whole_input(self, request):
        """The items of a request, those before it included."""
        items = request.get("input", [])
        items = [{"role": "user", "content": items}] if isinstance(items, str) else items
        return self.stored.get(request.get("previous_response_id"), []) + items

    def step_for(self, request):
        request.server = self
        path = request.path.partition("?")[0]
        try:
            self.check(request, path)
        except Fault as fault:
            with self.changed:
                self.requests.append(request)
                self.faults.append(fault)
                self.changed.notify_all()
            return refused(fault)
        step = super().step_for(request)
        if path.endswith("/models") and not self.models:
            data = [{"id": name, "object": "model", "created": 1, "owned_by": "system"} for name in KNOWN]
            return body(200, {"object": "list", "data": data})
        return step

    def check(self, request, path):
        """Raises a Fault for a request that breaks a rule."""
        self.check_key(request.headers.get("authorization", ""))
        if (request.method, path) == ("GET", "/v1/models"):
            return
        if path != "/v1/responses":
            raise Fault(404, f"Invalid URL ({request.method} {path})")
        if request.method != "POST":
            raise Fault(405, f"Not allowed to {request.method} on {path}.", code="method_not_supported")
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            raise Fault(400, "Unsupported content type: this API method only accepts 'application/json' requests.", code="unsupported_content_type")
        if not isinstance(request.json, dict):
            raise Fault(400, "We could not parse the JSON body of your request.")
        check_body(request.json, KNOWN, self.unverified)
        before = self.before(request.json.get("previous_response_id"))
        check_items(request.json, before, [issue.items for issue in self.issued.values()])

    def check_key(self, header):
        """The key, where there is one."""
        if not self.key or header == "Bearer " + self.key:
            return
        if not header:
            raise Fault(401, "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth "
                        "(i.e. Authorization: Bearer YOUR_KEY).")
        shown = re.sub(r"(?<=^.{8}).*(?=.{4}$)", "*" * 8, header.removeprefix("Bearer "))
        raise Fault(401, f"Incorrect API key provided: {shown}. You can find your API key at https://platform.openai.com/account/api-keys.",
                    code="invalid_api_key")

    def before(self, name):
        """The items that an id stands for."""
        if name is None:
            return []
        if name not in self.stored:
            raise Fault(400, f"Previous response with id '{name}' not found.", "previous_response_id", "previous_response_not_found")
        return self.stored[name]
