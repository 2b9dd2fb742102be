// A relay whose market is used by the SDK, as it is published.
import { Palaver } from '../../dist/index.js';
import { Relay } from '../../../tests/browser/src/programs.js';

export class Shop {
  /** Opens one for a test, which ends it. Tests ask for more in a minute than people do. */
  static async open(t, { settings = [] } = {}) {
    const shop = new Shop();
    const limits = ['--top-ups-per-minute', '1000', '--withdrawals-per-minute', '1000'];
    shop.relay = await Relay.start({ settings: [...limits, ...settings] });
    t.after(() => shop.relay.stop());
    return shop;
  }

  /** Whoever has a new key that may do this. */
  async client(scopes = ['read', 'write', 'support'], options = {}) {
    return new Palaver({ url: this.relay.url, key: await this.relay.key(...scopes), ...options });
  }
}

/** A top-up, as somebody asks for it. */
export const topUp = (user, amount = '100.00') => ({
  user_id: user.id,
  amount,
  currency: 'USD',
  return_url: 'https://shop.example/thanks',
});
