# SPDX-License-Identifier: LGPL-2.1-or-later
"""What could be reached past the mounts, or past a list of ports; one "NAME=RESULT" a line.

reach.py pass DIR CMD...: runs CMD with a socket as its standard input, through which it gets a
descriptor of the directory DIR. The rest is for inside:
reach.py directory: what can be done below the directory of such a descriptor.
reach.py writable DIR: what programs do in a directory that they may write.
reach.py ports CONNECT BIND: TCP to and on these ports of 127.0.0.1, in each way that there is.
"""
import errno
import os
import socket
import subprocess
import sys

MSG_FASTOPEN = 0x20000000
IPPROTO_MPTCP = 262


def attempt(name, action):
    try:
        action()
        print(name + "=ok", flush=True)
    except OSError as e:
        print(name + "=" + errno.errorcode[e.errno].replace("ENOTSUP", "EOPNOTSUPP"), flush=True)


def pass_directory(path, command):
    ours, theirs = socket.socketpair()
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    socket.send_fds(ours, [b"x"], [fd])
    sys.exit(subprocess.run(command, stdin=theirs).returncode)


def directory():
    fd = socket.recv_fds(socket.socket(fileno=0), 1, 1)[1][0]
    here = "/proc/self/fd/%d/" % fd
    write = os.O_WRONLY | os.O_CREAT
    attempt("read", lambda: os.read(os.open("secret", os.O_RDONLY, dir_fd=fd), 9))
    attempt("write", lambda: os.open("secret", os.O_WRONLY, dir_fd=fd))
    attempt("truncate", lambda: os.truncate(here + "secret", 3))
    attempt("list", lambda: os.listdir(here))
    attempt("create", lambda: os.open("new", write, dir_fd=fd))
    attempt("mkdir", lambda: os.mkdir("newdir", dir_fd=fd))
    attempt("symlink", lambda: os.symlink("x", "link", dir_fd=fd))
    attempt("mkfifo", lambda: os.mkfifo("fifo", dir_fd=fd))
    attempt("bind", lambda: socket.socket(socket.AF_UNIX).bind(here + "socket"))
    attempt("rename", lambda: os.rename("secret", "moved", src_dir_fd=fd, dst_dir_fd=fd))
    attempt("link", lambda: os.link("tool", "tool2", src_dir_fd=fd, dst_dir_fd=fd))
    attempt("unlink", lambda: os.unlink("victim", dir_fd=fd))
    attempt("exec", lambda: subprocess.run([here + "tool"], pass_fds=[fd], check=True))
    attempt("up", lambda: os.listdir(here + ".."))


def writable(path):
    os.chdir(path)
    os.makedirs("a/b", exist_ok=True)
    os.makedirs("c", exist_ok=True)
    with open("a/b/f", "w") as f:
        f.write("some text")
    attempt("rename", lambda: os.rename("a/b/f", "c/f"))
    attempt("rename-directory", lambda: os.rename("a/b", "c/b"))
    attempt("link", lambda: os.link("c/f", "a/f"))
    attempt("truncate", lambda: os.truncate("a/f", 4))
    attempt("symlink", lambda: os.symlink("c", "s"))
    attempt("mkfifo", lambda: os.mkfifo("fifo"))
    attempt("bind", lambda: socket.socket(socket.AF_UNIX).bind("socket"))
    fd = os.open("a", os.O_TMPFILE | os.O_RDWR)
    attempt("tmpfile", lambda: os.link("/proc/self/fd/%d" % fd, "t", src_dir_fd=fd))
    with open("/usr/bin/true", "rb") as f, open("prog", "wb") as g:
        g.write(f.read())
    os.chmod("prog", 0o755)
    attempt("exec", lambda: subprocess.run(["./prog"], check=True))
    attempt("rmdir", lambda: os.rmdir("c/b"))
    for name in "c/f", "a/f", "s", "fifo", "socket", "prog", "t":
        if os.path.lexists(name):
            os.unlink(name)
    fd = os.memfd_create("m")
    with open("/usr/bin/true", "rb") as f:
        os.write(fd, f.read())
    attempt("memfd", lambda: subprocess.run(["/proc/self/fd/%d" % fd], pass_fds=[fd], check=True))
    attempt("shm", lambda: os.open("/dev/shm/x", os.O_RDWR | os.O_CREAT | os.O_TRUNC))
    attempt("pty", lambda: [os.ttyname(f) and os.open(os.ttyname(f), os.O_RDWR)
                            for f in os.openpty()[1:]])
    attempt("null", lambda: os.write(os.open("/dev/null", os.O_WRONLY | os.O_TRUNC), b"x"))
    attempt("comm", lambda: open("/proc/self/comm", "w").write("name"))
    attempt("oom", lambda: open("/proc/self/oom_score_adj", "w").write("500"))


def ports(connect_port, bind_port):
    def address(sock):
        return ("::1" if sock.family == socket.AF_INET6 else "127.0.0.1"), connect_port

    def fastopen(protocol):
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, protocol)
        sock.sendto(b"x", MSG_FASTOPEN, address(sock))

    def message():
        sock = socket.socket()
        sock.sendmsg([b"x"], [], MSG_FASTOPEN, address(sock))

    def connect(*args):
        sock = socket.socket(*args)
        sock.connect(address(sock))

    def bind(*args):
        sock = socket.socket(*args)
        sock.bind((address(sock)[0], bind_port))
        sock.listen()

    stream = socket.SOCK_STREAM
    attempt("bind", lambda: bind(socket.AF_INET, stream))
    attempt("bind6", lambda: bind(socket.AF_INET6, stream))
    attempt("bind-mptcp", lambda: bind(socket.AF_INET, stream, IPPROTO_MPTCP))
    attempt("connect", lambda: connect(socket.AF_INET, stream))
    attempt("connect6", lambda: connect(socket.AF_INET6, stream))
    attempt("connect-mptcp", lambda: connect(socket.AF_INET, stream, IPPROTO_MPTCP))
    attempt("fastopen", lambda: fastopen(0))
    attempt("fastopen-message", message)
    attempt("udp", lambda: connect(socket.AF_INET, socket.SOCK_DGRAM))


verb, *rest = sys.argv[1:]
if verb == "pass":
    pass_directory(rest[0], rest[1:])
elif verb == "directory":
    directory()
elif verb == "writable":
    writable(rest[0])
else:
    ports(int(rest[0]), int(rest[1]))
