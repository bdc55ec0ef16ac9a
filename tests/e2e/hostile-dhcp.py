# SPDX-License-Identifier: LGPL-2.1-or-later
"""hostile-dhcp.py ADDRESS: answers each DISCOVER and REQUEST on phone-end with ADDRESS, whatever
that is, and with options that no host should take."""
import socket
import struct
import sys

MAGIC = b"\x63\x82\x53\x63"
SERVER = socket.inet_aton("192.168.42.129")
OFFER, ACK = 2, 5


def option(number, data):
    return bytes([number, len(data)]) + data


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


def answer(request, address, kind):
    head = struct.pack("!BBBB", 2, 1, 6, 0) + request[4:8] + b"\0\0\x80\0" + b"\0" * 4
    head += socket.inet_aton(address) + SERVER + b"\0" * 4 + request[28:44] + b"\0" * 192
    return head + MAGIC + option(53, bytes([kind])) + option(54, SERVER) + \
        option(51, struct.pack("!I", 120)) + option(1, b"\xff\xff\xff\0") + \
        option(3, socket.inet_aton("255.255.255.255")) + option(6, b"\x7f\0\0\x01" * 60) + \
        option(15, b"$(id)\n`id`;|&\x1b[2J\0\xff") + option(26, b"\xff\xff") + b"\xff"


def main():
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"phone-end")
    sock.bind(("0.0.0.0", 67))
    while True:
        request = sock.recv(4096)
        if len(request) < 244 or request[236:240] != MAGIC:
            continue
        kind = {1: OFFER, 3: ACK}.get(message_type(request[240:]))
        if kind:
            sock.sendto(answer(request, sys.argv[1], kind), ("255.255.255.255", 68))


main()
