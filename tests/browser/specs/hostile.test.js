// What nobody should write, and requests that make no sense.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KINDS, Scene } from '../src/scene.js';

const TEXT_BYTES_MAX = 65_536;

const HOSTILE = {
  html: '<img src=x onerror="alert(1)"><b>bold</b></script><script>throw new Error("run")</script>&amp;&#0;',
  template: '${alert(1)} {{constructor.constructor("alert(1)")()}} %s %n \\u0000 \\x00',
  bidi: 'abc \u202Egnp.exe\u202C \u2066\u2067\u2068\u2069\u200F\u061C end',
  controls: '\u0000\u0001\u0007\u001B[31mred\u001B[0m\r\n\t\u007F\u0085\u2028\u2029\uFEFF',
  zalgo: `Z${'\u0300\u0316\u0489'.repeat(500)}`,
  joined: '👩‍👩‍👧‍👦🏳️‍🌈🇨🇭'.repeat(100),
  emoji: '😀'.repeat(10_000),
  word: 'w'.repeat(TEXT_BYTES_MAX),
  spaced: '  leading and trailing  \n',
  // Not the same text, although it looks so: nobody normalises what people write.
  composed: '\u00E9 e\u0301 \u212B \uFB01',
};

for (const kind of KINDS) {
  test(`whatever is written arrives byte for byte: ${kind}`, async (t) => {
    const scene = await Scene.of(t);
    const [mine, other] = await Promise.all([scene.browser(kind), scene.browser('chrome')]);
    const ana = await scene.join(mine, 'ana');
    const ben = await scene.join(other, 'ben');
    const texts = Object.values(HOSTILE);
    await ana.sendAll('@ben', texts);
    assert.deepEqual(await ben.waitForTexts('@ana', texts.length), texts);
    await ben.sendAll('@ana', texts);
    assert.deepEqual(await ana.waitForTexts('@ben', 2 * texts.length), [...texts, ...texts]);
    await ana.reload();
    assert.deepEqual(await ana.texts('@ben'), [...texts, ...texts]);
    assert.deepEqual([...ana.page.faults, ...ben.page.faults], []);
  });

  test(`what cannot be sent is refused, and says why: ${kind}`, async (t) => {
    const scene = await Scene.of(t);
    const ana = await scene.join(await scene.browser(kind), 'ana');
    const dan = await scene.terminal('dan');
    const code = (who, text) => ana.codeOf((client, who, text) => client.send(who, text), who, text);
    assert.equal(await code('@dan', 'w'.repeat(TEXT_BYTES_MAX + 1)), 'text_too_long');
    assert.equal(await code('@dan', '😀'.repeat(TEXT_BYTES_MAX / 4 + 1)), 'text_too_long');
    for (const nothing of ['', '   ', '\n\t\u00A0\u2003']) assert.equal(await code('@dan', nothing), 'empty_text');
    assert.equal(await code('@nobody.here', 'hello'), 'not_found');
    assert.equal(await code('@ana', 'to myself'), 'own_account');
    assert.equal(await code('Not a handle', 'hello'), 'bad_request');
    assert.equal(await code('acct_nonsense', 'hello'), 'bad_request');
    assert.equal(await code('@dan', 5), 'bad_request');
    assert.equal(await code('@dan', null), 'bad_request');
    assert.equal(await ana.codeOf((client) => client.setHandle('dan')), 'relay_refused');
    assert.equal(await ana.codeOf((client) => client.create()), 'account_exists');
    await ana.send('@dan', 'after all that');
    await ana.waitUntilSent();
    assert.deepEqual(await dan.texts('@ana'), ['after all that']);
    assert.deepEqual(ana.page.faults, []);
  });

  test(`a lone half of a pair of characters does no harm: ${kind}`, async (t) => {
    const scene = await Scene.of(t);
    const ana = await scene.join(await scene.browser(kind), 'ana');
    const dan = await scene.terminal('dan');
    await ana.page.evaluate(String.raw`client.send('@dan', 'half \uD83D of a pair').catch(() => {})`);
    await ana.send('@dan', 'after it');
    await ana.waitUntilSent();
    assert.equal((await dan.texts('@ana')).at(-1), 'after it');
    assert.equal((await ana.state()).state, 'open');
    assert.deepEqual(ana.page.faults, []);
  });

  test(`requests that make no sense are answered, and change nothing: ${kind}`, async (t) => {
    const scene = await Scene.of(t);
    const ana = await scene.join(await scene.browser(kind), 'ana');
    const before = await ana.ask((client) => client.conversations());
    const nonsense = [
      {},
      { request: 'unheard_of' },
      { request: 5 },
      { request: 'command' },
      { request: 'command', id: 'no uuid', command: { command: 'refresh_keys', conversation: 'conv_x' } },
      { request: 'command', id: '00000000-0000-4000-8000-000000000000', command: { command: 'send_text' } },
      { request: 'command', id: '00000000-0000-4000-8000-000000000000', command: null },
      { request: 'timeline', conversation: 'conv_x', before: null, limit: 5 },
      { request: 'timeline', conversation: null, before: -1, limit: -5 },
      { request: 'timeline', limit: '5' },
      { request: 'unlock', secret: { secret: 'passkey', bytes: 5 } },
      { request: 'create', protection: { protection: 'magic' } },
      { request: 'pending', account: { toString: 'no' } },
    ];
    const answers = await ana.page.evaluate(
      `(async () => { const host = connect(); return Promise.all(${JSON.stringify(nonsense)}.map((one) => host.ask(one))); })()`,
    );
    for (const [index, answer] of answers.entries()) {
      const what = JSON.stringify({ asked: nonsense[index], answer });
      assert.equal(answer.answer, 'failed', what);
      assert.equal(answer.failure.code, 'bad_request', what);
    }
    assert.deepEqual(await ana.ask((client) => client.conversations()), before);
    assert.equal((await ana.state()).state, 'open');
    assert.deepEqual(ana.page.faults, []);
  });

  test(`even what is no request at all is answered: ${kind}`, async (t) => {
    const scene = await Scene.of(t);
    const ana = await scene.join(await scene.browser(kind), 'ana');
    for (const nothing of ['undefined', 'null', '5', '"text"', '[]', 'new Date()', '() => {}', '({ request: () => {} })']) {
      const answer = await ana.page.evaluate(`(globalThis.host ??= connect()).ask(${nothing})`);
      assert.equal(answer?.failure?.code, 'bad_request', `${nothing} was answered by ${JSON.stringify(answer)}`);
    }
    assert.equal((await ana.state()).state, 'open');
  });

  test(`what needs the relay says so while it is away: ${kind}`, async (t) => {
    const scene = await Scene.of(t);
    const ana = await scene.join(await scene.browser(kind), 'ana');
    await scene.relay.kill();
    await ana.waitForConnection('offline');
    assert.equal(await ana.codeOf((client) => client.send('@ben', 'to someone unknown')), 'offline');
    assert.equal(await ana.codeOf((client) => client.addContact('@ben')), 'offline');
    assert.equal(await ana.codeOf((client) => client.setHandle('ana.two')), 'offline');
    // What is here can be read.
    assert.deepEqual(await ana.ask((client) => client.conversations()), []);
    assert.equal((await ana.ask((client) => client.devices())).length, 1);
  });
}
