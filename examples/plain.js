// Says who it is, and shows everything that anyone says to it.
import { PalaverClient } from '/palaver/index.js';

const address = new URL(location.href);
const standing = document.querySelector('#standing');
const messages = document.querySelector('#messages');

const client = await PalaverClient.open({ relay: address.searchParams.get('relay') ?? location.origin });
if (client.state.state === 'empty') {
  await client.create({ handle: address.searchParams.get('name') ?? 'plain' });
}

client.addEventListener('message', ({ detail: message }) => {
  if (message.state !== 'received') return;
  const item = document.createElement('li');
  item.textContent = message.text;
  messages.append(item);
});

const { handle } = client.profile;
standing.textContent = `You are @${handle ?? address.searchParams.get('name')}`;

const to = address.searchParams.get('to');
if (to) await client.send(to, 'hello from a plain page');
