'use client';
// Imported while the page is rendered on the server too; the client is opened in the browser alone.
import { PalaverClient } from '@palaver/client';
import { useEffect, useState } from 'react';

export function Chat() {
  const [messages, setMessages] = useState([]);
  useEffect(() => {
    let client;
    greet((message) => setMessages((shown) => [...shown, message])).then((opened) => (client = opened));
    return () => client?.close();
  }, []);
  return (
    <ol id="messages">
      {messages.map((message) => (
        <li key={message.id}>{message.text}</li>
      ))}
    </ol>
  );
}

async function greet(show) {
  const address = new URLSearchParams(location.search);
  const client = await PalaverClient.open({ relay: address.get('relay') });
  client.addEventListener('message', ({ detail }) => detail.state === 'received' && show(detail));
  if (client.state.state === 'empty') {
    await client.create();
    await client.setHandle(address.get('name'));
  }
  await client.send(address.get('to'), 'hello from a plain page');
  return client;
}
