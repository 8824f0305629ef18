import type { EmailSettings } from '../../../shared/crew/email.ts';
import type { MainToolCall, SlotAnswer } from '../../../shared/slot/slot-request.ts';
import type { ToolArguments } from '../../../shared/tools/catalogue.ts';
import { messageOf } from '../../base/system-error.ts';
import { type Attachment, readAttachments } from './attachments.ts';

const MAX_ADDRESSES = 20;
const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1']);

/** The settings, workspace and password with which emails are sent. */
export interface MailContext {
  /** Null: the crew file names no mail server. */
  settings: EmailSettings | null;
  /** The real path of the workspace. */
  workspace: string;
  /** Returns the password; null if it is not set. */
  passwordFor(settings: EmailSettings): string | null;
}

/** Sends the emails of a run. The same call of the same task sends one email. */
export class Mail {
  readonly #context: MailContext;
  readonly #sent = new Map<string, Promise<SlotAnswer>>();

  constructor(context: MailContext) {
    this.#context = context;
  }

  /** Carries out a call of `send_email`, which a person has approved. */
  async send(
    args: ToolArguments<'send_email'>,
    { idempotency_key: key, again }: Pick<MainToolCall, 'idempotency_key' | 'again'>,
  ): Promise<SlotAnswer> {
    const earlier = this.#sent.get(key);
    if (earlier) return earlier;
    if (again)
      return {
        ok: false,
        text: 'send_email was called before the interruption, and is not repeated. Its effect is unknown.',
      };
    const sending = this.#send(args, key);
    this.#sent.set(key, sending);
    return sending;
  }

  async #send(args: ToolArguments<'send_email'>, key: string): Promise<SlotAnswer> {
    const { settings, workspace, passwordFor } = this.#context;
    if (settings === null)
      return { ok: false, text: 'There is no mail server. A person must set settings.email. Continue without it.' };
    const { to, cc = [], bcc = [], attachments = [] } = args;
    const count = to.length + cc.length + bcc.length;
    if (count === 0) return { ok: false, text: 'Not sent: there is no address. Give at least one in "to".' };
    if (count > MAX_ADDRESSES)
      return { ok: false, text: `Not sent: there are ${count} addresses, and an email can have ${MAX_ADDRESSES}.` };
    const password = settings.password_key === undefined ? null : passwordFor(settings);
    if (settings.password_key !== undefined && password === null)
      return { ok: false, text: `Not sent: the key ${settings.password_key} is not set. A person must set it.` };
    const files = await readAttachments(workspace, attachments);
    if (!files.ok) return { ok: false, text: `Not sent: ${files.text}` };
    return deliver(settings, password, { ...args, cc, bcc }, key, files.attachments);
  }
}

async function deliver(
  settings: EmailSettings,
  password: string | null,
  { to, cc, bcc, subject, body }: Pick<ToolArguments<'send_email'>, 'to' | 'cc' | 'bcc' | 'subject' | 'body'>,
  key: string,
  attachments: readonly Attachment[],
): Promise<SlotAnswer> {
  // Loaded for the first mail: most runs send none.
  const { createTransport } = await import('nodemailer');
  const { host, port, from, user = from } = settings;
  // A test server on this machine needs no certificate. Elsewhere nothing is sent without encryption.
  const isLocal = LOOPBACK.has(host.toLowerCase());
  const transport = createTransport({
    host,
    port,
    secure: port === 465,
    requireTLS: port !== 465 && !isLocal,
    tls: { rejectUnauthorized: !isLocal },
    ...(password === null ? {} : { auth: { user, pass: password } }),
    connectionTimeout: 20_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  // The server reads the text of an email last. From then on it may accept the email.
  const text = { isRead: false };
  transport.use('stream', ({ message }, done) => {
    message.processFunc((stream) => stream.once('resume', () => (text.isRead = true)));
    done();
  });
  try {
    const messageId = `<${key.slice(0, 32)}@${from.slice(from.lastIndexOf('@') + 1)}>`;
    const sent = await transport.sendMail({
      from,
      to,
      cc,
      bcc,
      subject,
      text: body,
      messageId,
      attachments: [...attachments],
    });
    const { rejected } = sent;
    const note = rejected.length === 0 ? '' : ` The server refused ${rejected.join(', ')}.`;
    const { length } = sent.accepted;
    return {
      ok: true,
      text: `Sent to ${length} ${length === 1 ? 'address' : 'addresses'}.${note} Message ID: ${sent.messageId}`,
    };
  } catch (error) {
    return { ok: false, text: failureText(error, text.isRead, `${host}:${port}`) };
  } finally {
    transport.close();
  }
}

/** If the server has read the text of the email and gave no answer, it is unknown whether it accepted the email. */
function failureText(error: unknown, isRead: boolean, server: string): string {
  const { code = '', responseCode } = error as { code?: string; responseCode?: number };
  const why = messageOf(error).replace(/\.$/, '');
  if (code === 'EAUTH') return `Not sent: ${server} refused the password (${why}). A person must correct it.`;
  return isRead && responseCode === undefined
    ? `The mail server ${server} failed: ${why}. Its effect is unknown.`
    : `Not sent: ${server}: ${why}.`;
}
