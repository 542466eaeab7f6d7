-- SPDX-License-Identifier: ISC
-- Version 2 to 3: sites that write requests, what they are answered, bundles.

ALTER TABLE revocation ADD COLUMN effective_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE activation ADD COLUMN installation_id INTEGER;
ALTER TABLE activation ADD COLUMN outdated INTEGER NOT NULL DEFAULT 0;
CREATE INDEX activation_outdated ON activation (id)
  WHERE outdated = 1 AND unpaired_at IS NULL AND installation_id IS NOT NULL;
CREATE INDEX activation_installation ON activation (installation_id)
  WHERE installation_id IS NOT NULL;

CREATE TABLE installation (
  id               INTEGER PRIMARY KEY,
  site_id          BLOB NOT NULL UNIQUE CHECK (length(site_id) = 32),
  tag              TEXT NOT NULL,
  site_key         BLOB,
  opening_key      BLOB,
  group_name       TEXT,
  first_contact_at INTEGER NOT NULL,
  last_contact_at  INTEGER NOT NULL,
  number           INTEGER NOT NULL,
  nonce            BLOB NOT NULL CHECK (length(nonce) = 16),
  kind             TEXT NOT NULL,
  issued_at        INTEGER NOT NULL,
  wall             INTEGER NOT NULL,
  condition        INTEGER NOT NULL,
  reset_nonce      BLOB,
  manifest_version INTEGER NOT NULL,
  reply_taken      INTEGER NOT NULL DEFAULT 0,
  reply_made       INTEGER NOT NULL DEFAULT 0,
  rolled_back_since INTEGER,
  hostname         TEXT,
  os               TEXT,
  app_version      TEXT,
  install_id       TEXT,
  fork_since       INTEGER NOT NULL DEFAULT 0,
  fork_current     INTEGER NOT NULL DEFAULT 0,
  fork_tellings    INTEGER NOT NULL DEFAULT 0,
  fork_found       INTEGER NOT NULL DEFAULT 0,
  fork_found_at    INTEGER,
  settled_at       INTEGER
) STRICT;
CREATE INDEX installation_tag ON installation (tag);
CREATE INDEX installation_install_id ON installation (install_id) WHERE install_id IS NOT NULL;
CREATE INDEX installation_group ON installation (group_name) WHERE group_name IS NOT NULL;
CREATE INDEX installation_found ON installation (id) WHERE fork_found <> 0;

CREATE TABLE installation_line (
  installation_id INTEGER NOT NULL REFERENCES installation (id),
  line            INTEGER NOT NULL,
  parent          INTEGER NOT NULL,
  from_number     INTEGER NOT NULL,
  first           INTEGER NOT NULL,
  first_reply     INTEGER NOT NULL,
  tip             INTEGER NOT NULL,
  seq             INTEGER NOT NULL,
  seen            INTEGER NOT NULL,
  reply           INTEGER NOT NULL,
  told            INTEGER NOT NULL,
  PRIMARY KEY (installation_id, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE request (
  id              INTEGER PRIMARY KEY,
  installation_id INTEGER NOT NULL REFERENCES installation (id),
  number          INTEGER NOT NULL,
  digest          BLOB NOT NULL CHECK (length(digest) = 16),
  line            INTEGER NOT NULL,
  arrived         INTEGER NOT NULL,
  stopgap         INTEGER NOT NULL,
  kind            TEXT,
  received_at     INTEGER,
  journal_seq     INTEGER,
  journal_hash    BLOB,
  again_at        INTEGER,
  UNIQUE (installation_id, number, digest)
) STRICT;
CREATE INDEX request_line ON request (installation_id, line, number);
CREATE INDEX request_again ON request (installation_id, again_at)
  WHERE again_at IS NOT NULL;

CREATE TABLE reply (
  document_id     INTEGER PRIMARY KEY REFERENCES document (id),
  installation_id INTEGER NOT NULL REFERENCES installation (id),
  brand_id        INTEGER NOT NULL REFERENCES brand (id),
  number          INTEGER NOT NULL,
  request_id      INTEGER REFERENCES request (id) ON DELETE SET NULL,
  UNIQUE (installation_id, number)
) STRICT;
CREATE INDEX reply_request ON reply (request_id) WHERE request_id IS NOT NULL;

CREATE TABLE status_list (
  brand_id    INTEGER PRIMARY KEY REFERENCES brand (id),
  document_id INTEGER NOT NULL REFERENCES document (id)
) STRICT;

CREATE TABLE bundle (
  seq       INTEGER PRIMARY KEY,
  bundle_id BLOB NOT NULL UNIQUE CHECK (length(bundle_id) = 16),
  issued_at INTEGER NOT NULL,
  boxes     INTEGER NOT NULL,
  bytes     INTEGER NOT NULL
) STRICT;
