#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The service's unit grants what the players confine themselves by: a unit that does not leaves them unconfined without
a word, since systemd ignores a group of calls that it does not know."""

import re
import sys

import tree

UNIT = "data/playoutd.service.in"
SANDBOX = "src/player/sandbox.c"
# systemd 252's, of which the unit makes use.
KNOWN_GROUPS = {"@system-service"}


def granted():
    return {word for line in re.findall(r"^SystemCallFilter=(.*)$", tree.text(UNIT), re.M) for word in line.split()}


def groups():
    """no group of calls that systemd 252 does not know"""
    return [f"{UNIT}: {name} is no group of systemd 252; name the calls" for name in sorted(granted())
            if name.startswith("@") and name not in KNOWN_GROUPS]


def sandbox():
    """every call by which a player confines itself"""
    used = set(re.findall(r"\bSYS_(landlock_\w+)", tree.code(SANDBOX))) | {"seccomp"}
    if len(used) < 4:
        return [f"{SANDBOX}: no calls of Landlock found in it; this test reads them there"]
    return [f"{UNIT}: SystemCallFilter= must name {name}" for name in sorted(used - granted())]


if __name__ == "__main__":
    sys.exit(tree.judge([groups, sandbox]))
