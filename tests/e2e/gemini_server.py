# SPDX-License-Identifier: MIT
"""A server on the loopback that speaks Google's generateContent, as strictly as Google's own does: gemini_rules.py has what it refuses.

As a module:  with Gemini(reply("Hello"), fail(503, "UNAVAILABLE", "busy")) as server: ... server.url ...
Each request to a model takes the next step; the last one repeats. A step is a function of the connection and the request. A reply comes
as the request wants it: by events, as a JSON array, or whole.
"""
import json
import re
import urllib.parse

import hob
from gemini_rules import Refused, check, data_of
from server import Server, body, event, pieces, words

PATH = re.compile(r"/(v1|v1beta|v1alpha)/((?:models|tunedModels)/[^/:]+):(generateContent|streamGenerateContent)")
LIST = re.compile(r"/(v1|v1beta|v1alpha)/models")

# Each model, and how it differs from the first.
MODEL = {"id": "gemini-test", "inputTokenLimit": 1048576, "outputTokenLimit": 65536, "thinking": True, "idle": False, "budget": (0, 24576),
         "levels": (), "signs": False, "system": True, "tools": True, "both": False, "methods": ["generateContent", "countTokens"]}
MODELS = [MODEL,
          {**MODEL, "id": "gemini-pro-test", "budget": (128, 32768)},
          {**MODEL, "id": "gemini-3-test", "budget": None, "levels": ("low", "high"), "signs": True, "both": True},
          {**MODEL, "id": "gemini-lite-test", "idle": True},  # it thinks where it is told to
          {**MODEL, "id": "gemini-plain-test", "thinking": False, "budget": None, "outputTokenLimit": 8192},
          {**MODEL, "id": "gemma-test", "system": False, "tools": False, "thinking": False, "budget": None},
          {**MODEL, "id": "tiny-test", "inputTokenLimit": 20, "outputTokenLimit": 8},
          {**MODEL, "id": "embedding-test", "methods": ["embedContent"]}]


# ---- documents ---------------------------------------------------------------------------------

def usage(prompt, candidates=None, thoughts=None, cached=None, tools=None):
    """A usageMetadata; the total is all but the cached."""
    counts = {"promptTokenCount": prompt, "candidatesTokenCount": candidates, "thoughtsTokenCount": thoughts,
              "cachedContentTokenCount": cached, "toolUsePromptTokenCount": tools}
    total = sum(n or 0 for n in (prompt, candidates, thoughts, tools))
    return {**{k: v for k, v in counts.items() if v is not None}, "totalTokenCount": total}


def chunk(*parts, finish=None, used=None, message=None, model="gemini-test-001"):
    """One document of a reply. Without parts its candidate has no content."""
    candidate = {"content": {"parts": list(parts), "role": "model"}} if parts else {}
    candidate |= {"finishReason": finish} if finish else {}
    candidate |= {"finishMessage": message} if message else {}
    return {"candidates": [{**candidate, "index": 0}], "usageMetadata": used or usage(7), "modelVersion": model, "responseId": "aB3"}


def text(said, signature=None):
    """A part of text."""
    return {"text": said, **({"thoughtSignature": signature} if signature else {})}


def thought(said):
    """A part of thinking."""
    return {"text": said, "thought": True}


def call(name, args=None, signature=None, ident=None):
    """A part that calls a tool; args None: it has no such member, as calls without arguments do."""
    out = {**({"id": ident} if ident else {}), "name": name, **({} if args is None else {"args": args})}
    return {"functionCall": out, **({"thoughtSignature": signature} if signature else {})}


def blocked(reason="PROHIBITED_CONTENT"):
    """A document that says that the prompt was blocked."""
    return {"promptFeedback": {"blockReason": reason}, "usageMetadata": usage(7), "modelVersion": "gemini-test-001"}


def problem(status, word, message, *details):
    """An error, as a document."""
    return {"error": {"code": status, "message": message, "status": word, **({"details": list(details)} if details else {})}}


def rpc(kind, **members):
    """A detail of an error."""
    return {"@type": f"type.googleapis.com/google.rpc.{kind}", **members}


def quota(ident, delay="34.4s"):
    """The details of a 429: which quota, and when to come back."""
    return (rpc("QuotaFailure", violations=[{"quotaMetric": "generativelanguage.googleapis.com/generate_content_free_tier_requests",
                                             "quotaId": ident, "quotaValue": "20"}]),
            rpc("Help", links=[{"description": "Learn more about Gemini API quotas", "url": "https://ai.google.dev/gemini-api/docs/rate-limits"}]),
            rpc("RetryInfo", retryDelay=delay))


BAD_KEY = (400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.",
           rpc("ErrorInfo", reason="API_KEY_INVALID", domain="googleapis.com", metadata={"service": "generativelanguage.googleapis.com"}))


# ---- steps -------------------------------------------------------------------------------------

def fail(status, word, message, *details, headers=None):
    """An error as Google words it."""
    return body(status, problem(status, word, message, *details), headers)


def joined(documents):
    """A reply in one document: neighbours of a kind are one part, unless one is signed."""
    whole, parts, last = {}, [], {}
    for document in documents:
        whole |= document
        candidate = (document.get("candidates") or [{}])[0]
        last |= candidate
        for part in candidate.get("content", {}).get("parts", []):
            before = parts[-1] if parts else {}
            if "text" in part and set(part) == set(before) and "thoughtSignature" not in part:
                parts[-1] = {**part, "text": before["text"] + part["text"]}
            elif part != {"text": ""}:
                parts.append(dict(part))
    if last:
        whole["candidates"] = [{**last, **({"content": {"parts": parts, "role": "model"}} if parts else {})}]
    return whole


def answer(*documents, **more):
    """A reply, or another outcome, by its documents; as the request wants it. more: as pieces() takes it."""
    def step(conn, request):
        sent = [joined(documents)] if not request.streams else documents
        for document in sent:
            for candidate in document.get("candidates", []):
                for part in candidate.get("content", {}).get("parts", []):
                    if "thoughtSignature" in part:
                        request.server.issued[part["thoughtSignature"]] = data_of(part)
        if not request.streams:
            return body(200, sent[0])(conn, request)
        if request.query.get("alt") == "sse":
            return pieces([event(d) for d in sent], **more)(conn, request)
        marks = [b"["] + [b",\r\n"] * (len(sent) - 1)
        array = [mark + json.dumps(d, ensure_ascii=False).encode() for mark, d in zip(marks, sent)] + [b"]"]
        return pieces(array, headers={"Content-Type": "application/json"}, **more)(conn, request)
    return step


def reply(said, used=None, finish="STOP", **more):
    """A reply word by word."""
    said, used = words(said), used or usage(7, 3)
    return answer(*[chunk(text(w), used=usage(7, i + 1)) for i, w in enumerate(said[:-1])], chunk(text(said[-1]), finish=finish, used=used), **more)


def echo(conn, request):
    """A reply that repeats the last text of the user's."""
    return reply(request.json["contents"][-1]["parts"][-1]["text"])(conn, request)


# ---- the server ----------------------------------------------------------------------------------

class Gemini(Server):
    """A Server of this wire. issued: the signatures that its replies held; lists: its models; refusals: what it refused, in its words."""

    def __init__(self, *steps, models=MODELS, key=hob.KEY, page_most=1000, **more):
        super().__init__(*steps, **more)
        self.url = self.url.removesuffix("/v1")
        self.lists, self.key, self.page_most, self.issued, self.refusals = models, key, page_most, {}, []

    @property
    def chats(self):
        """The requests but those for lists of models."""
        return [r for r in self.requests if not LIST.fullmatch(r.path.partition("?")[0])]

    def step_for(self, request):
        with self.changed:
            self.requests.append(request)
            self.changed.notify_all()
            try:
                return self.judge(request)
            except Refused as why:
                self.refusals.append(why.message)
                return fail(why.status, why.word, why.message, *why.details)

    def judge(self, request):
        """The step for a request that breaks no rule."""
        path, _, query = request.path.partition("?")
        request.server, request.query = self, dict(urllib.parse.parse_qsl(query))
        path = urllib.parse.unquote(path)
        self.check_key(request)
        if LIST.fullmatch(path) and request.method == "GET":
            return self.page(request)
        found = PATH.fullmatch(path)
        if not found or request.method != "POST":
            raise Refused("The requested URL was not found on this server.", 404, "NOT_FOUND")
        name, request.streams = found.group(2), found.group(3) == "streamGenerateContent"
        model = next((m for m in self.lists if name in ("models/" + m["id"], "tunedModels/" + m["id"])), None)
        if not model or "generateContent" not in model["methods"]:
            raise Refused(f"{name} is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the "
                          "list of available models and their supported methods.", 404, "NOT_FOUND")
        check(request.json, model, self.issued)
        step = self.steps[min(self.taken, len(self.steps) - 1)]
        self.taken += 1
        return step

    def check_key(self, request):
        """The key stands in a header, and is ours."""
        if "key" in request.query:
            raise Refused("the key stands in the address")
        if "x-goog-api-key" not in request.headers:
            raise Refused("Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other "
                          "form of API consumer identity to call this API.", 403, "PERMISSION_DENIED")
        if request.headers["x-goog-api-key"] != self.key:
            raise Refused(BAD_KEY[2], BAD_KEY[0], BAD_KEY[1], BAD_KEY[3:])

    def page(self, request):
        """A page of the list of models."""
        size, token = int(request.query.get("pageSize", 50)), request.query.get("pageToken", "0")
        if not 0 <= size <= 1000 or not token.isdigit():
            raise Refused("Invalid page token.")
        at, size = int(token), min(size, self.page_most)
        rows = [{"name": "models/" + m["id"], "version": "001", "displayName": m["id"].replace("-", " ").title(),
                 "inputTokenLimit": m["inputTokenLimit"], "outputTokenLimit": m["outputTokenLimit"],
                 "supportedGenerationMethods": m["methods"], **({"thinking": True} if m["thinking"] else {}),
                 "temperature": 1, "topP": 0.95, "topK": 64, "maxTemperature": 2} for m in self.lists]
        more = {"nextPageToken": str(at + size)} if at + size < len(rows) else {}
        return body(200, {"models": rows[at:at + size], **more})


def at_server(server, **env):
    """A Box whose environment leads the provider gemini to a server of ours."""
    return hob.Box(GEMINI_API_KEY=hob.KEY, GEMINI_BASE_URL=server.url, GEMINI_MODEL="gemini-test", HOBNOB_PROVIDER="gemini", **env)


def clean(server, n=None):
    """Nothing broke a rule of the API, and so many requests came."""
    hob.same(server.refusals, [])
    if n is not None:
        hob.same(len(server.requests), n)


def contents(server, i=-1):
    """The turns of a request: a role and its parts each."""
    return [(c["role"], c["parts"]) for c in server.chats[i].json["contents"]]


def relayed(box, *requests, args=()):
    """What came of requests through hobnob.relay/1: a list of events each."""
    lines = "".join(json.dumps(q) + "\n" for q in requests)
    r = hob.ended(box.run("--plugin-path", box.fixture("relay"), "-f", "relay", *args, stdin=lines), 0)
    all_of, events = [], []
    for line in map(json.loads, r.out.splitlines()):
        events.append(line)
        if "returned" in line:
            all_of.append(events)
            events = []
    return all_of
