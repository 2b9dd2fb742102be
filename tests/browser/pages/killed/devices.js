// What a second device of an account does, and what is done to it, each to be ended at every point of it.
import { BY_BROWSER, greet, inTouch, requireRight } from './person.js';
import { require } from './require.js';

/** By what whoever ends is the account's device. */
const ofOwner = {
  victim: inTouch,
  async before(ana, _, at) {
    await strike(ana.tablet);
    ana.tablet = ana.another(`${ana.profile}, tablet ${at}`);
    await ana.tablet.open();
  },
};

/** By what whoever ends is the new one: another each time. */
const ofTablet = {
  async victim(ben, profile) {
    return (await inTouch(ben, profile)).another('none yet');
  },
  async before(tablet, _, at) {
    await strike(tablet);
    tablet.profile = `${tablet.owner.profile}, tablet ${at}`;
  },
};

/** The same, where its life has begun before the operation does. */
async function openAnother(tablet, ben, at) {
  await ofTablet.before(tablet, ben, at);
  await tablet.open();
}

export const deviceOperations = {
  'being linked': {
    ...ofTablet,
    isOpening: true,
    act: letIn,
    check: (tablet, ben) => requireLinked(tablet, ben),
  },

  'letting a device in': {
    ...ofOwner,
    act: (ana) => letIn(ana.tablet),
    check: (ana, ben) => requireLinked(ana.tablet, ben),
  },

  'being let in by digits': {
    ...ofTablet,
    before: openAnother,
    act: letInByDigits,
    check: (tablet, ben) => requireLinked(tablet, ben),
  },

  'letting a device in by digits': {
    ...ofOwner,
    act: (ana) => letInByDigits(ana.tablet),
    check: (ana, ben) => requireLinked(ana.tablet, ben),
  },

  'refusing digits on the new device': {
    ...ofTablet,
    async before(tablet, ben, at) {
      await openAnother(tablet, ben, at);
      await compare(tablet);
    },
    act: (tablet) => refuse(tablet, tablet),
    check: (tablet, ben) => requireRefused(tablet, ben),
  },

  'refusing digits on the device there is': {
    ...ofOwner,
    async before(ana, ben, at) {
      await ofOwner.before(ana, ben, at);
      await compare(ana.tablet);
    },
    act: (ana) => refuse(ana, ana.tablet),
    check: (ana, ben) => requireRefused(ana.tablet, ben),
  },

  'giving up being linked': {
    ...ofTablet,
    async before(tablet, ben, at) {
      await openAnother(tablet, ben, at);
      await shown(tablet.life);
    },
    async act(tablet, ben, attempt) {
      await tablet.life.ask({ request: 'stop_linking' });
      attempt.isAnswered = true;
    },
    async check(tablet, ben, attempt) {
      const { state } = tablet.life.state;
      require(state === 'empty' || (state === 'linking' && !attempt.isAnswered), 'it is given up, or goes on');
      if (state === 'linking') await tablet.life.ask({ request: 'stop_linking' });
      await tablet.life.until(() => tablet.life.state.state === 'empty');
    },
  },

  'revoking a device': {
    ...ofOwner,
    async before(ana, ben, at) {
      await ofOwner.before(ana, ben, at);
      await requireLinked(ana.tablet, ben);
    },
    async act(ana, ben, attempt) {
      await revoke(ana.tablet);
      attempt.isAnswered = true;
      await ana.life.rest();
    },
    async check(ana, ben, attempt, at) {
      await ana.life.rest();
      require(!attempt.isAnswered || !(await isListed(ana.tablet)), 'what was struck is struck');
      if (await isListed(ana.tablet)) await revoke(ana.tablet);
      await stopped(ana.tablet);
      await greet(ana, ben, `after a device was struck, ${at}`);
    },
  },

  'being revoked': {
    ...ofTablet,
    isLast: true,
    async before(tablet, ben, at) {
      await openAnother(tablet, ben, at);
      await requireLinked(tablet, ben);
      tablet.shown = await tablet.texts(ben);
    },
    async act(tablet) {
      await revoke(tablet);
      await stopped(tablet);
    },
    async check(tablet, ben, _, at) {
      await stopped(tablet);
      require(!(await isListed(tablet)), 'what was struck is struck');
      await greet(tablet.owner, ben, `after she was struck, ${at}`);
      require(String(await tablet.texts(ben)) === String(tablet.shown), 'it shows what it showed, and hears nothing more');
      await requireRight(tablet.owner, ben);
    },
  },
};

/** What a new device shows, once it shows that: another code than before. Begins to link, if that is not begun. */
function shown(life, before) {
  return life.until(() => {
    const { state, link } = life.state;
    if (state === 'open') return state;
    if (state === 'empty') beginLinking(life);
    return state === 'linking' && link?.state === 'waiting' && link.code !== before && link;
  });
}

/** Once at a time; how it goes on, the state tells. */
function beginLinking(life) {
  const request = { request: 'link', id: crypto.randomUUID(), protection: BY_BROWSER };
  life.linking ??= life.ask(request).catch(() => (life.linking = undefined));
}

/** Lets a new device in by its code, again as long as that fails. Whoever has ended meanwhile is not waited for. */
async function letIn({ life, owner: { life: ownersLife } }) {
  for (let link; ; ) {
    link = await shown(life, link?.code);
    if (link === 'open') return;
    try {
      await ownersLife.command({ command: 'link_device', shown: link.code });
      await life.until(() => life.state.state === 'open');
    } catch (error) {
      if (!error.message.includes('link_failed')) throw error;
    }
  }
}

/** Both show digits. Fails where either ends before, and does not go on with later ones' digits then. */
async function compare(tablet) {
  const { life } = tablet;
  const { life: ownersLife } = tablet.owner;
  const { number } = await shown(life);
  ownersLife.link = undefined;
  tablet.admitted = ownersLife.command({ command: 'link_device', shown: number });
  const isCompared = ownersLife.until(() => ownersLife.link?.state === 'comparing');
  await Promise.race([isCompared, tablet.admitted]);
  await life.until(() => life.state.link?.state === 'comparing');
  require(life.state.link.digits === ownersLife.link.digits, 'the digits are the same');
}

/** People say on both sides that they are the same. */
async function confirm(tablet) {
  for (const { life } of [tablet, tablet.owner]) await life.command({ command: 'confirm_link', isSame: true });
  await tablet.admitted;
  await tablet.life.until(() => tablet.life.state.state === 'open');
}

/** From the number to where people have said on both sides that the digits are the same. */
async function letInByDigits(tablet) {
  await compare(tablet);
  await confirm(tablet);
}

/** Someone says that they differ. */
async function refuse({ life }, tablet) {
  await life.command({ command: 'confirm_link', isSame: false });
  await tablet.admitted.catch(() => {});
  await tablet.life.until(() => tablet.life.state.state === 'empty');
}

/** Nobody was let in by digits that differ, and the next try works. */
async function requireRefused(tablet, ben) {
  require(tablet.life.state.state !== 'open', 'it was not let in');
  const listed = (await devicesOf(tablet.owner)).filter(({ isActive }) => isActive);
  require(listed.length === 1, 'the account lists nobody else');
  await requireLinked(tablet, ben);
}

/** It was told that it is done with. */
function stopped({ life }) {
  return life.until(async () => (await life.ask({ request: 'connection' })).connection.state === 'stopped');
}

/** It is one more device of the account, has been told what was before, and talks. */
async function requireLinked(tablet, ben) {
  const { owner } = tablet;
  await owner.life.rest();
  await letIn(tablet);
  await tablet.life.rest();
  require(await isListed(tablet), 'the account lists the new device');
  const count = async (person) => (await person.life.messages(ben.account)).length;
  const before = await count(owner);
  await tablet.life.until(async () => (await count(tablet)) >= before);
  await tablet.tell(ben, `from ${tablet.profile}`);
  await owner.life.until(async () => (await count(owner)) > before);
  require((await count(owner)) === (await count(tablet)), 'both show as much');
}

async function devicesOf(owner) {
  return (await owner.life.ask({ request: 'devices' })).devices;
}

async function isListed(tablet) {
  const { device } = tablet.life.state.profile;
  return (await devicesOf(tablet.owner)).filter((listed) => listed.device === device && listed.isActive).length === 1;
}

const revoke = ({ owner, life }) => owner.life.command({ command: 'revoke_device', device: life.state.profile.device });

/** A device that is done with is not there any more, so that there are never many. */
async function strike(tablet) {
  if (!tablet?.life) return;
  const { owner, life } = tablet;
  life.end();
  for (const { device, isThis, isActive } of await devicesOf(owner)) {
    if (isActive && !isThis) await owner.life.command({ command: 'revoke_device', device });
  }
  await owner.life.rest();
}
