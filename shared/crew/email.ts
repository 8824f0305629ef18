import { z } from 'zod';
import { mailAddress } from '../tools/mail-address.ts';
import { variable } from './tool-schema.ts';

/** How `send_email` sends emails. */
export const emailSchema = z.strictObject({
  host: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9.:-]{0,252}$/, 'it is not the name of a host, such as smtp.example.com.')
    .describe('The mail server (SMTP).'),
  port: z
    .int()
    .min(1)
    .max(65_535)
    .default(587)
    .describe('Its port. With 465 the connection is encrypted from the beginning, otherwise by STARTTLS.'),
  from: mailAddress.describe('The address of the sender.'),
  user: z.string().min(1).optional().describe('The name to log in with. Default: the sender, if there is a password.'),
  password_key: variable
    .optional()
    .describe('The name of a key, in the key store or the environment, with the password. Default: no login.'),
});
export type EmailSettings = z.infer<typeof emailSchema>;

/** Returns the origin that the password of the mail account may be sent to. */
export function mailOrigin({ host, port }: EmailSettings): string {
  return `smtp://${host.toLowerCase()}:${port}`;
}
