-- SPDX-License-Identifier: ISC
-- Version 2 to 3: the masked key of a license.

CREATE TABLE key_mask (
  brand   TEXT NOT NULL,
  license TEXT NOT NULL,
  masked  TEXT NOT NULL,
  told_at INTEGER NOT NULL,
  PRIMARY KEY (brand, license)
) STRICT, WITHOUT ROWID;
