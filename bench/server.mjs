import { createServer } from 'node:http';

// A local model with a known latency, in a separate process: an OpenAI-compatible server that streams its answer after
// the time in the first `[[250 ms]]` of the last message. GET /arrivals returns the arrival times of the calls since
// the last request, in milliseconds since 1970 with fractions. It prints its port on standard output.

const TAKES = /\[\[(\d+) ms\]\]/;
const ANSWER = 'Done. '.repeat(40);

/** @type {number[]} */
let arrivals = [];

const server = createServer((request, response) => {
  const at = performance.timeOrigin + performance.now();
  if (request.url === '/arrivals') {
    response.end(JSON.stringify(arrivals));
    arrivals = [];
    return;
  }
  arrivals.push(at);
  /** @type {Buffer[]} */
  const parts = [];
  request.on('data', (/** @type {Buffer} */ part) => parts.push(part));
  request.on('end', () => answer(JSON.parse(Buffer.concat(parts).toString()), response));
});

/** @param {{ messages: { content: string }[] }} body @param {import('node:http').ServerResponse} response */
function answer(body, response) {
  const took = TAKES.exec(body.messages.at(-1)?.content ?? '')?.[1];
  if (took === undefined) {
    response.writeHead(400, { 'content-type': 'text/plain' }).end('The last message contains no length.');
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(chunk({ choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] }));
  setTimeout(() => {
    const content = { choices: [{ index: 0, delta: { content: ANSWER }, finish_reason: 'stop' }] };
    const usage = { choices: [], usage: { prompt_tokens: 100, completion_tokens: 40, total_tokens: 140 } };
    response.end(`${chunk(content)}${chunk(usage)}data: [DONE]\n\n`);
  }, Number(took));
}

/** @param {object} value */
function chunk(value) {
  return `data: ${JSON.stringify({ id: 'bench', object: 'chat.completion.chunk', created: 0, model: 'bench', ...value })}\n\n`;
}

server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a port.');
  process.stdout.write(`${address.port}\n`);
});
// The parent process has ended.
process.stdin.resume().on('end', () => process.exit(0));
