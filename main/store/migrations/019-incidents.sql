-- What went wrong with agents, tools and tiers until a person said why. `reason` is a body. Only the end is written later, once.
CREATE TABLE incidents (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  cause TEXT NOT NULL CHECK (cause IN ('spiral', 'budget', 'breaker')),
  subject TEXT NOT NULL,
  run_id TEXT REFERENCES runs (id),
  label_id INTEGER NOT NULL REFERENCES labels (id),
  opened_at INTEGER NOT NULL,
  closed_at INTEGER,
  closed_by TEXT,
  reason TEXT,
  CHECK ((closed_at IS NULL) = (closed_by IS NULL) AND (closed_at IS NULL) = (reason IS NULL))
) STRICT;
CREATE UNIQUE INDEX incidents_open ON incidents (tenant_id, cause, subject) WHERE closed_at IS NULL;
CREATE INDEX incidents_by_time ON incidents (tenant_id, opened_at DESC, id DESC);
CREATE INDEX incidents_of_runs ON incidents (run_id);
CREATE TRIGGER incidents_only_end BEFORE UPDATE ON incidents
  WHEN old.closed_at IS NOT NULL OR new.closed_at IS NULL OR (new.id, new.tenant_id, new.cause, new.subject, new.run_id, new.label_id, new.opened_at)
    IS NOT (old.id, old.tenant_id, old.cause, old.subject, old.run_id, old.label_id, old.opened_at)
  BEGIN SELECT RAISE(ABORT, 'an incident only ends'); END;
CREATE TRIGGER incidents_are_never_deleted BEFORE DELETE ON incidents BEGIN SELECT RAISE(ABORT, 'incidents are kept'); END;
