# SPDX-License-Identifier: MIT
"""A server on the loopback that speaks Anthropic's Messages API: it checks each request by the API's rules, and answers by a script.

As a module:  with AnthropicServer(reply(text("Hello")), overloaded()) as server: ... server.url ...
Each good request for a message takes the next step; the last one repeats. One that breaks a rule gets the API's own error and
takes none. The list of models is the one of anthropic_rules.
"""
import base64
import json
import urllib.parse

import anthropic_rules as rules
from hob import KEY
from server import Server, body, head, pieces, raw, words  # pylint: disable=unused-import

REQUEST_ID = "req_011CSHoEeqs5C35K2UUqR7Fy"


# ---- blocks of a reply ---------------------------------------------------------------------------

def text(words_of_it):
    """Text."""
    return {"type": "text", "text": words_of_it}


def thinking(words_of_it, signature=None):
    """Reasoning; its signature is made of it."""
    made = base64.b64encode(b"signed:" + words_of_it.encode()).decode()
    return {"type": "thinking", "thinking": words_of_it, "signature": signature or made}


def redacted(data="RW1wdHkgdG8gdXM="):
    """Reasoning that nobody may read."""
    return {"type": "redacted_thinking", "data": data}


def call(name, arguments, number=1):
    """A call of a tool."""
    return {"type": "tool_use", "id": f"toolu_{number:02}", "name": name, "input": arguments}


def searched(number=1):
    """A search of the server's own, and what it found."""
    made = {"type": "server_tool_use", "id": f"srvtoolu_{number:02}", "name": "web_search", "input": {"query": "moss"}}
    found = {"type": "web_search_result", "title": "Moss", "url": "https://moss.test/", "encrypted_content": "Rm91bmQ="}
    return [made, {"type": "web_search_tool_result", "tool_use_id": made["id"], "content": [found]}]


# ---- a stream ------------------------------------------------------------------------------------

def counts(prompt=11, completion=8, read=0, written=0, thoughts=None):
    """A usage object: what the cache holds is counted apart."""
    out = {"input_tokens": prompt, "cache_creation_input_tokens": written, "cache_read_input_tokens": read, "output_tokens": completion,
           "service_tier": "standard"}
    return out if thoughts is None else {**out, "output_tokens_details": {"thinking_tokens": thoughts}}


def event(data):
    """One server-sent event, which bears the name of its type."""
    return f"event: {data['type']}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


def start(usage=None, model="claude-haiku-4-5"):
    """message_start: counts what was sent."""
    usage = {**(usage or counts()), "output_tokens": 1}
    usage.pop("output_tokens_details", None)
    return event({"type": "message_start", "message": {
        "id": "msg_01", "type": "message", "role": "assistant", "model": model, "content": [], "stop_reason": None, "stop_sequence": None,
        "usage": usage}})


def halves(s):
    """A text in two pieces."""
    return [s[:len(s) // 2], s[len(s) // 2:]]


def deltas(block):
    """The beginning of a block, and the deltas that fill it."""
    kind = block["type"]
    if kind == "text":
        return {**block, "text": ""}, [{"type": "text_delta", "text": w} for w in words(block["text"])]
    if kind == "thinking":
        parts = [{"type": "thinking_delta", "thinking": w} for w in words(block["thinking"])] if block["thinking"] else []
        return {**block, "thinking": "", "signature": ""}, parts + [{"type": "signature_delta", "signature": block["signature"]}]
    if kind in ("tool_use", "server_tool_use"):
        whole = json.dumps(block["input"], ensure_ascii=False) if block["input"] else ""
        parts = ["", *halves(whole)] if whole else [""]
        return {**block, "input": {}}, [{"type": "input_json_delta", "partial_json": p} for p in parts]
    return block, []


def block_events(index, block):
    """The events of one block."""
    begin, parts = deltas(block)
    out = [event({"type": "content_block_start", "index": index, "content_block": begin})]
    out += [event({"type": "content_block_delta", "index": index, "delta": d}) for d in parts]
    return out + [event({"type": "content_block_stop", "index": index})]


def stop(reason, usage=None, details=None, sequence=None):
    """message_delta: why it ended, and what it came to."""
    delta = {"stop_reason": reason, "stop_sequence": sequence}
    if details:
        delta["stop_details"] = details
    usage = dict(usage or counts())
    usage.pop("service_tier", None)
    return event({"type": "message_delta", "delta": delta, "usage": usage})


PING = event({"type": "ping"})
STOP = event({"type": "message_stop"})


def flat(blocks):
    """Blocks in one list."""
    return [b for one in blocks for b in (one if isinstance(one, list) else [one])]


def reason_of(blocks):
    """What a reply of these blocks ends with."""
    return "tool_use" if any(b["type"] == "tool_use" for b in blocks) else "end_turn"


def stream(*blocks, reason=None, usage=None, details=None, model="claude-haiku-4-5", sequence=None):
    """The parts of a whole stream, for pieces()."""
    blocks = flat(blocks)
    parts = [start(usage, model), PING]
    for i, block in enumerate(blocks):
        parts += block_events(i, block)
    return parts + [stop(reason or reason_of(blocks), usage, details, sequence), STOP]


# ---- steps ---------------------------------------------------------------------------------------

HEADERS = {"request-id": REQUEST_ID}


def reply(*blocks, reason=None, usage=None, details=None, model=None, sequence=None):
    """A reply of blocks: as a stream, or whole if the request asks for that."""
    blocks = flat(blocks)

    def step(conn, request):
        answers = model or request.json["model"]
        request.server.issued.append(blocks)
        if request.json.get("stream"):
            parts = stream(*blocks, reason=reason, usage=usage, details=details, model=answers, sequence=sequence)
            return pieces(parts, headers=HEADERS)(conn, request)
        return body(200, {
            "id": "msg_01", "type": "message", "role": "assistant", "model": answers, "content": blocks,
            "stop_reason": reason or reason_of(blocks), "stop_sequence": sequence, **({"stop_details": details} if details else {}),
            "usage": usage or counts()}, HEADERS)(conn, request)
    return step


def refuse(category="cyber", explanation="This request could enable harm."):
    """A refusal, which may hold no block at all."""
    return reply(reason="refusal", details={"type": "refusal", "category": category, "explanation": explanation})


def broken(*parts, whole=True, then="keep"):
    """A stream of these parts, whatever they are."""
    return pieces(list(parts), headers=HEADERS, whole=whole, then=then)


def wrong(kind, message, details=None):
    """An error as the API words it."""
    error = {"type": kind, "message": message, **({"details": details} if details else {})}
    return {"type": "error", "error": error, "request_id": REQUEST_ID}


def error(status, kind, message, headers=None, details=None):
    """An error."""
    return body(status, wrong(kind, message, details), {**HEADERS, **(headers or {})})


def overloaded():
    """529."""
    return error(529, "overloaded_error", "Overloaded")


# ---- the server ------------------------------------------------------------------------------------

def able(yes):
    """One capability."""
    return {"supported": bool(yes)}


def model_info(name):
    """What the list says of a model."""
    m = rules.MODELS[name]
    efforts = {e: able(m["effort"]) for e in rules.EFFORTS}
    return {"type": "model", "id": name, "display_name": name.replace("-", " ").title(), "created_at": "2026-02-01T00:00:00Z",
            "lifecycle": "active", "max_input_tokens": m["window"], "max_tokens": m["output"],
            "capabilities": {
                "batch": able(1), "citations": able(1), "code_execution": able(1), "structured_outputs": able(1), "image_input": able(1),
                "pdf_input": able(1), "context_management": able(1), "server_tools": able(1), "effort": {**able(m["effort"]), **efforts},
                "thinking": {**able(1), "types": {k: able(k in m["thinking"]) for k in ("adaptive", "enabled")}}}}


class AnthropicServer(Server):
    """A Server that checks what it is asked. key: the one that it takes; page: models of a page of the list, at most."""

    def __init__(self, *steps, key=KEY, page=1000, check=rules.check, **more):
        super().__init__(*steps, **more)
        self.key, self.page, self.check, self.issued = key, page, check, []
        self.url = self.url[:-len("/v1")]

    @property
    def chats(self):
        """The requests for messages."""
        return [r for r in self.requests if not r.path.startswith("/v1/models")]

    def listing(self, query):
        """A page of the list of models."""
        names, after = sorted(rules.MODELS), query.get("after_id", [""])[0]
        names = names[names.index(after) + 1:] if after in names else names
        most = min(int(query.get("limit", ["20"])[0]), self.page)
        shown = names[:most]
        return body(200, {"data": [model_info(n) for n in shown], "has_more": len(names) > most, "first_id": shown[0] if shown else None,
                          "last_id": shown[-1] if shown else None}, HEADERS)

    def model_step(self, request):
        """An answer about models."""
        address = urllib.parse.urlsplit(request.path)
        name = address.path[len("/v1/models/"):]
        if not name:
            return self.listing(urllib.parse.parse_qs(address.query))
        if name not in rules.MODELS:
            raise rules.Refused(f"model: {name}", 404, "not_found_error")
        return body(200, model_info(name), HEADERS)

    def next_step(self, request):
        """The answer to a request that may break a rule."""
        if request.method == "GET" and request.path.startswith("/v1/models"):
            rules.check_head(request, self.key)
            return self.models or self.model_step(request)
        if (request.method, request.path.split("?")[0]) != ("POST", "/v1/messages"):
            raise rules.Refused("Not Found", 404, "not_found_error")
        self.check(request, self.issued, self.key)
        step = self.steps[min(self.taken, len(self.steps) - 1)]
        self.taken += 1
        return step

    def step_for(self, request):
        """Notes the request and says how it is answered."""
        request.server = self
        with self.changed:
            self.requests.append(request)
            self.changed.notify_all()
            try:
                return self.next_step(request)
            except rules.Refused as why:
                return error(why.status, why.kind, why.message)
