#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real daemon tells a real mail server and a real web server on loopback: down, slow, refusing, back again; each
message once, over a kill of the daemon too; and the programme goes on all the while."""

import email
import email.policy
import email.utils
import http.server
import json
import logging
import os
import pathlib
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import warnings

from datetime import datetime, timedelta, timezone

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "air"))
from station import Station, coded_clip, free_port  # noqa: E402
from tap import case, main  # noqa: E402

logging.disable(logging.CRITICAL)  # aiosmtpd tells of its own future, and of every client that hangs up
warnings.simplefilter("ignore")
PASSWORD = "mật khẩu dài"
HOLDER = tempfile.TemporaryDirectory(prefix="playoutd-tls-")
CERT, KEY = (pathlib.Path(HOLDER.name) / name for name in ("cert.pem", "key.pem"))
COMMON = "group=PT0S\nmost-per-hour=3600\n"


class Inbox:
    """A mail server that wants a password, and TLS: by STARTTLS, or from the first byte ("smtps"); @refused: the
    answers that addresses get."""

    def __init__(self, port, refused=None, tls="starttls"):
        self.mails, self.logins, self.refused, self.lock = [], [], refused or {}, threading.Lock()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERT, KEY)
        options = {"starttls": {"tls_context": context, "require_starttls": True},
                   "smtps": {"ssl_context": context, "auth_require_tls": False}}.get(tls, {})
        if tls:
            options |= {"auth_required": True, "authenticator": self.login}
        self.controller = Controller(self, hostname="127.0.0.1", port=port, **options)
        self.controller.start()

    def login(self, _server, _session, _envelope, _mechanism, data):
        self.logins.append(data.login)
        return AuthResult(success=(data.login, data.password) == (b"may", PASSWORD.encode()))

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        with self.lock:
            self.mails.append((envelope.rcpt_tos[0], mail))
        return "250 OK"

    def to(self, address):
        with self.lock:
            return [mail for to, mail in self.mails if to == address]

    def close(self):
        self.controller.stop()


class Hook(http.server.ThreadingHTTPServer):
    """Takes JSON; @answer may be an HTTP status or an Event for which it waits before it answers 200."""

    def __init__(self, port=0):
        self.got, self.heads, self.answer = [], [], 200
        hook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):  # noqa: N802
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                answer = hook.answer
                if isinstance(answer, threading.Event):
                    answer.wait(60)
                    answer = 200
                if answer == 200:
                    hook.heads.append(self.headers)
                    hook.got.append(body)
                self.send_response(answer)
                self.end_headers()

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", port), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()


def make_certificate():
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", KEY, "-out", CERT],
                   check=True, capture_output=True)


def station(sections, morning_after="PT0S"):
    made = Station(size="320x180")
    made.outputs = ""
    (made.dir / "password").write_text(PASSWORD + "\n", encoding="utf-8")
    made.extra_config = f"[log]\nmorning-after={morning_after}\n{sections}"
    made.write_config()
    return made


def alarms(one):
    return {alarm["id"]: alarm for alarm in one.api("GET", "/alarms")[1]}


def spooled(one, channel):
    return list((one.state / "messages" / channel).glob("*.letter"))


def waiting_ids(one, channel):
    """Of the letters that wait; what is sent meanwhile is none of them."""
    ids = []
    for path in spooled(one, channel):
        try:
            ids.append(json.loads(path.read_text())["id"])
        except FileNotFoundError:
            continue
    return ids


def up(one, **environment):
    """On air, with what is wrong with a station without calendars and clips."""
    one.start(**environment)
    one.wait_for("alarms", lambda: (one.state / "control.sock").exists() and one.status() and
                 {"media-empty", "schedule-empty", "slate"} <= set(alarms(one)))


def break_config(one):
    (one.dir / "playoutd.conf").write_text("nothing of this is understood\n", encoding="utf-8")
    one.daemon.send_signal(signal.SIGHUP)


@case
def mail():
    """a mail server that is down loses nothing, each comes once; a refused address or a full box keeps it from nobody"""
    port = free_port()
    one = station(f"[message post]\ntype=mail\nuri=smtp://localhost:{port}\nfrom=may@kenhmau.vn\nuser=may\n"
                  "to=day@kenhmau.vn, lan@kenhmau.vn, sai@kenhmau.vn; minh@kenhmau.vn\n"
                  f"secret-file=password\nca-file={CERT}\n{COMMON}")
    up(one)
    one.wait_for("letters that wait", lambda: len(spooled(one, "post")) >= 4)
    one.wait_for("the alarm of it", lambda: "message:post" in alarms(one))
    assert "post" in alarms(one)["message:post"]["text"]
    one.stop(signal.SIGKILL)
    waiting = {path.name for path in spooled(one, "post")}
    assert len(waiting) >= 4
    up(one)
    inbox = Inbox(port, refused={"sai@kenhmau.vn": "550 no such person here",
                                 "day@kenhmau.vn": "452 4.2.2 the mailbox is full"})
    try:
        one.wait_for("mail", lambda: inbox.to("lan@kenhmau.vn") and inbox.to("minh@kenhmau.vn"))
        one.wait_for("the spool to empty but for the refused", lambda: all(
            "sai@" in letter or "day@" in letter for letter in waiting_ids(one, "post")))
        first = inbox.to("lan@kenhmau.vn")[0]
        assert first["Subject"].startswith("[Thử] "), first["Subject"]
        told = "".join(mail.get_content() for mail in inbox.to("lan@kenhmau.vn"))
        for part in ("no clip in the media folder", "Nothing is scheduled", "Copy clips into the folder"):
            assert part in told, told
        one.wait_for("the refusal to be told", lambda: any(
            code in str(alarms(one).get("message:post")) for code in ("550", "452")))
        inbox.refused.clear()
        one.wait_for("the refused ones", lambda: inbox.to("sai@kenhmau.vn") and inbox.to("day@kenhmau.vn"))
        one.wait_for("an empty spool", lambda: not spooled(one, "post"))
        one.wait_for("the alarm to end", lambda: "message:post" not in alarms(one))
        ids = [mail["Message-ID"] for _, mail in inbox.mails]
        assert len(ids) == len(set(ids)), "each once"
        again = [mail for mail in inbox.to("minh@kenhmau.vn") if "no clip in the media folder" in mail.get_content()]
        assert len(again) == 1, "a restart tells nothing anew"
    finally:
        inbox.close()
        one.discard()


@case
def never_in_the_clear():
    """where TLS is required, a server without, or whose certificate nobody vouches for, gets neither password nor mail"""
    inboxes = {name: Inbox(free_port(), tls=name) for name in ("starttls", "smtps")} | {"clear": Inbox(free_port(), tls="")}
    sections = ""
    for name, inbox in inboxes.items():
        scheme, trusts = "smtps" if name == "smtps" else "smtp", f"ca-file={CERT}\n" if name == "clear" else ""
        sections += (f"[message {name}]\ntype=mail\nuri={scheme}://localhost:{inbox.controller.port}\nuser=may\n"
                     f"from=may@kenhmau.vn\nto=lan@kenhmau.vn\nsecret-file=password\n{trusts}{COMMON}")
    one = station(sections)
    try:
        up(one)
        one.wait_for("the alarms", lambda: {f"message:{name}" for name in inboxes} <= set(alarms(one)))
        for name, inbox in inboxes.items():
            assert not inbox.mails and not inbox.logins and spooled(one, name), name
    finally:
        for inbox in inboxes.values():
            inbox.close()
        one.discard()


@case
def morning():
    """the morning report is kept, and mailed (by SMTPS) once its server is back, once, over a restart too"""
    port, hook = free_port(), Hook()
    one = station(f"[message post]\ntype=mail\nuri=smtps://localhost:{port}\n"
                  f"from=may@kenhmau.vn\nuser=may\nto=lan@kenhmau.vn\nsecret-file=password\nca-file={CERT}\n{COMMON}"
                  f"[message hook]\ntype=webhook\nuri=http://127.0.0.1:{hook.server_port}/\n{COMMON}"
                  f"[message calm]\ntype=webhook\nuri=http://127.0.0.1:{hook.server_port}/calm\nmorning=no\n{COMMON}", "PT1S")
    one.event(0, 600, "tap-08.mp4", uid="tap@test", start=datetime.now(timezone.utc) + timedelta(hours=2), SUMMARY="Tập tám")
    one.write_calendar()
    inbox = None
    mornings = lambda: [mail for mail in inbox.to("lan@kenhmau.vn") if kept.stem in mail["Subject"]]
    try:
        up_with_calendar(one)
        kept = one.wait_for("what is kept", lambda: next((one.state / "morning").glob("*.txt"), None))
        one.wait_for("it to wait", lambda: any("morning/" in letter for letter in waiting_ids(one, "post")))
        one.wait_for("the hook", lambda: [m for m in hook.got if m["kind"] == "morning"])
        told = [m for m in hook.got if m["kind"] == "morning"]
        assert [(m["date"], m["text"]) for m in told] == [(kept.stem, kept.read_text())], told
        inbox = Inbox(port, tls="smtps")
        one.wait_for("the mail", mornings)
        assert mornings()[0]["Subject"].startswith("Thử: "), mornings()[0]["Subject"]
        assert mornings()[0].get_content() == kept.read_text() and "Tập tám" in kept.read_text(), kept.read_text()
        one.wait_for("an empty spool", lambda: not spooled(one, "post"))
        one.stop()
        up_with_calendar(one)
        one.wait_for("another look", lambda: one.status()["k"] >= 200)
        assert len(mornings()) == 1
    finally:
        if inbox:
            inbox.close()
        hook.close()
        one.discard()


@case
def webhook():
    """a hook gets JSON with all that a bridge needs; down, refusing or hanging it holds up neither the air nor others"""
    hook, stuck, fast, late, late_port = Hook(), Hook(), None, None, free_port()
    stuck.answer = threading.Event()
    one = station(f"[message hook]\ntype=webhook\nuri=http://127.0.0.1:{hook.server_port}/kenh?x=1\nsecret-file=password\n"
                  f"{COMMON}[message stuck]\ntype=webhook\nuri=http://127.0.0.1:{stuck.server_port}/\n{COMMON}"
                  f"[message late]\ntype=webhook\nuri=http://127.0.0.1:{late_port}/\n{COMMON}"
                  f"[message told]\ntype=command\ncommand=sh -c 'cat >> told.jsonl; echo >> told.jsonl; "
                  f"echo ê | iconv -f UTF-8 -t WINDOWS-1258 >&2'\n{COMMON}")
    try:
        hook.answer = 503
        up(one)
        fast = one.dir / "told.jsonl"
        one.wait_for("the command", fast.exists)
        one.wait_for("the alarm", lambda: "503" in alarms(one).get("message:hook", {"text": ""})["text"])
        assert not hook.got and not stuck.got
        one.wait_for("the alarm of the one that is down", lambda: "message:late" in alarms(one) and spooled(one, "late"))
        before = one.status()["k"]
        one.wait_for("the air to go on", lambda: one.status()["k"] >= before + 50)
        late = Hook(late_port)
        one.wait_for("what was kept for it", lambda: {"media-empty", "schedule-empty", "slate"} <= {
            alarm["id"] for message in late.got for alarm in message["alarms"]} and not spooled(one, "late"))
        hook.answer = 200
        one.wait_for("the hook", lambda: hook.got)
        first = hook.got[0]
        assert {"kind", "channel", "time", "subject", "text", "id", "severity", "state", "since", "event", "what_to_do",
                "alarms"} <= set(first), sorted(first)
        assert (first["kind"], first["channel"], first["state"]) == ("alarms", "Thử", "raised"), first
        assert hook.heads[0]["Authorization"].encode("latin-1").decode() == f"Bearer {PASSWORD}"
        told = {alarm["id"] for message in hook.got for alarm in message["alarms"]}
        one.wait_for("all of them", lambda: {"media-empty", "schedule-empty", "slate"} <= {
            alarm["id"] for message in hook.got for alarm in message["alarms"]})
        assert "message:hook" not in told, "it does not tell of itself by itself"
        stuck.answer.set()
        one.wait_for("the stuck one", lambda: stuck.got)
        lines = [json.loads(line) for line in fast.read_text().splitlines() if line]
        assert lines[0]["channel"] == "Thử" and lines[0]["kind"] == "alarms"
        assert "message:told" not in alarms(one), "what it says in another encoding is no failure"
        assert one.stop() == 0
    finally:
        stuck.answer = 200
        for server in filter(None, (hook, stuck, late)):
            server.close()
        one.discard()


@case
def until_acknowledged():
    """an alarm is told again until somebody has acknowledged it, by name; that is in the record, and survives a restart"""
    hook = Hook()
    one = station(f"[message hook]\ntype=webhook\nuri=http://127.0.0.1:{hook.server_port}/\nrepeat=PT1S\n{COMMON}")
    again = lambda: {alarm["id"] for message in list(hook.got) for alarm in message["alarms"] if alarm["state"] == "again"}
    try:
        up(one)
        one.wait_for("reminders", lambda: {"media-empty", "schedule-empty", "slate"} <= again())
        one.ctl("alarms", "acknowledge", "slate", "--who", "Lan")
        unseen = set(alarms(one)) - {"slate"}
        said = one.ctl("alarms", "acknowledge", "--all", "--who", "Lan").stdout
        assert all(f"[{name}]" in said for name in unseen) and f"acknowledged: {len(unseen)} of {len(unseen)}" in said, said
        assert "nobody has seen" in one.ctl("alarms", "acknowledge", "--all").stdout
        assert one.ctl("alarms", "acknowledge", "slate", "--all", check=False).returncode == 64
        assert all(alarm["acknowledged"]["who"].startswith("Lan") for alarm in alarms(one).values())
        assert "seen by Lan" in one.ctl("alarms").stdout
        assert one.ctl("alarms", "acknowledge", "none", check=False).returncode != 0
        break_config(one)
        one.wait_for("the next alarm again", lambda: "config" in again())
        seen = len(hook.got)
        one.wait_for("more reminders", lambda: len(hook.got) >= seen + 2)
        reminded = {alarm["id"] for message in hook.got[seen:] for alarm in message["alarms"] if alarm["state"] == "again"}
        assert reminded == {"config"}, reminded
        one.stop()
        one.write_config()
        up(one)
        kept = alarms(one)
        assert kept["media-empty"]["acknowledged"]["who"].startswith("Lan"), kept
        history = [json.loads(line) for line in one.ctl("alarms", "history", "--json").stdout.splitlines()]
        assert {"raised", "acknowledged"} <= {row["change"] for row in history if row["id"] == "media-empty"}
    finally:
        hook.close()
        one.discard()


@case
def deadlines():
    """whoever the calendar names is told once of a deadline that passed without the clip, over a restart too, and not
    before it passes"""
    inbox = Inbox(free_port())
    one = station(f"[message post]\ntype=mail\nuri=smtp://localhost:{inbox.controller.port}\nfrom=may@kenhmau.vn\n"
                  f"user=may\nto=lan@kenhmau.vn\nsecret-file=password\nca-file={CERT}\n{COMMON}")
    now = datetime.now(timezone.utc).replace(microsecond=0)
    alarm = ("BEGIN:VALARM\r\nACTION:EMAIL\r\nTRIGGER:-{}\r\nSUMMARY:x\r\nDESCRIPTION:x\r\n{}END:VALARM")
    for uid, trigger, attendee, clip in (("bt", "PT4H", "ATTENDEE:mailto:bientap@kenhmau.vn\r\n", "tap-08.mp4"),
                                         ("org", "PT4H", "", "tap-09.mp4"),
                                         ("later", "PT1H", "ATTENDEE:mailto:sau@kenhmau.vn\r\n", "tap-10.mp4")):
        one.event(0, 600, clip, uid=f"{uid}@test", start=now + timedelta(hours=3), SUMMARY=f"Cải cách {uid}",
                  ORGANIZER="mailto:tochuc@kenhmau.vn", PRIORITY="5")
        one.events[-1] = one.events[-1].replace("END:VEVENT", alarm.format(trigger, attendee) + "\r\nEND:VEVENT")
    for number, event in enumerate(one.events):  # one after the other
        begin = (now + timedelta(hours=3, minutes=20 * number)).strftime("%Y%m%dT%H%M%SZ")
        one.events[number] = event.replace(f"DTSTART:{(now + timedelta(hours=3)).strftime('%Y%m%dT%H%M%SZ')}",
                                           f"DTSTART:{begin}")
    one.events[0] = one.events[0].replace("END:VEVENT", alarm.format(  # the earlier one, at once, would be the same again
        "P1D", "ATTENDEE:mailto:bientap@kenhmau.vn\r\n") + "\r\nEND:VEVENT")
    due = now + timedelta(seconds=8)
    one.event(0, 600, "tap-{episode:02}.mp4", uid="soon@test", start=due + timedelta(hours=5), SUMMARY="Cải cách soon",
              X_PLAYOUT_EPISODE="7")
    one.events[-1] = one.events[-1].replace("END:VEVENT", alarm.format("PT5H", "ATTENDEE:mailto:kip@kenhmau.vn\r\n") +
                                            "\r\nEND:VEVENT")
    one.event(0, 60, "cut.mp4", uid="cut@test", start=now + timedelta(hours=1), SUMMARY="Cải cách cut")
    one.events[-1] = one.events[-1].replace("END:VEVENT", alarm.format("PT2H", "ATTENDEE:mailto:dung@kenhmau.vn\r\n") +
                                            "\r\nEND:VEVENT")
    whole = coded_clip(6, 60, "--faststart").read_bytes()
    (one.media / "cut.mp4").write_bytes(whole[:len(whole) * 55 // 100])
    one.write_calendar()
    try:
        up_with_calendar(one)
        one.wait_for("both mails", lambda: inbox.to("bientap@kenhmau.vn") and inbox.to("tochuc@kenhmau.vn"))
        one.wait_for("the mail of what is cut short", lambda: inbox.to("dung@kenhmau.vn"))
        mail = inbox.to("dung@kenhmau.vn")[0]
        assert "Cải cách cut" in mail["Subject"] and "cut.mp4: " in mail.get_content(), mail
        assert "until then, what this one has to show airs" in mail.get_content(), mail
        one.wait_for("an alarm before it airs", lambda: [a for a in alarms(one).values() if a["id"].startswith("clip:") and
                                                         "cut.mp4" in a["text"] and "copy it again" in a["text"]])
        (one.media / ".cut.mp4.part").write_bytes(whole)
        (one.media / ".cut.mp4.part").rename(one.media / "cut.mp4")
        one.wait_for("both its alarms to end", lambda: not [a for a in alarms(one) if "cut" in a])
        mail = inbox.to("bientap@kenhmau.vn")[0]
        assert "Cải cách bt" in mail["Subject"] and "tap-08.mp4" in mail.get_content(), mail
        one.wait_for("its alarm", lambda: [a for a in alarms(one).values() if a["id"].startswith("deadline:bt@test:") and
                                           a["event"]["title"] == "Cải cách bt"])
        waiting = one.wait_for("the count-down", lambda: [d for d in one.status()["deadlines"] if d["uid"] == "later@test"])
        assert 0 < waiting[0]["in_ms"] < 3 * 3600000 and waiting[0]["tell"] == ["sau@kenhmau.vn"], waiting
        one.wait_for("the mail of what was due meanwhile", lambda: inbox.to("kip@kenhmau.vn"))
        told = email.utils.parsedate_to_datetime(inbox.to("kip@kenhmau.vn")[0]["Date"])
        assert told >= due, f"told at {told}, due at {due}"
        assert "\n  tap-07.mp4\n" in inbox.to("kip@kenhmau.vn")[0].get_content(), "the name that the file is to have"
        one.wait_for("an empty spool", lambda: not spooled(one, "post"))
        one.stop()
        up_with_calendar(one)
        one.wait_for("a look at all", lambda: len(one.status()["deadlines"]) == 5)
        before = one.status()["k"]
        one.wait_for("more looks", lambda: one.status()["k"] >= before + 75)
        assert len(inbox.to("bientap@kenhmau.vn")) == len(inbox.to("tochuc@kenhmau.vn")) == 1
        assert not inbox.to("sau@kenhmau.vn")
    finally:
        inbox.close()
        one.discard()


def up_with_calendar(one):
    one.start()
    one.wait_for("the air", lambda: (one.state / "control.sock").exists() and one.status())


class Journal:
    """Receives what is sent to systemd's journal, in its own form: NAME=value, or NAME and a counted value."""

    def __init__(self, path):
        self.entries, self.path = [], path
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        threading.Thread(target=self.receive, daemon=True).start()

    def receive(self):
        while datagram := self.socket.recv(1 << 20):
            fields = {}
            while datagram:
                name, datagram = datagram.split(b"\n", 1)
                name, equals, value = name.partition(b"=")
                if not equals:
                    length = int.from_bytes(datagram[:8], "little")
                    value, datagram = datagram[8:8 + length], datagram[9 + length:]
                fields[name.decode()] = value.decode()
            self.entries.append(fields)

    def of_alarms(self):
        return [entry for entry in list(self.entries) if "PLAYOUT_ALARM" in entry]

    def close(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
            end.sendto(b"", str(self.path))
        self.socket.close()


@case
def journal():
    """in systemd's journal each change of an alarm is one entry, with fields, and it is what the record has"""
    one = station("")
    journal = Journal(one.dir / "journal")
    try:
        up(one, LD_PRELOAD=os.environ["JOURNAL_SHIM_SO"], JOURNAL_SHIM=str(journal.path))
        one.ctl("alarms", "acknowledge", "slate", "--who", "Lan")
        break_config(one)
        one.wait_for("the alarm", lambda: "config" in alarms(one))
        one.write_config()
        one.daemon.send_signal(signal.SIGHUP)
        one.wait_for("its end", lambda: "config" not in alarms(one))
        before = one.status()["k"]
        one.wait_for("some seconds more", lambda: one.status()["k"] >= before + 75)
        one.stop()
        told = [(entry["PLAYOUT_ALARM"], entry["PLAYOUT_CHANGE"]) for entry in journal.of_alarms()]
        history = [json.loads(line) for line in one.ctl("alarms", "history", "--json").stdout.splitlines()]
        assert sorted(told) == sorted((row["id"], row["change"]) for row in history), (told, history)
        assert len(told) == len(set(told)), told
        assert {("media-empty", "raised"), ("slate", "acknowledged"), ("config", "cleared")} <= set(told), told
        slate = next(entry for entry in journal.of_alarms() if entry["PLAYOUT_ALARM"] == "slate")
        listed = next(row for row in history if row["id"] == "slate" and row["change"] == "raised")
        assert slate["PRIORITY"] == "3" and slate["SYSLOG_IDENTIFIER"] == "playoutd", slate
        assert (slate["PLAYOUT_SEVERITY"], slate["PLAYOUT_SINCE"]) == (listed["severity"], listed["since"]), slate
        assert listed["text"] in slate["MESSAGE"] and slate["PLAYOUT_WHAT_TO_DO"] and slate["MESSAGE_ID"], slate
        assert "error: " not in one.said, one.said  # nor a second time as plain lines
        seen = next(entry for entry in journal.of_alarms() if entry["PLAYOUT_CHANGE"] == "acknowledged")
        assert seen["PLAYOUT_WHO"].startswith("Lan"), seen
    finally:
        journal.close()
        one.discard()


@case
def metrics():
    """/metrics is what Prometheus takes, and says what is so"""
    hook = Hook()
    one = station(f"[message hook]\ntype=webhook\nuri=http://127.0.0.1:{hook.server_port}/\n{COMMON}"
                  "[source studio]\nuri=srt://127.0.0.1:9\n")
    one.outputs = "[output rec]\ntype=file\npath=recordings\n"
    one.write_config()
    try:
        up(one)
        one.wait_for("frames", lambda: one.status()["k"] > 30)
        status, headers, content = one.ask("GET", "/metrics")
        text = content.decode()
        assert status == 200 and headers["Content-Type"].startswith("text/plain; version=0.0.4"), text
        checked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False)
        assert checked.returncode == 0 and not checked.stderr.strip(), checked.stdout + checked.stderr
        figures = {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1])
                   for line in text.splitlines() if line and line[0] != "#"}
        assert figures["playoutd_frames_total"] > 30
        assert figures['playoutd_alarms{severity="error"}'] >= 2
        for name in ('late_ticks_total', 'frames_held_total', 'frames_filled_total', 'frames_planned_total',
                     'aired_frames_total{kind="slate"}', 'screen{screen="slate"}', 'log_pending_rows',
                     'source_state{source="studio",state="idle"}', 'output_state{output="rec",state="running"}',
                     'messages_waiting{channel="hook"}', 'disk_free_bytes{folder="state"}', 'next_gap_seconds',
                     'airings_total{status="aired"}', 'attention_in_seconds', 'alarms{severity="warning"}',
                     'output_frames_total{output="rec"}', 'output_queued_frames{output="rec"}',
                     'output_unencoded_frames{output="rec"}', 'head_events_dropped_total',
                     'messages_sent_total{channel="hook"}'):
            assert "playoutd_" + name in figures, name
    finally:
        hook.close()
        one.discard()


if __name__ == "__main__":
    make_certificate()
    main(beside=4)  # stations that show nothing, and mostly wait for their servers
