ALTER TABLE bonds ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;
UPDATE bonds SET seq = coalesce((SELECT seq FROM snapshots
    WHERE snapshots.agent = bonds.agent AND snapshots.version = bonds.version), 0);
CREATE TABLE secrets (name TEXT PRIMARY KEY, secret TEXT NOT NULL) WITHOUT ROWID;
