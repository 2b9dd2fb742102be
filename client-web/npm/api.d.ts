// Made from the crate `client-api` by `cargo xtask build`. Do not edit.

/** An account: `acct_…`. */
export type AccountId = string;

/** What came of a request. */
export type Answer =
  | { "answer": "done" }
  | { "answer": "failed",
      /** Why. */
      failure: Failure }
  | { "answer": "phrase",
      /** The 24 words. */
      phrase: SecretText }
  | { "answer": "checked",
      /** Whether they were. */
      isRight: boolean }
  | { "answer": "outcome",
      /** What. */
      outcome: Outcome }
  | { "answer": "profile",
      /** Which. */
      profile: ProfileView }
  | { "answer": "connection",
      /** How. */
      connection: Connection }
  | { "answer": "contacts",
      /** In no order. */
      contacts: Array<ContactView> }
  | { "answer": "settings",
      /** In no order. */
      settings: Array<SettingView> }
  | { "answer": "conversations",
      /** The latest first. */
      conversations: Array<ConversationView> }
  | { "answer": "messages",
      /** Oldest first. */
      messages: Array<MessageView> }
  | { "answer": "draft",
      /** Empty where there is nothing. */
      text: string }
  | { "answer": "devices",
      /** In no order. */
      devices: Array<DeviceView> }
  | { "answer": "safety",
      /** The number. */
      safety: SafetyView | null }
  | { "answer": "diagnostics",
      /** It. */
      diagnostics: Diagnostics }
  | { "answer": "storage",
      /** It. */
      storage: StorageView };

/** How a client stands, apart from its connection. Every state that is not `Open` says what leads on. */
export type ClientState =
  | { "state": "starting" }
  | { "state": "empty",
      /** There was one, and its data is gone: the browser or a person cleared it. */
      isEvicted: boolean }
  | { "state": "locked",
      /** By what. */
      by: Lock }
  | { "state": "restoring" }
  | { "state": "linking",
      /** What to show; none while the relay cannot be reached. */
      link: LinkView | null }
  | { "state": "open",
      /** Which account. */
      profile: ProfileView,
      /** Whether this tab's worker runs the engine. */
      isOwner: boolean }
  | { "state": "key_lost" }
  | { "state": "stuck",
      /** Why. */
      trouble: Trouble }
  | { "state": "outdated" }
  | { "state": "wiped" };

/** What a user interface asks. Each is answered by one [`crate::Event::Done`]. */
export type Command =
  | { "command": "add_contact",
      /** Who. */
      who: Recipient }
  | { "command": "send_text",
      /** To whom. */
      to: Recipient,
      /** What. */
      text: string }
  | { "command": "open_room" }
  | { "command": "invite",
      /** Where. */
      room: ConversationId,
      /** Whom. */
      who: Recipient }
  | { "command": "dismiss",
      /** Where. */
      room: ConversationId,
      /** Whom. */
      account: AccountId }
  | { "command": "say_in_room",
      /** Where. */
      room: ConversationId,
      /** What. */
      text: string }
  | { "command": "save_draft",
      /** To whom. */
      account: AccountId,
      /** What. */
      text: string }
  | { "command": "mark_read",
      /** Where. */
      conversation: ConversationId,
      /** The last entry read. */
      upTo: Seq }
  | { "command": "discard",
      /** Which. */
      message: MessageId }
  | { "command": "mark_verified",
      /** With whom. */
      account: AccountId,
      /** The number that was compared, as shown. */
      safetyNumber: string }
  | { "command": "set_setting",
      /** Which: up to 32 small letters, digits and hyphens. */
      name: string,
      /** At most 256 bytes; an empty one puts the setting back to its default. */
      value: string }
  | { "command": "set_handle",
      /** The alias. */
      handle: Handle }
  | { "command": "revoke_device",
      /** Which. */
      device: DeviceId }
  | { "command": "refresh_keys",
      /** Where. */
      conversation: ConversationId }
  | { "command": "link_device",
      /** The code or the number. */
      shown: SecretText }
  | { "command": "confirm_link",
      /** Whether they are the same. */
      isSame: boolean };

/** A UUID, as `crypto.randomUUID()` makes them. */
export type CommandId = string;

/** Whether the relay can be reached. */
export type Connection =
  | { "state": "offline",
      /** When. */
      retryAt: Timestamp | null }
  | { "state": "connecting" }
  | { "state": "catching_up" }
  | { "state": "live" }
  | { "state": "stopped",
      /** What happened. */
      reason: NoticeCode };

/** A contact. */
export type ContactView = {
      /** The account. */
      account: AccountId,
      /** The directory alias it was found by or lists. */
      handle: Handle | null,
      /** Whether the safety number was compared, and is still the one that was. */
      isVerified: boolean,
      /** The conversation with them, if there is one. */
      conversation: ConversationId | null };

/** A conversation: `conv_…`. */
export type ConversationId = string;

/** What kind of conversation. */
export type ConversationKind = "dm" | "room";

/** A row of the conversation list. */
export type ConversationView = {
      /** Which. */
      conversation: ConversationId,
      /** What kind. */
      kind: ConversationKind,
      /** The other account of a dm. */
      peer: AccountId | null,
      /** The other account's alias. */
      handle: Handle | null,
      /** The last message. */
      lastMessage: MessageView | null,
      /** The last entry stored. */
      lastSeq: Seq,
      /** Messages of others since the last one read. */
      unreadCount: number,
      /** The last entry read. */
      readUpTo: Seq,
      /** The last entry that a device of someone else has stored: own messages up to there are delivered. */
      deliveredUpTo: Seq,
      /** The last entry that the other side has read: own messages up to there are read. */
      peerReadUpTo: Seq,
      /** How its keys are agreed. */
      keyExchange: KeyExchange };

/** A passkey's id, as its authenticator gave it. */
export type CredentialId = Uint8Array;

/** How far a message has come. */
export type DeliveryState = "failed" | "queued" | "sent" | "delivered" | "read" | "received";

/** A device: `dev_…`. */
export type DeviceId = string;

/** One of the account's devices. */
export type DeviceView = {
      /** Which. */
      device: DeviceId,
      /** Whether it is this one. */
      isThis: boolean,
      /** Whether the account lists it. */
      isActive: boolean };

/** What helps to find a fault, without anything secret or personal. */
export type Diagnostics = {
      /** The connection. */
      connection: Connection,
      /** Messages that wait to be sent. */
      outboxCount: number,
      /** Conversations kept. */
      conversationCount: number,
      /** Contacts kept. */
      contactCount: number,
      /** How often the device's state was written; each time an older copy was put back, it goes on from the next multiple of
       * 2^32. */
      stateCounter: number,
      /** Protocol version spoken. */
      protocolVersion: number,
      /** The account's own devices in force. */
      deviceCount: number };

/** What a user interface is told, in the order it became so. What it shows is on disk already. */
export type Event =
  | { "event": "done",
      /** Which command. */
      id: CommandId,
      /** What became of it. */
      outcome: Outcome }
  | { "event": "connection" } & Connection | { "event": "restored" } & ProfileView | { "event": "link" } & LinkView | { "event": "hand_over" } & Progress | { "event": "contact" } & ContactView | { "event": "setting" } & SettingView | { "event": "conversation" } & ConversationView | { "event": "message" } & MessageView | { "event": "notice" } & Notice;

/** Why a request failed. */
export type Failure = {
      /** Stable. */
      code: FailureCode,
      /** In words, for whoever looks for the fault. Nothing secret. */
      message: string };

/** Why a request failed: stable codes. */
export type FailureCode = "bad_request" | "not_open" | "account_exists" | "wrong_secret" | "bad_phrase" | "wrong_phrase" | "restore_failed" | "link_failed" | "offline" | "relay_refused" | "no_passkey" | "storage_full" | "storage_failed" | "interrupted" | "internal";

/** A directory alias, without its `@`. */
export type Handle = string;

/** How a conversation's keys are agreed: chosen when it is opened, the first that every device of both sides can do. */
export type KeyExchange = "hybrid" | "classic";

/** How far the linking of a new device has come. */
export type LinkView =
  | { "state": "waiting",
      /** To be scanned, or carried over as text: whoever has it can let this device into an account. */
      code: string,
      /** To be typed, where there is no camera: nine digits. */
      number: string,
      /** When there will be another one. */
      expiresAt: Timestamp }
  | { "state": "comparing",
      /** Seven. */
      digits: string }
  | { "state": "joining" };

/** By what data is protected. */
export type Lock =
  | { "lock": "passphrase" }
  | { "lock": "passkey",
      /** Which one. */
      credential: CredentialId };

/** A message: `msg_…`. */
export type MessageId = string;

/** A message. */
export type MessageView = {
      /** Where; none while the conversation is being opened. */
      conversation: ConversationId | null,
      /** Its place; none while it waits to be sent. */
      seq: Seq | null,
      /** The message. */
      id: MessageId,
      /** Who wrote it. */
      from: AccountId,
      /** On which device. */
      device: DeviceId,
      /** The words. */
      text: string,
      /** The sender's claim. */
      sentAt: Timestamp,
      /** The relay's time. */
      receivedAt: Timestamp | null,
      /** How far it has come. */
      state: DeliveryState };

/** How data is to be protected. Wiped when it is no longer used. */
export type NewProtection =
  | { "protection": "browser" }
  | { "protection": "passphrase",
      /** The passphrase. */
      passphrase: string }
  | { "protection": "passkey",
      /** Which one. */
      credential: CredentialId,
      /** What it gave for this account. */
      secret: PasskeySecret };

/** Something that went wrong and was dealt with, or that needs a decision. */
export type Notice = {
      /** Stable. */
      code: NoticeCode,
      /** Where. */
      conversation: ConversationId | null,
      /** Whose doing or at whose cost. */
      account: AccountId | null,
      /** On which device. */
      device: DeviceId | null,
      /** At which entry. */
      seq: Seq | null,
      /** A finer stable code, such as the engine's own. */
      detail: string | null };

/** What a notice is about: stable codes. */
export type NoticeCode = "relay_changed" | "identity_untrusted" | "upgrade_required" | "safety_number_changed" | "entry_refused" | "entry_held" | "heads_differ" | "gap_found" | "welcome_refused" | "key_package_refused" | "group_compared" | "rejoining" | "commit_voided" | "rejoin_failed" | "rejoined" | "removed" | "wrong_phrase" | "restore_failed" | "link_failed" | "phrase_not_shown" | "superseded" | "device_revoked" | "state_rolled_back" | "relay_misbehaved" | "send_failed" | "may_be_sent";

/** What became of a command. */
export type Outcome =
  | { "outcome": "done" }
  | { "outcome": "contact_added",
      /** Who it is. */
      account: AccountId }
  | { "outcome": "room_opened",
      /** The room. */
      room: ConversationId }
  | { "outcome": "queued",
      /** The message. */
      message: MessageId }
  | { "outcome": "refused" } & Refusal;

/** What a passkey gives for an account: 32 bytes. Wiped when it is no longer used. */
export type PasskeySecret = Uint8Array;

/** The account this client belongs to. */
export type ProfileView = {
      /** The account. */
      account: AccountId,
      /** This device. */
      device: DeviceId,
      /** The directory alias. */
      handle: Handle | null };

/** How much of what was before a new device has been told. As much as there is: it is over, also because the device was revoked. */
export type Progress = {
      /** The new device. */
      device: DeviceId,
      /** How much. */
      done: number,
      /** Of how much. */
      total: number };

/** In which way data is protected. */
export type Protection = "browser" | "passphrase" | "passkey";

/** Someone to talk to. */
export type Recipient =
  | { "handle": Handle }
  | { "account": AccountId };

/** Why a command was refused. */
export type Refusal = {
      /** Stable. */
      code: RefusalCode,
      /** The relay's code, where it was the relay that refused. */
      relayCode: string | null };

/** Why a command was refused: stable codes. */
export type RefusalCode = "not_found" | "own_account" | "offline" | "empty_text" | "text_too_long" | "outbox_full" | "safety_number_changed" | "restoring" | "wrong_phrase" | "untrusted" | "upgrade_required" | "relay_refused" | "invalid" | "link_failed" | "invalid_setting" | "too_many_settings";

/** What a page may ask. Commands change something and bear an id; the others look. */
export type Request =
  | { "request": "new_phrase" }
  | { "request": "create",
      /** The 24 words. */
      phrase: SecretText,
      /** How the data is protected. */
      protection: NewProtection }
  | { "request": "restore",
      /** The 24 words. */
      phrase: SecretText,
      /** How the data is protected. */
      protection: NewProtection }
  | { "request": "link",
      /** Made by the caller: a repeat under the same id may find it done. */
      id: CommandId,
      /** How the data is protected. */
      protection: NewProtection }
  | { "request": "stop_linking" }
  | { "request": "unlock",
      /** What opens it. */
      secret: UnlockSecret }
  | { "request": "protect",
      /** How. */
      protection: NewProtection }
  | { "request": "check_phrase",
      /** The 24 words. */
      phrase: SecretText }
  | { "request": "replace_phrase",
      /** The phrase in force. */
      phrase: SecretText }
  | { "request": "wipe" }
  | { "request": "command",
      /** Made by the page: a repeat is done once and answered alike. */
      id: CommandId,
      /** What. */
      command: Command }
  | { "request": "profile" }
  | { "request": "connection" }
  | { "request": "contacts" }
  | { "request": "settings" }
  | { "request": "conversations" }
  | { "request": "timeline",
      /** Which conversation. */
      conversation: ConversationId,
      /** Only what is before this place; none for the end. */
      before: Seq | null,
      /** At most so many. */
      limit: number }
  | { "request": "timeline_from",
      /** Which conversation. */
      conversation: ConversationId,
      /** The first place wanted. */
      from: Seq,
      /** At most so many. */
      limit: number }
  | { "request": "pending",
      /** To whom. */
      account: AccountId }
  | { "request": "draft",
      /** To whom. */
      account: AccountId }
  | { "request": "devices" }
  | { "request": "safety",
      /** With whom. */
      account: AccountId }
  | { "request": "diagnostics" }
  | { "request": "storage" }
  | { "request": "persist" };

/** The number to compare with a contact. */
export type SafetyView = {
      /** With whom. */
      account: AccountId,
      /** Sixty digits in groups of five. */
      safetyNumber: string,
      /** Whether this number was marked as compared. */
      isVerified: boolean };

/** What nobody else is to read: an account's phrase, what lets a device in. Wiped when it is no longer used. */
export type SecretText = string;

/** A place in a conversation, from 1. */
export type Seq = number;

/** A setting of the account, which every device of it has alike. */
export type SettingView = {
      /** Which. Those that this program does not know are another one's, or a newer one's. */
      name: string,
      /** Empty where it was put back to its default. */
      value: string };

/** Where and how safely data is kept here. */
export type StorageView = {
      /** In which way it is protected. */
      protection: Protection,
      /** Whether the browser promised not to clear it by itself. */
      isPersistent: boolean,
      /** Bytes this site keeps, as the browser counts. */
      usedBytes: number | null,
      /** Bytes it may keep. */
      quotaBytes: number | null };

/** Milliseconds since 1970, as `Date.now()` gives them. */
export type Timestamp = number;

/** What a worker sends its page. */
export type ToPage =
  | { "kind": "state",
      /** How. */
      state: ClientState }
  | { "kind": "answer",
      /** Which request. */
      id: number,
      /** What came of it. */
      answer: Answer }
  | { "kind": "event",
      /** What. */
      event: Event };

/** What a page sends its worker. */
export type ToWorker =
  | { "kind": "start",
      /** Accounts that share an origin are kept apart by their profile's name. */
      profile: string,
      /** The relay's address, such as `https://relay.example.org`. */
      relay: string,
      /** Whether the page can be seen. */
      isVisible: boolean,
      /** Whether there was an account here before, as far as the page knows. */
      isExpected: boolean }
  | { "kind": "ask",
      /** Made by the page; the answer bears it. */
      id: number,
      /** What. */
      request: Request }
  | { "kind": "visible",
      /** Whether it can be seen. */
      isVisible: boolean }
  | { "kind": "online",
      /** Whether it is. */
      isOnline: boolean };

/** Why a client cannot go on. */
export type Trouble = {
      /** Stable. */
      code: TroubleCode,
      /** In words, for whoever looks for the fault. Nothing secret. */
      message: string };

/** Why a client cannot go on: stable codes. */
export type TroubleCode = "insecure_context" | "storage_refused" | "storage_full" | "storage_failed" | "upgrade_required" | "damaged" | "wasm_refused" | "browser_too_old" | "worker_failed" | "relay_address";

/** What opens protected data. Wiped when it is no longer used. */
export type UnlockSecret =
  | { "secret": "passphrase",
      /** The words. */
      passphrase: string }
  | { "secret": "passkey",
      /** They. */
      bytes: PasskeySecret };
