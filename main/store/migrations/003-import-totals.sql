-- Totals of an import, kept with every change of one of its files: counting a hundred thousand files for each of them would not end.
ALTER TABLE imports ADD COLUMN files INTEGER NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN done INTEGER NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN in_part INTEGER NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN duplicates INTEGER NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN passages INTEGER NOT NULL DEFAULT 0;

UPDATE imports SET
  files = (SELECT count(*) FROM import_files f WHERE f.import_id = imports.id),
  done = (SELECT count(*) FROM import_files f WHERE f.import_id = imports.id AND f.outcome NOT IN ('waiting', 'reading')),
  indexed = (SELECT count(*) FROM import_files f WHERE f.import_id = imports.id AND f.outcome = 'indexed'),
  in_part = (SELECT count(*) FROM import_files f WHERE f.import_id = imports.id AND f.outcome = 'indexed_in_part'),
  duplicates = (SELECT count(*) FROM import_files f WHERE f.import_id = imports.id AND f.outcome = 'duplicate'),
  refused = (SELECT count(*) FROM import_files f WHERE f.import_id = imports.id AND f.outcome = 'refused'),
  passages = (SELECT coalesce(sum(f.passages), 0) FROM import_files f WHERE f.import_id = imports.id);

-- Files are only added with their import, which knows how many, and begin as waiting, which is in no other total.
CREATE TRIGGER import_files_are_counted AFTER UPDATE OF outcome, passages ON import_files
  BEGIN
    UPDATE imports SET
      done = done + (new.outcome NOT IN ('waiting', 'reading')) - (old.outcome NOT IN ('waiting', 'reading')),
      indexed = indexed + (new.outcome = 'indexed') - (old.outcome = 'indexed'),
      in_part = in_part + (new.outcome = 'indexed_in_part') - (old.outcome = 'indexed_in_part'),
      duplicates = duplicates + (new.outcome = 'duplicate') - (old.outcome = 'duplicate'),
      refused = refused + (new.outcome = 'refused') - (old.outcome = 'refused'),
      passages = passages + new.passages - old.passages
    WHERE id = new.import_id;
  END;
