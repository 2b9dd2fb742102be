// One of two people ends at a write point, again and again, and what must be true is true afterwards.
import { operations } from './operations.js';
import { inTouch, Person, requireRight } from './person.js';

/** By the lane: the two who are on it. Lanes have nothing to do with each other, so that one goes on while another waits. */
const lanes = new Map();

globalThis.names = Object.keys(operations);

/** Carries an operation out, and ends whoever does it at the `at`th point of it. Gives the point; nothing where there are fewer. */
globalThis.endAt = async (name, lane, at) => {
  const operation = operations[name];
  const id = `${name}, ${lane}`;
  if (!lanes.has(id)) lanes.set(id, { ben: await Person.join(`the other: ${id}`) });
  const { ben, victim: known } = lanes.get(id);
  const victim = known ?? (await operation.victim(ben, operation.isNewEachTime ? `${id}, ${at}` : id));
  if (!operation.isNewEachTime) lanes.get(id).victim = victim;
  const attempt = {};
  const point = await lifeThatEnds(operation, victim, ben, attempt, at);
  await victim.open();
  await operation.check(victim, ben, attempt, at);
  if (victim.life.state.state === 'open' && !operation.isLast) await requireRight(victim, ben);
  if (operation.isNewEachTime) victim.life.end();
  return point;
};

/** Has a worker stand still at the first point of a sending until another tab of the same person has taken over. */
globalThis.standStill = async () => {
  const ben = await Person.join('ben');
  const ana = await inTouch(ben, 'ana');
  const first = ana.life;
  first.stopAt(1);
  const asked = first.command(ben.saying('asked of one that stands still'));
  await first.stopped;
  await ana.open();
  await ana.tell(ben, 'after the take-over');
  const said = ana.note(ben, 'asked of one that stands still');
  first.wake();
  await asked;
  said.isTaken = true;
  await first.until(() => first.state.state === 'open' && !first.state.isOwner);
  await requireRight(ana, ben);
  first.end();
  ana.life.end();
  await ana.open();
  await requireRight(ana, ben);
  return first.point;
};

async function lifeThatEnds(operation, victim, ben, attempt, at) {
  if (operation.isOpening) {
    victim.life?.end();
    await operation.before?.(victim, ben, at);
    await victim.open(at);
  } else {
    await operation.before?.(victim, ben, at);
    victim.life.stopAt(at);
  }
  await victim.life.survive(() => operation.act(victim, ben, attempt, at));
  const { point } = victim.life;
  victim.life.end();
  return point;
}
