// ts-mls at the work of `client-core/src/testing/bench.rs`. It stores a state whole, as the bytes that it offers for this.
import * as mls from 'ts-mls';

const SUITE = 'MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519';
const TEXT = new TextEncoder().encode('See you at the harbour at eight, and bring the papers if you have them by then.');
const KEY_PACKAGES = 100;
const MESSAGES = 1000;
const ADDED_AT_ONCE = 100;
const MESSAGES_PER_TURN = 64;

/** What each operation takes at least, by its name in the table: `computed` and `stored`, in ms. */
globalThis.peerMls = async (members, rounds) => {
  const suite = await mls.getCiphersuiteImpl(mls.getCiphersuiteFromName(SUITE));
  const kept = await Kept.open(`peer-${members}`);
  const work = new Work(suite, kept);
  const room = await work.room(members);
  for (let round = 0; round < rounds; round += 1) await work.round(room);
  return work.least;
};

/** Bytes in IndexedDB, a strict transaction a turn. */
class Kept {
  static async open(name) {
    const opening = indexedDB.open(name);
    opening.onupgradeneeded = () => opening.result.createObjectStore('records');
    const kept = new Kept();
    kept.database = await settled(opening);
    return kept;
  }

  write(records) {
    const transaction = this.database.transaction('records', 'readwrite', { durability: 'strict' });
    for (const [key, bytes] of records) transaction.objectStore('records').put(bytes, key);
    return new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
  }

  read(key) {
    return settled(this.database.transaction('records').objectStore('records').get(key));
  }
}

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Time on one operation so far. */
class Lap {
  computed = 0;
  stored = 0;

  async compute(step) {
    const started = performance.now();
    const made = await step();
    const took = performance.now() - started;
    this.computed += took;
    this.stored += took;
    return made;
  }

  async store(step) {
    const started = performance.now();
    const made = await step();
    this.stored += performance.now() - started;
    return made;
  }
}

class Work {
  least = {};
  #count = 0;

  constructor(suite, kept) {
    this.suite = suite;
    this.kept = kept;
  }

  /** One operation that ends with a state to be kept. */
  async timed(name, step) {
    const lap = new Lap();
    const state = await lap.compute(step);
    await lap.store(() => this.keep(name, state));
    this.note(name, lap);
    return state;
  }

  /** An own commit: kept before it is sent, and again when the relay has put it in order. */
  async timedCommit(name, step) {
    const lap = new Lap();
    const commit = await lap.compute(step);
    await lap.store(() => this.keep(`${name}, sent`, commit.newState));
    await lap.store(() => this.keep(name, commit.newState));
    this.note(name, lap);
    return commit;
  }

  keep(name, state) {
    return this.kept.write([[name, mls.encodeGroupState(state)]]);
  }

  note(name, { computed, stored }) {
    const before = this.least[name] ?? { computed: Infinity, stored: Infinity };
    this.least[name] = { computed: Math.min(before.computed, computed), stored: Math.min(before.stored, stored) };
  }

  member() {
    this.#count += 1;
    const identity = new TextEncoder().encode(`member ${this.#count}`);
    return mls.generateKeyPackage({ credentialType: 'basic', identity }, mls.defaultCapabilities(), mls.defaultLifetime, [], this.suite);
  }

  create(creator) {
    return mls.createGroup(new TextEncoder().encode('group'), creator.publicPackage, creator.privatePackage, [], this.suite);
  }

  commit(state, extraProposals) {
    return mls.createCommit({ state, cipherSuite: this.suite }, { extraProposals, wireAsPublicMessage: true });
  }

  async process(state, { commit }) {
    const { newState } = await mls.processMessage(commit, state, mls.emptyPskIndex, mls.acceptAll, this.suite);
    return newState;
  }

  join({ publicPackage, privatePackage }, { welcome, newState }) {
    return mls.joinGroup(welcome, publicPackage, privatePackage, mls.emptyPskIndex, this.suite, newState.ratchetTree);
  }

  /** A room whose members were added by few commits. The first two act. */
  async room(members) {
    const ben = await this.member();
    const others = [];
    while (others.length < members - 2) others.push(await this.member());
    others.push(ben);
    let alice = await this.create(await this.member());
    let commit;
    while (others.length > 0) {
      commit = await this.commit(alice, others.splice(0, ADDED_AT_ONCE).map(add));
      alice = commit.newState;
    }
    return { alice, ben: await this.join(ben, commit) };
  }

  async round(room) {
    await this.keyPackages();
    const [one, other] = [await this.member(), await this.member()];
    await this.timedCommit('create and add one', async () => this.commit(await this.create(one), [add(other)]));

    const joiner = await this.member();
    const added = await this.timedCommit('add one', () => this.commit(room.alice, [add(joiner)]));
    room.ben = await this.process(room.ben, added);
    const joined = await this.timed('join with the served tree', () => this.join(joiner, added));
    const removal = await this.commit(added.newState, [{ proposalType: 'remove', remove: { removed: joined.privatePath.leafIndex } }]);
    room.alice = removal.newState;
    room.ben = await this.process(room.ben, removal);

    const update = await this.timedCommit('self-update', () => this.commit(room.alice, []));
    room.alice = update.newState;
    room.ben = await this.timed('process a commit', () => this.process(room.ben, update));

    await this.talk(room);
    await this.reload(room);
  }

  async keyPackages() {
    const keys = await this.suite.signature.keygen();
    const credential = { credentialType: 'basic', identity: TEXT };
    const make = () => mls.generateKeyPackageWithKey(credential, mls.defaultCapabilities(), mls.defaultLifetime, [], keys, this.suite);
    const lap = new Lap();
    const made = await lap.compute(async () => {
      const made = [];
      while (made.length < KEY_PACKAGES) made.push(await make());
      return made;
    });
    await lap.store(() => this.kept.write(made.map(({ privatePackage }, index) => [`package ${index}`, privatePackage])));
    this.note('100 KeyPackages', lap);
  }

  /** One seals what the other opens; the states are kept once a turn. */
  async talk(room) {
    const [sealing, opening] = [new Lap(), new Lap()];
    for (let left = MESSAGES; left > 0; left -= MESSAGES_PER_TURN) {
      const count = Math.min(left, MESSAGES_PER_TURN);
      const sealed = await sealing.compute(() => this.seal(room, count));
      await sealing.store(() => this.keep('alice', room.alice));
      await opening.compute(() => this.open(room, sealed));
      await opening.store(() => this.keep('ben', room.ben));
    }
    this.note('encrypt 1000', sealing);
    this.note('decrypt 1000', opening);
  }

  async seal(room, count) {
    const sealed = [];
    while (sealed.length < count) {
      const { newState, privateMessage } = await mls.createApplicationMessage(room.alice, TEXT, this.suite);
      room.alice = newState;
      sealed.push(privateMessage);
    }
    return sealed;
  }

  async open(room, sealed) {
    for (const message of sealed) {
      const { newState } = await mls.processPrivateMessage(room.ben, message, mls.emptyPskIndex, this.suite);
      room.ben = newState;
    }
  }

  async reload(room) {
    const lap = new Lap();
    const bytes = await lap.store(() => this.kept.read('ben'));
    const [restored] = await lap.compute(() => mls.decodeGroupState(bytes, 0));
    room.ben = { ...restored, clientConfig: room.ben.clientConfig };
    this.note('reload a group', lap);
  }
}

const add = ({ publicPackage }) => ({ proposalType: 'add', add: { keyPackage: publicPackage } });
