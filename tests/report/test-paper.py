#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sheets as they come out of the printer: PDF set by playoutctl, looked at by poppler. Arguments: playoutctl, a log as
SQL, the folder of the translations."""

import pathlib
import re
import sqlite3
import subprocess
import sys
import unicodedata

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "air"))
from tap import case, in_folder, run  # noqa: E402

MARGIN_PT, FOOT_PT = 38, 24  # what nothing may be printed in: at the sides and above; below
DAY_S = 86400
T0 = 1799168400  # 2027-01-06, midnight at the station
# Every letter of Vietnamese with every tone, as titles have them.
LETTERS = [unicodedata.normalize("NFC", base + tone) for base in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
           for tone in ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323")] + list("đĐ")
TITLE = "Cải cách hành chính: Ngã ba – ưu tiên “số 1”"


class State:
    def __init__(self, folder):
        self.folder = folder
        self.db = sqlite3.connect(self.folder / "log.sqlite")
        self.db.executescript(pathlib.Path(sys.argv[2]).read_text(encoding="utf-8"))
        self.db.execute("DROP TRIGGER airing_event_no_delete")
        self.db.execute("DELETE FROM airing_event")
        self.number = 101

    def airing(self, at_s, length_s, title, kind="media", uid=None, media="a.mp4", status=None):
        """One row, begun @at_s after T0."""
        begin, own = T0 + at_s, kind == "media"
        stamp = f"i{begin}" if own else None
        for event, at, more in (("start", begin, (uid, stamp, 0 if own else None, title, media, kind, "planned" if own else
                                                  "gap", length_s * 25, None, None)),
                                ("end", begin + length_s, (None,) * 8 + (length_s * 25, status or
                                                                         ("aired" if own else "filled")))):
            identity = self.number if event == "start" else self.number + 1
            self.db.execute(
                "INSERT INTO airing_event (id, airing, event, frame, k, utc_ns, rate_n, rate_d, channel, uid, instance, part,"
                " title, media, kind, reason, planned_duration_frames, shown, status, repeated, filled, node, epoch) VALUES"
                " (?,?,?,?,0,?,25,1,'HueTV',?,?,?,?,?,?,?,?,?,?,0,0,'n',1)",
                (identity, self.number, event, at * 25, at * 10**9, *more))
        self.number += 2

    def ctl(self, *arguments):
        self.db.commit()
        done = subprocess.run([sys.argv[1], *arguments, "--state", self.folder], capture_output=True, check=False,
                              timeout=50, env={"LC_ALL": "C.UTF-8", "LANGUAGE": "vi", "PLAYOUTD_LOCALEDIR": sys.argv[3]})
        assert done.returncode == 0, (arguments, done.stderr.decode())
        return done.stdout

    def paper(self, *arguments):
        return Paper(self.folder, self.ctl(*arguments, "--pdf"))


class Paper:
    def __init__(self, folder, data):
        self.path = folder / "sheet.pdf"
        self.path.write_bytes(data)
        self.folder = folder

    def tool(self, name, *arguments):
        done = subprocess.run([name, *arguments], capture_output=True, check=True, timeout=50)
        return done.stdout.decode()

    def text(self):
        return self.tool("pdftotext", "-raw", self.path, "-")

    def pages(self):
        return int(re.search(r"Pages:\s+(\d+)", self.tool("pdfinfo", self.path)).group(1))

    def check_margins(self):
        """Nothing is printed at the edges: by the places of the words, and by the ink of each page."""
        boxes = self.tool("pdftotext", "-bbox", self.path, "-")
        for page in re.findall(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', boxes, re.S):
            width, height = float(page[0]), float(page[1])
            for word in re.findall(r'xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)<', page[2]):
                left, top, right, bottom = map(float, word[:4])
                assert left >= MARGIN_PT and top >= MARGIN_PT and right <= width - MARGIN_PT and \
                    bottom <= height - FOOT_PT, (word, width, height)
        self.tool("pdftoppm", "-r", "36", "-gray", self.path, self.folder / "page")
        for picture in self.folder.glob("page*.pgm"):
            columns, rows = map(int, picture.read_bytes().split(b"\n", 3)[1].split())
            ink = numpy.frombuffer(picture.read_bytes()[-columns * rows:], numpy.uint8).reshape(rows, columns) < 200
            side, foot = MARGIN_PT // 2 - 1, FOOT_PT // 2 - 1
            assert ink.any(), "an empty page"
            assert not ink[:side].any() and not ink[-foot:].any() and not ink[:, :side].any() and not ink[:, -side:].any()
            picture.unlink()


@case
def letters(state):
    """every letter of Vietnamese is on the paper as it was typed, from fonts that are in the file"""
    state.airing(3600, 900, " ".join(LETTERS), uid="a@test")
    state.airing(4500, 900, TITLE, uid="b@test")
    paper = state.paper("asrun", "--from", "2027-01-06", "--to", "2027-01-07")
    text = paper.text()
    words = set(text.split())
    assert not [letter for letter in LETTERS if letter not in words], [x for x in LETTERS if x not in words]
    assert TITLE in " ".join(text.split()), text
    assert text.startswith("Nhật ký phát sóng\n") and "ngày 06/01/2027" in text, text
    fonts = paper.tool("pdffonts", paper.path).splitlines()[2:]
    assert fonts and all(re.search(r"\byes yes yes\b", line) for line in fonts), fonts  # embedded, subset, to Unicode
    assert "\ufffd" not in text
    paper.check_margins()


@case
def odd_titles(state):
    """a title without an end, with line feeds and control characters neither runs off the page nor leaves boxes on it"""
    state.airing(3600, 900, "Dài " * 3000, uid="a@test")
    state.airing(4500, 900, "một\nhai\x01ba\x1bbốn\ufffenăm", uid="b@test")
    state.airing(5400, 900, "x" * 3000, uid="c@test", media="y" * 3000)
    state.airing(6300, 900, "Cuối cùng", uid="d@test")
    paper = state.paper("asrun", "--from", "2027-01-06", "--to", "2027-01-07")
    text = paper.text()
    assert "Cuối cùng" in text and "ba bốn năm" in text.replace("\n", " "), text[-500:]
    paper.check_margins()
    html = state.ctl("asrun", "--html", "--from", "2027-01-06", "--to", "2027-01-07").decode()
    assert '<html lang="vi">' in html and not re.search(r"&#x|[\x00-\x09\x0b-\x1f\ufffe]", html)


@case
def many_series(state):
    """the sentences of sixty series go on over pages, every word of them"""
    for i in range(60):
        state.airing(3600 + i * 60, 60, f"Chuyên mục số {i:02} có một tên khá dài để đo", uid=f"s{i:02}@test")
    window = ("--from", "2027-01-06", "--to", "2027-01-08")
    paper = state.paper("report", *window)
    words = state.ctl("report", "--text", *window).decode().split()
    text = re.sub(r"[^\n]* — [^\n]*\(Asia/Ho_Chi_Minh\) \d+\n\f", "", paper.text()).split()
    begin = text.index(words[0])
    assert text[begin:begin + len(words)] == words, (words[:5], text[begin:begin + 5])
    paper.check_margins()


@case
def lengths(state):
    """no length breaks in its cell: of half a day, of a whole one, of all of a series"""
    state.airing(0, 45000, "Lễ hội", uid="a@test", status="partial")
    for hour in range(24):
        state.airing(DAY_S + hour * 3600, 3600, "f.mp4", kind="filler")
    for day in range(2, 20):
        state.airing(day * DAY_S, 86399, "Hội chợ", uid="b@test")
    for end, wanted in (("2027-01-07", ["12:30:00"]), ("2027-02-06", ["12:30:00", "24:00:00", "23:59:59"])):
        words = state.paper("asrun", "--from", "2027-01-06", "--to", end).text().split()
        assert not [length for length in wanted if length not in words], words
    words = state.paper("report", "--from", "2027-01-06", "--to", "2027-02-06").text().split()
    assert words.count("12:30:00") >= 2 and "431:59:42" in words, words


@case
def a_year(state):
    """a year's log is a sheet a day, filler told in one line between programmes, every programme and every fault of it"""
    for day in range(365):
        for hour in range(24):
            at = day * DAY_S + hour * 3600
            state.airing(at, 600, f"Bản tin {hour:02}", uid="tin@test", status="partial" if (day, hour) == (200, 7) else None)
            for i in range(5):
                state.airing(at + 600 * (i + 1), 600, f"huong-dan-{i}.mp4", kind="filler")
    paper = state.paper("asrun", "--from", "2027-01-06", "--to", "2028-01-06")
    text, pages = paper.text(), paper.pages()
    assert text.count("Bản tin 07") == 365 and 365 <= pages <= 1000, (text.count("Bản tin 07"), pages)
    assert "huong-dan" not in text
    folded = re.findall(r"(\d+)–(\d+)", text)
    odd = [pair for pair in folded if int(pair[1]) - int(pair[0]) != 8]
    assert len(folded) == 365 * 24 and not odd, (len(folded), odd[:3])
    week = state.paper("asrun", "--from", "2027-01-06", "--to", "2027-01-13").text()
    assert week.count("huong-dan-0.mp4") == 7 * 24


if __name__ == "__main__":
    sys.exit(run(sys.argv[4:], around=in_folder(State)))
