# SPDX-License-Identifier: GPL-3.0-or-later
"""The door of a running daemon: other machines only once there are users, TLS, certificates that are replaced, and the
air that none of it touches."""

import http.client
import json
import shutil
import signal
import socket
import ssl
import subprocess

from station import T0, Station, free_port, program
from tap import case, check, equal, main, note

PASSWORD = "một mật khẩu dài"


def running(extra=""):
    station = Station(size="320x180")
    station.port = free_port()
    station.clip("under.mp4", 5, 3000, "--size 320x180")
    station.event(0, 100, "under.mp4", uid="under@test")
    station.write_calendar()
    station.write_config(station.config_text().replace("listen=none", f"listen=0.0.0.0:{station.port}\n{extra}"))
    station.know_media()
    station.start(at=T0)
    station.wait_for("the clip", lambda: "under.mp4" in str((station.status() or {}).get("on_air")))
    return station


def ctl(station, *words, said=None):
    done = subprocess.run([program("playoutctl"), *words, "--state", str(station.state)], input=said, text=True,
                          capture_output=True, env=station.environment(), timeout=120, check=False)
    equal(done.returncode, 0, f"{words}: {done.stderr}")
    return done.stdout


def ask(station, path, method="GET", body=None, context=None, host=None, **headers):
    """(status, body, headers)"""
    kind = http.client.HTTPSConnection if context else http.client.HTTPConnection
    connection = kind("127.0.0.1", station.port, timeout=60, **({"context": context} if context else {}))
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if host:
        named["Host"] = host
    connection.request(method, path, json.dumps(body) if body is not None else None,
                       {"Content-Type": "application/json", **named})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, text, answer


def is_served(station, **more):
    try:
        return ask(station, "/api/v1/session", **more)[0] == 200
    except (OSError, http.client.HTTPException):
        return False


def certificate(station, name, days=90):
    paths = [str(station.dir / f"{name}.{kind}") for kind in ("pem", "key")]
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                    str(days), "-subj", f"/CN={name}", "-out", paths[0], "-keyout", paths[1]], check=True,
                   capture_output=True)
    return paths


def shown(station):
    """The name in the certificate that the port shows, or None."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with socket.create_connection(("127.0.0.1", station.port), 20) as plain:
            with context.wrap_socket(plain) as secure:
                der = secure.getpeercert(binary_form=True)
    except OSError:
        return None
    text = subprocess.run(["openssl", "x509", "-inform", "der", "-noout", "-subject"], input=der, check=True,
                          capture_output=True).stdout.decode()
    return text.split("=")[-1].strip()


def air_was_untouched(station):
    """One airing, every frame in its turn, but for holds of a starved machine, which the log tells."""
    station.wait_for("a second of the airing", lambda: any(r["kind"] == "media" and r["frames_shown"] > 25
                                                           for r in station.asrun()))
    equal(station.stop(), 0, "exit code")
    rows = [r for r in station.asrun() if r["kind"] == "media"]
    equal(len(rows), 1, "airings")
    recording = station.recording()
    first, count = rows[0]["start_k"], rows[0]["actual_duration_frames"]
    held = rows[0]["frames_repeated"] + rows[0]["frames_filled"]
    placed = recording.by_output_frame()
    unseen = sum(not was_recorded for _, was_recorded in placed)  # by a starved recorder
    seen = [(s.clip, s.frame) for s, _ in placed[first:first + count]]
    joined = next(at - n for n, (clip, at) in enumerate(seen) if clip == 5)
    wanted = [(5, joined + n) for n in range(count)]
    wrong = sum(got != want for got, want in zip(seen, wanted))
    note(f"{count} frames, {held} held, {unseen} not recorded")
    check(count > 25 and len(seen) == count and wrong <= held + unseen, f"{wrong} frames not in their turn, {held} held")
    check(unseen or not recording.off_grid(), f"off the grid: {recording.off_grid()[:5]}")


@case
def other_machines():
    """0.0.0.0 is not served without users, with an alarm; a first user opens it at once; what a session is worth"""
    station = running()
    check(not is_served(station), "served without users")
    check(any(a["id"].startswith("control-listen") and "user add" in a["text"] for a in station.status()["alarms"]),
          "no alarm says how")
    ctl(station, "user", "add", "lan", "--role", "operator", said=PASSWORD + "\n")
    station.wait_for("the address", lambda: is_served(station))
    station.wait_for("no alarm", lambda: not any("control-listen" in a["id"] for a in station.status()["alarms"]))
    equal(ask(station, "/api/v1/status")[0], 401, "without a log-in")
    equal(ask(station, "/api/v1/status", host="rebound.example")[0], 403, "by another's name")
    equal(ask(station, "/")[0] in (200, 404), True, "the page itself")
    code, text, answer = ask(station, "/api/v1/session", "POST", {"name": "lan", "password": PASSWORD})
    equal((code, json.loads(text)), (200, {"name": "lan", "role": "operator", "has_users": True}), "the log-in")
    cookie = answer.getheader("Set-Cookie")
    check("HttpOnly" in cookie and "SameSite=Strict" in cookie and "Secure" not in cookie, cookie)
    mine = {"Cookie": cookie.split(";")[0]}
    equal(ask(station, "/api/v1/status", **mine)[0], 200, "with the cookie")
    equal(ask(station, "/api/v1/commands/extend", "POST", {"by": "PT1S"}, Origin="http://evil.example", **mine)[0], 403,
          "from another's page")
    code, text, _ = ask(station, "/api/v1/commands/extend", "POST", {"by": "PT1S"}, **mine)
    equal(code, 200, f"a command: {text}")
    key = ctl(station, "token", "add", "meter", "--role", "viewer").strip()
    equal(ask(station, "/api/v1/status", Authorization=f"Bearer {key}")[0], 200, "with a token")
    equal(ask(station, "/api/v1/commands/slate", "POST", {}, Authorization=f"Bearer {key}")[0], 403, "a viewer's command")
    ctl(station, "token", "revoke", "meter")
    equal(ask(station, "/api/v1/status", Authorization=f"Bearer {key}")[0], 401, "with a token that was revoked")
    ctl(station, "user", "password", "lan", said="ein anderes Passwort\n")
    equal(ask(station, "/api/v1/status", **mine)[0], 401, "after another password")
    who = [r["who"] for r in station.rows("SELECT * FROM journal WHERE kind='extend'")]
    equal(who, ["lan"], "who, in the journal")
    air_was_untouched(station)


def alarms(station):
    """Of its certificate."""
    return [(one["id"], one["severity"]) for one in station.status()["alarms"] if one["id"] == "control-certificate"]


@case
def tls():
    """by TLS; a certificate that is replaced shows after SIGHUP; a bad one leaves the last, with an alarm"""
    station = Station(size="320x180")
    first, second = certificate(station, "mot"), certificate(station, "hai")
    station = running(f"tls-certificate={first[0]}\ntls-key={first[1]}\n")
    ctl(station, "user", "add", "lan", "--role", "admin", said=PASSWORD + "\n")
    equal(station.wait_for("TLS", lambda: shown(station)), "mot", "the certificate")
    check(not is_served(station), "in clear")
    context = ssl.create_default_context(cafile=first[0])
    context.check_hostname = False
    _, _, answer = ask(station, "/api/v1/session", "POST", {"name": "lan", "password": PASSWORD}, context=context)
    check("; Secure" in (answer.getheader("Set-Cookie") or ""), "the cookie is for TLS only")
    for source, target in zip(second, first):
        shutil.copyfile(source, target)
    station.daemon.send_signal(signal.SIGHUP)
    station.wait_for("the other certificate", lambda: shown(station) == "hai")
    equal(alarms(station), [], "alarms of it")
    for source, target in zip(certificate(station, "ba", days=5), first):
        shutil.copyfile(source, target)
    station.daemon.send_signal(signal.SIGHUP)
    station.wait_for("the alarm of one that runs out", lambda: alarms(station) == [("control-certificate", "error")])
    equal(shown(station), "ba", "it is served as long as it is good")
    with open(first[0], "w", encoding="utf-8") as broken:
        broken.write("nothing\n")
    station.daemon.send_signal(signal.SIGHUP)
    station.wait_for("an alarm", lambda: any(a["id"] == "control-tls" for a in station.status()["alarms"]))
    equal(shown(station), "ba", "the last good certificate")
    checked = subprocess.run(station.command_line("--check-config"), env=station.environment(), capture_output=True,
                             text=True, check=False)
    equal(checked.returncode, 78, "what --check-config says of it")
    lines = (station.dir / "playoutd.conf").read_text(encoding="utf-8").splitlines()
    line = lines.index(f"tls-certificate={first[0]}") + 1
    check(f"playoutd.conf:{line}: " in checked.stderr, f"file and line {line}: {checked.stderr}")
    air_was_untouched(station)


def rude(station, text, patience=5):
    """What comes back to @text, or b"" when the door is shut."""
    with socket.create_connection(("127.0.0.1", station.port), patience) as connection:
        try:
            connection.sendall(text)
            connection.shutdown(socket.SHUT_WR)
            answer = b""
            while len(answer) < 65536 and (part := connection.recv(65536)):
                answer += part
            return answer
        except OSError:
            return b""


HEAD = b"Host: 127.0.0.1\r\nConnection: close\r\n"
RUDE = {
    "path traversal": b"GET /assets/../../../../etc/passwd HTTP/1.1\r\n" + HEAD + b"\r\n",
    "escaped traversal": b"GET /hls/main/..%2f..%2f..%2fetc%2fpasswd HTTP/1.1\r\n" + HEAD + b"\r\n",
    "an endless path": b"GET /" + b"a" * 200000 + b" HTTP/1.1\r\n" + HEAD + b"\r\n",
    "a flood of headers": b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(20000)) + b"\r\n",
    "an oversized body": b"POST /api/v1/session HTTP/1.1\r\n" + HEAD + b"Content-Type: application/json\r\n"
                         b"Content-Length: 900000\r\n\r\n" + b" " * 900000,
    "a body that claims more than memory": b"POST /api/v1/session HTTP/1.1\r\n" + HEAD +
                                           b"Content-Type: application/json\r\nContent-Length: 99999999999999999\r\n\r\nx",
    "chunks without end": b"POST /api/v1/session HTTP/1.1\r\n" + HEAD + b"Content-Type: application/json\r\n"
                          b"Transfer-Encoding: chunked\r\n\r\n" + b"8\r\n        \r\n" * 40000,
    "a multipart that breaks off": b"POST /api/v1/session HTTP/1.1\r\n" + HEAD +
                                   b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 90\r\n\r\n"
                                   b"--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"../../../x\"\r\n",
    "nesting without end": b"POST /api/v1/session HTTP/1.1\r\n" + HEAD + b"Content-Type: application/json\r\n"
                           b"Content-Length: 60000\r\n\r\n" + b"[" * 60000,
    "no HTTP at all": bytes(range(256)) * 40,
}


@case
def hostile():
    """floods, slow ones, oversized, malformed, climbing paths: each refused, nobody else kept waiting, air untouched"""
    station = running()
    ctl(station, "user", "add", "lan", "--role", "operator", said=PASSWORD + "\n")
    station.wait_for("the address", lambda: is_served(station))
    slow = []
    for _ in range(300):  # more than are served at once; each says a little and then nothing
        try:
            connection = socket.create_connection(("127.0.0.1", station.port), 20)
            connection.sendall(b"POST /api/v1/session HTTP/1.1\r\nContent-Le")
            slow.append(connection)
        except OSError:
            break
    check(len(slow) >= 200, f"only {len(slow)} connections were taken")
    began = station.status()["frame"]
    check(station.api("GET", "/status")[0] == 200, "playoutctl's own socket waits for them")
    for connection in slow[10:]:
        connection.close()
    station.wait_for("the port again", lambda: is_served(station))
    for what, text in RUDE.items():
        answer = rude(station, text)
        check(not answer.startswith(b"HTTP/1.1 2"), f"{what}: {answer[:200]}")
        check(b"root:" not in answer, what)
        check(is_served(station), f"after {what}")
    for number in range(30):
        for connection in slow[:10]:
            try:
                connection.sendall(b"n" if number % 2 else b"g")
            except OSError:
                pass  # thrown out
    check(is_served(station), "while some go on slowly")
    for connection in slow:
        connection.close()
    station.wait_for("the air to go on", lambda: station.status()["frame"] > began)
    alive = station.daemon.poll() is None
    check(alive, "the daemon is gone")
    air_was_untouched(station)


if __name__ == "__main__":
    main()
