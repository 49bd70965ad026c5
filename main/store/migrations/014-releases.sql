-- A person answered for what a run says, under the label that it had then. `reason` is a body.
CREATE TABLE releases (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id TEXT NOT NULL,
  run_id TEXT NOT NULL REFERENCES runs (id),
  label_id INTEGER NOT NULL REFERENCES labels (id),
  reason TEXT NOT NULL,
  released_at INTEGER NOT NULL,
  released_by TEXT NOT NULL
) STRICT;
CREATE INDEX releases_of_runs ON releases (tenant_id, run_id, id);
CREATE TRIGGER releases_are_never_changed BEFORE UPDATE ON releases BEGIN SELECT RAISE(ABORT, 'releases are kept'); END;
CREATE TRIGGER releases_are_never_deleted BEFORE DELETE ON releases BEGIN SELECT RAISE(ABORT, 'releases are kept'); END;
