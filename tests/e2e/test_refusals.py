#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a server refuses in words of its own: whose value it is decides what hobnob does, and the error says the server's words."""
import json
import re

from hob import at_server, ended, holds, lacks, main, same, test, test_each, truth
from server import Server, body, error, reply


def limit(request):
    """The reply's limit that a request has, None: none."""
    return request.json.get("max_tokens", request.json.get("max_completion_tokens"))


def picky(takes, words):
    """A server that takes a limit, or tells by words(limit, prompt) that it does not; a prompt is 20 tokens a message."""
    def step(conn, request):
        asked, prompt = limit(request), 20 * len(request.messages)
        if takes(asked, prompt):
            return reply("Fine.")(conn, request)
        return error(400, words(asked, prompt), kind="invalid_request_error")(conn, request)
    return step


def below(most):
    """Takes a limit of at most so many tokens, and none."""
    return lambda asked, prompt: (asked or 0) <= most


def window(size):
    """Takes what fits the window together with the prompt."""
    return lambda asked, prompt: (asked or 0) + prompt <= size


def never(asked, prompt):
    """Takes no limit."""
    return asked is None


# How the server takes it, and its words; the limits of the three turns' requests.
LOWERED = [
    ("a cap that is named", below(1000), lambda n, p: f"max_tokens {n} is more than the 1000 that a reply may have", [4096, 1000, 1000, 1000]),
    ("a cap that is named among others", below(1000), lambda n, p: f"nobody gets {n} here: 1000 for members, 90 for guests",
     [4096, 1000, 1000, 1000]),
    ("a number that is none, then the cap", below(1000), lambda n, p: "max_tokens: see page 3000. Up to 1000 are possible",
     [4096, 3000, 1000, 1000, 1000]),
    ("a cap that is left out", below(999), lambda n, p: "max_tokens must be less than 1000", [4096, 999, 999, 999]),
    ("no number at all", below(1000), lambda n, p: "max_tokens is too large", [4096, None, None, None]),
    ("the field, whatever its value", never, lambda n, p: "Invalid value for max_tokens", [4096, None, None, None]),
    ("a sum beyond the window", window(2000), lambda n, p: f"{n + p} tokens in all ({p} + {n}), and the window has 2000",
     [4096, 1980, 500, 500]),
    ("what a minute may hold", window(3000), lambda n, p: f"Request too large on tokens per minute (TPM): Limit 3000, Requested {n + p}, please "
     "reduce your message size", [4096, 2980, 750, 750]),
    ("a window beside the prompt", window(2000), lambda n, p: f"the context window of 2000 tokens cannot hold max_tokens {n} beside {p} input "
     "tokens", [4096, 1980, 500, 500]),
]


@test_each([(row[0], *row[1:]) for row in LOWERED])
def lowered(takes, words, limits):
    """A limit that nobody set is lowered or left out, told at -v, and learnt for the model: no turn is lost, none is left out"""
    with Server(picky(takes, words)) as server, at_server(server) as box:
        r = ended(box.run("-i", "-v", stdin="one\ntwo\nthree\n"), 0, "Fine.\nFine.\nFine.\n")
        same([limit(q) for q in server.chats], limits)
        same([len(q.messages) for q in server.chats][-3:], [1, 3, 5])
        told = [line for line in r.err.splitlines() if "the server refuses a reply of" in line]
        same(len(told), len(limits) - 3, r)


# The status, the words, and the limits of three turns' requests.
UNNAMED = [(413, "Too many output tokens requested", [4096, None, None, None]),
           (500, "max_tokens exceeds model capability", [4096, None, None, None]),
           (403, "The plan allows at most 1024 output tokens per request", [4096, 1024, 1024, 1024]),
           (429, "max_tokens 4096 above tier cap 1024", [4096, 1024, 1024, 1024]),
           (400, "completion budget 4096 exceeds 1024", [4096, 1024, 1024, 1024]),
           (503, "This engine can generate up to 1k tokens per reply", [4096, 1000, 1000, 1000])]


@test_each([(words, status, words, limits) for status, words, limits in UNNAMED])
def whatever_the_status(status, words, limits):
    """A reply that is too long by any words and status is asked for anew with what the server takes, and that is learnt; the user's own is told"""
    def step(conn, request):
        return (reply("Fine.") if limit(request) == limits[-1] else error(status, words))(conn, request)
    with Server(step) as server, at_server(server) as box:
        r = ended(box.run("-i", "-v", stdin="one\ntwo\nthree\n"), 0, "Fine.\nFine.\nFine.\n")
        same([limit(q) for q in server.chats], limits)
        same(r.err.count("the server refuses a reply of 4096 tokens"), 1)
    with Server(error(status, words.replace("4096", "4999"))) as server, at_server(server) as box:
        r = ended(box.run("-n", "-o", "max_tokens=4999", "Hi"), 4 if status == 403 else 7, "")
        same([limit(q) for q in server.chats], [4999])
        holds(r.err, f"max_tokens={limits[-1] or 0})")


@test
def nothing_left_out():
    """In a grown conversation the limit is lowered before any turn is left out; only what cannot fit without it is shortened"""
    def words(asked, prompt):
        return f"{asked + prompt} tokens in all ({prompt} + {asked}), the window has 4150"
    with Server(picky(window(4150), words)) as server, at_server(server) as box:
        r = ended(box.run("-i", stdin="one\ntwo\nthree\n"), 0, "Fine.\nFine.\nFine.\n")
        same([(limit(q), len(q.messages)) for q in server.chats], [(4096, 1), (4096, 3), (4090, 3), (1037, 5)])
        lacks(r.err, "left out")


@test
def learnt_for_the_model():
    """What was learnt of one model is not believed of another"""
    with Server(picky(below(1000), lambda n, p: "max_tokens: at most 1000")) as server, at_server(server) as box:
        ended(box.run("-i", stdin="one\n/model other\ntwo\n"), 0)
        same([limit(q) for q in server.chats], [4096, 1000, 4096, 1000])


@test
def bounded():
    """A server that refuses whatever it is asked is asked a few times, and its words are told"""
    with Server(error(400, "max_tokens: 3100, 1900, 1050, 510, 270, 125 are all wrong")) as server, at_server(server) as box:
        r = ended(box.run("-n", "Hi"), 7, "")
        same([limit(q) for q in server.chats], [4096, 3100, 1900, 1050, 510])
        holds(r.err, "are all wrong")


OWN = [("a number", "max_tokens must be at most 1000", "lower max_tokens ({})", 1000),
       ("no number", "max_tokens is too large", "lower max_tokens, or send none ({})", 0),
       ("a window", "the context window is 2000 tokens; 9019 tokens were asked for (20 + 8999)", "lower max_tokens ({})", 1980)]


@test_each(OWN)
def the_users(words, hint, value):
    """hobnob reports a limit of the user's own, with the number and what sets it in this place, and does not change it"""
    with Server(error(400, words)) as server, at_server(server) as box:
        r = ended(box.run("-n", "-o", "max_tokens=8999", "Hi"), 7, "")
        same([limit(q) for q in server.chats], [8999])
        holds(r.err, words, hint.format(f"-o max_tokens={value}"))
        r = ended(box.run("-n", "-i", "-o", "max_tokens=8999", stdin="Hi\n"), 7)
        holds(r.err, words, hint.format(f"/set max_tokens {value}"))


@test
def needed_by_money():
    """A limit that max_cost needs is lowered, but not left out"""
    priced = ("-n", "-o", "max_cost=1", "-o", "price_input=1", "-o", "price_output=1", "Hi")
    with Server(picky(below(1000), lambda n, p: "max_tokens: at most 1000")) as server, at_server(server) as box:
        ended(box.run(*priced), 0, "Fine.\n")
        same([limit(q) for q in server.chats], [4096, 1000])
    with Server(picky(below(1000), lambda n, p: "max_tokens is too large")) as server, at_server(server) as box:
        r = ended(box.run(*priced), 7, "")
        same([limit(q) for q in server.chats], [4096])
        holds(r.err, "set max_tokens to what the server takes")


@test
def affordable():
    """An account that pays for a shorter reply only is asked for that one, each time anew; one that pays for none is asked once"""
    def step(conn, request):
        if limit(request) <= 700:
            return reply("Fine.")(conn, request)
        return error(402, f"You asked for max_tokens {limit(request)}, the account can afford 700")(conn, request)
    with Server(step) as server, at_server(server) as box:
        ended(box.run("-i", stdin="one\ntwo\n"), 0, "Fine.\nFine.\n")
        same([limit(q) for q in server.chats], [4096, 700, 4096, 700])
    with Server(error(402, "max_tokens 4096 is more than the account can afford")) as server, at_server(server) as box:
        ended(box.run("-n", "Hi"), 5, "")
        same(len(server.chats), 1)


@test
def needed_by_the_server():
    """A server that wants a limit after it refused one tells that, and none is learnt"""
    def step(conn, request):
        words = "max_tokens is required" if limit(request) is None else "max_tokens is not right"
        return error(400, words)(conn, request)
    with Server(step) as server, at_server(server) as box:
        r = ended(box.run("-i", stdin="one\ntwo\n"), 7)
        same([limit(q) for q in server.chats], [4096, None, 4096, None])
        same(r.err.count("max_tokens is required"), 2)


# ---- too long, whatever the status ------------------------------------------------------------------------

@test_each([(str(status), status) for status in (200, 400, 413, 422, 500, 503)])
def shortened(status):
    """A conversation that is too long by words that nobody listed goes on without its older turns, whatever the status"""
    def step(conn, request):
        if len(request.messages) < 4:
            return reply("Fine.")(conn, request)
        return body(status, {"error": {"message": "Sorry: this dialogue has more tokens than the 900 which the model can fit"}})(conn, request)
    with Server(step) as server, at_server(server) as box:
        r = ended(box.run("-i", stdin="one\ntwo\nthree\n"), 0, "Fine.\nFine.\nFine.\n")
        same(len(server.chats), 4, r)
        holds(r.err, "the server finds the conversation too long")


TOO_LONG = [(429, "Request too large for model `m` on tokens per minute (TPM): Limit 30000, Requested 41000"),
            (400, "the total number of tokens must not exceed 8192"), (400, "Conversation too large for model"), (503, "n_past >= n_ctx"),
            (400, "the input does not fit: 5000 > 4096")]


@test_each([(words, status, words) for status, words in TOO_LONG])
def never_asked_as_it_is(status, words):
    """A conversation that is too long is not sent again as it is: its older turns are left out, or the error says so"""
    def step(conn, request):
        return (reply("Fine.") if len(request.messages) < 4 else error(status, words))(conn, request)
    with Server(step) as server, at_server(server) as box:
        r = ended(box.run("-i", "-o", "max_tokens=99", stdin="one\ntwo\nthree\n"), 0, "Fine.\nFine.\nFine.\n")
        same(len(server.chats), 4, r)
    with Server(error(status, words)) as server, at_server(server) as box:
        got = json.loads(ended(box.run("-n", "--json", "-o", "max_tokens=99", "Hi"), 7).out)
        same([got["kind"], len(server.chats)], ["context_too_long", 1])


@test_each([("money", 401, {"error": {"message": "The prepaid funds of this key are used up"}}, "quota", 5),
            ("a code", 403, {"error": {"message": "no", "code": "insufficient_wallet_credits"}}, "quota", 5),
            ("a quota of the day", 429, {"error": {"message": "Free requests per day: limit reached"}}, "quota", 5),
            ("an ordinary failure", 403, {"error": {"message": "This model is for paying customers"}}, "permission", 4)])
def asked_once(status, document, kind, exit_status):
    """An empty account is quota whatever the status, and asked once"""
    with Server(body(status, document)) as server, at_server(server) as box:
        got = json.loads(ended(box.run("-n", "--json", "Hi"), exit_status).out)
        same([got["kind"], len(server.chats)], [kind, 1])


# ---- waits ------------------------------------------------------------------------------------------------

WAITS = [("a member", {"error": {"message": "m", "retry_after_ms": 40}}, {}, 40),
         ("a detail", {"error": {"message": "You exceeded your current quota, see billing", "details": [{"retryDelay": "0.04s"}]}}, {}, 40),
         ("words", {"error": {"message": "Slow down. Please try again in 40ms."}}, {}, 40),
         ("the head before the body", {"error": {"message": "try again in 9s"}}, {"Retry-After": "0.04"}, 40),
         ("what is used up", {"error": {"message": "m"}}, {"x-ratelimit-remaining-requests": "9", "x-ratelimit-reset-requests": "8m0s",
                                                         "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "40ms"}, 40)]


@test_each([(row[0], *row[1:]) for row in WAITS])
def waited(document, headers, ms):
    """The wait that a server asks for is waited, wherever it stands"""
    with Server(body(429, document, headers), reply("Fine.")) as server, at_server(server) as box:
        r = ended(box.run("-n", "Hi"), 0, "Fine.\n")
        holds(r.err, f"retry 1 in {ms / 1000:.3f} s")
        truth(server.chats[1].at - server.chats[0].at >= ms / 1000, "it did not wait")


@test
def should_retry():
    """x-should-retry goes before the kind"""
    with Server(body(503, {"error": {"message": "m"}}, {"x-should-retry": "false"})) as server, at_server(server) as box:
        ended(box.run("-n", "Hi"), 6)
        same(len(server.chats), 1)
    again = body(400, {"error": {"message": "m"}}, {"x-should-retry": "true", "Retry-After": "0"})
    with Server(again, reply("Fine.")) as server, at_server(server) as box:
        ended(box.run("-n", "Hi"), 0, "Fine.\n")


# ---- other hints ------------------------------------------------------------------------------------------

@test_each([("no version", "", 404, "404 page not found", "/v1"), ("the whole address", "/v1/chat/completions", 404, "nothing here", "/v1"),
            ("a 200", "", 200, {"error": "Unexpected path"}, "/v1")])
def base_url(path, status, answer, likelier):
    """A base_url with a part too much or too little is named, with the likelier one"""
    data = answer.encode() if isinstance(answer, str) else answer
    with Server(body(status, data)) as server, at_server(server) as box:
        root = server.url[:-len("/v1")]
        r = box.run("-n", "Hi", env={"OPENAI_BASE_URL": root + path})
        holds(r.err, f"is base_url right? It is {root}{path}; likelier is {root}{likelier}\n")


@test_each([("Go", "Client sent an HTTP request to an HTTPS server.\n"),
            ("nginx", "<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>"),
            ("Apache", "<h1>Bad Request</h1><p>Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />Instead use the HTTPS scheme "
             "to access this URL, please.</p>")])
def plain_http(words):
    """A server that was asked over plain http and says so is a base_url that is wrong, and the hint is the right one"""
    with Server(body(400, words.encode()), models=body(400, words.encode())) as server, at_server(server) as box:
        for args in (("-n", "Hi"), ("models",)):
            r = ended(box.run(*args), 3, "")
            holds(r.err, "base_url is wrong; the server speaks https there", f"(https{server.url[4:]})")
        same(len(server.chats), 1)


@test
def in_the_question():
    """system_role: user puts the system prompt into the first question; the hint of a refusal names it"""
    def step(conn, request):
        if request.messages[0][0] == "user":
            return reply("Fine.")(conn, request)
        return error(400, "Developer instruction is not enabled for models/gemma-3-27b-it")(conn, request)
    with Server(step) as server, at_server(server) as box:
        r = ended(box.run("-n", "-s", "Be brief.", "Hi"), 7, "")
        holds(r.err, "system_role=user")
        ended(box.run("-i", "-s", "Be brief.", "-o", "openai.system_role=user", stdin="one\ntwo\n"), 0, "Fine.\nFine.\n")
        same(server.chats[-1].messages, [("user", "Be brief.\n\none"), ("assistant", "Fine."), ("user", "two")])
        lacks(json.dumps(server.chats[-1].json), '"system"')


ONE_VALUE = [("one value", "temperature: this model only takes 1", ("temperature",), ("top_p",)),
             ("another wording", "temperature must be 1 with this model", ("temperature",), ("top_p",)),
             ("in other words", "`temperature` may only be set to 1 when thinking is enabled", ("temperature",), ("top_p",)),
             ("in other words again", "With thinking on, temperature cannot differ from 1", ("temperature",), ("top_p",)),
             ("not both", "temperature and top_p exclude each other: send one of them, not both", ("top_p",), ("temperature",))]


@test_each([(row[0], *row[1:]) for row in ONE_VALUE])
def one_value(words, gone, kept):
    """A field that is taken with one value only, or not beside another one, is left out; told at -v"""
    def step(conn, request):
        wrong = any(key in request.json for key in gone)
        return (error(400, words) if wrong else reply("Fine."))(conn, request)
    with Server(step) as server, at_server(server) as box:
        r = ended(box.run("-n", "-v", "-o", "temperature=0.2", "-o", "top_p=0.9", "Hi"), 0, "Fine.\n")
        same([[key in q.json for key in (*gone, *kept)] for q in server.chats], [[True, True], [False, True]])
        holds(r.err, f"the server refuses {gone[0]}; asking without it")


@test_each([("of the user's", ("-o", "temperature=0.2"), 2), ("of extra_body", ("-o", 'openai.extra_body={"temperature":0.2}'), 1)])
def still_refused(options, asked):
    """A temperature that is refused whatever hobnob does is named in the hint"""
    with Server(error(400, "`temperature` may only be set to 1 when thinking is enabled")) as server, at_server(server) as box:
        r = ended(box.run("-n", *options, "Hi"), 7, "")
        holds(r.err, "change temperature, or unset it")
        same(len(server.chats), asked)


@test
def a_day():
    """A quota of the day that is used up is asked once, and told with the wait that the server names"""
    with Server(body(429, {"error": {"message": "Limit of 20 requests each day exceeded"}}, {"Retry-After": "40000"})) as server, \
            at_server(server) as box:
        r = ended(box.run("-n", "Hi"), 5, "")
        holds(r.err, "or its limit is reached; the server says to wait 11 h 6 min")
        same(len(server.chats), 1)


@test
def loading():
    """A model that is loading, said in a 200, is waited for"""
    with Server(body(200, {"error": "Model m is currently loading", "estimated_time": 0.04}), reply("Fine.")) as server, at_server(server) as box:
        r = ended(box.run("-n", "Hi"), 0, "Fine.\n")
        holds(r.err, "retry 1 in 0.040 s")


@test
def out_of_range():
    """A value out of range is told, and the hint names the setting"""
    with Server(error(400, "temperature has to be between 0 and 1")) as server, at_server(server) as box:
        r = ended(box.run("-n", "-o", "temperature=1.5", "Hi"), 7, "")
        same(len(server.chats), 1)
        holds(r.err, "change temperature, or unset it")
    wrong = {"error": {"message": "Invalid value: 'banana'. Supported values are: 'low' and 'high'.", "param": "reasoning_effort"}}
    with Server(body(400, wrong)) as server, at_server(server) as box:
        r = ended(box.run("-n", "-o", "reasoning_effort=banana", "Hi"), 7, "")
        same(len(server.chats), 1)
        holds(r.err, "change reasoning_effort, or unset it")


LISTS = [("null", {"object": "list", "data": None}, ""), ("an object", {"data": {"m-1": {"context_length": 10}, "m-2": {"id": "m-3"}}}, "m-1 m-3"),
         ("a result", {"result": [{"id": "01234567-89ab-cdef-0123-456789abcdef", "name": "@cf/x"}], "success": True, "errors": []}, "@cf/x"),
         ("strings", ["m-1", "m-2"], "m-1 m-2"), ("within data", {"data": {"models": ["m-1"]}}, "m-1")]


@test_each([(row[0], *row[1:]) for row in LISTS])
def models(document, names):
    """A list of models is read whatever its shape; null is an empty one"""
    with Server(reply("x"), models=body(200, document)) as server, at_server(server) as box:
        r = ended(box.run("models"), 0)
        same([line.split()[0] for line in r.out.splitlines()[1:]], names.split())
        same(bool(re.search("the list of models is empty", r.err)), not names)


main()
