# SPDX-License-Identifier: LGPL-2.1-or-later
"""usage: who.py NAME: says NAME to whoever asks, over TCP port 80 (as an HTTP answer) and UDP port 7,
IPv4 and IPv6, and prints a line for each: "tcp ADDRESS" or "udp ADDRESS TEXT"."""
import selectors
import socket
import sys

name = sys.argv[1].encode()
answer = b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(name), name)
selector = selectors.DefaultSelector()
for family, address in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
    for kind, port in ((socket.SOCK_STREAM, 80), (socket.SOCK_DGRAM, 7)):
        server = socket.socket(family, kind)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        server.bind((address, port))
        if kind == socket.SOCK_STREAM:
            server.listen(64)
        selector.register(server, selectors.EVENT_READ)
print("ready", flush=True)
while True:
    for key, _ in selector.select():
        server = key.fileobj
        try:
            if server.type == socket.SOCK_STREAM:
                client, peer = server.accept()
                with client:
                    client.settimeout(10)
                    print("tcp", peer[0], flush=True)
                    client.recv(4096)
                    client.sendall(answer)
            else:
                text, peer = server.recvfrom(2048)
                print("udp", peer[0], text.decode(errors="replace"), flush=True)
                server.sendto(name, peer)
        except OSError:
            pass
