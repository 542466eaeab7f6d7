-- SPDX-License-Identifier: ISC
-- The seats of a site, version 1. Instants are lease time (decide/seat.h), in seconds; a day is 86400 of them.

PRAGMA application_id = 0x534b5353;
PRAGMA user_version = 1;

-- Where lease time was last recorded.
CREATE TABLE clock (
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  boot       BLOB NOT NULL,      -- which boot of the machine, 16 bytes
  boottime_s INTEGER NOT NULL,   -- its CLOCK_BOOTTIME then
  lease_s    INTEGER NOT NULL CHECK (lease_s >= 0),
  clean      INTEGER NOT NULL    -- 1: it was closed, and no renewal is missing
) STRICT;
INSERT INTO clock VALUES (1, zeroblob(16), 0, 0, 1);

CREATE TABLE pool (
  id           INTEGER PRIMARY KEY,
  name         TEXT NOT NULL UNIQUE,
  max          INTEGER NOT NULL,    -- as the license last said
  ttl_s        INTEGER NOT NULL,    -- the longest that a lease of it was granted
  floor_s      INTEGER NOT NULL,    -- none of its leases ends before
  burst_left_s INTEGER NOT NULL,
  as_of_s      INTEGER NOT NULL     -- when that was left
) STRICT;

-- A row more or less touches two pages: one here, and the end of the index.
CREATE TABLE lease (
  pool      INTEGER NOT NULL,
  holder    TEXT NOT NULL,
  node      INTEGER NOT NULL,       -- 1: by keygen-relay's calls; names of their own
  owner     TEXT NOT NULL,          -- "uid:33"
  secret    BLOB NOT NULL,          -- its hash; of a node, empty
  claimed_s INTEGER NOT NULL,
  ending    INTEGER NOT NULL,       -- second * 2^20 + a number that goes round: new ones stand last in the index
  marked    INTEGER NOT NULL,       -- 1: above the maximum
  PRIMARY KEY (pool, holder, node)
) STRICT, WITHOUT ROWID;
CREATE INDEX lease_ending ON lease (pool, ending);

-- What a day saw.
CREATE TABLE peak (
  pool    INTEGER NOT NULL,
  day     INTEGER NOT NULL,
  peak    INTEGER NOT NULL,
  burst_s INTEGER NOT NULL,         -- seconds with more than the maximum
  PRIMARY KEY (pool, day)
) STRICT, WITHOUT ROWID;
