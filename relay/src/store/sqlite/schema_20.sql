-- Schema 20: a conversation's group lies beside its row, which every message changes: that cost more the more were in it.
CREATE TABLE conversation_groups (
    space_id INTEGER NOT NULL,
    conversation INTEGER NOT NULL,
    heads BLOB NOT NULL,
    group_info BLOB NOT NULL,
    -- The public state after the entry snapshot_seq; handshakes behind it are replayed.
    snapshot BLOB NOT NULL,
    snapshot_seq INTEGER NOT NULL,
    PRIMARY KEY (space_id, conversation)
) WITHOUT ROWID;
INSERT INTO conversation_groups (space_id, conversation, heads, group_info, snapshot, snapshot_seq)
SELECT space_id, number, heads, group_info, snapshot, snapshot_seq FROM conversations;
ALTER TABLE conversations DROP COLUMN heads;
ALTER TABLE conversations DROP COLUMN group_info;
ALTER TABLE conversations DROP COLUMN snapshot;
ALTER TABLE conversations DROP COLUMN snapshot_seq;

-- Whose commit opened the epoch, until another device has said something in it: whoever refuses it has no log looked through.
ALTER TABLE conversations ADD COLUMN unheard_committer BLOB;
UPDATE conversations SET unheard_committer =
    (SELECT sender FROM entries e
     WHERE e.space_id = conversations.space_id AND e.conversation = conversations.number AND e.seq = epoch_seq AND e.kind = 2)
WHERE EXISTS (SELECT 1 FROM epochs_before b WHERE b.space_id = conversations.space_id AND b.conversation = conversations.number);
-- A private message names its epoch behind its version, its format, and its group's id with that one's length.
UPDATE conversations SET unheard_committer = NULL
WHERE EXISTS (SELECT 1 FROM entries e
    WHERE e.space_id = conversations.space_id AND e.conversation = conversations.number AND e.seq > epoch_seq AND e.kind = 1
        AND e.sender <> unheard_committer AND hex(substr(e.payload, 22, 8)) = printf('%016X', epoch));
