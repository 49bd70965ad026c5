-- Acts that wait for a second person. `arguments` and `reason` are bodies. A row is decided once and ends once.
CREATE TABLE acts (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  act TEXT NOT NULL,
  call TEXT NOT NULL,
  arguments TEXT NOT NULL,
  arguments_hash TEXT NOT NULL,
  label_id INTEGER NOT NULL REFERENCES labels (id),
  requested_at INTEGER NOT NULL,
  requested_by TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  state TEXT NOT NULL,
  decided_at INTEGER,
  decided_by TEXT,
  reason TEXT,
  failure TEXT
) STRICT;
CREATE INDEX acts_open ON acts (tenant_id, state, requested_at);
CREATE INDEX acts_by_time ON acts (tenant_id, requested_at DESC, id DESC);
CREATE TRIGGER acts_are_decided_once BEFORE UPDATE ON acts
  WHEN NOT (old.state = 'waiting' AND new.state IN ('confirmed', 'rejected', 'expired') OR old.state = 'confirmed' AND new.state IN ('done', 'failed', 'unknown'))
    OR old.state = 'confirmed' AND (new.decided_at, new.decided_by) IS NOT (old.decided_at, old.decided_by)
    OR (new.id, new.tenant_id, new.act, new.call, new.arguments, new.arguments_hash, new.label_id, new.requested_at, new.requested_by, new.expires_at)
    IS NOT (old.id, old.tenant_id, old.act, old.call, old.arguments, old.arguments_hash, old.label_id, old.requested_at, old.requested_by, old.expires_at)
  BEGIN SELECT RAISE(ABORT, 'an act is decided once'); END;
CREATE TRIGGER acts_are_never_deleted BEFORE DELETE ON acts BEGIN SELECT RAISE(ABORT, 'acts are kept'); END;
