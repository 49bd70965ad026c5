-- Keys of programs elsewhere that may use the models here. Of the secret there is a salted hash; a key is never deleted, only revoked, once.
CREATE TABLE serve_keys (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  name TEXT NOT NULL,
  salt BLOB NOT NULL,
  hash TEXT NOT NULL,
  ceiling_id INTEGER NOT NULL REFERENCES labels (id),
  models TEXT,
  tokens_max INTEGER,
  tokens_spent INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  expires_at INTEGER,
  revoked_at INTEGER,
  last_used_at INTEGER
) STRICT;
CREATE INDEX serve_keys_by_time ON serve_keys (tenant_id, created_at DESC, id DESC);
CREATE TRIGGER serve_keys_are_fixed BEFORE UPDATE ON serve_keys
  WHEN old.revoked_at IS NOT NULL AND new.revoked_at IS NOT old.revoked_at OR new.tokens_spent < old.tokens_spent
    OR (new.id, new.tenant_id, new.name, new.salt, new.hash, new.ceiling_id, new.models, new.tokens_max, new.created_at, new.created_by, new.expires_at)
    IS NOT (old.id, old.tenant_id, old.name, old.salt, old.hash, old.ceiling_id, old.models, old.tokens_max, old.created_at, old.created_by, old.expires_at)
  BEGIN SELECT RAISE(ABORT, 'a key is only used and revoked'); END;
CREATE TRIGGER serve_keys_are_never_deleted BEFORE DELETE ON serve_keys BEGIN SELECT RAISE(ABORT, 'keys are kept'); END;

-- Calls under way, with the tokens that are set aside for them. What a crash left here is settled at the next start.
CREATE TABLE serve_calls (
  id INTEGER PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  key_id TEXT NOT NULL REFERENCES serve_keys (id),
  endpoint TEXT NOT NULL,
  model_id TEXT NOT NULL,
  label_id INTEGER NOT NULL REFERENCES labels (id),
  prompt_tokens INTEGER NOT NULL,
  completion_tokens INTEGER NOT NULL
) STRICT;
CREATE INDEX serve_calls_by_key ON serve_calls (key_id);
