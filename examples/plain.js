// Says who it is, and shows everything that anyone says to it.
import { PalaverClient } from '/palaver/index.js';

const address = new URL(location.href);
const standing = document.querySelector('#standing');
const messages = document.querySelector('#messages');

const client = await PalaverClient.open({ relay: address.searchParams.get('relay') ?? location.origin });
if (client.state.state === 'empty') {
  const { phrase } = await client.create();
  standing.textContent = `Write these words down, they are the only way back: ${phrase}`;
  await client.setHandle(address.searchParams.get('name') ?? 'plain');
}

client.addEventListener('message', ({ detail: message }) => {
  if (message.state !== 'received') return;
  const item = document.createElement('li');
  item.textContent = message.text;
  messages.append(item);
});

const to = address.searchParams.get('to');
if (to) await client.send(to, 'hello from a plain page');
