// A worker that fails when it is told to.
import '/palaver/worker.js';

new BroadcastChannel('failing').onmessage = () => {
  throw new Error('This worker was told to fail.');
};
