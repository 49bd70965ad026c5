-- Labels are interned: rows point at them, filters name the permitted ones.
CREATE TABLE labels (
  id INTEGER PRIMARY KEY,
  json TEXT NOT NULL UNIQUE
) STRICT;

-- Every durable fact, in order. `body` is canonical JSON without any text of a document, a model or a person.
CREATE TABLE events (
  seq INTEGER PRIMARY KEY,
  stream TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version >= 1),
  type TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  tenant_id TEXT NOT NULL,
  actor TEXT NOT NULL,
  label_id INTEGER NOT NULL REFERENCES labels (id),
  body TEXT NOT NULL,
  previous TEXT NOT NULL,
  hash TEXT NOT NULL,
  UNIQUE (stream, version)
) STRICT;
CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;

-- Content-addressed bytes: small ones here, large ones in a file of the blob folder (`bytes` is null).
CREATE TABLE blobs (
  digest TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  bytes BLOB
) STRICT;

-- What an event points at. Purging deletes the row with its salt, and the blob when no body needs it any more.
CREATE TABLE bodies (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  label_id INTEGER NOT NULL REFERENCES labels (id),
  salt BLOB NOT NULL,
  digest TEXT NOT NULL REFERENCES blobs (digest)
) STRICT;
CREATE INDEX bodies_by_digest ON bodies (digest);

-- Intent: immutable from its creation.
CREATE TABLE shards (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  agent TEXT NOT NULL,
  task TEXT NOT NULL,
  input TEXT NOT NULL,
  retries_max INTEGER NOT NULL,
  timeout_ms INTEGER NOT NULL,
  label_id INTEGER NOT NULL REFERENCES labels (id),
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL
) STRICT;
CREATE TRIGGER shards_are_never_changed BEFORE UPDATE ON shards BEGIN SELECT RAISE(ABORT, 'shards are immutable'); END;
CREATE TRIGGER shards_are_never_deleted BEFORE DELETE ON shards BEGIN SELECT RAISE(ABORT, 'shards are immutable'); END;

-- Projections of a run's events: always equal to their fold.
CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  shard_id TEXT NOT NULL REFERENCES shards (id),
  agent TEXT NOT NULL,
  attempt INTEGER NOT NULL CHECK (attempt >= 1),
  status TEXT NOT NULL CHECK (status IN ('prep', 'queued', 'held', 'launching', 'active', 'complete', 'failed', 'aborted')),
  reason TEXT NOT NULL,
  conversation_id TEXT,
  label_id INTEGER NOT NULL REFERENCES labels (id),
  version INTEGER NOT NULL,
  cancel_requested_at INTEGER,
  epoch INTEGER NOT NULL,
  executor TEXT,
  created_at INTEGER NOT NULL,
  moved_at INTEGER NOT NULL,
  ended_at INTEGER,
  tokens_used INTEGER NOT NULL,
  result TEXT,
  failure TEXT,
  UNIQUE (shard_id, attempt)
) STRICT;
CREATE INDEX runs_by_status ON runs (status);
CREATE INDEX runs_by_conversation ON runs (conversation_id, created_at);

CREATE TABLE holds (
  id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES runs (id),
  kind TEXT NOT NULL CHECK (kind IN ('operator', 'approval', 'question', 'gate', 'budget', 'policy', 'spiral', 'outcome_unknown', 'version')),
  opened_at INTEGER NOT NULL,
  closed_at INTEGER
) STRICT;
CREATE INDEX holds_by_run ON holds (run_id);

CREATE TABLE steps (
  id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES runs (id),
  ordinal INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('model', 'tool')),
  name TEXT NOT NULL,
  input TEXT NOT NULL,
  phase TEXT NOT NULL CHECK (phase IN ('proposed', 'awaiting_approval', 'approved', 'rejected', 'expired', 'dispatched', 'succeeded', 'failed_before_effect', 'failed', 'unknown')),
  output TEXT,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  UNIQUE (run_id, ordinal)
) STRICT;

CREATE TABLE collections (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  tenant_id TEXT NOT NULL,
  name TEXT NOT NULL,
  label_id INTEGER NOT NULL REFERENCES labels (id),
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  UNIQUE (tenant_id, name)
) STRICT;

CREATE TABLE documents (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  tenant_id TEXT NOT NULL,
  collection_id INTEGER NOT NULL REFERENCES collections (id),
  label_id INTEGER NOT NULL REFERENCES labels (id),
  file TEXT NOT NULL,
  title TEXT,
  format TEXT NOT NULL,
  digest TEXT NOT NULL REFERENCES blobs (digest),
  bytes INTEGER NOT NULL,
  pages TEXT NOT NULL,
  missing TEXT NOT NULL,
  imported_at INTEGER NOT NULL,
  imported_by TEXT NOT NULL,
  -- 0 while it is being written: nothing of it is found, and a crash leaves it for the boot to remove.
  is_ready INTEGER NOT NULL CHECK (is_ready IN (0, 1)),
  UNIQUE (collection_id, digest)
) STRICT;

CREATE TABLE blocks (
  document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  json TEXT NOT NULL,
  PRIMARY KEY (document_id, ordinal)
) STRICT, WITHOUT ROWID;

-- A passage's number is never used twice (AUTOINCREMENT): indexes outside this file may still hold an old one.
CREATE TABLE passages (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id TEXT NOT NULL,
  document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  collection_id INTEGER NOT NULL REFERENCES collections (id),
  label_id INTEGER NOT NULL REFERENCES labels (id),
  ordinal INTEGER NOT NULL,
  heading TEXT NOT NULL,
  text TEXT NOT NULL,
  locator TEXT NOT NULL,
  anchors TEXT NOT NULL,
  UNIQUE (document_id, ordinal)
) STRICT;
CREATE INDEX passages_by_collection ON passages (collection_id, label_id);
-- Nearly always empty: searches ask it which documents are still being written.
CREATE INDEX documents_being_written ON documents (id) WHERE is_ready = 0;

-- The text as the index sees it: heading and text as terms that the lexical module has split, folded and stemmed already,
-- so the tokenizer only cuts at spaces. The point is part of a term (7.4).
CREATE VIRTUAL TABLE passage_terms USING fts5 (
  heading, text,
  content = '', contentless_delete = 1,
  tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M* Co' tokenchars '._'"
);
CREATE TRIGGER passages_leave_the_index AFTER DELETE ON passages BEGIN DELETE FROM passage_terms WHERE rowid = old.id; END;

-- Vectors lie beside their passages, keyed by embedder: LanceDB is only an index over them.
CREATE TABLE embedders (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  dimensions INTEGER NOT NULL,
  is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
  -- Counts what a reader cannot see by going on from the last vector: vectors gone, and passages that changed collection or label.
  changes INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX one_embedder_is_active ON embedders (is_active) WHERE is_active = 1;
-- `vector` is 32-bit floats, little endian. Rows are only added or removed, so a reader may go on from the last id it saw.
CREATE TABLE vectors (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  passage_id INTEGER NOT NULL REFERENCES passages (id) ON DELETE CASCADE,
  embedder_id INTEGER NOT NULL REFERENCES embedders (id),
  vector BLOB NOT NULL,
  UNIQUE (embedder_id, passage_id)
) STRICT;
CREATE INDEX vectors_by_passage ON vectors (passage_id);
CREATE TRIGGER vectors_gone AFTER DELETE ON vectors
  BEGIN UPDATE embedders SET changes = changes + 1 WHERE id = old.embedder_id; END;
CREATE TRIGGER passages_moved AFTER UPDATE OF collection_id, label_id ON passages BEGIN UPDATE embedders SET changes = changes + 1; END;

CREATE TABLE imports (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  collection_id INTEGER NOT NULL REFERENCES collections (id),
  label_id INTEGER NOT NULL REFERENCES labels (id),
  state TEXT NOT NULL CHECK (state IN ('running', 'finished', 'cancelled')),
  started_at INTEGER NOT NULL,
  started_by TEXT NOT NULL,
  finished_at INTEGER
) STRICT;
CREATE TABLE import_files (
  import_id TEXT NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  path TEXT NOT NULL,
  file TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('waiting', 'reading', 'indexed', 'indexed_in_part', 'duplicate', 'refused', 'cancelled')),
  document_id TEXT,
  passages INTEGER NOT NULL DEFAULT 0,
  pages INTEGER NOT NULL DEFAULT 0,
  missing TEXT NOT NULL DEFAULT '[]',
  code TEXT,
  reason TEXT,
  hint TEXT,
  PRIMARY KEY (import_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE uploads (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  name TEXT NOT NULL,
  size INTEGER NOT NULL,
  received INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE conversations (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  collection_id INTEGER REFERENCES collections (id),
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL
) STRICT;

CREATE TABLE models (
  id TEXT PRIMARY KEY,
  digest TEXT NOT NULL UNIQUE,
  manifest TEXT NOT NULL,
  file TEXT NOT NULL,
  inode INTEGER NOT NULL,
  size INTEGER NOT NULL,
  changed_ms INTEGER NOT NULL,
  verified_at INTEGER NOT NULL,
  admitted_at INTEGER NOT NULL,
  admitted_by TEXT NOT NULL,
  is_active INTEGER NOT NULL CHECK (is_active IN (0, 1))
) STRICT;

CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;
