// The files of a browser's profile: what whoever copies them can read, and putting an old copy back.
import { cp, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Every word that is found in the files of a folder, and where. */
export async function findInFiles(folder, words) {
  const sought = words.flatMap((word) => spellings(word).map((bytes) => ({ word: String(word), bytes })));
  const found = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath ?? entry.path, entry.name);
    const content = await readFile(file);
    for (const { word, bytes } of sought) if (content.includes(bytes)) found.push({ word, file });
  }
  return found;
}

/** How browsers write text; bytes are sought as they are. */
function spellings(word) {
  if (typeof word !== 'string') return [Buffer.from(word)];
  return [Buffer.from(word, 'utf8'), Buffer.from(word, 'utf16le')];
}

const DIGITS = 'abcdefghijklmnopqrstuvwxyz234567';

/** The bytes of an id such as `acct_…`. */
export function bytesOfId(id) {
  const digits = id.slice(id.indexOf('_') + 1);
  const bytes = [];
  let [bits, count] = [0, 0];
  for (const digit of digits) {
    [bits, count] = [((bits << 5) | DIGITS.indexOf(digit)) & 0xfff, count + 5];
    if (count >= 8) bytes.push((bits >> (count -= 8)) & 0xff);
  }
  return Uint8Array.from(bytes);
}

/** Copies a profile whose browser is closed. */
export async function copyProfile(from, to) {
  await rm(to, { recursive: true, force: true });
  await cp(from, to, { recursive: true });
}

/** Where browsers keep what sites store, below the profile. */
const SITE_DATA = { chrome: 'Default/IndexedDB', firefox: 'storage' };

/** Copies what sites stored, as a backup does while the browser runs. */
export async function copySiteData(kind, from, to) {
  await copyProfile(join(from, SITE_DATA[kind]), join(to, SITE_DATA[kind]));
}
