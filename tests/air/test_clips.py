# SPDX-License-Identifier: GPL-3.0-or-later
"""What a producer sees and says of a clip: its pictures."""

import json
import subprocess

import coded
import numpy as np
from station import T0, LocalConnection, Station
from tap import case, check, equal, main


def get(station, path, **headers):
    """(status, headers, body) of the API."""
    connection = LocalConnection(station.state / "control.sock")
    connection.request("GET", "/api/v1" + path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, answer.headers, body


def seen_in(jpeg, columns=1):
    """What each of the pictures side by side shows."""
    width, height = (320, 180) if columns == 1 else (160, 90)
    done = subprocess.run(["ffmpeg", "-v", "error", "-i", "-", "-f", "rawvideo", "-pix_fmt", "gray", "-"], input=jpeg,
                          capture_output=True, check=True)
    sheet = np.frombuffer(done.stdout, np.uint8).reshape(height, -1)
    equal(sheet.shape[1], width * columns, "width")
    return [coded.read(np.ascontiguousarray(sheet[:, i * width:(i + 1) * width])) for i in range(columns)]


def running(**clips):
    station = Station(size="320x180")
    for name, (clip, frames) in clips.items():
        station.clip(name, clip, frames, "--size 320x180")
    first = next(iter(clips))
    station.event(0, 600, first, uid="a@test")
    station.write_calendar()
    station.write_config()
    station.know_media()
    station.start(at=T0)
    station.wait_for("a on air", lambda: "a@test" in str((station.status() or {}).get("on_air")))
    return station


def kept(station):
    return sorted(path.name for path in (station.state / "pictures").glob("*"))


@case
def pictures():
    """a clip's first picture, that at a time and a strip of all of it are had by path; kept by content; 404 for none"""
    station = running(**{"a.mp4": (5, 200), "phim/Tập 7.mkv": (7, 100)})
    (station.media / "text.mp4").write_text("no picture")
    status, headers, jpeg = get(station, "/media/a.mp4/thumbnail")
    equal((status, headers["Content-Type"]), (200, "image/jpeg"), "the first picture")
    equal([(one.clip, one.frame) for one in seen_in(jpeg)], [(5, 0)], "it shows")
    equal(get(station, "/media/a.mp4/thumbnail", If_None_Match=headers["ETag"])[0], 304, "known already")
    equal(len(kept(station)), 1, "kept")
    for name, clip in (("a.mp4", 5), ("phim/T%E1%BA%ADp%207.mkv", 7)):
        status, _, jpeg = get(station, f"/media/{name}/thumbnail?at_ns=1520000000")
        equal((status, [(one.clip, one.frame) for one in seen_in(jpeg)]), (200, [(clip, 38)]), f"{name} at 1.52 s")
    strip = seen_in(get(station, "/media/a.mp4/strip")[2], 8)
    check(all(one.clip == 5 and abs(one.frame - (25 * i + 12)) <= 3 for i, one in enumerate(strip)), f"the strip: {strip}")
    sha256 = {clip["path"]: clip["sha256"] for clip in json.loads(get(station, "/media")[2])}
    equal(get(station, f"/media/a.mp4/thumbnail?of={sha256['a.mp4'][:16]}")[0], 200, "of this content")
    equal(get(station, "/media/a.mp4/thumbnail?of=0123456789abcdef")[0], 404, "of another content")
    equal(get(station, "/media/a.mp4/thumbnail?at_ns=9000000000")[0], 404, "after its end")
    equal(get(station, "/media/none.mp4/thumbnail")[0], 404, "no such clip")
    equal(get(station, "/media/../playoutd.conf/thumbnail")[0], 404, "out of the folder")
    equal(get(station, "/media/a.mp4/thumbnail?at_ns=x")[0], 400, "no number")
    equal(json.loads(get(station, "/media/none.mp4/strip")[2])["status"], 404, "a problem")
    station.wait_for("the odd one", lambda: "text.mp4" in sha256_of(station))
    equal(get(station, "/media/text.mp4/thumbnail")[0], 404, "nothing to see")
    (station.media / "phim/Tập 7.mkv").unlink()
    station.wait_for("its pictures to go", lambda: not any(name.startswith(sha256["phim/Tập 7.mkv"])
                                                           for name in kept(station)))
    check(any(name.startswith(sha256["a.mp4"]) for name in kept(station)), "the others stay")
    equal(station.stop(), 0, "exit code")


def sha256_of(station):
    return {clip["path"] for clip in json.loads(get(station, "/media")[2])}


if __name__ == "__main__":
    main()
