-- Every policy that was accepted, as the very bytes that were signed. The last row is the one in force; none is ever changed.
CREATE TABLE policies (
  id INTEGER PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  signature TEXT NOT NULL,
  public_key TEXT NOT NULL,
  key_id TEXT NOT NULL,
  digest TEXT NOT NULL,
  loaded_at INTEGER NOT NULL,
  loaded_by TEXT NOT NULL
) STRICT;
CREATE INDEX policies_by_tenant ON policies (tenant_id, id DESC);
CREATE TRIGGER policies_are_never_changed BEFORE UPDATE ON policies BEGIN SELECT RAISE(ABORT, 'policies are append-only'); END;
CREATE TRIGGER policies_are_never_deleted BEFORE DELETE ON policies BEGIN SELECT RAISE(ABORT, 'policies are append-only'); END;

-- What the log says of the last one is asked at every look, however long the log has grown.
CREATE INDEX events_of_policies ON events (tenant_id, seq DESC) WHERE type = 'policy.loaded';
