CREATE TABLE souls (agent TEXT, seq INTEGER, PRIMARY KEY (agent, seq)) WITHOUT ROWID;
INSERT INTO souls SELECT agent, seq FROM entries
    WHERE instr(CAST(body AS TEXT), '"kind":"soul_adopted"');
