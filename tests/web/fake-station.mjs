// SPDX-License-Identifier: GPL-3.0-or-later
// A station that answers the page like playoutd does, from a made-up evening, so that every state the page can show is
// shown: missing and doubtful episodes, filler, live, alarms, calendars that wait. Its instant is what the test says.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

const RATE = 25;
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2" };
export const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "media-src 'self' blob:; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const MINUTE = 60000;
const frame = (ms) => Math.ceil((ms * RATE) / 1000);
const iso = (ms) => new Date(ms).toISOString().replace("Z", "000000Z");

function item(start, end, values) {
  return {
    start_frame: frame(start), end_frame: frame(end), start: iso(start), end: iso(end), kind: "media", reason: "planned", uid: null, instance: null,
    part: -1, title: "", media: null, media_hash: null, media_in_ns: 0, episode: 0, start_type: null, end_type: null,
    slot_start_frame: null, slot_end_frame: null, held: false, ...values,
  };
}

// An evening from seven minutes ago: [minutes, values]; what is not said is filler of 90 s clips.
function evening(now) {
  const zero = Math.floor(now / MINUTE) * MINUTE - 7 * MINUTE;
  const events = [
    [-70, 30, { uid: "thoi-su@kenhmau.vn", title: "Thời sự chiều", media: "thoi-su/chieu.mp4", start_type: "FIXED" }],
    [-30, 15, { uid: "du-bao@kenhmau.vn", title: "Dự báo thời tiết và thủy văn", media: "thoi-tiet/hom-nay.mov", start_type: "FOLLOW" }],
    [0, 30, { uid: "cchc-2027@kenhmau.vn", title: "Cải cách hành chính: Một cửa liên thông, đi một nơi, xong mọi việc", episode: 7, media: "cchc-2027/tap-07.mp4", start_type: "FIXED" }],
    [32, 12, { uid: "huong-dan@kenhmau.vn", title: "Hướng dẫn nộp hồ sơ trực tuyến", media: "huong-dan/nop-ho-so.mp4", start_type: "SOFT" }],
    [60, 45, { uid: "doi-thoai@kenhmau.vn", title: "Gặp gỡ và đối thoại về cải cách hành chính quý II", kind: "live", media: "live:studio-a", start_type: "MANUAL", end_type: "MANUAL" }],
    [120, 30, { uid: "cchc-2027@kenhmau.vn", title: "Cải cách hành chính", episode: 8, kind: "filler", reason: "missing", media: "huong-dan/chu-ky-so.mp4", start_type: "FIXED" }],
    [165, 20, { uid: "chuyen-de@kenhmau.vn", title: "Chuyên đề chuyển đổi số (dự kiến)", kind: "filler", reason: "tentative", media: "huong-dan/vneid.mp4", start_type: "FIXED" }],
    [200, 25, { uid: "phim@kenhmau.vn", title: "Phim tài liệu: Dòng sông quê tôi", media: "phim/dong-song.mkv", start_type: "FIXED" }],
  ];
  const items = [];
  let at = zero - 100 * MINUTE;
  const fill = (until) => {
    for (let clip = 0; at < until; clip++) {
      const end = Math.min(at + 90000, until);
      items.push(item(at, end, end - at < 30000 ? { kind: "card", reason: "gap", title: "Tiếp theo" }
        : { kind: "filler", reason: "gap", title: `Hướng dẫn ${1 + (clip % 12)}`, media: `huong-dan/${1 + (clip % 12)}.mp4` }));
      at = end;
    }
  };
  for (const [minute, length, values] of events) {
    fill(zero + minute * MINUTE);
    const end = at + length * MINUTE;
    items.push(item(at, end, { part: 0, instance: iso(at), slot_start_frame: frame(at), slot_end_frame: frame(end), end_type: "AUTO", ...values }));
    at = end;
  }
  fill(zero + 22 * 60 * MINUTE);
  return items;
}

function logOf(items, now) {
  return items.filter((one) => Date.parse(one.start) <= now).map((one, i) => {
    const end = Math.min(Date.parse(one.end), now), over = Date.parse(one.end) <= now;
    const frames = frame(end) - one.start_frame, fill = one.kind !== "media" && one.kind !== "live";
    const spoilt = one.uid === "du-bao@kenhmau.vn";
    return {
      id: i + 1, channel: "Kênh mẫu", uid: one.uid, instance: one.instance, part: one.part, title: one.title, kind: one.kind, media: one.media,
      media_hash: one.media && "9f86d081884c7d65", start_type: one.start_type, rate: "25/1", planned_start_frame: one.start_frame, planned_start: one.start,
      planned_duration_frames: one.end_frame - one.start_frame, actual_start_frame: one.start_frame, actual_start: one.start,
      actual_end_frame: frame(end), actual_end: iso(end), actual_duration_frames: frames, som_ns: 0, frames_shown: spoilt ? frames - 62 : frames,
      frames_repeated: spoilt ? 12 : 0, frames_filled: spoilt ? 50 : 0, status: !over ? "on-air" : fill ? "filled" : spoilt ? "partial" : "aired",
      reason: spoilt ? "bộ giải mã bị treo. Đã phát thay" : one.reason, node: "test", epoch: 1,
    };
  });
}

function season(year) {
  const list = [];
  for (let i = 0; i < 26; i++) {
    const start = Date.UTC(year, 0, 6, 13) + i * 14 * 86400000;
    list.push(occurrence(start, 30, "cchc-2027@kenhmau.vn", "Cải cách hành chính", i, 1, i === 20 ? "TENTATIVE" : "CONFIRMED"));
  }
  for (let i = 0; i < 4; i++)
    list.push(occurrence(Date.UTC(year, 2 + 3 * i, 20, 1), 90, `doi-thoai-${i + 1}@kenhmau.vn`, `Gặp gỡ và đối thoại quý ${i + 1}`, 0, 0, "CONFIRMED", "doi-thoai-2027.ics"));
  return list;
}

// What the plan says of the season's episodes ahead: most have their clip.
function plannedSeason(now) {
  return season(2027).filter((one) => Date.parse(one.start) > now + 22 * 60 * MINUTE).map((one, i) =>
    item(Date.parse(one.start), Date.parse(one.end), { uid: one.uid, instance: one.instance, title: one.summary, part: 0,
      ...(one.uid.startsWith("doi-thoai") ? { kind: "live" } : i > 9 ? { kind: "filler", reason: "missing" } : {}) }));
}

function occurrence(start, minutes, uid, summary, ordinal, firstEpisode, status, file = "cchc-2027.ics") {
  return {
    start: iso(start), end: iso(start + minutes * MINUTE), uid, instance: iso(start), recurrence_id: null, summary, status, transparent: false,
    date_only: false, categories: [], start_type: "FIXED", end_type: "AUTO", series_uid: uid, recurring: file === "cchc-2027.ics", ordinal, first_episode: firstEpisode,
    file, line: 21,
  };
}

const CLIPS = (now) => {
  const clip = (path, values) => ({
    path, verdict: "fit", reasons: [], findings: [], duration_ns: 1800e9, frames: 45000, width: 1920, height: 1080, rate: "25/1", video_codec: "H.264", audio_codec: "AAC",
    silence_runs: [], black_runs: [], freeze_runs: [], decode_errors: 0, decode_error_times_ns: [],
    channels: 2, loudness_lufs: -23.1, true_peak_dbtp: -2.4, sha256: "9f86d081884c7d65", kind: "video", problem: null, has_audio: true, container: "MP4",
    loudness_range_lu: 6.2, interlaced: false, rotation: 0, airs: null, airings: [], airings_total: 0, filler: false, fills: 0, serves: false,
    som: null, som_ns: null, eom: null, eom_ns: null, ...values });
  const airing = (hours, episode) => ({ start: iso(now + hours * 3600000), end: iso(now + (hours + 0.5) * 3600000), slot_start: iso(now + hours * 3600000),
    slot_end: iso(now + (hours + 0.5) * 3600000), uid: "cchc-2027@kenhmau.vn", instance: iso(now + hours * 3600000), title: "Cải cách hành chính", part: 0, episode, why: "template", state: "planned", cut_ns: episode === 9 ? 72e9 : 0, lacking_ns: 0, warning: null });
  const finding = (verdict, code, text) => ({ verdict, code, text });
  const loud = "độ to -14.2 LUFS, cao hơn -23 là 8.8 LU: khi phát sẽ được hạ 8.8 dB; xuất lại ở -23 LUFS thì không phải hạ";
  const long = "dài 31:12, suất phát 30:00: 01:12 cuối bị cắt; dựng lại cho vừa 30:00";
  return [
    clip("cchc-2027/tap-07.mp4", { airs: iso(now), airings: [airing(0, 7), airing(23, 7)] }),
    clip("cchc-2027/tap-09.mp4", { verdict: "warn", reasons: [loud, long], findings: [finding("warn", "loudness", loud), finding("warn", "too-long", long)],
      black_runs: [{ from_ns: 0, to_ns: 3e9 }, { from_ns: 725.4e9, to_ns: 731e9 }], decode_errors: 22, decode_error_times_ns: [61.2e9, 62e9],
      loudness_lufs: -14.2, true_peak_dbtp: 0.3, duration_ns: 1872e9, frames: 46800, airs: iso(now + 336 * 3600000), airings: [airing(336, 9)] }),
    clip("cchc-2027/tap-10.mov", { verdict: "unfit", reasons: ["tệp bị cắt cụt sau 04:12; chép lại tệp"], findings: [finding("unfit", "truncated", "tệp bị cắt cụt sau 04:12; chép lại tệp")],
      loudness_lufs: null, true_peak_dbtp: null, channels: 0, airs: iso(now + 672 * 3600000), airings: [airing(672, 10)] }),
    clip("huong-dan/nop-ho-so-truc-tuyen-tren-cong-dich-vu-cong-quoc-gia.mp4", { fills: 41, filler: true, serves: true, duration_ns: 90e9, frames: 2250 }),
    clip("phong-su/mua-gat.mp4", {}),
  ];
};

const REPORT = (now, corrections) => {
  const instance = (i, state, values) => ({ uid: "cchc-2027@kenhmau.vn", instance: iso(Date.UTC(2027, 0, 6, 13) + i * 14 * 86400000), title: "Cải cách hành chính", state,
    planned_start: iso(Date.UTC(2027, 0, 6, 13) + i * 14 * 86400000), start: iso(Date.UTC(2027, 0, 6, 13) + i * 14 * 86400000), end: null, moved: false, made_up: false, owed: false,
    live: false, media: null, why: null, who: null, decided: null, shown_seconds: state === "aired" ? 1800 : 0, lost_seconds: 0, rows: [], made_up_row: null,
    aired: state === "aired" || state === "partial" ? iso(Date.UTC(2027, 0, 6, 13) + i * 14 * 86400000) : null, ...values });
  const zero = { planned: 0, aired: 0, partial: 0, cancelled: 0, missed: 0, removed: 0, to_come: 0, withdrawn: 0, moved: 0, made_up: 0, owed: 0, percent: 0, percent_text: "0", shown_seconds: 0 };
  const programme = [...Array(26).keys()].map((i) => (i === 3 ? instance(i, "missed", { why: "missing", owed: false, made_up: true, made_up_row: 118 })
    : i === 4 ? instance(i, "partial", { shown_seconds: 1320, rows: [131, 132], owed: true }) : i === 5 ? instance(i, "aired", { moved: true, rows: [140] })
      : i < 7 ? instance(i, "aired", { rows: [100 + i] }) : instance(i, "to_come")));
  const settled = programme.map((one) => {
    const correction = corrections.get(one.instance);
    return correction ? { ...one, state: correction.status, why: correction.why, who: "lan" } : one;
  });
  const talks = [...Array(4).keys()].map((i) => instance(i, i === 0 ? "aired" : "to_come", { uid: "doi-thoai@kenhmau.vn", title: "Gặp gỡ và đối thoại về cải cách hành chính" }));
  return { from: iso(now), to: iso(now),
    text: "Thực hiện 6/26 số phát sóng chuyên mục Cải cách hành chính (định kỳ 2 tuần/số), đạt tỷ lệ 23% kế hoạch; 1/4 chương trình Gặp gỡ và đối thoại.",
    series: [
      { ...zero, uid: "cchc-2027@kenhmau.vn", title: "Cải cách hành chính", live: false, planned: 26, aired: 5, partial: 1, missed: 1, to_come: 19, moved: 1, made_up: 1, owed: 1, percent: 23, percent_text: "23", shown_seconds: 10320, instances: settled },
      { ...zero, uid: "doi-thoai@kenhmau.vn", title: "Gặp gỡ và đối thoại về cải cách hành chính", live: true, planned: 4, aired: 1, to_come: 3, percent: 25, percent_text: "25", shown_seconds: 5520, instances: talks }],
    clips: [...Array(12).keys()].map((i) => ({ media: `huong-dan/${i + 1}.mp4`, title: null, filler: true, airings: 410 + i, shown_seconds: 36900 })),
    hours: [{ category: "CCHC", seconds: 10320 }, { category: "filler", seconds: 444000 }, { category: "card", seconds: 7200 }],
    faults: [{ kind: "held", time: iso(now - 86400000), seconds: 0.48, row: 131, title: "Cải cách hành chính", why: null }, { kind: "source-loss", time: iso(now - 9e8), seconds: 42, row: 99, title: "Gặp gỡ và đối thoại quý 1", why: "studio-a" }] };
};

const change = (kind, text) => ({ kind, uid: "cchc-2027@kenhmau.vn", instance: null, title: "Cải cách hành chính", episode: 7, text });
const DIFFERENCE = {
  name: null, in_force: "5f0c7a2e9100aa", revision: "77ab120cc4d0ff", earliest: "2027-03-31T12:05:20Z",
  summary: ["“Cải cách hành chính”: 20 buổi phát lùi lại 15 phút", "3 mục mất clip", "1 mục không phát nữa"],
  undisturbed: "“Cải cách hành chính” đang phát và vẫn phát theo kế hoạch cũ đến 19:28; lúc này chỉ lệnh của người trực (bỏ qua, phát, kéo dài) mới thay đổi được",
  n_changes: 340,
  changes: [change("moved", "“Cải cách hành chính” tập 7 dời từ 01/04 19:45 sang 02/04 20:00"), change("missing", "“Cải cách hành chính” tập 8, 14/04 20:00, bị mất clip; phát clip đệm"),
    change("removed", "“Phim tài liệu: Dòng sông quê tôi”, 03/04 21:00 đến 21:45, không phát nữa"), change("added", "“Nhịp sống Cần Thơ” phát từ 05/04 08:00 đến 08:30"),
    ...[...Array(40).keys()].map((i) => change("moved", `“Cải cách hành chính” tập ${i + 9} dời từ 28/04 20:00 sang 28/04 20:15`)), change("filler", "Thêm 7 giờ phim hướng dẫn")],
  problems: ["cchc-2027.ics:21: cảnh báo: cchc-2027@kenhmau.vn DTSTART: “Cải cách hành chính” và “Nhịp sống Cần Thơ” (khac.ics:7) chồng giờ từ 05/04/2027 08:15 đến 08:30; “Nhịp sống Cần Thơ” lên sóng lúc đó"],
  faults: ["cchc-2027.ics:52: lỗi: cchc-2027@kenhmau.vn DTEND: kết thúc trước khi bắt đầu; coi là sự kiện không có độ dài"],
};

// A grey picture of one pixel.
const PICTURE = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==", "base64");

export const ALARMS = [
  { id: "media:missing", severity: "error", since: "2027-03-31T10:00:00.000000000Z", text: "cchc-2027.ics:21: error: cchc-2027@kenhmau.vn ATTACH: không có clip cchc-2027/tap-08.mp4 cho 20:58 hôm nay; hướng dẫn sẽ phát thay",
    what_to_do: "Chép tap-08.mp4 vào thư mục cchc-2027 trước giờ phát, hoặc gọi Ban Thời sự" },
  { id: "output:archive", severity: "warning", since: "2027-03-31T11:22:33.000000000Z", text: "output archive: còn 3 giờ thì đầy đĩa",
    what_to_do: "Chuyển các bản ghi cũ sang ổ khác" },
];

/** { url, station, close() }; station's members are what a test may change while the page is open. Its clock runs, unless
 * @driven: then only step() moves it. */
export async function startFake({ page, now = Date.parse("2027-03-31T12:05:17Z"), alarms = ALARMS, driven = false } = {}) {
  const began = Date.now();
  let stepped = 0;
  const station = {
    alarms, languages: [], heard: [], commands: [], keys: [], onAir: null, overrun: null, faults: [], gate: null, posts: [], channel: "Kênh mẫu", lacking: [], uploads: [], matches: [], closed: false, streams: new Set(), silent: false, refusing: null, session: { name: null, role: "admin", has_users: false }, waiting: true, clock: () => now + (driven ? stepped : Date.now() - began), step: (ms) => { stepped += ms; },
    items: evening(now), planned: null, previews: 0, held: false, slate: false,
  };
  station.status = () => {
    const at = station.clock(), n = Math.floor((at * RATE) / 1000);
    const index = station.items.findIndex((one) => one.end_frame > n);
    const on = { ...station.items[index], held: station.held, left_ms: ((station.items[index].end_frame - n - 1) * 1000) / RATE,
      position_ms: ((n - station.items[index].start_frame) * 1000) / RATE, screen: "source", frames_shown: n - station.items[index].start_frame, frames_repeated: 0, frames_filled: 0 };
    Object.assign(on, station.onAir);
    if (station.slate) Object.assign(on, { kind: "slate", reason: "command", title: "", episode: 0, media: null });
    const upcoming = station.items.slice(index + 1, index + 6).map((one, i) => ({ ...one, player: i === 0 ? "cued" : undefined }));
    const attention = station.items.slice(index).find((one) => one.reason === "missing" || one.start_type === "MANUAL");
    return {
      channel: station.channel, version: "0.1.0", pid: 1, now: iso(at), timezone: "Asia/Ho_Chi_Minh", format: "1280x720p25", rate: "25/1", frame: n, k: n,
      on_air: on, next: upcoming[0], upcoming, attention_in_ms: attention ? Math.max(0, Date.parse(attention.start) - at) : null, attention: attention || null,
      rundown_revision: `r${station.commands.length}`, schedule_revision: "5f0c7a2e91", media_revision: "m1", config_revision: "c1",
      lateness: {}, players: {}, log: {}, outputs: [
        { name: "main", type: "udp", state: "running", where: "udp://239.1.1.1:5000", frames: n, dropped: 0, errors: 0, restarts: 0, problem: null },
        { name: "archive", type: "file", state: "running", where: "/srv/rec", frames: n, dropped: 0, errors: 1, restarts: 1, problem: "còn 3 giờ thì đầy đĩa" }],
      loudness: { momentary_lufs: -22.4, short_term_lufs: -23.3, integrated_lufs: -23.1, true_peak_dbtp: -4.2 },
      overrun: station.overrun, programme_faults: station.faults,
      sources: [{ name: "studio-a", state: "idle", message: null }, { name: "hoi-truong", state: "away", message: "không trả lời ở srt://10.0.0.7:9000" }],
      alarms: station.alarms,
      last_commands: { take: { who: "lan", time: iso(now - 3600000) }, skip: { who: "127.0.0.1", time: iso(now - 1800000) },
        ...Object.fromEntries(station.commands.map((one, i) => [one.verb, { who: "lan", time: iso(now + i) }])) },
    };
  };

  const answers = {
    "/session": () => station.session,
    "/status": () => station.status(),
    "/alarms": () => station.alarms,
    "/rundown": (query) => [...station.items, ...plannedSeason(now)].filter((one) => Date.parse(one.end) > Date.parse(query.get("from")) && Date.parse(one.start) < Date.parse(query.get("to"))),
    "/asrun": (query) => {
      const from = Date.parse(query.get("from")), to = Date.parse(query.get("to"));
      const past = season(2027).filter((one) => Date.parse(one.end) < station.clock() && one.ordinal !== 3).map((one, i) => ({
        ...logOf([item(Date.parse(one.start), Date.parse(one.end), { uid: one.uid, instance: one.instance, title: one.summary, part: 0 })], station.clock())[0],
        id: 90000 + i, ...(one.ordinal === 4 ? { status: "interrupted", frames_shown: 1000 } : {}) }));
      const corrected = (row) => {
        const { status, why } = station.corrections.get(row.id) || {};
        return status ? { ...row, status, correction: { id: 7, status_before: row.status, who: "lan", why, time: iso(station.clock()) } } : row;
      };
      return [...past, ...logOf(station.items, station.clock())].map(corrected).filter((row) => Date.parse(row.actual_end) > from && Date.parse(row.actual_start) < to);
    },
    "/occurrences": (query) => season(2027).filter((one) => Date.parse(one.start) >= Date.parse(query.get("from")) && Date.parse(one.start) < Date.parse(query.get("to"))),
    "/media": () => CLIPS(now),
    "/media/missing": () => [
      { uid: "cchc-2027@kenhmau.vn", instance: iso(now), part: 0, episode: 8, title: "Cải cách hành chính", state: "missing", expected: ["cchc-2027/tap-08.mp4"],
        why: "“cchc-2027/tap-08.mp4” không có trong thư mục clip", start: iso(now + 9 * 3600000), end: iso(now + 9.5 * 3600000), left_ms: 9 * 3600000,
        deadline: iso(now + 3 * 3600000), in_ms: 3 * 3600000, tell: ["bientap@kenhmau.vn"], producer: "bientap@kenhmau.vn" },
      { uid: "phim@kenhmau.vn", instance: iso(now), part: 0, episode: 0, title: "Phim tài liệu: Dòng sông quê tôi", state: "unfit", expected: ["phim/dong-song.mkv"],
        why: "phim/dong-song.mkv không phát được: tệp bị cắt cụt", start: iso(now + 50 * 3600000), end: iso(now + 51 * 3600000), left_ms: 50 * 3600000,
        deadline: null, in_ms: null, tell: [], producer: null },
      ...station.lacking],
    "/report": () => REPORT(now, station.corrections),
    "/schedules/diff": () => DIFFERENCE,
    "/schedules": () => ({
      calendars: [{ name: "toa-soan", file: "calendar:toa-soan", host: "lich.kenhmau.vn", good: iso(now - 300000), next: iso(now + 1000), problem: null },
        { name: "doi-tac", file: "calendar:doi-tac", host: "cloud.doitac.vn", good: iso(now - 9000000), next: iso(now + 60000), problem: "máy chủ trả lời 503 Service Unavailable" },
        { name: "moi", file: "calendar:moi", host: "lich.vi-du.vn", good: null, next: iso(now + 60000), problem: "không tìm thấy máy chủ" }],
      in_force: "5f0c7a2e9100aa", candidate: station.waiting ? "77ab120cc4d0ff" : "5f0c7a2e9100aa",
      files: [{ name: "cchc-2027.ics", state: station.waiting ? "kept-shrunk" : "accepted" }, { name: "doi-thoai-2027.ics", state: "accepted" }, { name: "huong-dan-2027.ics", state: "accepted" }],
      revisions: [
        { revision: "11aa22bb33cc44", time: iso(now - 90 * 86400000), why: "changed", who: "folder", in_force: false, files: ["cchc-2027.ics"] },
        { revision: "5f0c7a2e9100aa", time: iso(now - 9 * 86400000), why: "confirm", who: "lan (uid 1000)", in_force: true, files: ["cchc-2027.ics", "doi-thoai-2027.ics", "huong-dan-2027.ics"] }],
      alarms: station.waiting ? ["cchc-2027.ics: error: 12 of its 26 events are gone; its last good version stays on air; if that is meant, accept it"] : [],
      faults: ["doi-thoai-2027.ics:48: warning: doi-thoai-2@kenhmau.vn DTEND: ends before it starts; one hour is assumed"],
    }),
  };

  // Users and keys: what the daemon does with them, as far as the page sees.
  const since = iso(now - 40 * 86400000);
  station.people = { asked: [], users: [{ name: "lan", role: "admin", since }, { name: "bientap@kenhmau.vn", role: "producer", since }],
    tokens: [{ name: "giam-sat", role: "viewer", since, until: null }, { name: "lich-toa-soan", role: "producer", since, until: iso(now + 300 * 86400000) }] };
  station.corrections = new Map();
  answers["/users"] = () => station.people.users;
  answers["/tokens"] = () => station.people.tokens;

  async function onPeople(path, request, response) {
    let text = "";
    for await (const part of request) text += part;
    const [, list, name] = path.split("/").map(decodeURIComponent), all = station.people[list], body = text ? JSON.parse(text) : {};
    station.people.asked.push({ method: request.method, path, body });
    if (request.method === "POST") {
      const { name: called, role, days } = body;
      all.push({ name: called, role, since: iso(now), ...(list === "tokens" && { until: days ? iso(now + days * 86400000) : null }) });
      return json(response, 201, { ...all[all.length - 1], ...(list === "tokens" && { key: "po_khoa-chi-hien-mot-lan" }) });
    }
    const one = all.find((each) => each.name === name);
    if (request.method === "PATCH") return json(response, 200, Object.assign(one, body.role && { role: body.role }));
    if (one.role === "admin") return json(response, 409, { title: "Conflict", status: 409, detail: `“${name}” is the last admin; make another one first` });
    station.people[list] = all.filter((each) => each !== one);
    response.writeHead(204);
    return response.end();
  }

  const json = (response, status, body) => {
    response.writeHead(status, { "Content-Type": status < 400 ? "application/json" : "application/problem+json", "Cache-Control": "no-store" });
    response.end(JSON.stringify(body));
  };
  const dayStart = (query) => {
    for (const name of ["from", "to"])
      if (/^\d{4}-\d\d-\d\d$/.test(query.get(name) || "")) query.set(name, new Date(Date.parse(`${query.get(name)}T00:00:00+07:00`)).toISOString());
    return query;
  };
  const send = (stream) => station.silent || stream.write(`event: status\ndata: ${JSON.stringify(station.status())}\n\n`);
  station.tell = () => station.streams.forEach(send);

  async function onMarks(path, request, response) {
    let text = "";
    for await (const part of request) text += part;
    const body = JSON.parse(text);
    station.posts.push({ path, body });
    return body.som === "1:2" ? json(response, 400, { title: "Bad Request", status: 400, detail: "“1:2” is neither HH:MM:SS:FF nor a length such as PT1M30S" })
      : json(response, 200, { path: decodeURIComponent(path.split("/").slice(2, -1).join("/")), ...body });
  }

  async function onPost(path, request, response) {
    let text = "";
    for await (const part of request) text += part;
    const body = text && path !== "/schedules/uploads" ? JSON.parse(text) : {};
    const verb = path.replace("/commands/", "");
    if (path === "/session") {
      station.heard.push(request.headers["accept-language"]);
      if (body.password !== "một mật khẩu dài") return json(response, 401, { title: "Unauthorized", status: 401, detail: "sai tên hoặc mật khẩu" });
      station.session = { name: body.name, role: "viewer", has_users: true };
      return json(response, 200, station.session);
    }
    if (!body.dry_run) {
      station.matches.push(request.headers["if-match"] || "");
      station.keys.push(request.headers["idempotency-key"]);
    }
    await station.gate;
    if (station.refusing && !body.dry_run) return json(response, station.refusing.status, { title: "Precondition Failed", status: station.refusing.status, detail: station.refusing.detail });
    if (path.startsWith("/alarms/")) {
      const ids = body.ids || [body.id];
      station.posts.push({ path, body });
      station.alarms = station.alarms.map((one) => ids.includes(one.id) ? { ...one, acknowledged: { who: body.who, time: iso(station.clock()) } } : one);
      setTimeout(station.tell, 10);
      return json(response, 200, body.ids ? ids.map((id) => ({ id, acknowledged: true, problem: null })) : station.alarms);
    }
    if (path === "/schedules/uploads") {
      station.uploads.push({ text, type: request.headers["content-type"], language: request.headers["accept-language"] });
      return text.includes("BEGIN:VCALENDAR") ? json(response, 200, { ...DIFFERENCE, upload: "u-0011223344556677" })
        : json(response, 400, { title: "Bad Request", status: 400, detail: "“x.ics” is no calendar that can be used" });
    }
    if (path === "/asrun/corrections") {
      station.corrections.set(body.airing ?? body.instance, body);
      return json(response, 200, { correction: 7 });
    }
    if (path.startsWith("/schedules/")) {
      station.posts.push({ path, body });
      station.waiting = false;
      station.tell();
      return json(response, 200, answers["/schedules"]());
    }
    if (!body.dry_run) {
      station.commands.push({ verb, body });
      if (verb === "hold" || verb === "resume") station.held = verb === "hold";
      if (verb === "slate" || verb === "back") station.slate = verb === "slate";
      setTimeout(station.tell, 40);
    } else station.previews++;
    return json(response, 200, { frame: frame(station.clock()) + 12, time: iso(station.clock() + 480), dry_run: !!body.dry_run,
      changes: ["“Cải cách hành chính” số 7 kết thúc sớm 22:43, lúc 19:05:18", "Thêm 22:43 phim hướng dẫn"], rundown_revision: "r1", ...station.planned });
  }

  const server = createServer(async (request, response) => {
    const url = new URL(request.url, "http://localhost");
    if (station.closed) return request.destroy();
    if (url.pathname === "/api/v1/events") {
      response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
      response.write("retry: 1000\n\n");
      station.languages.push(url.searchParams.get("language"));
      station.streams.add(response);
      response.on("close", () => station.streams.delete(response));
      return send(response);
    }
    if (url.pathname.startsWith("/api/v1/")) {
      const path = url.pathname.slice(7);
      if (/^\/(users|tokens)/.test(path) && request.method !== "GET") return onPeople(path, request, response);
      if (request.method === "DELETE") {
        station.session = { name: null, role: "none", has_users: true };
        response.writeHead(204);
        return response.end();
      }
      if (request.method === "PATCH") return onMarks(path, request, response);
      if (request.method === "POST") return onPost(path, request, response);
      if (/\/(thumbnail|strip)$/.test(path)) {
        response.writeHead(200, { "Content-Type": "image/png" });
        return response.end(PICTURE);
      }
      if (station.silent) return undefined; // a line that hangs
      if (driven && path === "/status") return json(response, 503, { title: "Service Unavailable", status: 503, detail: "only the stream tells this clock" });
      return answers[path] ? json(response, 200, answers[path](dayStart(url.searchParams))) : json(response, 404, { title: "Not Found", status: 404, detail: "there is nothing at this path" });
    }
    const name = url.pathname === "/" ? "index.html" : url.pathname.replace("/assets/", "");
    try {
      const bytes = await readFile(join(page, name));
      response.writeHead(200, { "Content-Type": TYPES[name.slice(name.lastIndexOf("."))], "Content-Security-Policy": POLICY });
      return response.end(bytes);
    } catch {
      response.writeHead(404);
      return response.end();
    }
  });
  const beat = driven ? null : setInterval(station.tell, 500);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`, station,
    close() {
      clearInterval(beat);
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
