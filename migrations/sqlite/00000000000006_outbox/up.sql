-- E-mail is a contact like the phone, and is forgotten with it.
ALTER TABLE roster_line ADD COLUMN email TEXT;
ALTER TABLE roster_entry ADD COLUMN email TEXT;
-- Who is out of the base gets no message: few rows, looked up by the serial.
CREATE INDEX roster_line_ineligible_serial ON roster_line (survey, serial) WHERE disposition = 'ineligible';

-- A sending: one invitation or reminder to all links that wait, those with serials above "first" up to "last".
-- Up to the serial "filled" they were put into the outbox. Numbers only, nobody by name.
CREATE TABLE sending (
    survey BLOB NOT NULL,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind = 'invitation' OR kind = 'reminder'),
    state TEXT NOT NULL CHECK (state = 'running' OR state = 'paused' OR state = 'ended' OR state = 'stopped'),
    begun_at TIMESTAMP NOT NULL,
    -- When the last of its messages arrived.
    sent_at TIMESTAMP,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    filled INTEGER NOT NULL,
    planned BIGINT NOT NULL,
    sent BIGINT NOT NULL DEFAULT 0,
    refused BIGINT NOT NULL DEFAULT 0,
    -- Why the last try did not succeed: a status, or one word.
    trouble TEXT,
    PRIMARY KEY (survey, number)
) WITHOUT ROWID;

-- Messages on their way: only which link and how. Whom to write and what is filled in at each try. A message
-- that arrived, or that nobody needs any more, leaves no row behind.
CREATE TABLE outbox (
    survey BLOB NOT NULL,
    serial INTEGER NOT NULL,
    sending INTEGER NOT NULL,
    channel TEXT NOT NULL CHECK (channel = 'webhook' OR channel = 'email'),
    -- The next try is not before this. While a node is trying, it is the time at which another may.
    due_at TIMESTAMP NOT NULL,
    tries SMALLINT NOT NULL DEFAULT 0,
    PRIMARY KEY (survey, serial)
) WITHOUT ROWID;
CREATE INDEX outbox_due ON outbox (survey, channel, due_at);

-- When the next message may go out, on whichever node: what keeps all of them together within the rate.
CREATE TABLE pace (
    channel TEXT NOT NULL PRIMARY KEY CHECK (channel = 'webhook' OR channel = 'email'),
    next_at TIMESTAMP NOT NULL
) WITHOUT ROWID;
INSERT INTO pace (channel, next_at) VALUES ('webhook', '1970-01-01 00:00:00'), ('email', '1970-01-01 00:00:00');
