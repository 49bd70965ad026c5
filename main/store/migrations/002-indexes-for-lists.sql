-- Lists are read in their order, and only as far as they are shown.
CREATE INDEX runs_by_time ON runs (tenant_id, created_at DESC, id DESC);
CREATE INDEX imports_by_time ON imports (tenant_id, started_at DESC, id DESC);
CREATE INDEX documents_by_time ON documents (tenant_id, imported_at DESC, id DESC) WHERE is_ready = 1;
-- Counts and labels of what is held, without the rows: their page sizes can be long.
CREATE INDEX documents_held ON documents (collection_id, label_id) WHERE is_ready = 1;
-- Whether a file is still needed.
CREATE INDEX documents_by_digest ON documents (digest);
-- The next file of an import, without those that are done.
CREATE INDEX files_waiting ON import_files (import_id, ordinal) WHERE outcome = 'waiting';
