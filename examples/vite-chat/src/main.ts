// A small chat: an account, one contact at a time, and what is said.
import { PalaverClient, PalaverError, type MessageView } from '@palaver/client';

const WORDS: Record<MessageView['state'], string> = {
  failed: 'not sent',
  queued: 'waiting',
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  received: '',
};

const main = document.querySelector<HTMLElement>('#main')!;
const standing = document.querySelector<HTMLElement>('#standing')!;

const relay = new URLSearchParams(location.search).get('relay') ?? 'http://localhost:8787';
const client = await PalaverClient.open({ relay });

client.addEventListener('connection', ({ detail }) => {
  standing.textContent = detail.state === 'live' ? 'Connected' : 'Messages will be sent when the relay can be reached';
});
let shown = '';
let isJoining = false;
client.addEventListener('state', show);
show();

/** Shows what the client's state asks for. */
function show() {
  const state = client.state;
  if (isJoining || shown === state.state) return;
  shown = state.state;
  if (state.state === 'empty') register();
  else if (state.state === 'open') chat();
  else if (state.state === 'stuck') standing.textContent = `It cannot go on: ${state.trouble.code}`;
  else standing.textContent = state.state;
}

/** Asks for a name and shows the phrase once. */
function register() {
  const form = ask('Your name, such as ana', 'Join', async (handle) => {
    isJoining = true;
    if (client.state.state === 'empty') {
      const { phrase } = await client.create();
      // Before anything else can go wrong: it is shown this once.
      words.textContent = `Write these words down, they are the only way back: ${phrase}`;
    }
    await client.setHandle(handle);
    isJoining = false;
    form.remove();
    show();
  });
  const words = document.createElement('p');
  words.id = 'phrase';
  main.replaceChildren(words, form);
}

/** A list of what is said with the contact that was chosen last, and a line to say more. */
function chat() {
  let who = '';
  const list = document.createElement('ol');
  list.setAttribute('role', 'log');
  const shown = new Map<string, HTMLLIElement>();

  const put = (message: MessageView) => {
    const item = shown.get(message.id) ?? document.createElement('li');
    const state = document.createElement('small');
    state.textContent = ` ${WORDS[message.state]}`;
    item.className = message.from === client.profile?.account ? 'own' : 'other';
    // As text: nothing in a message ever becomes a part of the page.
    item.replaceChildren(document.createTextNode(message.text), state);
    if (!shown.has(message.id)) list.append(item);
    shown.set(message.id, item);
  };

  const choose = ask('Whom to talk to, such as ben', 'Talk', async (name) => {
    const account = await client.addContact(name);
    who = account;
    shown.clear();
    list.replaceChildren();
    const row = (await client.conversations()).find((row) => row.peer === account);
    if (row) (await client.messages(row.conversation)).forEach(put);
    (await client.pending(account)).forEach(put);
  });
  const say = ask('What to say', 'Send', async (text) => {
    if (who === '') throw new Error('Choose someone first.');
    await client.send(who, text);
  });

  client.addEventListener('message', async ({ detail: message }) => {
    const row = (await client.conversations()).find((row) => row.conversation === message.conversation);
    if (message.from === who || row?.peer === who || message.state === 'queued') put(message);
  });
  main.append(choose, list, say);
}

/** A line to fill in. What goes wrong is said in its place. */
function ask(label: string, action: string, done: (value: string) => Promise<void>) {
  const form = document.createElement('form');
  const input = Object.assign(document.createElement('input'), { placeholder: label, required: true });
  input.setAttribute('aria-label', label);
  const button = Object.assign(document.createElement('button'), { textContent: action });
  form.append(input, button);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const { value } = input;
    input.value = '';
    button.disabled = true;
    try {
      await done(value);
    } catch (error) {
      input.value = value;
      standing.textContent = error instanceof PalaverError ? `${error.message} (${error.code})` : String(error);
    } finally {
      button.disabled = false;
    }
  });
  return form;
}
