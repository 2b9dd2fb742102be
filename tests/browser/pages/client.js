// Opens the client that the address asks for, and leaves it where tests reach it.
import { PalaverClient, connect } from '/palaver/index.js';

const { searchParams } = new URL(location);
const options = { relay: searchParams.get('relay'), profile: searchParams.get('profile') ?? undefined };

globalThis.heard = [];
globalThis.connect = () => connect(options);
globalThis.opened = PalaverClient.open(options).then((client) => {
  for (const name of ['state', 'connection', 'contact', 'conversation', 'message', 'notice']) {
    client.addEventListener(name, ({ detail }) => heard.push({ name, detail, at: performance.now() }));
  }
  globalThis.client = client;
  return client.state.state;
});
