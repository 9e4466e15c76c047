-- What a program asked for that is done once, however often it is sent: which links came of it, and nothing of whom.
CREATE TABLE idempotency (
    api_key BYTEA NOT NULL REFERENCES api_key (id),
    -- The Idempotency-Key, as a mark that only the holder of the server secret can make.
    mark BYTEA NOT NULL,
    survey BYTEA NOT NULL REFERENCES survey (id),
    -- The body, as such a mark.
    body BYTEA NOT NULL,
    -- The run of issuing that does it, or did, or has failed.
    run BYTEA NOT NULL,
    -- When the run gave a sign of life, and at last when it was done.
    held_at TIMESTAMP NOT NULL,
    -- What was done, once it is: a range of serials, and how many had a link before.
    first INTEGER,
    last INTEGER,
    known BIGINT,
    PRIMARY KEY (api_key, mark)
);
CREATE INDEX idempotency_run ON idempotency (run);
