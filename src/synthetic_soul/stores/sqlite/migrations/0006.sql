CREATE TABLE pictures (agent TEXT, expression TEXT, digest TEXT, body BLOB, PRIMARY KEY (agent, expression));
