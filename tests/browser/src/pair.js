// Two people at the web app who know each other.
import assert from 'node:assert/strict';
import { AppPerson } from './app.js';
import { Scene } from './scene.js';

/** Ana and Ben at the app, each with storage of their own, and what they have said. */
export async function inTouch(t, kind = 'chrome', said = ['hello ben']) {
  const scene = await Scene.of(t);
  const browser = await scene.browser(kind);
  const ana = await AppPerson.register(browser, scene.relay, 'ana');
  const ben = await AppPerson.register(browser, scene.relay, 'ben', { context: await browser.driver.createBrowserContext() });
  await ana.look();
  await ana.add('@ben');
  for (const text of said) await ana.write(text);
  await ana.waitForMessages(said);
  await ben.look();
  await ben.openChat('@ana');
  await ben.waitForMessages(said);
  return { scene, browser, ana, ben };
}

/** Nothing went wrong in their pages. */
export const withoutFaults = async (...people) => {
  for (const person of people) assert.deepEqual(await person.faults(), [], `${person.name}'s page has no faults`);
};
