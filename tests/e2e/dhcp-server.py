# SPDX-License-Identifier: LGPL-2.1-or-later
"""dhcp-server.py MOOD-FILE: a DHCP server on phone-end that does what no well-meaning one would: it
reads the mood file, JSON, before each answer, and prints a line for each message that it gets.

  address   the address that it gives, whatever that is
  lease     its length in seconds; t1 and t2 are a third and two thirds of it
  answer    ack, nak (to requests) or silent
  options   further options, {number: hex}, repeated ones as a list; an option that stands here
            replaces the server's own
  tail      hex that is appended behind the options, in place of the end mark
"""
import json
import socket
import struct
import sys

MAGIC = b"\x63\x82\x53\x63"
SERVER = socket.inet_aton("192.168.42.129")
OFFER, ACK, NAK = 2, 5, 6
KINDS = {1: "DISCOVER", 3: "REQUEST", 4: "DECLINE", 7: "RELEASE", 8: "INFORM"}


def message_type(options):
    i = 0
    while i + 1 < len(options) and options[i] != 255:
        if options[i] == 0:
            i += 1
            continue
        if options[i] == 53:
            return options[i + 2]
        i += 2 + options[i + 1]
    return 0


def answer(request, kind, mood):
    lease = mood.get("lease", 120)
    options = {53: bytes([kind]), 54: SERVER}
    address = b"\0" * 4
    if kind != NAK:
        address = socket.inet_aton(mood["address"])
        options.update({51: struct.pack("!I", lease), 58: struct.pack("!I", lease // 3),
                        59: struct.pack("!I", lease * 2 // 3), 1: b"\xff\xff\xff\0",
                        3: SERVER, 6: SERVER})
        for number, data in mood.get("options", {}).items():
            options[int(number)] = data
    body = b""
    for number, data in options.items():
        for part in data if isinstance(data, list) else [data]:
            part = bytes.fromhex(part) if isinstance(part, str) else part
            body += bytes([number, len(part)]) + part
    head = struct.pack("!BBBB", 2, 1, 6, 0) + request[4:8] + b"\0\0\x80\0" + b"\0" * 4
    head += address + SERVER + b"\0" * 4 + request[28:44] + b"\0" * 192
    return head + MAGIC + body + bytes.fromhex(mood.get("tail", "ff"))


def main():
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"phone-end")
    sock.bind(("0.0.0.0", 67))
    print("ready", flush=True)
    while True:
        request, sender = sock.recvfrom(4096)
        if len(request) < 244 or request[236:240] != MAGIC:
            continue
        kind = message_type(request[240:])
        bound = request[12:16] != b"\0" * 4
        print(KINDS.get(kind, kind), socket.inet_ntoa(request[12:16]) if bound else "-",
              flush=True)
        with open(sys.argv[1]) as f:
            mood = json.load(f)
        if mood.get("answer", "ack") == "silent" or kind not in (1, 3):
            continue
        reply = OFFER
        if kind == 3:
            reply = NAK if mood.get("answer") == "nak" else ACK
        sock.sendto(answer(request, reply, mood), ("255.255.255.255", 68))


main()
