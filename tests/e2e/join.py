# SPDX-License-Identifier: LGPL-2.1-or-later
"""join.py PIN CMD...: runs CMD in the network namespace PIN as its owner does, without privilege:
first the user namespace that owns it, then itself."""
import ctypes
import fcntl
import os
import sys

NS_GET_USERNS = 0xB701
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000

libc = ctypes.CDLL(None, use_errno=True)


def setns(fd, kind):
    if libc.setns(fd, kind) != 0:
        code = ctypes.get_errno()
        sys.exit("setns: " + os.strerror(code))


net = os.open(sys.argv[1], os.O_RDONLY)
user = fcntl.ioctl(net, NS_GET_USERNS)
setns(user, CLONE_NEWUSER)
setns(net, CLONE_NEWNET)
os.execvp(sys.argv[2], sys.argv[2:])
