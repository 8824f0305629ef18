import { randomInt } from 'node:crypto';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const LENGTH = 6;

/**
 * Returns a new label for a slot process of this machine, such as `local:kbzqtf`. It is random, so that processes of a
 * run and of its resumptions differ, and has letters only, so that nobody takes it for a process id.
 */
export function newWhere(): string {
  return `local:${Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('')}`;
}
