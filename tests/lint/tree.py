# SPDX-License-Identifier: GPL-3.0-or-later
"""What the linters look at: the project's own text files, and C source with comments and strings blanked."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOP = ("src", "tests", "web", "media", "schedules", "docs", "data", "po")
BINARY = {".png", ".jpg", ".woff2", ".gmo"}


def files(*suffixes):
    """Paths relative to the root; what git knows where there is git, else what lies in the project's folders."""
    try:
        listed = subprocess.run(["git", "-c", "safe.directory=*", "-C", str(ROOT), "ls-files", "-z"], check=True,
                                capture_output=True).stdout.decode().split("\0")
        names = [n for n in listed if n and (ROOT / n).is_file()]
    except (OSError, subprocess.CalledProcessError):
        found = [p for p in ROOT.iterdir() if p.is_file()]
        for top in TOP:
            found += [p for p in (ROOT / top).rglob("*") if p.is_file() and "__pycache__" not in p.parts]
        names = [str(p.relative_to(ROOT)) for p in found]
    chosen = [n for n in sorted(names) if Path(n).suffix not in BINARY and not n.startswith("media/clips/")]
    return [n for n in chosen if not suffixes or n.endswith(suffixes)]


def text(name):
    return (ROOT / name).read_text(encoding="utf-8", errors="replace")


_TOKENS = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def code(name):
    """C source, comments and the insides of strings and characters blanked; lines keep their numbers."""
    def blank(match):
        found = match.group(0)
        if found[0] in "\"'":
            return found[0] + " " * (len(found) - 2) + found[0]
        return re.sub(r"[^\n]", " ", found)
    return _TOKENS.sub(blank, text(name))


def excused(line, rule):
    """A line may say `nocheck: RULE why` in a comment of its own."""
    return f"nocheck: {rule} " in line


def judge(rules):
    """Tells as TAP what faults, a line each, the rules find; one that cannot be asked here gives None. 1 if there are any."""
    print(f"TAP version 13\n1..{len(rules)}")
    failed = False
    for number, rule in enumerate(rules, 1):
        found = rule()
        faults = None if found is None else list(found)
        failed |= bool(faults)
        print(f"{'not ok' if faults else 'ok'} {number} - {rule.__doc__}{' # SKIP' if faults is None else ''}")
        for fault in faults or ():
            print(f"# {fault}")
    return 1 if failed else 0
