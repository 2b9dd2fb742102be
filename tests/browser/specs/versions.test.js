// Two builds on one origin, as in the days after an update: the older one's tabs let go, and nothing is done twice.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { KINDS, Scene } from '../src/scene.js';
import { packageFolder, pagesFolder } from '../src/site.js';
import { assertKept, numbered } from '../src/texts.js';
import { until } from '../src/until.js';

const NEWER = { workerUrl: '/newer/worker.js' };

/** The package a second time, as a build whose version is one higher: its worker says so, all else is the same. */
async function newerPackage(t) {
  const folder = `${await mkdtemp(join(tmpdir(), 'palaver-newer-'))}/`;
  t.after(() => rm(folder, { recursive: true, force: true }));
  await cp(packageFolder, folder, { recursive: true });
  const worker = join(folder, 'worker.js');
  const script = await readFile(worker, 'utf8');
  const newer = script.replace('run();', 'run(2);');
  assert.notEqual(newer, script, 'the worker runs the engine');
  await writeFile(worker, newer);
  return folder;
}

/** Ana's two tabs of the older build, the first of which runs the engine, and Ben elsewhere. */
async function olderTabs(t, kind) {
  const folders = { '/newer/': await newerPackage(t), '/palaver/': packageFolder, '/': pagesFolder };
  const scene = await Scene.of(t, { folders });
  const [mine, other] = await Promise.all([scene.browser(kind), scene.browser('chrome')]);
  const first = await scene.join(mine, 'ana');
  const ben = await scene.join(other, 'ben');
  await first.send('@ben', 'hello');
  await ben.waitForTexts('@ana', 1);
  const second = await scene.open(mine, { name: 'ana' });
  return { scene, mine, first, second, ben };
}

/** Sends by the raw messages, so that the command's id is the test's. */
const command = (id, text) => `(globalThis.host ??= connect()).ask(${JSON.stringify({
  request: 'command',
  id,
  command: { command: 'send_text', to: { handle: 'ben' }, text },
})})`;

for (const kind of KINDS) {
  test(`a newer build takes over, older tabs ask to be reloaded, and what was asked before is done once: ${kind}`, async (t) => {
    const { scene, mine, first, second, ben } = await olderTabs(t, kind);
    const id = randomUUID();
    const before = await second.page.evaluate(command(id, 'across the update'));
    // Asked again while the newer build comes: answered by either, or refused.
    const [newer, ...around] = await Promise.all([
      scene.open(mine, { name: 'ana', ...NEWER }),
      first.page.evaluate(command(id, 'across the update')),
      second.page.evaluate(command(id, 'across the update')),
    ]);
    await newer.waitToOwn();
    for (const tab of [first, second]) {
      await tab.waitForState('outdated');
      assert.equal(await tab.codeOf((client) => client.send('@ben', 'too old')), 'not_open');
    }
    for (const answer of around) {
      const isKnown = answer.answer === 'failed' ? ['not_open', 'interrupted'].includes(answer.failure.code) : true;
      assert.ok(isKnown, JSON.stringify(answer));
    }
    assert.deepEqual(await newer.page.evaluate(command(id, 'across the update')), before);
    await newer.send('@ben', 'by the newer');
    assert.deepEqual(await ben.waitForTexts('@ana', 3), ['hello', 'across the update', 'by the newer']);

    // An older tab that is opened now sees at once that it is too old, and takes nothing from the newer one.
    const late = await scene.open(mine, { name: 'ana' });
    await late.waitForState('outdated');
    await ben.send('@ana', 'to the newer');
    assert.equal((await newer.waitForTexts('@ben', 4)).at(-1), 'to the newer');
    assert.equal((await newer.state()).isOwner, true);
    for (const tab of [first, second, newer, late]) assert.deepEqual(tab.page.faults, []);
  });

  test(`an update in mid-send loses and doubles nothing: ${kind}`, async (t) => {
    const { scene, mine, first, second, ben } = await olderTabs(t, kind);
    const begun = numbered('before the update', 30);
    await second.beginToSend('@ben', begun);
    const newer = await scene.open(mine, { name: 'ana', ...NEWER });
    await newer.waitToOwn();
    for (const tab of [first, second]) await tab.waitForState('outdated');
    const promised = await newer.answered();
    await newer.send('@ben', 'the last');
    await newer.waitUntilSent();
    let texts = [];
    const isThere = async () => (texts = await ben.texts('@ana')).at(-1) === 'the last';
    await until(isThere, () => `ben's last message is ${texts.at(-1)}`);
    assertKept(texts, ['hello', ...promised, 'the last']);
  });
}
