/** What a test server does wrong. */
export type Oddity =
  | 'none'
  | 'silent'
  | 'silent calls'
  | 'dies'
  | 'dies at start'
  | 'dies at calls'
  | 'garbage'
  | 'flood'
  | 'endless line'
  | 'ignores the end'
  | 'image'
  | 'environment'
  | 'starts another';

/** A server of one tool in plain JavaScript, which is not the package's own. It counts its starts in the file STARTS. */
const SOURCE = `
const [oddity, starts] = process.argv.slice(1);
if (starts) require('node:fs').appendFileSync(starts, process.pid + '\\n');
const send = (message) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n');
if (oddity === 'dies at start') { console.error('no license'); process.exit(3); }
if (oddity === 'garbage') setInterval(() => process.stdout.write('hello\\n'), 5);
if (oddity === 'flood') { const go = () => { send({ method: 'notifications/message', params: { level: 'info', data: 'x'.repeat(1000) } }); setImmediate(go); }; setTimeout(go, 50); }
if (oddity === 'endless line') { const go = () => process.stdout.write('x'.repeat(100000), go); go(); }
if (oddity === 'ignores the end') { process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); }
if (oddity === 'starts another') {
  const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  require('node:fs').appendFileSync(starts, child.pid + '\\n');
}
const text = (value) => ({ content: [{ type: 'text', text: value }] });
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined || oddity === 'silent' || oddity === 'garbage') return;
  if (method === 'initialize') return send({ id, result: { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'odd', version: '1' } } });
  if (method === 'tools/list') return send({ id, result: { tools: [{ name: 'echo', description: 'Echoes.', inputSchema: { type: 'object' } }, { name: 7 }, { name: 'read.all' }, { name: 'read_all' }] } });
  if (method !== 'tools/call' || oddity === 'silent calls') return;
  if (oddity === 'dies' || oddity === 'dies at calls') { console.error('out of ideas'); process.exit(1); }
  if (oddity === 'image') return send({ id, result: { content: [{ type: 'image', data: png, mimeType: 'image/png' }, { type: 'image', data: 'AAAA', mimeType: 'image/tiff' }, { type: 'fog' }] } });
  if (oddity === 'environment') return send({ id, result: text(Object.keys(process.env).sort().join(' ')) });
  send({ id, result: text(params.name + ' ' + JSON.stringify(params.arguments)) });
});
`;

/** Returns the definition of a server with an oddity. @param starts the file in which it writes its process ids */
export function oddServer(oddity: Oddity, starts = ''): { command: string; args: string[] } {
  return { command: process.execPath, args: ['-e', SOURCE, oddity, ...(starts === '' ? [] : [starts])] };
}
