-- Schema 3: what a poisoned commit is taken back by. An entry of kind 4 is a handshake that was voided.

-- The state before the commit that opened the current epoch.
CREATE TABLE epochs_before (
    space_id INTEGER NOT NULL,
    conversation INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    epoch_seq INTEGER NOT NULL,
    heads BLOB NOT NULL,
    group_info BLOB NOT NULL,
    PRIMARY KEY (space_id, conversation)
) WITHOUT ROWID;

-- Members' signed refusals of that commit.
CREATE TABLE refusals (
    space_id INTEGER NOT NULL,
    conversation INTEGER NOT NULL,
    device BLOB NOT NULL,
    refusal BLOB NOT NULL,
    PRIMARY KEY (space_id, conversation, device)
) WITHOUT ROWID;
