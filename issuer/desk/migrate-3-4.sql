-- SPDX-License-Identifier: ISC
-- Version 3 to 4: operators of one brand, reasons that sites are told.

ALTER TABLE operator ADD COLUMN brand_id INTEGER REFERENCES brand (id);
ALTER TABLE note ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
