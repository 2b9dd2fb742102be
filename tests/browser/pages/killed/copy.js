// What a browser keeps of a profile, as somebody has it who copies its files, and puts them back later.

/** All of it. Nobody writes meanwhile. */
export async function copyOf(profile) {
  const database = await open(profile);
  const names = [...database.objectStoreNames];
  const reading = database.transaction(names);
  const copy = names.map(async (name) => {
    const store = reading.objectStore(name);
    const [keys, values] = await Promise.all([done(store.getAllKeys()), done(store.getAll())]);
    return [name, keys.map((key, index) => [key, values[index]])];
  });
  const stores = await Promise.all(copy);
  database.close();
  return stores;
}

/** In place of what is there. */
export async function putBack(profile, stores) {
  const database = await open(profile);
  const writing = database.transaction(database.objectStoreNames, 'readwrite');
  for (const [name, entries] of stores) {
    const store = writing.objectStore(name);
    store.clear();
    for (const [key, value] of entries) store.put(value, key);
  }
  await new Promise((resolve, reject) => Object.assign(writing, { oncomplete: resolve, onabort: reject }));
  database.close();
}

const open = (profile) => done(indexedDB.open(`palaver/${profile}`));

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
