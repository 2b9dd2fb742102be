// A new device that is linked to an account, by what the package offers.
import { until } from './until.js';

/** Begins to link the client in someone's tab, and leaves in the page how that ends. */
export function beginToLink(person, options = {}) {
  return person.page.evaluate(`
    globalThis.linked = client.link(${JSON.stringify(options)}).then(() => 'linked', (error) => error.code);
    undefined`);
}

/** How it has ended. */
export const howLinkingEnded = (person) => person.page.evaluate('linked');

/** What a new device shows, once it shows that. */
export async function shownBy(person, what) {
  const { link } = await person.waitForState('linking', ({ link }) => link?.state === what);
  return link;
}

/** Begins to let a new device in, and leaves in the page how that ends. */
export function beginToAdmit(person, shown) {
  return person.page.evaluate(`
    heard.length = 0;
    globalThis.linked = client.linkDevice(${JSON.stringify(shown)}).then(() => 'linked', (error) => error.code);
    undefined`);
}

/** The digits that the account's device shows. */
export function digitsOn(person) {
  const look = async () => (await person.heard('link')).find(({ state }) => state === 'comparing')?.digits;
  return until(look, () => `${person.name} is shown no digits`);
}

export const confirmLink = (person, isSame) => person.ask((client, isSame) => client.confirmLink(isSame), isSame);
