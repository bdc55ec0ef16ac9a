# SPDX-License-Identifier: LGPL-2.1-or-later
"""resolve.py HOW NAME: asks for a name without the help of the C library's configuration.

HOW: varlink   systemd-resolved's own socket
     nscd      nscd's socket, as the C library does before all else
     avahi     avahi-daemon's socket
     udp SERVER, tcp SERVER    a DNS query of one packet
     libc      socket.getaddrinfo(), which does use the configuration
Ends with 0 when there was an answer, else with the error on standard error and 1.
"""
import json
import os
import socket
import struct
import sys

TIMEOUT = 10


def unix(path):
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(TIMEOUT)
    s.connect(path)
    return s


def varlink(name):
    s = unix("/run/systemd/resolve/io.systemd.Resolve")
    call = {"method": "io.systemd.Resolve.ResolveHostname", "parameters": {"name": name, "family": 2}}
    s.sendall(json.dumps(call).encode() + b"\0")
    reply = json.loads(s.recv(65536).rstrip(b"\0"))
    if "error" in reply:
        sys.exit(reply["error"])
    return reply["parameters"]["addresses"]


def nscd(name):
    version, gethostbyname = 2, 4
    s = unix("/run/nscd/socket")
    key = name.encode() + b"\0"
    s.sendall(struct.pack("iii", version, gethostbyname, len(key)) + key)
    reply = s.recv(65536)
    found = struct.unpack_from("i", reply, 4)[0]
    if found != 1:
        sys.exit("nscd: not found")
    return reply


def avahi(name):
    s = unix("/run/avahi-daemon/socket")
    s.sendall(b"RESOLVE-HOSTNAME-IPV4 " + name.encode() + b"\n")
    reply = s.recv(4096)
    if not reply.startswith(b"+"):
        sys.exit("avahi: " + repr(reply))
    return reply


def query(name):
    question = b"".join(bytes([len(l)]) + l.encode() for l in name.split(".")) + b"\0"
    return struct.pack(">HHHHHH", os.getpid() & 0xFFFF, 0x100, 1, 0, 0, 0) + question + b"\0\1\0\1"


def udp(server, name):
    s = socket.socket(socket.AF_INET6 if ":" in server else socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(TIMEOUT)
    s.connect((server, 53))
    s.send(query(name))
    return s.recv(4096)


def tcp(server, name):
    s = socket.create_connection((server, 53), TIMEOUT)
    data = query(name)
    s.sendall(struct.pack(">H", len(data)) + data)
    return s.recv(4096)


def libc(name):
    return socket.getaddrinfo(name, 80)


try:
    print(globals()[sys.argv[1]](*sys.argv[2:]))
except OSError as e:
    sys.exit(f"{sys.argv[1]}: {e}")
