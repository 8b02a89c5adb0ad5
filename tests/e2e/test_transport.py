#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What lies between the program and a server: certificates, proxies, compression, connections that are used again."""
import subprocess
import threading
import zlib

from hob import Box, KEY, at_server, ended, holds, lacks, main, same, test, truth
from secure import CERTIFICATE, Proxy, tls
from server import Server, event, pieces, reply, stream

ONCE = ("-n", "-o", "retries=0")


@test
def a_certificate_that_nobody_vouches_for():
    """A certificate that cannot be verified is a network error, told with its cure, not retried, and the key is not sent"""
    with Server(reply("never"), tls=tls()) as server, at_server(server) as box:
        r = ended(box.run("-n", "Hi"), 6)
        holds(r.err, "ertificate", "ca_file")
        lacks(r.err, "retry", KEY)
        same(len(server.requests), 0)
        same(server.connections, 1)


@test
def a_certificate_named_by_ca_file():
    """ca_file makes it trusted, and the key travels"""
    with Server(reply("Safe."), tls=tls()) as server, at_server(server) as box:
        ended(box.run(*ONCE, "-o", "ca_file=" + CERTIFICATE, "Hi"), 0, "Safe.\n")
        same(server.requests[0].headers["authorization"], "Bearer " + KEY)


@test
def a_ca_file_that_is_not_there():
    """A ca_file that cannot be read is a configuration error that names it"""
    with Server(reply("never"), tls=tls()) as server, at_server(server) as box:
        holds(ended(box.run(*ONCE, "-o", "ca_file=/nowhere.pem", "Hi"), 3).err, "/nowhere.pem")


@test
def through_a_proxy():
    """proxy: the request goes through its tunnel, which does not see the key"""
    with Proxy() as proxy, Server(reply("Tunnelled."), tls=tls()) as server, at_server(server) as box:
        ended(box.run(*ONCE, "-o", "ca_file=" + CERTIFICATE, "-o", "proxy=" + proxy.url, "Hi"), 0, "Tunnelled.\n")
        same(len(proxy.asked), 1)
        holds(proxy.asked[0], f"CONNECT 127.0.0.1:{server.port} ")
        lacks(proxy.asked[0], KEY)


@test
def no_proxy_to_this_machine():
    """A proxy that only the environment names is not used for this machine"""
    with Proxy() as proxy, Server(reply("Direct.")) as server, at_server(server, http_proxy=proxy.url) as box:
        ended(box.run(*ONCE, "Hi"), 0, "Direct.\n")
        same(proxy.asked, [])


@test
def compressed():
    """A compressed stream is read as it comes"""
    squeeze = zlib.compressobj(wbits=31)
    texts = stream(["Com", "pressed."])
    parts = [squeeze.compress(part) + squeeze.flush(zlib.Z_SYNC_FLUSH) for part in texts]
    first_seen = threading.Event()
    parts.insert(len(parts) - 2, first_seen)
    parts.append(squeeze.flush())
    with Server(pieces(parts, headers={"Content-Type": "text/event-stream", "Content-Encoding": "gzip"})) as server, \
            at_server(server) as box:
        p = box.start(*ONCE, "Hi", stdin=subprocess.DEVNULL)
        p.expect("Com")
        first_seen.set()
        ended(p.end(), 0, "Compressed.\n")


@test
def one_connection():
    """The turns of a conversation use one connection, though each reply ends at [DONE]"""
    late = [pieces([*stream([text]), 0.03]) for text in ("One.", "Two.", "Three.")]  # the body ends behind [DONE]
    with Server(*late) as server, at_server(server) as box:
        ended(box.run("-i", stdin="a\nb\nc\n"), 0, "One.\nTwo.\nThree.\n")
        same([r.connection for r in server.requests], [1, 1, 1])


@test
def it_says_who_asks():
    """Each request says that hobnob asks, unless the user's headers say otherwise"""
    with Server(reply("a")) as server, at_server(server) as box:
        ended(box.run(*ONCE, "Hi"), 0, "a\n")
        truth(server.requests[0].headers["user-agent"].startswith("hobnob/"), server.requests[0].headers)
        ended(box.run(*ONCE, "-o", 'openai.headers={"User-Agent": "me"}', "Hi"), 0, "a\n")
        same(server.requests[1].headers["user-agent"], "me")


if __name__ == "__main__":
    main()
