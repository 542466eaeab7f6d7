-- SPDX-License-Identifier: ISC
-- For who may only read a database of version 1: the tables that it lacks, empty, on the side.

CREATE TEMP TABLE request (
  id            INTEGER PRIMARY KEY,
  number        INTEGER NOT NULL,
  digest        BLOB NOT NULL,
  nonce         BLOB NOT NULL,
  ran           INTEGER NOT NULL,
  written_at    INTEGER NOT NULL,
  kind          INTEGER NOT NULL,
  stopgap       INTEGER NOT NULL,
  state         INTEGER NOT NULL,
  told_restored INTEGER NOT NULL,
  news          BLOB NOT NULL,
  sealed        BLOB,
  sealed_hash   BLOB NOT NULL,
  keys          TEXT
) STRICT;

CREATE TEMP TABLE vendor_mark (
  kind      TEXT NOT NULL,
  brand     TEXT NOT NULL,
  kid       BLOB NOT NULL,
  number    INTEGER NOT NULL,
  issued_at INTEGER NOT NULL,
  PRIMARY KEY (kind, brand, kid)
) STRICT, WITHOUT ROWID;

CREATE TEMP TABLE unpairing (
  brand    TEXT NOT NULL,
  license  TEXT NOT NULL,
  told_at  INTEGER NOT NULL,
  until    INTEGER,
  heard_at INTEGER,
  kid      BLOB NOT NULL,
  PRIMARY KEY (brand, license, told_at)
) STRICT, WITHOUT ROWID;

CREATE TEMP TABLE reached (
  uri   TEXT NOT NULL,
  idx   INTEGER NOT NULL,
  value INTEGER NOT NULL,
  at    INTEGER NOT NULL,
  PRIMARY KEY (uri, idx)
) STRICT, WITHOUT ROWID;

CREATE TEMP TABLE desk_head (
  seq  INTEGER PRIMARY KEY,
  hash BLOB NOT NULL
) STRICT;

CREATE TEMP TABLE event_sent (
  event   INTEGER PRIMARY KEY,
  request INTEGER NOT NULL
) STRICT;

CREATE TEMP TABLE refusal (
  brand   TEXT NOT NULL,
  number  INTEGER NOT NULL,
  told_at INTEGER NOT NULL,
  code    INTEGER NOT NULL,
  product TEXT NOT NULL,
  license TEXT NOT NULL,
  text    TEXT NOT NULL,
  PRIMARY KEY (brand, number)
) STRICT, WITHOUT ROWID;

CREATE TEMP TABLE key_mask (
  brand   TEXT NOT NULL,
  license TEXT NOT NULL,
  masked  TEXT NOT NULL,
  told_at INTEGER NOT NULL,
  PRIMARY KEY (brand, license)
) STRICT, WITHOUT ROWID;
