-- Signed checkpoints over all events up to `size`. `edge` and `leaves` only help to go on and to find faults; `json` is what is signed.
CREATE TABLE audit_checkpoints (
  size INTEGER PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  json TEXT NOT NULL,
  edge BLOB NOT NULL,
  leaves BLOB NOT NULL
) STRICT;
CREATE TRIGGER audit_checkpoints_are_never_changed BEFORE UPDATE ON audit_checkpoints
  BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END;
CREATE TRIGGER audit_checkpoints_are_never_deleted BEFORE DELETE ON audit_checkpoints
  BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END;
