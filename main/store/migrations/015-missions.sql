-- Projections of a mission's events: always equal to their fold. Goals, reports and words are bodies.
CREATE TABLE missions (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  phase TEXT NOT NULL CHECK (phase IN ('PLANNING', 'COMMITTED', 'EXECUTING', 'COMPLETED')),
  outcome TEXT,
  gate TEXT,
  is_paused INTEGER NOT NULL CHECK (is_paused IN (0, 1)),
  goal TEXT NOT NULL,
  shards INTEGER NOT NULL,
  shards_settled INTEGER NOT NULL,
  label_id INTEGER NOT NULL REFERENCES labels (id),
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  moved_at INTEGER NOT NULL
) STRICT;
CREATE INDEX missions_by_creation ON missions (tenant_id, created_at);

-- Which mission a run belongs to. `shard_key` is null for the run of a planner.
CREATE TABLE mission_runs (
  run_id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  mission_id TEXT NOT NULL REFERENCES missions (id),
  shard_key TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX runs_of_missions ON mission_runs (mission_id);

-- The blackboard: what was observed, decided and found, in its order.
CREATE TABLE board_entries (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  mission_id TEXT NOT NULL REFERENCES missions (id),
  kind TEXT NOT NULL,
  phase TEXT NOT NULL,
  -- An agent, or null where a person wrote it; `account` says who.
  author TEXT,
  account TEXT NOT NULL,
  content TEXT NOT NULL,
  confidence REAL CHECK (confidence BETWEEN 0 AND 1),
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX entries_of_missions ON board_entries (mission_id, id);
CREATE TRIGGER board_entries_are_never_changed BEFORE UPDATE ON board_entries BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;
CREATE TRIGGER board_entries_are_never_deleted BEFORE DELETE ON board_entries BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;

-- Every revision of every directive; the highest is the one that holds.
CREATE TABLE board_directives (
  tenant_id TEXT NOT NULL,
  mission_id TEXT NOT NULL REFERENCES missions (id),
  name TEXT NOT NULL,
  revision INTEGER NOT NULL CHECK (revision >= 1),
  author TEXT,
  account TEXT NOT NULL,
  content TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (mission_id, name, revision)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER board_directives_are_never_changed BEFORE UPDATE ON board_directives BEGIN SELECT RAISE(ABORT, 'revisions are kept'); END;
CREATE TRIGGER board_directives_are_never_deleted BEFORE DELETE ON board_directives BEGIN SELECT RAISE(ABORT, 'revisions are kept'); END;
