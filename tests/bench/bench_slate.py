# SPDX-License-Identifier: GPL-3.0-or-later
"""From the start of the process to the first packet of picture on the wire, whatever is missing."""

import itertools
import socket
import time

from station import Station
from test_degraded import WANTING, spoil

PORT = 5997


def run(_):
    slowest, worst = "", 0.0
    for count in range(len(WANTING) + 1):
        for wanting in itertools.combinations(WANTING, count):
            station = Station(size="1920x1080")
            station.outputs = f"[output main]\ntype=udp\nuri=udp://127.0.0.1:{PORT}\n"
            spoil(station, wanting)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
                wire.bind(("127.0.0.1", PORT))
                wire.settimeout(30)
                began = time.monotonic()
                station.start()
                wire.recv(2048)
                taken = time.monotonic() - began
            station.stop()
            if taken > worst:
                slowest, worst = ", ".join(wanting) or "nothing", taken
    yield f"first packet, sixteen combinations; slowest without {slowest}", f"{worst:.2f} s", "< 2 s", worst < 2
