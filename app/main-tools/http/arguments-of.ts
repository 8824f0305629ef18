import type { MainToolCall } from '../../../shared/slot/slot-request.ts';
import type { Arguments } from './fill-template.ts';

/** Returns the arguments of a call as an object. Other JSON counts as no arguments. */
export function argumentsOf({ arguments: given }: MainToolCall): Arguments {
  return typeof given === 'object' && given !== null && !Array.isArray(given) ? given : {};
}
