-- One survey: questionnaire head, frozen once open, and where it stands.
CREATE TABLE survey (
    id BYTEA NOT NULL PRIMARY KEY,
    title TEXT NOT NULL,
    table_title TEXT NOT NULL,
    programme TEXT NOT NULL,
    year SMALLINT NOT NULL,
    organiser TEXT NOT NULL,
    contact TEXT NOT NULL,
    purpose TEXT NOT NULL,
    retention_days INTEGER NOT NULL,
    time_zone TEXT NOT NULL,
    rounding TEXT NOT NULL CHECK (rounding IN ('half_up', 'half_even')),
    disclosure_floor INTEGER NOT NULL CHECK (disclosure_floor >= 5),
    target_measure TEXT NOT NULL CHECK (target_measure IN ('weighted_score', 'top2_percent', 'top1_percent')),
    target_value TEXT NOT NULL,
    design TEXT NOT NULL CHECK (design IN ('everyone', 'strata', 'clusters')),
    dont_know_code TEXT,
    dont_know_label TEXT,
    state TEXT NOT NULL CHECK (state IN ('draft', 'open', 'closed', 'sealed')),
    created_at TIMESTAMP NOT NULL,
    opened_at TIMESTAMP,
    closed_at TIMESTAMP,
    -- Goes into every code; deleted at the seal.
    salt BYTEA,
    -- Links up to this serial are issued; higher ones are a list still being written.
    visible_serial INTEGER NOT NULL DEFAULT 0,
    -- The run that is writing links now; a later run takes over and an earlier one stops.
    issue_run BYTEA
);

CREATE TABLE question (
    survey BYTEA NOT NULL REFERENCES survey (id),
    number INTEGER NOT NULL,
    text TEXT NOT NULL,
    easy TEXT,
    weight INTEGER NOT NULL CHECK (weight > 0),
    required BOOLEAN NOT NULL,
    PRIMARY KEY (survey, number)
);

-- The scale: position 1 is the best option.
CREATE TABLE scale_option (
    survey BYTEA NOT NULL REFERENCES survey (id),
    position INTEGER NOT NULL CHECK (position BETWEEN 1 AND 5),
    code TEXT NOT NULL,
    label TEXT NOT NULL,
    weight INTEGER NOT NULL CHECK (weight BETWEEN 0 AND 1000),
    confirmed BOOLEAN NOT NULL,
    PRIMARY KEY (survey, position)
);

CREATE TABLE unit (
    code TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    parent TEXT REFERENCES unit (code) DEFERRABLE INITIALLY DEFERRED,
    level TEXT NOT NULL
);

-- One recipient of one survey. Contact data; no word about an answer.
CREATE TABLE roster_entry (
    survey BYTEA NOT NULL,
    serial INTEGER NOT NULL,
    unit TEXT NOT NULL,
    reference TEXT,
    name TEXT,
    phone TEXT,
    PRIMARY KEY (survey, serial)
);
CREATE UNIQUE INDEX roster_entry_reference ON roster_entry (survey, unit, reference) WHERE reference IS NOT NULL;

-- One link a recipient: the hash of its code and a state, never a time.
CREATE TABLE link (
    hash BYTEA NOT NULL PRIMARY KEY,
    survey BYTEA NOT NULL,
    serial INTEGER NOT NULL,
    generation SMALLINT NOT NULL,
    unit TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'started', 'submitted', 'declined', 'revoked'))
) WITH (fillfactor = 70); -- room for a link's next state on its own page, without touching the indexes
CREATE UNIQUE INDEX link_serial ON link (survey, serial);

-- Hashes of links that a reissue replaced: outside all counts, they only answer "replaced".
CREATE TABLE replaced_link (
    hash BYTEA NOT NULL PRIMARY KEY,
    survey BYTEA NOT NULL
);

-- One anonymous answer: no time, no order, no device, no address, no link. The key is random;
-- the seal rewrites the rows in random order.
CREATE TABLE response (
    survey BYTEA NOT NULL,
    id BYTEA NOT NULL,
    unit TEXT NOT NULL,
    respondent TEXT NOT NULL CHECK (respondent IN ('self', 'helped_by_family', 'helped_by_staff', 'guardian')),
    channel TEXT NOT NULL CHECK (channel IN ('web', 'paper')),
    answers TEXT NOT NULL,
    PRIMARY KEY (survey, id)
);

-- What changed on a day of the survey's time zone, by unit; the sums over all days are where the
-- links stand. Each row adds up: issued = waiting + started + submitted + declined + revoked + expired.
CREATE TABLE progress (
    survey BYTEA NOT NULL,
    unit TEXT NOT NULL,
    day DATE NOT NULL,
    issued BIGINT NOT NULL DEFAULT 0,
    waiting BIGINT NOT NULL DEFAULT 0,
    started BIGINT NOT NULL DEFAULT 0,
    submitted BIGINT NOT NULL DEFAULT 0,
    declined BIGINT NOT NULL DEFAULT 0,
    revoked BIGINT NOT NULL DEFAULT 0,
    expired BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (survey, unit, day),
    CHECK (issued = waiting + started + submitted + declined + revoked + expired)
) WITH (fillfactor = 50); -- the same rows change with every batch

-- Releases as they were made: RFC 8785 JSON with its digest.
CREATE TABLE release (
    survey BYTEA NOT NULL,
    number INTEGER NOT NULL,
    made_at TIMESTAMP NOT NULL,
    sha256 TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (survey, number)
);

-- Which server secret belongs to this database, without telling it. There is one.
CREATE TABLE secret (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    fingerprint BYTEA NOT NULL
);
