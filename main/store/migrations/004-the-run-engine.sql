-- What a run may spend is part of the intent.
ALTER TABLE shards ADD COLUMN budget TEXT NOT NULL DEFAULT '{}';
ALTER TABLE shards ADD COLUMN requirements TEXT NOT NULL DEFAULT '[]';

ALTER TABLE runs ADD COLUMN depth INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN forked_from TEXT;
ALTER TABLE runs ADD COLUMN is_imported INTEGER NOT NULL DEFAULT 0 CHECK (is_imported IN (0, 1));
ALTER TABLE runs ADD COLUMN budget TEXT NOT NULL DEFAULT '{}';
ALTER TABLE runs ADD COLUMN usage TEXT NOT NULL DEFAULT '{}';

ALTER TABLE holds ADD COLUMN step_id TEXT;
ALTER TABLE holds ADD COLUMN expires_at INTEGER;
ALTER TABLE holds ADD COLUMN rung INTEGER NOT NULL DEFAULT 0;
ALTER TABLE holds ADD COLUMN decision TEXT;
-- Body of what a person is shown before deciding.
ALTER TABLE holds ADD COLUMN request TEXT;
CREATE INDEX holds_open ON holds (opened_at) WHERE closed_at IS NULL;

-- A call knows more than before, and its phases have grown: the table is made anew.
CREATE TABLE calls (
  id TEXT NOT NULL UNIQUE,
  run_id TEXT NOT NULL REFERENCES runs (id),
  ordinal INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('model', 'tool')),
  name TEXT NOT NULL,
  effect TEXT NOT NULL CHECK (effect IN ('read', 'idempotent', 'unsafe')),
  risk TEXT NOT NULL,
  input TEXT NOT NULL,
  phase TEXT NOT NULL CHECK (phase IN ('proposed', 'awaiting_approval', 'awaiting_answer', 'approved', 'rejected', 'revised', 'expired', 'dispatched',
    'succeeded', 'failed_before_effect', 'failed', 'unknown', 'undone')),
  output TEXT,
  feedback TEXT,
  failure TEXT,
  copied_from TEXT,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  PRIMARY KEY (run_id, ordinal)
) STRICT, WITHOUT ROWID;
INSERT INTO calls (id, run_id, ordinal, kind, name, effect, risk, input, phase, output, started_at, ended_at)
  SELECT id, run_id, ordinal, kind, name, 'read', 'read', input, phase, output, started_at, ended_at FROM steps;
DROP TABLE steps;
ALTER TABLE calls RENAME TO steps;
CREATE INDEX steps_by_tool ON steps (name, started_at) WHERE kind = 'tool';

-- A body is looked up by its id alone: one tree instead of two.
CREATE TABLE kept_bodies (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  label_id INTEGER NOT NULL REFERENCES labels (id),
  salt BLOB NOT NULL,
  digest TEXT NOT NULL REFERENCES blobs (digest)
) STRICT, WITHOUT ROWID;
INSERT INTO kept_bodies SELECT id, tenant_id, label_id, salt, digest FROM bodies;
DROP TABLE bodies;
ALTER TABLE kept_bodies RENAME TO bodies;
CREATE INDEX bodies_by_digest ON bodies (digest);

-- One row per call that costs something: what is set aside while it is open, what it cost when it is over. Totals are kept with every change.
CREATE TABLE budget_ledger (
  step_id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  run_id TEXT NOT NULL REFERENCES runs (id),
  tokens_reserved INTEGER NOT NULL CHECK (tokens_reserved >= 0),
  tokens INTEGER NOT NULL CHECK (tokens >= 0),
  cost_reserved INTEGER NOT NULL CHECK (cost_reserved >= 0),
  cost INTEGER NOT NULL CHECK (cost >= 0),
  bytes_reserved INTEGER NOT NULL CHECK (bytes_reserved >= 0),
  bytes INTEGER NOT NULL CHECK (bytes >= 0)
) STRICT;
CREATE TABLE budget_totals (
  tenant_id TEXT PRIMARY KEY,
  tokens INTEGER NOT NULL,
  cost INTEGER NOT NULL
) STRICT;
-- Spent and set aside together: what is left is the quota less this.
CREATE TRIGGER ledger_rows_are_counted AFTER INSERT ON budget_ledger BEGIN
  INSERT INTO budget_totals (tenant_id, tokens, cost) VALUES (new.tenant_id, new.tokens_reserved + new.tokens, new.cost_reserved + new.cost)
    ON CONFLICT (tenant_id) DO UPDATE SET tokens = tokens + excluded.tokens, cost = cost + excluded.cost;
END;
CREATE TRIGGER ledger_rows_are_settled AFTER UPDATE ON budget_ledger BEGIN
  UPDATE budget_totals SET
    tokens = tokens + new.tokens_reserved + new.tokens - old.tokens_reserved - old.tokens,
    cost = cost + new.cost_reserved + new.cost - old.cost_reserved - old.cost
  WHERE tenant_id = new.tenant_id;
END;
CREATE TRIGGER ledger_rows_are_never_deleted BEFORE DELETE ON budget_ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

-- Null = no limit.
CREATE TABLE quotas (
  tenant_id TEXT PRIMARY KEY,
  tokens_max INTEGER,
  cost_micros_max INTEGER,
  concurrent_runs_max INTEGER CHECK (concurrent_runs_max >= 1)
) STRICT;
