import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chat } from '../models/client.ts';

const REPLY = 'data: {"choices":[{"index":0,"delta":{"content":"warm"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';

/**
 * Exercises the model client once, against a stand-in inside this process, never the provider: what a first call costs
 * (modules, connections, compiled code) is paid before the slot says that it is ready.
 */
export async function warmUp(): Promise<void> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(REPLY);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A TCP server that listens has an address with a port.
  const { port } = server.address() as AddressInfo;
  const access = {
    provider: 'warm',
    base_url: `http://127.0.0.1:${port}/v1`,
    model: 'warm',
    api_key: null,
    price: null,
  };
  const messages = [{ role: 'user' as const, content: 'warm' }];
  await chat({ access, messages, tools: [], signal: new AbortController().signal, onText: () => undefined });
  server.closeAllConnections();
  server.close();
}
