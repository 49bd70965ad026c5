-- Words that lead agents. A version is never changed; what is in use is said by labels, which move, and each move is kept.
-- `body` is a body; `commitment` the salted hash by which events and runs name its exact bytes.
CREATE TABLE prompt_versions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  public_id TEXT NOT NULL UNIQUE,
  tenant_id TEXT NOT NULL,
  agent TEXT NOT NULL,
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  origin TEXT NOT NULL,
  body TEXT NOT NULL REFERENCES bodies (id),
  commitment TEXT NOT NULL,
  label_id INTEGER NOT NULL REFERENCES labels (id),
  published_at INTEGER NOT NULL,
  published_by TEXT NOT NULL,
  UNIQUE (tenant_id, agent, name, version)
) STRICT;
CREATE TRIGGER prompt_versions_are_never_changed BEFORE UPDATE ON prompt_versions BEGIN SELECT RAISE(ABORT, 'versions of prompts are kept'); END;
CREATE TRIGGER prompt_versions_are_never_deleted BEFORE DELETE ON prompt_versions BEGIN SELECT RAISE(ABORT, 'versions of prompts are kept'); END;

CREATE TABLE prompt_labels (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id TEXT NOT NULL,
  agent TEXT NOT NULL,
  name TEXT NOT NULL,
  label TEXT NOT NULL,
  version INTEGER NOT NULL,
  moved_at INTEGER NOT NULL,
  moved_by TEXT NOT NULL,
  FOREIGN KEY (tenant_id, agent, name, version) REFERENCES prompt_versions (tenant_id, agent, name, version)
) STRICT;
CREATE INDEX prompt_labels_of_prompts ON prompt_labels (tenant_id, agent, name, label, id);
CREATE TRIGGER prompt_labels_are_never_changed BEFORE UPDATE ON prompt_labels BEGIN SELECT RAISE(ABORT, 'moves of labels are kept'); END;
CREATE TRIGGER prompt_labels_are_never_deleted BEFORE DELETE ON prompt_labels BEGIN SELECT RAISE(ABORT, 'moves of labels are kept'); END;

-- Tokens of a version by the tokenizer of a model, which its digest names.
CREATE TABLE prompt_tokens (
  tenant_id TEXT NOT NULL,
  prompt TEXT NOT NULL REFERENCES prompt_versions (public_id),
  model TEXT NOT NULL,
  tokens INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, prompt, model)
) STRICT, WITHOUT ROWID;
