import { mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emailSchema } from '../../../shared/crew/email.ts';
import { TOOLS } from '../../../shared/tools/catalogue.ts';
import { Mail } from './mail.ts';

interface Received {
  from: string;
  to: string[];
  user: unknown;
  isEncrypted: boolean;
  raw: string;
}

let server: SMTPServer;
let port = 0;
let received: Received[] = [];
let workspace = '';
/** The step after which the server breaks its connections. */
let breaksAfter: 'recipient' | 'text' | null = null;
const sockets = new Set<Socket>();

function breakConnections(): void {
  for (const socket of sockets) socket.resetAndDestroy();
}

beforeEach(async () => {
  received = [];
  breaksAfter = null;
  sockets.clear();
  workspace = await realpath(await mkdtemp(join(tmpdir(), 'crewlane-mail-')));
  server = new SMTPServer({
    onAuth: ({ username, password }, _session, done) =>
      password === 'right' ? done(null, { user: username }) : done(new Error('Invalid login')),
    onRcptTo: ({ address }, _session, done) => {
      if (breaksAfter === 'recipient') breakConnections();
      else done(address.startsWith('nobody') ? Object.assign(new Error('No such user'), { responseCode: 550 }) : null);
    },
    onData: async (stream, { envelope, user, secure }, done) => {
      const { mailFrom, rcptTo } = envelope;
      const from = mailFrom === false ? '' : mailFrom.address;
      received.push({
        from,
        to: rcptTo.map(({ address }) => address),
        user,
        isEncrypted: secure,
        raw: await text(stream),
      });
      if (breaksAfter === 'text') breakConnections();
      else done();
    },
    authOptional: true,
  });
  server.on('error', () => undefined);
  server.server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.server.address() as AddressInfo).port; // A listening TCP server has an address with a port.
});
afterEach(async () => {
  await new Promise<void>((resolve) => server.close(() => resolve()));
  await rm(workspace, { recursive: true, force: true });
});

function mailer({ host = '127.0.0.1', password = 'right' as string | null } = {}): Mail {
  const settings = emailSchema.parse({ host, port, from: 'crew@example.com', password_key: 'MAIL_PASSWORD' });
  return new Mail({ settings, workspace, passwordFor: () => password });
}

const parsed = (args: object) => TOOLS.send_email.arguments.parse(args);
const MAIL = { to: 'ann@example.com', subject: 'Grüße', body: 'Hello\n.\nBye' };
const KEY = 'a'.repeat(64);

describe('send_email', () => {
  it('A mail has its addresses, its text and its attachments, is encrypted, and is sent once.', async () => {
    await writeFile(join(workspace, 'list.csv'), 'id\n1\n');
    const mail = mailer();
    const args = parsed({
      ...MAIL,
      to: 'ann@example.com, bob@example.com',
      bcc: ['eve@example.com'],
      attachments: ['list.csv'],
    });
    const sent = await mail.send(args, { idempotency_key: KEY });
    expect(sent).toEqual({ ok: true, text: `Sent to 3 addresses. Message ID: <${'a'.repeat(32)}@example.com>` });
    expect(await mail.send(args, { idempotency_key: KEY })).toEqual(sent);
    expect(received).toHaveLength(1);
    const [one] = received;
    expect(one).toMatchObject({ from: 'crew@example.com', user: 'crew@example.com', isEncrypted: true });
    expect(one?.to).toEqual(['ann@example.com', 'bob@example.com', 'eve@example.com']);
    expect(one?.raw).not.toContain('eve@example.com');
    expect(one?.raw).toContain('=?UTF-8?Q?Gr=C3=BC=C3=9Fe?=');
    expect(one?.raw).toContain('filename=list.csv');
  });

  it('A call that may have been made before the interruption is not repeated.', async () => {
    const answer = await mailer().send(parsed(MAIL), { idempotency_key: KEY, again: true });
    expect(answer).toMatchObject({ ok: false, text: expect.stringContaining('Its effect is unknown.') });
    expect(received).toEqual([]);
  });

  it('An address that the server refuses is named.', async () => {
    const answer = await mailer().send(parsed({ ...MAIL, cc: ['nobody@example.com'] }), { idempotency_key: KEY });
    expect(answer.text).toContain('Sent to 1 address. The server refused nobody@example.com.');
  });

  it.each([
    ['a wrong password', { password: 'wrong' }, MAIL, 'refused the password'],
    ['a missing password', { password: null }, MAIL, 'the key MAIL_PASSWORD is not set'],
    ['no address', {}, { ...MAIL, to: [] }, 'there is no address'],
    [
      'too many addresses',
      {},
      { ...MAIL, to: Array.from({ length: 21 }, (_, at) => `a${at}@example.com`) },
      '21 addresses',
    ],
    ['a missing attachment', {}, { ...MAIL, attachments: ['missing.csv'] }, 'missing.csv'],
    ['an attachment outside', {}, { ...MAIL, attachments: ['../x'] }, '../x is not a file of the workspace'],
    ['a link to the outside', {}, { ...MAIL, attachments: ['link'] }, 'link is not a file of the workspace'],
  ])('With %s nothing is sent.', async (_what, given, args, why) => {
    await symlink('/etc/passwd', join(workspace, 'link'));
    const answer = await mailer(given).send(parsed(args), { idempotency_key: KEY });
    expect(answer).toMatchObject({ ok: false, text: expect.stringMatching(/^Not sent: /) });
    expect(answer.text).toContain(why);
    expect(received).toEqual([]);
  });

  it('A connection that breaks after the text of a mail leaves its effect unknown, and before that nothing is sent.', async () => {
    breaksAfter = 'text';
    const unknown = await mailer().send(parsed(MAIL), { idempotency_key: KEY });
    expect(unknown.text).toMatch(/^The mail server 127\.0\.0\.1:\d+ failed: .* Its effect is unknown\.$/);
    expect(received).toHaveLength(1);
    breaksAfter = 'recipient';
    const unsent = await mailer().send(parsed(MAIL), { idempotency_key: 'b'.repeat(64) });
    expect(unsent.text).toMatch(/^Not sent: /);
    expect(received).toHaveLength(1);
  });

  it('A server that is not there is reported.', async () => {
    const settings = emailSchema.parse({ host: '127.0.0.1', port: 1, from: 'crew@example.com' });
    const mail = new Mail({ settings, workspace, passwordFor: () => null });
    expect((await mail.send(parsed(MAIL), { idempotency_key: KEY })).text).toMatch(/^Not sent: 127\.0\.0\.1:1: /);
  });

  it.each([
    { ...MAIL, subject: 'a\r\nBcc: eve@example.com' },
    { ...MAIL, to: 'ann@example.com\nBcc: eve@example.com' },
    { ...MAIL, to: ['Ann <ann@example.com>'] },
    { ...MAIL, from: 'boss@example.com' },
  ])('A value that could add a header is refused: %j.', (args) => {
    expect(TOOLS.send_email.arguments.safeParse(args).success).toBe(false);
  });
});
