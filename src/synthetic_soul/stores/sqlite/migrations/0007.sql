CREATE TABLE recall_heads (
    agent TEXT, conversation TEXT, seq INTEGER NOT NULL, head BLOB NOT NULL,
    PRIMARY KEY (agent, conversation)
);
CREATE TABLE recall_parts (
    agent TEXT, conversation TEXT, number INTEGER, body BLOB NOT NULL,
    PRIMARY KEY (agent, conversation, number)
);
