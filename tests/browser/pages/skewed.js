// A worker whose clock is off by what its address says. Browsers' tools move a page's clock only.
const skew = Number(new URL(location).searchParams.get('ms'));
const now = Date.now.bind(Date);
Date.now = () => now() + skew;

const early = [];
self.onmessage = (event) => early.push(event);
await import('/palaver/worker.js');
for (const event of early) self.onmessage(event);
