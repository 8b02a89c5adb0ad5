#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A canned server: plays the answers of my-plugin.answers.json on this machine, so that nothing needs a key or a network.

    python3 server.py [PORT [FILE]]      without a PORT, or with 0, it takes a free one; it prints its address

A request gets the first answer that fits it: `method` is its method, `path` is how its path ends, and its body contains
`when`, white space aside; what an answer leaves out fits any request. The pieces of `body` are sent one by one: a text as
it is, all else as JSON. A request that no answer fits gets a 404.
"""
import collections
import http.server
import json
import os
import sys
import threading

ANSWERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "my-plugin.answers.json")


def load(path=ANSWERS):
    """The file: {"options", "answers", "text"}."""
    with open(path, encoding="utf-8") as file:
        return json.load(file)


Request = collections.namedtuple("Request", "method path headers body")
NOT_FOUND = {"status": 404, "body": [{"error": {"message": "this server has no such path"}}]}


def fits(one, method, path, body):
    """Whether an answer is meant for such a request."""
    return (one.get("method", method) == method and path.endswith(one.get("path", ""))
            and "".join(one.get("when", "").split()) in "".join(body.split()))


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers one request, and keeps it for the test."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        """Plays the first answer that fits."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        path = self.path.partition("?")[0]
        self.server.requests.append(Request(self.command, path, self.headers, body))
        self.play(next((one for one in self.server.answers if fits(one, self.command, path, body)), NOT_FOUND))

    def play(self, one):
        """Sends an answer in its pieces."""
        self.send_response(one.get("status", 200))
        self.send_header("Content-Type", one.get("type", "application/json"))
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in one.get("body", []):
            data = (piece if isinstance(piece, str) else json.dumps(piece)).encode()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.write(b"0\r\n\r\n")

    def handle(self):
        """Serves a connection. hobnob closes it as soon as it has enough."""
        try:
            super().handle()
        except ConnectionError:
            pass

    do_GET = do_POST = answer

    def log_message(self, *_):
        """Says nothing: what was asked stands in the server's requests."""


class Server(http.server.ThreadingHTTPServer):
    """A server for the answers; `url` leads to it, `requests` is what it was asked."""

    daemon_threads = True

    def __init__(self, answers, port=0):
        super().__init__(("127.0.0.1", port), Handler)
        self.answers, self.requests = answers, []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


def main(port="0", path=ANSWERS):
    """Serves until Ctrl-C."""
    server = Server(load(path)["answers"], int(port))
    print(f"{server.url} plays {path}; Ctrl-C ends it", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main(*sys.argv[1:])
