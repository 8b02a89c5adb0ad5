# SPDX-License-Identifier: MIT
"""What tests of TLS and proxies share: a certificate that nobody vouches for, and a proxy that tunnels."""
import atexit
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading

from hob import Skip
from server import shut

PLACE = tempfile.TemporaryDirectory(prefix="hobnob-e2e-tls-")
atexit.register(PLACE.cleanup)
CERTIFICATE, PRIVATE = os.path.join(PLACE.name, "certificate.pem"), os.path.join(PLACE.name, "private.pem")


def tls():
    """A context with a certificate for 127.0.0.1 that was made just now, and that nobody trusts."""
    if not shutil.which("openssl"):
        raise Skip("no openssl to make a certificate with")
    if not os.path.exists(CERTIFICATE):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-keyout", PRIVATE, "-out", CERTIFICATE, "-days", "2", "-subj", "/CN=hobnob test",
                        "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, PRIVATE)
    return context


class Proxy:
    """A proxy that tunnels by CONNECT, and notes where to."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.asked = []
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
            threading.Thread(target=self.serve, args=(conn,), daemon=True).start()

    def serve(self, conn):
        """One tunnel."""
        data = b""
        while b"\r\n\r\n" not in data:
            more = conn.recv(4096)
            if not more:
                return
            data += more
        self.asked.append(data.decode("latin-1"))
        host, port = data.split()[1].decode().rsplit(":", 1)
        other = socket.create_connection((host, int(port)))
        conn.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        threading.Thread(target=self.pump, args=(other, conn), daemon=True).start()
        self.pump(conn, other)

    @staticmethod
    def pump(a, b):
        """Passes on what comes."""
        try:
            while data := a.recv(65536):
                b.sendall(data)
            b.shutdown(socket.SHUT_WR)
        except OSError:
            pass
