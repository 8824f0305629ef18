import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { jsonSchemaText } from './json-schema.ts';

const FILE = fileURLToPath(new URL('../../crew.schema.json', import.meta.url));

it('the JSON Schema for editors is the one that the code generates (vitest --update regenerates it)', async () => {
  await expect(jsonSchemaText()).toMatchFileSnapshot(FILE);
});
