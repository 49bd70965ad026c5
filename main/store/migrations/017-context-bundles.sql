-- What is handed on when a run ends or waits, named by the run and the version of that event. Everything in it follows from the run, so a
-- row that is missing is made again. `body` is null where none could be made, and `refusal` says why. `sources` are the bodies it was made
-- from: when one of them is purged, its own goes too.
CREATE TABLE context_bundles (
  tenant_id TEXT NOT NULL,
  run_id TEXT NOT NULL REFERENCES runs (id),
  at_version INTEGER NOT NULL CHECK (at_version > 0),
  trigger TEXT NOT NULL CHECK (trigger IN ('complete', 'failed', 'held')),
  label_id INTEGER NOT NULL REFERENCES labels (id),
  body TEXT,
  commitment TEXT,
  refusal TEXT,
  sources TEXT NOT NULL,
  continues_run TEXT,
  continues_version INTEGER,
  tokens INTEGER NOT NULL,
  source_tokens INTEGER NOT NULL,
  made_at INTEGER NOT NULL,
  PRIMARY KEY (run_id, at_version),
  CHECK ((body IS NULL) = (refusal IS NOT NULL) AND (body IS NULL) = (commitment IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX context_bundles_by_time ON context_bundles (tenant_id, made_at);
CREATE TRIGGER context_bundles_are_never_changed BEFORE UPDATE ON context_bundles BEGIN SELECT RAISE(ABORT, 'context bundles are kept'); END;
CREATE TRIGGER context_bundles_are_never_deleted BEFORE DELETE ON context_bundles BEGIN SELECT RAISE(ABORT, 'context bundles are kept'); END;
-- Runs that ended before there were bundles get none.
INSERT INTO context_bundles (tenant_id, run_id, at_version, trigger, label_id, refusal, sources, tokens, source_tokens, made_at)
  SELECT tenant_id, id, version, status, label_id, 'context_bundle.before', '[]', 0, 0, moved_at FROM runs WHERE status IN ('complete', 'failed');
