/** What failed, with a stable code. */
export class PalaverError extends Error {
  constructor(code, message, relayCode) {
    super(message);
    this.name = 'PalaverError';
    this.code = code;
    this.relayCode = relayCode;
  }
}
