# SPDX-License-Identifier: MIT
"""A server that speaks just enough HTTP/2 to break off in each of its ways: the frames of an answer are a step's own."""
import struct

from secure import tls
from server import Request, Server

DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY = 0, 1, 3, 4, 6, 7
END_STREAM, ACK, END_HEADERS = 1, 1, 4
NO_ERROR, INTERNAL_ERROR, REFUSED_STREAM, CANCEL = 0, 2, 7, 8
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
STATUS_200 = b"\x88"  # as the table of every HPACK reader has it


def frame(kind, flags, stream, payload=b""):
    """One frame."""
    return struct.pack(">I", len(payload))[1:] + bytes((kind, flags)) + struct.pack(">I", stream) + payload


def answer(*parts, last=False):
    """The frames of an answer of 200, a part a frame; last: the stream ends with them."""
    def frames(stream):
        data = [frame(DATA, 0, stream, part) for part in parts]
        return frame(HEADERS, END_HEADERS, stream, STATUS_200) + b"".join(data) + (frame(DATA, END_STREAM, stream) if last else b"")
    return frames


def rst(code):
    """The stream is given up."""
    return lambda stream: frame(RST_STREAM, 0, stream, struct.pack(">I", code))


def goaway(code, taken=True):
    """The connection is given up; taken: the stream was looked at."""
    return lambda stream: frame(GOAWAY, 0, 0, struct.pack(">II", stream if taken else 0, code))


class Server2(Server):
    """A step is a list of functions that give frames: each is sent when the one before it was read, which a ping tells. The
    connection is closed behind a GOAWAY."""

    def __init__(self, *steps):
        context = tls()
        context.set_alpn_protocols(["h2"])
        self.spoken = None
        super().__init__(*steps, tls=context)

    def serve(self, conn, number):
        with self.tls.wrap_socket(conn, server_side=True) as secure, secure.makefile("rb") as stream_in:
            self.spoken = secure.selected_alpn_protocol()
            self.open.discard(conn)
            self.open.add(secure)
            try:
                stream_in.read(len(PREFACE))
                secure.sendall(frame(SETTINGS, 0, 0))
                while self.take(secure, stream_in, number):
                    pass
            except OSError:
                pass
            self.open.discard(secure)

    def take(self, conn, stream_in, number):
        """One request, and the answer to it; whether the connection goes on."""
        stream, payload = self.until(DATA, END_STREAM, conn, stream_in)
        last = b""
        for part in self.step_for(Request("POST", "/v1/chat/completions", {}, payload, number)) if stream else ():
            if last:
                conn.sendall(frame(PING, 0, 0, bytes(8)))
                self.until(PING, ACK, conn, stream_in)
            last = part(stream)
            conn.sendall(last)
        return last and last[3] != GOAWAY

    @staticmethod
    def until(wanted, flag, conn, stream_in):
        """The stream and the payload of the next frame of a kind that has a flag; 0 at the end of the connection."""
        while len(top := stream_in.read(9)) == 9:
            kind, flags = top[3], top[4]
            payload = stream_in.read(int.from_bytes(top[:3], "big"))
            if kind == SETTINGS and not flags & ACK:
                conn.sendall(frame(SETTINGS, ACK, 0))
            if kind == wanted and flags & flag:
                return int.from_bytes(top[5:], "big"), payload
        return 0, b""
