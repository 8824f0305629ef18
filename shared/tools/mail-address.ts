import { z } from 'zod';

/** One email address, without a name and without characters that could begin another header. */
export const mailAddress = z
  .string()
  .max(254)
  .regex(/^[^\s<>(),;:"\\@]+@[^\s<>(),;:"\\@]+$/, 'it is not an email address, such as ann@example.com.');

/** Email addresses as a list, or as one text with commas between them. */
export const mailAddresses = z.preprocess((value) => {
  if (typeof value !== 'string') return value;
  return value.split(/[,;]/).flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
}, z.array(mailAddress));
