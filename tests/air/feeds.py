# SPDX-License-Identifier: GPL-3.0-or-later
"""Live sources for the tests, each what a real one is: an encoder that sends the coded clip in real time over and over,
and the protocol's own peer. What can befall a line can be done to each: stopped, continued, killed, garbled, another
size and rate."""

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

from station import coded_clip, free_port

HERE = Path(__file__).resolve().parent
LIVE, OTHER = 40, 43  # clip numbers: of the source, and of the source in another size and rate
GOP = 12
FRAMES = 1500
REPORT_S = 0.02  # from one report of an encoder to the next
NGINX_MODULE = "/usr/lib/nginx/modules/ngx_rtmp_module.so"


def wait_for_port(port):
    """Until somebody listens; the bound only ends a hang."""
    for _ in range(3000):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise AssertionError(f"nobody listens on port {port}")


def clip_of(clip_id, frames=FRAMES):
    size, rate = ("320x180", "25") if clip_id == LIVE else ("640x360", "50")
    frames = frames if clip_id == LIVE else 2 * frames
    return coded_clip(clip_id, frames, f"--size {size} --rate {rate} --vcodec h264 --acodec aac --gop {GOP}", ".ts")


def as_on_its_own_machine():
    """What loads this one does not starve a source, where that may be asked for."""
    try:
        os.setpriority(os.PRIO_PROCESS, 0, -10)
    except PermissionError:
        pass


class Program:
    """A process group that is started, stopped and killed."""

    began = None  # the moment from which it does what it is for, where somebody saw that

    def __init__(self, command, output=subprocess.DEVNULL):
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                                        start_new_session=True, preexec_fn=as_on_its_own_machine)

    def signal(self, which):
        os.killpg(self.process.pid, which)

    def kill(self):
        if self.process.poll() is None:
            self.signal(signal.SIGKILL)
        self.process.wait()


class Witness(Program):
    """A program whose own reports tell when it began: the first of their lines that @sign matches. It may have been so
    since the report before, and is taken to have been."""

    def __init__(self, command, sign):
        super().__init__(command, subprocess.PIPE)
        self.reader = threading.Thread(target=self.read, args=[re.compile(sign)], daemon=True)
        self.reader.start()

    def read(self, sign):
        for line in self.process.stdout:  # to the end: a pipe that is full would hold the program up
            if self.began is None and sign.match(line):
                self.began = datetime.now(timezone.utc) - timedelta(seconds=REPORT_S)

    def kill(self):
        super().kill()
        self.reader.join()


class Feed:
    """The source: ffmpeg to @target, again whenever it ends. Where it is watched its encoder's `began` is when the first
    picture left it, and `sign` how its reports tell that; `beginning` names that moment."""

    scheme = None
    sign, beginning = rb"frame=\s*[1-9]", "its first picture"
    is_watched = False
    frames = FRAMES  # of the clip; where it begins again an encoder that copies loses some, which is not the line's fault

    def __init__(self):
        self.uri = None  # as the daemon is to be told
        self.target = None
        self.muxer = ["-f", "mpegts", "-flush_packets", "1", "-muxdelay", "0.1"]
        self.encoder = None
        self.others = []
        self.clip = None  # in place of the coded one

    def encode(self, clip_id=LIVE, *options):
        clip = self.clip or clip_of(clip_id, self.frames)
        send = ["ffmpeg", "-nostats", "-progress", "pipe:1", "-stats_period", str(REPORT_S), "-re", "-stream_loop", "-1",
                "-i", str(clip), "-c", "copy", *options, *self.muxer, self.target]
        again = f"while :; do {shlex.join(send)}; sleep 0.1; done"  # refused while the last call is cleared away
        self.encoder = Witness(["sh", "-c", again], self.sign) if self.is_watched else Program(["sh", "-c", again])

    def start(self):
        self.encode()

    def stop(self):
        self.encoder.signal(signal.SIGSTOP)

    def go_on(self):
        self.encoder.signal(signal.SIGCONT)

    def kill(self):
        if self.encoder is not None:
            self.encoder.kill()
            self.encoder = None

    def restart(self):
        self.kill()
        self.encode()

    def garble(self):
        """Bits fall over in the pictures; they cannot be shown."""
        self.kill()
        self.encode(LIVE, "-bsf:v", "noise=amount=-1")

    def blind(self):
        """Its sound goes on, its pictures do not come."""
        self.kill()
        self.encode(LIVE, "-vn")

    def mute(self):
        """Its pictures go on, its sound does not come."""
        self.kill()
        self.encode(LIVE, "-an")

    def resize(self):
        self.kill()
        self.encode(OTHER)

    def end(self):
        self.kill()
        for other in self.others:
            other.kill()


class Udp(Feed):
    scheme = "udp"

    def __init__(self, address="127.0.0.1"):
        super().__init__()
        port = free_port()
        self.uri = f"udp://{address}:{port}"
        self.target = f"udp://{address}:{port}?pkt_size=1316" + ("&ttl=0" if address.startswith("239") else "")


class Rtp(Feed):
    scheme = "rtp"

    def __init__(self):
        super().__init__()
        port = free_port()
        self.uri = f"rtp://127.0.0.1:{port}"
        self.target = f"rtp://127.0.0.1:{port}?pkt_size=1328"
        self.muxer = ["-f", "rtp_mpegts", "-muxdelay", "0.1"]


class SrtCalled(Feed):
    """playoutd listens, the source calls; encrypted. It is waited for from then on: how soon it is answered is ours."""

    scheme = "srt"
    sign, beginning = rb"Input #0", "its call"  # it is told of just before
    secret = "một mật khẩu dài"[:16].encode().hex()[:20]

    def __init__(self):
        super().__init__()
        port = free_port()
        self.uri = f"srt://127.0.0.1:{port}?mode=listener&latency=120&passphrase={self.secret}&pbkeylen=16"
        self.target = f"srt://127.0.0.1:{port}?mode=caller&latency=120000&passphrase={self.secret}&pbkeylen=16"


class SrtCaller(Feed):
    """playoutd calls srt-live-transmit, which an encoder feeds."""

    scheme = "srt"

    def __init__(self):
        super().__init__()
        inner, port = free_port(), free_port()
        self.uri = f"srt://127.0.0.1:{port}?mode=caller&latency=120&passphrase={SrtCalled.secret}"
        self.target = f"udp://127.0.0.1:{inner}?pkt_size=1316"
        self.relay = ["srt-live-transmit", "-q", "-chunk:1316", f"udp://127.0.0.1:{inner}",
                      f"srt://127.0.0.1:{port}?mode=listener&latency=120&passphrase={SrtCalled.secret}&pbkeylen=16"]

    def start(self):
        self.others = [Program(self.relay)]
        self.encode()


class Rtmp(Feed):
    """nginx with the rtmp module between the encoder and playoutd."""

    scheme = "rtmp"

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="playoutd-nginx-"))
        self.port = port = free_port()
        self.uri = self.target = f"rtmp://127.0.0.1:{port}/live/show"
        self.muxer = ["-f", "flv"]
        (self.folder / "nginx.conf").write_text(
            f"load_module {NGINX_MODULE};\ndaemon off;\nmaster_process off;\nerror_log {self.folder}/error.log;\n"
            f"pid {self.folder}/pid;\nevents {{}}\nrtmp {{ server {{ listen 127.0.0.1:{port}; "
            "application live { live on; idle_streams off; } } }\n")

    def start(self):
        self.others = [Program(["nginx", "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")])]
        wait_for_port(self.port)
        self.encode()

    def end(self):
        super().end()
        shutil.rmtree(self.folder, ignore_errors=True)


class Rtsp(Feed):
    """A server of GStreamer's library; killed with its source. It sends once it is called: how soon that is, is ours."""

    scheme = "rtsp"
    beginning = "it listened"

    def __init__(self):
        super().__init__()
        self.port = free_port()
        self.uri = f"rtsp://127.0.0.1:{self.port}/show"

    def encode(self, clip_id=LIVE, *options):
        clip = clip_of(clip_id, self.frames)
        self.encoder = Program(["/usr/bin/python3", str(HERE / "rtsp-server"), str(self.port), str(clip),
                                *[{"-bsf:v": "--garble", "-an": "--mute", "-vn": "--blind"}[o] for o in options[:1]]])
        wait_for_port(self.port)
        self.encoder.began = datetime.now(timezone.utc)


class Hls(Feed):
    """Segments of a second that a web server gives out."""

    scheme = "http"

    def __init__(self, flags="delete_segments+omit_endlist+append_list"):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="playoutd-hls-"))
        port = free_port()
        self.uri = f"http://127.0.0.1:{port}/show.m3u8"
        self.target = str(self.folder / "show.m3u8")
        self.muxer = ["-f", "hls", "-hls_time", "0.96", "-hls_list_size", "6", "-hls_flags", flags]
        self.server = ["/usr/bin/python3", "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory",
                       str(self.folder)]

    def start(self):
        self.others = [Program(self.server)]
        self.encode()

    def end(self):
        super().end()
        shutil.rmtree(self.folder, ignore_errors=True)


FEEDS = {"udp": Udp, "multicast": lambda: Udp("239.255.77.77"), "rtp": Rtp, "srt-called": SrtCalled,
         "srt-caller": SrtCaller, "rtmp": Rtmp, "rtsp": Rtsp, "hls": Hls}
