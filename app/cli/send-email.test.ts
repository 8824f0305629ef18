import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { calling } from '../models/testing/calling.ts';
import { TestProvider } from '../models/testing/provider.ts';
import { eventsOf, runOf } from './testing/built-command.ts';
import { command } from './testing/command-and-server.ts';

let model: TestProvider;
let server: SMTPServer;
let mails: string[] = [];

beforeEach(async () => {
  mails = [];
  server = new SMTPServer({
    onAuth: ({ username }, _session, done) => done(null, { user: username }),
    onData: async (stream, _session, done) => {
      mails.push(await text(stream));
      done();
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const mail = { to: ['ann@example.com'], subject: 'News', body: 'Done.' };
  model = await TestProvider.start(calling([{ name: 'send_email', arguments: mail }]));
});
afterEach(async () => {
  await model.stop();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

async function crewFile(): Promise<string> {
  const { port } = server.server.address() as AddressInfo; // A listening TCP server has an address with a port.
  return command.write('mail.crew.json', {
    format: 'crewlane/1',
    name: 'mail',
    settings: {
      model: 'm',
      base_url: model.baseUrl,
      email: { host: '127.0.0.1', port, from: 'crew@example.com', password_key: 'MAIL_PASSWORD' },
    },
    agents: [{ name: 'ada', role: 'R', goal: 'G', tools: ['send_email'] }],
    tasks: [{ name: 'one', description: 'Work.', expected_output: 'A word', agent: 'ada' }],
  });
}

const KEY = { MAIL_PASSWORD: 'mail-password-1' };

it('A mail is sent only after a person has approved it, and never in a rehearsal.', async () => {
  const file = await crewFile();
  const alone = await command.run(['run', file, '--trust'], KEY);
  expect(alone.code).not.toBe(0);
  expect(mails).toEqual([]);
  expect((await command.run(['run', file, '--provider', 'rehearsal'])).code).toBe(0);
  expect(mails).toEqual([]);
  const run = runOf(await command.run(['run', file, '--trust', '--approve-all', '--json'], KEY));
  expect(run.outcome).toBe('completed');
  expect(mails).toHaveLength(1);
  const call = (await eventsOf(run.run_dir)).find((event) => event.type === 'tool.call');
  expect(call).toMatchObject({ name: 'send_email', ok: true, approved: 'approved' });
});
