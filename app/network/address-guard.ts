import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import { type AddressRule, isPublicAddress, isPublicName } from './public-address.ts';

/** A request was not sent, because its address does not belong to the public internet. */
export class PrivateAddressError extends Error {
  constructor(host: string) {
    super(`${host} is not an address of the public internet`);
  }
}

/** The system's `lookup`, which tests replace by another directory of names. */
export type Lookup = typeof systemLookup;

/**
 * Keeps requests on the public internet. It checks the host of each URL, every address that the name has at the moment
 * of the connection, and the address that the socket is really connected to. A name therefore cannot change its
 * addresses between check and use.
 */
export class AddressGuard {
  readonly #isAllowed: AddressRule;
  readonly #lookup: Lookup;

  constructor(isAllowed: AddressRule = isPublicAddress, lookup: Lookup = systemLookup) {
    this.#isAllowed = isAllowed;
    this.#lookup = lookup;
  }

  /** Whether the host of a URL can be public, before its name is looked up. */
  allowsHost({ hostname }: URL): boolean {
    const host = hostname.replace(/^\[|\]$/g, '');
    return isIP(host) === 0 ? isPublicName(host) : this.#isAllowed(host);
  }

  /**
   * Whether a proxy may be asked for a URL. The proxy looks the name up, so only the addresses that this machine knows
   * can be checked. A name that this machine does not know is allowed.
   */
  async allowsThroughProxy({ hostname }: URL): Promise<boolean> {
    if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) return true;
    return new Promise((resolve) => {
      this.lookup(hostname, { all: true }, (error) => resolve(!(error instanceof PrivateAddressError)));
    });
  }

  /** Looks a name up for a connection. Fails if one of its addresses is not public. */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    this.#lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = error ? [] : addresses;
      if (error || !first) return callback(error ?? new Error(`${hostname} has no address`), '');
      if (!addresses.every(({ address }) => this.#isAllowed(address)))
        return callback(new PrivateAddressError(hostname), '');
      if (options.all) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };

  /** Calls `refuse` if the socket is or gets connected to an address that is not public, before a request is sent. */
  watch(socket: Socket, host: string, refuse: (error: Error) => void): void {
    const check = () => {
      if (!this.#isAllowed(socket.remoteAddress ?? '')) refuse(new PrivateAddressError(host));
    };
    if (socket.connecting) socket.once('connect', check);
    else check();
  }
}
