# SPDX-License-Identifier: GPL-3.0-or-later
"""A live show through the real daemon: on air on its frame, fallback when the line breaks, back by itself."""

import json
import signal
import subprocess
from datetime import datetime, timedelta, timezone

import numpy as np

import coded
from feeds import FEEDS, FRAMES, GOP, LIVE, OTHER, Hls, Rtp, Udp, clip_of
from rides import FILL, HOUSE, STAND_IN, differs, station_for, wait_until
from station import CACHE, Station
from tap import case, check, equal, main, note

HOLD_MS = 450
EARLY = 8  # seconds before the slot at which the daemon starts
SHOW_S, CUT_S, AWAY_S = 7, 2, 1.4


def on_screen(station, **options):
    recording = station.recording(**options)
    check(not recording.off_grid(), f"off the grid: {recording.off_grid()[:5]}")
    check(not recording.audio_holes(), f"holes in the sound: {recording.audio_holes()[:5]}")
    return recording


@case
def udp():
    """UDP: on its frame; killed: fallback within 450 ms; sent again: back; END MANUAL overruns, ends by command"""
    back = ride_out(Udp())
    check(back <= 2 * HOUSE + GOP, f"back {back} frames after it was sent again")


def source_is(station, state):
    station.wait_for(f"the source: {state}", lambda: [(s["name"], s["state"]) for s in
                                                          station.status()["sources"]] == [("studio", state)])


def ride_out(sender):
    station, begin = station_for(sender, 12, EARLY)
    station.start()
    try:
        sender.start()
        wait_until(begin + timedelta(seconds=3))
        source_is(station, "picture")
        sender.kill()
        wait_until(begin + timedelta(seconds=6))
        source_is(station, "away")
        check(any(a["id"].startswith("source:") for a in station.status()["alarms"]), "no alarm for the source")
        sender.restart()
        again = datetime.now(timezone.utc)
        wait_until(begin + timedelta(seconds=12.6))  # over its slot: nobody has ended it
        source_is(station, "picture")
        ended = json.loads(station.ctl("end-live", "--json").stdout)["frame"]
        station.wait_for("its end", lambda: station.status()["frame"] > ended + HOUSE)
    finally:
        sender.end()
    station.stop(signal.SIGTERM)
    return judge_ride(station, begin, ended) - (station.frame(again) - station.frame(begin))


def judge_ride(station, begin, ended):
    recording = on_screen(station)
    first = station.asrun()[0]["actual_start_frame"]
    at = station.frame(begin) - first
    clips = [s.clip if s.kind == "clip" else None for s in recording.seen]
    runs = runs_of(clips, at)
    note(f"(clip, frame of the show, frames): {runs}")
    check(clips[at] == LIVE and clips[at - 1] != LIVE, "the show is not on its frame")
    shown = [r for r in runs if r[1] >= 0]
    equal([r[0] for r in shown[:3]], [LIVE, STAND_IN, LIVE], "what was on the screen")
    lost, back = shown[1][1] + at, shown[2][1] + at
    last_good = max(k for k in range(at, lost) if differs(recording.seen, k))
    held_ms = (lost - last_good) * 1000 // HOUSE
    note(f"fallback {held_ms} ms after the last good picture; {back - lost} frames of it")
    check(held_ms <= HOLD_MS, f"the last picture stood {held_ms} ms")
    check(shown[2][1] + shown[2][2] > 12 * HOUSE + 5, "the show did not overrun its slot")
    equal(shown[2][1] + shown[2][2], ended - station.frame(begin), "its end, and where end-live promised it")
    sounding = [recording.heard[k] for k in range(at + 25, at + 50)]
    equal({h.tone for h in sounding}, {LIVE % coded.LEFT_TONES}, "tones of its second second")
    check_lip_sync(recording, at, shown[0][2])
    check_lip_sync(recording, back + 1, shown[2][2] - 2)
    facts = [r for r in station.rows("SELECT * FROM journal ORDER BY seq") if r["kind"] == "live"]
    equal(len(facts), 2, f"facts in the journal: {facts}")
    return back - at


def check_lip_sync(recording, first, n_frames):
    """Of the source's pictures and its sound, on those of these frames that bring a new picture and whole sound: of one
    in which it ends or fades nothing can be told."""
    frames = range(first + 1, first + n_frames - 1)
    usual = float(np.median([recording.heard[k].level for k in frames]))
    apart_ms = [coded.offset(recording.heard[k], LIVE, recording.seen[k].frame * 48000 // HOUSE)[0] / 48
                for k in frames if differs(recording.seen, k) and recording.seen[k].frame < FRAMES - HOUSE and
                recording.heard[k].level > 0.95 * usual]
    note(f"sound against picture: {min(apart_ms):.1f} to {max(apart_ms):.1f} ms on {len(apart_ms)} frames")
    check(len(apart_ms) > HOUSE, "too little is left to judge its lip sync by")
    check(max(map(abs, apart_ms)) <= 20, "lip sync")


def runs_of(clips, origin):
    """[(clip, first frame from @origin, frames)]"""
    found = []
    for k, one in enumerate(clips):
        if found and found[-1][0] == one:
            found[-1][2] += 1
        else:
            found.append([one, k - origin, 1])
    return [tuple(r) for r in found]


def full_range_clip():
    """The coded clip as a camera of full range sends it."""
    path = CACHE / f"full-range-709-{clip_of(LIVE).stem}.ts"
    if not path.exists():
        part = path.with_suffix(".part.ts")
        bt709 = [word for what in ("colorspace", "color_primaries", "color_trc") for word in (f"-{what}", "bt709")]
        subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", str(clip_of(LIVE)), "-vf",
                        "scale=out_range=full:out_color_matrix=bt709,format=yuvj420p", "-c:v", "libx264", "-preset",
                        "veryfast", "-color_range", "pc", *bt709, "-g", str(GOP), "-c:a", "copy", str(part)], check=True)
        part.rename(path)
    return path


def levels(luma):
    """Of the black and of the white cells of a coded picture."""
    inner = luma[luma.shape[0] // 8:-luma.shape[0] // 8, luma.shape[1] // 10:-luma.shape[1] // 10]
    return int(np.median(inner[inner < 110])), int(np.median(inner[inner > 110]))


@case
def every_protocol():
    """SRT both ways with a passphrase, RTMP, RTSP, RTP, multicast: on its frame, levels right, each rides out a stop"""
    names = ["srt-called", "srt-caller", "rtmp", "rtsp", "rtp", "multicast"]
    feeds = {name: FEEDS[name]() for name in names}
    feeds["multicast"].clip = full_range_clip()
    station = Station(size="320x180")
    station.clip("stand-in.mp4", STAND_IN, 1000, "--size 320x180")
    station.clip("fill/fill.mp4", FILL, 1500, "--size 320x180")
    station.extra_config = "[filler]\nmedia=fill\n[live]\noverrun=PT0S\n" + "".join(
        f"[source {name}]\nuri={feed.uri}\n" for name, feed in feeds.items())
    begin = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(seconds=EARLY)
    for number, name in enumerate(names):
        station.event(number * SHOW_S, SHOW_S, f"live:{name}", start=begin, uid=f"{name}@test",
                      X_PLAYOUT_FALLBACK="stand-in.mp4")
    station.write_calendar()
    station.start()
    try:
        for feed in feeds.values():
            feed.start()
        for number, name in enumerate(names):
            wait_until(begin + timedelta(seconds=number * SHOW_S + CUT_S))
            feeds[name].stop()
            wait_until(begin + timedelta(seconds=number * SHOW_S + CUT_S + AWAY_S))
            feeds[name].go_on()
        wait_until(begin + timedelta(seconds=len(names) * SHOW_S + 1))
    finally:
        for feed in feeds.values():
            feed.end()
    station.stop(signal.SIGTERM)
    recording = on_screen(station, keep_luma=True)
    at = station.frame(begin) - station.asrun()[0]["actual_start_frame"]
    clips = [s.clip if s.kind == "clip" else None for s in recording.seen]
    for number, name in enumerate(names):
        first = at + number * SHOW_S * HOUSE
        shown = runs_of(clips[first:first + SHOW_S * HOUSE], 0)
        note(f"{name}: (clip, frame of the show, frames): {shown}")
        equal([one[0] for one in shown], [LIVE, STAND_IN, LIVE], f"{name}: what was on the screen")
        lost = first + shown[1][1]
        last_good = max(k for k in range(first + 1, lost) if differs(recording.seen, k))
        check((lost - last_good) * 1000 // HOUSE <= HOLD_MS, f"{name}: its last picture stood {lost - last_good} frames")
        black, white = levels(recording.luma[first + HOUSE])
        check(abs(black - coded.BLACK[0]) <= 3 and abs(white - coded.WHITE[0]) <= 3, f"{name}: levels {black}, {white}")


@case
def one_after_another():
    """Two shows from one source, which serves nobody twice at a time: not one picture lost between, nor behind a slate"""
    sender = Udp()
    station = Station(size="320x180")
    station.clip("stand-in.mp4", STAND_IN, 1000, "--size 320x180")
    station.extra_config = f"[live]\noverrun=PT0S\n[source studio]\nuri={sender.uri}\n"
    begin = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(seconds=EARLY)
    for number in range(2):
        station.event(5 * number, 5 + 4 * number, "live:studio", start=begin, uid=f"show-{number}@test",
                      X_PLAYOUT_FALLBACK="stand-in.mp4")
    station.write_calendar()
    station.start()
    try:
        sender.start()
        wait_until(begin + timedelta(seconds=4))
        listed = [(source["name"], source["state"], source["uid"]) for source in station.status()["sources"]]
        wait_until(begin + timedelta(seconds=10.5))
        slate = station.command("slate")["frame"]
        wait_until(begin + timedelta(seconds=11.5))
        back = station.command("back")["frame"]
        wait_until(begin + timedelta(seconds=14.2))
    finally:
        sender.end()
    station.stop(signal.SIGTERM)
    recording = on_screen(station)
    at = station.frame(begin) - station.asrun()[0]["actual_start_frame"]
    first = station.frame(begin)
    clips = [s.clip if s.kind == "clip" else None for s in recording.seen[at:at + 14 * HOUSE]]
    slate, back = slate - first, back - first
    equal(runs_of(clips, 0), [(LIVE, 0, slate), (None, slate, back - slate), (LIVE, back, 14 * HOUSE - back)], "the screen")
    shown = recording.seen[at:at + 10 * HOUSE]
    steps = {shown[k].frame - shown[k - 1].frame for k in range(1, len(shown))}
    equal(steps, {1}, "from one picture to the next")
    mute = [k for k in range(10 * HOUSE) if recording.heard[at + k].tone != LIVE % coded.LEFT_TONES]
    equal(mute, [], "frames without its sound")
    rows = [(row["uid"], row["actual_start_frame"], row["frames_shown"]) for row in station.asrun() if row["uid"]]
    equal(rows, [("show-0@test", first, 125), ("show-1@test", first + 125, slate - 125),
                 ("show-1@test", first + back, 350 - back)], "the record")
    equal(listed, [("studio", "picture", "show-0@test")], "its sources")


def changing_clip():
    """Six seconds of the coded clip, then the other one, which differs in size and rate, in one stream."""
    path = CACHE / f"changing-{clip_of(LIVE).stem}.ts"
    if not path.exists():
        part, parts = path.with_suffix(".part.ts"), path.with_suffix(".txt")
        parts.write_text(f"file '{clip_of(LIVE)}'\noutpoint 6\nfile '{clip_of(OTHER)}'\n")
        subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "concat", "-safe", "0", "-i", str(parts), "-c",
                        "copy", str(part)], check=True)
        part.rename(path)
    return path


@case
def odd_sources():
    """HLS on its frame; a host and a scheme that are not there, RTP without MPEG-TS: fallback, and clear words; a format
    that changes on air"""
    hls, changing, bare = Hls(), Udp(), Rtp()
    changing.clip = changing_clip()
    bare.muxer = ["-an", "-f", "rtp"]
    uris = {"hls": hls.uri, "nowhere": "srt://no-such-host.invalid:9000", "changing": changing.uri, "bare": bare.uri}
    station = Station(size="320x180")
    station.clip("stand-in.mp4", STAND_IN, 1000, "--size 320x180")
    station.clip("fill/fill.mp4", FILL, 1500, "--size 320x180")
    station.extra_config = "[filler]\nmedia=fill\n[live]\noverrun=PT0S\n" + "".join(
        f"[source {name}]\nuri={uri}\n" for name, uri in uris.items())
    begin = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(seconds=10)
    for number, name in enumerate(uris):
        station.event(number * 4, 4, f"live:{name}", start=begin, uid=f"{name}@test", X_PLAYOUT_FALLBACK="stand-in.mp4")
    station.event(16, 3, "gopher://far/away", start=begin, uid="scheme@test")
    station.write_calendar()
    station.start()
    try:
        hls.start()
        bare.start()
        wait_until(begin + timedelta(seconds=4))
        changing.start()  # so that it changes in the middle of its show
        station.wait_for("words for bare RTP", lambda: any("bare" in a["text"] and "is not MPEG-TS" in a["text"]
                                                           for a in station.status()["alarms"]))
        wait_until(begin + timedelta(seconds=16.2))
    finally:
        bare.end()
        hls.end()
        changing.end()
    station.stop(signal.SIGTERM)
    recording = on_screen(station)
    at = station.frame(begin) - station.asrun()[0]["actual_start_frame"]
    clips = [s.clip if s.kind == "clip" else None for s in recording.seen[at:]]
    shown = [[run[0] for run in runs_of(clips[k * 100:k * 100 + 100], 0)] for k in range(len(uris))]
    note(f"shown: {shown}; said: {station.said}")
    equal(shown[:2], [[LIVE], [STAND_IN]], "HLS, and the host that is not there")
    equal(shown[2:], [[LIVE, OTHER], [STAND_IN]], "a format that changes, and what is no MPEG-TS")
    told = [line for line in station.said.splitlines() if "Live source nowhere" in line]
    check(any("it cannot be reached; check host and port" in line for line in told), f"of the host was said: {told}")
    findings = station.ctl("check", check=False).stdout
    note(findings)
    check("gopher" in findings, f"nothing is said of the scheme: {findings}")


def clips_of_show(station, begin, seconds):
    """Ends the station; the clips, None for another picture, that were on the screen one after another."""
    station.stop(signal.SIGTERM)
    recording = on_screen(station)
    at = station.frame(begin) - station.asrun()[0]["actual_start_frame"]
    runs = runs_of([s.clip if s.kind == "clip" else None for s in recording.seen[at:at + seconds * HOUSE]], 0)
    note(f"(clip, frame of the show, frames): {runs}")
    return [run[0] for run in runs]


@case
def segments_that_stood_still():
    """HLS whose writer is away for five seconds and then goes on in the same list: away, and back by itself"""
    sender = Hls()
    station, begin = station_for(sender, 24, 7)  # the same pieces again are taken for a repeat at first
    station.start()
    try:
        sender.start()
        wait_until(begin + timedelta(seconds=1))
        sender.kill()
        wait_until(begin + timedelta(seconds=6))
        sender.restart()
        wait_until(begin + timedelta(seconds=24.2))
    finally:
        sender.end()
    shown = clips_of_show(station, begin, 24)
    check((shown[0], STAND_IN in shown, shown[-1]) == (LIVE, True, LIVE), f"what was on the screen: {shown}")


@case
def segments_again():
    """HLS whose writer is away for longer than its list, and begins another: the old one is not shown again meanwhile"""
    sender = Hls("delete_segments+omit_endlist")
    station, begin = station_for(sender, 40, 7)
    clip_of(OTHER)
    station.start()
    try:
        sender.start()
        wait_until(begin + timedelta(seconds=1))
        sender.kill()
        wait_until(begin + timedelta(seconds=18))
        sender.resize()
        wait_until(begin + timedelta(seconds=40.2))
    finally:
        sender.end()
    shown = clips_of_show(station, begin, 40)
    equal(shown, [LIVE, STAND_IN, OTHER], "what was on the screen")


@case
def names_of_sources():
    """A source that the configuration lacks, and one that it has at a wrong address: their fallback, and words; put right and
    reloaded on air: the shows are on"""
    feed, wrong = Udp(), Udp()
    station = Station(size="320x180")
    station.clip("stand-in.mp4", STAND_IN, 1000, "--size 320x180")
    station.clip("fill/fill.mp4", FILL, 1500, "--size 320x180")
    station.extra_config = f"[filler]\nmedia=fill\n[live]\noverrun=PT0S\n[source moved]\nuri={wrong.uri}\n"
    begin = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(seconds=EARLY)
    for number, name in enumerate(("studoi", "moved")):
        station.event(6 * number, 6, f"live:{name}", start=begin, uid=f"{name}@test", X_PLAYOUT_FALLBACK="stand-in.mp4")
    station.write_calendar()
    station.start()
    try:
        feed.start()
        wait_until(begin + timedelta(seconds=1))
        on_air = station.status()["on_air"]
        equal((on_air["kind"], on_air["reason"]), ("live", "missing"), "on air")
        station.wait_for("words for it", lambda: any(
            "Live source studoi" in a["text"] and "has no [source studoi]" in a["text"] for a in station.status()["alarms"]))
        for number, name in enumerate(("studoi", "moved")):
            wait_until(begin + timedelta(seconds=2 + 6 * number))
            station.extra_config = (station.extra_config.replace(wrong.uri, feed.uri) if name == "moved" else
                                    station.extra_config + f"[source {name}]\nuri={feed.uri}\n")
            station.write_config()
            station.daemon.send_signal(signal.SIGHUP)
            wait_until(begin + timedelta(seconds=5 + 6 * number))
            on_air = station.status()["on_air"]
            equal((on_air["kind"], on_air["reason"]), ("live", "planned"), "on air")
        wait_until(begin + timedelta(seconds=12.2))
    finally:
        feed.end()
    shown = clips_of_show(station, begin, 12)
    equal([one for one in shown if one is not None], [STAND_IN, LIVE, STAND_IN, LIVE], "what was on the screen")


def faulty_source():
    """Black 3 to 6 s, silent 9 to 12 s, frozen 15 to 18 s, without sound 21 to 24 s; then well."""
    path = CACHE / "faulty-source-1.ts"
    if not path.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        picture = ("testsrc2=size=320x180:rate=25,drawbox=color=black:t=fill:enable='between(n,75,149)',"
                   "split[a][b];[a][b]freezeframes=first=376:last=449:replace=375,format=yuv420p")
        sound = "sine=frequency=997:sample_rate=48000,volume=4,volume=0:enable='between(t,9,12)'"
        part = path.with_suffix(".part.ts")
        subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound,
                        "-t", "60", "-c:v", "libx264", "-preset", "veryfast", "-g", "12", "-c:a", "aac", str(part)],
                       check=True)
        part.rename(path)
    return path


@case
def what_it_brings():
    """A source that is not there, black, silent, frozen, away: status and alarms say so, with its event"""
    feed = Udp()
    station, begin = station_for(feed, 240, 40, more="[watch]\nblack=PT1S\nfreeze=PT1S\nsilence=PT1S\n")
    states, alarms = [], {}
    station.start()

    def seen(wanted):
        status = station.status()
        if not status or not status["sources"]:
            return False
        states.append(status["sources"][0]["state"])
        alarms.update({a["id"]: a for a in status["alarms"] if a["id"].startswith("source")})
        return wanted in states

    try:
        station.wait_for("a source that is called", lambda: seen("connecting"))
        feed.clip = faulty_source()
        feed.encode()
        for wanted, alarm in (("picture", ""), ("black", "source-black"), ("silent", "source-sound"),
                              ("frozen", "source-freeze")):
            station.wait_for(f"the state {wanted}", lambda wanted=wanted, alarm=alarm: seen(wanted) and (
                not alarm or f"{alarm}:studio" in alarms))
        source = station.status()["sources"][0]
        equal((source["format"], source["uid"]), ("320x180p25, 48000 Hz × 1", "show@test"), "its format and event")
        feed.kill()
        station.wait_for("a source that went away", lambda: seen("away"))
    finally:
        feed.end()
    station.stop(signal.SIGTERM)
    note(f"states: {sorted(set(states))}; alarms: {[(i, a['text'], a['event']) for i, a in alarms.items()]}")
    equal(set(alarms), {f"{kind}:studio" for kind in ("source", "source-sound", "source-black", "source-freeze")}, "alarms")
    check(all("show@test" in str(a["event"]) for a in alarms.values()), "an alarm does not name its event")


if __name__ == "__main__":
    main()
