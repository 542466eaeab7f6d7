-- SPDX-License-Identifier: ISC
-- For who may only read a database of version 2: the table that it lacks, empty, on the side.

CREATE TEMP TABLE key_mask (
  brand   TEXT NOT NULL,
  license TEXT NOT NULL,
  masked  TEXT NOT NULL,
  told_at INTEGER NOT NULL,
  PRIMARY KEY (brand, license)
) STRICT, WITHOUT ROWID;
