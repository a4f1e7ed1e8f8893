#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The style that a program can check. Each rule is one test; a fault names file, line and what to write instead.
An exception says so where it stands: `// nocheck: RULE why`."""

import re
import sys

import tree

PURE = ("src/model/", "src/schedule/", "src/rundown/")
# What watches and keeps files is not pure, though it lives beside what is.
NOT_PURE = re.compile(r"src/schedule/(store|watch|adopt)")
# The shell: what speaks to people. Everything else returns errors and findings.
SHELL = re.compile(r"src/(daemon/|desk/|wiring/|ctl/|player/|control/playoutctl|main\.c)")
MAX_FILE, MAX_FUNCTION, LONG_FUNCTION, MAX_LINE = 600, 100, 60, 126  # columns: 120 and the end of a word

BANNED = {  # everywhere in C
    r"goto": "g_autoptr and an early return",
    r"localtime(_r)?": "a GTimeZone of the station",
    r"mktime|tzset|timelocal": "a GTimeZone of the station",
    r"g_time_zone_new_local|g_date_time_new_now_local|g_date_time_new_local": "a GTimeZone of the station",
    r"strcpy|strcat|sprintf|vsprintf|gets|strtok": "GLib's bounded or allocating function",
    r"atoi|atol|atof": "g_ascii_string_to_signed",
    r"system|popen|g_spawn_command_line_(a)?sync": "a spawn with an argument vector",
    r"g_unsetenv|putenv": "an environment given to the child",
    r"rand|random|srand|g_random_\w+": "nothing: the same inputs give the same air",
}
BANNED_SRC = {  # in src/, not in tests
    r"g_error|abort": "a GError: the channel does not die of it",
    r"sleep|usleep|nanosleep|g_usleep": "a wait on what you wait for, with a deadline",
    r"g_setenv|setenv": "an environment given to the child",
}
BANNED_PURE = {
    r"time|gettimeofday|clock_gettime|g_get_real_time|g_get_monotonic_time|g_date_time_new_now\w*": "an argument",
    r"g_timeout_add\w*|g_idle_add\w*|g_timer_new": "an argument and a caller who knows the time",
    r"g_message|g_warning|g_critical|g_info|g_log\w*|g_print|g_printerr|printf|fprintf|perror": "a PoFinding or GError",
    r"getenv|g_getenv|g_get_\w+_dir": "an argument",
}
BANNED_LIBRARY = {
    r"g_message|g_warning|g_critical|g_info|g_log_\w+|g_print|g_printerr|printf|perror": "a GError or an event; "
                                                                                       "only the shell speaks",
}
C_FILES = [n for n in tree.files(".c", ".h") if n.startswith(("src/", "tests/"))]


def calls(names, table, rule):
    patterns = [(re.compile(rf"(?<![\w.>])(?:{p})\s*{'' if p == 'goto' else chr(92) + '('}" +
                            (r"\b" if p == "goto" else "")), p, instead) for p, instead in table.items()]
    for name in names:
        raw = tree.text(name).split("\n")
        for number, line in enumerate(tree.code(name).split("\n"), 1):
            for pattern, _, instead in patterns:
                found = pattern.search(line)
                # The excuse may stand on the line after: the formatter moves long comments.
                if found and not tree.excused(" ".join(raw[number - 1:number + 1]), rule):
                    yield f"{name}:{number}: {found.group(0).rstrip(' (')}: use {instead}"


def banned_everywhere():
    """calls banned everywhere"""
    yield from calls(C_FILES, BANNED, "banned")
    yield from calls([n for n in C_FILES if n.startswith("src/")], BANNED_SRC, "banned")


def pure_folders():
    """model, schedule and rundown read no clock, environment or chance and never log"""
    yield from calls([n for n in C_FILES if n.startswith(PURE) and not NOT_PURE.match(n)], BANNED_PURE, "pure")


def quiet_libraries():
    """libraries return errors; only the shell speaks"""
    yield from calls([n for n in C_FILES if n.startswith("src/") and not SHELL.match(n)], BANNED_LIBRARY, "quiet")


def heads():
    """each file begins with its licence and says what it is; headers say #pragma once"""
    for name in tree.files(".c", ".h"):
        lines = tree.text(name).split("\n")
        if not lines[0].startswith("// SPDX-License-Identifier: GPL-3.0-or-later"):
            yield f"{name}:1: the first line is not the SPDX line"
        elif not lines[1].startswith("//") and not (name.endswith(".c") and name[:-1] + "h" in C_FILES):
            yield f"{name}:2: no header comment: what it owns, which thread, what it must not know"
        if name.endswith(".h") and "#pragma once" not in lines:
            yield f"{name}:1: no #pragma once"
    for name in tree.files(".py", ".sh"):
        if "SPDX-License-Identifier" not in "".join(tree.text(name).split("\n")[:3]):
            yield f"{name}:1: no SPDX line"


def lengths():
    """no file over 600 lines, no function over 100, no line much over 120"""
    for name in C_FILES + tree.files(".py"):
        lines = tree.text(name).rstrip("\n").split("\n")
        if len(lines) > MAX_FILE and not any(tree.excused(l, "length") for l in lines[:30]):
            yield f"{name}:{len(lines)}: {len(lines)} lines; split it by noun"
        for number, line in enumerate(lines, 1):
            if len(line) > MAX_LINE and "http" not in line and not tree.excused(line, "length"):
                yield f"{name}:{number}: {len(line)} columns"
    for name in C_FILES:
        for title, first, length in functions(name):
            if length > MAX_FUNCTION:
                yield f"{name}:{first}: {title} has {length} lines; say what its parts do by naming them"


def functions(name):
    """(name, first line, length): a body is from a line that ends in `{` or is `{` at column 0 to a `}` there."""
    lines = tree.code(name).split("\n")
    start, title = None, ""
    for number, line in enumerate(lines, 1):
        if start is None and re.match(r"^[A-Za-z_].*\)\s*\{\s*$", line):
            start = number
        elif start is None and line.rstrip() == "{" and number > 1 and lines[number - 2].rstrip().endswith(")"):
            start = number
        if start == number:
            found = re.search(r"(\w+) \(", "\n".join(lines[max(0, number - 5):number]))
            title = found.group(1) if found else "?"
        if start is not None and line.startswith("}"):
            yield title, start, number - start + 1
            start = None


def leftovers():
    """nothing left to do, no commented-out code, no tabs or trailing blanks"""
    marker = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
    disabled = re.compile(r"^\s*#\s*if\s+0\b|^\s*//.*;\s*$")
    for name in C_FILES + tree.files(".py", "meson.build", "dev", "run"):
        for number, line in enumerate(tree.text(name).split("\n"), 1):
            if tree.excused(line, "leftover"):
                continue
            if marker.search(line):
                yield f"{name}:{number}: do it now, or leave it out"
            if line != line.rstrip() or ("\t" in line and name.endswith((".c", ".h", ".py"))):
                yield f"{name}:{number}: trailing blank or tab"
            if name.endswith((".c", ".h")) and disabled.match(line) and re.search(r"[=(].*\);\s*$|=.*;\s*$", line):
                yield f"{name}:{number}: commented-out code?"


def merges():
    """no merge was left half done"""
    for name in tree.files():
        for number, line in enumerate(tree.text(name).split("\n"), 1):
            if re.match(r"(<{7}|>{7}) ", line) and not name.endswith(".ics"):  # some are broken on purpose
                yield f"{name}:{number}: {line[:40]}"


def places():
    """nothing names a place of one machine, or a package registry"""
    local = re.compile(r"(?<![\w.])/(wo" r"rk|ro" r"ot|ho" r"me/\w+)/|/tmp/br" r"ief|\.\./sha" r"red")
    registry = re.compile(r"(deb\.deb" r"ian\.org|pypi\.o" r"rg|registry\.npm" r"js|proxy\.gol" r"ang|crates\.i" r"o|"
                          r"docker\.i" r"o|jsdel" r"ivr)")
    for name in tree.files():
        for number, line in enumerate(tree.text(name).split("\n"), 1):
            found = local.search(line) or registry.search(line)
            if found and not tree.excused(line, "place"):
                yield f"{name}:{number}: {found.group(0)}"


def names():
    """no two files give one name to two types"""
    given = {}
    for name in C_FILES:
        for title in set(re.findall(r"^typedef struct \w+ (Po\w+);|^\} (Po\w+);", tree.code(name), re.M)):
            given.setdefault("".join(title), []).append(name)
    return [f"{where[1]}:1: {title} is a type of {where[0]} already" for title, where in given.items() if len(where) > 1]


def anchor(heading):
    """As those who show Markdown make it of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def links():
    """every link of the documents leads somewhere"""
    for name in tree.files(".md"):
        for number, line in enumerate(tree.text(name).split("\n"), 1):
            for link in re.findall(r"\]\((?!https?:)([^)]+)\)", line):
                path, _, place = link.partition("#")
                target = tree.ROOT / name if not path else (tree.ROOT / name).parent / path
                if not target.exists():
                    yield f"{name}:{number}: there is no {link}"
                elif place and place not in map(anchor, re.findall(r"^#+ (.*)$", target.read_text(), re.M)):
                    yield f"{name}:{number}: there is no such heading in it: {link}"


def main():
    failed = tree.judge([banned_everywhere, pure_folders, quiet_libraries, heads, lengths, leftovers, merges, places, names,
                         links])
    for name in C_FILES:
        for title, first, length in functions(name):
            if LONG_FUNCTION < length <= MAX_FUNCTION:
                print(f"# note: {name}:{first}: {title} has {length} lines")
    return failed


if __name__ == "__main__":
    sys.exit(main())
