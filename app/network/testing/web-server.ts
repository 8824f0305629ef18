import { lookup } from 'node:dns';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { AddressGuard, type Lookup } from '../address-guard.ts';

export interface ReceivedRequest {
  readonly line: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A web server on this machine, and a directory of names in which `*.example` is this server. */
export class TestWebServer {
  readonly received: ReceivedRequest[] = [];
  readonly port: number;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    // A listening TCP server has an address with a port.
    this.port = (server.address() as AddressInfo).port;
  }

  static async start(
    answer: (request: IncomingMessage, response: ServerResponse, received: ReceivedRequest) => void,
  ): Promise<TestWebServer> {
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        const received = { line: `${request.method} ${request.url}`, headers: request.headers, body };
        made.received.push(received);
        answer(request, response, received);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const made = new TestWebServer(server);
    return made;
  }

  /** The address of a path, with a name that the guard of `guardFor` finds public. */
  url(path: string, host = 'site.example'): string {
    return `http://${host}:${this.port}${path}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/**
 * A guard for which 127.0.0.1 is the only public address, and `*.example` are names of it. `addresses`: those of other
 * names, in the order in which they are looked up; the last one remains.
 */
export function guardFor(addresses: Readonly<Record<string, readonly string[]>> = {}): AddressGuard {
  const left = new Map(Object.entries(addresses).map(([name, list]) => [name, [...list]]));
  const directory = (name: string, _options: object, callback: (...found: unknown[]) => void) => {
    const list = left.get(name);
    const address = list && list.length > 1 ? list.shift() : list?.[0];
    callback(null, [{ address: address ?? '127.0.0.1', family: 4 }]);
  };
  // The overloads of the system's function cannot be written as one function.
  return new AddressGuard(
    (address) => address === '127.0.0.1',
    Object.assign(directory, { __promisify__: lookup.__promisify__ }) as Lookup,
  );
}
