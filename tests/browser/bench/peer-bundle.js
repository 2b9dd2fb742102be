// Bundles the peer for a page, in a folder that is gone with the run.
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';

export async function bundlePeer(script) {
  const folder = await mkdtemp(join(tmpdir(), 'palaver-peer-'));
  const entry = new URL(script, import.meta.url).pathname;
  await build({
    logLevel: 'error',
    configFile: false,
    build: { outDir: folder, lib: { entry, formats: ['es'], fileName: () => 'peer.js' } },
  });
  const page = '<!doctype html><meta charset="utf-8"><title>peer</title><link rel="icon" href="data:,"><script type="module" src="/peer/peer.js"></script>';
  await writeFile(join(folder, 'index.html'), page);
  return `${folder}/`;
}
