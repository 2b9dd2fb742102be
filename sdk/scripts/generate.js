// Writes what is made from the relay's description.
import { mkdirSync, writeFileSync } from 'node:fs';
import { generated } from './generated.js';

const root = new URL('..', import.meta.url);
mkdirSync(new URL('src/generated', root), { recursive: true });
for (const [path, text] of Object.entries(await generated())) writeFileSync(new URL(path, root), text);
