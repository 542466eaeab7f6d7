-- SPDX-License-Identifier: ISC
-- A site's memory, version 3. Instants are settled time, UTC seconds; one that never came is NULL.
-- Nothing here grants anything: documents are verified each time they are loaded.

PRAGMA application_id = 0x534b5354;
PRAGMA user_version = 3;

CREATE TABLE memory (
  id             INTEGER PRIMARY KEY CHECK (id = 1),
  origin         INTEGER NOT NULL,            -- enum memory_origin
  anchor         BLOB NOT NULL,               -- digest of trust.manifest: whom the rest follows from
  clock          BLOB NOT NULL,               -- clock_record.h
  clock_lost     INTEGER NOT NULL DEFAULT 0,  -- 1: the record beside the site key was lost, too
  checked_ran    INTEGER NOT NULL DEFAULT 0,  -- the clock's running time when all was last read
  marked         INTEGER NOT NULL DEFAULT 0,  -- 1 once state.mark was written: it must be there
  rollback_since INTEGER,                     -- an older state was put back
  seal           BLOB NOT NULL DEFAULT x''    -- seal.h: of this row and all that counts
) STRICT;

-- The files of the folder, and when they came: "manifests/2.manifest", "licenses/....license".
CREATE TABLE document (
  file       TEXT PRIMARY KEY,
  digest     BLOB NOT NULL CHECK (length(digest) = 32),
  bytes      BLOB NOT NULL,
  arrived_at INTEGER NOT NULL,
  last_at    INTEGER,          -- of a license: from when on it grants nothing whatever happens
  found      INTEGER NOT NULL, -- 1: it lay there when this memory was made; nobody knows since when
  filed      INTEGER NOT NULL DEFAULT 1 -- 0: nobody has seen its file yet, which is written after this row
) STRICT;
CREATE INDEX document_unfiled ON document (file) WHERE filed = 0;

CREATE TABLE journal (
  seq     INTEGER PRIMARY KEY,
  settled INTEGER NOT NULL,
  wall    INTEGER NOT NULL,
  boot    BLOB NOT NULL,      -- which boot of the machine, 8 bytes
  kind    TEXT NOT NULL,      -- "import.taken"
  subject TEXT NOT NULL,      -- "license 0123456789ABCDEF"
  detail  TEXT NOT NULL,      -- "name=value" words
  hash    BLOB NOT NULL       -- log_chain.h
) STRICT;

-- What a way of asking was told, as of any row; the same before any instant is found by halving.
CREATE INDEX journal_verdict ON journal (subject) WHERE kind = 'verdict';

-- Rows at which the site's time is before that of the row before: a signing key was revoked.
CREATE TABLE journal_turn (
  seq INTEGER PRIMARY KEY
) STRICT;

-- The row before the first one that is kept.
CREATE TABLE journal_anchor (
  id   INTEGER PRIMARY KEY CHECK (id = 1),
  seq  INTEGER NOT NULL,
  hash BLOB NOT NULL
) STRICT;

-- Since when what a license is bound to does not match; NULL: it matches.
CREATE TABLE condition (
  license TEXT NOT NULL,      -- its id, brand and activation: not its edition
  kind    TEXT NOT NULL,      -- "machine", "domain"
  value   TEXT NOT NULL,      -- the domain; of a machine, how what is supplied compares, or ""
  since   INTEGER,
  PRIMARY KEY (license, kind, value)
) STRICT, WITHOUT ROWID;

-- The last verdict that each way of asking was told.
CREATE TABLE verdict (
  question TEXT PRIMARY KEY,
  words    TEXT NOT NULL,
  seq      INTEGER NOT NULL   -- of its row in the journal
) STRICT;

-- What the product tells about itself, and whether the customer lets it go out: telemetry.h.
CREATE TABLE telemetry (
  id             INTEGER PRIMARY KEY,
  name           TEXT NOT NULL UNIQUE,
  consent        INTEGER NOT NULL,            -- enum telemetry_consent: 1 is yes, all else no
  decided_at     INTEGER,
  decided_by     INTEGER,                     -- user id
  number         INTEGER,                     -- its value is one of these two
  text           TEXT,
  set_at         INTEGER,
  events_dropped INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The newest things that happened to the product: events.h.
CREATE TABLE event (
  seq  INTEGER PRIMARY KEY AUTOINCREMENT,     -- never used again
  name TEXT NOT NULL REFERENCES telemetry (name) ON DELETE CASCADE,
  at   INTEGER NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX event_name ON event (name);

-- The requests that this site wrote: requests.h.
CREATE TABLE request (
  id            INTEGER PRIMARY KEY,
  number        INTEGER NOT NULL,
  digest        BLOB NOT NULL,
  nonce         BLOB NOT NULL,
  ran           INTEGER NOT NULL,
  written_at    INTEGER NOT NULL,
  kind          INTEGER NOT NULL,
  stopgap       INTEGER NOT NULL,
  state         INTEGER NOT NULL,  -- 0 open, 1 acknowledged, 2 superseded stopgap
  told_restored INTEGER NOT NULL,
  news          BLOB NOT NULL,
  sealed        BLOB,
  sealed_hash   BLOB NOT NULL,
  keys          TEXT               -- of one that waits: its license keys, a space between
) STRICT;
CREATE INDEX request_number ON request (number);
CREATE INDEX request_sealed ON request (sealed_hash);

-- The newest that a signing key said for a brand: what is no newer changes nothing. vendor_marks.h.
CREATE TABLE vendor_mark (
  kind      TEXT NOT NULL,        -- "reply", "status"
  brand     TEXT NOT NULL,
  kid       BLOB NOT NULL,
  number    INTEGER NOT NULL,     -- of a reply; of a status list, its iat
  issued_at INTEGER NOT NULL,
  PRIMARY KEY (kind, brand, kid)
) STRICT, WITHOUT ROWID;

-- What replies have ended: documents of a license that were issued no later than that. unpairings.h.
CREATE TABLE unpairing (
  brand    TEXT NOT NULL,
  license  TEXT NOT NULL,
  told_at  INTEGER NOT NULL,      -- the reply's iat
  until    INTEGER,               -- the end of the overlap, as the vendor has it
  heard_at INTEGER,               -- when the reply came; NULL: nobody knows
  kid      BLOB NOT NULL,         -- whose word it is
  PRIMARY KEY (brand, license, told_at)
) STRICT, WITHOUT ROWID;

-- What status lists say of documents that this site holds or held. reached.h.
CREATE TABLE reached (
  uri   TEXT NOT NULL,
  idx   INTEGER NOT NULL,
  value INTEGER NOT NULL,         -- enum status_list_value
  at    INTEGER NOT NULL,         -- when it was first told so
  PRIMARY KEY (uri, idx)
) STRICT, WITHOUT ROWID;

-- Heads of the desk's audit log, out of bundles: they contradict a desk that rewrites its past. desk_heads.h.
CREATE TABLE desk_head (
  seq  INTEGER PRIMARY KEY,
  hash BLOB NOT NULL
) STRICT;

-- Which request first carried an event that nobody has acknowledged: events.h.
CREATE TABLE event_sent (
  event   INTEGER PRIMARY KEY REFERENCES event (seq) ON DELETE CASCADE,
  request INTEGER NOT NULL          -- its id
) STRICT;

-- What replies have refused and nothing has granted since: refusals.h.
CREATE TABLE refusal (
  brand   TEXT NOT NULL,
  number  INTEGER NOT NULL,      -- which result of the reply
  told_at INTEGER NOT NULL,      -- the reply's iat
  code    INTEGER NOT NULL,
  product TEXT NOT NULL,
  license TEXT NOT NULL,
  text    TEXT NOT NULL,
  PRIMARY KEY (brand, number)
) STRICT, WITHOUT ROWID;

-- Of which key a license is, as it may be shown; never the key. key_masks.h.
CREATE TABLE key_mask (
  brand   TEXT NOT NULL,
  license TEXT NOT NULL,
  masked  TEXT NOT NULL,
  told_at INTEGER NOT NULL,      -- the reply's iat
  PRIMARY KEY (brand, license)
) STRICT, WITHOUT ROWID;
