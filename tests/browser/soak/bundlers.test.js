// The package in projects of other bundlers, each configured as the README says. They bring much, and so run by hand.
import assert from 'node:assert/strict';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Site, POLICY } from '../src/site.js';
import { Server, Workshop, examples, run } from '../src/workshop.js';

const projects = new URL('../projects/', import.meta.url).pathname;

let workshop;

before(async () => {
  workshop = await Workshop.open();
});

after(() => workshop?.close());

test('webpack builds the plain page without configuration: it sends and receives', async () => {
  const project = await withPlainPage('webpack', 'main.js');
  await run('npx', ['webpack'], project);
  await cp(join(project, 'index.html'), join(project, 'dist/index.html'));
  await greetsFrom(join(project, 'dist/'), 'webpacked');
});

test('Vite 7 builds the plain page with one line: it sends and receives', async () => {
  const project = await withPlainPage('vite-7', '/plain.js');
  await run('npx', ['vite', 'build'], project);
  await greetsFrom(join(project, 'dist/'), 'viteseven');
});

test("Vite 7's development server serves the plain page with one line: it sends and receives", async () => {
  const project = await withPlainPage('vite-7', '/plain.js');
  const vite = await Server.start(['vite', '--port', '0', '--host', 'localhost'], project);
  try {
    await workshop.greets(vite.url, 'vitesevendev');
  } finally {
    await vite.stop();
  }
});

test('Next.js renders a page with the package on its server: in the browser it sends and receives', async () => {
  const project = await workshop.project(join(projects, 'next'));
  await run('npx', ['next', 'build'], project);
  const next = await Server.start(['next', 'start', '--port', '0', '--hostname', 'localhost'], project);
  try {
    const rendered = await fetch(next.url);
    assert.match(await rendered.text(), /<ol id="messages">/);
    await workshop.greets(next.url, 'nextjs');
  } finally {
    await next.stop();
  }
});

/** A project around the plain page of the examples, with the package imported by its name. */
async function withPlainPage(name, script) {
  const project = await workshop.project(join(projects, name));
  const page = await readFile(join(examples, 'plain.html'), 'utf8');
  await writeFile(join(project, 'index.html'), page.replace('src="plain.js"', `src="${script}"`));
  const plain = await readFile(join(examples, 'plain.js'), 'utf8');
  await writeFile(join(project, 'plain.js'), plain.replace('/palaver/index.js', '@palaver/client'));
  return project;
}

async function greetsFrom(folder, name) {
  const site = await Site.start({ '/': folder }, { 'content-security-policy': POLICY });
  try {
    await workshop.greets(site.url, name);
  } finally {
    await site.stop();
  }
}
