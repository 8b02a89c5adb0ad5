#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What real servers have sent, byte for byte: the text that is shown, the kind, the exit status; whole and a byte at a time."""
import json
import os

from hob import DATA, at_server, ended, holds, main, same, test_each
from server import Server, raw

TINY = " находитсяwitz свяBorder extensсок mergedtekдолmannschaft mest člán emailsagua inoltre mergedOh comptetterpolyémaße webwi"

# Name, text, finish, usage (prompt, completion, cached) of a reply.
REPLIES = [
    ("aimock-chat-length", "cut short by the limit", "length", (2, 6, None)),
    ("aimock-openrouter-stream", 'Hello from aimock: héllo 你好 🚀 "quotes" \\ and\nnewline.', "stop", (10, 12, None)),
    ("aimock-openrouter-nonstream", 'Hello from aimock: héllo 你好 🚀 "quotes" \\ and\nnewline.', "stop", (10, 12, None)),
    ("llama-chat-nonstream", TINY, "length", (55, 24, 54)),
    ("llama-chat-stream", TINY, "length", (55, 24, 8)),
    ("llama-chat-stream-nousage", TINY, "length", (None, None, None)),
    ("llama-chat-stop-escapes", 'say "q" \\ tab\there\nline two: 你好, naïve café 🚀 \x07 bell', "stop", (29, 48, 8)),
    ("llama-ping-stream", "ifactnr ×", "length", (None, None, None)),
]

# Name, status, kind, HTTP status, how the partial text begins and ends, a part of the message.
FAILURES = [
    ("aimock-chat-429", 5, "rate_limited", 429, "", "", "Rate limit reached"),
    ("aimock-openrouter-429", 5, "rate_limited", 429, "", "", "Rate limit reached"),
    ("aimock-chat-truncate", 1, "truncated", 200, "This answe", "This answe", ""),
    ("haproxy-cut-midstream", 1, "truncated", None, "", "", ""),
    ("llama-401", 4, "auth", 401, "", "", "Invalid API Key"),
    ("llama-chat-badrole", 7, "bad_request", 400, "", "", "must contain 'content'"),
    ("llama-chat-ctxerr-stream", 7, "context_too_long", 400, "", "", "exceeds the available context size"),
    ("llama-chat-midstream-error", 6, "unavailable", 200, " during Fant", ").otti reset", "peg-native format"),
    ("llama-messages-stream", 1, "protocol", 200, "", "", ""),
]

SPLITS = [("whole", 0), ("byte by byte", 1)]
# No second attempt: what is told is how the first one ended.
ONCE = ("-n", "-o", "retries=0")


def rows(table):
    """Each row, whole and byte by byte."""
    return [(f"{row[0]}, {split}", size, *row) for row in table for split, size in SPLITS]


def replay(name, size):
    """A server that answers with a capture."""
    with open(os.path.join(DATA, "captures", name + ".raw"), "rb") as f:
        return Server(raw(f.read(), size))


@test_each(rows(REPLIES))
def replies(size, name, text, finish, usage):
    """A reply is shown"""
    with replay(name, size) as server, at_server(server) as box:
        ended(box.run(*ONCE, "Hi"), 0, text + "\n")
        done = json.loads(ended(box.run(*ONCE, "--json", "Hi"), 0).out)
        same([done["event"], done["text"], done["finish"]], ["done", text, finish])
        same(tuple(done["usage"][k] for k in ("prompt_tokens", "completion_tokens", "cached_tokens")), usage)


@test_each(rows(FAILURES))
def failures(size, name, status, kind, http, begin, last, message):
    """A failure is told"""
    with replay(name, size) as server, at_server(server) as box:
        shown = ended(box.run(*ONCE, "Hi"), status)
        error = json.loads(ended(box.run(*ONCE, "--json", "Hi"), status).out)
        same([error["event"], error["kind"]], ["error", kind])
        if not begin:
            same([error["status"], shown.out], [http, ""])
        same([error["partial"][:len(begin)], error["partial"][len(error["partial"]) - len(last):]], [begin, last])
        same(shown.out, error["partial"] + ("\n" if begin else ""))
        holds(shown.err, message)
        holds(error["message"], message)


if __name__ == "__main__":
    main()
