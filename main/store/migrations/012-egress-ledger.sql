-- Every way out of this machine that was tried. `destination` is a text of whoever tried it, so events hold only its commitment, which
-- `salt` proves. An allowed connection ends once; nothing else is ever changed.
CREATE TABLE egress_ledger (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  boot TEXT NOT NULL,
  part TEXT NOT NULL,
  kind TEXT NOT NULL,
  destination TEXT NOT NULL CHECK (length(destination) <= 255),
  salt TEXT NOT NULL,
  decision TEXT NOT NULL CHECK (decision IN ('allowed', 'denied', 'test')),
  reason TEXT NOT NULL,
  count INTEGER NOT NULL CHECK (count > 0),
  digest TEXT,
  run_id TEXT,
  step_id TEXT,
  ended_at INTEGER,
  bytes_out INTEGER,
  bytes_in INTEGER
) STRICT;
CREATE INDEX egress_ledger_by_decision ON egress_ledger (tenant_id, decision, id);
CREATE TRIGGER egress_ledger_only_ends BEFORE UPDATE ON egress_ledger
  WHEN old.decision != 'allowed' OR old.ended_at IS NOT NULL OR new.ended_at IS NULL
    OR (new.id, new.tenant_id, new.at, new.boot, new.part, new.kind, new.destination, new.salt, new.decision, new.reason, new.count, new.digest, new.run_id, new.step_id)
    IS NOT (old.id, old.tenant_id, old.at, old.boot, old.part, old.kind, old.destination, old.salt, old.decision, old.reason, old.count, old.digest, old.run_id, old.step_id)
  BEGIN SELECT RAISE(ABORT, 'an attempt only ends'); END;
CREATE TRIGGER egress_ledger_is_never_deleted BEFORE DELETE ON egress_ledger BEGIN SELECT RAISE(ABORT, 'attempts are kept'); END;
