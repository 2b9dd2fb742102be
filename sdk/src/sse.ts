// Server-sent events, from bytes that may be cut anywhere.

/** Characters of one message: a relay's are some kilobytes. */
const MESSAGE_LENGTH_MAX = 1 << 20;

/** What came under one id. */
export interface Message {
  /** The last id that was given, until then. */
  id: string;
  event: string;
  data: string;
}

/** Takes text as it comes, and gives the messages that are whole. */
export class MessageParser {
  #rest = '';
  #endedByReturn = false;
  #length = 0;
  #id = '';
  #event = '';
  #data: string[] = [];
  /** What the server wants the first pause to be before it is asked again. */
  retryMs: number | undefined;

  /** Throws where a message is too long to be one. */
  take(text: string): Message[] {
    let unread = this.#rest + text;
    // The second half of a line's end that was cut in two.
    if (this.#endedByReturn && unread.startsWith('\n')) unread = unread.slice(1);
    if (unread !== '') this.#endedByReturn = false;
    const messages: Message[] = [];
    for (;;) {
      const end = unread.search(/[\r\n]/);
      if (end < 0) break;
      const isReturn = unread[end] === '\r';
      const line = unread.slice(0, end);
      unread = unread.slice(end + (isReturn && unread[end + 1] === '\n' ? 2 : 1));
      if (isReturn && unread === '') this.#endedByReturn = true;
      const message = this.#line(line);
      if (message) messages.push(message);
    }
    this.#rest = unread;
    if (this.#length + unread.length > MESSAGE_LENGTH_MAX) throw new RangeError('a message of the stream is too long');
    return messages;
  }

  #line(line: string): Message | undefined {
    if (line === '') return this.#end();
    this.#length += line.length;
    const [, name, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    switch (name) {
      case 'id':
        if (!value.includes('\0')) this.#id = value;
        break;
      case 'event':
        this.#event = value;
        break;
      case 'data':
        this.#data.push(value);
        break;
      case 'retry':
        if (/^\d{1,9}$/.test(value)) this.retryMs = Number(value);
        break;
      default: // A comment, or what a later server says.
    }
    return undefined;
  }

  #end(): Message | undefined {
    const message = { id: this.#id, event: this.#event || 'message', data: this.#data.join('\n') };
    const isEmpty = this.#data.length === 0;
    this.#event = '';
    this.#data = [];
    this.#length = 0;
    return isEmpty ? undefined : message;
  }
}
