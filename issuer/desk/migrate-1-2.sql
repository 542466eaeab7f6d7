-- SPDX-License-Identifier: ISC
-- Version 1 to 2: operators' reasons, renewals, the mark, archives, `find`.

ALTER TABLE desk ADD COLUMN public_id TEXT NOT NULL DEFAULT '';
ALTER TABLE desk ADD COLUMN marked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE desk ADD COLUMN key_check BLOB;
UPDATE desk SET public_id = lower(hex(randomblob(16)));

CREATE INDEX audit_subject ON audit (subject COLLATE NOCASE);
CREATE TABLE audit_anchor (
  id          INTEGER PRIMARY KEY CHECK (id = 1),
  seq         INTEGER NOT NULL,
  at          INTEGER NOT NULL,
  hash        BLOB NOT NULL CHECK (length(hash) = 32),
  archived_at INTEGER NOT NULL
) STRICT;

CREATE TABLE mark_settled (
  seq        INTEGER NOT NULL,
  hash       BLOB NOT NULL CHECK (length(hash) = 32),
  at         INTEGER NOT NULL,
  recovery   INTEGER NOT NULL,
  settled_at INTEGER NOT NULL,
  seal       BLOB NOT NULL CHECK (length(seal) = 16),
  PRIMARY KEY (seq, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE high_water (
  id              INTEGER PRIMARY KEY CHECK (id = 1),
  status_next     INTEGER NOT NULL,
  activation_next INTEGER NOT NULL,
  edition         INTEGER NOT NULL
) STRICT;
INSERT INTO high_water SELECT 1, coalesce((SELECT max(status_next) FROM brand), 0),
  coalesce(max(activation_next), 0), coalesce(max(edition), 0) FROM license;

ALTER TABLE customer ADD COLUMN erased_at INTEGER;
ALTER TABLE sale ADD COLUMN action TEXT NOT NULL DEFAULT 'new' CHECK (action IN ('new', 'renew'));
ALTER TABLE sale ADD COLUMN license_id INTEGER;
ALTER TABLE sale ADD COLUMN renewed_until INTEGER;
ALTER TABLE license ADD COLUMN pending_until INTEGER;
CREATE INDEX license_maintenance_until ON license (maintenance_until, id)
  WHERE maintenance_until IS NOT NULL;
CREATE INDEX license_brand_valid_until ON license (brand_id, valid_until, id);
CREATE INDEX license_brand_maintenance_until ON license (brand_id, maintenance_until, id)
  WHERE maintenance_until IS NOT NULL;
CREATE INDEX license_key_masked ON license_key (masked);
CREATE INDEX license_tenant ON license (tenant) WHERE tenant <> '';

CREATE TABLE note (
  id         INTEGER PRIMARY KEY,
  brand_id   INTEGER NOT NULL,
  license_id INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  salt       BLOB,
  text       TEXT,
  FOREIGN KEY (license_id, brand_id) REFERENCES license (id, brand_id)
) STRICT;
CREATE INDEX note_license ON note (license_id);

-- What version 1 did not keep follows from its documents; a renew_by it cannot tell is asked for
-- again with the next document.
ALTER TABLE activation ADD COLUMN renew_by INTEGER;
ALTER TABLE activation ADD COLUMN expires_at INTEGER;
UPDATE activation SET expires_at =
  (SELECT CASE WHEN count(*) = count(d.expires_at) THEN max(d.expires_at) END
   FROM document d WHERE d.activation_id = activation.id);
CREATE INDEX activation_renew_by ON activation (renew_by, id)
  WHERE renew_by IS NOT NULL AND unpaired_at IS NULL;
CREATE INDEX activation_brand_renew_by ON activation (brand_id, renew_by, id)
  WHERE renew_by IS NOT NULL AND unpaired_at IS NULL;
-- Nothing could be revoked in version 1.
DROP TABLE revocation;
CREATE TABLE revocation (
  id            INTEGER PRIMARY KEY,
  brand_id      INTEGER NOT NULL,
  license_id    INTEGER NOT NULL,
  activation_id INTEGER,
  reason        TEXT NOT NULL,
  at            INTEGER NOT NULL,
  propagated_at INTEGER,
  lapses_at     INTEGER,
  FOREIGN KEY (license_id, brand_id) REFERENCES license (id, brand_id),
  FOREIGN KEY (activation_id, brand_id) REFERENCES activation (id, brand_id)
) STRICT;
CREATE INDEX revocation_license ON revocation (license_id);
CREATE INDEX revocation_activation ON revocation (activation_id) WHERE activation_id IS NOT NULL;
CREATE INDEX revocation_at ON revocation (at, id);
CREATE INDEX revocation_brand ON revocation (brand_id, at, id);

CREATE TABLE telephone_step (
  document_id INTEGER PRIMARY KEY REFERENCES document (id),
  given       INTEGER NOT NULL CHECK (given > 0),
  at          INTEGER NOT NULL
) STRICT;

CREATE VIRTUAL TABLE finder USING fts5(
  words, tokenize = 'unicode61 remove_diacritics 2', detail = none, columnsize = 0);
INSERT INTO finder (rowid, words)
  SELECT 2 * id, email || ' ' || name || ' ' || coalesce(company, '') FROM customer;
INSERT INTO finder (rowid, words)
  SELECT 2 * id + 1, coalesce(hostname, '') || ' ' || coalesce(domains, '') || ' ' ||
    coalesce(install_id, '') || ' ' || coalesce(tenant, '') FROM activation;
