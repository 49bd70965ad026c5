-- Every change of the label of a document or of a collection's floor. `document` and `collection` are public ids; `justification` is a body.
CREATE TABLE label_changes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id TEXT NOT NULL,
  document TEXT,
  collection TEXT NOT NULL,
  from_label INTEGER NOT NULL REFERENCES labels (id),
  to_label INTEGER NOT NULL REFERENCES labels (id),
  direction TEXT NOT NULL CHECK (direction IN ('raised', 'lowered')),
  justification TEXT,
  changed_at INTEGER NOT NULL,
  changed_by TEXT NOT NULL,
  CHECK (direction = 'raised' OR justification IS NOT NULL)
) STRICT;
CREATE INDEX label_changes_of_documents ON label_changes (tenant_id, document, id);
CREATE INDEX label_changes_of_collections ON label_changes (tenant_id, collection, id) WHERE document IS NULL;
CREATE TRIGGER label_changes_are_never_changed BEFORE UPDATE ON label_changes BEGIN SELECT RAISE(ABORT, 'label changes are kept'); END;
CREATE TRIGGER label_changes_are_never_deleted BEFORE DELETE ON label_changes BEGIN SELECT RAISE(ABORT, 'label changes are kept'); END;

-- Under which label a document was imported.
CREATE INDEX files_by_document ON import_files (document_id) WHERE document_id IS NOT NULL;

-- Whatever writes a label without having said so first is wrong: the change that is newest on record must be exactly this one.
CREATE TRIGGER documents_change_label_on_record BEFORE UPDATE OF label_id ON documents
  WHEN new.label_id <> old.label_id AND NOT EXISTS (
    SELECT 1 FROM label_changes c WHERE c.id = (SELECT max(id) FROM label_changes WHERE tenant_id = old.tenant_id AND document = old.public_id)
      AND c.from_label = old.label_id AND c.to_label = new.label_id)
  BEGIN SELECT RAISE(ABORT, 'a label changes on record only'); END;
CREATE TRIGGER collections_change_label_on_record BEFORE UPDATE OF label_id ON collections
  WHEN new.label_id <> old.label_id AND NOT EXISTS (
    SELECT 1 FROM label_changes c WHERE c.id =
        (SELECT max(id) FROM label_changes WHERE tenant_id = old.tenant_id AND collection = old.public_id AND document IS NULL)
      AND c.from_label = old.label_id AND c.to_label = new.label_id)
  BEGIN SELECT RAISE(ABORT, 'a label changes on record only'); END;
-- A passage follows its document, whose own row is written last: until then its newest change begins where it stands.
CREATE TRIGGER passages_change_label_on_record BEFORE UPDATE OF label_id ON passages
  WHEN new.label_id <> old.label_id AND NOT EXISTS (
    SELECT 1 FROM documents d JOIN label_changes c ON c.id =
        (SELECT max(id) FROM label_changes WHERE tenant_id = d.tenant_id AND document = d.public_id)
      WHERE d.id = old.document_id AND c.from_label = d.label_id AND c.to_label = new.label_id)
  BEGIN SELECT RAISE(ABORT, 'a passage changes its label with its document only'); END;
