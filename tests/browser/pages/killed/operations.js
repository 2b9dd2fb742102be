// What a client does, each to be ended at every point of it.
//
// `victim` makes whoever ends, once, or for each point where it `isNewEachTime`. An operation that `isOpening` is counted from the
// start of the worker, any other from its own beginning. `act` says in `attempt` what was answered; `check` is of the life after,
// which `isLast` where it may not talk any more.
import { copyOf, putBack } from './copy.js';
import { deviceOperations } from './devices.js';
import { greet, inTouch, Person } from './person.js';
import { require } from './require.js';
import { roomOperations } from './rooms.js';

const isOpen = ({ life }) => life.state.state === 'open';

export const operations = {
  'creating an account': {
    isOpening: true,
    isNewEachTime: true,
    victim: (_, profile) => new Person(profile),
    async act(ana, ben, attempt) {
      await ana.create();
      attempt.isAnswered = true;
      await ana.life.rest();
    },
    async check(ana, ben, attempt) {
      if (!attempt.isAnswered && ana.life.state.state === 'empty') await ana.create();
      require(isOpen(ana), 'there is an account');
      await ana.life.rest();
      await greet(ana, ben, ana.profile);
    },
  },

  'opening and catching up': {
    isOpening: true,
    victim: inTouch,
    async before(ana, ben, at) {
      for (const number of [1, 2, 3]) await ben.say(ana, `while she was away, ${at}.${number}`);
      await ben.life.rest();
    },
    act: (ana) => ana.life.rest(),
    async check() {},
  },

  'setting a handle': {
    victim: inTouch,
    async act(ana, ben, attempt, at) {
      await ana.life.command({ command: 'set_handle', handle: `ana${at}` });
      attempt.isAnswered = true;
    },
    async check(ana, ben, attempt, at) {
      await ana.life.rest();
      const handle = `ana${at}`;
      const { profile } = await ana.life.ask({ request: 'profile' });
      if (attempt.isAnswered) require(profile.handle === handle, 'the name stays');
      else await ana.life.command({ command: 'set_handle', handle });
      const { account } = await ben.life.command({ command: 'add_contact', who: { handle } });
      require(account === ana.account, 'she is found by the name');
    },
  },

  'adding a contact': {
    victim: inTouch,
    async before(ana, ben, at) {
      const someone = await Person.join(`someone${at}`);
      await someone.life.command({ command: 'set_handle', handle: `someone${at}` });
      ana.wanted = someone.account;
      someone.life.end();
    },
    async act(ana, ben, attempt, at) {
      await ana.life.command({ command: 'add_contact', who: { handle: `someone${at}` } });
      attempt.isAnswered = true;
    },
    async check(ana, ben, attempt, at) {
      await ana.life.rest();
      const isKept = async () => {
        const { contacts } = await ana.life.ask({ request: 'contacts' });
        return contacts.filter(({ account }) => account === ana.wanted).length === 1;
      };
      if (attempt.isAnswered) require(await isKept(), 'the contact stays');
      await ana.life.command({ command: 'add_contact', who: { handle: `someone${at}` } });
      require(await isKept(), 'the contact is there once');
    },
  },

  'saying the first words': {
    isNewEachTime: true,
    victim: (_, profile) => Person.join(profile),
    act: (ana, ben, _, at) => ana.tell(ben, `the first words, ${at}`),
    check: (ana, ben, _, at) => greet(ana, ben, `after the first words, ${at}`),
  },

  'being invited': {
    isNewEachTime: true,
    victim: (_, profile) => Person.join(profile),
    act: (ana, ben, _, at) => ben.tell(ana, `an invitation, ${at}`),
    check: (ana, ben, _, at) => greet(ana, ben, `after an invitation, ${at}`),
  },

  sending: {
    victim: inTouch,
    act: (ana, ben, _, at) => ana.tell(ben, `sent, ${at}`),
    async check() {},
  },

  receiving: {
    victim: inTouch,
    act: (ana, ben, _, at) => ben.tell(ana, `received, ${at}`),
    async check() {},
  },

  reading: {
    victim: inTouch,
    async before(ana, ben, at) {
      await ben.tell(ana, `to be read, ${at}`);
    },
    async act(ana, ben, attempt) {
      const { conversation, lastSeq } = await ana.life.conversation(ben.account);
      await ana.life.command({ command: 'mark_read', conversation, upTo: lastSeq });
      attempt.isAnswered = true;
      await ana.life.rest();
    },
    async check(ana, ben, attempt) {
      const { unreadCount } = await ana.life.conversation(ben.account);
      require(!attempt.isAnswered || unreadCount === 0, 'what was read is read');
    },
  },

  'keeping a draft': {
    victim: inTouch,
    async act(ana, ben, attempt, at) {
      await ana.life.command({ command: 'save_draft', account: ben.account, text: `a draft, ${at}` });
      attempt.isAnswered = true;
    },
    async check(ana, ben, attempt, at) {
      const { text } = await ana.life.ask({ request: 'draft', account: ben.account });
      require(text === `a draft, ${at}` || (!attempt.isAnswered && text === (ana.draft ?? '')), 'the draft is the newer or whole');
      ana.draft = text;
    },
  },

  'keeping a setting': {
    victim: inTouch,
    async act(ana, ben, attempt, at) {
      await keepSetting(ana, at);
      attempt.isAnswered = true;
      await ana.life.rest();
    },
    async check(ana, ben, attempt, at) {
      const kept = async () => (await ana.life.ask({ request: 'settings' })).settings.map(({ value }) => value);
      const whole = [[], [`${at}`], [ana.kept]].map(String);
      require(attempt.isAnswered ? String(await kept()) === `${at}` : whole.includes(String(await kept())), 'the setting is the newer or whole');
      await keepSetting(ana, at);
      require(String(await kept()) === `${at}`, 'the setting is there once');
      ana.kept = at;
    },
  },

  'coming back from an older copy': {
    isOpening: true,
    victim: inTouch,
    async before(ana, ben, at) {
      const copy = await copyOf(ana.profile);
      await ana.open();
      await ben.tell(ana, `not in the copy, ${at}`);
      await ana.life.rest();
      ana.life.end();
      await putBack(ana.profile, copy);
    },
    act: (ana, ben, _, at) => ana.tell(ben, `by fresh keys, ${at}`),
    check: (ana, ben, _, at) => greet(ana, ben, `with fresh keys, ${at}`),
  },

  'discarding what failed': {
    victim: inTouch,
    async before(ana, ben, at) {
      ana.life.spoilNext();
      const text = `never sent, ${at}`;
      await ana.life.command({ command: 'send_text', to: { account: ben.account }, text });
      ana.failed = async () => (await waiting(ana, ben)).find((message) => message.text === text && message.state === 'failed');
      await ana.life.until(ana.failed);
    },
    async act(ana, ben, attempt) {
      const { id } = await ana.failed();
      await ana.life.command({ command: 'discard', message: id });
      attempt.isAnswered = true;
      await ana.life.rest();
    },
    async check(ana, ben, attempt) {
      const failed = await ana.failed();
      require(!failed || !attempt.isAnswered, 'what was discarded is gone');
      if (failed) await ana.life.command({ command: 'discard', message: failed.id });
      require((await waiting(ana, ben)).length === 0, 'nothing waits');
    },
  },

  'marking as verified': {
    isNewEachTime: true,
    victim: inTouch,
    async act(ana, ben, attempt) {
      await markVerified(ana, ben);
      attempt.isAnswered = true;
      await ana.life.rest();
    },
    async check(ana, ben, attempt) {
      const isVerified = async () => (await ana.life.ask({ request: 'safety', account: ben.account })).safety.isVerified;
      require(!attempt.isAnswered || (await isVerified()), 'the mark stays');
      await markVerified(ana, ben);
      require(await isVerified(), 'the mark is there');
    },
  },

  'renewing keys': {
    victim: inTouch,
    async act(ana, ben, _, at) {
      const { conversation } = await ana.life.conversation(ben.account);
      await ana.life.command({ command: 'refresh_keys', conversation });
      await ana.tell(ben, `with other keys, ${at}`);
    },
    check: (ana, ben, _, at) => greet(ana, ben, `after other keys, ${at}`),
  },

  'taking back what nobody can follow': {
    victim: inTouch,
    async before(ana, ben, at) {
      ana.stranger = await stranger('join');
      await leave(ana, `to a stranger, ${at}`);
    },
    async act(ana, ben, attempt) {
      attempt.answer = stranger('poison', ana.stranger);
      const isVoid = ({ code, account }) => code === 'commit_voided' && account === ana.stranger;
      await ana.life.until(() => ana.life.notices.some(isVoid));
      await ana.life.rest();
    },
    async check(ana, ben, attempt, at) {
      require((await attempt.answer).startsWith('Appended'), 'the relay took it');
      await ana.life.rest();
      await leave(ana, `still to a stranger, ${at}`);
      const texts = (await ana.life.messages(ana.stranger)).map(({ text }) => text);
      require(String(texts) === String([`to a stranger, ${at}`, `still to a stranger, ${at}`]), 'it goes on as if that had not been');
    },
  },

  'replacing the phrase': {
    victim: inTouch,
    async act(ana, ben, attempt) {
      attempt.phrase = (await ana.life.ask({ request: 'replace_phrase', phrase: ana.phrase })).phrase;
    },
    async check(ana, ben, attempt) {
      await ana.life.rest();
      const { phrase } = await ana.life.ask({ request: 'replace_phrase', phrase: ana.phrase });
      require(!attempt.phrase || attempt.phrase === phrase, 'the phrase that was shown is the one');
      for (const words of [phrase, ana.phrase]) {
        const { isRight } = await ana.life.ask({ request: 'check_phrase', phrase: words });
        require(isRight === (words === phrase), 'the new phrase is right, and the old one is not');
      }
      ana.phrase = phrase;
    },
  },

  restoring: {
    isOpening: true,
    victim: inTouch,
    async before(ana, ben, at) {
      ana.profile = `restored ${at}`;
      ana.cameLater = true;
    },
    async act(ana, ben, attempt) {
      await ana.restore();
      attempt.isAnswered = true;
      await ana.life.rest();
    },
    async check(ana, ben, attempt, at) {
      if (!attempt.isAnswered && ana.life.state.state === 'empty') await ana.restore();
      await ana.life.until(() => ana.life.state.state !== 'restoring');
      require(isOpen(ana), 'the account is there');
      await ana.life.rest();
      await greet(ana, ben, `after a restoration, ${at}`);
    },
  },

  'protecting the key': {
    victim: inTouch,
    async before(ana) {
      ana.isLocked = !ana.isLocked;
    },
    async act(ana, ben, attempt) {
      const protection = ana.isLocked ? { protection: 'passphrase', passphrase: 'words' } : { protection: 'browser' };
      await ana.life.ask({ request: 'protect', protection });
      attempt.isAnswered = true;
    },
    async check(ana, ben, attempt) {
      const isLocked = ana.life.state.state === 'locked';
      require(!attempt.isAnswered || isLocked === ana.isLocked, 'it is protected as was answered');
      if (isLocked) await ana.life.ask({ request: 'unlock', secret: { secret: 'passphrase', passphrase: 'words' } });
      await ana.life.until(() => isOpen(ana));
      ana.isLocked = isLocked;
    },
  },

  erasing: {
    isNewEachTime: true,
    victim: inTouch,
    async act(ana, ben, attempt) {
      await ana.life.ask({ request: 'wipe' });
      attempt.isAnswered = true;
    },
    async check(ana, ben, attempt) {
      require(ana.life.state.state === 'empty' || (!attempt.isAnswered && isOpen(ana)), 'everything is gone, or nothing');
    },
  },

  ...deviceOperations,
  ...roomOperations,
};

/** Has a stranger, by the account, do something. */
const stranger = async (what, account = '') => (await fetch(`/strangers/${what}?account=${account}`)).json();

/** Says something to a stranger, who does not hear it, and waits until it has left. */
async function leave(ana, text) {
  await ana.life.command({ command: 'send_text', to: { account: ana.stranger }, text });
  const hasLeft = (message) => message.text === text && message.state === 'sent';
  await ana.life.until(async () => (await ana.life.messages(ana.stranger)).some(hasLeft));
}

/** What waits to be sent to someone. */
const waiting = async (ana, ben) => (await ana.life.ask({ request: 'pending', account: ben.account })).messages;

const keepSetting = (ana, at) => ana.life.command({ command: 'set_setting', name: 'kept', value: `${at}` });

async function markVerified(ana, ben) {
  const { safety } = await ana.life.ask({ request: 'safety', account: ben.account });
  await ana.life.command({ command: 'mark_verified', account: ben.account, safetyNumber: safety.safetyNumber });
}
