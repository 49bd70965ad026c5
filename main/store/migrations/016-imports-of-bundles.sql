-- Which bundle an import came with. `bundle` and `artifact` are digests; what a bundle is called stays when the bundle was thrown away.
CREATE TABLE bundle_imports (
  import_id TEXT PRIMARY KEY REFERENCES imports (id) ON DELETE CASCADE,
  tenant_id TEXT NOT NULL,
  bundle TEXT NOT NULL,
  channel TEXT NOT NULL,
  seq INTEGER NOT NULL,
  artifact TEXT NOT NULL,
  item TEXT NOT NULL,
  title TEXT NOT NULL,
  version TEXT NOT NULL
) STRICT;
CREATE INDEX bundle_imports_of_items ON bundle_imports (tenant_id, item, seq DESC);
CREATE TRIGGER bundle_imports_are_never_changed BEFORE UPDATE ON bundle_imports BEGIN SELECT RAISE(ABORT, 'where documents came from is kept'); END;
