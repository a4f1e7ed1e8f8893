#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The running daemon's guide over HTTP follows the plan. Argument: the folder of tests/air."""

import sys
import xml.etree.ElementTree

sys.path.insert(0, sys.argv.pop(1))

from station import Station, T0  # noqa: E402
from tap import case, check, main  # noqa: E402


def guide(station):
    """Or nothing while nobody answers."""
    try:
        status, _, content = station.ask("GET", "/api/v1/guide.xml")
    except OSError:
        return b""
    return content if status == 200 else b""


def titles(station):
    text = guide(station)
    return [p.findtext("title") for p in xml.etree.ElementTree.fromstring(text).iter("programme")] if text else []


@case
def guide_over_http():
    """GET /guide.xml is the plan's guide and follows an edit"""
    station = Station(size="320x180")
    station.clip("a.mp4", 1, 50, "--size 320x180")
    station.event(3600, 60, "a.mp4", uid="a@test", SUMMARY="Bản tin")
    station.write_calendar()
    station.start(at=T0)
    try:
        station.wait_for("the guide", lambda: titles(station) == ["Bản tin"])
        station.event(7200, 60, "a.mp4", uid="b@test", SUMMARY="Phát lại")
        station.write_calendar()
        station.wait_for("the guide with the edit", lambda: titles(station) == ["Bản tin", "Phát lại"])
        check(b"Ph\xc3\xa1t l\xe1\xba\xa1i" in guide(station), "UTF-8")
    finally:
        station.stop()


if __name__ == "__main__":
    main()
