-- SPDX-License-Identifier: ISC
-- The vendor's desk, version 4. What led here from older versions stands in migrate-*.sql.
--
-- A brand is a tenant. Everything that belongs to one carries brand_id, and foreign keys name the
-- pair (id, brand_id), so that no row can point into another brand. Dates are UTC seconds; a date
-- that never comes is NULL. Durations that count months ("3y", "1mo") are kept as text.

PRAGMA application_id = 0x534b5259;
PRAGMA user_version = 4;

-- Key pairs in the folder keys/, wrapped by the desk's key.
CREATE TABLE desk_key (
  kid        BLOB PRIMARY KEY CHECK (length(kid) = 8),
  purpose    TEXT NOT NULL CHECK (purpose IN ('root', 'issuing', 'exchange')),
  public_key BLOB NOT NULL,
  added_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE desk (
  id          INTEGER PRIMARY KEY CHECK (id = 1),
  name        TEXT NOT NULL,
  created_at  INTEGER NOT NULL,
  issuing_kid BLOB NOT NULL REFERENCES desk_key (kid),
  public_id   TEXT NOT NULL DEFAULT '',   -- 32 hex digits: which desk a mark belongs to
  marked      INTEGER NOT NULL DEFAULT 0, -- 1 once desk.mark was written: it must be there
  key_check   BLOB                        -- tells the desk's key from another's; NULL: not yet known
) STRICT;

-- `wrapped` is the desk's key under this operator's passphrase; NULL where it lies open in desk.key.
CREATE TABLE operator (
  id         INTEGER PRIMARY KEY,
  name       TEXT NOT NULL UNIQUE,
  wrapped    BLOB,
  created_at INTEGER NOT NULL,
  removed_at INTEGER,
  brand_id   INTEGER REFERENCES brand (id)  -- whose changes alone may be made; NULL: all
) STRICT;

-- The audit log: hash = BLAKE2b-256 of the hash before and the row's fields. Ids, no e-mails, so
-- that a customer can be erased without breaking the chain.
CREATE TABLE audit (
  seq         INTEGER PRIMARY KEY,
  at          INTEGER NOT NULL,
  operator_id INTEGER NOT NULL,
  action      TEXT NOT NULL,
  subject     TEXT NOT NULL,
  detail      TEXT NOT NULL,
  hash        BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- What was ever done to one license.
CREATE INDEX audit_subject ON audit (subject COLLATE NOCASE);

-- Rows up to `seq` were archived; the next row follows `hash`.
CREATE TABLE audit_anchor (
  id          INTEGER PRIMARY KEY CHECK (id = 1),
  seq         INTEGER NOT NULL,
  at          INTEGER NOT NULL,
  hash        BLOB NOT NULL CHECK (length(hash) = 32),
  archived_at INTEGER NOT NULL
) STRICT;

-- The rows that marks outside the database saw and a recovery (row `recovery` of the log) gave up
-- for lost. `seal` is keyed by the desk's key. Never removed: an archive takes the log's rows only.
CREATE TABLE mark_settled (
  seq        INTEGER NOT NULL,
  hash       BLOB NOT NULL CHECK (length(hash) = 32),
  at         INTEGER NOT NULL,
  recovery   INTEGER NOT NULL,
  settled_at INTEGER NOT NULL,
  seal       BLOB NOT NULL CHECK (length(seal) = 16),
  PRIMARY KEY (seq, hash)
) STRICT, WITHOUT ROWID;

-- The highest numbers ever handed out, of all brands and licenses, also by records that were lost
-- since: marks carry them, and a recovery goes on above them.
CREATE TABLE high_water (
  id              INTEGER PRIMARY KEY CHECK (id = 1),
  status_next     INTEGER NOT NULL,
  activation_next INTEGER NOT NULL,
  edition         INTEGER NOT NULL
) STRICT;

CREATE TABLE brand (
  id          INTEGER PRIMARY KEY,
  slug        TEXT NOT NULL UNIQUE,
  name        TEXT NOT NULL,
  key_format  TEXT NOT NULL,
  phone       TEXT,
  email       TEXT,
  url         TEXT,
  languages   TEXT,                        -- "id en"
  status_next INTEGER NOT NULL DEFAULT 0,  -- next free index of the brand's status list
  created_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE product (
  id         INTEGER PRIMARY KEY,
  brand_id   INTEGER NOT NULL REFERENCES brand (id),
  slug       TEXT NOT NULL,
  name       TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (brand_id, slug),
  UNIQUE (id, brand_id)
) STRICT;

CREATE TABLE plan (
  id               INTEGER PRIMARY KEY,
  brand_id         INTEGER NOT NULL,
  product_id       INTEGER NOT NULL,
  slug             TEXT NOT NULL,
  name             TEXT NOT NULL,
  term             TEXT,                   -- NULL: perpetual
  renew_every      TEXT,                   -- NULL: never
  maintenance      TEXT,                   -- NULL: no end of maintenance
  max_activations  INTEGER NOT NULL,
  migrations       INTEGER NOT NULL,       -- a year
  warn_s           INTEGER NOT NULL,
  alert_s          INTEGER NOT NULL,
  grace_s          INTEGER NOT NULL,
  degraded_s       INTEGER NOT NULL,
  expiry_grace_s   INTEGER NOT NULL,
  rebind_grace_s   INTEGER NOT NULL,
  tolerance_s      INTEGER NOT NULL,
  overlap_s        INTEGER NOT NULL,
  max_status_age_s INTEGER NOT NULL,
  day_end_minutes  INTEGER NOT NULL,
  rollback_policy  INTEGER NOT NULL,
  seats_max        INTEGER NOT NULL,
  seats_burst      INTEGER NOT NULL,
  seats_ttl_s      INTEGER NOT NULL,
  telephone_steps  INTEGER NOT NULL,
  telephone_days   INTEGER NOT NULL,
  created_at       INTEGER NOT NULL,
  UNIQUE (product_id, slug),
  UNIQUE (id, product_id, brand_id),
  FOREIGN KEY (product_id, brand_id) REFERENCES product (id, brand_id)
) STRICT;

-- What a plan grants: a feature (both values NULL), a number, or a text.
CREATE TABLE plan_grant (
  plan_id INTEGER NOT NULL REFERENCES plan (id),
  name    TEXT NOT NULL,
  number  INTEGER,
  text    TEXT,
  PRIMARY KEY (plan_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE customer (
  id         INTEGER PRIMARY KEY,
  brand_id   INTEGER NOT NULL REFERENCES brand (id),
  email      TEXT NOT NULL COLLATE NOCASE,
  name       TEXT NOT NULL,
  company    TEXT,
  language   TEXT,
  created_at INTEGER NOT NULL,
  erased_at  INTEGER,                      -- then e-mail and name say nothing any more
  UNIQUE (brand_id, email),
  UNIQUE (id, brand_id)
) STRICT;
-- The desk's owner lists one person's licenses across brands.
CREATE INDEX customer_email ON customer (email);

-- The typed text itself only sealed; looked up by its keyed hash.
CREATE TABLE license_key (
  id          INTEGER PRIMARY KEY,
  brand_id    INTEGER NOT NULL,
  customer_id INTEGER NOT NULL,
  lookup      BLOB NOT NULL UNIQUE CHECK (length(lookup) = 32),
  sealed      BLOB NOT NULL,
  masked      TEXT NOT NULL,
  created_at  INTEGER NOT NULL,
  UNIQUE (id, brand_id),
  FOREIGN KEY (customer_id, brand_id) REFERENCES customer (id, brand_id)
) STRICT;
CREATE INDEX license_key_customer ON license_key (customer_id);
CREATE INDEX license_key_masked ON license_key (masked);

-- What was paid. A payment reference buys once.
CREATE TABLE sale (
  id             INTEGER PRIMARY KEY,
  brand_id       INTEGER NOT NULL,
  license_key_id INTEGER NOT NULL,
  price          TEXT,
  currency       TEXT,
  payment        TEXT,
  at             INTEGER NOT NULL,
  action         TEXT NOT NULL DEFAULT 'new' CHECK (action IN ('new', 'renew')),
  license_id     INTEGER,                  -- renewed; and until when
  renewed_until  INTEGER,
  UNIQUE (id, brand_id),
  FOREIGN KEY (license_key_id, brand_id) REFERENCES license_key (id, brand_id)
) STRICT;
CREATE UNIQUE INDEX sale_payment ON sale (brand_id, payment) WHERE payment IS NOT NULL;
CREATE INDEX sale_license_key ON sale (license_key_id);

-- 'expired' is not stored: it follows from valid_until and the clock.
CREATE TABLE license (
  id                INTEGER PRIMARY KEY,
  public_id         TEXT NOT NULL UNIQUE CHECK (length(public_id) = 16),
  brand_id          INTEGER NOT NULL,
  license_key_id    INTEGER NOT NULL,
  sale_id           INTEGER NOT NULL,
  product_id        INTEGER NOT NULL,
  plan_id           INTEGER NOT NULL,
  status            TEXT NOT NULL CHECK (status IN
                      ('unpaired', 'paired', 'paired_pending_revoke', 'suspended', 'revoked')),
  valid_from        INTEGER NOT NULL,
  valid_until       INTEGER,
  maintenance_until INTEGER,
  max_activations   INTEGER NOT NULL,
  tenant            TEXT NOT NULL DEFAULT '',
  overrides         TEXT,                     -- of the plan, as its flags spell them
  edition           INTEGER NOT NULL DEFAULT 0, -- the highest given out
  activation_next   INTEGER NOT NULL DEFAULT 1,
  created_at        INTEGER NOT NULL,
  pending_until     INTEGER,                  -- 'paired_pending_revoke' says nothing after it
  UNIQUE (license_key_id, product_id, tenant),
  UNIQUE (id, brand_id),
  FOREIGN KEY (license_key_id, brand_id) REFERENCES license_key (id, brand_id),
  FOREIGN KEY (sale_id, brand_id) REFERENCES sale (id, brand_id),
  FOREIGN KEY (plan_id, product_id, brand_id) REFERENCES plan (id, product_id, brand_id)
) STRICT;
CREATE INDEX license_brand ON license (brand_id, id);
CREATE INDEX license_product ON license (product_id, id);
CREATE INDEX license_status ON license (status, id);
CREATE INDEX license_sale ON license (sale_id);
CREATE INDEX license_tenant ON license (tenant) WHERE tenant <> '';
CREATE INDEX license_valid_until ON license (valid_until, id);
CREATE INDEX license_maintenance_until ON license (maintenance_until, id)
  WHERE maintenance_until IS NOT NULL;
CREATE INDEX license_brand_valid_until ON license (brand_id, valid_until, id);
CREATE INDEX license_brand_maintenance_until ON license (brand_id, maintenance_until, id)
  WHERE maintenance_until IS NOT NULL;

-- Why somebody suspended, resumed, revoked or released: apart from the audit log, which names the
-- row and its salted digest, so that a text can be erased and never edited.
CREATE TABLE note (
  id         INTEGER PRIMARY KEY,
  brand_id   INTEGER NOT NULL,
  license_id INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  salt       BLOB,                         -- NULL once erased
  text       TEXT,                         -- NULL once erased
  told       INTEGER NOT NULL DEFAULT 0,   -- 1: the sites of the license are told it; 2: they were
  FOREIGN KEY (license_id, brand_id) REFERENCES license (id, brand_id)
) STRICT;
CREATE INDEX note_license ON note (license_id);

-- A license at one site: HotelHub's pairing history. Rows are ended, never deleted.
CREATE TABLE activation (
  id             INTEGER PRIMARY KEY,
  brand_id       INTEGER NOT NULL,
  license_id     INTEGER NOT NULL,
  number         INTEGER NOT NULL,
  kind           TEXT NOT NULL CHECK (kind IN ('unbound', 'starter', 'machine', 'domain', 'site')),
  status_index   INTEGER NOT NULL,
  site_id        BLOB,                     -- thumbprint of the site's key
  site_key       BLOB,
  opening_key    BLOB,
  fingerprint    BLOB,                     -- salt and component hashes, as the file has them
  domains        TEXT,                     -- ascending, a space between
  tenant         TEXT,
  install_id     TEXT,
  hostname       TEXT,
  os             TEXT,
  app_version    TEXT,
  paired_at      INTEGER NOT NULL,
  unpaired_at    INTEGER,
  unpaired_why   TEXT,
  last_contact_at INTEGER,
  last_request   INTEGER,
  journal_head   BLOB,
  renew_by       INTEGER,                  -- newest document, telephone steps too; NULL: never
  expires_at     INTEGER,                  -- the last date of any document; NULL: never, or none
  installation_id INTEGER,                 -- whose requests tell of it; NULL: bound by hand
  outdated       INTEGER NOT NULL DEFAULT 0, -- 1: its license was changed since its newest document
  UNIQUE (license_id, number),
  UNIQUE (brand_id, status_index),
  UNIQUE (id, brand_id),
  FOREIGN KEY (license_id, brand_id) REFERENCES license (id, brand_id)
) STRICT;
CREATE INDEX activation_site ON activation (site_id) WHERE site_id IS NOT NULL;
CREATE INDEX activation_installation ON activation (installation_id)
  WHERE installation_id IS NOT NULL;
CREATE INDEX activation_outdated ON activation (id)
  WHERE outdated = 1 AND unpaired_at IS NULL AND installation_id IS NOT NULL;
CREATE INDEX activation_renew_by ON activation (renew_by, id)
  WHERE renew_by IS NOT NULL AND unpaired_at IS NULL;
CREATE INDEX activation_brand_renew_by ON activation (brand_id, renew_by, id)
  WHERE renew_by IS NOT NULL AND unpaired_at IS NULL;

-- Pruned after 90 days.
CREATE TABLE heartbeat (
  id            INTEGER PRIMARY KEY,
  brand_id      INTEGER NOT NULL,
  activation_id INTEGER NOT NULL,
  received_at   INTEGER NOT NULL,
  source        TEXT NOT NULL CHECK (source IN ('stick', 'mail', 'http')),
  telemetry     TEXT,
  FOREIGN KEY (activation_id, brand_id) REFERENCES activation (id, brand_id)
) STRICT;
CREATE INDEX heartbeat_activation ON heartbeat (activation_id, received_at);
CREATE INDEX heartbeat_received ON heartbeat (received_at);

CREATE TABLE revocation (
  id            INTEGER PRIMARY KEY,
  brand_id      INTEGER NOT NULL,
  license_id    INTEGER NOT NULL,
  activation_id INTEGER,                   -- NULL: a license that nothing was issued for
  reason        TEXT NOT NULL,
  at            INTEGER NOT NULL,
  propagated_at INTEGER,
  lapses_at     INTEGER,                   -- the documents' last date; NULL: they never end
  effective_at  INTEGER NOT NULL DEFAULT 0, -- from when on the status list says so; an overlap ends
  FOREIGN KEY (license_id, brand_id) REFERENCES license (id, brand_id),
  FOREIGN KEY (activation_id, brand_id) REFERENCES activation (id, brand_id)
) STRICT;
CREATE INDEX revocation_license ON revocation (license_id);
CREATE INDEX revocation_activation ON revocation (activation_id) WHERE activation_id IS NOT NULL;
CREATE INDEX revocation_at ON revocation (at, id);
CREATE INDEX revocation_brand ON revocation (brand_id, at, id);

-- Every signed document as its bytes. A manifest has no brand; its edition is its version.
CREATE TABLE document (
  id            INTEGER PRIMARY KEY,
  kind          TEXT NOT NULL CHECK (kind IN ('license', 'manifest', 'status', 'reply', 'bundle')),
  brand_id      INTEGER,
  activation_id INTEGER,
  cti           BLOB,
  edition       INTEGER NOT NULL,
  kid           BLOB,
  issued_at     INTEGER NOT NULL,
  expires_at    INTEGER,
  digest        BLOB NOT NULL CHECK (length(digest) = 32),
  bytes         BLOB NOT NULL,
  FOREIGN KEY (activation_id, brand_id) REFERENCES activation (id, brand_id)
) STRICT;
CREATE UNIQUE INDEX document_cti ON document (cti) WHERE cti IS NOT NULL;
CREATE UNIQUE INDEX document_manifest ON document (edition) WHERE kind = 'manifest';
CREATE INDEX document_activation ON document (activation_id, edition);
CREATE INDEX document_digest ON document (digest);

-- Renewals by telephone: how many steps of a document were read out.
CREATE TABLE telephone_step (
  document_id INTEGER PRIMARY KEY REFERENCES document (id),
  given       INTEGER NOT NULL CHECK (given > 0),
  at          INTEGER NOT NULL             -- of the highest one
) STRICT;

-- A state folder with its key, as its requests tell: who it is, what it said last, what it was answered.
-- One history whatever the brands (decide/fork.h). `number` to `condition` are of its newest request.
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

-- fork.h: the lines of its history.
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

-- fork.h: the requests that are known, arrived or only listed by another. What they said of themselves
-- stays for `audit compare`. again_at: when it last arrived once more (replies.h).
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

-- Signed replies; numbers grow with time (fork_next_reply). request_id NULL: nobody asked.
CREATE TABLE reply (
  document_id     INTEGER PRIMARY KEY REFERENCES document (id),
  installation_id INTEGER NOT NULL REFERENCES installation (id),
  brand_id        INTEGER NOT NULL REFERENCES brand (id),
  number          INTEGER NOT NULL,
  request_id      INTEGER REFERENCES request (id) ON DELETE SET NULL,
  UNIQUE (installation_id, number)
) STRICT;
CREATE INDEX reply_request ON reply (request_id) WHERE request_id IS NOT NULL;

-- The newest one of each brand.
CREATE TABLE status_list (
  brand_id    INTEGER PRIMARY KEY REFERENCES brand (id),
  document_id INTEGER NOT NULL REFERENCES document (id)
) STRICT;

-- Bundles made, by which a desk knows its own on a stick.
CREATE TABLE bundle (
  seq       INTEGER PRIMARY KEY,
  bundle_id BLOB NOT NULL UNIQUE CHECK (length(bundle_id) = 16),
  issued_at INTEGER NOT NULL,
  boxes     INTEGER NOT NULL,
  bytes     INTEGER NOT NULL
) STRICT;

-- Words of customers (rowid 2 * id) and of sites (rowid 2 * activation's id + 1), for `find`.
CREATE VIRTUAL TABLE finder USING fts5(
  words, tokenize = 'unicode61 remove_diacritics 2', detail = none, columnsize = 0);
