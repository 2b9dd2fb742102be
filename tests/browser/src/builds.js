// Two builds of the app, one after the other on one address: the newer one's files have other names, as a build gives them.

const MARK = 'newer';

/** Has a front serve the app as it was built, and after an update in which every script, style and page has changed. */
export class Builds {
  #front;
  #hash;
  #isNewer = false;

  static async behind(front) {
    const builds = new Builds();
    builds.#front = front;
    const page = await (await fetch(`http://127.0.0.1:${front.relay.port}/`)).text();
    builds.#hash = page.match(/assets\/app-([0-9a-f]+)\//)[1];
    front.path = (path) => (builds.#isNewer ? path.replace(`/assets/app-${MARK}/`, `/assets/app-${builds.#hash}/`) : path);
    front.text = (text) => (builds.#isNewer ? builds.#renamed(text) : text);
    front.answer = (request, response) => builds.#refuseOther(request, response);
    return builds;
  }

  /** The relay was updated: what only the older build had is gone. */
  update() {
    this.#isNewer = true;
  }

  /** Which build a page is of. */
  of(person) {
    return person.ask(`document.querySelector('script[type=module]').src.includes('/app-${MARK}/') ? 'newer' : 'older'`);
  }

  /** Whether a page's tab keeps the whole of the newer build, and nothing is on its way. */
  isKept(person) {
    return person.ask(`(async () => {
      const { active, installing, waiting } = (await navigator.serviceWorker.getRegistration()) ?? {};
      const names = await caches.keys();
      const pages = await Promise.all(names.map(async (name) => (await caches.match('/', { cacheName: name }))?.text()));
      return active?.state === 'activated' && !installing && !waiting && pages.some((page) => page?.includes('/app-${MARK}/'));
    })()`);
  }

  #renamed(text) {
    const version = (line) => line.replace(/"[0-9a-f]+"/, `"${MARK}"`);
    return text.replaceAll(`/app-${this.#hash}/`, `/app-${MARK}/`).replace(/^const VERSION = .*$/m, version);
  }

  #refuseOther({ url }, response) {
    const isOther = url.includes(`/assets/app-${this.#isNewer ? this.#hash : MARK}/`);
    if (isOther) response.writeHead(404).end();
    return isOther;
  }
}
