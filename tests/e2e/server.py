# SPDX-License-Identifier: MIT
"""A server on the loopback that answers Chat Completions requests by a script, and remembers what it was asked.

As a module:  with Server(reply("Hello"), error(429, "slow down", {"Retry-After": "0"})) as server: ... server.url ...
Each request to /chat/completions takes the next step; the last one repeats. A GET of /models takes `models`.
A step is a function of the connection and the request; the makers below make them.

As a script:  server.py --capture FILE... --port-file F   answers with the bytes of these files in turn, until it is killed.
"""
import argparse
import json
import socket
import struct
import threading
import time


class Request:
    """What came in: method, path, headers (names in lower case), body, json (None if it is none), connection, at."""

    def __init__(self, method, path, headers, body, connection):
        self.method, self.path, self.headers, self.body = method, path, headers, body
        self.connection, self.at = connection, time.monotonic()
        try:
            self.json = json.loads(body)
        except ValueError:
            self.json = None

    @property
    def messages(self):
        """The (role, content) pairs of the request."""
        return [(m["role"], m["content"]) for m in self.json["messages"]]


# ---- steps -------------------------------------------------------------------------------------

def raw(data, split=0, then="close"):
    """Exactly these bytes, head included; split: so many bytes a write. then: close, keep, reset."""
    def step(conn, _):
        if split:
            for i in range(0, len(data), split):
                conn.sendall(data[i:i + split])
        else:
            conn.sendall(data)
        return end(conn, then)
    return step


def end(conn, then):
    """What becomes of a connection after an answer: 1 if it goes on."""
    if then == "reset":
        conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        conn.close()
    return then == "keep"


def head(status, headers):
    """The head of an answer."""
    lines = [f"HTTP/1.1 {status} {'OK' if status == 200 else 'No'}"]
    lines += [f"{k}: {v}" for k, v in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def pieces(parts, status=200, headers=None, then="keep", whole=True):
    """A chunked body, a chunk a part. A part that is an Event is waited for, a number is slept. whole: end the body."""
    fields = {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked", **(headers or {})}

    def step(conn, _):
        conn.sendall(head(status, fields))
        for part in parts:
            if isinstance(part, threading.Event):
                part.wait(30)
            elif isinstance(part, (int, float)):
                time.sleep(part)
            else:
                conn.sendall(b"%x\r\n%s\r\n" % (len(part), part))
        if whole:
            conn.sendall(b"0\r\n\r\n")
        return end(conn, then if whole else then if then != "keep" else "close")
    return step


def body(status, data, headers=None, then="keep"):
    """A body in one piece: bytes, or something that becomes JSON."""
    kind = "application/octet-stream" if isinstance(data, bytes) else "application/json"
    data = data if isinstance(data, bytes) else json.dumps(data).encode()
    fields = {"Content-Type": kind, "Content-Length": len(data), **(headers or {})}
    return raw(head(status, fields) + data, then=then)


def error(status, message, headers=None, code=None, kind="some_error"):
    """An error as OpenAI words it."""
    return body(status, {"error": {"message": message, "type": kind, "param": None, "code": code}}, headers)


def hang(seen=None):
    """Takes the request and never answers; seen is an Event that is set then."""
    def step(conn, _):
        if seen:
            seen.set()
        try:
            conn.recv(1)
        except OSError:
            pass
        return False
    return step


def close():
    """Closes before any byte of an answer."""
    return raw(b"")


def reset():
    """Resets before any byte of an answer."""
    return raw(b"", then="reset")


# ---- Chat Completions ----------------------------------------------------------------------------

def event(data):
    """One server-sent event."""
    return b"data: " + (data if isinstance(data, bytes) else json.dumps(data, ensure_ascii=False).encode()) + b"\n\n"


def chunk(delta=None, finish=None, usage=None, model="test-model"):
    """One chunk of a stream, as an event."""
    out = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": model,
           "choices": [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]}
    if usage:
        out["usage"] = counts(*usage)
    return event(out)


def counts(prompt, completion, cached=0):
    """A usage object."""
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion,
            "prompt_tokens_details": {"cached_tokens": cached}}


DONE = event(b"[DONE]")


def words(text):
    """A text in pieces of a word each, the space in front."""
    out = []
    for i, word in enumerate(text.split(" ")):
        out.append(word if i == 0 else " " + word)
    return out


def stream(texts, usage=(7, 3), finish="stop", before=(), model="test-model", done=True):
    """The parts of a whole stream, for pieces(): role, text (a str each; other things as they are), finish, usage, [DONE]."""
    parts = [*before, chunk({"role": "assistant", "content": ""}, model=model)]
    parts += [chunk({"content": t}, model=model) if isinstance(t, str) else t for t in texts]
    parts.append(chunk({}, finish, model=model))
    if usage:
        parts.append(chunk(usage=usage, model=model))
    return parts + ([DONE] if done else [])


def reply(text, usage=(7, 3), finish="stop", headers=None, then="keep"):
    """A reply word by word; in one piece if the request asks for that."""
    def step(conn, request):
        if request.json and not request.json.get("stream"):
            return whole(text, usage, finish)(conn, request)
        return pieces(stream(words(text), usage, finish), headers=headers, then=then)(conn, request)
    return step


def echo(conn, request):
    """A reply that repeats the last message."""
    return reply(request.messages[-1][1])(conn, request)


def whole(text, usage=(7, 3), finish="stop"):
    """A reply as one JSON body."""
    return body(200, {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "test-model",
                      "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish}],
                      "usage": counts(*usage)})


def listing(*names):
    """An answer to GET /models."""
    return body(200, {"object": "list", "data": [{"id": n, "object": "model"} for n in names]})


# ---- the server ------------------------------------------------------------------------------------

def shut(s):
    """Wakes whoever waits on a socket."""
    try:
        s.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


class Server:
    """Listens on 127.0.0.1 while it is a context; a thread a connection. tls: an ssl.SSLContext to speak TLS by."""

    def __init__(self, *steps, models=None, tls=None):
        self.steps, self.models, self.tls = list(steps), models, tls
        self.requests, self.taken, self.connections = [], 0, 0
        self.changed = threading.Condition()
        self.open = set()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}/v1"
        self.acceptor = threading.Thread(target=self.accept, daemon=True)
        self.acceptor.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Ends it, and every connection that is open."""
        # A listener that a thread still waits on stays open after close(): it has to be shut down. And a thread that is about to
        # wait on its number would wait on whatever gets that number next: it has to have ended.
        shut(self.listener)
        self.acceptor.join()
        self.listener.close()
        for s in list(self.open):
            shut(s)
            s.close()

    @property
    def chats(self):
        """The requests but those for lists of models."""
        return [r for r in self.requests if not r.path.endswith("/models")]

    def wait(self, n, timeout=10):
        """Waits until n requests have come."""
        with self.changed:
            if not self.changed.wait_for(lambda: len(self.requests) >= n, timeout):
                raise AssertionError(f"{len(self.requests)} requests came, {n} were expected")
        return self.requests[n - 1]

    def accept(self):
        while True:
            try:
                conn, _ = self.listener.accept()
            except OSError:
                return
            self.open.add(conn)
            self.connections += 1
            threading.Thread(target=self.serve, args=(conn, self.connections), daemon=True).start()

    def serve(self, conn, number):
        """One connection: requests in turn."""
        conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.tls:
            plain = conn
            try:
                conn = self.tls.wrap_socket(conn, server_side=True)
            except OSError:  # the other side did not like the certificate
                self.open.discard(plain)
                return plain.close()
            self.open.discard(plain)
            self.open.add(conn)
        stream_in = conn.makefile("rb")
        try:
            while True:
                request = read_request(stream_in, number)
                if not request or not self.step_for(request)(conn, request):
                    break
        except OSError:
            pass
        finally:
            self.open.discard(conn)
            stream_in.close()
            try:
                conn.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            conn.close()

    def step_for(self, request):
        """Notes the request and says how it is answered."""
        with self.changed:
            self.requests.append(request)
            self.changed.notify_all()
            if request.path.endswith("/models"):
                return self.models or error(404, "no list here")
            step = self.steps[min(self.taken, len(self.steps) - 1)]
            self.taken += 1
            return step


def read_request(stream_in, number):
    """The next request of a connection, or None at its end."""
    line = stream_in.readline().decode("latin-1").split()
    if len(line) < 2:
        return None
    headers = {}
    for raw_line in iter(stream_in.readline, b"\r\n"):
        if not raw_line:
            return None
        name, _, value = raw_line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    data = stream_in.read(int(headers.get("content-length", 0)))
    return Request(line[0], line[1], headers, data, number)


def main():
    """Answers with captures until it is killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--capture", nargs="+", required=True)
    parser.add_argument("--port-file", required=True)
    args = parser.parse_args()
    steps = []
    for name in args.capture:
        with open(name, "rb") as f:
            steps.append(raw(f.read()))
    server = Server(*steps)
    with open(args.port_file, "w", encoding="ascii") as f:
        f.write(f"{server.port}\n")
    threading.Event().wait()


if __name__ == "__main__":
    main()
