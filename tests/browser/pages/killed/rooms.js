// What is done in rooms, each to be ended at every point of it.
import { Person } from './person.js';
import { require } from './require.js';
import { Room } from './room.js';

/** Whoever ends has a room, which the other is in. */
async function owner(ben, profile) {
  const ana = await Person.join(profile);
  ana.room = await Room.of(ana, ben, profile);
  return ana;
}

/** Whoever ends is in a room of the other's. */
async function member(ben, profile) {
  const ana = await Person.join(profile);
  ana.room = await Room.of(ben, ana, profile);
  return ana;
}

/** Either, and somebody else comes and goes. */
const withGuest = (victim) => async (ben, profile) => {
  const ana = await victim(ben, profile);
  ana.guest = await Person.join(`${profile}, a guest`);
  return ana;
};

const isRight = ({ room }) => room.requireRight();

/** All go on talking, and show the same. */
async function requireTalk({ room }, occasion) {
  await room.greet(occasion);
  await room.requireRight();
}

/** Asks for who is to come or to go. The same id asks once. */
async function ask(ana, command, attempt) {
  attempt.id = crypto.randomUUID();
  await ana.life.command(command, attempt.id);
  attempt.isAnswered = true;
  await ana.life.until(async () => (await ana.lastSeq(ana.room)) > ana.seq);
}

/** Asks again where there was no answer. */
async function insist(ana, command, attempt) {
  if (attempt.isAnswered) return;
  await ana.life.rest();
  await ana.life.command(command, attempt.id);
}

export const roomOperations = {
  'opening a room': {
    async victim(_, profile) {
      return Object.assign(await Person.join(profile), { roomCount: 0 });
    },
    async act(ana, ben, attempt) {
      attempt.id = crypto.randomUUID();
      attempt.room = (await ana.life.command({ command: 'open_room' }, attempt.id)).room;
      await ana.life.until(async () => (await ana.lastSeq({ chat: attempt.room })) > 0);
    },
    async check(ana, ben, attempt, at) {
      const { room } = await ana.life.command({ command: 'open_room' }, attempt.id);
      require(!attempt.room || attempt.room === room, 'asked again, it is the same room');
      ana.roomCount += 1;
      const rooms = (await ana.life.conversations()).filter(({ kind }) => kind === 'room');
      require(rooms.length === ana.roomCount, 'there is one room more');
      const opened = new Room(room, ana);
      await opened.welcome(ben, `in another room, ${at}`);
      await opened.requireRight();
    },
  },

  'taking someone into a room': {
    victim: withGuest(owner),
    async before(ana) {
      if (ana.room.has(ana.guest)) await ana.room.dismiss(ana.guest);
      ana.seq = await ana.lastSeq(ana.room);
    },
    act: (ana, ben, attempt) => ask(ana, ana.room.inviting(ana.guest), attempt),
    async check(ana, ben, attempt, at) {
      await insist(ana, ana.room.inviting(ana.guest), attempt);
      await ana.room.requireIn(ana.guest);
      await requireTalk(ana, `taken in, ${at}`);
    },
  },

  'taking someone out of a room': {
    victim: withGuest(owner),
    async before(ana, ben, at) {
      await ana.room.welcome(ana.guest, `before someone goes, ${at}`);
      ana.seq = await ana.lastSeq(ana.room);
    },
    act: (ana, ben, attempt) => ask(ana, ana.room.dismissing(ana.guest), attempt),
    async check(ana, ben, attempt, at) {
      await insist(ana, ana.room.dismissing(ana.guest), attempt);
      await ana.room.noteOut(ana.guest, ana.seq);
      await ana.room.requireOut(ana.guest, `taken out, ${at}`);
      await requireTalk(ana, `after someone went, ${at}`);
    },
  },

  'saying something in a room': {
    victim: owner,
    act: (ana, ben, _, at) => ana.room.tell(ana, `said, ${at}`),
    check: isRight,
  },

  'hearing something in a room': {
    victim: owner,
    act: (ana, ben, _, at) => ana.room.tell(ben, `heard, ${at}`),
    check: isRight,
  },

  'hearing who comes and goes in a room': {
    victim: withGuest(member),
    async act(ana, ben, attempt, at) {
      attempt.others = comeAndGo(ana, ben, at);
      await attempt.others;
      await ana.life.until(async () => (await ana.lastSeq(ana.room)) >= (await ben.lastSeq(ana.room)));
    },
    async check(ana, ben, attempt, at) {
      await attempt.others;
      await ana.room.requireOut(ana.guest, `come and gone, ${at}`);
      await requireTalk(ana, `after someone came and went, ${at}`);
    },
  },

  'being taken into a room': {
    victim: member,
    async before(ana, ben, at) {
      await ana.room.dismiss(ana);
      await ana.room.requireOut(ana, `before she comes, ${at}`);
    },
    async act(ana, ben) {
      await ben.life.command(ana.room.inviting(ana));
      await ana.room.requireIn(ana);
    },
    async check(ana, ben, _, at) {
      await ana.room.requireIn(ana);
      await requireTalk(ana, `she has come, ${at}`);
    },
  },

  'being taken out of a room': {
    victim: member,
    async before(ana, ben, at) {
      if (!ana.room.has(ana)) await ana.room.welcome(ana, `before she goes, ${at}`);
    },
    async act(ana, ben, attempt) {
      attempt.others = ana.room.dismiss(ana);
      await attempt.others;
      await ana.room.hearsOut(ana);
    },
    async check(ana, ben, attempt, at) {
      await attempt.others;
      await ana.room.requireOut(ana, `she has gone, ${at}`);
      await ana.room.requireRight();
    },
  },
};

/** The other's guest, of whom whoever ends hears alone. */
async function comeAndGo({ room, guest }, ben, at) {
  await ben.life.command(room.inviting(guest));
  await room.requireIn(guest);
  await room.dismiss(guest);
}
