#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs a command on a terminal of its own and does what a person at the keyboard would.

usage: terminal.py STEP... -- COMMAND...

  expect=REGEX     waits until it shows in what was written since the last match
  send=TEXT        types it; \\xNN and the like stand for one byte
  enter=REGEX      presses Enter twice a second until it shows
  foreground=TEXT  waits until the command's process with this command line has its terminal
  size=ROWSxCOLS   changes the window
  pause=SECONDS    reads nothing for that long
  modes            prints "modes=start" or "modes=changed", "modes=raw"
  restored         waits until the modes are those of the start
  random=N         types N random bytes and prints "sent=" and their SHA-256
  bytes=N          reads N bytes and prints "read=" and their SHA-256
  run=SHELL-TEXT   runs it beside, with $PID set to the command's pid
  hangup           takes the terminal away
  end              waits for the command, and reads the rest

At the end: what was read, "status=N" as a shell says it, and the modes as they are then. The first
step that fails ends it with status 1.
"""
import fcntl, hashlib, os, pty, re, select, signal, struct, subprocess, sys, termios, time

LIMIT = 30


class Failure(Exception):
    pass


def has_terminal(text, ancestor):
    """Whether a process below that one has this command line, and is in the foreground."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/cmdline" % pid, "rb") as f:
                if f.read().rstrip(b"\0").replace(b"\0", b" ") != text.encode():
                    continue
            group, terminal_group = [stat_of(pid)[i] for i in (2, 5)]
            if group == terminal_group and descends(pid, ancestor):
                return True
        except OSError:
            pass  # it has ended
    return False


def stat_of(pid):
    with open("/proc/%s/stat" % pid) as f:
        return f.read().rpartition(")")[2].split()


def descends(pid, ancestor):
    while int(pid) > 1 and int(pid) != ancestor:
        pid = stat_of(pid)[1]
    return int(pid) == ancestor


class Terminal:
    def __init__(self, command):
        self.master, self.slave = pty.openpty()
        self.resize(24, 80)
        self.start = termios.tcgetattr(self.slave)
        self.text, self.seen, self.status = b"", 0, None
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.master)
            os.login_tty(self.slave) if hasattr(os, "login_tty") else self.login()
            os.execvp(command[0], command)

    def login(self):
        os.setsid()
        fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
        for fd in range(3):
            os.dup2(self.slave, fd)
        os.close(self.slave)

    def resize(self, rows, cols):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))

    def modes(self):
        now = termios.tcgetattr(self.slave)
        if now == self.start:
            return "modes=start"
        return "modes=changed" if now[3] & termios.ISIG else "modes=raw"

    def read(self, seconds):
        """One piece of what is written; False when none comes in time."""
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        self.text += os.read(self.master, 65536)
        return True

    def until(self, what, done):
        end = time.monotonic() + LIMIT
        while not done():
            if time.monotonic() > end:
                raise Failure("waited in vain for " + what)
            self.read(0.05)

    def expect(self, regex):
        pattern = re.compile(regex.encode())
        self.until(regex, lambda: pattern.search(self.text, self.seen))
        self.seen = pattern.search(self.text, self.seen).end()

    def enter(self, regex):
        pattern, end = re.compile(regex.encode()), time.monotonic() + LIMIT
        while not pattern.search(self.text, self.seen):
            if time.monotonic() > end:
                raise Failure("pressed Enter in vain for " + regex)
            self.type(b"\n")
            pause = time.monotonic() + 0.5
            while time.monotonic() < pause and self.read(0.1):
                pass
        self.expect(regex)

    def type(self, data):
        while data:
            readable, writable, _ = select.select([self.master], [self.master], [], LIMIT)
            if readable:
                self.read(0)
            if writable:
                data = data[os.write(self.master, data[:512]):]
            elif not readable:
                raise Failure("the terminal takes nothing")

    def ended(self):
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                code = os.waitstatus_to_exitcode(status)
                self.status = code if code >= 0 else 128 - code
        return self.status is not None

    def hash(self, count):
        self.until("%d bytes" % count, lambda: len(self.text) >= self.seen + count)
        data = self.text[self.seen:self.seen + count]
        self.text, self.seen = self.text[:self.seen] + self.text[self.seen + count:], self.seen
        return hashlib.sha256(data).hexdigest()

    def step(self, step):
        name, _, value = step.partition("=")
        if name == "expect":
            self.expect(value)
        elif name == "send":
            self.type(value.encode().decode("unicode_escape").encode("latin-1"))
        elif name == "enter":
            self.enter(value)
        elif name == "foreground":
            self.until(value + " in the foreground", lambda: has_terminal(value, self.pid))
        elif name == "size":
            self.resize(*map(int, value.split("x")))
        elif name == "pause":
            time.sleep(float(value))
        elif name == "modes":
            print(self.modes())
        elif name == "restored":
            self.until("the modes of the start", lambda: self.modes() == "modes=start")
        elif name == "random":
            data = os.urandom(int(value))
            print("sent=" + hashlib.sha256(data).hexdigest())
            self.type(data)
        elif name == "bytes":
            print("read=" + self.hash(int(value)))
        elif name == "run":
            subprocess.run(["sh", "-c", value], env=dict(os.environ, PID=str(self.pid)),
                           stdin=subprocess.DEVNULL, check=True)
        elif name == "hangup":
            os.close(self.slave)
            os.close(self.master)
            self.master = self.slave = None
            end = time.monotonic() + LIMIT
            while not self.ended():
                if time.monotonic() > end:
                    raise Failure("the command lives on")
                time.sleep(0.05)
        elif name == "end":
            self.until("the end", self.ended)
            while self.read(0.1):
                pass
        else:
            raise Failure("no such step: " + name)

    def finish(self):
        if not self.ended():
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        print(self.text.decode("utf-8", "replace").replace("\r\n", "\n"))
        print("status=%s" % self.status)
        if self.slave is not None:
            print("end " + self.modes())


def main():
    split = sys.argv.index("--")
    terminal = Terminal(sys.argv[split + 1:])
    failure = None
    try:
        for step in sys.argv[1:split]:
            terminal.step(step)
    except (Failure, subprocess.CalledProcessError) as error:
        failure = error
    terminal.finish()
    if failure:
        sys.exit("terminal.py: %s" % failure)


main()
