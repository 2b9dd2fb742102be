// A worker that never starts.
throw new Error('This worker is broken.');
