CREATE TABLE journals (
    agent TEXT PRIMARY KEY, seq INTEGER NOT NULL, at INTEGER NOT NULL, hash TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE entries (
    num INTEGER PRIMARY KEY, agent TEXT NOT NULL, seq INTEGER NOT NULL,
    previous TEXT NOT NULL, hash TEXT NOT NULL, body BLOB NOT NULL
);

CREATE UNIQUE INDEX entries_place ON entries (agent, seq);

CREATE TABLE words (
    num INTEGER PRIMARY KEY, agent TEXT NOT NULL, digest TEXT NOT NULL, owner TEXT NOT NULL,
    erased INTEGER NOT NULL DEFAULT 0, salt BLOB NOT NULL, text BLOB NOT NULL
);

CREATE UNIQUE INDEX words_digest ON words (agent, digest);

CREATE INDEX words_owner ON words (agent, owner) WHERE erased = 0;

CREATE TABLE lines (
    agent TEXT, conversation TEXT, spoken INTEGER, seq INTEGER,
    PRIMARY KEY (agent, conversation, spoken, seq)
) WITHOUT ROWID;

CREATE TABLE involved (
    agent TEXT, person TEXT, seq INTEGER, PRIMARY KEY (agent, person, seq)
) WITHOUT ROWID;

CREATE TABLE thoughts (
    agent TEXT, audience TEXT, seq INTEGER, PRIMARY KEY (agent, audience, seq)
) WITHOUT ROWID;

CREATE TABLE gone (agent TEXT, person TEXT, PRIMARY KEY (agent, person)) WITHOUT ROWID;

CREATE TABLE jobs (
    agent TEXT, id TEXT, conversation TEXT NOT NULL, person TEXT NOT NULL, key TEXT,
    attempt INTEGER NOT NULL, status TEXT NOT NULL, heard INTEGER NOT NULL, outcome INTEGER,
    since INTEGER NOT NULL, PRIMARY KEY (agent, id)
) WITHOUT ROWID;

CREATE UNIQUE INDEX jobs_key ON jobs (agent, person, key) WHERE key IS NOT NULL;

CREATE INDEX jobs_queued ON jobs (agent, conversation, heard) WHERE status = 'queued';

CREATE INDEX jobs_since ON jobs (since) WHERE status = 'queued';

CREATE TABLE tickets (
    agent TEXT, ticket TEXT, seq INTEGER NOT NULL, PRIMARY KEY (agent, ticket)
) WITHOUT ROWID;

CREATE TABLE snapshots (
    agent TEXT PRIMARY KEY, version TEXT NOT NULL, seq INTEGER NOT NULL, mind BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE bonds (
    agent TEXT, version TEXT, person TEXT, bond BLOB NOT NULL,
    PRIMARY KEY (agent, version, person)
) WITHOUT ROWID;

CREATE TABLE fence (one INTEGER PRIMARY KEY CHECK (one = 1), token INTEGER NOT NULL);

INSERT INTO fence VALUES (1, 0);

CREATE TABLE accounts (
    num INTEGER PRIMARY KEY, id TEXT NOT NULL, live INTEGER NOT NULL, guest INTEGER NOT NULL,
    role INTEGER NOT NULL, created_at INTEGER NOT NULL, seen_at INTEGER NOT NULL,
    name_digest BLOB NOT NULL, email_digest BLOB,
    username BLOB NOT NULL, name_key BLOB NOT NULL, email BLOB, password BLOB
);

CREATE UNIQUE INDEX accounts_id ON accounts (id) WHERE live = 1;

CREATE UNIQUE INDEX accounts_name ON accounts (name_digest) WHERE live = 1;

CREATE UNIQUE INDEX accounts_email ON accounts (email_digest) WHERE live = 1;

CREATE INDEX accounts_idle ON accounts (seen_at) WHERE live = 1 AND guest = 1;

CREATE TABLE sessions (
    id TEXT PRIMARY KEY, account TEXT NOT NULL, token TEXT NOT NULL, csrf TEXT NOT NULL,
    created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, parent TEXT,
    rotated_at INTEGER NOT NULL, successor TEXT, revoked_at INTEGER
) WITHOUT ROWID;

CREATE INDEX sessions_account ON sessions (account);
