import type {
  AccountId,
  Answer,
  ClientState,
  Connection,
  ContactView,
  ConversationId,
  ConversationView,
  DeviceId,
  DeviceView,
  Diagnostics,
  FailureCode,
  LinkView,
  MessageId,
  MessageView,
  Notice,
  ProfileView,
  Progress,
  RefusalCode,
  Request,
  SafetyView,
  Seq,
  SettingView,
  StorageView,
  ToPage,
} from './api.js';

export type * from './api.js';

/** What a client needs to know. */
export interface Options {
  /** The relay's address, such as `https://relay.example.org`. The page's own origin if it is left out. */
  relay?: string | URL;
  /** Accounts that share an origin are kept apart by their profile's name. */
  profile?: string;
  /** Where `worker.js` lies, if your bundler moves it. */
  workerUrl?: string | URL;
  /** Where `engine_bg.wasm` lies, if it is not beside the worker. */
  wasmUrl?: string | URL;
}

/**
 * How data is protected on this device. `browser`: by a key the browser never gives out, which does not guard against a
 * copy of the browser's profile. A passphrase and a passkey do.
 */
export type WantedProtection = 'browser' | 'passkey' | { passphrase: string };

/** Every code an error may bear. */
export type ErrorCode = FailureCode | RefusalCode;

/** What failed, with a stable code. */
export declare class PalaverError extends Error {
  constructor(code: ErrorCode, message: string, relayCode?: string);
  readonly name: 'PalaverError';
  readonly code: ErrorCode;
  /** The relay's own code, where it was the relay that refused. */
  readonly relayCode?: string;
}

/** What happens, by name. What it shows is on disk already. */
export interface ClientEvents {
  /** The client stands differently. */
  state: ClientState;
  /** The relay can be reached, or not. */
  connection: Connection;
  /** A contact is new or has changed. */
  contact: ContactView;
  /** A setting was chosen, here or on another device of the account. */
  setting: SettingView;
  /** A row of the conversation list is new or has changed. */
  conversation: ConversationView;
  /** A message is new or has come further. */
  message: MessageView;
  /** How far this account's device has come in letting a new one in: digits to compare, if it was asked by number. */
  link: LinkView;
  /** A device that came later is told what was before. There, timelines have grown at their beginnings. */
  hand_over: Progress;
  /** Something a person should know. */
  notice: Notice;
}

/** One thing that happened. */
export type ClientEvent = {
  [Name in Exclude<keyof ClientEvents, 'state'>]: { event: Name; detail: ClientEvents[Name] };
}[Exclude<keyof ClientEvents, 'state'>];

/** A handle such as `@ben`, or an account id. */
export type Who = string | AccountId;

/** One page's client. Tabs of a profile share one engine and one database. */
export declare class PalaverClient extends EventTarget {
  private constructor();
  /** Opens the client of this page. Resolves once it is clear how it stands: see `state`. */
  static open(options?: Options): Promise<PalaverClient>;

  /** How the client stands: `empty`, `locked`, `open`, or why it cannot go on. */
  readonly state: ClientState;
  /** This account and device, once it is open. */
  readonly profile: ProfileView | undefined;

  /** Draws a phrase, for its owner to write down before there is an account: `create` takes it. */
  newPhrase(): Promise<string>;
  /**
   * Makes an account: of a phrase that `newPhrase` gave, or of one drawn now. Show the phrase to its owner before you do
   * anything else: it is kept nowhere.
   */
  create(options?: { phrase?: string; protection?: WantedProtection }): Promise<{ phrase: string }>;
  /** Comes back to an account by its phrase. The account's other devices are struck off. */
  restore(phrase: string, options?: { protection?: WantedProtection }): Promise<void>;
  /**
   * Becomes one more device of an account that another device is signed in to. Resolves once the account is here. The
   * `linking` state says what to show until then: a code and a number, and digits where the number was typed.
   */
  link(options?: { protection?: WantedProtection }): Promise<void>;
  /** Gives up becoming a device of an account: the client is `empty` again, and `link` rejects. */
  stopLinking(): Promise<void>;
  /**
   * Lets a new device into this account, by the code or the number that it shows. Resolves once the account lists it. By
   * number, a `link` event brings digits first, for `confirmLink`.
   */
  linkDevice(shown: string): Promise<void>;
  /** What people say of the digits that both devices show. Both devices wait for it; one that says no ends it for both. */
  confirmLink(isSame: boolean): Promise<void>;
  /** Opens protected data, by its passphrase or, without one, by its passkey. */
  unlock(passphrase?: string): Promise<void>;
  /** Protects the data in another way. */
  protect(protection: WantedProtection): Promise<void>;
  /** Waits until the relay has told everything that happened meanwhile. Rejects when it is aborted or closed. */
  caughtUp(options?: { signal?: AbortSignal }): Promise<void>;

  setHandle(handle: string): Promise<void>;
  /** Keeps someone as a contact. */
  addContact(who: Who): Promise<AccountId>;
  /** Says something. Resolves once it is stored here; `message` events tell how far it has come. */
  send(who: Who, text: string): Promise<MessageId>;
  markRead(conversation: ConversationId, upTo: Seq): Promise<void>;
  markVerified(account: AccountId, safetyNumber: string): Promise<void>;
  /**
   * Chooses a setting on all of the account's devices; without a value, its default. Of a name up to 32 small letters, digits
   * and hyphens, of a value up to 256 bytes, of settings up to 64: else it rejects with `invalid_setting` or `too_many_settings`.
   */
  setSetting(name: string, value?: string): Promise<void>;
  revokeDevice(device: DeviceId): Promise<void>;

  contacts(): Promise<ContactView[]>;
  /** Every setting that was ever chosen: an empty value is its default. */
  settings(): Promise<SettingView[]>;
  /** The conversation list, the latest first. */
  conversations(): Promise<ConversationView[]>;
  /** A page of a conversation, oldest first: the end of it, or what is before a place. */
  messages(conversation: ConversationId, page?: { before?: Seq | null; limit?: number }): Promise<MessageView[]>;
  /** Messages to an account that wait to be sent. */
  pending(account: AccountId): Promise<MessageView[]>;
  devices(): Promise<DeviceView[]>;
  /** The number to compare with a contact. */
  safetyNumber(account: AccountId): Promise<SafetyView | null>;
  diagnostics(): Promise<Diagnostics>;
  storage(): Promise<StorageView>;
  /** Asks the browser not to clear this site's data by itself. */
  persist(): Promise<StorageView>;
  /** Erases everything this client keeps here. The account stays, for its other devices or its phrase. */
  wipe(): Promise<void>;
  /** Ends this page's client. Other tabs go on. */
  close(): void;

  /** Everything that happens, until the loop is left, the signal aborts or the client is closed. */
  events(options?: { signal?: AbortSignal }): AsyncGenerator<ClientEvent, void, void>;

  addEventListener<Name extends keyof ClientEvents>(
    name: Name,
    listener: (event: CustomEvent<ClientEvents[Name]>) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    name: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<Name extends keyof ClientEvents>(
    name: Name,
    listener: (event: CustomEvent<ClientEvents[Name]>) => void,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    name: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void;
}

/** The worker behind a page, for user interfaces that speak its messages themselves. */
export interface Host {
  readonly state: ClientState;
  readonly supportsPasskeys: boolean;
  /** Asks; never rejects. */
  ask(request: Request): Promise<Answer>;
  /** Hears states and events, the latest state at once. Returns what ends it. */
  listen(listener: (message: ToPage) => void): () => void;
  makePasskey(name: string): Promise<{ credential: Uint8Array; secret: Uint8Array }>;
  usePasskey(credential: Uint8Array): Promise<Uint8Array>;
  close(): void;
}

/** Starts the worker behind this page. */
export declare function connect(options?: Options): Host;
