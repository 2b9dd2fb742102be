// Putting words into the worker's mouth: for what a page shows when something happens that cannot be brought about cheaply.
// What is said is what a real worker says (`client-api`'s `ToPage`); that it does say it, other tests prove.

/** Runs in the page before anything else. */
function takeOver() {
  globalThis.scripted = { answers: {}, asked: [], heard: [], isMuted: false };
  globalThis.Worker = class extends Worker {
    #heard;

    constructor(...args) {
      super(...args);
      scripted.worker = this;
    }

    get onmessage() {
      return this.#heard;
    }

    set onmessage(heard) {
      this.#heard = heard;
      super.onmessage = (event) => {
        scripted.heard.push(event.data);
        if (!scripted.isMuted) heard(event);
      };
    }

    postMessage(message, ...rest) {
      scripted.asked.push(message.request?.command);
      const answer = message.kind === 'ask' && scripted.answers[message.request?.request];
      if (answer) queueMicrotask(() => this.say({ kind: 'answer', id: message.id, answer }));
      else super.postMessage(message, ...rest);
    }

    say(data) {
      this.#heard(new MessageEvent('message', { data }));
    }
  };
}

/** Someone whose worker a test speaks for. */
export class Script {
  #person;

  /** Takes over from the next load of the page on, which happens now. */
  static async of(person) {
    const script = new Script();
    script.#person = person;
    await person.page.evaluateOnNewDocument(takeOver);
    await person.reload();
    return script;
  }

  /** From now on the page hears only the test. */
  mute() {
    return this.#person.ask(() => (scripted.isMuted = true));
  }

  /** The client stands so. */
  state(state) {
    return this.#person.ask((state) => scripted.worker.say({ kind: 'state', state }), state);
  }

  /** Something happened. */
  event(event) {
    return this.#person.ask((event) => scripted.worker.say({ kind: 'event', event }), event);
  }

  /** The profile, a row of the list and a message, as the real worker has told them: what the test says is about those. */
  seen() {
    return this.#person.ask(() => {
      const answers = scripted.heard.map(({ answer }) => answer ?? {});
      const last = (name) => answers.flatMap((answer) => answer[name] ?? []).at(-1);
      const { profile } = scripted.heard.findLast(({ state }) => state?.profile)?.state ?? {};
      return { profile, row: last('conversations'), message: last('messages') };
    });
  }

  /** The commands of this name that the page has asked for. */
  asked(name) {
    return this.#person.ask((name) => scripted.asked.filter((command) => command?.command === name), name);
  }

  /** What is asked for by this name is answered so from now on. */
  answer(request, answer) {
    return this.#person.ask((request, answer) => (scripted.answers[request] = answer), request, answer);
  }
}
