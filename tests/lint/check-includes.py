#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may know whom. The link proves most of it (one static library a folder); this table proves the rest, since many
libraries' headers lie in the compiler's default path. Reads `#include` lines of src/ only."""

import re
import sys

import tree

# Folder: other folders it may include, and libraries beyond GLib's own it may include.
TABLE = {
    "model": ((), ()),
    "json": (("model",), ("json",)),
    "store": (("model",), ("gio", "sqlite")),
    "ring": (("model",), ("gio",)),
    "schedule": (("model", "json", "store"), ("gio", "json", "icu")),
    "subscription": (("model", "json", "schedule"), ("gio", "json", "soup")),
    "rundown": (("model",), ()),
    "config": (("model",), ("gio",)),
    "log": (("model", "json", "store"), ("gio", "json", "sqlite")),
    "media": (("model", "json", "store"), ("gio", "icu", "json", "cjson", "sqlite")),
    "measure": (("model",), ("ebur128",)),
    "output": (("model", "measure", "program"), ("gio", "gstreamer")),
    "player": (("model", "json", "measure", "ring"), ("gio", "gstreamer", "seccomp", "ass", "ebur128", "srt")),
    "program": (("model", "rundown", "ring"), ("gio", "gstreamer", "pango")),
    "web": ((), ("gio",)),
    "access": (("model", "json"), ("gio", "json", "crypt")),
    "control": (("model", "json", "rundown", "config", "web", "access"), ("gio", "json", "microhttpd", "gnutls")),
    "station": (("model", "json", "store", "schedule", "rundown", "config", "log", "media"), ("gio", "json")),
    "rehearsal": (("model", "store", "rundown", "ring", "program", "log", "station", "config"), ("gio", "gstreamer")),
    "guide": (("model",), ("xml",)),
    "message": (("model", "json"), ("gio", "json", "curl")),
    "report": (("model", "json", "rundown", "log"), ()),
    "record": (("model", "schedule", "log", "media", "report"), ("json", "pango")),
    "air": (("model", "json", "config", "media", "message", "rundown", "program", "output", "station", "rehearsal"),
            ("gio", "json")),
    "wiring": (("model", "json", "config", "schedule", "subscription", "media", "message", "program", "output", "station"),
               ("gio", "json")),
    "desk": (("model", "json", "store", "config", "schedule", "rundown", "media", "log", "program", "station", "air", "guide",
              "control", "wiring"), ("gio", "json")),
    "daemon": None,  # the only place that knows everyone
    "ctl": (("model", "json", "store", "schedule", "rundown", "config", "log", "media", "control", "station", "rehearsal",
             "report", "record", "guide", "message", "access", "subscription"),
            ("gio", "json", "soup")),
}
# One file's own exceptions, each with its why.
EXCEPTIONS = {
    # The feed is the seam between head and outputs: outputs implement it and know nothing else of the head.
    ("output", "program"): ("program/feed.h",),
    # What watches the programme as it leaves is an output to itself: what else becomes of it is not the air's business.
    ("air", "output"): ("output/monitor.h",),
}
LIBRARIES = {
    "gio": ("gio/", "glib-unix.h"), "gstreamer": ("gst/",), "icu": ("unicode/",),
    "sqlite": ("sqlite3.h",), "json": ("json-glib/",), "cjson": ("cjson/",), "microhttpd": ("microhttpd.h",), "seccomp": ("seccomp.h",),
    "soup": ("libsoup/",), "systemd": ("systemd/",), "xml": ("libxml/",), "ebur128": ("ebur128.h",), "curl": ("curl/",),
    "ass": ("ass/",),
    "crypt": ("crypt.h",), "gnutls": ("gnutls/",),
    "rsvg": ("librsvg/",), "pango": ("pango/", "cairo"),
}
GENERATED = ("config.h", "page.h", "openapi.h")  # by meson, without a folder
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def library_of(path):
    return next((name for name, starts in LIBRARIES.items() if path.startswith(starts)), None)


def faults_of(name):
    folder = name.split("/")[1]
    known = TABLE.get(folder)
    if folder not in TABLE:
        yield f"{name}:1: folder src/{folder} is not in the table of tests/lint/check-includes.py"
    if known is None:
        return
    source = tree.text(name)
    for match in INCLUDE.finditer(source):
        line = source.count("\n", 0, match.start(2)) + 1
        quote, path = match.groups()
        if quote == '"':
            yield from (f"{name}:{line}: {why}" for why in own_faults(folder, known[0], path))
        else:
            library = library_of(path)
            if library and library not in known[1]:
                yield f"{name}:{line}: src/{folder} must not know {library} (<{path}>)"


def own_faults(folder, allowed, path):
    if "/" not in path:
        if path not in GENERATED:
            yield f'"{path}": includes are relative to src/, e.g. "{folder}/{path}"'
        return
    other = path.split("/")[0]
    if other == folder:
        return
    if other not in allowed:
        yield f'src/{folder} must not know src/{other} ("{path}")'
    elif path not in EXCEPTIONS.get((folder, other), (path,)):
        yield f'src/{folder} may know of src/{other} only {", ".join(EXCEPTIONS[folder, other])}, not "{path}"'


def includes():
    """no folder includes what it must not know"""
    names = [n for n in tree.files(".c", ".h") if n.startswith("src/") and n.count("/") > 1]
    return [fault for name in names for fault in faults_of(name)]


if __name__ == "__main__":
    sys.exit(tree.judge([includes]))
