/** How long the HTTP client of the runtime waits for a response's head, and between two pieces of its body; 0: for ever. */
export interface Patience {
  headersTimeout: number;
  bodyTimeout: number;
}

/** What `fetch` takes as its `dispatcher`. */
type Dispatcher = NonNullable<RequestInit['dispatcher']>;

/** Where the runtime keeps the client that its own `fetch` uses, an `Agent` of undici. */
const GLOBAL_DISPATCHER = Symbol.for('undici.globalDispatcher.1');

/**
 * A client for `fetch` that sets no time limits of its own: the runtime's gives up after five minutes without a response,
 * and a deadline is the engine's. It is made of the runtime's own class, so that it always fits the runtime's `fetch`.
 */
export function patientDispatcher(patience: Patience = { headersTimeout: 0, bodyTimeout: 0 }): Dispatcher {
  // The first use of `Response` loads the client, which puts an instance of its class there.
  void globalThis.Response;
  const own: unknown = Reflect.get(globalThis, GLOBAL_DISPATCHER);
  if (typeof own !== 'object' || own === null) throw new Error('This runtime keeps the client of its fetch elsewhere.');
  // Every object has the class that made it; this one takes its options so (undici's documentation of Agent).
  const { constructor: Agent } = own as { constructor: new (patience: Patience) => Dispatcher };
  return new Agent(patience);
}
