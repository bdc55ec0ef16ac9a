# SPDX-License-Identifier: LGPL-2.1-or-later
"""tun-peer.py IF: makes the tunnel interface IF and is the other end of it, as WireGuard's process
or kernel thread is: it answers each ICMP echo that comes out, whatever its destination."""
import fcntl
import os
import struct
import sys

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 1, 0x1000


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


tun = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH", sys.argv[1].encode(), IFF_TUN | IFF_NO_PI))
print("ready", flush=True)
while True:
    packet = os.read(tun, 2048)
    if packet[0] != 0x45 or packet[9] != 1 or packet[20] != 8:
        continue
    body = b"\0\0\0\0" + packet[24:] + b"\0" * (len(packet) % 2)
    body = struct.pack("!BBH", 0, 0, checksum(body)) + packet[24:]
    head = packet[:10] + b"\0\0" + packet[16:20] + packet[12:16]
    os.write(tun, head[:10] + struct.pack("!H", checksum(head)) + head[12:] + body)
