-- Guardrails that a person lifted for an hour. `justification` is a body. Only the end is written later, once.
CREATE TABLE exemptions (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  guardrail TEXT NOT NULL,
  justification TEXT NOT NULL,
  granted_at INTEGER NOT NULL,
  granted_by TEXT NOT NULL,
  ended_at INTEGER
) STRICT;
CREATE INDEX exemptions_open ON exemptions (tenant_id) WHERE ended_at IS NULL;
CREATE INDEX exemptions_by_time ON exemptions (tenant_id, granted_at DESC, id DESC);
CREATE TRIGGER exemptions_only_end BEFORE UPDATE ON exemptions
  WHEN old.ended_at IS NOT NULL OR new.ended_at IS NULL OR (new.id, new.tenant_id, new.guardrail, new.justification, new.granted_at, new.granted_by)
    IS NOT (old.id, old.tenant_id, old.guardrail, old.justification, old.granted_at, old.granted_by)
  BEGIN SELECT RAISE(ABORT, 'an exemption only ends'); END;
CREATE TRIGGER exemptions_are_never_deleted BEFORE DELETE ON exemptions BEGIN SELECT RAISE(ABORT, 'exemptions are kept'); END;
