// What happens between a page of the app and its worker, in the hands of a test.
import { until } from './until.js';

/** In the page, before anything else runs there. */
const AT_HAND = `
  globalThis.workers = [];
  /** What workers said, and what they were asked: by the name of the command, else of the request. */
  globalThis.said = [];
  globalThis.asked = [];
  /** Names of what fails, and of what is held back until it is let go. */
  globalThis.failing = new Set();
  globalThis.holding = new Set();
  let held = [];
  globalThis.Worker = class extends Worker {
    constructor(...args) {
      super(...args);
      workers.push(this);
      this.addEventListener('message', ({ data }) => said.push(data));
    }
    postMessage(message, ...rest) {
      const name = message.kind === 'ask' && (message.request.command?.command ?? message.request.request);
      if (name) asked.push(name);
      if (failing.has(name)) message = { ...message, request: { request: 'nothing_of_ours' } };
      const post = () => super.postMessage(message, ...rest);
      if (holding.has(name)) held.push(post);
      else post();
    }
  };
  globalThis.letGo = () => {
    holding.clear();
    for (const post of held.splice(0)) post();
  };
`;

/** Loads someone's page anew, with its workers at hand. */
export async function atHand(person) {
  await person.page.evaluateOnNewDocument(AT_HAND);
  await person.reload();
}

/** Ends the worker behind a page, as a browser does that is short of memory, and waits until the next one says a state. */
export async function killWorker(person, state) {
  await person.ask(() => {
    said.length = 0;
    workers.at(-1).terminate();
  });
  const isBack = (state) => said.some((message) => message.kind === 'state' && message.state.state === state);
  await until(() => person.ask(isBack, state), () => `no worker says that it is ${state}`);
}

/** Another client in someone's page, which speaks for the same account behind the app's back. */
export function behindTheApp(person, question, ...values) {
  return person.page.evaluate(`(async () => {
    const path = performance.getEntriesByType('resource').map(({ name }) => name).find((name) => name.endsWith('/index.js'));
    const { PalaverClient } = await import(path);
    globalThis.client ??= await PalaverClient.open({ relay: location.origin });
    return (${question})(client, ...${JSON.stringify(values)});
  })()`);
}
