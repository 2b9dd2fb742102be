// Screens in languages that are longer than English, and read from the right. See `src/screens.js`.
import { test } from 'node:test';
import { AppPerson } from '../src/app.js';
import { converse, stage } from '../src/staging.js';

const SETTINGS = ['profile', 'appearance', 'storage', 'phrase', 'devices', 'diagnostics', 'erase'];

for (const locale of ['pseudo', 'pseudo-rtl']) {
  test(`screens: a language that is longer: ${locale}`, async (t) => {
    const { scene, browser, screens, elsewhere } = await stage(t);
    const context = await elsewhere();
    const ana = await AppPerson.register(browser, scene.relay, 'ana', context);
    const ben = await AppPerson.register(browser, scene.relay, 'ben', await elsewhere());
    await ana.look();
    await ana.add('@ben');
    await converse(ana, ben);
    const path = await ana.path();
    await ana.look();
    await ana.page.goto(`${scene.relay.url}${path}?locale=${locale}`);
    await ana.find('.message');
    const prefix = `${locale}-`;
    await screens.look(ana, 'conversation', { prefix });
    await ana.goTo(`${path}/details`);
    await ana.safetyNumber();
    await screens.look(ana, 'details', { prefix });
    await ana.goTo('/');
    await ana.find('.items .item');
    await screens.look(ana, 'list', { prefix });
    for (const page of SETTINGS) {
      await ana.goTo(`/settings/${page}`);
      await ana.find('.page-body > *');
      await screens.look(ana, `settings-${page}`, { prefix });
    }
    const fresh = await AppPerson.open(browser, scene.relay, { name: 'new', path: `/?locale=${locale}`, ...(await elsewhere()) });
    await fresh.find('.gate-card');
    await screens.look(fresh, 'welcome', { prefix });
    for (const path of ['/create', '/restore', '/link']) {
      await fresh.goTo(path);
      await fresh.find('.gate-card .form');
      await screens.look(fresh, path.slice(1), { prefix });
    }
    screens.assertFine();
  });
}
