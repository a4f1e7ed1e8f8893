-- SPDX-License-Identifier: GPL-3.0-or-later
-- A log as version 1 of its tables had it: two airings, and one that a power cut left open.
CREATE TABLE journal (
  seq INTEGER PRIMARY KEY, frame INTEGER NOT NULL, rate_n INTEGER NOT NULL, rate_d INTEGER NOT NULL,
  at_ns INTEGER NOT NULL, utc_ns INTEGER NOT NULL, kind TEXT NOT NULL, who TEXT, args TEXT NOT NULL,
  node TEXT NOT NULL, epoch INTEGER NOT NULL);
CREATE INDEX journal_at ON journal (at_ns);
CREATE TABLE airing_event (
  id INTEGER PRIMARY KEY, airing INTEGER NOT NULL,
  event TEXT NOT NULL CHECK (event IN ('start', 'end', 'interrupted')),
  frame INTEGER NOT NULL, k INTEGER NOT NULL, utc_ns INTEGER NOT NULL,
  rate_n INTEGER NOT NULL, rate_d INTEGER NOT NULL, channel TEXT, uid TEXT, instance TEXT, part INTEGER,
  title TEXT, media TEXT, sha256 TEXT, kind TEXT, reason TEXT, start_type TEXT,
  planned_start_frame INTEGER, planned_start_ns INTEGER, planned_duration_frames INTEGER, som_ns INTEGER,
  shown INTEGER, repeated INTEGER, filled INTEGER, status TEXT,
  node TEXT NOT NULL, epoch INTEGER NOT NULL);
CREATE UNIQUE INDEX airing_event_close ON airing_event (airing) WHERE event <> 'start';
CREATE INDEX airing_event_time ON airing_event (utc_ns) WHERE event = 'start';
CREATE INDEX airing_event_uid ON airing_event (uid, instance) WHERE event = 'start';
CREATE INDEX airing_event_media ON airing_event (media) WHERE event = 'start';
CREATE TABLE checkpoint (
  airing INTEGER PRIMARY KEY, frame INTEGER NOT NULL, k INTEGER NOT NULL, utc_ns INTEGER NOT NULL,
  shown INTEGER NOT NULL, repeated INTEGER NOT NULL, filled INTEGER NOT NULL, open INTEGER NOT NULL);
CREATE INDEX checkpoint_open ON checkpoint (airing) WHERE open = 1;
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
  BEGIN SELECT RAISE (ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
  BEGIN SELECT RAISE (ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_no_replace BEFORE INSERT ON journal
  WHEN EXISTS (SELECT 1 FROM journal WHERE seq = NEW.seq)
  BEGIN SELECT RAISE (ABORT, 'the journal is append-only'); END;
CREATE TRIGGER airing_event_no_update BEFORE UPDATE ON airing_event
  BEGIN SELECT RAISE (ABORT, 'the as-run record is append-only'); END;
CREATE TRIGGER airing_event_no_delete BEFORE DELETE ON airing_event
  BEGIN SELECT RAISE (ABORT, 'the as-run record is append-only'); END;
CREATE TRIGGER airing_event_no_replace BEFORE INSERT ON airing_event
  WHEN EXISTS (SELECT 1 FROM airing_event WHERE id = NEW.id)
    OR NEW.event <> 'start' AND EXISTS (SELECT 1 FROM airing_event WHERE airing = NEW.airing AND event <> 'start')
  BEGIN SELECT RAISE (ABORT, 'the as-run record is append-only'); END;
CREATE TRIGGER checkpoint_no_delete BEFORE DELETE ON checkpoint
  BEGIN SELECT RAISE (ABORT, 'checkpoints are kept'); END;
CREATE TRIGGER checkpoint_forward BEFORE UPDATE ON checkpoint
  WHEN NEW.airing <> OLD.airing OR NEW.k < OLD.k OR NEW.open > OLD.open
  BEGIN SELECT RAISE (ABORT, 'a checkpoint only goes forward'); END;
CREATE VIEW asrun AS SELECT s.id AS id, s.channel AS channel, s.uid AS uid, s.instance AS instance, s.part AS part,
 s.title AS title, s.media AS media, s.sha256 AS media_hash, s.kind AS kind, s.start_type AS start_type,
 s.rate_n AS rate_n, s.rate_d AS rate_d, s.planned_start_frame AS planned_start_frame,
 s.planned_start_ns AS planned_start_ns, s.planned_duration_frames AS planned_duration_frames,
 s.frame AS actual_start_frame, s.utc_ns AS actual_start_ns, s.k AS start_k,
 coalesce (e.frame, c.frame, s.frame) AS actual_end_frame,
 coalesce (e.utc_ns, c.utc_ns, s.utc_ns) AS actual_end_ns, coalesce (e.k, c.k, s.k) AS end_k,
 coalesce (e.frame, c.frame, s.frame) - s.frame AS actual_duration_frames, s.som_ns AS som_ns,
 coalesce (e.shown, c.shown, 0) AS frames_shown, coalesce (e.repeated, c.repeated, 0) AS frames_repeated,
 coalesce (e.filled, c.filled, 0) AS frames_filled, coalesce (e.status, 'on-air') AS status,
 coalesce (e.reason, s.reason) AS reason, s.node AS node, s.epoch AS epoch
 FROM airing_event AS s LEFT JOIN airing_event AS e ON e.airing = s.id AND e.event <> 'start'
 LEFT JOIN checkpoint AS c ON c.airing = s.id WHERE s.event = 'start';
INSERT INTO journal VALUES (1,44980987500,25,1,1799239500000000000,1799239500000000000,'start','daemon','{}','node-a',1);
INSERT INTO airing_event VALUES (1,1,'start',44980987500,0,1799239500000000000,25,1,'HueTV','cchc@test','2027-01-06T12:45:00Z',0,'Tập 1','tap-01.mp4','ab12','media','planned','FIXED',44980987500,1799239500000000000,100,0,NULL,NULL,NULL,NULL,'node-a',1);
INSERT INTO airing_event VALUES (2,1,'end',44980987600,100,1799239504000000000,25,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,100,0,0,'aired','node-a',1);
INSERT INTO checkpoint VALUES (1,44980987600,100,1799239504000000000,100,0,0,0);
INSERT INTO airing_event VALUES (3,3,'start',44980987600,100,1799239504000000000,25,1,'HueTV','cchc@test','2027-01-06T12:45:00Z',0,'Tập 2','tap-02.mp4','ab12','media','planned','FIXED',44980987600,1799239504000000000,100,0,NULL,NULL,NULL,NULL,'node-a',1);
INSERT INTO airing_event VALUES (4,3,'end',44980987700,200,1799239508000000000,25,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,100,0,0,'aired','node-a',1);
INSERT INTO checkpoint VALUES (3,44980987700,200,1799239508000000000,100,0,0,0);
INSERT INTO airing_event VALUES (5,5,'start',44980987700,200,1799239508000000000,25,1,'HueTV','cchc@test','2027-01-06T12:45:00Z',0,'Tập 3','tap-03.mp4','ab12','media','planned','FIXED',44980987700,1799239508000000000,100,0,NULL,NULL,NULL,NULL,'node-a',1);
INSERT INTO checkpoint VALUES (5,44980987750,250,1799239510000000000,50,0,0,1);
PRAGMA user_version=1;
