// A worker that stops when it is told to and is an engine's: not even its timers run until the site answers.
import '/palaver/worker.js';

new BroadcastChannel('stop').onmessage = async () => {
  const { held } = await navigator.locks.query();
  const { clientId } = await new Promise((resolve) => {
    navigator.locks.request(`who ${crypto.randomUUID()}`, async (mine) => {
      const { held } = await navigator.locks.query();
      resolve(held.find((lock) => lock.name === mine.name));
    });
  });
  if (!held.some((lock) => lock.name === 'palaver/default' && lock.clientId === clientId)) return;
  const request = new XMLHttpRequest();
  request.open('GET', '/held', false);
  request.send();
};
