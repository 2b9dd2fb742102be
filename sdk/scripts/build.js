// Makes what is published: the scripts and their declarations, and the licences beside them.
import { execFileSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';

const root = new URL('..', import.meta.url);
const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
rmSync(new URL('dist', root), { recursive: true, force: true });
execFileSync(process.execPath, [compiler], { cwd: root, stdio: 'inherit' });
for (const licence of ['LICENSE-MIT', 'LICENSE-APACHE']) {
  copyFileSync(new URL(`../${licence}`, root), new URL(licence, root));
}
