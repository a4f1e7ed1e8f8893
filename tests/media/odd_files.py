# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder of odd files, and what is to be said of each: a table written by hand. Clips are one second of a moving
picture, 320x180 at 25, with a tone at -23 LUFS, unless their row says otherwise."""

import os
import socket
import struct
import subprocess
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor

FIT, WARN, UNFIT = "fit", "warn", "unfit"
STEREO = "sine=f=997:r=48000:d=1,volume=-1.93dB,aformat=channel_layouts=stereo"
H264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p"
AAC = "-c:a aac -b:a 192k"
BASE = "base.mkv"


class Row:
    """@says: the codes of all findings, in order. @facts: members of the JSON object and what they must be; of a clip with
    pictures, frames, width, height and rate are checked in any case."""

    def __init__(self, name, make, verdict=FIT, says="", frames=25, size="320x180", rate="25", **facts):
        self.name, self.make, self.verdict, self.says = name, make, verdict, says
        self.facts = dict(facts)
        if verdict != UNFIT:
            width, height = map(int, size.split("x")) if size else (0, 0)
            self.facts |= {"frames": frames, "width": width, "height": height, "rate": rate}


def enc(name, options, verdict=FIT, says="", **facts):
    """From the base, by ffmpeg."""
    return Row(name, lambda folder, path: ffmpeg(["-i", str(folder / BASE), *options.split()], path), verdict, says,
            **facts)


def pipe(name, options, verdict=FIT, says="", **facts):
    """The same by way of a pipe."""
    return Row(name, lambda folder, path: path.write_bytes(piped(folder, options)), verdict, says, **facts)


def gen(name, graph, options, verdict=FIT, says="", **facts):
    """From a lavfi picture (and sound)."""
    def make(_, path):
        inputs = []
        for one in graph:
            inputs += ["-f", "lavfi", "-i", one]
        ffmpeg([*inputs, *options.split()], path)
    return Row(name, make, verdict, says, **facts)


def ffmpeg(arguments, path):
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-nostdin", "-threads", "1", *arguments, f"file:{path}"],
            check=True,
                   stdin=subprocess.DEVNULL, timeout=120)


def piped(folder, options):
    """What ffmpeg writes to a pipe, where it cannot come back to say how long it became."""
    done = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-threads", "1", "-i", str(folder / BASE),
                           *options.split(), "-"], check=True, capture_output=True, stdin=subprocess.DEVNULL,
                          timeout=120)
    return done.stdout


def huge_element(folder, path):
    """Matroska that says no length; a cluster in its middle says that it is a gigabyte long."""
    data = bytearray(piped(folder, f"{H264} -g 5 -c:a mp2 -f matroska -cluster_time_limit 200"))
    middle = data.index(b"\x1f\x43\xb6\x75", len(data) // 2)
    data[middle + 4:middle + 12] = b"\x01\0\0\0\x40\0\0\0"
    path.write_bytes(data)


def turned(degrees, scale):
    """By a matrix in its header, as telephones do it."""
    def make(folder, path):
        plain = path.with_suffix(".plain.mp4.part")
        ffmpeg(["-i", str(folder / BASE), "-vf", scale, *H264.split(), *AAC.split(), "-f", "mp4"], plain)
        ffmpeg(["-i", str(plain), "-c", "copy", "-metadata:s:v:0", f"rotate={degrees}"], path)
        plain.unlink()
    return make


def trimmed(folder, path):
    plain = path.with_suffix(".plain.mp4.part")
    ffmpeg(["-i", str(folder / BASE), *H264.split(), "-g", "100", "-an", "-f", "mp4"], plain)
    ffmpeg(["-ss", "0.48", "-i", str(plain), "-c", "copy"], path)
    plain.unlink()


def of(name, change):
    """@change: the bytes of the clip @name to those of this file."""
    return lambda folder, path: path.write_bytes(change((folder / "made" / name).read_bytes()))


def link_back_to(name):
    """By its whole path, as file managers make them."""
    return lambda folder, path: path.symlink_to(folder / "media" / name)


def copy_of(name):
    return of(name, lambda data: data)


def cut(share):
    return lambda data: data[:int(len(data) * share)]


def unwritten(share):
    """As a copy leaves it that makes room for all of it and breaks off."""
    return lambda data: data[:int(len(data) * share)].ljust(len(data), b"\0")


def unwritten_end(options):
    """A minute, of which the last second or so is not there: by its length alone that cannot be told."""
    def make(folder, path):
        ffmpeg(["-stream_loop", "59", "-i", str(folder / "made" / "h264.mp4"), "-c", "copy", *options.split()], path)
        path.write_bytes(unwritten(0.99)(path.read_bytes()))
    return make


def hollow(_, path):
    with path.open("wb") as out:
        out.truncate(200 << 30)


def long_header(data):
    """Ten hours, says mvhd, and each tkhd, mdhd and edit list: the samples are those that were there."""
    data = bytearray(data)
    scale = 1
    for kind, at_scale, at_length in ((b"mvhd", 16, 20), (b"mdhd", 16, 20)):
        at = data.find(kind)
        while at >= 0:
            scale = struct.unpack_from(">I", data, at + at_scale)[0]
            struct.pack_into(">I", data, at + at_length, 36000 * scale)
            at = data.find(kind, at + 4)
    movie = data.find(b"mvhd")
    scale = struct.unpack_from(">I", data, movie + 16)[0]
    for kind, at_length in ((b"tkhd", 24), (b"elst", 12)):
        at = data.find(kind)
        while at >= 0:
            struct.pack_into(">I", data, at + at_length, 36000 * scale)
            at = data.find(kind, at + 4)
    return bytes(data)


def long_movie(data):
    """The same of the movie's header alone."""
    data = bytearray(data)
    movie = data.find(b"mvhd")
    struct.pack_into(">I", data, movie + 20, 36000 * struct.unpack_from(">I", data, movie + 16)[0])
    return bytes(data)


def long_avi(data):
    """Of the length of its pictures alone; the index has those that are there."""
    data = bytearray(data)
    at = data.find(b"strh")
    rate, scale = struct.unpack_from("<I", data, at + 32)[0], struct.unpack_from("<I", data, at + 28)[0]
    struct.pack_into("<I", data, at + 40, 36000 * rate // scale)
    return bytes(data)


def long_flv(data):
    at = data.find(b"duration\0") + 9
    return data[:at] + struct.pack(">d", 36000) + data[at + 8:]


def long_asf(data):
    at = data.find(bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")) + 64
    return data[:at] + struct.pack("<QQ", 36000 * 10**7, 36000 * 10**7) + data[at + 16:]


def within(pid, begin=0, step=188):
    """Up to the first packet of the middle picture or stretch of sound, by its PID; from packet @begin on."""
    def change(data):
        packets = [data[at:at + step] for at in range(0, len(data), step)]
        heads = [int.from_bytes(packet[step - 187:step - 185], "big") for packet in packets]
        begins = [k for k, head in enumerate(heads) if head & 0x5fff == pid | 0x4000]
        return b"".join(packets[begin:begins[len(begins) // 2] + 1])
    return change


def png_bomb(_, path):
    """30,000 by 30,000 pixels of nothing in 110 kB."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    packer = zlib.compressobj(9)
    line = bytes(30000 * 4 + 1)
    data = b"".join(packer.compress(line) for _ in range(1200)) + packer.flush()
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 30000, 30000, 8, 6, 0, 0, 0)) +
                     chunk(b"IDAT", data) + chunk(b"IEND", b""))


def zip_bomb(_, path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.mp4", bytes(50_000_000))


def link_to(target):
    return lambda _, path: path.symlink_to(target)


def make_socket(_, path):
    with socket.socket(socket.AF_UNIX) as one:
        here = os.getcwd()
        os.chdir(path.parent)  # a socket's path is short
        try:
            one.bind(path.name)
        finally:
            os.chdir(here)


def device(_, path):
    os.mknod(path, 0o600 | 0o020000, os.makedev(1, 5))  # /dev/zero


PICTURE = "testsrc2=s=320x180:r=25:d=1"
LONE = {"video_codec": None}
SOUND_ONLY = {"frames": 0, "size": "", "rate": None, "video_codec": None}

CODED = [
    enc("h264.mp4", f"{H264} {AAC}", video_codec="h264", audio_codec="aac", channels=2, duration_ns=10**9),
    enc("h264.mov", f"{H264} -c:a pcm_s16le", video_codec="h264", audio_codec="pcm", channels=2),
    enc("h264.mkv", f"{H264} {AAC}", video_codec="h264", audio_codec="aac"),
    enc("h264.ts", f"{H264} -c:a mp2", video_codec="h264", audio_codec="mp2"),
    enc("h264.flv", f"{H264} -c:a libmp3lame -ar 44100", video_codec="h264", audio_codec="mp3"),
    enc("h264.avi", f"{H264} -bf 0 -c:a libmp3lame", video_codec="h264", audio_codec="mp3"),
    enc("frag.mp4", f"{H264} {AAC} -movflags frag_keyframe+empty_moov+default_base_moof", video_codec="h264"),
    enc("faststart.mp4", f"{H264} {AAC} -movflags +faststart", video_codec="h264"),
    enc("hi10.mp4", "-c:v libx264 -preset ultrafast -pix_fmt yuv420p10le " + AAC, video_codec="h264"),
    enc("422.mov", "-c:v libx264 -preset ultrafast -pix_fmt yuv422p -c:a pcm_s24le", video_codec="h264"),
    enc("hevc.mp4", f"-c:v libx265 -preset ultrafast -x265-params log-level=none {AAC}", video_codec="hevc"),
    enc("hevc.ts", "-c:v libx265 -preset ultrafast -x265-params log-level=none -c:a ac3", video_codec="hevc",
            audio_codec="ac3"),
    enc("fields.mp4", f"-vf setfield=tff -c:v libx265 -preset ultrafast -x265-params log-level=none:interlace=tff {AAC}",
            UNFIT, "not-decodable"),
    enc("mpeg2.mpg", "-c:v mpeg2video -q:v 3 -c:a mp2 -f vob", video_codec="mpeg2video", audio_codec="mp2"),
    enc("mpeg2.m2ts", "-c:v mpeg2video -q:v 3 -c:a ac3 -mpegts_m2ts_mode 1 -f mpegts", video_codec="mpeg2video",
            audio_codec="ac3"),
    enc("mpeg1.mpg", "-c:v mpeg1video -q:v 3 -c:a mp2", video_codec="mpeg1video", audio_codec="mp2"),
    enc("xvid.avi", "-c:v libxvid -q:v 3 -c:a libmp3lame", video_codec="mpeg4"),
    pipe("piped.avi", "-c:v libxvid -q:v 3 -c:a libmp3lame -f avi", video_codec="mpeg4"),
    enc("mpeg4.mp4", f"-c:v mpeg4 -q:v 3 {AAC}", video_codec="mpeg4"),
    enc("msmpeg4.avi", "-c:v msmpeg4 -q:v 3 -c:a adpcm_ms", video_codec=...),
    enc("h263.3gp", "-s 176x144 -aspect 11:9 -c:v h263 -q:v 3 -c:a aac -af pan=mono|c0=FL", WARN, "aspect-narrow",
            size="192x144", channels=1),
    enc("prores.mov", "-c:v prores_ks -profile:v 2 -c:a pcm_s16le", video_codec="prores"),
    enc("dnxhr.mov", "-vf scale=256:144 -pix_fmt yuv422p -c:v dnxhd -profile:v dnxhr_lb -c:a pcm_s16le",
            size="256x144", video_codec="dnxhd"),
    enc("dnxhr.mxf", "-vf scale=256:144 -pix_fmt yuv422p -c:v dnxhd -profile:v dnxhr_lb -c:a pcm_s16le",
            size="256x144"),
    enc("dvcpro50.mxf", "-vf scale=720:576,setdar=16/9 -c:v dvvideo -pix_fmt yuv422p -c:a pcm_s16le", WARN,
            "fields-said", size="1024x576", interlaced=..., video_codec="dv"),
    enc("dvcpro-hd.mov", "-vf scale=960:720,fps=50,setdar=16/9 -c:v dvvideo -pix_fmt yuv422p -c:a pcm_s16le", WARN,
            "rate-conversion", size="1280x720", frames=50, rate="50", video_codec="dv"),
    enc("lpcm24.m2ts", f"{H264} -c:a pcm_bluray -sample_fmt s32 -mpegts_m2ts_mode 1 -f mpegts",
            audio_codec="lpcm"),
    enc("mpeg2.mxf", "-c:v mpeg2video -q:v 2 -c:a pcm_s16le", video_codec="mpeg2video", audio_codec="pcm"),
    enc("mpeg2.gxf", "-vf scale=720:576,setdar=16/9 -c:v mpeg2video -q:v 3 -c:a pcm_s16le -af pan=mono|c0=FL", ...,
            ..., size="1024x576"),
    enc("mjpeg.avi", "-c:v mjpeg -pix_fmt yuvj420p -q:v 3 -c:a pcm_s16le", video_codec="mjpeg"),
    enc("mjpeg.mov", "-c:v mjpeg -pix_fmt yuvj420p -q:v 3 -c:a pcm_s16le", video_codec="mjpeg"),
    enc("dv.avi", "-target pal-dv -aspect 16:9 -f avi", size="1024x576", interlaced=...),
    enc("whole.dv", "-target pal-dv -aspect 16:9 -f dv", WARN, "fields-said", size="1024x576", interlaced=...),
    enc("vp8.webm", "-c:v libvpx -deadline realtime -cpu-used 8 -c:a libvorbis", video_codec="vp8",
            audio_codec="vorbis"),
    enc("vp9.webm", "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -c:a libopus", video_codec="vp9",
            audio_codec="opus"),
    enc("av1.webm", "-c:v libaom-av1 -cpu-used 8 -usage realtime -c:a libopus", video_codec="av1",
            audio_codec="opus"),
    enc("theora.ogv", "-c:v libtheora -q:v 7 -c:a libvorbis", video_codec="theora", audio_codec="vorbis"),
    enc("wmv.wmv", "-c:v wmv2 -q:v 3 -c:a wmav2", video_codec="wmv"),
    enc("ffv1.mkv", "-c:v ffv1 -c:a flac", video_codec="ffv", audio_codec="flac"),
    enc("huffyuv.avi", "-c:v huffyuv -c:a pcm_s16le", video_codec="huffyuv"),
    enc("raw.avi", "-c:v rawvideo -pix_fmt yuv420p -c:a pcm_s16le", audio_codec="pcm", video_codec=...),
    enc("animation.mov", "-c:v qtrle -c:a pcm_s16be", audio_codec="pcm"),
    enc("sorenson.flv", "-c:v flv -q:v 3 -c:a libmp3lame -ar 44100", audio_codec="mp3"),
    enc("svq1.mov", "-c:v svq1 -c:a adpcm_ima_qt"),
    enc("cinepak.avi", "-c:v cinepak -c:a pcm_s16le"),
    enc("raw.y4m", "-pix_fmt yuv420p -an", WARN, "no-sound", channels=0),
    enc("moving.gif", "-an", UNFIT, "not-decodable"), # for want of a decoder
    enc("moving.png", "-f apng -an", UNFIT, "not-decodable"),
    enc("moving.webp", "-c:v libwebp_anim -an", UNFIT, "not-decodable"),
    enc("row.mjpeg", "-c:v mjpeg -pix_fmt yuvj420p -q:v 3 -an", UNFIT, "not-decodable"),
    enc("eac3.mkv", f"{H264} -c:a eac3", audio_codec="eac3"),
    enc("dts.mkv", f"{H264} -c:a dca -strict -2", audio_codec="dts"),
    enc("alac.mov", f"{H264} -c:a alac", audio_codec="alac"),
    enc("32le.mov", f"{H264} -c:a pcm_s32le", video_codec="h264", audio_codec="pcm"),  # by qtdemux: noise
    enc("float.mov", f"{H264} -c:a pcm_f32le", audio_codec="pcm"), enc("double.mov", f"{H264} -c:a pcm_f64le"),
    enc("dash.mp4", f"{H264} -g 5 {AAC} -movflags frag_keyframe+empty_moov+default_base_moof", video_codec="h264"),
    enc("windows.asf", "-c:v msmpeg4 -q:v 3 -c:a libmp3lame", audio_codec="mp3"),
    enc("lpcm.ts", f"{H264} -c:a s302m -strict -2", ..., ...),
]

SHAPES = [
    enc("surround.mkv", f"{H264} -c:a ac3 -af pan=5.1|FL=FL|FR=FR|FC=0*FL|LFE=0*FL|BL=0*FL|BR=0*FL", channels=6),
    enc("mono.mp4", f"{H264} {AAC} -af pan=mono|c0=FL", channels=1),
    enc("two-tracks.mkv", f"-map 0:v -map 0:a -map 0:a {H264} {AAC}", channels=2),
    enc("96000.mov", f"{H264} -c:a pcm_s24le -ar 96000", audio_codec="pcm", channels=2),
    enc("44100.mp4", f"{H264} {AAC} -ar 44100", channels=2),
    enc("no-sound.mp4", f"{H264} -an", WARN, "no-sound", channels=0, audio_codec=None, loudness_lufs=None),
    enc("silent.mp4", f"{H264} {AAC} -af volume=0", WARN, "silent", loudness_lufs=None),
    enc("loud.mp4", f"{H264} {AAC} -af volume=15dB", WARN, "too-loud"),
    gen("brief.mkv", ["testsrc2=s=320x180:r=25:d=0.2", STEREO.replace("d=1", "d=0.2")], f"{H264} -c:a pcm_s16le", WARN,
            "sound-brief", frames=5, loudness_lufs=None),
    enc("now-and-then.mkv", f"{H264} {AAC} -vf select=not(mod(n\\,3))+lt(n\\,12) -fps_mode vfr", WARN, "variable-rate",
            frames=17, rate=...),
    enc("deafening.mkv", f"{H264} -c:a pcm_s16le -af volume=22.5dB", WARN, "too-loud true-peak"),
    enc("quiet.mp4", f"{H264} {AAC} -af volume=-15dB", WARN, "too-quiet"),
    enc("vfr.mp4",
            f"{H264} {AAC} -vf setpts=PTS+mod(N\\,4)*0.009/TB -fps_mode passthrough -enc_time_base 1:1000 "
        "-video_track_timescale 1000", WARN, "variable-rate", rate=None),
    enc("30.mp4", f"{H264} {AAC} -r 30000/1001", WARN, "rate-conversion", frames=30, rate="30000/1001"),
    enc("50.mp4", f"{H264} {AAC} -r 50", WARN, "rate-conversion", frames=50, rate="50"),
    Row("turned-90.mp4", turned(90, "scale=180:320,setsar=1"), rotation=...),
    Row("turned-180.mp4", turned(180, "null"), rotation=180),
    enc("upright.mp4", f"{H264} {AAC} -vf scale=180:320,setsar=1", WARN, "aspect-narrow", size="180x320"),
    enc("anamorphic.mp4", f"{H264} {AAC} -vf scale=240:180,setsar=4/3"),
    enc("4-3.mpg", "-vf scale=240:180,setsar=1 -c:v mpeg2video -q:v 3 -c:a mp2 -f vob", WARN, "aspect-narrow",
            size="240x180"),
    enc("wide.mp4", f"{H264} {AAC} -vf scale=480:180,setsar=1", WARN, "aspect-wide", size="480x180"),
    enc("odd-size.mkv", "-vf scale=319:179,setsar=1 -c:v ffv1 -pix_fmt yuv444p -c:a flac", size="319x179"),
    gen("interlaced.mp4", ["testsrc2=s=320x180:r=50:d=1", STEREO],
        f"-vf tinterlace=interleave_top,fieldorder=tff {H264} -flags +ilme+ildct -x264-params tff=1 {AAC}",
                interlaced=True),
    gen("interlaced.ts", ["testsrc2=s=320x180:r=50:d=1", STEREO],
        "-vf tinterlace=interleave_top,fieldorder=tff -c:v mpeg2video -q:v 2 -flags +ilme+ildct -c:a mp2",
        interlaced=True),
    # What is said and what is there.
    gen("interlaced-unsaid.ts", ["mandelbrot=s=640x360:r=50,trim=duration=1", STEREO],
        "-vf tinterlace=interleave_top,setfield=prog -c:v mpeg2video -q:v 2 -c:a mp2", WARN, "fields-unsaid",
        size="640x360", interlaced=True, fields="top", interlaced_by_header=False),
    gen("bottom-first-unsaid.ts", ["mandelbrot=s=640x360:r=50,trim=duration=1", STEREO],
        "-vf tinterlace=interleave_bottom,setfield=prog -c:v mpeg2video -q:v 2 -c:a mp2", WARN, "fields-unsaid",
        size="640x360", interlaced=True, fields="bottom", interlaced_by_header=False),
    gen("order-unsaid.ts", ["mandelbrot=s=640x360:r=50,trim=duration=1", STEREO],
        "-vf tinterlace=interleave_bottom,setfield=tff -c:v mpeg2video -q:v 2 -flags +ilme+ildct -top 1 -c:a mp2", WARN,
        "field-order", size="640x360", interlaced=True, fields="bottom", interlaced_by_header=True),
    gen("progressive-said-interlaced.mp4", ["mandelbrot=s=640x360:r=25,trim=duration=1", STEREO],
        f"-vf setfield=tff {H264} -flags +ilme+ildct -x264-params tff=1 {AAC}", WARN, "fields-said", size="640x360",
        interlaced=False, fields="progressive", interlaced_by_header=True),
    enc("one-frame.mp4", f"{H264} -frames:v 1 -an", WARN, "no-sound", frames=1, rate="25", duration_ns=40_000_000),
    enc("tiny.mp4", f"{H264} {AAC} -vf scale=32:18,setsar=1", size="32x18"),
    gen("black.mp4", ["color=black:s=320x180:r=25:d=3", STEREO.replace("d=1", "d=3")], f"{H264} {AAC}", WARN,
        "black-head black-tail", frames=75, black_runs=[{"from_ns": 0, "to_ns": 3 * 10**9}], silence_runs=[]),
    Row("trimmed.mp4", trimmed, WARN, "no-sound", frames=...),  # by an edit list, as telephones do it
    gen("120.mkv", ["testsrc2=s=320x180:r=120:d=1", STEREO], f"{H264} {AAC}", WARN, "rate-conversion", frames=120,
        rate="120"),
    enc("mlp.mkv", f"{H264} -c:a mlp -strict -2", UNFIT, "sound-not-decodable"),
    enc("late-start.mp4", f"{H264} {AAC} -output_ts_offset 5"),
]

STILL = {"frames": 1, "rate": None, "kind": "still", "duration_ns": 0, "channels": 0}
STILLS = [
    enc("card.png", "-frames:v 1", **STILL), enc("card.jpg", "-frames:v 1 -q:v 2 -pix_fmt yuvj420p", **STILL),
    enc("card.webp", "-frames:v 1", **STILL), enc("card.bmp", "-frames:v 1", **STILL),
    enc("card.tiff", "-frames:v 1", **STILL),
]

SOUNDS = [
    enc("a.wav", "-vn -c:a pcm_s16le", WARN, "no-picture", **SOUND_ONLY, audio_codec="pcm", kind="audio"),
    enc("a.flac", "-vn", WARN, "no-picture", **SOUND_ONLY, audio_codec="flac"),
    enc("a.mp3", "-vn -c:a libmp3lame", WARN, "no-picture", **SOUND_ONLY, audio_codec="mp3"),
    enc("a.m4a", f"-vn {AAC}", WARN, "no-picture", **SOUND_ONLY, audio_codec="aac"),
    enc("a.aac", f"-vn {AAC} -f adts", WARN, "no-picture", **SOUND_ONLY, audio_codec="aac"),
    enc("a.opus", "-vn -c:a libopus", WARN, "no-picture", **SOUND_ONLY, audio_codec="opus"),
    enc("a.ogg", "-vn -c:a libvorbis", WARN, "no-picture", **SOUND_ONLY, audio_codec="vorbis"),
    enc("a.ac3", "-vn", WARN, "no-picture", **SOUND_ONLY, audio_codec="ac3"),
    enc("a.wma", "-vn -c:a wmav2", WARN, "no-picture", **SOUND_ONLY, audio_codec="wma"),
    enc("a.aiff", "-vn", WARN, "no-picture", **SOUND_ONLY, audio_codec="pcm"),
    enc("a.wv", "-vn -c:a wavpack", WARN, "no-picture", **SOUND_ONLY, audio_codec="wavpack"),
]

BAD = [
    # Ten hours by its header and one second by content: the length is what was counted, and somebody is told.
    Row("ten-hours.mp4", of("h264.mp4", long_header), UNFIT, "truncated", duration_ns=10**9),
    Row("ten-hours-movie.mp4", of("h264.mp4", long_movie), UNFIT, "truncated", duration_ns=10**9, frames=25),
    Row("truncated.mp4", of("h264.mp4", cut(0.5)), UNFIT, "not-decodable"),
    Row("truncated-front.mp4", of("faststart.mp4", cut(0.5)), UNFIT, "truncated"),
    Row("truncated.mkv", of("h264.mkv", cut(0.5)), UNFIT, "truncated"),
    Row("huge-element.mkv", huge_element, UNFIT, "truncated"),
    Row("truncated.ts", of("h264.ts", lambda d: d[:len(d) // 376 * 188 + 100]), UNFIT, "truncated decode-errors"),
    # Cut between two packets, within a stretch of sound, within a picture, and a camera's.
    Row("truncated-sound.ts", of("h264.ts", within(0x101)), UNFIT, "truncated"),
    Row("truncated-picture.ts", of("h264.ts", within(0x100)), UNFIT, "truncated decode-errors"),
    Row("truncated-packet.m2ts", of("mpeg2.m2ts", within(0x1100, step=192)), UNFIT, "truncated"),
    # Begun and ended anywhere, as by a recorder.
    Row("recorded.ts", of("interlaced.ts", within(0x101, 20)), ..., ..., frames=...),
    Row("truncated.mp3", of("a.mp3", cut(0.6)), UNFIT, "truncated no-picture"),
    Row("truncated.gxf", of("mpeg2.gxf", cut(0.6)), UNFIT, ...),
    Row("ten-hours.flv", of("h264.flv", long_flv), UNFIT, "truncated", frames=25),
    Row("ten-hours.wmv", of("wmv.wmv", long_asf), UNFIT, "truncated", frames=25),
    Row("ten-hours.avi", of("xvid.avi", long_avi), UNFIT, "truncated", frames=25),
    Row("truncated.avi", of("xvid.avi", cut(0.5)), UNFIT, "truncated"),
    Row("truncated-fragments.mp4", of("dash.mp4", cut(0.7)), UNFIT, "truncated"),
    Row("truncated-late.mkv", of("h264.mkv", cut(0.95)), UNFIT, "truncated"),
    Row("truncated.asf", of("windows.asf", cut(0.8)), UNFIT, "truncated"),
    Row("truncated.flv", of("h264.flv", cut(0.9)), UNFIT, "truncated"),
    Row("truncated.mxf", of("mpeg2.mxf", cut(0.6)), UNFIT, "truncated"),
    Row("truncated-late.mxf", of("mpeg2.mxf", cut(0.97)), UNFIT, "truncated"),
    Row("truncated.ogv", of("theora.ogv", lambda d: d[:d.rfind(b"OggS") - 100]), UNFIT, ...),
    Row("truncated-head.ogv", of("theora.ogv", lambda d: d[:d.rfind(b"OggS") + 10]), UNFIT, "truncated"),
    Row("truncated.jpg", of("card.jpg", cut(0.6)), UNFIT, "truncated"),
    Row("truncated.mpg", of("mpeg2.mpg", cut(0.8)), UNFIT, ...),
    Row("truncated.dv", of("whole.dv", cut(0.75)), UNFIT, "truncated decode-errors fields-said"),
    Row("truncated.flac", of("a.flac", cut(0.7)), UNFIT, "truncated no-picture"),
    Row("hollow.mp4", hollow, UNFIT, "not-decodable"),  # 200 GiB, in which there is nothing
    *[Row("unwritten" + name, of(whole, unwritten(0.7)), UNFIT, ...) for name, whole in (
        (".ts", "h264.ts"), (".m2ts", "mpeg2.m2ts"), (".mpg", "mpeg2.mpg"), (".ogv", "theora.ogv"), (".mkv", "h264.mkv"),
        (".dv", "whole.dv"), ("-front.mp4", "faststart.mp4"), ("-fragments.mp4", "dash.mp4"), (".flv", "h264.flv"),
        (".mp3", "a.mp3"), (".flac", "a.flac"), (".ac3", "a.ac3"), (".aac", "a.aac"))],
    Row("unwritten-end.mp4", unwritten_end("-movflags +faststart"), UNFIT, ...),
    Row("unwritten-end.mkv", unwritten_end(""), UNFIT, ...),
    Row("padded.mp4", of("faststart.mp4", lambda d: d + bytes(9000))),
    Row("padded.mp3", of("a.mp3", lambda d: d + bytes(9000)), WARN, "no-picture", **SOUND_ONLY),
    Row("tail.mp4", of("h264.mp4", lambda d: d + os.urandom(5000))),
    Row("damaged.ts", of("h264.ts", lambda d: d[:20000] + bytes(20000) + d[40000:]), WARN, ..., frames=...),
    # What the decoder hides: most of its data is there.
    Row("damaged.mp4", of("faststart.mp4", lambda d: d[:len(d) // 2] + bytes(400) + d[len(d) // 2 + 400:]), WARN, ...,
            frames=...),
    Row("garbage.mp4", lambda _, p: p.write_bytes(os.urandom(100_000)), UNFIT, "not-decodable"),
    Row("zeros.mp4", lambda _, p: p.write_bytes(bytes(100_000)), UNFIT, "not-decodable"),
    Row("head-then-garbage.mp4", of("faststart.mp4", lambda d: d[:d.find(b"mdat") + 4] + os.urandom(len(d))), ...,
            ...),
    Row("text.mp4", lambda _, p: p.write_text("Đây không phải là phim.\n" * 100), UNFIT, "not-decodable"),
    Row("page.mp4", lambda _, p: p.write_text("<!doctype html><title>404</title>" * 50), UNFIT, "not-decodable"),
    Row("playlist.mp4", lambda _,
            p: p.write_text("#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n#EXTINF:10,\nhttp://127.0.0.1:1/a.ts\n"),
        UNFIT, "not-decodable"),
    Row("reference.mov", lambda _,
            p: p.write_bytes(bytes.fromhex("0000005e6d6f6f76") + b"\0\0\0\x56rmra\0\0\0\x4ermda\0\0\0\x46rdrf" +
        b"\0\0\0\0url \0\0\0\x32file:///etc/passwd".ljust(0x3e, b"\0")), UNFIT, "not-decodable"),
    Row("empty.mp4", lambda _, p: p.touch(), UNFIT, "not-decodable"),
    Row("one-byte.mp4", lambda _, p: p.write_bytes(b"x"), UNFIT, "not-decodable"),
    Row("bomb.png", png_bomb, UNFIT, "not-decodable"),
    Row("bomb.zip", zip_bomb, UNFIT, "not-decodable"),
    Row("pipe.mp4", lambda _, p: os.mkfifo(p), UNFIT, "not-decodable"),
    Row("socket.mp4", make_socket, UNFIT, "not-decodable"),
    Row("growing.mkv", copy_of("h264.mkv"), UNFIT, "not-decodable"),  # the test holds it open
    Row("out.mp4", link_to("../../outside.mp4"), UNFIT, "not-decodable"),
    Row("out-absolute.mp4", link_to("/etc/hostname"), UNFIT, "not-decodable"),
    Row("zero.mp4", link_to("/dev/zero"), UNFIT, "not-decodable"),
    Row("terminal.mp4", link_to("/dev/tty"), UNFIT, "not-decodable"),
    Row("proc.mp4", link_to("/proc/self/mem"), UNFIT, "not-decodable"),
    Row("away", None, UNFIT, "not-decodable"),
    Row("dangling.mp4", link_to("nowhere.mp4"), UNFIT, "not-decodable"),
    Row("loop.mp4", link_to("loop.mp4"), UNFIT, "not-decodable"),
] + ([Row("device.mp4", device, UNFIT, "not-decodable")] if os.geteuid() == 0 else [])

NFD = "ca\u0302\u0300u vo\u0302\u0300ng.mp4"  # as macOS writes it
NAMES = [
    "Tập 7 – Cầu Cần Thơ (bản cuối).mp4", NFD, "تلفزيون.mp4", "טלוויזיה.mp4", "电视台.mp4", "テレビ.mp4", "텔레비전.mp4",
    "โทรทัศน์.mp4",
    "टेलीविज़न.mp4", "телевизор.mp4", "τηλεόραση.mp4", "հեռուստատեսություն.mp4", "ტელევიზია.mp4", "ទូរទស្សន៍.mp4",
    "ኢትዮጵያ.mp4", "🎬📺.mp4",
    "quote'\"`.mp4", "back\\slash.mp4", "-dash.mp4", "per%20cent%.mp4", "hash#1?x=1&y.mp4", "new\nline.mp4",
    "tab\tbell\a.mp4",
    " blanks .mp4", "UPPER.MP4", "no-extension", "wrong.jpg", "wrong.txt.mkv", "a" * 251 + ".mp4",
    "deep/er/còn sâu hơn/clip.mp4",
    "\u202eright-to-left.mp4", "zero\u200bwidth.mp4", "{episode:02}.mp4", "$(touch x);&|.mp4",
]
NAMED = [Row(name, copy_of("h264.mp4")) for name in NAMES]
LINKED = [Row("inside.mp4", link_to("made/h264.mp4")), Row("inside-absolute.mp4", link_back_to("made/h264.mp4")),
          Row("inside-deep.mp4", link_to("./deep/../made/h264.mkv"))]

# Never listed: still on their way, or no clips.
LEFT_ALONE = [".hidden.mp4", "a.mp4.part", "b.uploading", "c.MP4.PART", "d.mp4.tmp", "e.crdownload", "f.filepart",
        "g.mp4~", "#h.mp4#",
              "i.partial",
        "o.mp4.part1", "p.mov.sb-1a2b3c4d-Xy12aB", ".~lock.mp4#", "~$k.mp4", "l.mp4.!ut",
        "m.mp4.download", ".n.mp4.Xy12aB", "notes.txt",
              "tap-01.srt",
              "tap-01.vtt", "Thumbs.db", "desktop.ini"]

ROWS = CODED + SHAPES + STILLS + SOUNDS + BAD + NAMED + LINKED


def make_base(folder):
    ffmpeg(["-f", "lavfi", "-i", PICTURE, "-f", "lavfi", "-i", STEREO, "-c:v", "ffv1", "-c:a", "pcm_s16le"],
            folder / BASE)


def make_all(folder):
    """@folder/media holds them; what they are made from lies beside it."""
    media = folder / "media"
    (media / "made").mkdir(parents=True)
    make_base(folder)
    (folder / "made").symlink_to("media/made")
    (folder / "outside.mp4").write_bytes(b"not ours")
    coded = CODED + SHAPES + STILLS + SOUNDS
    for row in coded:
        row.path = "made/" + row.name
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda row: row.make(folder, media / row.path), coded))
    for row in BAD + NAMED + LINKED:
        row.path = row.name
        path = media / row.name
        path.parent.mkdir(parents=True, exist_ok=True)
        if row.make:
            row.make(folder, path)
    raw = os.fsencode(str(media)) + b"/latin-\xe9\xff.mp4"  # no UTF-8 at all
    with open(raw, "wb") as out:
        out.write((media / "made/h264.mp4").read_bytes())
    for name in LEFT_ALONE:
        (media / name).write_bytes((media / "made/h264.mp4").read_bytes())
    (media / "away").symlink_to("/usr")
    (media / "back").symlink_to(media / "deep")  # a folder inside: nothing to say of it
    (media / "round").symlink_to(".")
    return media
