// Screens of what keeps the app from going on. See `src/screens.js` for how each is looked at.
import { test } from 'node:test';
import { AppPerson } from '../src/app.js';
import { answers } from '../src/front.js';
import { Script } from '../src/scripted.js';
import { stage } from '../src/staging.js';

/** Troubles that `refused.test.js` and `storage.test.js` bring about for real, and what the screen calls them. */
const TROUBLES = {
  storage_refused: 'The browser refuses to store anything',
  storage_full: 'There is no room left',
  storage_failed: 'The browser’s storage failed',
  upgrade_required: 'Your data is newer than this page',
  damaged: 'Your data cannot be read',
  wasm_refused: 'The browser blocks WebAssembly',
  worker_failed: 'Palaver stopped and could not restart',
  relay_address: 'The relay’s address is wrong',
};

/** Does something to the app's database while nobody has it open, then opens the app again. */
async function behindItsBack(person, something) {
  await person.page.goto(`${person.relay.url}/icon.svg`);
  await person.ask(`new Promise((resolve, reject) => {
    const asking = (${something})();
    asking.onerror = reject;
    asking.onsuccess = () => {
      const database = asking.result;
      if (!database) return resolve();
      const work = database.transaction(['notes'], 'readwrite');
      work.objectStore('notes').delete('key');
      work.oncomplete = () => resolve(database.close());
    };
  })`);
  await person.page.goto(person.relay.url);
}

test('screens: what keeps the app from going on', async (t) => {
  const { scene, browser, screens, elsewhere } = await stage(t, { args: ['--host-resolver-rules=MAP insecure.test 127.0.0.1'] });
  const ana = await AppPerson.register(browser, scene.relay, 'ana');
  await ana.ask(() => new BroadcastChannel('palaver/default').postMessage({ Newer: { version: 4_000_000_000 } }));
  await ana.see('Palaver was updated');
  await screens.look(ana, 'outdated');
  await behindItsBack(ana, () => indexedDB.open('palaver/default'));
  await ana.see('The key to your data is missing');
  await screens.look(ana, 'key-lost');
  await behindItsBack(ana, () => indexedDB.deleteDatabase('palaver/default'));
  await ana.see('This browser cleared your data');
  await screens.look(ana, 'evicted');

  const insecure = { url: scene.relay.url.replace('localhost', 'insecure.test') };
  const far = await AppPerson.open(browser, insecure, { name: 'far' });
  await far.see('This address is not secure');
  await screens.look(far, 'stuck-insecure');

  const old = await AppPerson.open(browser, scene.relay, { name: 'old', ...(await elsewhere()) });
  await old.page.evaluateOnNewDocument('delete globalThis.BroadcastChannel');
  await old.reload();
  await old.see('This browser is too old');
  await screens.look(old, 'stuck-old');
  screens.assertFine();
});

test('screens: every other trouble, as the worker says it', async (t) => {
  const { scene, browser, screens } = await stage(t);
  const ana = await AppPerson.open(browser, scene.relay, { name: 'ana' });
  const script = await Script.of(ana);
  for (const [code, title] of Object.entries(TROUBLES)) {
    await ana.reload();
    await ana.see('Messages that stay between you');
    await script.mute();
    await script.state({ state: 'stuck', trouble: { code, message: 'UnknownError: Internal error opening backing store.' } });
    await ana.see(title);
    await screens.look(ana, `stuck-${code.replaceAll('_', '-')}`);
  }
  screens.assertFine();
});

test('screens: a page whose program is on its way, and one whose program may not run', async (t) => {
  const { scene, browser, screens, elsewhere } = await stage(t);
  const front = await scene.front();
  front.answer = ({ url }, response) => url.endsWith('/web-app_bg.wasm') && (answers.nothing(url, response), true);
  const early = await AppPerson.open(browser, front, { name: 'early', ...(await elsewhere()) });
  await early.find('#skeleton .skeleton-row');
  await screens.look(early, 'skeleton');
  front.handOn();
  front.headers = (headers) => {
    const policy = headers['content-security-policy']?.replace(" 'wasm-unsafe-eval'", '');
    return policy ? { ...headers, 'content-security-policy': policy } : headers;
  };
  const strict = await AppPerson.open(browser, front, { name: 'strict', ...(await elsewhere()) });
  await strict.see('Palaver could not start');
  await screens.look(strict, 'boot-failed');
  screens.assertFine();
});
