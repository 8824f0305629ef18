import type { TextStyle } from '../catalogue/figure.ts';
import type { Spending } from './turn-pieces.ts';

/** Names what a slot was busy with. */
export function spentText({ kind, name }: Spending, { code }: TextStyle): string {
  switch (kind) {
    case 'model':
      return `Model ${code(name)}`;
    case 'tool':
      return `Tool ${code(name)}`;
    case 'permit':
      return 'Waiting for a permit';
    case 'lease':
      return 'Waiting for a lease';
    case 'person':
      return 'Waiting for a person';
    case 'slot':
      return 'Between calls';
    case 'failed':
      return 'Failed turns';
    case 'lost':
      return 'Lost turns';
  }
}
