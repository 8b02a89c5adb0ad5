#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What lies between the program and a server: certificates, proxies, compression, connections that are used again."""
import os
import re
import socket
import subprocess
import threading
import zlib

from hob import Box, KEY, Skip, at_server, ended, holds, lacks, main, same, test, test_each, truth
from secure import CERTIFICATE, Proxy, tls
from server import Server, event, pieces, reply, shut, stream

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


@test_each([("missing", "nowhere.pem", "No such file or directory"), ("a directory", "folder", "it is a directory"),
            ("a FIFO", "fifo", "it is not a regular file"), ("a device", "/dev/zero", "it is not a regular file")])
def certificates_that_are_no_file(name, why):
    """What cannot be read as a file of certificates is a configuration error that says why, and nothing waits:"""
    with Server(reply("never"), tls=tls()) as server, at_server(server) as box:
        os.mkdir(os.path.join(box.cwd, "folder"))
        os.mkfifo(os.path.join(box.cwd, "fifo"))
        ended(box.run("-n", "-o", "ca_file=" + name, "Hi"), 3, "",
              f"hobnob: ca_file: {name}: {why}\n  let it name a file of certificates in PEM\n")
        for by in ("SSL_CERT_FILE", "CURL_CA_BUNDLE"):
            ended(box.run("-n", "Hi", env={by: name}), 3, "",
                  f"hobnob: {by}: {name}: {why}\n  correct or unset it; the setting ca_file goes before it\n")
        same(server.requests, [])


@test_each([("empty", ""), ("other text", "hello\n"), ("cut", "-----BEGIN CERTIFICATE-----\nMIIB\n")])
def files_without_certificates(text):
    """A file that holds no certificate is a configuration error that says so:"""
    with Server(reply("never"), tls=tls()) as server, at_server(server) as box:
        box.write("x.pem", text)
        for by, args, env in (("ca_file", ("-o", "ca_file=x.pem"), {}), ("SSL_CERT_FILE", (), {"SSL_CERT_FILE": "x.pem"})):
            r = ended(box.run("-n", *args, "Hi", env=env), 3, "")
            holds(r.err, f": {by}: x.pem holds no certificate in PEM\n  let it name a file of certificates in PEM; ")
        same(server.requests, [])


@test
def certificates_of_the_environment():
    """SSL_CERT_FILE, SSL_CERT_DIR and CURL_CA_BUNDLE make a certificate trusted where ca_file does not say otherwise"""
    with Server(reply("Safe."), tls=tls()) as server, at_server(server) as box:
        folder = os.path.join(box.root, "certs")
        os.mkdir(folder)
        subprocess.run(["cp", CERTIFICATE, folder], check=True)
        subprocess.run(["openssl", "rehash", folder], check=True)
        for env in ({"SSL_CERT_FILE": CERTIFICATE}, {"CURL_CA_BUNDLE": CERTIFICATE}, {"SSL_CERT_DIR": folder},
                    {"SSL_CERT_DIR": "/nowhere:" + folder}, {"SSL_CERT_FILE": "/nowhere.pem", "CURL_CA_BUNDLE": CERTIFICATE}):
            ended(box.run(*ONCE, "Hi", env=env), 0, "Safe.\n", "")
        ended(box.run(*ONCE, "-o", "ca_file=" + CERTIFICATE, "Hi", env={"SSL_CERT_FILE": "/nowhere.pem"}), 0, "Safe.\n", "")
        ended(box.run(*ONCE, "-o", "ca_file=", "Hi", env={"SSL_CERT_FILE": CERTIFICATE}), 6)
        box.write(".env", f"SSL_CERT_FILE={CERTIFICATE}\nCURL_CA_BUNDLE={CERTIFICATE}\n", 0o600)
        ended(box.run(*ONCE, "Hi"), 6)


@test
def certificates_that_are_not_there():
    """Directories that are not there are a configuration error that names the variable; plain http needs none"""
    with Server(reply("never"), tls=tls()) as server, at_server(server) as box:
        ended(box.run("-n", "Hi", env={"SSL_CERT_DIR": "/nowhere:/nor/here"}), 3, "",
              re.compile("SSL_CERT_DIR: /nowhere:/nor/here is not a directory that can be read\n"))
        same(server.requests, [])
    with Server(reply("Plain.")) as server, at_server(server, SSL_CERT_FILE="/nowhere.pem", SSL_CERT_DIR="/nowhere") as box:
        ended(box.run("-n", "Hi"), 0, "Plain.\n", "")


class Odd:
    """A server that answers the first bytes of each connection with some of its own, whatever they are."""

    def __init__(self, answer, host="127.0.0.1", first=False):
        try:
            self.listener = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        except OSError as trouble:
            raise Skip(f"no address {host} here") from trouble
        self.answer, self.first, self.connections = answer, first, 0
        self.at = f"{'[%s]' % host if ':' in host else host}:{self.listener.getsockname()[1]}"
        self.acceptor = threading.Thread(target=self.accept, daemon=True)
        self.acceptor.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shut(self.listener)
        self.acceptor.join()
        self.listener.close()

    def accept(self):
        while True:
            try:
                conn, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            conn.recv(65536)
            conn.sendall(self.answer)
            conn.shutdown(socket.SHUT_WR)
            while conn.recv(65536):
                pass
            conn.close()


PLAIN = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
IS_PLAIN = ("this server speaks plain http, not https\n  if that is right, let base_url begin with http:// in place of https://; "
            "else check its host and port\n")
IS_TLS = "this server speaks https, not plain http\n  let base_url begin with https:// in place of http://\n"


@test_each([("https to plain http", "https", PLAIN, IS_PLAIN), ("https to an old plain http", "https", b"HTTP/1.0 501 No\r\n\r\n", IS_PLAIN),
            ("https to another protocol", "https", b"-ERR unknown command\r\n",
             "what answers there does not speak https\n  check the host and the port of base_url\n"),
            ("http to TLS", "http", b"\x15\x03\x01\x00\x02\x02\x50", IS_TLS), ("http to an older TLS", "http", b"\x15\x03\x00\x00\x02\x02\x0a", IS_TLS)])
def mixed_up(scheme, answer, told):
    """A server that speaks another protocol than base_url says is a configuration error in words, and is asked once:"""
    for host in ("127.0.0.1", "::1"):
        with Odd(answer, host) as odd, Box(OPENAI_API_KEY=KEY, OPENAI_MODEL="m", OPENAI_BASE_URL=f"{scheme}://{odd.at}/v1") as box:
            ended(box.run("-n", "Hi"), 3, "", f"hobnob: {odd.at}: {told}")
            same(odd.connections, 1)


@test
def mixed_up_in_silence():
    """A server that ends the connection without a word, as many do that expected TLS, gets a hint at it"""
    with Odd(b"") as odd, Box(OPENAI_API_KEY=KEY, OPENAI_MODEL="m", OPENAI_BASE_URL=f"http://{odd.at}/v1") as box:
        r = ended(box.run(*ONCE, "Hi"), 6, "")
        holds(r.err, "does the server speak plain http there? one that speaks https has a base_url with https://\n")
    with Server(reply("never"), tls=tls()) as server, at_server(server) as box:
        r = ended(box.run(*ONCE, "Hi", env={"OPENAI_BASE_URL": server.url.replace("https", "http")}), 6, "")
        holds(r.err, "one that speaks https has a base_url with https://\n")


class Silent:
    """A server that takes connections and says nothing, as one of plain http that waits for a line."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.at = f"127.0.0.1:{self.listener.getsockname()[1]}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()


@test
def silent_about_tls():
    """A server that does not answer the TLS greeting is told apart from one that cannot be reached"""
    with Silent() as silent, Box(OPENAI_API_KEY=KEY, OPENAI_MODEL="m", OPENAI_BASE_URL=f"https://{silent.at}/v1") as box:
        told = f"{silent.at}: connected, but no answer to the TLS greeting within 100 ms (timeout_connect)"
        r = ended(box.run("-n", "-o", "timeout_connect=100ms", "-o", "retries=1", "-o", "retry_max_wait=1ms", "Hi"), 6, "")
        holds(re.sub(r"[\d.]+ s\n", "# s\n", r.err), f"hobnob: {told}; given up after 2 attempts in # s\n  does the server speak https there? one that speaks plain http has a base_url with http://\n")
    with Silent() as silent, Server(reply("never")) as server, Box(OPENAI_API_KEY=KEY, OPENAI_MODEL="m", OPENAI_BASE_URL=f"https://127.0.0.1:{server.port}/v1") as box:
        r = ended(box.run(*ONCE, "-o", "timeout_connect=100ms", "-o", f"proxy=http://{silent.at}", "Hi"), 6, "")
        holds(r.err, "no connection within 100 ms (timeout_connect)\n")
        lacks(r.err, "TLS greeting")


@test
def mixed_up_behind_a_proxy():
    """Behind a proxy it is the server's words that count, not the proxy's"""
    with Proxy() as proxy, Odd(PLAIN) as odd:
        with Box(OPENAI_API_KEY=KEY, OPENAI_MODEL="m", OPENAI_BASE_URL=f"https://{odd.at}/v1", HOBNOB_PROXY=proxy.url) as box:
            ended(box.run("-n", "Hi"), 3, "", f"hobnob: {odd.at}: {IS_PLAIN}")
            same((len(proxy.asked), odd.connections), (1, 1))
    with Proxy() as proxy, Odd(b"") as odd:
        with Box(OPENAI_API_KEY=KEY, OPENAI_MODEL="m", OPENAI_BASE_URL=f"https://{odd.at}/v1", HOBNOB_PROXY=proxy.url) as box:
            r = ended(box.run(*ONCE, "Hi"), 6, "")
            holds(r.err, "no connection", "does the server speak https there?")


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
