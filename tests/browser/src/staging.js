// What pictures are taken of: a stage, and people on it who talk.
import { Scene } from './scene.js';
import { Screens } from './screens.js';

/** A stage with one browser, and a way to look at what people there see. */
export async function stage(t, options) {
  const scene = await Scene.of(t);
  const browser = await scene.browser('chrome', options);
  const screens = new Screens();
  const elsewhere = async () => ({ context: await browser.driver.createBrowserContext() });
  return { scene, browser, screens, elsewhere };
}

/** A conversation as people have them. */
export async function converse(ana, ben) {
  const lines = [
    [ana, 'Are you still coming on Saturday?'],
    [ana, 'The boat leaves at 9, from the second pier. We would have to be there a little earlier, since the tickets have to be fetched at the counter.'],
    [ben, 'Yes'],
    [ben, 'I found the timetable: https://example.org/timetable/saturday?from=second-pier&to=island'],
    [ana, 'Perfect, thank you'],
    [ben, '👍'],
  ];
  const said = [];
  for (const [who, text] of lines) {
    await who.look();
    if (who === ben && !(await ben.path()).startsWith('/c/')) await ben.openChat('@ana');
    await who.waitForMessages(said);
    await who.write(text);
    said.push(text);
  }
  await ana.look();
  await ana.waitForMessages(said);
}
