#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scripts: shellcheck over shell, compilation over python, and the sample calendars' line ends."""

import shutil
import subprocess
import sys

import tree


def scripts(word):
    return [n for n in tree.files() if "." not in n.rsplit("/", 1)[-1] or n.endswith((".sh", ".py"))
            if tree.text(n).split("\n", 1)[0].startswith("#!") and word in tree.text(n).split("\n", 1)[0]]


def shell():
    """shellcheck, where it is installed, finds nothing"""
    if not shutil.which("shellcheck"):
        return None
    found = subprocess.run(["shellcheck", "-x", "-f", "gcc", *scripts("sh")], cwd=tree.ROOT, capture_output=True,
                           text=True, check=False)
    return found.stdout.splitlines()


def python():
    """python compiles"""
    faults = []
    for name in sorted({*tree.files(".py"), *scripts("python")}):
        try:
            compile(tree.text(name), name, "exec")
        except SyntaxError as error:
            faults.append(f"{name}:{error.lineno}: {error.msg}")
    return faults


def calendars():
    """sample calendars are as a calendar program writes them: CRLF, lines of at most 75 octets"""
    faults = []
    for name in [n for n in tree.files(".ics") if n.startswith("schedules/")]:
        for number, line in enumerate((tree.ROOT / name).read_bytes().split(b"\n")[:-1], 1):
            if not line.endswith(b"\r") or len(line) > 76:
                faults.append(f"{name}:{number}: no CRLF, or over 75 octets")
    return faults


if __name__ == "__main__":
    sys.exit(tree.judge([shell, python, calendars]))
