#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`playoutctl asrun correct` and `verify` on a state folder. Arguments: playoutctl, a log of an older version as SQL."""

import json
import pathlib
import sqlite3
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "air"))
from tap import case, in_folder, run  # noqa: E402


class State:
    def __init__(self, folder):
        self.folder = folder
        with sqlite3.connect(self.folder / "log.sqlite") as db:
            db.executescript(pathlib.Path(sys.argv[2]).read_text(encoding="utf-8"))

    def ctl(self, *arguments):
        return subprocess.run([sys.argv[1], *arguments, "--state", self.folder], capture_output=True, text=True,
                              check=False, timeout=50)

    def rows(self):
        done = self.ctl("asrun", "--json", "--from", "2027-01-01", "--to", "2027-02-01")
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def tamper(self, *statements):
        with sqlite3.connect(self.folder / "log.sqlite") as db:
            triggers = [db.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()[0]
                        for name in ("airing_event_no_delete", "airing_event_no_update")]
            for trigger in triggers:
                db.execute("DROP TRIGGER " + trigger.split()[2])
            for statement in (*statements, *triggers):
                db.execute(statement)


@case
def a_correction_is_a_new_row(state):
    """a correction says what is held of a row, by whom and why; the row itself stays"""
    assert [r["status"] for r in state.rows()] == ["aired", "aired", "on-air"], state.rows()
    done = state.ctl("asrun", "correct", "1", "--status", "partial", "--why", "mất tiếng 2 phút", "--who", "Lan")
    assert done.returncode == 0, done.stderr
    first = state.rows()[0]
    assert (first["id"], first["status"]) == (1, "partial"), first
    correction = first["correction"]
    assert (correction["who"], correction["why"], correction["status_before"]) == ("Lan", "mất tiếng 2 phút", "aired")
    with sqlite3.connect(state.folder / "log.sqlite") as db:
        assert db.execute("SELECT status FROM airing_event WHERE id = 2").fetchone() == ("aired",)
    csv = state.ctl("asrun", "--csv", "--from", "2027-01-01", "--to", "2027-02-01").stdout
    assert "partial" in csv.splitlines()[1], csv


@case
def a_correction_that_says_too_little_is_refused(state):
    """no reason, no such row, no such status: exit code 64 and nothing written"""
    for words in (("1", "--status", "partial"), ("1", "--status", "lost", "--why", "x"), ("--why", "x"),
                  ("40", "--status", "aired", "--why", "x"), ("x", "--status", "aired", "--why", "x"),
                  ("1", "--status", "aired", "--why", " ")):
        done = state.ctl("asrun", "correct", *words)
        assert done.returncode == 64 and done.stderr, (words, done)
    assert all(r["correction"] is None for r in state.rows())


@case
def verify_finds_what_was_changed(state):
    """an untouched log is intact (0); a row changed or taken out by hand is named (2)"""
    assert state.ctl("asrun", "verify").returncode == 64, "it has no chain yet"
    state.ctl("asrun", "correct", "3", "--status", "failed", "--why", "không hình")
    done = state.ctl("asrun", "verify")
    assert done.returncode == 0 and "7" in done.stdout, done
    state.tamper("DELETE FROM airing_event WHERE id = 4", "UPDATE airing_event SET title = 'x' WHERE id = 1")
    done = state.ctl("asrun", "verify")
    assert done.returncode == 2 and len(done.stdout.splitlines()) == 2, done
    done = state.ctl("asrun", "verify", "--json")
    verdict = json.loads(done.stdout)
    found = [(f["code"], f["row"], f["airing"]) for f in verdict["faults"]]
    assert not verdict["intact"] and found == [("row-changed", 1, 1), ("row-missing", 4, 3)], verdict
    assert "Tập 2" in verdict["faults"][1]["message"], verdict
    (state.folder / "log.sqlite").write_bytes(b"no database")
    done = state.ctl("asrun", "verify")
    assert done.returncode == 2 and "damaged" in done.stdout, done


@case
def a_view_in_the_file_is_not_believed(state):
    """what aired is read from the rows that the chain vouches for, whatever the file's own view says; verify names it"""
    state.ctl("asrun", "correct", "1", "--status", "partial", "--why", "x")
    before = state.rows()
    with sqlite3.connect(state.folder / "log.sqlite") as db:
        db.executescript("DROP VIEW asrun; CREATE VIEW asrun AS SELECT * FROM airing_event WHERE 0;")
    assert state.rows() == before and len(before) == 3, before
    done = state.ctl("asrun", "verify")
    assert done.returncode == 2 and "asrun" in done.stdout, done


@case
def forget_keeps_what_is_asked(state):
    """airings older than [log] keep-months are given up, the journal and the rest stay, and verify knows; 11 are refused"""
    conf = state.folder / "s.conf"
    conf.write_text("[paths]\nschedules=.\nmedia=.\nstate=.\n[log]\nkeep-months=11\n")
    assert state.ctl("asrun", "forget", "--config", conf).returncode == 78
    conf.write_text("[paths]\nschedules=.\nmedia=.\nstate=.\n[log]\nkeep-months=12\n")
    state.ctl("asrun", "correct", "1", "--status", "partial", "--why", "x")
    with sqlite3.connect(state.folder / "log.sqlite") as db:
        db.execute("DROP TRIGGER airing_event_no_update")
        db.execute("UPDATE airing_event SET utc_ns = 1000000000000000000 + id WHERE airing = 1")
        db.execute("DROP TRIGGER chain_no_delete")
        db.execute("DELETE FROM chain")
        db.execute("PRAGMA user_version = 3")
        for table in ("measure", "forgotten"):
            db.execute(f"DROP TABLE {table}")
    (state.folder / "log.head").unlink()
    done = state.ctl("asrun", "forget", "--config", conf, "--json")
    assert json.loads(done.stdout) == {"forgotten": 1}, done
    done = state.ctl("asrun", "verify")
    assert done.returncode == 0, done
    assert [r["id"] for r in state.rows()] == [3, 5], state.rows()


if __name__ == "__main__":
    sys.exit(run(sys.argv[3:], around=in_folder(State)))
