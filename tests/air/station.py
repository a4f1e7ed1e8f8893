# SPDX-License-Identifier: GPL-3.0-or-later
"""A station in a temporary folder: calendars, coded clips, configuration, the real daemon, and what came of it."""

import atexit
import hashlib
import http.client
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path

from recording import Recording


class LocalConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket, however long its path is."""

    def __init__(self, path, timeout=120):
        super().__init__("localhost", timeout=timeout)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        folder = os.open(os.path.dirname(self.path), os.O_RDONLY)
        try:
            self.sock.connect(f"/proc/self/fd/{folder}/{os.path.basename(self.path)}")
        finally:
            os.close(folder)


HERE = Path(__file__).resolve().parent
T0 = datetime(2027, 3, 1, 12, 0, 0, tzinfo=timezone.utc)  # the instant at which pretended runs begin
CACHE = Path(os.environ.get("PLAYOUTD_CLIP_CACHE", tempfile.gettempdir())) / f"playoutd-coded-clips-{os.getuid()}"


def program(name):
    """From the environment (the tests' build), else the newest in a build folder of this checkout."""
    given = os.environ.get(name.upper().replace("-", "_"))
    if given:
        return given
    found = [p for p in HERE.parents[1].glob(f"build*/src/**/{name}") if p.is_file() and os.access(p, os.X_OK)]
    if not found:
        raise FileNotFoundError(f"{name} is not built; set {name.upper().replace('-', '_')}")
    return str(max(found, key=lambda p: p.stat().st_mtime))


_given_ports = set()


def free_port():
    """On which nobody listens, by TCP or UDP, and which nobody was given before."""
    while True:
        with socket.socket() as stream, socket.socket(type=socket.SOCK_DGRAM) as datagram:
            stream.bind(("127.0.0.1", 0))
            port = stream.getsockname()[1]
            try:
                datagram.bind(("127.0.0.1", port))
            except OSError:
                continue
            if port not in _given_ports:
                _given_ports.add(port)
                return port


def coded_clip(clip_id, frames, options="", suffix=".mp4"):
    """A path in the cache; equal wishes give the same file."""
    maker = hashlib.sha256((HERE / "coded-clip").read_bytes() + (HERE / "coded.py").read_bytes()).hexdigest()
    key = hashlib.sha256(f"{maker} {clip_id} {frames} {options}".encode()).hexdigest()[:20]
    path = CACHE / (key + suffix)
    if not path.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        part = CACHE / f"{key}.{os.getpid()}{suffix}"
        subprocess.run([sys.executable, str(HERE / "coded-clip"), "--id", str(clip_id), "--frames", str(frames),
                        "--out", str(part), *options.split()], check=True)
        part.rename(path)
    return path


def instant(moment):
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Station:
    def __init__(self, size="640x360", rate="25", slate_name="Thử"):
        self.dir = Path(tempfile.mkdtemp(prefix="playoutd-air-"))
        atexit.register(self.discard)
        self.rate = Fraction(rate)
        self.format = f"{size}p{rate}"
        self.name = slate_name
        self.schedules, self.media = self.dir / "schedules", self.dir / "media"
        self.state, self.record = self.dir / "state", self.dir / "recordings"
        for folder in (self.schedules, self.media, self.record):
            folder.mkdir()
        self.events = []
        self.extra_config = ""
        self.outputs = "[output recording]\ntype=file\npath=recordings\ncodec=lossless\ncontainer=mkv\n"
        self.asking_config = None  # for playoutctl, where the daemon's own is broken on purpose
        self.daemon = None
        self.said = ""

    def discard(self):
        self.stop(signal.SIGKILL)
        if os.environ.get("PLAYOUTD_KEEP"):
            print(f"# kept: {self.dir}", flush=True)
        else:
            shutil.rmtree(self.dir, ignore_errors=True)

    # What goes in

    def clip(self, name, clip_id, frames, options=""):
        target = self.media / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(coded_clip(clip_id, frames, options, Path(name).suffix), target)
        return target

    def event(self, at_s, length_s, *attach, uid=None, start=T0, **properties):
        """@properties: SUMMARY="…", X_PLAYOUT_START="SOFT" … ; at_s is in whole seconds after T0."""
        begin = start + timedelta(seconds=at_s)
        lines = ["BEGIN:VEVENT", f"UID:{uid or f'e{len(self.events)}@test'}", "DTSTAMP:20270101T000000Z",
                 f"DTSTART:{begin.strftime('%Y%m%dT%H%M%SZ')}", f"DURATION:PT{length_s}S"]
        properties.setdefault("SUMMARY", f"Mục {len(self.events)}")
        lines += [f"{name.replace('_', '-')}:{value}" for name, value in properties.items()]
        lines += [f"ATTACH:{a}" for a in attach]
        self.events.append("\r\n".join([*lines, "END:VEVENT"]))

    def write_calendar(self, name="test.ics"):
        text = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//air//EN", *self.events,
                            "END:VCALENDAR", ""])
        part = self.schedules / ("." + name + ".part")
        part.write_text(text, encoding="utf-8")
        part.rename(self.schedules / name)

    def config_text(self):
        return (f"[channel]\nname={self.name}\ntimezone=Asia/Ho_Chi_Minh\nformat={self.format}\n"
                f"[paths]\nschedules=schedules\nmedia=media\nstate=state\n[control]\nlisten=none\n"
                f"{self.outputs}{self.extra_config}")

    def write_config(self, text=None):
        (self.dir / "playoutd.conf").write_text(text or self.config_text(), encoding="utf-8")

    # Running

    def environment(self, **more):
        env = {**os.environ, "PLAYOUTD_PLAYER": program("playoutd-player"), "LC_ALL": "C.UTF-8", **more}
        env.pop("DISPLAY", None)
        return env

    def command_line(self, *arguments):
        return [program("playoutd"), "--config", str(self.dir / "playoutd.conf"), *arguments]

    def free_run(self, length_s, at=T0, timeout=600, **env):
        """The daemon from @at for @length_s seconds of air, as fast as the machine can."""
        if not (self.dir / "playoutd.conf").exists():
            self.write_config()
        arguments = ["--at", instant(at), "--free-run", "--until", instant(at + timedelta(seconds=length_s))]
        done = subprocess.run(self.command_line(*arguments), env=self.environment(**env), capture_output=True, text=True,
                              errors="replace", timeout=timeout, cwd=self.dir, check=False)
        self.said += done.stdout + done.stderr
        if done.returncode:
            raise AssertionError(f"playoutd ended with {done.returncode}:\n{done.stdout[-3000:]}{done.stderr[-6000:]}")
        return self

    def start(self, at=None, **env):
        """The daemon in real time, from @at (pretended) or now."""
        if not (self.dir / "playoutd.conf").exists():
            self.write_config()
        arguments = ["--at", instant(at)] if at else []
        self.log_path = self.dir / f"said-{time.monotonic_ns()}.txt"
        with open(self.log_path, "wb") as log:
            self.daemon = subprocess.Popen(self.command_line(*arguments), env=self.environment(**env), stdout=log,
                                           stderr=log, stdin=subprocess.DEVNULL, cwd=self.dir)
        return self.daemon

    def know_media(self):
        """Probes all clips before the daemon starts, for runs in real time that must not wait for it."""
        if not (self.dir / "playoutd.conf").exists():
            self.write_config()
        self.state.mkdir(exist_ok=True)
        self.ctl("rundown", "--from", instant(T0), "--to", instant(T0 + timedelta(seconds=1)), timeout=600)

    def stop(self, how=signal.SIGTERM, timeout=120):
        if self.daemon is None:
            return None
        if self.daemon.poll() is None:
            self.daemon.send_signal(how)
        try:
            status = self.daemon.wait(timeout)
        except subprocess.TimeoutExpired:
            self.daemon.kill()
            self.daemon.wait()
            raise AssertionError(f"playoutd did not end within {timeout} s of {how!r}:\n{self.output()}") from None
        self.said += self.output()
        self.daemon = None
        return status

    def output(self):
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    @staticmethod
    def ctl_command():
        return [program("playoutctl")]

    def ctl(self, *arguments, check=True, timeout=120):
        config = self.asking_config or self.dir / "playoutd.conf"
        done = subprocess.run([program("playoutctl"), *arguments, "--config", str(config)],
                              env=self.environment(), capture_output=True, text=True, timeout=timeout, check=False)
        if check and done.returncode:
            raise AssertionError(f"playoutctl {' '.join(arguments)} ended with {done.returncode}: {done.stderr}")
        return done

    def ask(self, method, path, body=None, **headers):
        """(status, headers, content) of what the daemon's socket serves at @path. A @body that is neither bytes nor text is
        sent as JSON."""
        connection = LocalConnection(self.state / "control.sock")
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if not isinstance(body, (bytes, str)):
            named.setdefault("Content-Type", "application/json")
            body = None if body is None else json.dumps(body)
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, answer.headers, content

    def api(self, method, path, body=None, **headers):
        """(status, answer) of the API: of JSON what it says."""
        status, got, content = self.ask(method, "/api/v1" + path, body, **headers)
        is_json = "json" in got.get("Content-Type", "")
        return status, json.loads(content) if is_json and content else content

    def command(self, verb, **arguments):
        """The answer to a command, which must be obeyed."""
        code, answer = self.api("POST", "/commands/" + verb, arguments)
        if code != 200:
            raise AssertionError(f"{verb} {arguments} was answered with {code}: {answer}")
        return answer

    def status(self):
        """Or None while nobody answers. Asked directly: a program started for each poll would be a load of its own."""
        try:
            code, answer = self.api("GET", "/status")
        except (OSError, http.client.HTTPException):
            return None
        return answer if code == 200 else None

    def air_s(self):
        """Seconds of air since T0."""
        return float((self.status()["frame"] - self.frame(T0)) / self.rate)

    def wait_for(self, what, condition, timeout=180):
        """Polls @condition; the bound only ends a hang."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            got = condition()
            if got:
                return got
            if self.daemon is not None and self.daemon.poll() is not None:
                raise AssertionError(f"playoutd ended ({self.daemon.returncode}) while waiting for {what}:\n"
                                     f"{self.output()[-4000:]}")
            time.sleep(0.02)
        raise AssertionError(f"waited {timeout} s for {what}:\n{self.output()[-4000:] if self.daemon else self.said}")

    def players(self):
        """Pids of the daemon's children, dead ones too: {pid: (state, command line)}."""
        return children_of(self.daemon.pid)

    # What came out

    def recorded_files(self):
        return sorted((p for p in self.record.rglob("*") if p.suffix in (".mkv", ".ts")), key=lambda p: p.name)

    def recording(self, **options):
        return Recording(self.recorded_files(), self.rate, **options)

    def frame(self, moment):
        """The planned frame at which @moment falls (or begins)."""
        exact = Fraction(int(moment.timestamp() * 1000000), 1000000) * self.rate
        return -((-exact.numerator) // exact.denominator)

    def rows(self, query):
        """From the log, as dictionaries."""
        for path in sorted(self.state.rglob("*")):
            if is_database(path):
                with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
                    if db.execute("SELECT 1 FROM sqlite_master WHERE name='asrun'").fetchone():
                        db.row_factory = sqlite3.Row
                        return [dict(row) for row in db.execute(query)]
        return []

    def asrun(self):
        return self.rows("SELECT * FROM asrun ORDER BY id")


def is_database(path):
    try:
        return path.is_file() and path.open("rb").read(15) == b"SQLite format 3"
    except FileNotFoundError:  # the daemon was just writing it and has renamed it
        return False


def children_of(pid):
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text(encoding="utf-8", errors="replace")
            state, parent = stat.rsplit(")", 1)[1].split()[:2]
            if int(parent) == pid:
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                found[int(entry.name)] = (state, command)
        except (OSError, ValueError):
            continue
    return found


def tree_of(pid):
    """@pid and everything below it that lives."""
    todo, found = [pid], []
    while todo:
        one = todo.pop()
        found.append(one)
        todo += [child for child, (state, _) in children_of(one).items() if state != "Z"]
    return found
