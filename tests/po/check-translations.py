#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every message that the source says to people is translated, into every language of po/LINGUAS, and none in doubt.
Mended by `po/update` and a translator."""

import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lint"))
import tree  # noqa: E402

ROOT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2])
SAYS = re.compile(r'(?:^|[^a-zA-Z0-9_])(?:_|N_|C_|NG_) ?\("', re.M)
MACRO = re.compile(r'(?:^|[^a-zA-Z0-9_])(?:_|N_) ?\('
                   r'(?:\s*(?:"(?:[^"\\]|\\.)*"|PRI\w+))*\s*(G_G\w+_(?:FORMAT|MODIFIER))', re.M)


def run(*command):
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def files():
    """POTFILES lists exactly the files that speak"""
    listed = (ROOT / "po/POTFILES").read_text().split()
    speaking = sorted(str(p.relative_to(ROOT)) for p in (ROOT / "src").rglob("*.c") if SAYS.search(p.read_text()))
    for name in sorted(set(listed) ^ set(speaking)):
        yield f"{name}: {'says nothing any more' if name in listed else 'is not in POTFILES'}; run po/update"


def macros():
    """no message is cut in two by a format macro that gettext does not know"""
    for path in sorted((ROOT / "src").rglob("*.c")):
        text = path.read_text()
        for match in MACRO.finditer(text):
            line = text.count("\n", 0, match.start(1)) + 1
            yield f"{path.relative_to(ROOT)}:{line}: {match.group(1)} in a message: use PRId64 of <inttypes.h>"


def complete():
    """every message is translated, for certain, into every language"""
    with tempfile.NamedTemporaryFile(suffix=".pot") as template:
        code, said = run("xgettext", "--from-code=UTF-8", "--language=C", "--keyword=_", "--keyword=N_", "--keyword=C_:1c,2",
                         "--keyword=NG_:1,2", "--files-from=po/POTFILES", f"--output={template.name}")
        if code:
            yield said
        for language in (ROOT / "po/LINGUAS").read_text().split():
            po = f"po/{language}.po"
            code, said = run("msgcmp", po, template.name)
            yield from (f"{line}" for line in said.splitlines() if code)
            code, said = run("msgfmt", "--check", "--output-file=/dev/null", po)
            yield from (f"{line}" for line in said.splitlines() if code)


if __name__ == "__main__":
    sys.exit(tree.judge([files, macros, complete]))
