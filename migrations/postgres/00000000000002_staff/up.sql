-- Who works at the desk. A password is kept as an argon2id hash; the second factor is derived from the
-- server secret and the number of times it was set up, so it is stored nowhere.
CREATE TABLE staff (
    id BYTEA NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role = 'admin' OR role = 'evaluator' OR role = 'monitor' OR role = 'clerk'),
    unit TEXT REFERENCES unit (code),
    password TEXT NOT NULL,
    -- Which second factor it is, counted from 1; negative once it is taken away.
    second_factor INTEGER,
    -- The last time step whose code was used: a code works once.
    second_factor_step BIGINT,
    disabled BOOLEAN NOT NULL,
    created_at TIMESTAMP NOT NULL,
    signed_in_at TIMESTAMP,
    CHECK ((role = 'monitor' OR role = 'clerk') = (unit IS NOT NULL))
);

-- One sign-in: the hash of what the browser holds. No address, no device.
CREATE TABLE session (
    hash BYTEA NOT NULL PRIMARY KEY,
    staff BYTEA NOT NULL REFERENCES staff (id),
    created_at TIMESTAMP NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    -- The sign-in before this one, to be shown.
    before_at TIMESTAMP
);
CREATE INDEX session_staff ON session (staff);

-- What staff did. Each row's proof covers it and the proof before: a changed, missing or moved row shows.
-- Never a recipient's name, ref, phone, serial or code.
CREATE TABLE audit (
    number BIGINT NOT NULL PRIMARY KEY,
    at TIMESTAMP NOT NULL,
    -- Nobody: the command line, whose user the machine knows.
    staff BYTEA,
    act TEXT NOT NULL,
    survey BYTEA,
    unit TEXT,
    subject BYTEA,
    amount BIGINT,
    reason TEXT,
    proof BYTEA NOT NULL
);
CREATE INDEX audit_survey ON audit (survey, number);
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();

-- The end of the chain; whoever appends holds this row, so that rows have an order.
CREATE TABLE audit_head (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    length BIGINT NOT NULL,
    proof BYTEA NOT NULL
);
INSERT INTO audit_head (id, length, proof) VALUES (1, 0, '');
