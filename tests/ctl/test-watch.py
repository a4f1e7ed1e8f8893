#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`playoutctl watch` on pseudo-terminals of several kinds, before a daemon that is played here. Arguments: playoutctl,
folder of the built translations."""

import contextlib
import fcntl
import http.server
import json
import os
import pathlib
import pty
import re
import select
import signal
import socketserver
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "air"))
from tap import case, run  # noqa: E402

CTL, LOCALES = map(os.path.abspath, sys.argv[1:3])
PATIENCE_S = 120
CODE = re.compile(r"\033\[(\??)([0-9;]*)([A-Za-z])")
TITLE = "Cải cách hành chính"


def item(start, length_s, title, **more):
    at = f"2027-03-31T{start}Z"
    return {"start": at, "end": at, "title": title, "kind": "media", "reason": "planned",
            "start_frame": 1000, "end_frame": 1000 + length_s * 25, "episode": 0, "held": False, "media": None, **more}


def status(**more):
    following = item("12:28:00", 90, "Hướng dẫn 1", kind="filler", start_frame=33000, end_frame=35250)
    return {"channel": "Kênh mẫu", "now": "2027-03-31T12:05:17.000000000Z", "format": "1280x720p25", "rate": "25/1",
            "frame": 1000,
            "on_air": item("11:58:00", 1800, TITLE, episode=7, media="cchc/tap-07.mp4", left_ms=3599960, position_ms=433000),
            "next": following, "upcoming": [following], "attention_in_ms": 7200000,
            "attention": item("14:00:00", 600, "Tập tám", reason="missing"),
            "loudness": {"momentary_lufs": -23.1, "short_term_lufs": -22.9, "integrated_lufs": -23.0, "true_peak_dbtp": -3.4},
            "outputs": [{"name": "main", "type": "udp", "state": "running", "problem": None},
                        {"name": "archive", "type": "file", "state": "failed", "problem": "đĩa đầy"}],
            "sources": [], "alarms": [{"id": "a", "severity": "error", "since": "2027-03-31T10:00:00Z",
                                       "text": "không có clip tap-08.mp4", "what_to_do": "chép clip"}], **more}


class Daemon(http.server.BaseHTTPRequestHandler):
    """Says the newest of @said to each stream, again and again; `cut` ends the streams, `mute` leaves them hanging."""
    protocol_version = "HTTP/1.1"
    said, cut, mute = status(), False, False

    def do_GET(self):
        self.send_response(200)
        if self.path.endswith("/status"):
            body = json.dumps(self.said).encode()
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        try:
            self.wfile.write(b"retry: 1000\n\n: starting\n\n")
            while not Daemon.cut:
                if not Daemon.mute:
                    self.wfile.write(f"event: status\ndata: {json.dumps(Daemon.said)}\n\n".encode())
                time.sleep(0.05)
        except OSError:
            pass

    def address_string(self):
        return "local"

    def log_message(self, *_):
        pass


class Screen:
    """playoutctl in a terminal, and what that shows: the few codes that it uses, applied to a grid of characters."""

    def __init__(self, state, columns=100, rows=30, term="xterm-256color", **environment):
        self.columns, self.rows, self.lines, self.raw, self.at = columns, rows, [""] * rows, "", [0, 0]
        pid, self.fd = pty.fork()
        if pid == 0:
            kept = {k: v for k, v in os.environ.items()
                    if not k.startswith(("LC_", "LANG")) and k not in ("NO_COLOR", "TERM")}
            given = {"LC_ALL": "C.UTF-8", "PLAYOUTD_LOCALEDIR": LOCALES, **({"TERM": term} if term else {}), **environment}
            while os.get_terminal_size(0).columns != columns:
                time.sleep(0.01)
            os.execve(CTL, [CTL, "watch", "--state", state], {**kept, **given})
        self.pid, self.status = pid, None
        self.resize(columns, rows)

    def resize(self, columns, rows):
        self.columns, self.rows, self.lines = columns, rows, [""] * rows
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, seconds=0.2):
        """FALSE at the end."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self.fd, 65536)
        except OSError:  # the other end is closed
            data = b""
        self.pending = getattr(self, "pending", b"") + data
        whole = self.pending.decode("utf-8", "ignore") if data else ""
        self.pending = self.pending[len(whole.encode()):]
        self.raw += whole
        self.apply(whole)
        return bool(data)

    def apply(self, text):
        text = getattr(self, "half", "") + text
        self.half = ""
        while text:
            code = CODE.match(text)
            if code:
                self.obey(code)
                text = text[code.end():]
                continue
            if text[0] == "\033":
                self.half = text  # the rest of it comes with the next bytes
                return
            self.put(text[0])
            text = text[1:]

    def obey(self, code):
        row, column = self.at
        if code[3] == "H":
            self.at = [0, 0]
        elif code[3] == "K":
            self.lines[row] = self.lines[row][:column]
        elif code[3] == "J":
            self.lines[row:] = [self.lines[row][:column]] + [""] * (self.rows - row - 1)
        else:
            assert code[3] in "mhl", f"an unknown code {code[0]!r}"

    def put(self, character):
        row, column = self.at
        if character == "\r":
            self.at[1] = 0
        elif character == "\n":
            self.at[0] = min(row + 1, self.rows - 1)
        else:
            assert column < self.columns, f"line {row} is longer than the terminal is wide: {self.lines[row]}"
            self.lines[row] = self.lines[row][:column].ljust(column) + character + self.lines[row][column + 1:]
            self.at[1] += 1

    def text(self):
        return "\n".join(self.lines)

    def wait_for(self, what):
        """@what: words that must all stand on the screen, or a function of its text."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            text = self.text()
            if what(text) if callable(what) else all(word in text for word in what):
                return text
            assert self.read(), f"it ended: {self.raw[-2000:]}"
        raise AssertionError(f"waited for {what}, and saw:\n{self.text()}")

    def end(self, how):
        if isinstance(how, str):
            os.write(self.fd, how.encode())
        else:
            os.kill(self.pid, how)
        deadline = time.monotonic() + PATIENCE_S
        while self.read() and time.monotonic() < deadline:
            pass
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.fd)
        assert code == 0, f"it ended with {code}: {self.raw[-500:]}"


@case
def whole(state):
    """everything a person needs stands on the screen, counts down by itself, and follows the daemon"""
    screen = Screen(state)
    text = screen.wait_for([TITLE, "episode 7", "Kênh mẫu", "Hướng dẫn 1", "Tập tám", "missing", "-23.1 LUFS",
                            "-3.4 dBTP", "archive", "đĩa đầy", "tap-08.mp4", "chép clip", "cchc/tap-07.mp4", "19:05:1"])
    assert "1:00:00 left" in text or "59:5" in text, text
    Daemon.said = status(on_air=item("12:06:00", 60, "Bản tin", left_ms=59960, position_ms=0))
    screen.wait_for(["Bản tin", "01:00 left"])
    show = {"uid": "doi-thoai@t", "instance": "2027-03-31T11:00:00Z"}
    until = "2027-03-31T12:15:00Z"
    Daemon.said = status(on_air=item("11:00:00", 900, "Đối thoại", kind="live", left_ms=599960, position_ms=0, **show,
                                     end=until),
                         overrun={**show, "title": "Đối thoại", "ends": "2027-03-31T12:00:00Z", "until": until, "costs": []})
    screen.wait_for(["Đối thoại", "05:00 over"])
    assert termios.tcgetattr(screen.fd)[6][termios.VSUSP] == b"\0", "Ctrl-Z would leave the shell on this screen"
    screen.end("q")
    assert screen.raw.rstrip().endswith("\033[?25h\033[?1049l"), "the terminal is given back"
    assert "\033[31m" in screen.raw, "red is on air"


@case
def slate(state):
    """the slate by command has a name and no end; whoever must end it is needed now"""
    endless = item("12:05:00", 7200, "", kind="slate", reason="command", left_ms=7199960, position_ms=17000)
    Daemon.said = status(on_air=endless, attention=endless, attention_in_ms=0)
    screen = Screen(state)
    text = screen.wait_for(["ON AIR", "slate", "until another command", "now  19:05:00  slate, command"])
    assert " left" not in text and "1:59" not in text, text
    screen.end("q")
    done = subprocess.run([CTL, "status", "--state", state], capture_output=True, text=True, check=True,
                          env={**os.environ, "LC_ALL": "C.UTF-8", "PLAYOUTD_LOCALEDIR": LOCALES})
    assert "slate  (until another command)" in done.stdout and "slate  (now)" in done.stdout, done.stdout


@case
def counts(state):
    """between two statuses the countdown goes on; after three seconds of silence no figure stands there"""
    screen = Screen(state)
    screen.wait_for(["1:00:00 left"])
    Daemon.mute = True
    text = screen.wait_for(["NO CONTACT", "--:-- left", "--:--:--"])
    assert re.search("59:5[0-9] left", screen.raw), "it went on before"
    assert TITLE in text, "what was on air can still be read"
    Daemon.mute = False
    screen.wait_for(lambda text: "NO CONTACT" not in text and "1:00:00 left" in text)
    screen.end(signal.SIGTERM)
    assert screen.raw.rstrip().endswith("\033[?25h\033[?1049l"), "also after a signal"


@case
def again(state):
    """a stream that is cut is told and found again"""
    screen = Screen(state)
    screen.wait_for(["1:00:00 left"])
    Daemon.cut = True
    screen.wait_for(["NO CONTACT"])
    Daemon.cut = False
    screen.wait_for(lambda text: "NO CONTACT" not in text and "1:00:00 left" in text)
    screen.end(signal.SIGINT)


@case
def plain(state):
    """NO_COLOR and terminals of one colour get none; one that cannot be drawn on gets lines"""
    for term, environment in (("xterm", {"NO_COLOR": "1"}), ("vt100", {})):
        screen = Screen(state, term=term, **environment)
        screen.wait_for([TITLE, "LUFS"])
        screen.end("q")
        assert not re.search(r"\033\[[0-9;]*m", screen.raw), f"{term}: a colour"
    for term in ("dumb", None):
        screen = Screen(state, term=term, columns=400)
        screen.wait_for(["ON AIR " + TITLE, "alarms 1"])
        Daemon.said = status(on_air=item("12:06:00", 60, "Bản tin", left_ms=59960, position_ms=0, start_frame=2000))
        screen.wait_for(["ON AIR Bản tin"])
        Daemon.said = status()
        screen.end(signal.SIGINT)
        assert "\033" not in screen.raw, "no code at all"
        assert screen.raw.count(TITLE) <= 3, "a line a change, not one a second"


@case
def small(state):
    """a small window cuts lines and says what it leaves out; a resized one is drawn anew; titles cannot paint"""
    strange = "Mục\033[2J lạ\nhai dòng 電視台電視台電視台"
    Daemon.said = status(on_air=item("12:06:00", 60, strange, left_ms=59960, position_ms=0))
    screen = Screen(state, columns=40, rows=10)
    screen.wait_for(["lines more", "Mục [2J lạ hai"])
    assert "\033[2J" not in screen.raw
    screen.resize(120, 40)
    screen.wait_for(["chép clip"])
    screen.end("q")


@case
def elsewhere(state):
    """in a pipe: lines, or JSON; no daemon: said plainly"""
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "PLAYOUTD_LOCALEDIR": LOCALES}
    for words, look in (([], lambda line: TITLE in line),
                        (["--json"], lambda line: json.loads(line)["channel"] == "Kênh mẫu")):
        with subprocess.Popen([CTL, "watch", "--state", state, *words], stdout=subprocess.PIPE, text=True,
                              env=environment) as piped:
            assert look(next(line for line in piped.stdout if "Waiting" not in line))
            piped.send_signal(signal.SIGTERM)
            piped.stdout.read()
            assert piped.wait(PATIENCE_S) == 0
    with tempfile.TemporaryDirectory() as empty:
        done = subprocess.run([CTL, "watch", "--state", empty], capture_output=True, text=True, env=environment,
                              check=False, timeout=PATIENCE_S)
        assert done.returncode == 69 and "not running" in done.stderr, done


@contextlib.contextmanager
def fresh(folder):
    Daemon.said, Daemon.cut, Daemon.mute = status(), False, False
    yield folder


def main():
    with tempfile.TemporaryDirectory(prefix="playoutctl-") as folder:
        with socketserver.ThreadingUnixStreamServer(str(pathlib.Path(folder) / "control.sock"), Daemon) as server:
            server.daemon_threads, server.block_on_close = True, False
            threading.Thread(target=server.serve_forever, daemon=True).start()
            failed = run(sys.argv[3:], around=lambda: fresh(folder))
            server.shutdown()
    return failed


if __name__ == "__main__":
    sys.exit(main())
