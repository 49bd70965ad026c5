-- Whose rows lie here. The number names the tenant's own full-text index: term statistics over all tenants would tell one what another holds.
CREATE TABLE tenants (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO tenants (id, name) VALUES (1, 'station');
DROP TRIGGER passages_leave_the_index;
ALTER TABLE passage_terms RENAME TO passage_terms_1;
CREATE TRIGGER passages_leave_index_1 AFTER DELETE ON passages WHEN old.tenant_id = 'station'
  BEGIN DELETE FROM passage_terms_1 WHERE rowid = old.id; END;
CREATE INDEX passages_by_tenant ON passages (tenant_id);
DROP INDEX documents_held;
CREATE INDEX documents_held ON documents (tenant_id, collection_id, label_id) WHERE is_ready = 1;

-- Rows that belonged to their tenant only through another row carry it themselves.
ALTER TABLE holds ADD COLUMN tenant_id TEXT NOT NULL DEFAULT 'station';
ALTER TABLE steps ADD COLUMN tenant_id TEXT NOT NULL DEFAULT 'station';
ALTER TABLE blocks ADD COLUMN tenant_id TEXT NOT NULL DEFAULT 'station';
ALTER TABLE import_files ADD COLUMN tenant_id TEXT NOT NULL DEFAULT 'station';
ALTER TABLE vectors ADD COLUMN tenant_id TEXT NOT NULL DEFAULT 'station';

-- What was known once on the whole station is known once for each tenant.
CREATE TABLE tenant_settings (
  tenant_id TEXT NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (tenant_id, key)
) STRICT, WITHOUT ROWID;
INSERT INTO tenant_settings SELECT 'station', key, value FROM settings;
DROP TABLE settings;
ALTER TABLE tenant_settings RENAME TO settings;

CREATE TABLE tenant_models (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  digest TEXT NOT NULL,
  manifest TEXT NOT NULL,
  file TEXT NOT NULL,
  inode INTEGER NOT NULL,
  size INTEGER NOT NULL,
  changed_ms INTEGER NOT NULL,
  verified_at INTEGER NOT NULL,
  admitted_at INTEGER NOT NULL,
  admitted_by TEXT NOT NULL,
  is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
  UNIQUE (tenant_id, digest)
) STRICT;
INSERT INTO tenant_models SELECT id, 'station', digest, manifest, file, inode, size, changed_ms, verified_at, admitted_at, admitted_by, is_active
  FROM models;
DROP TABLE models;
ALTER TABLE tenant_models RENAME TO models;

-- Vectors point at embedders: the rows are put back under their numbers before the references are checked.
PRAGMA defer_foreign_keys = ON;
DROP TRIGGER vectors_gone;
DROP TRIGGER passages_moved;
CREATE TEMP TABLE kept_embedders AS SELECT id, key, name, dimensions, is_active, changes FROM embedders;
DROP TABLE embedders;
CREATE TABLE embedders (
  id INTEGER PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  dimensions INTEGER NOT NULL,
  is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
  -- Counts what a reader cannot see by going on from the last vector: vectors gone, and passages that changed collection or label.
  changes INTEGER NOT NULL DEFAULT 0,
  UNIQUE (tenant_id, key)
) STRICT;
INSERT INTO embedders SELECT id, 'station', key, name, dimensions, is_active, changes FROM kept_embedders;
DROP TABLE kept_embedders;
CREATE UNIQUE INDEX one_embedder_is_active ON embedders (tenant_id) WHERE is_active = 1;
CREATE TRIGGER vectors_gone AFTER DELETE ON vectors
  BEGIN UPDATE embedders SET changes = changes + 1 WHERE id = old.embedder_id; END;
CREATE TRIGGER passages_moved AFTER UPDATE OF collection_id, label_id ON passages
  BEGIN UPDATE embedders SET changes = changes + 1 WHERE tenant_id = new.tenant_id; END;
